"""Headers before and after a step, as lines."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from edgeware.inspector.masking import Secrets
from edgeware.messages import Headers
from edgeware.trace import FunctionRun


class Change(NamedTuple):
    """A header that a step changed; None where it was not there, or is not there any more."""

    name: str
    before: str | None
    after: str | None


def between(before: Headers, after: Headers, secrets: Secrets) -> tuple[Change, ...]:
    """What differs between two heads, by name."""
    names = sorted(before.names() | after.names())
    pairs = ((name, before.joined(name), after.joined(name)) for name in names)
    return tuple(_change(secrets, *pair) for pair in pairs if pair[1] != pair[2])


def by(run: FunctionRun, secrets: Secrets) -> tuple[Change, ...]:
    """What a function changed; nothing where it returned nothing."""
    if run.invoked.failure is not None:
        return ()
    return tuple(_change(secrets, name, _text(old), _text(new)) for name, old, new in run.header_changes())


def _change(secrets: Secrets, name: str, before: str | None, after: str | None) -> Change:
    old, new = (None if one is None else secrets.header(name, one) for one in (before, after))
    return Change(secrets.text(name), old, new)


def _text(entry: Any) -> str | None:
    return None if entry is None else ", ".join(_values(entry))


def _values(entry: Any) -> Iterator[str]:
    """The values in either form: ``{value, multiValue}`` of a CloudFront Function, ``[{key, value}]`` of Lambda."""
    if isinstance(entry, list | tuple):
        for one in entry:
            yield from _values(one)
    elif isinstance(entry, Mapping):
        yield from _values(entry["multiValue"] if entry.get("multiValue") else entry.get("value"))
    else:
        yield str(entry)
