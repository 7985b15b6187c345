"""What a policy takes of a request: the shared meaning of ``whitelist``, ``allExcept`` and their like.

Cookies and query strings are cut here into their parts, once for the cache key and for the origin request.
"""

from __future__ import annotations

import fnmatch
import re
from functools import lru_cache

from edgeware.config.model import Selection
from edgeware.messages import Headers

SIGNING_PARAMETERS = frozenset({"Expires", "Policy", "Signature", "Key-Pair-Id", "Hash-Algorithm"})
"""Query strings of a signed URL: neither in the key nor at the origin with trusted signers [private-content-*]."""

SIGNED_COOKIES = frozenset(
    {
        "CloudFront-Expires",
        "CloudFront-Policy",
        "CloudFront-Signature",
        "CloudFront-Key-Pair-Id",
        "CloudFront-Hash-Algorithm",
    }
)
"""Cookies that carry a signature: they never split the cache [private-content-signed-cookies]."""


@lru_cache(maxsize=1024)
def glob(pattern: str) -> re.Pattern[str]:
    """A pattern in which ``*`` is any text and ``?`` one character, to be matched from the first character to the last.

    fnmatch gives an expression that does not backtrack from star to star, so that no path makes it slow; only its
    character sets, which CloudFront does not know, have to be taken away.
    """
    return re.compile(fnmatch.translate(pattern.replace("[", "[[]")))


def takes(selection: Selection, name: str, *, wildcards: bool = False, ignore_case: bool = False) -> bool:
    """Whether a policy takes the header, cookie or query string of this name.

    ``*`` in a policy's names is a character like others, except with ``wildcards``: the cookies of legacy
    ForwardedValues. ``ignore_case`` is for headers. The two ``allViewer`` modes take everything the viewer sent.
    """
    mode = selection.mode
    if mode == "none":
        return False
    if mode == "whitelist":
        return _lists(selection.names, name, wildcards, ignore_case)
    if mode == "allExcept":
        return not _lists(selection.names, name, wildcards, ignore_case)
    return True


def _lists(names: tuple[str, ...], name: str, wildcards: bool, ignore_case: bool) -> bool:
    if ignore_case:
        names, name = tuple(listed.lower() for listed in names), name.lower()
    if wildcards:
        return any(glob(listed).match(name) for listed in names)
    return name in names


def cookie_pairs(headers: Headers) -> tuple[tuple[str, str], ...]:
    """Name and value of each cookie of all Cookie lines, in order.

    Names that start with ``$`` are dropped, and so is what is not ``name=value`` [Cookies].
    """
    lines = headers.get_all("cookie")
    if not lines:
        return ()
    pairs: list[tuple[str, str]] = []
    for line in lines:
        for pair in line.split(";"):
            name, equals, value = pair.strip().partition("=")
            if equals and name and name[0] != "$":
                pairs.append((name, value))
    return tuple(pairs)


def query_parts(query: str) -> tuple[tuple[str, str], ...]:
    """Name and raw text of each part of a query string, in order, duplicates and all; ``()`` for an empty one.

    Only ``&`` separates, and nothing is decoded [QueryStringParameters].
    """
    if not query:
        return ()
    return tuple((part.partition("=")[0], part) for part in query.split("&"))
