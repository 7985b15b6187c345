"""Parts of an object: one is kept, answers for what lies in it, and grows by its neighbours to the whole [RangeGETs].

A part that says nothing of its version is kept too, and grows by none (RFC 9110 section 15.3.7.3).
Whether the edge keeps parts is the switch ``cache_ranges``. An object with status 206 is a part; its Content-Range says
which.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import NamedTuple

from edgeware.core.cached_object import CachedObject
from edgeware.core.conditional import CONDITIONS, spans
from edgeware.messages import Headers, Request, Response

_CONTENT_RANGE = re.compile(r"bytes ([0-9]{1,18})-([0-9]{1,18})/([0-9]{1,18})")


class Part(NamedTuple):
    """The first byte, the one after the last, and the length of the whole."""

    start: int
    stop: int
    size: int


def part_of(headers: Headers) -> Part | None:
    """Which part an answer is, or None where it does not say."""
    match = _CONTENT_RANGE.fullmatch(headers.get("content-range") or "")
    if match is None:
        return None
    start, last, size = map(int, match.groups())
    return Part(start, last + 1, size) if start <= last < size else None


def _version(headers: Headers) -> str | None:
    etag = headers.get("etag")
    return headers.get("last-modified") if etag is None or etag.startswith("W/") else etag


def answer(object: CachedObject, request: Request) -> Response | None:
    """What a part answers to a request for one range that lies in it; None: the origin has to be asked."""
    part = part_of(object.headers)
    if part is None or request.method != "GET" or request.headers.has_any(CONDITIONS):
        return None
    asked = spans(request.headers.get("range"), part.size)
    if asked is None or len(asked) != 1 or not part.start <= asked[0][0] < asked[0][1] <= part.stop:
        return None
    start, stop = asked[0]
    body = object.body[start - part.start : stop - part.start]
    return Response(status=206, headers=_described(object.headers, Part(start, stop, part.size)), body=body)


def kept(before: CachedObject | None, new: CachedObject) -> CachedObject | None:
    """A new part together with the one there was, if they touch and are of one version; None where its length is wrong.

    What has grown to the whole is an ordinary object.
    """
    part = part_of(new.headers)
    if part is None or len(new.body) != part.stop - part.start:
        return None
    body = new.body
    old = None if before is None else part_of(before.headers)
    if before is not None and old is not None and _belong_together(before.headers, old, new.headers, part):
        body = _joined(before.body, old.start, body, part.start)
        start = min(old.start, part.start)
        part = Part(start, start + len(body), part.size)
    if len(body) == part.size:
        headers = new.headers.without("content-range").set("Content-Length", str(part.size))
        return replace(new, status=200, reason="", headers=headers, body=body)
    return replace(new, headers=_described(new.headers, part), body=body)


def _belong_together(before: Headers, old: Part, headers: Headers, part: Part) -> bool:
    touch = old.start <= part.stop and part.start <= old.stop
    return touch and old.size == part.size and _version(before) == _version(headers) is not None


def _joined(one: bytes, start: int, other: bytes, other_start: int) -> bytes:
    if start > other_start:
        one, start, other, other_start = other, other_start, one, start
    return one + other[len(one) - (other_start - start) :]


def _described(headers: Headers, part: Part) -> Headers:
    headers = headers.set("Content-Range", f"bytes {part.start}-{part.stop - 1}/{part.size}")
    return headers.set("Content-Length", str(part.stop - part.start))
