"""An event that somebody wrote by hand, read with care; and what became of a function that was run on it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple, TypeVar

from edgeware.config.model import EventType
from edgeware.exceptions import UsageError

Kind = TypeVar("Kind", str, int, dict[str, Any], list[Any])
_CALLED = {str: "a string", int: "an integer", dict: "an object", list: "a list"}


class Given(NamedTuple):
    """An event, complete, and where it belongs."""

    event_type: EventType
    value: Mapping[str, Any]
    raw_query: str | None = None
    """What ``request.rawQueryString()`` gives a CloudFront Function."""


class Judged(NamedTuple):
    """What a function returned, as AWS's own test shows it, and what an edge location would say."""

    shown: object = None
    """What the test prints as output, or None where it was nothing that has a form."""
    errors: tuple[str, ...] = ()
    """What an edge location refuses, each with its AWS page."""
    doubts: tuple[str, ...] = ()
    """What it takes, and what may not be meant."""


def field(value: object, where: str, kind: type[Kind]) -> Kind:
    """A field of the event. UsageError where it is missing or of another type."""
    if not isinstance(value, kind) or isinstance(value, bool):
        problem = "is missing" if value is None else f"must be {_CALLED[kind]}"
        raise UsageError(f"The event is not valid: {where} {problem}.")
    return value


def texts(section: object, where: str) -> dict[str, str]:
    """A section with strings only."""
    found = field(section, where, dict)
    return {name: field(value, f"{where}.{name}", str) for name, value in found.items()}
