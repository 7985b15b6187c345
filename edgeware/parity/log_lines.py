"""Requests from an access log in the W3C extended form, such as CloudFront's standard logs [standard-logs-reference].

``#Fields`` gives the order; without it, it is that of CloudFront. No body and few headers are in a log.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from urllib.parse import unquote

from edgeware.core.access_log import FIELDS
from edgeware.exceptions import UsageError
from edgeware.parity.saved import SavedAnswer, SavedRequest, saved

_HEADERS = {
    "cs(User-Agent)": "User-Agent",
    "cs(Referer)": "Referer",
    "cs(Cookie)": "Cookie",
    "cs(Accept-Encoding)": "Accept-Encoding",
}
_NEEDED = ("cs-method", "cs-uri-stem")
_FIRST = re.compile(r"\d{4}-\d\d-\d\d\t\d\d:\d\d:\d\d\t")


def is_log(text: str) -> bool:
    """Whether a file begins as an access log does."""
    return text.startswith(("#Version:", "#Fields:", "#Software:", "#Date:")) or bool(_FIRST.match(text))


def requests(text: str, name: str) -> Iterator[SavedRequest]:
    """The requests of the log's lines. UsageError, with the line, for one that has not the fields."""
    fields: Sequence[str] = FIELDS
    for number, line in enumerate(text.splitlines(), 1):
        where = f"{name}:{number}"
        if line.startswith("#Fields:"):
            fields = _fields(line, where)
        elif line.strip() and not line.startswith("#"):
            values = line.split("\t" if "\t" in line else None)
            if len(values) != len(fields):
                raise UsageError(f"{where}: {len(values)} fields where #Fields names {len(fields)}.")
            yield _request(dict(zip(fields, values, strict=True)), where)


def _fields(line: str, where: str) -> Sequence[str]:
    fields = line.removeprefix("#Fields:").split()
    missing = [field for field in _NEEDED if field not in fields]
    if missing:
        raise UsageError(f"{where}: #Fields has no {' and no '.join(missing)}, so nobody can tell what was asked.")
    return fields


def _request(values: Mapping[str, str], where: str) -> SavedRequest:
    given = {name: _decoded(value) for name, value in values.items() if value != "-"}
    target = given.get("cs-uri-stem", "/")
    if "cs-uri-query" in given:
        target = f"{target}?{given['cs-uri-query']}"
    lines = [(name, _once_more(given[field])) for field, name in _HEADERS.items() if field in given]
    return saved(
        given.get("cs-method", "GET"),
        target,
        lines,
        where,
        host=given.get("x-host-header") or given.get("cs(Host)") or given.get("cs-host", ""),
        answer=_answer(given),
    )


def _answer(given: Mapping[str, str]) -> SavedAnswer | None:
    """Status 000 is a viewer who left before there was an answer."""
    status = given.get("sc-status", "")
    if not status.isdecimal() or not int(status):
        return None
    result = given.get("x-edge-response-result-type") or given.get("x-edge-result-type")
    return SavedAnswer(status=int(status), x_cache=f"{result} from cloudfront" if result else "")


def _decoded(value: str) -> str:
    """What the log has encoded, the percent sign too: a path that is encoded itself stands there encoded twice."""
    return unquote(value, "utf-8", "surrogateescape")


def _once_more(value: str) -> str:
    """Logs of former years have the space of a header encoded twice."""
    return value.replace("%20", " ")
