"""Policies as a native file gives them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeVar, cast

from edgeware.config import managed
from edgeware.config.loading.rules import refuse
from edgeware.config.model import (
    CachePolicy,
    Cors,
    OriginRequestPolicy,
    PolicyHeader,
    ResponseHeadersPolicy,
    Selection,
    SelectionMode,
)
from edgeware.config.place import guess, shown
from edgeware.config.policies import legacy_policies, lifetimes, security_headers
from edgeware.config.reading import Section

Policy = TypeVar("Policy", CachePolicy, OriginRequestPolicy, ResponseHeadersPolicy)

_WORDS: dict[str, SelectionMode] = {"none": "none", "all": "all", "viewer": "allViewer"}
_KEYS: dict[str, SelectionMode] = {
    "include": "whitelist",
    "exclude": "allExcept",
    "viewer_and": "allViewerAndWhitelistCloudFront",
}
_VIEWER = ("viewer", "viewer_and")


def selection(section: Section, key: str, *, viewer: bool = False) -> Selection:
    """`none`, `all`, `{include: [...]}`, `{exclude: [...]}`; of an origin request's headers also the viewer forms."""
    words = [word for word in _WORDS if viewer or word not in _VIEWER]
    keys = [word for word in _KEYS if viewer or word not in _VIEWER]
    value = section.raw(key)
    if value is None:
        return Selection()
    if isinstance(value, str) and value in words:
        return Selection(mode=_WORDS[value])
    if isinstance(value, Mapping) and len(value) == 1:
        part = section.section(key)
        for word in keys:
            if word in value:
                return Selection(mode=_KEYS[word], names=part.texts(word))
    forms = ", ".join([*words, *(f"{{{word}: [...]}}" for word in keys)])
    section.complain(key, "selects nothing that is known.", f"Say one of {forms}.")
    return Selection()


def cache_policy(name: str, section: Section) -> CachePolicy:
    """One entry of cache_policies."""
    minimum, default, maximum = ttls(section)
    policy = CachePolicy(
        name=name,
        id=section.optional_text("id"),
        min_ttl=minimum,
        default_ttl=default,
        max_ttl=maximum,
        gzip=section.flag("gzip"),
        brotli=section.flag("brotli"),
        headers=selection(section, "headers"),
        cookies=selection(section, "cookies"),
        query_strings=selection(section, "query_strings"),
    )
    section.close()
    return policy


def ttls(section: Section) -> tuple[int, int, int]:
    """min_ttl, default_ttl and max_ttl in seconds, with CloudFront's defaults."""
    return lifetimes(
        section.optional_number("min_ttl"), section.optional_number("default_ttl"), section.optional_number("max_ttl")
    )


def origin_request_policy(name: str, section: Section) -> OriginRequestPolicy:
    """One entry of origin_request_policies."""
    policy = OriginRequestPolicy(
        name=name,
        id=section.optional_text("id"),
        headers=selection(section, "headers", viewer=True),
        cookies=selection(section, "cookies"),
        query_strings=selection(section, "query_strings"),
    )
    section.close()
    return policy


def response_headers_policy(name: str, section: Section) -> ResponseHeadersPolicy:
    """One entry of response_headers_policies."""
    policy = ResponseHeadersPolicy(
        name=name,
        id=section.optional_text("id"),
        cors=_cors(section.section("cors")) if section.has("cors") else None,
        security_headers=security_headers(section.section("security_headers")),
        custom_headers=_custom_headers(section),
        remove_headers=section.texts("remove_headers"),
        server_timing=section.optional_decimal("server_timing"),
    )
    section.close()
    return policy


def _cors(section: Section) -> Cors:
    cors = Cors(
        allow_origins=section.texts("allow_origins"),
        allow_headers=section.texts("allow_headers"),
        allow_methods=section.texts("allow_methods"),
        allow_credentials=section.flag("allow_credentials"),
        expose_headers=section.texts("expose_headers"),
        max_age=section.optional_number("max_age"),
        origin_override=section.flag("origin_override"),
    )
    section.close()
    return cors


def _custom_headers(section: Section) -> tuple[PolicyHeader, ...]:
    """A mapping of names to values, or to {value, override}; or the API's list of {header, value, override}."""
    if isinstance(section.raw("custom_headers"), list | tuple):
        return tuple(_custom_header(item, item.required_text("header")) for item in section.sections("custom_headers"))
    return tuple(_custom_header(item, name) for name, item in section.entries("custom_headers", short="value"))


def _custom_header(section: Section, name: str) -> PolicyHeader:
    header = PolicyHeader(name=name, value=section.text("value"), override=section.flag("override"))
    section.close()
    return header


# --- what a behavior takes from them --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Policies:
    """The policies that behaviors may name: the file's own, then AWS's."""

    cache: Mapping[str, CachePolicy]
    origin_request: Mapping[str, OriginRequestPolicy]
    response_headers: Mapping[str, ResponseHeadersPolicy]

    @classmethod
    def read(cls, top: Section) -> Policies:
        """The three tables of a native file."""
        return cls(
            cache=_table(top, "cache_policies", cache_policy),
            origin_request=_table(top, "origin_request_policies", origin_request_policy),
            response_headers=_table(top, "response_headers_policies", response_headers_policy),
        )

    def for_requests(self, behavior: Section, compress: bool) -> tuple[CachePolicy, OriginRequestPolicy | None]:
        """The cache and origin request policies of a behavior: CachingDisabled where it says nothing."""
        if behavior.has("forwarded_values"):
            return self._forwarded(behavior, compress)
        for key in ("min_ttl", "default_ttl", "max_ttl"):
            if behavior.has(key):
                refuse(behavior, key, "V14", f"'{key}' is for forwarded_values.", "Put it into the cache policy.")
        # In front of an app, caching nothing is the safe start.
        policy = _named(behavior, "cache_policy", self.cache, managed.cache_policies())
        request = _named(behavior, "origin_request_policy", self.origin_request, managed.origin_request_policies())
        return policy or managed.cache_policies()["CachingDisabled"], request

    def for_responses(self, behavior: Section) -> ResponseHeadersPolicy | None:
        """The response headers policy of a behavior."""
        table = managed.response_headers_policies()
        return _named(behavior, "response_headers_policy", self.response_headers, table)

    def _forwarded(self, behavior: Section, compress: bool) -> tuple[CachePolicy, OriginRequestPolicy | None]:
        if behavior.has("cache_policy"):
            refuse(behavior, "cache_policy", "V14", "forwarded_values stand here too.", "Keep one of the two.")
        if behavior.has("origin_request_policy"):
            refuse(behavior, "origin_request_policy", "V15", "forwarded_values stand in the place of a cache policy.")
        return _legacy(behavior.section("forwarded_values"), ttls(behavior), compress)


def _legacy(
    section: Section, seconds: tuple[int, int, int], compress: bool
) -> tuple[CachePolicy, OriginRequestPolicy | None]:
    cookies = section.section("cookies")
    forward = cookies.choice("forward", "none", ("none", "whitelist", "all"))
    policies = legacy_policies(
        query_string=section.flag("query_string"),
        query_string_cache_keys=section.texts("query_string_cache_keys"),
        cookies=Selection(mode=cast(SelectionMode, forward), names=cookies.texts("names")),
        headers=section.texts("headers"),
        ttls=seconds,
        compress=compress,
    )
    cookies.close()
    section.close()
    return policies


def _table(top: Section, key: str, read: Callable[[str, Section], Policy]) -> dict[str, Policy]:
    return {name: read(name, section) for name, section in top.entries(key)}


def _named(behavior: Section, key: str, own: Mapping[str, Policy], table: Mapping[str, Policy]) -> Policy | None:
    name = behavior.optional_text(key)
    if name is None:
        return None
    policy = own.get(name) or table.get(name)
    if policy is None:
        refuse(behavior, key, "V16", f"there is no policy '{shown(name)}'.", guess(name, [*own, *table]))
    return policy
