"""The name/value maps in a CloudFront Function's result, compared with those of its event [functions-event-structure].

A map holds ``name -> {value, multiValue?}``, response cookies also ``attributes``. What comes back was written by the
function: any JSON value may stand anywhere, and nothing here raises because of it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import zip_longest
from typing import Any, NamedTuple, TypeAlias, TypeVar

from edgeware.config.headers import is_header_name
from edgeware.config.model import EventType
from edgeware.core.function_event import header_key, wire_of
from edgeware.core.function_headers import CLOUDFRONT_FUNCTION_READ_ONLY, is_disallowed
from edgeware.core.invalid import Invalid
from edgeware.messages import Headers

Value: TypeAlias = tuple[str, str | None]
"""A value, and the attributes of a response cookie."""
Line = TypeVar("Line")

RESTRICTIONS = "edge-function-restrictions-all"
DISALLOWED_HEADER = "The CloudFront function tried to add a disallowed header"
READ_ONLY_HEADER = "The CloudFront function tried to add, delete, or change a read-only header."
INVALID_VALUE = "The CloudFront function returned an invalid value: {}."
_CONTROL_BUT_TAB = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")
_NOT_IN_COOKIE_NAME = re.compile(r"[\x00-\x20\x7f=;]")
_NAME_SHOWN = 64


@dataclass(slots=True)
class Findings:
    """What is wrong with a result, in the order in which it was found."""

    message: str = ""
    lines: list[str] = field(default_factory=list)

    def add(self, where: str, what: str, *, page: str = "functions-event-structure", message: str = "") -> None:
        """Note what ``where`` must be or must not do; ``message`` is production's sentence, where it is known."""
        self.message = self.message or message or INVALID_VALUE.format(f"{where} {what}")
        self.lines.append(f"{where} {what} [{page}]")

    def invalid(self) -> Invalid:
        """The refusal."""
        return Invalid(self.message, tuple(self.lines))


def _shown(where: str, name: str) -> str:
    """``where['name']``, for people and in plain ASCII, whatever the function called it."""
    return f"{where}[{name[:_NAME_SHOWN]!a}]"


def has_control(text: str) -> bool:
    """Whether there is a control character in a text, other than a tab: no field of a message may hold one."""
    return not text.isprintable() and _CONTROL_BUT_TAB.search(text) is not None


class Change(NamedTuple):
    """The values of one name in the event, and what they shall be; none ``after`` when the name was removed."""

    before: list[Value]
    after: list[Value]


@dataclass(frozen=True, slots=True)
class NameMap:
    """One of the maps: its place in the result, and whether its entries have attributes (response cookies do)."""

    where: str
    attributed: bool = False

    def changes(self, sent: Mapping[str, Any], returned: object, findings: Findings) -> dict[str, Change]:
        """The names whose values were changed, added or removed; what has the wrong shape is a finding instead."""
        if returned == sent:
            return {}
        if not isinstance(returned, dict):
            findings.add(self.where, "must be an object with an entry for each name")
            return {}
        changed: dict[str, Change] = {}
        for name, entry in returned.items():
            known = sent.get(name, {})
            if known and entry == known:
                continue
            if complaint := self._complaint(entry):
                findings.add(_shown(self.where, name), complaint)
                continue
            before = self._values(known) if known else []
            after = self._merged(entry, known, before)
            if after != before:
                changed[name] = Change(before, after)
        gone = {name: Change(self._values(known), []) for name, known in sent.items() if name not in returned}
        return changed | gone

    def _merged(self, entry: Mapping[str, Any], known: Mapping[str, Any], before: list[Value]) -> list[Value]:
        """The order of precedence: a changed multiValue says it all, else a changed value is the new first one."""
        if "multiValue" in entry:
            repeated = self._values(entry)
            if "multiValue" not in known or repeated != before:
                return repeated
        return [self._value(entry), *before[1:]] if "value" in entry else before

    def _values(self, entry: Mapping[str, Any]) -> list[Value]:
        return [self._value(element) for element in entry.get("multiValue", (entry,))]

    def _value(self, entry: Mapping[str, Any]) -> Value:
        return entry["value"], entry.get("attributes") if self.attributed else None

    def _complaint(self, entry: object) -> str:
        """What is wrong with the shape of an entry, or nothing."""
        if not isinstance(entry, dict):
            return "must be an object like {value: 'text'}"
        if "multiValue" not in entry:
            return self._value_complaint(entry)
        repeated = entry["multiValue"]
        if not isinstance(repeated, list):
            return "must have a list as multiValue"
        elements = [*repeated, entry] if "value" in entry else repeated
        return next(filter(None, map(self._value_complaint, elements)), "")

    def _value_complaint(self, entry: object) -> str:
        if not isinstance(entry, dict) or not isinstance(entry.get("value"), str):
            return "must have a string as value"
        if self.attributed and not isinstance(entry.get("attributes", ""), str):
            return "must have a string as attributes"
        return ""


def placed(
    lines: Iterable[Line],
    name_of: Callable[[Line], str | None],
    changed: Mapping[str, Change],
    line_of: Callable[[str, Value], Line],
) -> list[Line]:
    """The lines with the changes carried out: what is unchanged stays as and where it is, additions come last.

    ``name_of`` is None for a line that the map does not hold; ``line_of`` writes a new line.
    """
    added = [line_of(name, value) for name, (before, after) in changed.items() for value in after[len(before) :]]
    touched = {
        name: iter(zip_longest(before, after[: len(before)])) for name, (before, after) in changed.items() if before
    }
    if not touched:
        return [*lines, *added]
    result: list[Line] = []
    for line in lines:
        name = name_of(line)
        if name is None or name not in touched:
            result.append(line)
            continue
        old, new = next(touched[name])
        if old == new:
            result.append(line)
        elif new is not None:
            result.append(line_of(name, new))
    return result + added


def with_headers(headers: Headers, changed: dict[str, Change], *elsewhere: str) -> Headers:
    """Header lines with the changes; names that are said ``elsewhere`` in the result have no effect here."""
    applied = {name: change for name, change in changed.items() if name not in elsewhere}
    return Headers(placed(headers.lines, _header_name, applied, _header_line)) if applied else headers


def _header_name(line: tuple[str, str]) -> str:
    return header_key(line[0])


def _header_line(name: str, value: Value) -> tuple[str, str]:
    return _written(name), field_value(value[0])


@lru_cache(maxsize=256)
def _written(name: str) -> str:
    """A header's name as it goes out once a function wrote the line: the first letter of each word capitalised."""
    words = [word[:1].upper() + word[1:] if word[:1].isascii() else word for word in name.split("-")]
    return wire_of("-".join(words))


def field_value(text: str) -> str:
    """A function's text as a header value: white space round it is no part of one (RFC 9110 section 5.5)."""
    return wire_of(text.strip(" \t"))


def check_headers(where: str, changed: Mapping[str, Change], event_type: EventType, findings: Findings) -> None:
    """Names that may not be set or touched, and what is no header at all [edge-function-restrictions-all]."""
    read_only = CLOUDFRONT_FUNCTION_READ_ONLY[event_type]
    for name, change in changed.items():
        if is_disallowed(name):
            what = "must not be set: CloudFront keeps this header to itself"
            findings.add(_shown(where, name), what, page=RESTRICTIONS, message=DISALLOWED_HEADER)
        elif name in read_only:
            what = f"must stay as the event had it: {event_type} may neither add, change nor delete this header"
            findings.add(_shown(where, name), what, page=RESTRICTIONS, message=READ_ONLY_HEADER)
        elif not change.before and not is_header_name(name):
            findings.add(_shown(where, name), "must have a name of ASCII letters, digits and hyphens")
        elif not change.before and name != name.lower():
            sentence = INVALID_VALUE.format(f"{where} must have header names in lower case")
            findings.add(_shown(where, name), "must have its name in lower case", message=sentence)
        elif any(has_control(value) for value, _ in change.after):
            findings.add(_shown(where, name), "must have a value without control characters")


def check_cookies(where: str, changed: Mapping[str, Change], findings: Findings) -> None:
    """Names and values that would end a cookie, or its line, before its time (RFC 6265 section 4.1)."""
    for name, change in changed.items():
        if not change.before and (not name or _NOT_IN_COOKIE_NAME.search(name)):
            findings.add(_shown(where, name), "must have a name without spaces, control characters, = and ;")
        elif any(has_control(f"{value}{attributes or ''}") for value, attributes in change.after):
            findings.add(_shown(where, name), "must have a value and attributes without control characters")
