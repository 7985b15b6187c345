"""Conditional and range requests at the edge: RFC 9110 sections 13 and 14, on objects of the cache [RangeGETs]."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from itertools import pairwise
from typing import TypeAlias

from werkzeug.http import parse_etags, parse_range_header

from edgeware.config.model import READ_METHODS
from edgeware.core.cache_control import http_date
from edgeware.core.cached_object import CachedObject
from edgeware.messages import Headers, Request, Response

CONDITIONS = frozenset({"if-match", "if-modified-since", "if-none-match", "if-range", "if-unmodified-since"})
"""The request headers that make a request conditional, in lower case."""

_ASKING = CONDITIONS | {"range"}
_OF_THE_BODY = (
    "content-digest",
    "content-encoding",
    "content-language",
    "content-length",
    "content-md5",
    "content-range",
    "content-type",
    "transfer-encoding",
)

Span: TypeAlias = tuple[int, int]
"""The first byte and the one after the last."""


# --- what the viewer asks -------------------------------------------------------------------------------------------


# werkzeug's is_resource_modified falls back to If-Modified-Since beside an If-None-Match and knows no 412, so its
# parsers are used and the order is that of RFC 9110 section 13.2.2.
def answer(copy: CachedObject, request: Request) -> Response | None:
    """What a conditional or range request gets for a stored 200: 304, 206, 412 or 416; None: the whole object.

    The answer to HEAD has the body of the answer to GET, which the driver leaves out.
    """
    if not request.headers.has_any(_ASKING) or copy.status != 200 or request.method not in READ_METHODS:
        return None
    if not _preconditions_hold(copy.headers, request.headers):
        return _refusal(412, "Precondition Failed")
    if _is_known(copy.headers, request.headers):
        return Response(status=304, reason="Not Modified", headers=copy.headers.without(*_OF_THE_BODY), body=b"")
    if request.method != "GET":
        return None
    return _part(copy, request.headers)


def _preconditions_hold(stored: Headers, asked: Headers) -> bool:
    if_match = asked.joined("if-match")
    if if_match is not None:
        tags = parse_etags(if_match)
        tag, is_weak = _entity_tag(stored)
        return tags.star_tag or (tag is not None and not is_weak and tags.is_strong(tag))
    since, modified = http_date(asked.get("if-unmodified-since")), http_date(stored.get("last-modified"))
    return since is None or modified is None or modified <= since


def _is_known(stored: Headers, asked: Headers) -> bool:
    if_none_match = asked.joined("if-none-match")
    if if_none_match is not None:
        tags = parse_etags(if_none_match)
        tag, _ = _entity_tag(stored)
        return tags.star_tag or (tag is not None and tags.contains_weak(tag))
    since, modified = http_date(asked.get("if-modified-since")), http_date(stored.get("last-modified"))
    return since is not None and modified is not None and modified <= since


def _entity_tag(stored: Headers) -> tuple[str | None, bool]:
    # Cut here and not by werkzeug's unquote_etag, which cannot tell an unquoted tag from a quoted one.
    etag = stored.get("etag")
    if etag is None:
        return None, False
    return etag.removeprefix("W/").strip('"'), etag.startswith("W/")


# --- ranges ---------------------------------------------------------------------------------------------------------


def _part(copy: CachedObject, asked: Headers) -> Response | None:
    size = len(copy.body)
    wanted = spans(asked.get("range"), size)
    if wanted is None or not _if_range_holds(copy.headers, asked.get("if-range")):
        return None
    if not wanted:
        return _refusal(416, "Range Not Satisfiable", ("Content-Range", f"bytes */{size}"))
    if len(wanted) == 1:
        start, stop = wanted[0]
        headers = copy.headers.set("Content-Range", _content_range(wanted[0], size))
        return _partial(headers, copy.body[start:stop])
    return _multipart(copy, wanted)


def spans(value: str | None, size: int) -> tuple[Span, ...] | None:
    """The spans a Range asks for; none at all where it cannot be met; None where the header does not count.

    CloudFront ignores it unless all ranges are valid, in ascending order and apart from each other [RangeGETs].
    """
    asked = parse_range_header(value)
    if asked is None or asked.units != "bytes":
        return None
    found = tuple(_span(begin, end, size) for begin, end in asked.ranges)
    met = tuple(span for span in found if span[0] < span[1])
    if not met:
        return ()
    if len(met) < len(found) or any(before[1] > after[0] for before, after in pairwise(found)):
        return None
    return found


def _span(begin: int, end: int | None, size: int) -> Span:
    start = max(0, size + begin) if begin < 0 else begin
    return start, size if end is None else min(end, size)


def _if_range_holds(stored: Headers, if_range: str | None) -> bool:
    if if_range is None:
        return True
    value = if_range.strip()
    if value.startswith(('"', "W/")):
        return not value.startswith("W/") and value == stored.get("etag")
    modified = http_date(stored.get("last-modified"))
    return modified is not None and http_date(value) == modified


def _multipart(copy: CachedObject, wanted: tuple[Span, ...]) -> Response:
    # A boundary that no body can hold by chance, and the same each time.
    boundary = hashlib.sha256(copy.body).hexdigest()[:32]
    content_type = copy.headers.get("content-type")
    described = "" if content_type is None else f"Content-Type: {content_type}\r\n"
    pieces: list[bytes] = []
    for span in wanted:
        head = f"--{boundary}\r\n{described}Content-Range: {_content_range(span, len(copy.body))}\r\n\r\n"
        pieces += (head.encode("latin-1", "replace"), copy.body[span[0] : span[1]], b"\r\n")
    pieces.append(f"--{boundary}--\r\n".encode())
    headers = copy.headers.set("Content-Type", f"multipart/byteranges; boundary={boundary}")
    return _partial(headers, b"".join(pieces))


def _content_range(span: Span, size: int) -> str:
    return f"bytes {span[0]}-{span[1] - 1}/{size}"


def _partial(headers: Headers, body: bytes) -> Response:
    headers = headers.without("transfer-encoding").set("Content-Length", str(len(body)))
    return Response(status=206, reason="Partial Content", headers=headers, body=body)


def _refusal(status: int, reason: str, *lines: tuple[str, str]) -> Response:
    return Response(status=status, reason=reason, headers=Headers((*lines, ("Content-Length", "0"))), body=b"")


# --- what the edge asks ---------------------------------------------------------------------------------------------


def unconditional(request: Request) -> Request:
    """The request for the whole object, whatever the viewer has of it already."""
    headers = request.headers.without(*_ASKING)
    return request if headers is request.headers else replace(request, headers=headers)


def revalidation(copy: CachedObject, request: Request) -> Request:
    """The request that asks the origin whether a stored object still holds [RequestAndResponseBehaviorCustomOrigin].

    The object's validators take the place of the viewer's conditions; a range goes too, since the whole object is
    wanted. With nothing to ask by, it is the request itself, unchanged, and the origin's 304 would be the viewer's.
    """
    validators = (
        ("If-None-Match", copy.origin_etag or copy.headers.get("etag")),
        ("If-Modified-Since", copy.headers.get("last-modified")),
    )
    lines = tuple((name, value) for name, value in validators if value is not None)
    if not copy.revalidates or not lines:
        return request
    return replace(request, headers=Headers((*request.headers.without(*_ASKING), *lines)))
