"""What edgeware raises.

::

    EdgewareError
    ├── ConfigurationError        a distribution that CloudFront, or this library, refuses
    ├── FunctionError             an edge function that cannot be run at all (no code, no interpreter)
    ├── MissingDependencyError    an extra of this package that is not installed
    └── UsageError                a call that cannot be carried out as it was made

A request never raises one of these: what goes wrong at run time is a response, as it is at the edge.
"""

from __future__ import annotations

from collections.abc import Sequence


class EdgewareError(Exception):
    """The root of the tree."""


class ConfigurationError(EdgewareError):
    """A distribution that CloudFront, or this library, refuses.

    ``problems`` holds each complaint as one line of text, the worst first.
    """

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = tuple(problems)


class FunctionError(EdgewareError):
    """An edge function that cannot be run at all: its code or its interpreter is missing."""


class MissingDependencyError(EdgewareError):
    """An extra of this package that is not installed; the text names the ``pip install`` line."""


class UsageError(EdgewareError):
    """A call that cannot be carried out as it was made, such as an import string that names no app."""
