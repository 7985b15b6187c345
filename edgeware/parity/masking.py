"""What a recording does not tell: credentials, cookies, signatures, and the secrets between the edge and an origin."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from urllib.parse import unquote

from edgeware.config.canonical import MASK
from edgeware.config.model import Distribution
from edgeware.core.selection import SIGNING_PARAMETERS
from edgeware.messages import Headers

_CREDENTIALS = frozenset({"authorization", "proxy-authorization", "x-amz-security-token", "x-api-key"})
_COOKIES = frozenset({"cookie", "set-cookie"})
_SIGNED = frozenset(name.lower() for name in SIGNING_PARAMETERS) | {"x-amz-signature", "x-amz-security-token"}
# `name=value` of a query string, a cookie line, or the first part of a Set-Cookie line.
_PAIR = re.compile(r"([^=;&?]+)=([^;&]*)")
SHORTEST = 6
"""Characters of a secret that is looked for in other texts too; a shorter one stands there by chance."""


class Masking:
    """Masks one exchange: headers and queries by their names, and the same values wherever else they turn up.

    ``enabled=False`` lets everything pass.
    """

    def __init__(self, distribution: Distribution, *, enabled: bool = True) -> None:
        self.enabled = enabled
        lines = [line for origin in distribution.origins.values() for line in origin.custom_headers]
        self._custom = frozenset(name.lower() for name, _ in lines)
        self._secrets = {value for _, value in lines if len(value) >= SHORTEST} if enabled else set()

    def headers(self, headers: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
        """The lines, those that hold a secret masked."""
        return [(name, self._value(name.lower(), value)) for name, value in headers]

    def query(self, query: str) -> str:
        """A query string without the values that sign it."""
        if not self.enabled:
            return query
        return unsigned(query)

    def learn(self, request: Headers, query: str, response: Headers) -> None:
        """Note the secrets of an exchange, so that ``text`` finds them."""
        if self.enabled:
            self._secrets.update(value for value in _secrets(request, query, response) if len(value) >= SHORTEST)

    def text(self, text: str) -> str:
        """Any other text: known secrets in it are masked."""
        for secret in sorted(self._secrets, key=len, reverse=True):
            text = text.replace(secret, MASK)
        return text

    def _value(self, name: str, value: str) -> str:
        if not self.enabled:
            return value
        if name in _CREDENTIALS or name in self._custom:
            return MASK
        if name in ("location", "referer", "content-location"):
            value = self.query(value)
        if name == "set-cookie":
            return _PAIR.sub(_masked, value, count=1)
        return _PAIR.sub(_masked, value) if name == "cookie" else self.text(value)


def unsigned(text: str) -> str:
    """A query string, or a whole target, without the values that sign it."""
    return _PAIR.sub(lambda found: _masked(found) if found[1].lower() in _SIGNED else found[0], text)


def _masked(found: re.Match[str]) -> str:
    return f"{found[1]}={MASK}"


def _secrets(request: Headers, query: str, response: Headers) -> Iterator[str]:
    for name, value in (*request, *response):
        if name.lower() in _CREDENTIALS:
            yield from (value, value.rpartition(" ")[2])
        elif name.lower() in _COOKIES:
            pairs = list(_PAIR.finditer(value))
            yield from (pair[2].strip() for pair in (pairs if name.lower() == "cookie" else pairs[:1]))
    for pair in _PAIR.finditer(query):
        if pair[1].lower() in _SIGNED:
            yield from (pair[2], unquote(pair[2]))
