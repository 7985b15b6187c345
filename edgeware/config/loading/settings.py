"""What a native file and an overlay share: the local stand-in of the viewer, checks switched off, strictness."""

from __future__ import annotations

import ipaddress
from dataclasses import replace
from typing import Literal, TypeAlias, get_args

from edgeware.config.model import CacheBehavior, Distribution, GeoRestriction, ViewerDefaults
from edgeware.config.place import guess, shown
from edgeware.config.reading import Section

Device: TypeAlias = Literal["desktop", "mobile", "tablet", "smarttv", "android", "ios"]
Scheme: TypeAlias = Literal["http", "https", "request"]

DEVICES: tuple[Device, ...] = get_args(Device)
SCHEMES: tuple[Scheme, ...] = get_args(Scheme)
DISABLE = ("geo_restriction", "viewer_protocol_policy", "trusted_key_groups", "cache")


def viewer(top: Section, known: ViewerDefaults) -> ViewerDefaults:
    """The `viewer` of a file over what is known already."""
    section = top.section("viewer")

    def text(key: str, before: str | None) -> str | None:
        value = section.optional_text(key)
        return before if value is None else value

    asn = section.optional_number("asn")
    found = ViewerDefaults(
        ip=_address(section, known.ip),
        country=text("country", known.country),
        country_name=text("country_name", known.country_name),
        region=text("region", known.region),
        region_name=text("region_name", known.region_name),
        city=text("city", known.city),
        postal_code=text("postal_code", known.postal_code),
        time_zone=text("time_zone", known.time_zone),
        latitude=text("latitude", known.latitude),
        longitude=text("longitude", known.longitude),
        metro_code=text("metro_code", known.metro_code),
        asn=known.asn if asn is None else asn,
        device=section.choice("device", known.device, DEVICES),
        tls=section.text("tls", known.tls),
        http_version=text("http_version", known.http_version),
        scheme=section.choice("scheme", known.scheme, SCHEMES),
    )
    _refuse_true(section, "override_headers", "check_host")
    section.close()
    return found


def _address(section: Section, known: str | None) -> str | None:
    text = section.optional_text("ip")
    if text is None:
        return known
    try:
        ipaddress.ip_address(text)
    except ValueError:
        section.complain("ip", f"'{shown(text)}' is no IP address.")
    return text


def _refuse_true(section: Section, *keys: str) -> None:
    for key in keys:
        if section.flag(key):
            section.complain(key, f"'{key}' is not supported yet.", "Leave it out.", code="N-later")


def disable(top: Section) -> tuple[str, ...]:
    """The checks that a file switches off."""
    names = top.texts("disable")
    for name in names:
        if name not in DISABLE:
            top.complain("disable", f"'{shown(name)}' cannot be switched off.", guess(name, DISABLE))
    return names


def disabled(distribution: Distribution, names: tuple[str, ...]) -> Distribution:
    """The distribution with those checks off."""
    if "geo_restriction" in names:
        distribution = replace(distribution, geo_restriction=GeoRestriction())
    behaviors = tuple(_without(behavior, names) for behavior in distribution.behaviors)
    return replace(distribution, behaviors=behaviors)


def _without(behavior: CacheBehavior, names: tuple[str, ...]) -> CacheBehavior:
    if "viewer_protocol_policy" in names:
        behavior = replace(behavior, viewer_protocol_policy="allow-all")
    if "trusted_key_groups" in names:
        behavior = replace(behavior, trusted_key_groups=(), trusted_signers=())
    if "cache" in names:
        # Only the lifetimes go: what reaches the origin stays what production would send.
        policy = replace(behavior.cache_policy, min_ttl=0, default_ttl=0, max_ttl=0)
        behavior = replace(behavior, cache_policy=policy)
    return behavior
