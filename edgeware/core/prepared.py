"""A distribution with everything worked out that does not depend on a request."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import lru_cache
from typing import NamedTuple

from edgeware.config.model import CacheBehavior, CloudFrontFunction, Distribution, EventType, LambdaFunction, Origin
from edgeware.core.behaviors import Behaviors, cached_methods
from edgeware.core.cache_key import CacheKey
from edgeware.core.decision import Decision
from edgeware.core.geography import Geography
from edgeware.core.lambda_limits import LIMITS
from edgeware.core.origin_request import forwards_cookies
from edgeware.core.signature import trusted_keys
from edgeware.core.viewer_headers import wanted
from edgeware.messages import Request

DEFAULT_ERROR_CACHING_MIN_TTL = 10
_PORT = re.compile(r":[0-9]*\Z")


class Origins(NamedTuple):
    """Who answers: one origin, or the two of a group, the primary first [high_availability_origin_failover]."""

    members: tuple[Origin, ...]
    failover_status_codes: frozenset[int] = frozenset()


class PreparedBehavior:
    """A cache behavior, ready to be run."""

    __slots__ = (
        "_cached_methods",
        "_functions",
        "allowed_methods",
        "behavior",
        "cache_key",
        "changes_requests",
        "changes_responses",
        "chosen",
        "collapses",
        "compresses",
        "keys",
        "origin",
        "origins",
        "revalidates",
        "shares_variants",
        "viewer_headers",
    )

    def __init__(self, distribution: Distribution, behavior: CacheBehavior) -> None:
        self.behavior = behavior
        self.chosen = Decision("behavior", behavior.path_pattern or "Default (*)")
        self.allowed_methods = behavior.allowed_methods
        self._cached_methods = frozenset() if behavior.cache_policy.caching_disabled else cached_methods(behavior)
        # The trusted keys by id, or None where nobody has to sign. Those of trusted signers are not to be had.
        trusted = behavior.trusted_key_groups
        self.keys = trusted_keys([distribution.key_groups.get(name) for name in trusted]) if trusted else None
        signed = bool(behavior.trusted_key_groups or behavior.trusted_signers)
        switches = distribution.switches
        self.cache_key = CacheKey(
            distribution.domain_name,
            behavior.cache_policy,
            trusted_signers=signed,
            normalize_path=switches.key_path == "normalized",
        )
        self.viewer_headers = wanted(behavior)
        self.origins = _origins(distribution, behavior.target_origin_id)
        self.origin = self.origins.members[0]
        # Not while cookies are forwarded [RequestAndResponseBehaviorCustomOrigin, April 2026].
        self.revalidates = not forwards_cookies(behavior)  # [Cookies]
        collapses = self.revalidates or distribution.switches.collapse_with_cookies
        self.collapses = collapses and not behavior.cache_policy.caching_disabled
        policy = behavior.cache_policy
        self.compresses = behavior.compress and (policy.gzip or policy.brotli) and not policy.caching_disabled
        self.shares_variants = self.compresses and switches.share_encoded_variants
        # Whether anything happens to a request before its cache key is made.
        self.changes_requests = (
            bool(self.viewer_headers)
            or behavior.function_at("viewer-request") is not None
            or not switches.root_object_first
        )
        # Whether anything happens to a response between the cache and the viewer.
        self.changes_responses = (
            behavior.response_headers_policy is not None or behavior.function_at("viewer-response") is not None
        )
        self._functions = {
            event_type: _limited(distribution, event_type, distribution.functions[association.function])
            for event_type, association in behavior.associations.items()
        }

    def function_at(self, event_type: EventType) -> CloudFrontFunction | LambdaFunction | None:
        """The function that runs at an event."""
        return self._functions.get(event_type)

    def includes_body(self, event_type: EventType) -> bool:
        """Whether the function at an event was promised the request's body."""
        return bool(getattr(self.behavior.function_at(event_type), "include_body", False))

    def caches(self, method: str) -> bool:
        """Whether answers to a method may come from the cache."""
        return method in self._cached_methods


def _limited(
    distribution: Distribution, event_type: EventType, function: CloudFrontFunction | LambdaFunction
) -> CloudFrontFunction | LambdaFunction:
    """A function with no more time than Lambda@Edge gives at an event."""
    longest = LIMITS[distribution.switches.lambda_limits].viewer_seconds
    if isinstance(function, LambdaFunction) and event_type.startswith("viewer-") and function.timeout > longest:
        return replace(function, timeout=longest)
    return function


class PreparedDistribution:
    """A distribution, ready to be run."""

    __slots__ = ("_behaviors", "_by_behavior", "checks_host", "distribution", "geography", "match", "restricts")

    def __init__(self, distribution: Distribution) -> None:
        self.distribution = distribution
        self.geography = Geography(distribution.viewer)
        self.checks_host = distribution.viewer.check_host
        self.restricts = distribution.geo_restriction.type != "none"
        self._behaviors = Behaviors(distribution.behaviors, normalize=distribution.switches.normalize_paths)
        self._by_behavior = {
            id(behavior): PreparedBehavior(distribution, behavior) for behavior in distribution.behaviors
        }
        # Most viewers ask for what others have just asked for, and a distribution may have 75 patterns.
        self.match = lru_cache(maxsize=4096)(self._match)

    def rooted(self, request: Request) -> Request:
        """The request with the default root object in the place of `/`, and of that path only [DefaultRootObject]."""
        root = self.distribution.default_root_object
        return replace(request, path=f"/{root}") if root and request.path == "/" else request

    def refuses_host(self, host: str) -> bool:
        """Whether a viewer's Host belongs to another distribution [CNAMEs]."""
        name = _PORT.sub("", host.lower()).rstrip(".")
        known = (self.distribution.domain_name, *self.distribution.aliases)
        return not any(_is_host(alias.lower(), name) for alias in known)

    def blocks(self, request: Request) -> bool:
        """Whether the viewer of a request is kept out: not those of no known country [georestrictions]."""
        restriction = self.distribution.geo_restriction
        country = self.geography.viewer(request).country
        return bool(country) and (country in restriction.locations) is (restriction.type == "blacklist")

    def _match(self, path: str) -> PreparedBehavior:
        """The behavior of a viewer's path: the first whose pattern takes it, or the default."""
        return self._by_behavior[id(self._behaviors.match(path))]

    def resolved(self, origin: Origin) -> Origin:
        """An origin that a function made up, with the target of the configured origin of the same domain name."""
        for known in self.distribution.origins.values():
            if known.domain_name == origin.domain_name:
                return replace(origin, target=known.target)
        return origin

    def error_caching_min_ttl(self, status: int) -> int:
        """For how many seconds an error is cached at least [HTTPStatusCodes]."""
        custom = self.distribution.custom_error_responses.get(status)
        return DEFAULT_ERROR_CACHING_MIN_TTL if custom is None else custom.error_caching_min_ttl


def _is_host(alias: str, name: str) -> bool:
    # A star stands for one label or more (more than one: unconfirmed).
    return name.endswith(alias[1:]) and name != alias[1:] if alias.startswith("*.") else name == alias


def _origins(distribution: Distribution, id: str) -> Origins:
    group = distribution.origin_groups.get(id)
    if group is None:
        return Origins((distribution.origins[id],))
    return Origins(tuple(distribution.origins[member] for member in group.members), group.status_codes)
