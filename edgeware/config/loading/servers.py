"""Another server stands for an origin: its address, what is added to a request, and whose certificate it may show."""

from __future__ import annotations

import ssl
from pathlib import Path
from urllib.parse import urlsplit

from werkzeug.http import is_hop_by_hop_header

from edgeware.config.files import absolute, is_file
from edgeware.config.headers import is_header_name, is_header_value
from edgeware.config.loading.draft import NOT_GIVEN
from edgeware.config.loading.environment import interpolated
from edgeware.config.model import Target, Url
from edgeware.config.reading import Section


def server(section: Section, base: Path) -> Target:
    """The target of ``{url, preserve_host, headers, verify}``; NOT_GIVEN, with a complaint, where it is none."""
    found = address(section, "url", section.text("url"))
    preserve_host = section.flag("preserve_host", True)
    added, verify = _added(section.section("headers")), _verify(section, base)
    return NOT_GIVEN if found is None else Url(url=found, preserve_host=preserve_host, headers=added, verify=verify)


def address(section: Section, key: str, text: str) -> str | None:
    """A server's address, or None, with a complaint.

    It never shows up in a message, since the environment may have put a password in it.
    """
    found = filled(section, key, text)
    if found is not None and not is_address(found):
        section.complain(key, "is not an address of the form http://host[:port].", "A path belongs into origin_path.")
        return None
    return found and found.rstrip("/")


def is_address(text: str) -> bool:
    """Whether a text is the address of a server, and nothing more."""
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError:
        return False
    bare = parts.path in ("", "/") and not parts.query and not parts.fragment and "@" not in parts.netloc
    return parts.scheme in ("http", "https") and bool(parts.hostname) and bare and port != 0


def filled(section: Section, key: str, text: str) -> str | None:
    """A text with its environment variables; None, with a complaint for each, where some are set nowhere."""
    found, unset = interpolated(text)
    for name in unset:
        section.complain(key, f"the environment variable {name} is not set.", f"Set it, or write ${{{name}:-default}}.")
    return None if unset else found


def headers(section: Section) -> tuple[tuple[str, str], ...]:
    """Headers with their variables filled in. A value is never shown: it is a secret."""
    names = list(map(str, section.values))
    return tuple((name, filled(section, name, section.text(name)) or "") for name in names)


def _added(section: Section) -> tuple[tuple[str, str], ...]:
    added = headers(section)
    for name, value in added:
        if not is_header_name(name) or not is_header_value(value):
            section.complain(name, "is no header that HTTP could carry.")
        elif is_hop_by_hop_header(name) or name.lower() == "content-length":
            section.complain(name, "concerns one connection, which is the edge's own.", "Leave it out.")
    return added


def _verify(section: Section, base: Path) -> bool | Path:
    """Whether the certificate is checked; a path: against the authorities of this file instead of the system's."""
    if not isinstance(section.raw("verify"), str):
        return section.flag("verify", True)
    path = absolute(base / section.text("verify"))
    if not is_file(path):
        section.complain(
            "verify", f"there is no file {path}.", "Say true, false, or a file of certificates in PEM form."
        )
    else:
        try:
            ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_verify_locations(path)
        except (ssl.SSLError, OSError):
            section.complain("verify", f"{path} holds no certificates in PEM form.")
    return path
