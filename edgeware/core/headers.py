"""Response headers on their way through the edge: what it drops, what it stores, what it adds.

Source: [RequestAndResponseBehaviorCustomOrigin], [RequestAndResponseBehaviorS3Origin].
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from werkzeug.http import http_date, parse_dict_header

from edgeware.config.model import CacheBehavior
from edgeware.core.forwarding import Forwarding, forwarding
from edgeware.messages import Headers, Response


class XCache:
    """The values of X-Cache [standard-logs-reference; the function ones from public captures]."""

    HIT: Final = "Hit from cloudfront"
    MISS: Final = "Miss from cloudfront"
    REFRESH_HIT: Final = "RefreshHit from cloudfront"
    ERROR: Final = "Error from cloudfront"
    REDIRECT: Final = "Redirect from cloudfront"
    LAMBDA_GENERATED_RESPONSE: Final = "LambdaGeneratedResponse from cloudfront"
    FUNCTION_GENERATED_RESPONSE: Final = "FunctionGeneratedResponse from cloudfront"
    LAMBDA_VALIDATION_ERROR: Final = "LambdaValidationError from cloudfront"
    LAMBDA_EXECUTION_ERROR: Final = "LambdaExecutionError from cloudfront"
    LAMBDA_LIMIT_EXCEEDED: Final = "LambdaLimitExceeded from cloudfront"
    FUNCTION_EXECUTION_ERROR: Final = "FunctionExecutionError from cloudfront"
    FUNCTION_VALIDATION_ERROR: Final = "FunctionValidationError from cloudfront"
    FUNCTION_THROTTLED_ERROR: Final = "FunctionThrottledError from cloudfront"
    LIMIT_EXCEEDED: Final = "LimitExceeded from cloudfront"
    CAPACITY_EXCEEDED: Final = "CapacityExceeded from cloudfront"
    ORIGIN_SHIELD_HIT: Final = "OriginShieldHit from cloudfront"


def result_type(x_cache: str) -> str:
    """The access log's result type of an X-Cache value: ``Hit`` of ``Hit from cloudfront``."""
    return x_cache.removesuffix(" from cloudfront")


@dataclass(frozen=True, slots=True, kw_only=True)
class EdgeLocation:
    """Which edge location answers. Both values are made up once per process."""

    pop: str = "IAD66-C1"
    """X-Amz-Cf-Pop: airport code, number, ``-C`` or ``-P`` and a number."""
    via: str
    """The host name of Via: 32 hexadecimal digits, without ``.cloudfront.net``."""

    def via_header(self, http_version: str) -> str:
        """The value of Via for a message received over a version such as ``1.1`` or ``2``."""
        return _via(http_version, self.via)


@lru_cache(maxsize=64)
def _via(http_version: str, host: str) -> str:
    version = http_version if "." in http_version else f"{http_version}.0"
    return f"{version} {host}.cloudfront.net (CloudFront)"


# --- from the origin ------------------------------------------------------------------------------------------------

# RFC 9110 section 7.6.1 and the guide's own rows. Transfer-Encoding too: each hop frames for itself.
_DROPPED = frozenset(
    """
    connection keep-alive proxy-authenticate proxy-connection te trailer transfer-encoding upgrade
    x-amz-id-2 x-amz-request-id
    """.split()
)
_DEVICE_HEADERS = tuple(
    f"cloudfront-is-{device}-viewer" for device in ("android", "desktop", "ios", "mobile", "smarttv", "tablet")
)


def from_origin(behavior: CacheBehavior, response: Response) -> Response:
    """An origin's head without what the edge drops before a function, the cache or the viewer sees it.

    Gone are hop-by-hop headers with those that Connection names, S3's request ids, Set-Cookie where the behavior
    forwards no cookies, and the names in Vary that the origin cannot depend on.
    """
    sent = forwarding(behavior)
    dropped = _DROPPED | _named_by_connection(response.headers)
    if not sent.cookies:
        dropped |= {"set-cookie"}
    headers = response.headers.without(*dropped)
    if "vary" in headers:
        headers = Headers(_with_filtered_vary(headers, sent, behavior.cache_policy.min_ttl == 0))
    return response.with_headers(headers)


def dated(response: Response, now: float) -> Response:
    """A response with the time at which it came, where it names none (RFC 9110 section 6.6.1): hits say it again."""
    if "date" in response.headers:
        return response
    headers = response.headers.extended(("Date", date_text(int(now))))
    return response.with_headers(headers)


@lru_cache(maxsize=4)
def date_text(now: int) -> str:
    """An HTTP date: the same for every response of a second."""
    return http_date(now)


def _named_by_connection(headers: Headers) -> frozenset[str]:
    named = headers.joined("connection")
    return frozenset() if named is None else frozenset(name.strip().lower() for name in named.split(","))


def _with_filtered_vary(headers: Headers, sent: Forwarding, star: bool) -> Iterator[tuple[str, str]]:
    for name, value in headers.lines:
        if name.lower() != "vary":
            yield name, value
        elif kept := ", ".join(field for field in _fields(value) if _varies_by(field.lower(), sent, star)):
            yield name, kept


def _fields(value: str) -> list[str]:
    return [field for part in value.split(",") if (field := part.strip())]


def _varies_by(field: str, sent: Forwarding, star: bool) -> bool:
    if field == "*":
        return star  # Means "always ask the origin" at a minimum TTL of 0, nothing above it.
    if field == "user-agent" and any(sent.header(name) for name in _DEVICE_HEADERS):
        return True
    return field in ("accept-encoding", "cookie") or sent.header(field)


def storable(headers: Headers) -> Headers:
    """The headers that are stored: without Set-Cookie where Cache-Control says ``no-cache="Set-Cookie"`` [Cookies]."""
    control = (headers.joined("cache-control") or "").lower()
    if "set-cookie" not in control:
        return headers
    named = parse_dict_header(control).get("no-cache") or ""
    return headers.without("set-cookie") if "set-cookie" in _fields(named) else headers


# --- to the viewer --------------------------------------------------------------------------------------------------

_SET_BY_EDGE = frozenset({"age", "via", "x-amz-cf-id", "x-amz-cf-pop", "x-cache"})


def to_viewer(
    response: Response,
    x_cache: str,
    request_id: str,
    location: EdgeLocation,
    http_version: str,
    date: str,
    age: int | None,
) -> Response:
    """A response with the edge's own headers, the last thing that happens to its head.

    Via is set, not appended; Server and Date are added where missing. ``date`` is an HTTP date, ``age`` the seconds in
    the cache (None when the response is not from there), ``http_version`` the viewer's.
    """
    of = (x_cache, location, http_version, date)
    known = response.headers.noted("to viewer")
    if not known or known[0] != of:
        via = location.via_header(http_version)
        known = (of, _lasting(response.headers, x_cache, via, location.pop, date))
        response.headers.note("to viewer", *known)
    own = (("X-Amz-Cf-Id", request_id),) if age is None else (("X-Amz-Cf-Id", request_id), ("Age", str(age)))
    headers = known[1].extended(*own)
    return response.with_headers(headers)


def _lasting(headers: Headers, x_cache: str, via: str, pop: str, date: str) -> Headers:
    """All lines but those of one request: what rests in the cache has them ready for every hit of a second."""
    kept = headers.without(*_SET_BY_EDGE) if headers.has_any(_SET_BY_EDGE) else headers
    lines = [("X-Cache", x_cache), ("Via", via), ("X-Amz-Cf-Pop", pop)]
    if "date" not in kept:
        lines.insert(0, ("Date", date))
    if "server" not in kept:
        lines.insert(0, ("Server", "CloudFront"))
    return Headers((*kept.lines, *lines))
