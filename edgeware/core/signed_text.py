"""How a signature, a policy and their names stand in URLs and cookies [private-content-*]."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from typing import NamedTuple
from urllib.parse import unquote_to_bytes

from edgeware.core.selection import SIGNED_COOKIES, SIGNING_PARAMETERS, cookie_pairs, query_parts
from edgeware.messages import Request

_TO_URL = bytes.maketrans(b"+=/", b"-_~")
_FROM_URL = bytes.maketrans(b"-_~", b"+=/")


def encoded(data: bytes) -> str:
    """Base64 with ``-``, ``_`` and ``~`` for ``+``, ``=`` and ``/``."""
    return base64.b64encode(data).translate(_TO_URL).decode("ascii")


def decoded(text: str) -> bytes:
    """What such a text holds. Raises ValueError for what is none."""
    raw = text.encode("ascii")  # UnicodeEncodeError is a ValueError
    if b"+" in raw or b"=" in raw or b"/" in raw:
        raise ValueError("plain Base64 has no place in a URL")
    return base64.b64decode(raw.translate(_FROM_URL), validate=True)


def canned_policy(url: str, expires: int) -> bytes:
    """The policy that a URL with ``Expires`` in place of ``Policy`` stands for, to the letter."""
    return (
        f'{{"Statement":[{{"Resource":"{url}","Condition":{{"DateLessThan":{{"AWS:EpochTime":{expires}}}}}}}]}}'
    ).encode("latin-1", "replace")


class Signed(NamedTuple):
    """What a request brings along to prove that it may pass; None for what it does not bring."""

    key_pair_id: str | None
    signature: str | None
    policy: str | None
    expires: str | None
    hash_algorithm: str | None
    where: str
    """``URL`` or ``cookies``."""


def signed(request: Request) -> Signed:
    """The signing parameters of a URL, or, where it has none at all, the cookies."""
    parameters: dict[str, str] = {}
    for name, part in query_parts(request.query):
        if name in SIGNING_PARAMETERS:
            parameters.setdefault(name, unquote_to_bytes(part.partition("=")[2]).decode("latin-1"))
    if parameters:
        return _found(parameters, "", "URL")
    cookies: dict[str, str] = {}
    for name, value in cookie_pairs(request.headers):
        if name in SIGNED_COOKIES:
            cookies.setdefault(name, value)
    return _found(cookies, "CloudFront-", "cookies")


def _found(values: Mapping[str, str], prefix: str, where: str) -> Signed:
    def value(name: str) -> str | None:
        return values.get(prefix + name) or None

    return Signed(
        key_pair_id=value("Key-Pair-Id"),
        signature=value("Signature"),
        policy=value("Policy"),
        expires=value("Expires"),
        hash_algorithm=value("Hash-Algorithm"),
        where=where,
    )


def signed_url(request: Request) -> str:
    """The URL that was signed: the viewer's own, without the signing parameters."""
    query = "&".join(part for name, part in query_parts(request.query) if name not in SIGNING_PARAMETERS)
    url = f"{request.scheme}://{request.headers.get('host') or ''}{request.path}"
    return f"{url}?{query}" if query else url
