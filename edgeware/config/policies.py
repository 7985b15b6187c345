"""Policies: from the API's structures, and what every source needs to make one."""

from __future__ import annotations

from typing import get_args

from edgeware.config.model import (
    CachePolicy,
    Cors,
    OriginRequestPolicy,
    PolicyHeader,
    ResponseHeadersPolicy,
    Selection,
    SelectionMode,
)
from edgeware.config.reading import Section

FORWARDED_VALUES = "(forwarded values)"
"""The name of the policies that stand for a behavior's ForwardedValues."""

MODES: tuple[SelectionMode, ...] = get_args(SelectionMode)
CORS_METHODS = frozenset({"GET", "DELETE", "HEAD", "OPTIONS", "PATCH", "POST", "PUT", "ALL"})
REFERRER_POLICIES = (
    "no-referrer",
    "no-referrer-when-downgrade",
    "origin",
    "origin-when-cross-origin",
    "same-origin",
    "strict-origin",
    "strict-origin-when-cross-origin",
    "unsafe-url",
)
FRAME_OPTIONS = ("DENY", "SAMEORIGIN")
DAY = 86400
YEAR = 31536000


def lifetimes(minimum: int | None, default: int | None, maximum: int | None) -> tuple[int, int, int]:
    """Minimum, default and maximum TTL in seconds, with the defaults of those that are not given [Expiration]."""
    lowest = 0 if minimum is None else minimum
    usual = max(DAY, lowest) if default is None else default
    return lowest, usual, max(YEAR, usual) if maximum is None else maximum


# --- the API's structures -------------------------------------------------------------------------------------------


def cache_policy(config: Section, policy_id: str | None) -> CachePolicy:
    """A CachePolicyConfig."""
    config.ignore("Comment")
    parameters = config.section("ParametersInCacheKeyAndForwardedToOrigin")
    minimum, default, maximum = lifetimes(
        config.optional_number("MinTTL"), config.optional_number("DefaultTTL"), config.optional_number("MaxTTL")
    )
    policy = CachePolicy(
        id=policy_id,
        name=config.text("Name", policy_id or ""),
        min_ttl=minimum,
        default_ttl=default,
        max_ttl=maximum,
        gzip=parameters.flag("EnableAcceptEncodingGzip"),
        brotli=parameters.flag("EnableAcceptEncodingBrotli"),
        headers=_selection(parameters, "Header"),
        cookies=_selection(parameters, "Cookie"),
        query_strings=_selection(parameters, "QueryString"),
    )
    parameters.close()
    config.close()
    return policy


def origin_request_policy(config: Section, policy_id: str | None) -> OriginRequestPolicy:
    """An OriginRequestPolicyConfig."""
    config.ignore("Comment")
    policy = OriginRequestPolicy(
        id=policy_id,
        name=config.text("Name", policy_id or ""),
        headers=_selection(config, "Header"),
        cookies=_selection(config, "Cookie"),
        query_strings=_selection(config, "QueryString"),
    )
    config.close()
    return policy


def _selection(parameters: Section, kind: str) -> Selection:
    section = parameters.section(f"{kind}sConfig")
    mode = section.choice(f"{kind}Behavior", "none", MODES)
    names = section.texts(f"{kind}s")
    section.close()
    return Selection(mode=mode, names=names)


def response_headers_policy(config: Section, policy_id: str | None) -> ResponseHeadersPolicy:
    """A ResponseHeadersPolicyConfig."""
    config.ignore("Comment")
    custom, removed = config.sections("CustomHeadersConfig"), config.sections("RemoveHeadersConfig")
    timing = config.section("ServerTimingHeadersConfig")
    enabled, rate = timing.flag("Enabled"), timing.optional_decimal("SamplingRate")
    policy = ResponseHeadersPolicy(
        id=policy_id,
        name=config.text("Name", policy_id or ""),
        cors=_cors(config.section("CorsConfig")) if config.has("CorsConfig") else None,
        security_headers=_security_headers(config.section("SecurityHeadersConfig")),
        custom_headers=tuple(_custom_header(header) for header in custom),
        remove_headers=tuple(_removed_header(header) for header in removed),
        server_timing=(rate or 0.0) if enabled else None,
    )
    config.close()
    return policy


def _custom_header(section: Section) -> PolicyHeader:
    header = PolicyHeader(
        name=section.required_text("Header"), value=section.text("Value"), override=section.flag("Override")
    )
    section.close()
    return header


def _removed_header(section: Section) -> str:
    name = section.required_text("Header")
    section.close()
    return name


def _cors(section: Section) -> Cors:
    cors = Cors(
        allow_origins=section.texts("AccessControlAllowOrigins"),
        allow_headers=section.texts("AccessControlAllowHeaders"),
        allow_methods=section.texts("AccessControlAllowMethods"),
        allow_credentials=section.flag("AccessControlAllowCredentials"),
        expose_headers=section.texts("AccessControlExposeHeaders"),
        max_age=section.optional_number("AccessControlMaxAgeSec"),
        origin_override=section.flag("OriginOverride"),
    )
    section.close()
    return cors


_API_SECURITY = {
    "strict_transport_security": "StrictTransportSecurity",
    "max_age": "AccessControlMaxAgeSec",
    "include_subdomains": "IncludeSubdomains",
    "preload": "Preload",
    "content_type_options": "ContentTypeOptions",
    "frame_options": "FrameOptions",
    "frame_option": "FrameOption",
    "referrer_policy": "ReferrerPolicy",
    "content_security_policy": "ContentSecurityPolicy",
    "xss_protection": "XSSProtection",
    "protection": "Protection",
    "mode_block": "ModeBlock",
    "report_uri": "ReportUri",
    "override": "Override",
}


def _security_headers(section: Section) -> tuple[PolicyHeader, ...]:
    return security_headers(section, _API_SECURITY)


# --- security headers in their wire form ----------------------------------------------------------------------------


def security_headers(section: Section, words: dict[str, str] | None = None) -> tuple[PolicyHeader, ...]:
    """The security headers of a policy as they go out [understanding-response-headers-policies].

    ``words`` gives the source's spelling of each key; without it keys are spelled in snake_case.
    """
    spell = words or {word: word for word in _API_SECURITY}
    makers = {
        "strict_transport_security": _strict_transport_security,
        "content_type_options": _content_type_options,
        "frame_options": _frame_options,
        "referrer_policy": _referrer_policy,
        "content_security_policy": _content_security_policy,
        "xss_protection": _xss_protection,
    }
    headers: list[PolicyHeader] = []
    for word, make in makers.items():
        if section.has(spell[word]):
            part = section.section(spell[word])
            name, value = make(part, spell)
            headers.append(PolicyHeader(name=name, value=value, override=part.flag(spell["override"])))
            part.close()
    section.close()
    return tuple(headers)


def _strict_transport_security(section: Section, spell: dict[str, str]) -> tuple[str, str]:
    value = f"max-age={section.number(spell['max_age'], 0)}"
    if section.flag(spell["include_subdomains"]):
        value += "; includeSubDomains"
    if section.flag(spell["preload"]):
        value += "; preload"
    return "Strict-Transport-Security", value


def _content_type_options(section: Section, spell: dict[str, str]) -> tuple[str, str]:
    return "X-Content-Type-Options", "nosniff"


def _frame_options(section: Section, spell: dict[str, str]) -> tuple[str, str]:
    return "X-Frame-Options", section.choice(spell["frame_option"], "SAMEORIGIN", FRAME_OPTIONS)


def _referrer_policy(section: Section, spell: dict[str, str]) -> tuple[str, str]:
    usual = "strict-origin-when-cross-origin"
    return "Referrer-Policy", section.choice(spell["referrer_policy"], usual, REFERRER_POLICIES)


def _content_security_policy(section: Section, spell: dict[str, str]) -> tuple[str, str]:
    return "Content-Security-Policy", section.required_text(spell["content_security_policy"])


def _xss_protection(section: Section, spell: dict[str, str]) -> tuple[str, str]:
    mode_block, report = section.flag(spell["mode_block"]), section.text(spell["report_uri"])
    value = "1" if section.flag(spell["protection"]) else "0"
    if mode_block:
        value += "; mode=block"
    if report:
        value += f"; report={report}"
    return "X-XSS-Protection", value


# --- legacy ForwardedValues -----------------------------------------------------------------------------------------


def legacy_policies(
    *,
    query_string: bool,
    query_string_cache_keys: tuple[str, ...],
    cookies: Selection,
    headers: tuple[str, ...],
    ttls: tuple[int, int, int],
    compress: bool,
) -> tuple[CachePolicy, OriginRequestPolicy | None]:
    """ForwardedValues as policies: an origin request policy only where the origin sees more than the key holds.

    [DownloadDistValuesCacheBehavior, header-caching]
    """
    everything, listed = Selection(mode="all"), Selection(mode="whitelist", names=query_string_cache_keys)
    narrowed = query_string and bool(query_string_cache_keys)
    policy = CachePolicy(
        name=FORWARDED_VALUES,
        min_ttl=ttls[0],
        default_ttl=ttls[1],
        max_ttl=ttls[2],
        gzip=compress,
        headers=_legacy_headers(headers),
        cookies=cookies,
        query_strings=listed if narrowed else everything if query_string else Selection(),
        legacy=True,
    )
    return policy, OriginRequestPolicy(name=FORWARDED_VALUES, query_strings=everything) if narrowed else None


def _legacy_headers(names: tuple[str, ...]) -> Selection:
    if "*" in names:
        # The names beside a star are kept, so that rule V22 can see them.
        return Selection(mode="all", names=tuple(name for name in names if name != "*"))
    return Selection(mode="whitelist", names=names) if names else Selection()
