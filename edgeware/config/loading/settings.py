"""What a native file and an overlay share: the local stand-in of the viewer, checks switched off, strictness."""

from __future__ import annotations

import ipaddress
from dataclasses import fields, replace
from pathlib import Path
from typing import Any, Literal, TypeAlias, get_args

from edgeware.config.loading.environment import interpolated
from edgeware.config.model import (
    CacheBehavior,
    Distribution,
    GeoRestriction,
    ViewerDefaults,
    ViewerPlace,
    ViewerRange,
)
from edgeware.config.place import guess, shown
from edgeware.config.reading import Section

Device: TypeAlias = Literal["desktop", "mobile", "tablet", "smarttv", "android", "ios"]
Scheme: TypeAlias = Literal["http", "https", "request"]

DEVICES: tuple[Device, ...] = get_args(Device)
PLACE = tuple(field.name for field in fields(ViewerPlace) if field.name != "asn")
SCHEMES: tuple[Scheme, ...] = get_args(Scheme)
DISABLE = ("geo_restriction", "viewer_protocol_policy", "trusted_key_groups", "cache")


def viewer(top: Section, known: ViewerDefaults) -> ViewerDefaults:
    """The `viewer` of a file over what is known already."""
    section = top.section("viewer")

    def text(key: str, before: str | None) -> str | None:
        value = section.optional_text(key)
        return before if value is None else value

    found = ViewerDefaults(
        **_place(section, known),
        ip=_address(section, known.ip),
        geography=_geography(section) if section.has("geography") else known.geography,
        device=section.choice("device", DEVICES[0], DEVICES) if section.has("device") else known.device,
        ja3_fingerprint=text("ja3_fingerprint", known.ja3_fingerprint),
        ja4_fingerprint=text("ja4_fingerprint", known.ja4_fingerprint),
        check_host=section.flag("check_host", known.check_host),
        override_headers=section.flag("override_headers", known.override_headers),
        tls=section.text("tls", known.tls),
        http_version=text("http_version", known.http_version),
        scheme=section.choice("scheme", known.scheme, SCHEMES),
    )
    section.close()
    return found


def _place(section: Section, known: ViewerPlace) -> dict[str, Any]:
    asn = section.optional_number("asn")
    found: dict[str, Any] = {"asn": known.asn if asn is None else asn}
    for name in PLACE:
        value = section.optional_text(name)
        found[name] = getattr(known, name) if value is None else value
    return found


def _geography(section: Section) -> tuple[ViewerRange, ...]:
    found: dict[object, ViewerRange] = {}
    for entry in section.sections("geography"):
        place = _place(entry, ViewerPlace())
        network = _network(entry)
        if network in found:
            entry.complain("cidr", f"{network} is there twice.")
        elif network is not None:
            found[network] = ViewerRange(**place, cidr=str(network))
        entry.close()
    return tuple(found.values())


def _network(entry: Section) -> ipaddress.IPv4Network | ipaddress.IPv6Network | None:
    text = entry.required_text("cidr")
    try:
        return ipaddress.ip_network(text) if text else None
    except ValueError:
        hint = "Write the first address of the range and its prefix: 203.0.113.0/24, or 2001:db8::/32."
        entry.complain("cidr", f"'{shown(text)}' is no range of addresses.", hint)
        return None


def store_name(top: Section, known: str | None, base: Path) -> str | None:
    """The `store` of a file over what is known already; a directory is relative to the file.

    The name never shows up in a message, since there may be a password in it.
    """
    text = top.optional_text("store")
    if text is None:
        return known
    name, unset = interpolated(text)
    for variable in unset:
        hint = f"Set it, or write ${{{variable}:-default}}."
        top.complain("store", f"the environment variable {variable} is not set.", hint)
    kind, colon, rest = name.partition(":")
    return f"disk:{base / Path(rest).expanduser()}" if kind == "disk" and colon and rest else name


def _address(section: Section, known: str | None) -> str | None:
    text = section.optional_text("ip")
    if text is None:
        return known
    try:
        ipaddress.ip_address(text)
    except ValueError:
        section.complain("ip", f"'{shown(text)}' is no IP address.")
    return text


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
