"""The request as the origin-request function sees it, and as the origin gets it.

Source: [RequestAndResponseBehaviorCustomOrigin], [origin-request-understand-origin-request-policy].
"""

from __future__ import annotations

from dataclasses import replace

from edgeware.config.model import CacheBehavior, Origin
from edgeware.core.cache_key import normalized_accept_encoding
from edgeware.core.forwarding import Forwarding, forwarding
from edgeware.core.headers import EdgeLocation
from edgeware.core.selection import SIGNING_PARAMETERS, cookie_pairs, query_parts
from edgeware.messages import Headers, Request

# Never sent on, whatever a policy takes: hop-by-hop, or the edge's own. Upgrade is here too: a WebSocket does not come
# this way. What Connection names is not removed: a header that the cache key holds must reach the origin, or one viewer
# could store an answer that was made without it.
_NEVER = frozenset(
    """
    keep-alive proxy-authenticate proxy-authorization proxy-connection te trailer upgrade x-forwarded-proto x-real-ip
    """.split()
)
# Sent on in both modes. A body would lose its framing without them, a partial or conditional request its meaning.
_ALWAYS = frozenset(
    """
    content-length content-md5 content-type if-match if-modified-since if-none-match if-range if-unmodified-since range
    request-range transfer-encoding
    """.split()
)
# Sent on with legacy ForwardedValues, as the guide's table says; with policies only if named, or by a switch.
_LEGACY_ROWS = frozenset("cache-control date from max-forwards origin pragma warning".split())
# Removed although legacy ForwardedValues send on every header that has no row of its own.
_REMOVED = frozenset("accept accept-charset accept-language expect referer x-http-method-override".split())
_METHODS_WITH_AUTHORIZATION = frozenset({"DELETE", "PATCH", "POST", "PUT"})


def forwards_cookies(behavior: CacheBehavior) -> bool:
    """Whether a behavior sends any cookie on: then Set-Cookie is kept and nothing is revalidated [Cookies]."""
    return forwarding(behavior).cookies


def forwarded(
    behavior: CacheBehavior,
    origin: Origin,
    request: Request,
    *,
    request_id: str,
    location: EdgeLocation,
    legacy_rows: bool = False,
) -> Request:
    """A viewer's request as the origin-request function sees it: origin path and custom headers are not there yet.

    ``request`` already has the CloudFront-* headers that the policies name. Connection is `Keep-Alive`, as in the
    guide's table; a driver that talks to the origin over a connection of its own minds its own hop.
    ``legacy_rows`` is the switch of that name.
    """
    sent = forwarding(behavior)
    own = _own_headers(behavior, sent, origin, request, request_id, location)
    lines: list[tuple[str, str]] = []
    for name, value in request.headers.lines:
        lower = name.lower()
        if lower not in own:
            if _goes_on(lower, behavior, sent, request.method) or (legacy_rows and lower in _LEGACY_ROWS):
                lines.append((name, value))
        elif (placed := own[lower]) is not None:
            lines.append((name, placed))
            own[lower] = None
    lines.extend((_title(name), value) for name, value in own.items() if value is not None)
    return replace(request, query=_query(behavior, sent, request.query), headers=Headers(lines))


def addressed(origin: Origin, request: Request) -> Request:
    """The request as it leaves for the origin: origin path put before the path, custom headers over the viewer's own.

    Source: [add-origin-custom-headers].
    """
    headers = request.headers
    for name, value in origin.custom_headers:
        headers = headers.set(name, value)
    return replace(request, path=origin.origin_path + request.path, headers=headers)


def _own_headers(
    behavior: CacheBehavior,
    sent: Forwarding,
    origin: Origin,
    request: Request,
    request_id: str,
    location: EdgeLocation,
) -> dict[str, str | None]:
    """The headers that the edge writes itself, by lower-case name; None where there is to be none."""
    headers = request.headers
    host = origin.host_header or (headers.get("host") if sent.header("host") else None)
    agent = headers.get("user-agent") if sent.header("user-agent") else None
    via = location.via_header(request.http_version)
    return {
        "host": host or origin.domain_name,
        "user-agent": agent or "Amazon CloudFront",
        "accept-encoding": _accept_encoding(behavior, sent, request),
        "cookie": _cookie(sent, headers) if sent.cookies else None,
        "connection": "Keep-Alive",
        "x-forwarded-for": ",".join(filter(None, (*headers.get_all("x-forwarded-for"), request.client_ip))),
        "via": ", ".join(filter(None, (*headers.get_all("via"), via))),
        "x-amz-cf-id": request_id,
    }


def _goes_on(name: str, behavior: CacheBehavior, sent: Forwarding, method: str) -> bool:
    if name in _NEVER or name.startswith("x-edge-"):
        return False
    if name == "expect":
        return sent.names_header(name)  # The edge answers 100-continue itself: allViewer does not mean this one.
    if name in _ALWAYS or sent.header(name):
        return True
    if name == "authorization":
        return method in _METHODS_WITH_AUTHORIZATION or (method == "OPTIONS" and method not in behavior.cached_methods)
    return sent.legacy and name not in _REMOVED and not name.startswith("cloudfront-")


def _accept_encoding(behavior: CacheBehavior, sent: Forwarding, request: Request) -> str | None:
    policy = behavior.cache_policy
    if policy.gzip or policy.brotli:
        return normalized_accept_encoding(policy, request).to_origin
    named = sent.header("accept-encoding") and request.http_version not in ("0.9", "1.0")
    return request.headers.joined("accept-encoding") if named else None


def _cookie(sent: Forwarding, headers: Headers) -> str | None:
    pairs = sorted((pair for pair in cookie_pairs(headers) if sent.cookie(pair[0])), key=lambda pair: pair[0])
    return "; ".join(f"{name}={value}" for name, value in pairs) or None


def _query(behavior: CacheBehavior, sent: Forwarding, query: str) -> str:
    signed = bool(behavior.trusted_key_groups or behavior.trusted_signers)
    if not query or (sent.whole_query and not signed):
        return query
    return "&".join(
        part
        for name, part in query_parts(query)
        if sent.query_string(name) and not (signed and name in SIGNING_PARAMETERS)
    )


def _title(name: str) -> str:
    return "-".join(word.capitalize() for word in name.split("-"))
