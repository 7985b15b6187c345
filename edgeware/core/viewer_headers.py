"""The CloudFront-* headers that the edge adds to a request [adding-cloudfront-headers, viewer-mtls-headers].

They are added only where the behavior's policies ask for them. What a machine without an edge network cannot know
(client certificates) is absent, and so is a place, a network or a fingerprint that the configuration does not name.
"""

from __future__ import annotations

import string
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TypeAlias
from urllib.parse import quote

from edgeware.config.model import CacheBehavior, ViewerDefaults
from edgeware.core.device import devices
from edgeware.core.selection import takes
from edgeware.messages import Headers, Request

Source: TypeAlias = Callable[[Request, ViewerDefaults], "str | None"]

HEADER_ORDER_LIMIT = 7680
"""Characters after which CloudFront-Viewer-Header-Order is cut."""

_MANY_DEVICES: Mapping[str, frozenset[str]] = {
    "android": frozenset({"android", "mobile"}),
    "ios": frozenset({"ios", "mobile"}),
}


def _unknown(request: Request, viewer: ViewerDefaults) -> str | None:
    return None


def _device(device: str) -> Source:
    def value(request: Request, viewer: ViewerDefaults) -> str:
        return "true" if device in _devices(request, viewer) else "false"

    return value


def _devices(request: Request, viewer: ViewerDefaults) -> frozenset[str]:
    if viewer.device is None:
        return devices(request.headers.get("user-agent") or "")
    return _MANY_DEVICES.get(viewer.device) or frozenset({viewer.device})


def _place(field: str) -> Source:
    def value(request: Request, viewer: ViewerDefaults) -> str | None:
        text: str | None = getattr(viewer, field)
        if text is None or (text.isascii() and text.isprintable()):
            return text
        return quote(text, safe=string.punctuation + " ")

    return value


def _address(request: Request, viewer: ViewerDefaults) -> str | None:
    ip = viewer.ip or request.client_ip
    return f"{ip}:{request.client_port}" if ip else None


def _asn(request: Request, viewer: ViewerDefaults) -> str | None:
    return None if viewer.asn is None else str(viewer.asn)


def _http_version(request: Request, viewer: ViewerDefaults) -> str:
    version = viewer.http_version or request.http_version
    return version if "." in version else version + ".0"


def _forwarded_proto(request: Request, viewer: ViewerDefaults) -> str:
    return request.scheme


def _tls(request: Request, viewer: ViewerDefaults) -> str | None:
    return viewer.tls if request.scheme == "https" else None


def _fingerprint(field: str) -> Source:
    def value(request: Request, viewer: ViewerDefaults) -> str | None:
        text: str | None = getattr(viewer, field)
        return text if request.scheme == "https" else None

    return value


def _header_order(request: Request, viewer: ViewerDefaults) -> str:
    return ":".join(name for name, _ in request.headers)[:HEADER_ORDER_LIMIT]


def _header_count(request: Request, viewer: ViewerDefaults) -> str:
    return str(len(request.headers))


def _error_uri(request: Request, viewer: ViewerDefaults) -> str:
    return request.path


def _error_args(request: Request, viewer: ViewerDefaults) -> str | None:
    return request.query or None


def _no_certificate(request: Request, viewer: ViewerDefaults) -> str:
    return "0"


_WITH_ALL_EXCEPT: Mapping[str, Source] = {
    "CloudFront-Forwarded-Proto": _forwarded_proto,
    "CloudFront-Is-Android-Viewer": _device("android"),
    "CloudFront-Is-Desktop-Viewer": _device("desktop"),
    "CloudFront-Is-IOS-Viewer": _device("ios"),
    "CloudFront-Is-Mobile-Viewer": _device("mobile"),
    "CloudFront-Is-SmartTV-Viewer": _device("smarttv"),
    "CloudFront-Is-Tablet-Viewer": _device("tablet"),
    "CloudFront-Viewer-Address": _address,
    "CloudFront-Viewer-ASN": _asn,
    "CloudFront-Viewer-City": _place("city"),
    "CloudFront-Viewer-Country": _place("country"),
    "CloudFront-Viewer-Country-Name": _place("country_name"),
    "CloudFront-Viewer-Country-Region": _place("region"),
    "CloudFront-Viewer-Country-Region-Name": _place("region_name"),
    "CloudFront-Viewer-Http-Version": _http_version,
    "CloudFront-Viewer-Latitude": _place("latitude"),
    "CloudFront-Viewer-Longitude": _place("longitude"),
    "CloudFront-Viewer-Metro-Code": _place("metro_code"),
    "CloudFront-Viewer-Postal-Code": _place("postal_code"),
    "CloudFront-Viewer-Time-Zone": _place("time_zone"),
    "CloudFront-Viewer-TLS": _tls,
}
"""Protocol, HTTP version, TLS version, device type and location: what ``allExcept`` brings without being listed
[using-managed-origin-request-policies]."""

_ONLY_LISTED: Mapping[str, Source] = {
    "CloudFront-Error-Args": _error_args,
    "CloudFront-Error-Uri": _error_uri,
    "CloudFront-Viewer-Cert-Issuer": _unknown,
    "CloudFront-Viewer-Cert-Pem": _unknown,
    "CloudFront-Viewer-Cert-Present": _no_certificate,
    "CloudFront-Viewer-Cert-Serial-Number": _unknown,
    "CloudFront-Viewer-Cert-Sha256": _unknown,
    "CloudFront-Viewer-Cert-Subject": _unknown,
    "CloudFront-Viewer-Cert-Validity": _unknown,
    "CloudFront-Viewer-Header-Count": _header_count,
    "CloudFront-Viewer-Header-Order": _header_order,
    "CloudFront-Viewer-JA3-Fingerprint": _fingerprint("ja3_fingerprint"),
    "CloudFront-Viewer-JA4-Fingerprint": _fingerprint("ja4_fingerprint"),
}

_SOURCES = {name.lower(): (name, source) for name, source in {**_WITH_ALL_EXCEPT, **_ONLY_LISTED}.items()}

NAMES = frozenset(name for name, _ in _SOURCES.values())
"""The headers the edge may add, in CloudFront's own case."""


def wanted(behavior: CacheBehavior) -> frozenset[str]:
    """The CloudFront headers, in lower case, that a behavior's policies ask for; computed once for a behavior."""
    policy = behavior.cache_policy
    listed = set(policy.headers.names) if policy.headers.mode == "whitelist" else set()
    origin = behavior.origin_request_policy
    if origin is not None and origin.headers.mode in ("whitelist", "allViewerAndWhitelistCloudFront"):
        listed.update(origin.headers.names)
    elif origin is not None and origin.headers.mode == "allExcept":
        listed.update(name for name in _WITH_ALL_EXCEPT if takes(origin.headers, name, ignore_case=True))
    return frozenset(name.lower() for name in listed) & _SOURCES.keys()


def added(request: Request, wanted: frozenset[str], viewer: ViewerDefaults) -> Request:
    """The request with the wanted headers, in the place of whatever the viewer sent under their names.

    ``request.scheme`` is taken for what the viewer used. A header whose value is not known is absent.
    """
    if not wanted:
        return request
    lines = list(request.headers.without(*wanted))
    for name, source in map(_SOURCES.__getitem__, sorted(wanted)):
        value = source(request, viewer)
        if value is not None:
            lines.append((name, value))
    return replace(request, headers=Headers(lines))
