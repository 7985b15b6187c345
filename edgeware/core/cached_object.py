"""The object that rests in the cache: an origin's response, and what is needed to judge it later."""

from __future__ import annotations

from dataclasses import dataclass

from edgeware.messages import Headers


@dataclass(frozen=True, slots=True, kw_only=True)
class CachedObject:
    """An origin's response as it is stored: after origin-response, before any viewer-facing change.

    Times are seconds since the epoch, by the edge's clock.
    """

    status: int
    headers: Headers
    body: bytes
    reason: str = ""
    path: str
    """The path and the query string of the request whose key this is: what an invalidation names."""
    query: str = ""
    stored_at: float
    fresh_until: float
    stale_while_revalidate_until: float
    """Until when it may be served while it is fetched anew in the background; fresh_until without the directive."""
    stale_if_error_until: float
    """Until when it may stand in for an origin that fails."""
    retry_after: float = 0.0
    """The origin failed a moment ago: until then the copy is served without asking (Error Caching Minimum TTL)."""
    revalidates: bool = True
    """Whether the origin may be asked with If-None-Match and If-Modified-Since."""
    tags: tuple[str, ...] = ()
    """Cache tags, in lower case."""
    generation: int = 0
    """The count of invalidations when its request was looked up: older than a matching invalidation means gone."""

    generated: bool = False
    """Whether origin-request made it, and no origin: an error among them is its own page."""
    origin_etag: str | None = None
    """The origin's own ETag where the edge compressed the body, and so changed it: what the origin is asked by."""

    @property
    def size(self) -> int:
        """Bytes it takes, by the store's reckoning: body, header text and a constant."""
        return len(self.body) + sum(len(name) + len(value) + 16 for name, value in self.headers.lines) + 512
