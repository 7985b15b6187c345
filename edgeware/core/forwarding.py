"""What a behavior sends on of a viewer's headers, cookies and query strings.

The cache policy and the origin request policy have a say each; how the two combine stands in the table of
[understanding-how-origin-request-policies-and-cache-policies-work-together].
"""

from __future__ import annotations

from functools import lru_cache

from edgeware.config.model import CacheBehavior, CachePolicy, OriginRequestPolicy, Selection
from edgeware.core.selection import takes


class Forwarding:
    """The combined choice of a cache policy and an origin request policy."""

    __slots__ = ("_all_headers", "_cookies", "_excepted", "_named", "_query_strings", "_wildcards", "cookies", "legacy")

    legacy: bool
    """Whether the behavior has ForwardedValues, under which headers that nobody names are sent on too."""
    cookies: bool
    """Whether any cookie is sent on at all."""

    def __init__(self, cache_policy: CachePolicy, origin_request_policy: OriginRequestPolicy | None) -> None:
        cache, origin = cache_policy, origin_request_policy or OriginRequestPolicy(name="none")
        self.legacy = self._wildcards = cache.legacy
        self.cookies = cache.cookies.mode != "none" or origin.cookies.mode != "none"
        self._cookies = (cache.cookies, origin.cookies)
        self._query_strings = (_legacy_query(cache), origin.query_strings)
        modes = (cache.headers.mode, origin.headers.mode)
        self._all_headers = any(mode in ("all", "allViewer", "allViewerAndWhitelistCloudFront") for mode in modes)
        self._named = _listed(cache.headers) | _listed(origin.headers)
        self._excepted = _lower(origin.headers.names) if origin.headers.mode == "allExcept" else None

    def names_header(self, name: str) -> bool:
        """Whether a policy lists the header, named in lower case, by itself."""
        return name in self._named

    def header(self, name: str) -> bool:
        """Whether a policy takes the header, named in lower case.

        ``allViewer`` takes what the viewer sent, which the edge's own CloudFront-* headers are not; ``allExcept``
        takes those too [using-managed-origin-request-policies; for custom policies unconfirmed].
        """
        if name in self._named:
            return True
        if self._excepted is not None and name not in self._excepted:
            return True
        return self._all_headers and not name.startswith("cloudfront-")

    def cookie(self, name: str) -> bool:
        """Whether a cookie is sent on; the names of legacy lists may hold ``*`` and ``?``."""
        return _combined(*self._cookies, name, wildcards=self._wildcards)

    @property
    def whole_query(self) -> bool:
        """Whether the query string is sent on as it came."""
        return any(selection.mode == "all" for selection in self._query_strings)

    def query_string(self, name: str) -> bool:
        """Whether a query string parameter is sent on."""
        return _combined(*self._query_strings, name)


@lru_cache(maxsize=256)
def _compiled(cache_policy: CachePolicy, origin_request_policy: OriginRequestPolicy | None) -> Forwarding:
    return Forwarding(cache_policy, origin_request_policy)


def forwarding(behavior: CacheBehavior) -> Forwarding:
    """What a behavior sends on, worked out once for each pair of policies."""
    return _compiled(behavior.cache_policy, behavior.origin_request_policy)


def _combined(cache: Selection, origin: Selection, name: str, *, wildcards: bool = False) -> bool:
    by_cache, by_origin = takes(cache, name, wildcards=wildcards), takes(origin, name)
    if cache.mode == origin.mode == "allExcept":
        return by_cache and by_origin  # The table's last cell: what either blocks is blocked.
    return by_cache or by_origin


def _legacy_query(policy: CachePolicy) -> Selection:
    # QueryStringCacheKeys narrow the cache key only: the origin gets the whole query string.
    if policy.legacy and policy.query_strings.mode != "none":
        return Selection(mode="all")
    return policy.query_strings


def _listed(selection: Selection) -> frozenset[str]:
    named = selection.mode in ("whitelist", "allViewerAndWhitelistCloudFront")
    return _lower(selection.names) if named else frozenset()


def _lower(names: tuple[str, ...]) -> frozenset[str]:
    return frozenset(name.lower() for name in names)
