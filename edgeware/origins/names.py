"""Whether an origin's domain name resolves, which is asked before origin-request runs."""

from __future__ import annotations

import asyncio
import socket
from contextlib import suppress
from urllib.parse import urlsplit

_resolved: set[str] = set()
"""The URLs of names that did: connecting tells when one does no more."""


def resolves(url: str) -> bool:
    """Look the host of an origin URL up, for as long as the system's resolver takes."""
    if url not in _resolved:
        with suppress(ValueError):  # what is no URL is told when it is asked
            try:
                socket.getaddrinfo(urlsplit(url).hostname, None)
            except OSError:
                return False
        _resolved.add(url)
    return True


async def resolves_async(url: str) -> bool:
    """The same, beside the event loop."""
    return url in _resolved or await asyncio.to_thread(resolves, url)
