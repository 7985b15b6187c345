"""What only templates have: the single origin and the alternate names of the service's first years, and VPC origins."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from edgeware.config.loading.cloudformation.scope import stand_in
from edgeware.config.loading.cloudformation.spelling import put
from edgeware.config.model import Notice
from edgeware.config.place import LinedList, LinedMapping, Place, line_of
from edgeware.config.reading import is_list

_CUSTOM_KEYS = ("HTTPPort", "HTTPSPort", "OriginProtocolPolicy", "OriginSslProtocols", "OriginSSLProtocols")
_ENDPOINT_KEYS = ("HTTPPort", "HTTPSPort", "OriginProtocolPolicy", "OriginSslProtocols")

Endpoint = Callable[[str], Mapping[str, object] | None]
"""The VpcOriginEndpointConfig of a VPC origin's id."""


def modern(config: LinedMapping, place: Place, notices: list[Notice]) -> None:
    """Put CNAMEs, S3Origin and CustomOrigin in today's words; a note says so."""
    _rename(config, "CNAMEs", "Aliases", place, notices)
    for key in ("S3Origin", "CustomOrigin"):
        old = config.get(key)
        if isinstance(old, LinedMapping) and "Origins" not in config:
            _note(notices, place.into(config, key), f"{key} is of the service's first years; it is read as an origin.")
            origins = LinedList()
            origins.append(_origin(key, old, config))
            put(config, "Origins", origins, line_of(config, key), (key,))
            del config[key]
    logging = config.get("Logging")
    if isinstance(logging, LinedMapping) and logging.get("Bucket"):
        # A template has no switch: it is on where there is a bucket.
        logging.setdefault("Enabled", True)


def _rename(config: LinedMapping, old: str, new: str, place: Place, notices: list[Notice]) -> None:
    if old in config and new not in config:
        _note(notices, place.into(config, old), f"{old} is of the service's first years; it is read as {new}.")
        put(config, new, config.pop(old), line_of(config, old), (old,))


def _note(notices: list[Notice], place: Place, text: str) -> None:
    notices.append(Notice(code="N-legacy", severity="note", where=str(place), text=text))


def _origin(key: str, old: LinedMapping, config: LinedMapping) -> LinedMapping:
    """The one origin, under the id that the default behavior calls it by."""
    default = config.get("DefaultCacheBehavior")
    target = default.get("TargetOriginId") if isinstance(default, Mapping) else None
    origin, inner = LinedMapping(), LinedMapping()
    put(origin, "Id", stand_in(target) or "origin", line_of(config, key), ("DNSName",))
    put(origin, "DomainName", old.get("DNSName"), line_of(old, "DNSName"), ("DNSName",))
    names = ("OriginAccessIdentity",) if key == "S3Origin" else _CUSTOM_KEYS
    for name in (name for name in names if name in old):
        put(inner, name, old[name], line_of(old, name), (name,))
    put(origin, f"{key}Config", inner, line_of(config, key), (key,))
    return origin


def with_vpc_origins(config: Mapping[str, object], place: Place, endpoint: Endpoint, notices: list[Notice]) -> None:
    """Ports and protocol of VPC origins, which stand in a resource of their own."""
    origins = config.get("Origins")
    for index, origin in enumerate(origins if is_list(origins) else ()):
        inner = origin.get("VpcOriginConfig") if isinstance(origin, Mapping) else None
        if not isinstance(inner, LinedMapping):
            continue
        found = endpoint(stand_in(inner.get("VpcOriginId")))
        if found is None:
            text = "the VPC origin is not in the template: ports 80 and 443 and match-viewer are taken."
            _note(notices, place.child("Origins").into(origins, index), text)
            continue
        for key in _ENDPOINT_KEYS:
            if key in found:
                inner.setdefault(key, found[key])
