"""The policies that AWS manages, by id and by name [using-managed-cache-policies and its two sister pages]."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import cache
from importlib.resources import files
from typing import TypeVar

from edgeware.config import policies
from edgeware.config.model import CachePolicy, Notice, OriginRequestPolicy, ResponseHeadersPolicy
from edgeware.config.place import API, Place
from edgeware.config.reading import Section

Policy = TypeVar("Policy", CachePolicy, OriginRequestPolicy, ResponseHeadersPolicy)

PREFIX = "Managed-"


def cache_policy(key: str) -> CachePolicy | None:
    """The managed cache policy of this id, or of this name with or without `Managed-`."""
    return cache_policies().get(key)


def origin_request_policy(key: str) -> OriginRequestPolicy | None:
    """The managed origin request policy of this id, or of this name with or without `Managed-`."""
    return origin_request_policies().get(key)


def response_headers_policy(key: str) -> ResponseHeadersPolicy | None:
    """The managed response headers policy of this id, or of this name with or without `Managed-`."""
    return response_headers_policies().get(key)


@cache
def cache_policies() -> dict[str, CachePolicy]:
    """All managed cache policies under all their keys."""
    return _table("cache", "CachePolicyConfig", policies.cache_policy)


@cache
def origin_request_policies() -> dict[str, OriginRequestPolicy]:
    """All managed origin request policies under all their keys."""
    return _table("origin_request", "OriginRequestPolicyConfig", policies.origin_request_policy)


@cache
def response_headers_policies() -> dict[str, ResponseHeadersPolicy]:
    """All managed response headers policies under all their keys."""
    return _table("response_headers", "ResponseHeadersPolicyConfig", policies.response_headers_policy)


def _table(kind: str, key: str, read: Callable[[Section, str | None], Policy]) -> dict[str, Policy]:
    text = (files("edgeware.config") / "data" / f"managed_{kind}_policies.json").read_text(encoding="utf-8")
    table: dict[str, Policy] = {}
    notices: list[Notice] = []
    for row in json.loads(text):
        section = Section(values=row[key], place=Place(), notices=notices, dialect=API)
        policy = read(section, row.get("Id"))
        bare = policy.name.removeprefix(PREFIX)
        for name in (policy.name, bare, PREFIX + bare):
            table[name] = policy
        if policy.id is not None:
            table[policy.id] = policy
    return table
