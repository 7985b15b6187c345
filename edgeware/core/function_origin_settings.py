"""The settings that ``cf.updateRequestOrigin`` and its kin take, checked [helper-functions-origin-modification].

They come from function code by way of JSON: any value may stand anywhere, and nothing here raises because of it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Literal, TypeAlias

from edgeware.core.function_entries import TOKEN, has_control
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
"""What ``cf.selectRequestOriginById`` takes."""

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
        "region": (lambda value: isinstance(value, str), "must be a string"),  # stands in a sample of AWS's own
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
_BUCKET = re.compile(r"[.]s3(?:[.-](?!website)[a-z0-9-]+)*[.]amazonaws[.]com(?:[.]cn)?\Z")


def kind_of(settings: Settings, otherwise: Kind) -> Kind:
    """The kind of origin that settings make: what they say of it, else what the domain name looks like."""
    if "customOriginConfig" in settings:
        return "custom"
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
        if not TOKEN.fullmatch(name) or name != name.lower():
            yield where, "must have a name of ASCII letters, digits and hyphens in lower case"
        elif is_disallowed(name) or is_denied_custom_header(name):
            yield where, "is a header that CloudFront does not add to requests to an origin"
        elif name in taken:
            yield where, "must not be a header that the request has already"
        if not isinstance(value, str) or has_control(value):
            yield where, "must have a string without control characters as its value"


def _together(settings: Settings, kind: Kind) -> Iterator[tuple[str, str]]:
    """What one setting says of another."""
    shield, timeouts, connection = (
        found if isinstance(found := settings.get(name), dict) else {}
        for name in ("originShield", "timeouts", "customOriginConfig")
    )
    if shield.get("enabled") is True and "region" not in shield:
        yield ".originShield.region", "is missing: Origin Shield is enabled"
    read, completion = timeouts.get("readTimeout"), timeouts.get("responseCompletionTimeout")
    if isinstance(read, int) and isinstance(completion, int) and completion < read:
        yield ".timeouts.responseCompletionTimeout", "must not be smaller than readTimeout"
    if "ipAddressType" in connection and "domainName" not in settings:
        yield ".customOriginConfig.ipAddressType", "can only be set together with domainName"
    if kind == "s3":
        if "keepAliveTimeout" in timeouts:
            yield ".timeouts.keepAliveTimeout", "cannot be set for an S3 origin"
        for name in ("hostHeader", "sni"):
            if name in settings:
                yield f".{name}", "can only be set for a custom origin"
