"""Compression at the edge, gzip and Brotli [ServingCompressedFiles].

The stored object is the compressed one. Which coding it is in follows from the normalised Accept-Encoding, which is in
the cache key, so that each set of accepted codings has an object of its own.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable

import brotli

from edgeware.core.cache_control import cache_control
from edgeware.messages import Headers, Response

SMALLEST, LARGEST = 1000, 10_000_000
"""Bytes, by Content-Length, between which a body is compressed."""
STATUSES = frozenset({200, 403, 404})
CODINGS = ("br", "gzip")
"""The better first."""
TYPES = frozenset(
    """
    application/dash+xml application/eot application/font application/font-sfnt application/javascript application/json
    application/opentype application/otf application/pdf application/pkcs7-mime application/protobuf
    application/rss+xml application/truetype application/ttf application/vnd.apple.mpegurl
    application/vnd.mapbox-vector-tile application/vnd.ms-fontobject application/wasm application/xhtml+xml
    application/xml application/x-font-opentype application/x-font-truetype application/x-font-ttf
    application/x-httpd-cgi application/x-javascript application/x-mpegurl application/x-opentype application/x-otf
    application/x-perl application/x-ttf font/eot font/opentype font/otf font/ttf image/svg+xml text/css text/csv
    text/html text/javascript text/js text/plain text/richtext text/tab-separated-values text/xml text/x-component
    text/x-java-source text/x-script vnd.apple.mpegurl
    """.split()
)

BROTLI_QUALITY, GZIP_LEVEL = 5, 6
"""What both libraries take for a good bargain on the fly; production's are unknown."""


class Compressor:
    """The push transform that compresses a body, and what was known of the body before."""

    __slots__ = ("_feed", "_finish", "announced", "coding", "etag", "size")

    def __init__(self, coding: str, headers: Headers) -> None:
        """``coding`` is ``br`` or ``gzip``, ``headers`` those of the response as it came."""
        self.coding = coding
        self.announced = headers.get("content-length")
        self.etag = headers.get("etag")
        self.size = 0
        """Bytes that came in."""
        self._feed: Callable[[bytes], bytes]
        self._finish: Callable[[], bytes]
        if coding == "br":
            encoder = brotli.Compressor(quality=BROTLI_QUALITY)
            self._feed, self._finish = encoder.process, encoder.finish
        else:
            deflater = zlib.compressobj(GZIP_LEVEL, wbits=zlib.MAX_WBITS | 16)
            self._feed, self._finish = deflater.compress, deflater.flush

    def feed(self, chunk: bytes) -> bytes:
        """Take a piece, give what of the compressed body is ready."""
        self.size += len(chunk)
        return self._feed(chunk)

    def finish(self) -> bytes:
        """The body is complete: give the rest of the compressed one."""
        return self._finish()


def coding_for(response: Response, accepted: str | None, *, honor_no_transform: bool = False) -> str | None:
    """``br`` or ``gzip`` for a response that the edge compresses, else None.

    ``accepted`` is the normalised Accept-Encoding: None for a viewer that accepts neither or speaks HTTP/1.0, and where
    the cache policy has neither on.
    """
    headers = response.headers
    if accepted is None or response.status not in STATUSES or "content-encoding" in headers:
        return None
    if _media_type(headers) not in TYPES or not SMALLEST <= _length(response) <= LARGEST:
        return None
    if honor_no_transform and "no-transform" in cache_control(headers):
        return None
    return next(coding for coding in CODINGS if coding in accepted.split(","))


def _media_type(headers: Headers) -> str:
    return (headers.get("content-type") or "").partition(";")[0].strip().lower()


def _length(response: Response) -> int:
    """What Content-Length says, and -1 where it is missing or no number; a function's own body has its length."""
    if response.body is not None:
        return len(response.body)
    text = response.headers.get("content-length") or ""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 20 else -1


def compressed(response: Response, compressor: Compressor) -> Response:
    """The response in the compressor's coding: whole where its body is there, else the head of what will come."""
    headers = described(response.headers, compressor.coding)
    if response.body is None:
        return Response(status=response.status, headers=headers, reason=response.reason)
    body = compressor.feed(response.body) + compressor.finish()
    headers = headers.set("Content-Length", str(len(body)))
    return Response(status=response.status, headers=headers, reason=response.reason, body=body)


def described(headers: Headers, coding: str) -> Headers:
    """The headers of a compressed body, without the length that is not known yet.

    A strong ETag becomes weak, a weak one stays, and what is no ETag goes.
    """
    etag = headers.get("etag")
    headers = headers.without("content-length").set("Content-Encoding", coding)
    if etag is not None and etag.startswith('"'):
        headers = headers.set("ETag", f"W/{etag}")
    elif etag is not None and not etag.startswith("W/"):
        headers = headers.without("etag")
    return varying(headers)


def varying(headers: Headers) -> Headers:
    """The headers with Accept-Encoding in Vary."""
    vary = headers.joined("vary") or ""
    if "accept-encoding" in (name.strip().lower() for name in vary.split(",")):
        return headers
    return headers.set("Vary", f"{vary}, Accept-Encoding" if vary else "Accept-Encoding")
