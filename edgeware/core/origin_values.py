"""What a function may say of an origin, value by value: the same for both kinds of function."""

from __future__ import annotations

import re
from ipaddress import ip_address

SSL_PROTOCOLS = ("SSLv3", "TLSv1", "TLSv1.1", "TLSv1.2")
CUSTOM_HEADERS_DENYLIST = frozenset(
    """
    cache-control connection content-length cookie host if-match if-modified-since if-none-match if-range
    if-unmodified-since max-forwards pragma proxy-authenticate proxy-authorization proxy-connection range request-range
    te trailer transfer-encoding upgrade via x-real-ip
    """.split()
)
"""Names that CloudFront does not add as custom headers, beside those that begin with X-Amz- and X-Edge-
[add-origin-custom-headers]."""

_LABEL = r"[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?"
_DNS_NAME = re.compile(rf"{_LABEL}(?:\.{_LABEL})*")
_BUCKET_NAME = re.compile(r"[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?")
_PATH = re.compile(r"(?:/[^\x00-\x20\x7f?#]*[^\x00-\x20\x7f?#/])?")


def is_path(value: object) -> bool:
    """Whether it is "" or begins, and does not end, with a slash."""
    return isinstance(value, str) and _PATH.fullmatch(value) is not None


def is_custom_path(value: object) -> bool:
    """Whether it is such a path for a custom origin: URL-encoded, and not too long."""
    return is_path(value) and isinstance(value, str) and value.isascii() and len(value) <= 255


def is_dns_name(value: object) -> bool:
    """Whether it is a name of at most 253 characters, without a port, and no IP address."""
    if not isinstance(value, str) or len(value) > 253 or not _DNS_NAME.fullmatch(value):
        return False
    try:
        ip_address(value)
    except ValueError:
        return True
    return False


def is_bucket_name(value: object) -> bool:
    """Whether it is a bucket's DNS name."""
    return isinstance(value, str) and len(value) <= 128 and _BUCKET_NAME.fullmatch(value) is not None


def is_number(value: object, low: int, high: int) -> bool:
    """Whether it is a whole number in a range, ends included."""
    return isinstance(value, int) and not isinstance(value, bool) and low <= value <= high


def is_port(value: object) -> bool:
    """Whether an origin may listen there."""
    return is_number(value, 1024, 65535) or (isinstance(value, int) and value in (80, 443))


def is_timeout(value: object) -> bool:
    """Whether it is a read or keep-alive timeout in seconds."""
    return is_number(value, 1, 120)


def are_ssl_protocols(value: object) -> bool:
    """Whether it is a list of protocols that CloudFront speaks with origins."""
    return isinstance(value, list) and all(protocol in SSL_PROTOCOLS for protocol in value)


def is_denied_custom_header(name: str) -> bool:
    """Whether CloudFront does not add a header of this lower-case name as a custom one."""
    return name in CUSTOM_HEADERS_DENYLIST or name.startswith(("x-amz-", "x-edge-"))
