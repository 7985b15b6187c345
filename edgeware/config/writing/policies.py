"""Policies as a native file gives them."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import TypeVar

from edgeware.config import managed
from edgeware.config.model import (
    CachePolicy,
    Cors,
    Distribution,
    OriginRequestPolicy,
    PolicyHeader,
    ResponseHeadersPolicy,
    Selection,
)
from edgeware.exceptions import ConfigurationError

Values = Mapping[str, object]
Policy = TypeVar("Policy", CachePolicy, OriginRequestPolicy, ResponseHeadersPolicy)

_KEYS = {"whitelist": "include", "allExcept": "exclude", "allViewerAndWhitelistCloudFront": "viewer_and"}
_HSTS = re.compile(r"max-age=(-?\d+)(; includeSubDomains)?(; preload)?")
_XSS = re.compile(r"([01])(; mode=block)?(?:; report=(.*))?", re.DOTALL)


def policies(distribution: Distribution) -> Values:
    """The three tables, without AWS's own policies and those that stand for forwarded values."""
    used = [(one.cache_policy, one.origin_request_policy) for one in distribution.behaviors]
    cache = [policy for policy, _ in used if not policy.legacy]
    request = [policy for of, policy in used if policy is not None and not of.legacy]
    response = [one.response_headers_policy for one in distribution.behaviors if one.response_headers_policy]
    return {
        "cache_policies": _table(cache, managed.cache_policy, _cache_policy),
        "origin_request_policies": _table(request, managed.origin_request_policy, _origin_request_policy),
        "response_headers_policies": _table(response, managed.response_headers_policy, _response_headers_policy),
    }


def _table(
    used: list[Policy], managed_policy: Callable[[str], Policy | None], write: Callable[[Policy], Values]
) -> Values:
    own: dict[str, Policy] = {}
    for policy in used:
        if managed_policy(policy.name) == policy:
            continue
        if own.setdefault(policy.name, policy) != policy:
            text = f"two different policies have the name '{policy.name}'; a native file has one of a name."
            raise ConfigurationError([text])
    return {name: {"id": policy.id, **write(policy)} if policy.id else write(policy) for name, policy in own.items()}


def selection(found: Selection) -> object:
    """`none`, `all`, `viewer`, or `{include: [...]}` and its like."""
    if found.mode in _KEYS:
        return {_KEYS[found.mode]: list(found.names)}
    return "viewer" if found.mode == "allViewer" else found.mode


def _cache_policy(policy: CachePolicy) -> Values:
    return {
        "min_ttl": policy.min_ttl,
        "default_ttl": policy.default_ttl,
        "max_ttl": policy.max_ttl,
        "gzip": policy.gzip,
        "brotli": policy.brotli,
        **_selections(policy),
    }


def _origin_request_policy(policy: OriginRequestPolicy) -> Values:
    return _selections(policy)


def _selections(policy: CachePolicy | OriginRequestPolicy) -> Values:
    return {
        "headers": selection(policy.headers),
        "cookies": selection(policy.cookies),
        "query_strings": selection(policy.query_strings),
    }


def _response_headers_policy(policy: ResponseHeadersPolicy) -> Values:
    values: dict[str, object] = {
        "cors": None if policy.cors is None else _cors(policy.cors),
        "security_headers": dict(map(_security_header, policy.security_headers)),
        "custom_headers": [
            {"header": one.name, "value": one.value, "override": one.override} for one in policy.custom_headers
        ],
        "remove_headers": list(policy.remove_headers),
        "server_timing": policy.server_timing,
    }
    return {key: value for key, value in values.items() if value is not None and value not in ({}, [])}


def _cors(cors: Cors) -> Values:
    values: dict[str, object] = {
        "allow_origins": list(cors.allow_origins),
        "allow_headers": list(cors.allow_headers),
        "allow_methods": list(cors.allow_methods),
        "allow_credentials": cors.allow_credentials,
        "expose_headers": list(cors.expose_headers),
        "max_age": cors.max_age,
        "origin_override": cors.origin_override,
    }
    return {key: value for key, value in values.items() if value not in (None, [])}


def _security_header(header: PolicyHeader) -> tuple[str, Values]:
    """A security header out of its wire form."""
    key, values = _WIRE_FORMS[header.name](header.value)
    return key, {**values, "override": header.override}


def _strict_transport_security(value: str) -> tuple[str, dict[str, object]]:
    found = _HSTS.fullmatch(value)
    assert found is not None
    flags = {"include_subdomains": found[2] is not None, "preload": found[3] is not None}
    return "strict_transport_security", {"max_age": int(found[1]), **flags}


def _xss_protection(value: str) -> tuple[str, dict[str, object]]:
    found = _XSS.fullmatch(value)
    assert found is not None
    values: dict[str, object] = {"protection": found[1] == "1", "mode_block": found[2] is not None}
    return "xss_protection", {**values, **({"report_uri": found[3]} if found[3] else {})}


_WIRE_FORMS: Mapping[str, Callable[[str], tuple[str, dict[str, object]]]] = {
    "Strict-Transport-Security": _strict_transport_security,
    "X-Content-Type-Options": lambda value: ("content_type_options", {}),
    "X-Frame-Options": lambda value: ("frame_options", {"frame_option": value}),
    "Referrer-Policy": lambda value: ("referrer_policy", {"referrer_policy": value}),
    "Content-Security-Policy": lambda value: ("content_security_policy", {"content_security_policy": value}),
    "X-XSS-Protection": _xss_protection,
}
