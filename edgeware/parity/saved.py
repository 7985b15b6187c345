"""One request of a file, and what was answered when it was written down."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from edgeware.config.canonical import MASK
from edgeware.exceptions import UsageError
from edgeware.messages import Headers

METHOD = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]{1,32}")
NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_BEYOND_ASCII = re.compile(r"[^!-~]")
# What belongs to one connection, or is worked out anew for each: RFC 9110 section 7.6.1.
_OF_A_CONNECTION = frozenset(
    "connection content-length expect host http2-settings keep-alive proxy-connection te trailer transfer-encoding "
    "upgrade".split()
)


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedAnswer:
    """What came back then, as far as the file says."""

    status: int
    x_cache: str = ""
    headers: Headers = field(default_factory=Headers)
    body: bytes | None = None
    """None where the file has none, or not all of it as it was."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedRequest:
    """A request as it goes out again: without its host's connection, and without what was masked."""

    method: str
    target: str
    """Path and query string as on the wire."""
    host: str = ""
    headers: Headers = field(default_factory=Headers)
    body: bytes = b""
    where: str
    """``file:line`` or ``file: entry n``, for people."""
    answer: SavedAnswer | None = None

    @property
    def path(self) -> str:
        """The target without its query string."""
        return self.target.partition("?")[0]


def saved(
    method: str,
    target: str,
    lines: list[tuple[str, str]],
    where: str,
    *,
    host: str = "",
    body: bytes = b"",
    answer: SavedAnswer | None = None,
) -> SavedRequest:
    """The request, with what no wire takes percent-encoded. UsageError for what is none."""
    if not METHOD.fullmatch(method):
        raise UsageError(f"{where}: {method!r} is no method.")
    rooted = target if target.startswith(("/", "*")) else f"/{target}"
    return SavedRequest(
        method=method,
        target=_BEYOND_ASCII.sub(_percent_encoded, rooted),
        host=host,
        headers=Headers(_sendable(lines, where)),
        body=body,
        where=where,
        answer=answer,
    )


def _sendable(lines: list[tuple[str, str]], where: str) -> Iterator[tuple[str, str]]:
    for name, value in lines:
        if name.startswith(":") or name.lower() in _OF_A_CONNECTION or MASK in value:
            continue
        if not NAME.fullmatch(name) or any(character in value for character in "\r\n\0"):
            raise UsageError(f"{where}: the header {name!r} cannot be sent.")
        yield name, value.encode("utf-8").decode("latin-1") if any(ord(one) > 255 for one in value) else value


def split_url(url: str, where: str) -> tuple[str, str]:
    """Host (with the port, where there is one) and target of an absolute URL. UsageError for another."""
    try:
        parts = urlsplit(url)
        host = parts.netloc.rpartition("@")[2]
        _ = parts.port
    except ValueError as error:
        raise UsageError(f"{where}: {url!r} is no URL: {error}.") from error
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise UsageError(f"{where}: {url!r} is no URL of the form http://host/path.")
    path = parts.path or "/"
    return host, f"{path}?{parts.query}" if parts.query else path


def _percent_encoded(match: re.Match[str]) -> str:
    return "".join(f"%{byte:02X}" for byte in match[0].encode("utf-8", "surrogateescape"))
