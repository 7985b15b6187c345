"""A WSGI environ, read into and written from our messages (PEP 3333)."""

from __future__ import annotations

import io
import sys
from functools import lru_cache
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, unquote_to_bytes

from edgeware.config.model import ViewerDefaults
from edgeware.core.effects import Fetch, RequestBody
from edgeware.core.overrides import overridden
from edgeware.messages import Headers, Request

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

# A path that comes only decoded is encoded again; these characters stay as they are (RFC 3986 section 3.3).
PATH_SAFE = "/:@!$&'()*+,;=~-._"
# The undecoded request target, under the names that servers use.
RAW_TARGETS = ("RAW_URI", "REQUEST_URI")
# The two headers that have keys without HTTP_. Some servers give them under both names; the plain one counts.
CONTENT_HEADERS = {"CONTENT_TYPE": "Content-Type", "CONTENT_LENGTH": "Content-Length"}


def is_websocket(environ: WSGIEnvironment) -> bool:
    """Whether the viewer wants to go over to the WebSocket protocol (RFC 6455 section 4.1)."""
    return bool(environ.get("HTTP_UPGRADE", "").lower() == "websocket" and "HTTP_SEC_WEBSOCKET_KEY" in environ)


def read_body(environ: WSGIEnvironment, limit: int) -> RequestBody:
    """The first bytes of the viewer's body, which stays to be read in full."""
    stream, size = environ["wsgi.input"], _body_size(environ)
    data = stream.read(min(limit + 1, size))
    environ["wsgi.input"] = io.BufferedReader(_Replayed(data, stream, size - len(data)))
    return RequestBody(data[:limit], truncated=len(data) > limit)


def _body_size(environ: WSGIEnvironment) -> int:
    """How many bytes may be read: beyond the end of a body, some servers would wait for the viewer's next request."""
    length = environ.get("CONTENT_LENGTH")
    if length:
        return int(length)
    return sys.maxsize if environ.get("wsgi.input_terminated") else 0


class _Replayed(io.RawIOBase):
    """A request body of which the first bytes were read already, and ``left`` bytes are still with the server."""

    def __init__(self, data: bytes, stream: Any, left: int) -> None:
        self._data = memoryview(data)
        self._stream = stream
        self._left = left

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any, /) -> int:
        chunk = self._data[: len(buffer)]
        self._data = self._data[len(chunk) :]
        if not chunk:
            chunk = self._stream.read(min(len(buffer), self._left))
            self._left -= len(chunk)
        buffer[: len(chunk)] = chunk
        return len(chunk)


def read_request(environ: WSGIEnvironment, viewer: ViewerDefaults) -> Request:
    """The viewer's request, with what the distribution takes for granted of viewers."""
    lines = [
        (_name(key), value)
        for key, value in environ.items()
        if key.startswith("HTTP_") and key[5:] not in CONTENT_HEADERS
    ]
    lines.extend((name, environ[key]) for key, name in CONTENT_HEADERS.items() if environ.get(key))
    port = environ.get("REMOTE_PORT", "")
    request = Request(
        method=environ["REQUEST_METHOD"],
        path=_raw_path(environ),
        query=environ.get("QUERY_STRING", ""),
        headers=_known(tuple(lines)),
        scheme=viewer.protocol(environ["wsgi.url_scheme"]),
        http_version=environ.get("SERVER_PROTOCOL", "HTTP/1.1").removeprefix("HTTP/"),
        client_ip=viewer.address(environ.get("REMOTE_ADDR") or "127.0.0.1"),
        client_port=int(port) if str(port).isdigit() else 0,
    )
    return overridden(request) if viewer.override_headers else request


@lru_cache(maxsize=1024)
def _name(key: str) -> str:
    return key[5:].replace("_", "-").title()


# A viewer sends the same lines with most of its requests, so those of late are kept.
_known = lru_cache(maxsize=128)(Headers)


def _raw_path(environ: WSGIEnvironment) -> str:
    for name in RAW_TARGETS:
        target: str = environ.get(name, "")
        if target.startswith("/"):
            return target.partition("?")[0]
    path = environ.get("SCRIPT_NAME", "") + environ.get("PATH_INFO", "")
    return quote(path.encode("latin-1"), safe=PATH_SAFE) or "/"


def origin_environ(environ: WSGIEnvironment, fetch: Fetch) -> WSGIEnvironment:
    """The server's environ, with what the edge changed. Middleware may have put more into it: that stays."""
    request = fetch.request
    changed = {key: value for key, value in environ.items() if not key.startswith("HTTP_")}
    changed.update(REQUEST_METHOD=request.method, QUERY_STRING=request.query)
    changed["edgeware.request"] = request
    changed.pop("wsgi.file_wrapper", None)  # the edge reads the body itself
    _put_headers(changed, request.headers)
    raw_path = _raw_path(environ)
    if request.path != raw_path:
        path = unquote_to_bytes(request.path).decode("latin-1")
        script = changed.get("SCRIPT_NAME", "")
        inside = bool(script) and path.startswith(script + "/")
        changed.update(SCRIPT_NAME=script if inside else "", PATH_INFO=path[len(script) :] if inside else path)
    if (request.path, request.query) != (raw_path, environ.get("QUERY_STRING", "")):
        target = f"{request.path}?{request.query}" if request.query else request.path
        changed.update({name: target for name in RAW_TARGETS if name in environ})
    if fetch.body is not None:
        changed.update({"wsgi.input": io.BytesIO(fetch.body), "CONTENT_LENGTH": str(len(fetch.body))})
    return changed


def _put_headers(environ: WSGIEnvironment, headers: Headers) -> None:
    for key in CONTENT_HEADERS:
        if environ.get(key):  # an empty one says the same as none, and some applications count on it
            del environ[key]
    for name in headers.names():
        key = name.upper().replace("-", "_")
        separator = "; " if name == "cookie" else ","
        value = separator.join(headers.get_all(name))
        environ[key if key in CONTENT_HEADERS else f"HTTP_{key}"] = value
