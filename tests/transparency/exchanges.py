"""One request in either world, and everything that a server gets to see of the answer."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any
from urllib.parse import unquote, unquote_to_bytes

from starlette.types import ASGIApp, Message

from tests.transparency.edges import without_the_edges_own


@dataclass(frozen=True)
class Asks:
    """What a viewer asks."""

    method: str
    target: str
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""

    @property
    def lines(self) -> list[tuple[str, str]]:
        length = [("Content-Length", str(len(self.body)))] if self.body else []
        return [("Host", "www.example.com"), ("User-Agent", "test"), *self.headers, *length]


@dataclass
class Answer:
    """What a server gets to see: the head, each piece of the body, and how the application ended."""

    status: int | str = 0
    headers: list[tuple[str, str]] = field(default_factory=list)
    pieces: list[bytes] = field(default_factory=list)
    whole: bool = False
    error: str = ""

    @property
    def body(self) -> bytes:
        return b"".join(self.pieces)

    def header(self, name: str) -> list[str]:
        return [value for line, value in self.headers if line.lower() == name.lower()]

    def seen_by_the_viewer(self) -> tuple[object, ...]:
        """Everything but what the edge's own headers say, and how the body was cut into pieces."""
        return self.status, without_the_edges_own(self.headers), self.body, self.whole, self.error


def told(error: BaseException) -> str:
    return f"{type(error).__name__}: {error}"


def asgi_scope(asks: Asks, **more: Any) -> dict[str, Any]:
    path, _, query = asks.target.partition("?")
    return {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.3"},
        "http_version": "1.1",
        "method": asks.method,
        "scheme": "http",
        "path": unquote(path),
        "raw_path": path.encode("latin-1"),
        "root_path": "",
        "query_string": query.encode("latin-1"),
        "headers": [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in asks.lines],
        "client": ("198.51.100.7", 40000),
        "server": ("127.0.0.1", 80),
        "state": {},
        **more,
    }


async def ask_asgi(app: ASGIApp, asks: Asks, **more: Any) -> Answer:
    """One request to an ASGI application, by a server that sends no body to HEAD. The answer holds what was raised."""
    answer = Answer()
    ended = asyncio.Event()
    body = [asks.body[:7], asks.body[7:]]

    async def receive() -> Message:
        if body:
            return {"type": "http.request", "body": body.pop(0), "more_body": bool(body)}
        await ended.wait()
        return {"type": "http.disconnect"}

    async def send(message: Message) -> None:
        if message["type"] == "http.response.start":
            answer.status = int(message["status"])
            answer.headers = [
                (name.decode("latin-1"), value.decode("latin-1")) for name, value in message.get("headers", ())
            ]
        else:
            assert message["type"] == "http.response.body", message["type"]
            if asks.method != "HEAD":
                answer.pieces.append(bytes(message.get("body", b"")))
            if not message.get("more_body", False):
                answer.whole = True
                ended.set()

    try:
        await app(asgi_scope(asks, **more), receive, send)
    except Exception as error:
        answer.error = told(error)
    return answer


def environ_of(asks: Asks, **more: Any) -> dict[str, Any]:
    path, _, query = asks.target.partition("?")
    environ: dict[str, Any] = {
        "REQUEST_METHOD": asks.method,
        "SCRIPT_NAME": "",
        "PATH_INFO": unquote_to_bytes(path).decode("latin-1"),
        "QUERY_STRING": query,
        "REQUEST_URI": asks.target,
        "SERVER_NAME": "127.0.0.1",
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "198.51.100.7",
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "http",
        "wsgi.input": BytesIO(asks.body),
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
        **more,
    }
    for name, value in asks.lines:
        key = name.upper().replace("-", "_")
        environ[key if key in ("CONTENT_TYPE", "CONTENT_LENGTH") else f"HTTP_{key}"] = value
    return environ


def ask_wsgi(app: Any, asks: Asks, **more: Any) -> Answer:
    """One request to a WSGI application, by a server that minds PEP 3333: the head goes out with the first byte."""
    answer = Answer()
    head: list[Any] = []

    def send(piece: bytes) -> None:
        if piece:
            answer.status, answer.headers = head
            if asks.method != "HEAD":
                answer.pieces.append(piece)

    def start_response(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> Callable[[bytes], None]:
        if exc_info is not None and answer.status:
            raise exc_info[1].with_traceback(exc_info[2])
        if exc_info is None and head:
            raise AssertionError("start_response was called a second time, without exc_info")
        head[:] = [status, headers]
        return send

    iterable: Any = ()
    try:
        iterable = app(environ_of(asks, **more), start_response)
        for piece in iterable:
            send(piece)
        answer.status, answer.headers = head
        answer.whole = True
    except Exception as error:
        answer.error = told(error)
    finally:
        if hasattr(iterable, "close"):
            iterable.close()
    return answer
