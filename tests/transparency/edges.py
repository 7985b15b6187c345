"""The two edges that an application should not notice, and what of it CloudFront's guide says that it will.

The one passes everything on, with the managed policies CachingDisabled and AllViewer and without a function; the
other caches with CachingOptimized, and passes everything on that its cache does not hold.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Literal, TypeAlias

from starlette.types import ASGIApp

from edgeware import ASGIEdge, WSGIEdge
from edgeware.cache.memory import MemoryStore
from edgeware.config.loading import load
from edgeware.edge import Edge

Way: TypeAlias = Literal["bare", "caching disabled", "caching optimized"]
WAYS: tuple[Way, ...] = ("bare", "caching disabled", "caching optimized")

# Set, changed or dropped on the way to the origin [RequestAndResponseBehaviorCustomOrigin].
REQUEST_HEADERS = frozenset({"via", "x-forwarded-for", "x-amz-cf-id", "connection", "accept-encoding"})
# Set on the way to the viewer. Date and Server only where the origin sends none, Age only out of the cache.
RESPONSE_HEADERS = frozenset({"x-cache", "via", "x-amz-cf-pop", "x-amz-cf-id", "server", "date", "age"})


def _distribution(cache_policy: str) -> Any:
    return load(
        {
            "version": 1,
            "default_behavior": {
                "origin": "app",
                "allowed_methods": "all",
                "cache_policy": cache_policy,
                "origin_request_policy": "Managed-AllViewer",
                "viewer_protocol_policy": "allow-all",
            },
        }
    )


DISTRIBUTIONS = {
    "caching disabled": _distribution("Managed-CachingDisabled"),
    "caching optimized": _distribution("Managed-CachingOptimized"),
}


def asgi(app: ASGIApp, way: Way) -> ASGIApp:
    """The application itself, or an edge round it."""
    return app if way == "bare" else ASGIEdge(app, DISTRIBUTIONS[way])


def wsgi(app: Any, way: Way) -> Any:
    """The application itself, or an edge round it."""
    return app if way == "bare" else WSGIEdge(app, DISTRIBUTIONS[way])


def stored(app: object) -> int:
    """How many objects the cache in front of an application holds: none where there is no edge."""
    edge = getattr(app, "edge", None)
    if edge is None:
        return 0
    assert isinstance(edge, Edge)
    assert isinstance(edge.store, MemoryStore)
    return len(edge.store)


def without_the_edges_own(headers: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """Response headers with names in lower case, as far as the edge has no say in them."""
    return [(name.lower(), value) for name, value in headers if name.lower() not in RESPONSE_HEADERS]
