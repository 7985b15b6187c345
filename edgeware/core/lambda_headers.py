"""Headers as Lambda@Edge functions see them: ``{"x-name": [{"key": "X-Name", "value": "..."}]}``, and back.

Two kinds of text meet here. A message of ours holds wire text, one character a byte; a function reads and writes
Unicode. What a function leaves alone keeps its bytes, what it changes goes out as UTF-8
[edge-function-restrictions-all].
"""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import TypeAlias, TypeGuard

from edgeware.config.headers import is_header_name
from edgeware.core.function_headers import is_disallowed
from edgeware.core.lambda_findings import (
    DISALLOWED_HEADER,
    ENTRY_NOT_AN_ARRAY,
    HEADER_CHARACTER,
    HEADER_NAME,
    HEADER_VALUE,
    HEADERS_NOT_AN_OBJECT,
    READ_ONLY_HEADER,
    Finding,
    finding,
)
from edgeware.messages import Headers

HeaderMap: TypeAlias = dict[str, list[dict[str, str]]]
Lines: TypeAlias = dict[str, list[tuple[str, str]]]
"""By lower-case name: the ``(key, value)`` pairs of the header's lines, in a function's text."""

STRUCTURE = "lambda-event-structure"
RESTRICTIONS = "edge-function-restrictions-all"

_CONTROL = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")


def readable(text: str) -> str:
    """Wire text as a function gets it: UTF-8 where the bytes are UTF-8, else ISO-8859-1."""
    if text.isascii():
        return text
    try:
        return text.encode("latin-1").decode()
    except UnicodeError:
        return text


def wire(text: str) -> str:
    """A function's text as wire text: its UTF-8 bytes, a question mark for what UTF-8 cannot say."""
    return text if text.isascii() else text.encode(errors="replace").decode("latin-1")


def header_map(headers: Headers) -> HeaderMap:
    """The header map of an event: one entry a line, in wire order, without the names that are hidden."""
    entries: HeaderMap = {}
    for name, value in headers:
        lower = name.lower()
        if not is_disallowed(lower):
            entries.setdefault(lower, []).append({"key": name, "value": readable(value)})
    return entries


def read_header_map(returned: object, sent: HeaderMap, findings: list[Finding], where: str = "headers") -> Lines:
    """The lines of a returned header map, without the names that have none.

    What equals the sent event is not judged. What is malformed goes to the findings and counts as left alone, so that
    no mistake is told twice. Map names that are equal but for their case are put together.
    """
    if not isinstance(returned, dict):
        findings.append(finding(HEADERS_NOT_AN_OBJECT, where, "must be an object", STRUCTURE))
        return {name: _lines_of(sent, name) for name in sent}
    lines: Lines = {}
    for name, entries in returned.items():
        before = len(findings)
        read = [] if entries == sent.get(name) else _read_entries(name, entries, findings, f"{where}.{name}")
        if entries == sent.get(name) or len(findings) > before:
            read = _lines_of(sent, name.lower())
        if read:
            lines.setdefault(name.lower(), []).extend(read)
    return lines


def _read_entries(name: str, entries: object, findings: list[Finding], where: str) -> list[tuple[str, str]]:
    if not isinstance(entries, list):
        findings.append(finding(ENTRY_NOT_AN_ARRAY, where, "must be an array of {key, value} objects", STRUCTURE))
        return []
    if not is_header_name(name):
        findings.append(finding(HEADER_NAME, where, "is not a header name", STRUCTURE))
        return []
    return [line for entry in entries for line in _read_entry(name, entry, findings, where)]


def _read_entry(name: str, entry: object, findings: list[Finding], where: str) -> list[tuple[str, str]]:
    if not isinstance(entry, dict):
        findings.append(finding(HEADER_VALUE, where, "each element must be a {key, value} object", STRUCTURE))
        return []
    key = entry.get("key", _title_case(name))
    if not (isinstance(key, str) and key.isascii() and key.lower() == name.lower()):
        findings.append(finding(HEADER_NAME, where, "the key must be the name of its entry, in any case", STRUCTURE))
        return []
    value = entry.get("value")
    values = value if isinstance(value, list) else [value]
    return [(key, text) for text in values if _is_value(text, name, findings, where)]


def _is_value(value: object, name: str, findings: list[Finding], where: str) -> TypeGuard[str]:
    if not isinstance(value, str):
        what = f"header :{name} has one or more entries whose value is neither string nor array of strings."
        findings.append(finding(HEADER_VALUE, where, what, STRUCTURE))
        return False
    control = _CONTROL.search(value)
    if control:
        character = f"'%{ord(control.group()):02X}' in header value, headerName : {_title_case(name)}."
        what = f"the function returned an invalid header, invalid character : {character}"
        findings.append(finding(HEADER_CHARACTER, where, what, STRUCTURE))
    return control is None


def _title_case(name: str) -> str:
    return "-".join(part.capitalize() for part in name.split("-"))


def disallowed(lines: Lines) -> list[Finding]:
    """A finding for each line of a name that functions may not use."""
    return [
        finding(DISALLOWED_HEADER, f"headers.{name}", "functions may not add this header", RESTRICTIONS)
        for name in lines
        if is_disallowed(name)
    ]


def read_only(lines: Lines, sent: HeaderMap, names: Collection[str]) -> list[Finding]:
    """A finding for each of the names whose values, in their order, are not those of the sent event."""
    findings = []
    for name in sorted(names):
        before = [entry["value"] for entry in sent.get(name, ())]
        after = [value for _, value in lines.get(name, ())]
        if before != after:
            verb = "delete" if not after else "change" if before else "add"
            what = f"the function tried to {verb} read-only header, headerName : {_title_case(name)}."
            findings.append(finding(READ_ONLY_HEADER, f"headers.{name}", what, RESTRICTIONS))
    return findings


def edited(headers: Headers, sent: HeaderMap, lines: Lines) -> Headers:
    """The headers after a function's edits.

    Hidden and unchanged lines stay as and where they are; a changed header stands where its first line stood; a new
    one comes last.
    """
    result: list[tuple[str, str]] = []
    placed: set[str] = set()
    for name, value in headers:
        lower = name.lower()
        if is_disallowed(lower) or lines.get(lower) == _lines_of(sent, lower):
            result.append((name, value))
        elif lower in lines and lower not in placed:
            placed.add(lower)
            result.extend(_rewritten(headers, lower, lines))
    for lower in lines:
        if lower not in sent:
            result.extend(_rewritten(headers, lower, lines))
    return Headers(result)


def _lines_of(sent: HeaderMap, lower: str) -> list[tuple[str, str]]:
    return [(entry["key"], entry["value"]) for entry in sent.get(lower, ())]


def _rewritten(headers: Headers, lower: str, lines: Lines) -> list[tuple[str, str]]:
    """New lines of a header; a value that one of the old lines had keeps that line's bytes."""
    known = {readable(value): value for value in headers.get_all(lower)}
    return [(key, known.get(value, wire(value))) for key, value in lines[lower]]
