"""API output: what `aws cloudfront get-distribution` and its sisters print."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeVar, cast

from edgeware.config import managed, policies
from edgeware.config.loading.api_bundle import Bundle, Part
from edgeware.config.loading.api_functions import ApiFunctions
from edgeware.config.loading.api_notes import behavior_notes, distribution_notes
from edgeware.config.loading.api_origins import origin_groups, origins
from edgeware.config.loading.api_spelling import spelling
from edgeware.config.loading.documents import Document
from edgeware.config.loading.draft import Draft, made_up_ids
from edgeware.config.loading.native import GEO_TYPES, HTTP_VERSIONS, VIEWER_PROTOCOL_POLICIES
from edgeware.config.loading.rules import READING, refuse
from edgeware.config.model import (
    READ_METHODS,
    CacheBehavior,
    CachePolicy,
    CustomErrorResponse,
    Distribution,
    GeoRestriction,
    KeyGroup,
    Notice,
    OriginRequestPolicy,
    ResponseHeadersPolicy,
    Selection,
    SelectionMode,
)
from edgeware.config.place import API, Place, shown
from edgeware.config.reading import Section, Unresolved

EXAMPLE_ACCOUNT = "123456789012"
"""The account of AWS's own examples, which readers take where a source names none."""

Policy = TypeVar("Policy", CachePolicy, OriginRequestPolicy, ResponseHeadersPolicy)


def read(document: Document, part: Part, bundle: Bundle) -> Draft:
    """A distribution of the API's (`part`, in `document`) with what lies beside it."""
    notices: list[Notice] = list(document.notices)
    place = part.place or Place(source=document.source, separator=API.separator)
    outer = Section(values=part.values, place=place, notices=notices, dialect=API)
    config = Section(values=part.inner("DistributionConfig"), place=place, notices=notices, dialect=API)
    functions = ApiFunctions(bundle=bundle, notices=notices)
    distribution = _Reader(bundle, functions, notices).distribution(config, outer, document)
    distribution_notes(config)
    config.close()
    _check_accounts(outer, functions)
    keys = {key for group in distribution.key_groups.values() for key in group.public_keys}
    return Draft(
        distribution=distribution,
        notices=notices,
        spelling=spelling(place, config.values, bundle),
        native=False,
        names={**functions.names, **{key: bundle.names.get(key, ()) for key in keys}},
    )


def _check_accounts(outer: Section, functions: ApiFunctions) -> None:
    account = outer.text("ARN").split(":")[4:5]
    accounts = sorted({*functions.accounts, *filter(None, account)} - {EXAMPLE_ACCOUNT})
    if len(accounts) > 1:
        outer.notices.append(READING["V23f"].notice(str(outer.place), f"accounts {', '.join(accounts)} are mixed."))


@dataclass(slots=True)
class _Reader:
    bundle: Bundle
    functions: ApiFunctions
    notices: list[Notice]

    def distribution(self, config: Section, outer: Section, document: Document) -> Distribution:
        name = config.text("Comment")
        made_up_id, made_up_domain = made_up_ids(name or str(document.path or document.base))
        known = origins(config)
        behaviors = self._behaviors(config)
        return Distribution(
            id=outer.text("Id") or made_up_id,
            domain_name=outer.text("DomainName") or made_up_domain,
            name=name,
            enabled=config.flag("Enabled", True),
            aliases=config.texts("Aliases"),
            default_root_object=config.text("DefaultRootObject"),
            cache_tag_header=config.section("CacheTagConfig").optional_text("HeaderName"),
            http_version=_http_version(config),
            origins=known,
            origin_groups=origin_groups(config, known),
            behaviors=behaviors,
            functions=self.functions.known,
            key_value_stores=self.functions.stores,
            key_groups=self._key_groups(behaviors, config),
            custom_error_responses=_custom_error_responses(config),
            geo_restriction=_geo_restriction(config.section("Restrictions")),
        )

    # --- behaviors ---

    def _behaviors(self, config: Section) -> tuple[CacheBehavior, ...]:
        listed = [self._listed(section) for section in config.sections("CacheBehaviors")]
        if not config.has("DefaultCacheBehavior"):
            refuse(config, "DefaultCacheBehavior", "V10", "the default behavior is missing.")
        default = config.section("DefaultCacheBehavior")
        if default.has("PathPattern"):
            refuse(default, "PathPattern", "V10", "the default behavior has a path pattern.")
        return (*listed, self._behavior(default, None))

    def _listed(self, section: Section) -> CacheBehavior:
        pattern = section.text("PathPattern")
        if not pattern:
            refuse(section, "PathPattern", "V10", "the path pattern is missing.")
        return self._behavior(section, pattern)

    def _behavior(self, section: Section, pattern: str | None) -> CacheBehavior:
        compress = section.flag("Compress")
        cache_policy, origin_request_policy = self._request_policies(section, compress)
        behavior = CacheBehavior(
            path_pattern=pattern,
            target_origin_id=section.required_text("TargetOriginId"),
            cache_policy=cache_policy,
            viewer_protocol_policy=section.choice("ViewerProtocolPolicy", "allow-all", VIEWER_PROTOCOL_POLICIES),
            allowed_methods=frozenset(section.texts("AllowedMethods")) or READ_METHODS,
            cached_methods=_cached_methods(section),
            compress=compress,
            origin_request_policy=origin_request_policy,
            response_headers_policy=self._response_headers_policy(section),
            associations=self.functions.associations(section),
            trusted_key_groups=section.texts("TrustedKeyGroups"),
            trusted_signers=section.texts("TrustedSigners"),
        )
        behavior_notes(section, behavior)
        section.close()
        return behavior

    # --- policies ---

    def _request_policies(self, section: Section, compress: bool) -> tuple[CachePolicy, OriginRequestPolicy | None]:
        forwarded, chosen = section.has("ForwardedValues"), section.has("CachePolicyId")
        if forwarded and chosen:
            refuse(section, "CachePolicyId", "V14", "it has ForwardedValues too.")
        if not forwarded and not chosen:
            refuse(section, "CachePolicyId", "V14", "it has neither.")
        seconds = [section.optional_number(key) for key in ("MinTTL", "DefaultTTL", "MaxTTL")]
        if not forwarded:
            self._check_lifetimes(section, seconds)
            cache = self._policy(section, "CachePolicyId", "CachePolicy", managed.cache_policy, policies.cache_policy)
            request = self._origin_request_policy(section)
            return cache or managed.cache_policies()["CachingDisabled"], request
        if section.has("OriginRequestPolicyId"):
            refuse(section, "OriginRequestPolicyId", "V15", "ForwardedValues stand in the place of a cache policy.")
        return _legacy(section.section("ForwardedValues"), policies.lifetimes(*seconds), compress)

    def _check_lifetimes(self, section: Section, seconds: list[int | None]) -> None:
        """The API prints zeros beside a cache policy: these mean nothing."""
        for key, value in zip(("MinTTL", "DefaultTTL", "MaxTTL"), seconds, strict=True):
            if value:
                refuse(section, key, "V14", f"{key} stands beside a cache policy.")

    def _origin_request_policy(self, section: Section) -> OriginRequestPolicy | None:
        read = policies.origin_request_policy
        table = managed.origin_request_policy
        return self._policy(section, "OriginRequestPolicyId", "OriginRequestPolicy", table, read)

    def _response_headers_policy(self, section: Section) -> ResponseHeadersPolicy | None:
        read = policies.response_headers_policy
        table = managed.response_headers_policy
        return self._policy(section, "ResponseHeadersPolicyId", "ResponseHeadersPolicy", table, read)

    def _policy(
        self,
        section: Section,
        key: str,
        kind: str,
        managed_policy: Callable[[str], Policy | None],
        convert: Callable[[Section, str | None], Policy],
    ) -> Policy | None:
        """A policy by its id: AWS's own, or from a file beside the distribution."""
        policy_id = section.text(key)
        if not policy_id:
            return None
        found = managed_policy(policy_id)
        if found is not None:
            return found
        part = self.bundle.find(kind, policy_id)
        if part is not None:
            return convert(part.section(self.notices, kind, f"{kind}Config"), policy_id)
        command = {"CachePolicy": "cache", "OriginRequestPolicy": "origin-request"}.get(kind, "response-headers")
        hint = self.bundle.hint(
            f"aws cloudfront get-{command}-policy --id {shown(policy_id)} > get-{command}-policy.json"
        )
        refuse(section, key, "V16", f"there is no policy {shown(policy_id)} here.", hint)
        return None

    # --- key groups ---

    def _key_groups(self, behaviors: tuple[CacheBehavior, ...], config: Section) -> dict[str, KeyGroup]:
        found: dict[str, KeyGroup] = {}
        for group_id in sorted({group for behavior in behaviors for group in behavior.trusted_key_groups}):
            part = self.bundle.find("KeyGroup", group_id)
            if part is None:
                text = f"nothing says which keys the key group {shown(group_id)} has."
                hint = self.bundle.hint(f"aws cloudfront get-key-group --id {shown(group_id)} > get-key-group.json")
                config.remark("warn", None, "N-public-keys", text, hint)
                found[group_id] = KeyGroup(name=group_id)
                continue
            group = part.section(self.notices, "KeyGroup", "KeyGroupConfig")
            keys = {key: self._public_key(key) for key in group.texts("Items")}
            found[group_id] = KeyGroup(name=group_id, public_keys=keys)
        return found

    def _public_key(self, key_id: str) -> str:
        part = self.bundle.find("PublicKey", key_id)
        if part is None:
            return ""
        # get-public-key wraps what list-public-keys does not.
        pem = part.inner("PublicKeyConfig").get("EncodedKey") or part.values.get("EncodedKey") or ""
        if isinstance(pem, Unresolved):
            text = f"the public key is not to be had, and verifies nothing: {pem.why}"
            where = str(part.place or part.source)
            self.notices.append(Notice(code="N-public-keys", severity="warn", where=where, text=text, hint=pem.hint))
            return ""
        return str(pem)


def _http_version(config: Section) -> str:
    """In lower case: list-distributions prints HTTP2."""
    version = config.text("HttpVersion", "http2").lower()
    return version if version in HTTP_VERSIONS else config.choice("HttpVersion", "http2", HTTP_VERSIONS)


def _cached_methods(section: Section) -> frozenset[str]:
    """In the API inside AllowedMethods, in templates beside them."""
    nested = isinstance(section.raw("AllowedMethods"), Mapping)
    holder = section.section("AllowedMethods") if nested else section
    return frozenset(holder.texts("CachedMethods")) or READ_METHODS


def _legacy(
    section: Section, seconds: tuple[int, int, int], compress: bool
) -> tuple[CachePolicy, OriginRequestPolicy | None]:
    cookies = section.section("Cookies")
    forward = cookies.choice("Forward", "none", ("none", "whitelist", "all"))
    found = policies.legacy_policies(
        query_string=section.flag("QueryString"),
        query_string_cache_keys=section.texts("QueryStringCacheKeys"),
        cookies=Selection(mode=cast(SelectionMode, forward), names=cookies.texts("WhitelistedNames")),
        headers=section.texts("Headers"),
        ttls=seconds,
        compress=compress,
    )
    cookies.close()
    section.close()
    return found


def _custom_error_responses(config: Section) -> dict[int, CustomErrorResponse]:
    found: dict[int, CustomErrorResponse] = {}
    for section in config.sections("CustomErrorResponses"):
        response = CustomErrorResponse(
            error_code=section.number("ErrorCode", 0),
            response_page_path=section.optional_text("ResponsePagePath"),
            response_code=section.optional_number("ResponseCode"),
            error_caching_min_ttl=section.number("ErrorCachingMinTTL", 10),
        )
        if response.error_code in found:
            refuse(section, "ErrorCode", "V29", f"{response.error_code} has a custom error response already.")
        section.close()
        found[response.error_code] = response
    return found


def _geo_restriction(restrictions: Section) -> GeoRestriction:
    locations = restrictions.texts("GeoRestriction")
    kind = restrictions.section("GeoRestriction").choice("RestrictionType", "none", GEO_TYPES)
    return GeoRestriction(type=kind, locations=frozenset(locations))
