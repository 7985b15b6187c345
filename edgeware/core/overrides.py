"""`X-Edgeware-*` headers: what one request says of its viewer, where the distribution's file lets it.

They are this edge's own, and never reach a function, the origin or the cache key.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Callable, Mapping
from dataclasses import fields, replace
from typing import Any, get_args, get_type_hints

from edgeware.config.model import ViewerDefaults, ViewerPlace
from edgeware.messages import Request

PREFIX = "x-edgeware-"
_DEVICES = get_args(get_args(get_type_hints(ViewerDefaults)["device"])[0])


def overridden(request: Request) -> Request:
    """The request without the headers, and with what they say; a value that cannot be is as if it were not there."""
    lines = [(name, value) for name, value in request.headers if name.lower().startswith(PREFIX)]
    if not lines:
        return request
    told: dict[str, Any] = {}
    for name, value in lines:
        field = name.lower().removeprefix(PREFIX).replace("-", "_")
        found = _READERS[field](value.strip()) if field in _READERS else None
        if found is not None:
            told[field] = found
    return replace(
        request,
        headers=request.headers.without(*(name for name, _ in lines)),
        client_ip=told.pop("ip", request.client_ip),
        http_version=told.pop("http_version", request.http_version),
        scheme=told.pop("scheme", request.scheme),
        told=tuple(told.items()),
    )


def _ip(value: str) -> str | None:
    try:
        return str(ipaddress.ip_address(value))
    except ValueError:
        return None


def _number(value: str) -> int | None:
    return int(value) if value.isascii() and value.isdigit() and len(value) <= 10 else None


def _one_of(*words: str) -> Callable[[str], str | None]:
    return lambda value: value if value in words else None


_READERS: Mapping[str, Callable[[str], str | int | None]] = {
    **dict.fromkeys((field.name for field in fields(ViewerPlace)), lambda value: value or None),
    **dict.fromkeys(("ja3_fingerprint", "ja4_fingerprint", "tls"), lambda value: value or None),
    "asn": _number,
    "device": _one_of(*_DEVICES),
    "http_version": _one_of("1.0", "1.1", "2.0", "3.0"),
    "ip": _ip,
    "scheme": _one_of("http", "https"),
}
