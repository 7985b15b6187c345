"""The cache key: which requests share an object [understanding-the-cache-key, cache-key-understand-cache-policy]."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import NamedTuple

from werkzeug.http import parse_accept_header

from edgeware.config.model import CachePolicy
from edgeware.core.behaviors import normalized
from edgeware.core.selection import SIGNED_COOKIES, SIGNING_PARAMETERS, cookie_pairs, query_parts, takes
from edgeware.messages import Request


class AcceptEncoding(NamedTuple):
    """What becomes of a viewer's Accept-Encoding; None where there is nothing."""

    in_key: str | None
    to_origin: str | None


_NOTHING = AcceptEncoding(None, None)


def normalized_accept_encoding(policy: CachePolicy, request: Request) -> AcceptEncoding:
    """Accept-Encoding as the key and the origin see it [cache-key-understand-cache-policy].

    With both flags off it is a header like others: here only if the cache policy lists it; that an origin request
    policy may list it too is for the caller to see. A viewer below HTTP/1.1 loses it [ServingCompressedFiles].
    """
    value = request.headers.joined("accept-encoding")
    if value is None or request.http_version in ("1.0", "0.9"):
        return _NOTHING
    if policy.gzip or policy.brotli:
        return _normalized(value, policy.gzip, policy.brotli)
    listed = policy.headers.mode == "whitelist" and takes(policy.headers, "accept-encoding", ignore_case=True)
    return AcceptEncoding(value, value) if listed else _NOTHING


# Browsers send a handful of different values, so the parser's cost is paid once for each.
@lru_cache(maxsize=256)
def _normalized(value: str, gzip: bool, brotli: bool) -> AcceptEncoding:
    accepted = {coding.lower() for coding, quality in parse_accept_header(value) if quality > 0}
    enabled = (("br", brotli), ("gzip", gzip))
    codings = ",".join(coding for coding, on in enabled if on and coding in accepted)
    return AcceptEncoding(codings, codings) if codings else AcceptEncoding(None, "identity")


class CacheKey:
    """How the keys of one behavior are made: compiled once for a distribution's own domain name and a cache policy.

    A key is a text of lines, the first two the distribution and the raw path; what the policy adds follows, each line
    with a letter for its kind. Aliases and the scheme are not in it; the method is for OPTIONS only.
    """

    __slots__ = (
        "_cookies",
        "_domain_name",
        "_headers",
        "_path",
        "_plain",
        "_policy",
        "_query_strings",
        "_signed",
    )

    def __init__(
        self, domain_name: str, policy: CachePolicy, *, trusted_signers: bool = False, normalize_path: bool = False
    ) -> None:
        """``trusted_signers``: a signed URL's own query strings are no part of the key."""
        self._path: Callable[[str], str] = normalized if normalize_path else str
        self._domain_name = domain_name
        self._policy = policy
        self._signed = trusted_signers
        self._headers = _keyed_headers(policy)
        self._cookies = policy.cookies.mode != "none"
        self._query_strings = policy.query_strings.mode != "none"
        encoded = policy.gzip or policy.brotli or takes(policy.headers, "accept-encoding", ignore_case=True)
        self._plain = not (self._headers or self._cookies or self._query_strings or encoded)

    def of(self, request: Request) -> str:
        """The key of a request, to which the CloudFront headers that the policy asks for are already added."""
        lines = [self._domain_name, self._path(request.path)]
        if request.method == "OPTIONS":
            lines.append("m:OPTIONS")
        if not self._plain:
            self._add_selected(lines, request)
        text = "\n".join(lines)
        # No value may pass for a line of its own: rare characters, so looked for once in the whole text.
        if "\\" in text or text.count("\n") >= len(lines):
            text = "\n".join(line.replace("\\", "\\\\").replace("\n", "\\n") for line in lines)
        return text

    def parts(self, request: Request) -> Mapping[str, object]:
        """What the key is made of, for people: path, query, headers, cookies and accept-encoding, method if OPTIONS."""
        parts: dict[str, object] = {
            "distribution": self._domain_name,
            "path": self._path(request.path),
            "query": self.query(request),
            "headers": dict(self._header_values(request)),
            "cookies": self._cookie_values(request),
            "accept-encoding": normalized_accept_encoding(self._policy, request).in_key,
        }
        return {"method": "OPTIONS", **parts} if request.method == "OPTIONS" else parts

    def query(self, request: Request) -> str:
        """The part of the query string that is in the key, raw: what an invalidation with a query string names."""
        if not (self._query_strings and request.query):
            return ""
        selection = self._policy.query_strings
        if selection.mode == "all" and not self._signed:
            return request.query
        return "&".join(
            part
            for name, part in query_parts(request.query)
            if takes(selection, name) and not (self._signed and name in SIGNING_PARAMETERS)
        )

    def _add_selected(self, lines: list[str], request: Request) -> None:
        if self._query_strings and (query := self.query(request)):
            lines.append("q:" + query)
        if self._headers:
            lines.extend(f"h:{name}:{value}" for name, value in self._header_values(request))
        if self._cookies:
            lines.extend("c:" + cookie for cookie in self._cookie_values(request))
        encoding = normalized_accept_encoding(self._policy, request).in_key
        if encoding is not None:
            lines.append("e:" + encoding)

    def _header_values(self, request: Request) -> tuple[tuple[str, str], ...]:
        values = ((name, request.headers.joined(name)) for name in self._headers)
        return tuple((name, value) for name, value in values if value is not None)

    def _cookie_values(self, request: Request) -> tuple[str, ...]:
        if not self._cookies:
            return ()
        pairs = sorted(cookie_pairs(request.headers), key=lambda pair: pair[0])
        return tuple(f"{name}={value}" for name, value in pairs if self._keys_cookie(name))

    def _keys_cookie(self, name: str) -> bool:
        return name not in SIGNED_COOKIES and takes(self._policy.cookies, name, wildcards=self._policy.legacy)


def _keyed_headers(policy: CachePolicy) -> tuple[str, ...]:
    # Accept-Encoding has a line of its own, raw or normalized.
    if policy.headers.mode != "whitelist":
        return ()
    return tuple(sorted({name.lower() for name in policy.headers.names} - {"accept-encoding"}))
