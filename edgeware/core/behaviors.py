"""Cache behaviors: which one takes a path, which protocol and methods it lets in [DownloadDistValuesCacheBehavior]."""

from __future__ import annotations

import re
import string

from edgeware.config.model import READ_METHODS, CacheBehavior
from edgeware.core.selection import glob
from edgeware.messages import Request

_UNCLEAN = re.compile(r"%|//|/\.|\A[^/]|\A\Z")
_ESCAPE = re.compile(r"%([0-9A-Fa-f]{2})")
_UNRESERVED = frozenset(string.ascii_letters + string.digits + "-._~")
_REDIRECTED = frozenset({"DELETE", "OPTIONS", "PATCH", "POST", "PUT"})


class Behaviors:
    """The cache behaviors of a distribution, in the order in which they are tried, the default behavior last."""

    __slots__ = ("_default", "_normalize", "_patterns")

    def __init__(self, behaviors: tuple[CacheBehavior, ...], *, normalize: bool = True) -> None:
        self._normalize = normalize
        self._default = behaviors[-1]
        self._patterns = tuple((_compiled(behavior.path_pattern or "*"), behavior) for behavior in behaviors[:-1])

    def match(self, path: str) -> CacheBehavior:
        """The first behavior whose pattern takes the path, which is the raw one, without its query string."""
        clean = normalized(path) if self._normalize else path
        for pattern, behavior in self._patterns:
            if pattern.match(clean):
                return behavior
        return self._default


def matches(pattern: str, path: str) -> bool:
    """Whether a path pattern takes a raw path: ``*`` any text, ``?`` one character, a slash too; case counts."""
    return _compiled(pattern).match(normalized(path)) is not None


def _compiled(pattern: str) -> re.Pattern[str]:
    return glob(pattern if pattern.startswith("/") else "/" + pattern)


def normalized(path: str) -> str:
    """A path as patterns see it: RFC 3986 section 6.2.2, and runs of slashes made one.

    Escapes of unreserved characters are decoded and other escapes written in upper case, so ``%2F`` stays; then dot
    segments go. Only for matching: the key and the origin get the raw path.
    """
    if not _UNCLEAN.search(path):
        return path
    segments = _ESCAPE.sub(_plain, path).split("/")
    kept: list[str] = []
    for segment in segments:
        if segment == "..":
            del kept[-1:]
        elif segment not in ("", "."):
            kept.append(segment)
    ends_in_slash = bool(kept) and segments[-1] in ("", ".", "..")
    return "/" + "/".join(kept) + ("/" if ends_in_slash else "")


def _plain(escape: re.Match[str]) -> str:
    character = chr(int(escape[1], 16))
    return character if character in _UNRESERVED else escape[0].upper()


def https_redirect_status(behavior: CacheBehavior, request: Request) -> int | None:
    """301 or 307 where the viewer has to come back over HTTPS, else None [using-https-viewers-to-cloudfront]."""
    if behavior.viewer_protocol_policy != "redirect-to-https" or request.scheme != "http":
        return None
    if request.method in READ_METHODS:
        return 301
    return 307 if request.method in _REDIRECTED and _knows_307(request) else None


def refuses_protocol(behavior: CacheBehavior, request: Request) -> bool:
    """Whether the viewer gets a 403 for coming over HTTP [using-https-viewers-to-cloudfront].

    So it does with ``https-only``, and where a redirect would need a 307, which came with HTTP/1.1.
    """
    if request.scheme != "http":
        return False
    if behavior.viewer_protocol_policy == "redirect-to-https":
        return request.method in _REDIRECTED and not _knows_307(request)
    return behavior.viewer_protocol_policy == "https-only"


def _knows_307(request: Request) -> bool:
    return request.http_version not in ("1.0", "0.9")


def cached_methods(behavior: CacheBehavior) -> frozenset[str]:
    """The methods whose responses may be cached: GET and HEAD always, OPTIONS if chosen, no other."""
    return READ_METHODS | (behavior.cached_methods & {"OPTIONS"})
