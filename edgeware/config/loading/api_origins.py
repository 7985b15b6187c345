"""Origins and origin groups from API output."""

from __future__ import annotations

import re

from edgeware.config.loading.draft import NOT_GIVEN
from edgeware.config.loading.native_origins import PROTOCOL_POLICIES, Access, OriginType
from edgeware.config.loading.rules import refuse
from edgeware.config.model import Origin, OriginGroup
from edgeware.config.reading import Section

S3_DOMAIN = re.compile(r".+\.s3[.-]([a-z0-9-]+\.)*amazonaws\.com(\.cn)?|.+\.s3\.amazonaws\.com")
_CONFIGS: dict[str, OriginType] = {"S3OriginConfig": "s3", "CustomOriginConfig": "custom", "VpcOriginConfig": "vpc"}
SELECTION_CRITERIA = ("default", "media-quality-based")


def origins(config: Section) -> dict[str, Origin]:
    """Origins.Items."""
    found: dict[str, Origin] = {}
    for section in config.sections("Origins"):
        origin = _origin(section)
        if origin.id in found:
            refuse(section, "Id", "V2", f"'{origin.id}' is the id of two origins.")
        found[origin.id] = origin
    return found


def _origin(section: Section) -> Origin:
    origin_id, domain = section.required_text("Id"), section.required_text("DomainName")
    kind = _type(section, domain)
    config = section.section(next(key for key, value in _CONFIGS.items() if value == kind))
    protocols = config.texts("OriginSslProtocols")
    origin = Origin(
        id=origin_id,
        domain_name=domain,
        type=kind,
        origin_path=section.text("OriginPath"),
        custom_headers=tuple(_header(header) for header in section.sections("CustomHeaders")),
        protocol_policy=config.choice("OriginProtocolPolicy", "match-viewer", PROTOCOL_POLICIES),
        http_port=config.number("HTTPPort", 80),
        https_port=config.number("HTTPSPort", 443),
        ssl_protocols=protocols or ("TLSv1.2",),
        read_timeout=config.number("OriginReadTimeout", 30),
        keepalive_timeout=config.number("OriginKeepaliveTimeout", 5),
        response_completion_timeout=section.optional_number("ResponseCompletionTimeout"),
        connection_attempts=section.number("ConnectionAttempts", 3),
        connection_timeout=section.number("ConnectionTimeout", 10),
        access=_access(section, config),
        target=NOT_GIVEN,
    )
    _notes(section, config)
    section.close()
    config.close()
    return origin


def _type(section: Section, domain: str) -> OriginType:
    given = [key for key in _CONFIGS if section.has(key)]
    if len(given) > 1:
        refuse(section, given[1], "V3", f"it has {' and '.join(given)}.")
    if given:
        return _CONFIGS[given[0]]
    if S3_DOMAIN.fullmatch(domain):
        return "s3"
    refuse(section, None, "V3", "it has none of them.")
    return "custom"


def _header(section: Section) -> tuple[str, str]:
    header = section.required_text("HeaderName"), section.text("HeaderValue")
    section.close()
    return header


def _access(section: Section, config: Section) -> Access:
    control, identity = section.text("OriginAccessControlId"), config.text("OriginAccessIdentity")
    if control and identity:
        refuse(section, "OriginAccessControlId", "V4", "it has both.")
    return "oac" if control else "oai" if identity else "none"


def _notes(section: Section, config: Section) -> None:
    shield = section.section("OriginShield")
    if shield.flag("Enabled"):
        section.remark("note", "OriginShield", "N-shield", "Origin Shield is on; locally there is one cache layer.")
    if config.has("OriginMtlsConfig"):
        text = "mutual TLS to the origin is set up; no client certificate is shown to local targets."
        config.remark("note", "OriginMtlsConfig", "N-origin-mtls", text)
    config.ignore("IpAddressType", "VpcOriginId", "OwnerAccountId")


def origin_groups(config: Section, known: dict[str, Origin]) -> dict[str, OriginGroup]:
    """OriginGroups.Items."""
    found: dict[str, OriginGroup] = {}
    for section in config.sections("OriginGroups"):
        group = _group(section)
        if group.id in found or group.id in known:
            refuse(section, "Id", "V2", f"'{group.id}' is taken already.")
        found[group.id] = group
    return found


def _group(section: Section) -> OriginGroup:
    members = [member.required_text("OriginId") for member in section.sections("Members")]
    if len(members) != 2:
        section.complain("Members", "must be two origins, the primary first.", code="V9")
    first, second = (*members, "", "")[:2]
    if section.choice("SelectionCriteria", "default", SELECTION_CRITERIA) != "default":
        text = "media-quality-based selection is not emulated; the primary is asked first."
        section.remark("note", "SelectionCriteria", "N-selection-criteria", text)
    codes = section.section("FailoverCriteria").numbers("StatusCodes")
    group = OriginGroup(id=section.required_text("Id"), members=(first, second), status_codes=frozenset(codes))
    section.close()
    return group
