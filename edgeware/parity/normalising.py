"""What two answers are compared by: without ids, dates and names that differ between any two edges."""

from __future__ import annotations

import re
import zlib
from collections.abc import Mapping
from hashlib import blake2b
from secrets import token_bytes

import brotli
from werkzeug.http import parse_date

from edgeware.config.canonical import MASK
from edgeware.parity.masking import unsigned
from edgeware.parity.sending import Received

PRESENT = "(present)"
BASE = "{base}"
# Of one connection only; or compared by something else: the body, X-Cache and Age have kinds of their own.
_NOT_COMPARED = frozenset(
    "age alt-svc connection content-length keep-alive proxy-connection transfer-encoding x-cache".split()
)
# Another one each time: only whether it is there counts.
_VOLATILE = frozenset(
    "date server-timing via x-amz-cf-id x-amz-cf-pop x-amz-id-2 x-amz-request-id x-amzn-requestid x-amzn-trace-id "
    "x-request-id".split()
)
_COOKIE_DATE = re.compile(r"(?i)(;\s*expires=)[^;]*")
_COOKIE_VALUE = re.compile(r"^([^=;]*)=([^;]*)")
_KEY = token_bytes(16)


def headers_of(received: Received, base: str) -> Mapping[str, tuple[str, ...]]:
    """The values of each header that counts, by its name in lower case."""
    names = dict.fromkeys(name.lower() for name, _ in received.headers)
    return {name: _values(name, received, base) for name in names if name not in _NOT_COMPARED}


def _values(name: str, received: Received, base: str) -> tuple[str, ...]:
    if name in _VOLATILE:
        return (PRESENT,)
    values = received.headers.get_all(name)
    if name == "expires":
        return (_expires(values[0], received),)
    if name == "set-cookie":
        return tuple(_cookie(value) for value in values)
    text = ", ".join(values).replace(base, BASE)
    return (unsigned(text) if name in ("content-location", "location") else text,)


def _expires(value: str, received: Received) -> str:
    """How long after Date; two answers of different times cannot agree on the moment."""
    expires, date = parse_date(value), parse_date(received.headers.get("date"))
    if expires is None or date is None:
        return value
    return f"{(expires - date).total_seconds():.0f} s after Date"


def _cookie(line: str) -> str:
    """The line without its date; the value, which may be a secret, as a digest that no other run can read."""
    return _COOKIE_VALUE.sub(_digest, _COOKIE_DATE.sub(r"\1(date)", line))


def _digest(found: re.Match[str]) -> str:
    return f"{found[1]}={MASK}{blake2b(found[2].encode(), key=_KEY, digest_size=4).hexdigest()}"


def body_of(received: Received, base: str) -> bytes:
    """The body as it was before compression, without the site's own URL and request id."""
    body = _decoded(received.body, (received.headers.get("content-encoding") or "").strip().lower())
    body = body.replace(base.encode(), BASE.encode())
    request_id = received.headers.get("x-amz-cf-id")
    return body.replace(request_id.encode(), b"{id}") if request_id else body


def _decoded(body: bytes, coding: str) -> bytes:
    """What is no such coding stays as it is, and differs."""
    try:
        if coding == "gzip":
            return zlib.decompress(body, wbits=31)
        return bytes(brotli.decompress(body)) if coding == "br" else body
    except (zlib.error, brotli.error):
        return body
