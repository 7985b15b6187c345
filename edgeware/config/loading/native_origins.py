"""Origins and origin groups as a native file gives them."""

from __future__ import annotations

from pathlib import Path
from typing import Literal, TypeAlias, get_args

from edgeware.config.loading.draft import NOT_GIVEN
from edgeware.config.loading.servers import headers
from edgeware.config.loading.targets import target
from edgeware.config.model import App, Origin, OriginGroup, OriginProtocolPolicy
from edgeware.config.reading import Section

OriginType: TypeAlias = Literal["custom", "s3", "vpc"]
Access: TypeAlias = Literal["none", "oai", "oac"]

TYPES: tuple[OriginType, ...] = get_args(OriginType)
ACCESS: tuple[Access, ...] = get_args(Access)
PROTOCOL_POLICIES: tuple[OriginProtocolPolicy, ...] = get_args(OriginProtocolPolicy)

BUILT_IN = Origin(id="app", domain_name="app.local", target=App())
"""The origin of a file that names none: the wrapped app."""


def origins(top: Section, base: Path) -> dict[str, Origin]:
    """All origins of a file."""
    found = {name: _origin(name, section, base) for name, section in top.entries("origins")}
    return found or {BUILT_IN.id: BUILT_IN}


def _origin(name: str, section: Section, base: Path) -> Origin:
    kind = section.choice("type", "custom", TYPES)
    # A bucket is closed to everybody else these days: AWS recommends an origin access control.
    access: Access = "oac" if kind == "s3" else "none"
    origin = Origin(
        id=name,
        domain_name=section.text("domain_name", f"{name}.local"),
        type=kind,
        origin_path=section.text("origin_path"),
        custom_headers=headers(section.section("headers")),
        protocol_policy=section.choice("protocol_policy", "match-viewer", PROTOCOL_POLICIES),
        http_port=section.number("http_port", 80),
        https_port=section.number("https_port", 443),
        ssl_protocols=section.texts("ssl_protocols") or ("TLSv1.2",),
        read_timeout=section.number("read_timeout", 30),
        keepalive_timeout=section.number("keepalive_timeout", 5),
        response_completion_timeout=section.optional_number("response_completion_timeout"),
        connection_attempts=section.number("connection_attempts", 3),
        connection_timeout=section.number("connection_timeout", 10),
        access=section.choice("access", access, ACCESS),
        target=target(section, "local", base) if section.has("local") else NOT_GIVEN,
    )
    section.close()
    return origin


def origin_groups(top: Section) -> dict[str, OriginGroup]:
    """All origin groups of a file."""
    return {name: _group(name, section) for name, section in top.entries("origin_groups")}


def _group(name: str, section: Section) -> OriginGroup:
    members = section.texts("members")
    if len(members) != 2:
        section.complain("members", "must be two origins, the primary first.", code="V9")
    first, second = (*members, "", "")[:2]
    group = OriginGroup(id=name, members=(first, second), status_codes=frozenset(section.numbers("status_codes")))
    section.close()
    return group
