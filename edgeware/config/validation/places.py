"""The parts of a distribution with their places in the model."""

from __future__ import annotations

from collections.abc import Iterator

from edgeware.config import managed
from edgeware.config.model import CacheBehavior, CachePolicy, Distribution, OriginRequestPolicy, ResponseHeadersPolicy
from edgeware.config.place import Words


def behaviors(distribution: Distribution) -> Iterator[tuple[Words, CacheBehavior]]:
    """Every behavior, the default one last."""
    last = len(distribution.behaviors) - 1
    for index, behavior in enumerate(distribution.behaviors):
        yield ("default_behavior",) if index == last else ("behaviors", index), behavior


def cache_policies(distribution: Distribution) -> Iterator[tuple[Words, CachePolicy]]:
    """Every cache policy that is not AWS's own, once; a legacy one at its behavior."""
    seen: set[str] = set()
    for words, behavior in behaviors(distribution):
        policy = behavior.cache_policy
        if policy.legacy:
            yield words, policy
        elif policy.name not in seen and managed.cache_policy(policy.id or policy.name) != policy:
            seen.add(policy.name)
            yield ("cache_policies", policy.name), policy


def origin_request_policies(distribution: Distribution) -> Iterator[tuple[Words, OriginRequestPolicy]]:
    """Every origin request policy of a distribution's own, once."""
    seen: set[str] = set()
    for _, behavior in behaviors(distribution):
        policy = behavior.origin_request_policy
        if policy is None or behavior.cache_policy.legacy or policy.name in seen:
            continue
        if managed.origin_request_policy(policy.id or policy.name) != policy:
            seen.add(policy.name)
            yield ("origin_request_policies", policy.name), policy


def response_headers_policies(distribution: Distribution) -> Iterator[tuple[Words, ResponseHeadersPolicy]]:
    """Every response headers policy of a distribution's own, once."""
    seen: set[str] = set()
    for _, behavior in behaviors(distribution):
        policy = behavior.response_headers_policy
        if policy is None or policy.name in seen:
            continue
        if managed.response_headers_policy(policy.id or policy.name) != policy:
            seen.add(policy.name)
            yield ("response_headers_policies", policy.name), policy
