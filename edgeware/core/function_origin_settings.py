"""The settings that ``cf.updateRequestOrigin`` and its kin take, checked [helper-functions-origin-modification].

They come from function code by way of JSON: any value may stand anywhere, and nothing here raises because of it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Literal, TypeAlias

from edgeware.config.headers import is_header_name
from edgeware.core.function_entries import has_control
from edgeware.core.function_headers import is_disallowed
from edgeware.core.origin_values import (
    SSL_PROTOCOLS,
    are_ssl_protocols,
    is_bucket_name,
    is_custom_path,
    is_denied_custom_header,
    is_dns_name,
    is_number,
    is_path,
    is_port,
    is_timeout,
)

Settings: TypeAlias = Mapping[str, Any]
Check: TypeAlias = Callable[[object], bool]
Rules: TypeAlias = Mapping[str, tuple[Check, str]]
Kind: TypeAlias = Literal["custom", "s3"]

MAX_CERTIFICATE_NAMES = 20
MAX_CERTIFICATE_NAME = 64


def one_of(*words: str) -> tuple[Check, str]:
    """Exactly one of some words."""
    return lambda value: isinstance(value, str) and value in words, f"must be {' or '.join(words)}"


def number(low: int, high: int, unit: str = "") -> tuple[Check, str]:
    """A whole number in a range."""
    return lambda value: is_number(value, low, high), f"must be a whole number from {low} to {high}{unit}"


def _is_certificate_name(value: object) -> bool:
    if not isinstance(value, str) or len(value) > MAX_CERTIFICATE_NAME:
        return False
    return is_dns_name(value.removeprefix("*."))


def _are_certificate_names(value: object) -> bool:
    return isinstance(value, list) and len(value) <= MAX_CERTIFICATE_NAMES and all(map(_is_certificate_name, value))


_FLAG: tuple[Check, str] = (lambda value: isinstance(value, bool), "must be true or false")
_NAME: tuple[Check, str] = (is_dns_name, "must be a DNS name of 253 characters at most, no IP address, without a port")
TLS_RULES: Rules = {
    "hostHeader": _NAME,
    "sni": _NAME,
    "allowedCertificateNames": (
        _are_certificate_names,
        f"must be a list of at most {MAX_CERTIFICATE_NAMES} DNS names of {MAX_CERTIFICATE_NAME} characters at most",
    ),
}
"""What ``cf.selectRequestOriginById`` takes, and ``originOverrides`` of an origin group."""

_TEXT: tuple[Check, str] = (lambda value: isinstance(value, str), "must be a string")
PEM_RULES: Rules = {
    "certHeader": _TEXT,
    "certFooter": _TEXT,
    "certEndMarker": _TEXT,
    "keepNewlinesInCertData": _FLAG,
}
"""How ``cf.mtls`` writes a certificate [mtls-helper-methods]."""

_RULES: Mapping[Kind, Rules] = {
    "custom": {
        "domainName": _NAME,
        "originPath": (
            is_custom_path,
            'must be "" or begin and not end with a slash, URL-encoded, 255 characters long',
        ),
    },
    "s3": {
        "domainName": (is_bucket_name, "must be a bucket's DNS name in lower case, of 128 characters at most"),
        "originPath": (is_path, 'must be "" or begin and not end with a slash'),
    },
}
_PLAIN: Rules = {
    **TLS_RULES,
    "connectionAttempts": number(1, 3),
    "mTLSConfig": one_of("inherit", "off"),
}
_SECTIONS: Mapping[str, Rules] = {
    "originShield": {
        "enabled": _FLAG,
        "region": (lambda value: isinstance(value, str) and value != "", "must be the name of a region"),
    },
    "originAccessControlConfig": {
        "enabled": _FLAG,
        "signingBehavior": one_of("always", "never", "no-override"),
        "signingProtocol": one_of("sigv4"),
        "originType": one_of("s3", "mediapackagev2", "mediastore", "lambda"),
        "region": _TEXT,  # stands in a sample of AWS's own
    },
    "timeouts": {
        "readTimeout": (is_timeout, "must be a whole number from 1 to 120 seconds"),
        "responseCompletionTimeout": number(1, 10**9, " seconds"),
        "keepAliveTimeout": (is_timeout, "must be a whole number from 1 to 120 seconds"),
        "connectionTimeout": number(1, 10, " seconds"),
    },
    "customOriginConfig": {
        "port": (is_port, "must be 80, 443 or a whole number from 1024 to 65535"),
        "protocol": one_of("http", "https"),
        "sslProtocols": (are_ssl_protocols, f"must be a list out of {', '.join(SSL_PROTOCOLS)}"),
        "ipAddressType": one_of("ipv4", "ipv6", "dualstack"),
    },
}
_REQUIRED: Mapping[str, tuple[str, ...]] = {
    "originShield": ("enabled",),
    "originAccessControlConfig": ("enabled",),
    "customOriginConfig": ("port", "protocol", "sslProtocols"),
}
_REQUIRED_WHEN_ENABLED = (
    ("originShield", "region", "Origin Shield"),
    ("originAccessControlConfig", "signingBehavior", "origin access control"),
    ("originAccessControlConfig", "signingProtocol", "origin access control"),
    ("originAccessControlConfig", "originType", "origin access control"),
)
_BUCKET = re.compile(r"[.]s3(?:[.-](?!website)[a-z0-9-]+)*[.]amazonaws[.]com(?:[.]cn)?\Z")


def kind_of(settings: Settings, otherwise: Kind) -> Kind:
    """The kind of origin that settings make, by what its domain name looks like.

    No other setting tells: what is for custom origins only, such as ``customOriginConfig``, a bucket ignores.
    """
    domain = settings.get("domainName")
    if not isinstance(domain, str):
        return otherwise
    return "s3" if _BUCKET.search(domain) else "custom"


def complaints(settings: object, kind: Kind, taken: frozenset[str]) -> Iterator[tuple[str, str]]:
    """Each setting that is wrong, as its path and what it must be. ``taken`` are the request's own header names."""
    if not isinstance(settings, dict):
        yield "", "must be an object"
        return
    rules = {**_PLAIN, **_RULES[kind]}
    for name in sorted(settings.keys() - rules.keys() - _SECTIONS.keys() - {"customHeaders"}):
        yield f".{name[:64]}", "is no setting of an origin"
    yield from checked("", settings, rules)
    for name, section_rules in _SECTIONS.items():
        if name in settings:
            yield from _section(name, settings[name], section_rules)
    yield from _custom_headers(settings.get("customHeaders", {}), taken)
    yield from _together(settings, kind)


def checked(where: str, settings: Settings, rules: Rules) -> Iterator[tuple[str, str]]:
    """The settings that break their rule; what is not there breaks none."""
    for name, (holds, rule) in rules.items():
        if name in settings and not holds(settings[name]):
            yield f"{where}.{name}", rule


def _section(name: str, section: object, rules: Rules) -> Iterator[tuple[str, str]]:
    where = f".{name}"
    if not isinstance(section, dict):
        yield where, "must be an object"
        return
    for needed in _REQUIRED.get(name, ()):
        if needed not in section:
            yield f"{where}.{needed}", "is missing"
    yield from checked(where, section, rules)


def _custom_headers(headers: object, taken: frozenset[str]) -> Iterator[tuple[str, str]]:
    if not isinstance(headers, dict):
        yield ".customHeaders", "must be an object of names and values; {} removes all of them"
        return
    for name, value in headers.items():
        where = f".customHeaders[{name[:64]!a}]"
        if not is_header_name(name) or name != name.lower():
            yield where, "must have a name of ASCII letters, digits and hyphens in lower case"
        elif is_disallowed(name) or is_denied_custom_header(name):
            yield where, "is a header that CloudFront does not add to requests to an origin"
        elif name in taken:
            yield where, "must not be a header that the request has already"
        if not isinstance(value, str) or has_control(value):
            yield where, "must have a string without control characters as its value"


def _together(settings: Settings, kind: Kind) -> Iterator[tuple[str, str]]:
    """What one setting says of another."""
    connection = settings.get("customOriginConfig")
    for section, needed, of_enabled in _REQUIRED_WHEN_ENABLED:
        found = settings.get(section)
        if isinstance(found, dict) and found.get("enabled") is True and needed not in found:
            yield f".{section}.{needed}", f"is missing: {of_enabled} is enabled"
    if isinstance(connection, dict) and "ipAddressType" in connection and "domainName" not in settings:
        yield ".customOriginConfig.ipAddressType", "can only be set together with domainName"
    if kind == "s3":
        yield from _for_custom_origins(settings)


def overrides(settings: object, kind: Kind) -> Iterator[tuple[str, str]]:
    """The same for the few settings that an origin of the distribution may be selected with."""
    if not isinstance(settings, dict):
        yield "", "must be an object"
        return
    for name in sorted(settings.keys() - TLS_RULES.keys()):
        yield f".{name[:64]}", f"cannot be overridden: only {', '.join(TLS_RULES)} can"
    yield from checked("", settings, TLS_RULES)
    if kind == "s3":
        yield from _for_custom_origins(settings)


def _for_custom_origins(settings: Settings) -> Iterator[tuple[str, str]]:
    for name in TLS_RULES:
        if name in settings:
            yield f".{name}", "can only be set for a custom origin"
