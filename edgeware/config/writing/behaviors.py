"""Behaviors as a native file gives them."""

from __future__ import annotations

from collections.abc import Mapping

from edgeware.config.model import (
    ALL_METHODS,
    READ_AND_OPTIONS,
    READ_METHODS,
    CacheBehavior,
    Distribution,
    LambdaFunctionAssociation,
)

Values = Mapping[str, object]

_METHODS = {READ_METHODS: "read", READ_AND_OPTIONS: "read+options", ALL_METHODS: "all"}


def behaviors(distribution: Distribution) -> Values:
    """`default_behavior` and `behaviors`."""
    *listed, default = (_behavior(behavior) for behavior in distribution.behaviors)
    return {"default_behavior": default, "behaviors": listed}


def _behavior(behavior: CacheBehavior) -> Values:
    request, response = behavior.origin_request_policy, behavior.response_headers_policy
    legacy = behavior.cache_policy.legacy
    values: dict[str, object] = {
        "path_pattern": behavior.path_pattern,
        "origin": behavior.target_origin_id,
        "viewer_protocol_policy": behavior.viewer_protocol_policy,
        "allowed_methods": _methods(behavior.allowed_methods),
        "cached_methods": _methods(behavior.cached_methods),
        "compress": behavior.compress,
        "cache_policy": None if legacy else behavior.cache_policy.name,
        "origin_request_policy": None if legacy or request is None else request.name,
        **(_forwarded(behavior) if legacy else {}),
        "response_headers_policy": None if response is None else response.name,
        **_associations(behavior),
        "trusted_key_groups": list(behavior.trusted_key_groups),
        "trusted_signers": list(behavior.trusted_signers),
    }
    return {key: value for key, value in values.items() if value is not None and value != []}


def _methods(methods: frozenset[str]) -> object:
    return _METHODS.get(methods) or sorted(methods)


def _forwarded(behavior: CacheBehavior) -> Values:
    """Forwarded values out of the policies that stand for them."""
    policy = behavior.cache_policy
    headers = ["*", *policy.headers.names] if policy.headers.mode == "all" else list(policy.headers.names)
    forwarded: dict[str, object] = {
        "query_string": policy.query_strings.mode != "none",
        "query_string_cache_keys": list(policy.query_strings.names),
        "cookies": {"forward": policy.cookies.mode, "names": list(policy.cookies.names)},
        "headers": headers,
    }
    ttls = {"min_ttl": policy.min_ttl, "default_ttl": policy.default_ttl, "max_ttl": policy.max_ttl}
    return {"forwarded_values": forwarded, **ttls}


def _associations(behavior: CacheBehavior) -> Values:
    found: dict[str, object] = {}
    for event, association in behavior.associations.items():
        body = isinstance(association, LambdaFunctionAssociation) and association.include_body
        name = association.function
        found[event.replace("-", "_")] = {"function": name, "include_body": True} if body else name
    return found
