"""An ASGI scope and its messages, read into and written from ours (ASGI HTTP specification 2.5)."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from urllib.parse import quote, unquote

from starlette.types import Message, Scope

from edgeware.config.model import ViewerDefaults
from edgeware.core.effects import Fetch
from edgeware.core.overrides import overridden
from edgeware.messages import Headers, Request, Response

# What servers call the versions, and what HTTP calls them.
HTTP_VERSIONS = {"2": "2.0", "3": "3.0"}
# A path that comes only decoded is encoded again; these characters stay as they are (RFC 3986 section 3.3).
PATH_SAFE = "/:@!$&'()*+,;=~-._"
BYPASSES = frozenset({"http.response.pathsend", "http.response.zerocopysend"})
"""Ways to send a body past the edge's hands."""
WITHHELD = frozenset({"http.response.trailers"})
"""What CloudFront does not pass on [RequestAndResponseBehaviorCustomOrigin]."""


def read_request(scope: Scope, viewer: ViewerDefaults) -> Request:
    """The viewer's request, with what the distribution takes for granted of viewers."""
    client = scope.get("client") or ("127.0.0.1", 0)
    version: str = scope.get("http_version", "1.1")
    request = Request(  # by position, which takes half the time
        scope["method"],
        _raw_path(scope),
        scope.get("query_string", b"").decode("latin-1"),
        _headers_of(scope["headers"]),
        viewer.protocol(scope.get("scheme", "http")),
        HTTP_VERSIONS.get(version, version),
        viewer.address(client[0]),
        client[1] or 0,
    )
    return overridden(request) if viewer.override_headers else request


def _headers_of(lines: Iterable[Iterable[bytes]]) -> Headers:
    """Header lines: a viewer sends the same ones with most of its requests, so those of late are kept."""
    lines = tuple(lines)
    try:
        return _known(lines)
    except TypeError:  # each line a list, as some servers have it: what can change is nothing to look up by
        return _decoded(lines)


def _decoded(lines: Iterable[Iterable[bytes]]) -> Headers:
    return Headers([(name.decode("latin-1"), value.decode("latin-1")) for name, value in lines])


_known = lru_cache(maxsize=128)(_decoded)


def _raw_path(scope: Scope) -> str:
    raw: bytes | None = scope.get("raw_path")
    if raw is None:
        return quote(scope["path"], safe=PATH_SAFE)
    return raw.partition(b"?")[0].decode("latin-1")


def read_response(message: Message) -> Response:
    """The head that an application sends."""
    return Response(status=message["status"], headers=_decoded(message.get("headers", ())))


def origin_scope(scope: Scope, fetch: Fetch) -> Scope:
    """The viewer's scope, with what the edge changed. Middleware may have put more into it: that stays."""
    request = fetch.request
    changed = {
        **scope,
        "method": request.method,
        "query_string": request.query.encode("latin-1"),
        "headers": request.headers.raw,
        "edgeware.request": request,
    }
    if request.path != _raw_path(scope):
        changed["path"] = unquote(request.path)
        changed["raw_path"] = request.path.encode("latin-1")
    if "extensions" in scope:
        withheld = WITHHELD | BYPASSES if fetch.watched else WITHHELD
        offered = scope["extensions"] or {}
        changed["extensions"] = {name: value for name, value in offered.items() if name not in withheld}
    return changed
