"""Viewers: the same request sent to an edge in either world, with the lint on both sides."""

from __future__ import annotations

import asyncio
import io
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol
from urllib.parse import unquote_to_bytes
from wsgiref.validate import validator

from starlette.types import Message
from werkzeug.middleware.lint import LintMiddleware

from edgeware import ASGIEdge, WSGIEdge
from edgeware.edge import Edge
from edgeware.messages import Headers
from tests.worlds.apps import App
from tests.worlds.asgi_lint import ASGILint

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

# How long a function takes says nothing on a machine that runs tests.
UNLIMITED: dict[str, Any] = {"compute_budget": 0}


@dataclass
class Got:
    """What the viewer got."""

    status: int
    headers: Headers
    body: bytes
    chunks: list[bytes]

    @property
    def x_cache(self) -> str:
        return (self.headers.get("x-cache") or "").removesuffix(" from cloudfront")


class Viewer(Protocol):
    """Sends requests to one edge."""

    app: App
    edge: Edge

    def __call__(
        self, method: str, target: str, headers: Sequence[tuple[str, str]] = (), body: bytes = b"", **more: Any
    ) -> Got: ...

    def get(self, target: str, **headers: str) -> Got: ...


class _Getting:
    def get(self: Any, target: str, **headers: str) -> Got:
        """GET with headers whose names have underscores for hyphens."""
        got: Got = self("GET", target, [(name.replace("_", "-"), value) for name, value in headers.items()])
        return got


class ASGIViewer(_Getting):
    """A viewer of an ASGI edge."""

    world = "asgi"

    def __init__(self, app: App, distribution: Any, **options: Any) -> None:
        self.app = app
        self.middleware = ASGIEdge(ASGILint(app.asgi), distribution, **UNLIMITED | options)
        self.edge = self.middleware.edge

    def __call__(
        self, method: str, target: str, headers: Sequence[tuple[str, str]] = (), body: bytes = b"", **more: Any
    ) -> Got:
        return asyncio.run(self.ask(method, target, headers, body, **more))

    async def ask(
        self, method: str, target: str, headers: Sequence[tuple[str, str]] = (), body: bytes = b"", **more: Any
    ) -> Got:
        path, _, query = target.partition("?")
        lines = [("host", "www.example.com"), *headers]
        if body:
            lines.append(("content-length", str(len(body))))
        scope = {
            "type": "http",
            "asgi": {"version": "3.0", "spec_version": "2.4"},
            "http_version": "1.1",
            "method": method,
            "scheme": "http",
            "path": unquote_to_bytes(path).decode("utf-8", "replace"),
            "raw_path": path.encode("latin-1"),
            "query_string": query.encode("latin-1"),
            "headers": [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in lines],
            "client": ("198.51.100.7", 40000),
            "server": ("127.0.0.1", 80),
            **more,
        }
        sent: list[Message] = []
        bodies = [{"type": "http.request", "body": body, "more_body": False}]

        async def receive() -> Message:
            if bodies:
                return bodies.pop()
            await asyncio.Event().wait()
            raise AssertionError("never")

        async def send(message: Message) -> None:
            sent.append(message)

        await ASGILint(self.middleware)(scope, receive, send)
        chunks = [message.get("body", b"") for message in sent[1:]]
        raw = [(name.decode("latin-1"), value.decode("latin-1")) for name, value in sent[0]["headers"]]
        return Got(sent[0]["status"], Headers(raw), b"".join(chunks), chunks)


class WSGIViewer(_Getting):
    """A viewer of a WSGI edge."""

    world = "wsgi"

    def __init__(self, app: App, distribution: Any, **options: Any) -> None:
        self.app = app
        self.middleware = WSGIEdge(_linted(app.wsgi), distribution, **UNLIMITED | options)
        self.edge = self.middleware.edge

    def __call__(
        self, method: str, target: str, headers: Sequence[tuple[str, str]] = (), body: bytes = b"", **more: Any
    ) -> Got:
        path, _, query = target.partition("?")
        environ: WSGIEnvironment = {
            "REQUEST_METHOD": method,
            "SCRIPT_NAME": "",
            "PATH_INFO": unquote_to_bytes(path).decode("latin-1"),
            "QUERY_STRING": query,
            "REQUEST_URI": target,
            "SERVER_NAME": "127.0.0.1",
            "SERVER_PORT": "80",
            "SERVER_PROTOCOL": "HTTP/1.1",
            "REMOTE_ADDR": "198.51.100.7",
            "REMOTE_PORT": "40000",
            "HTTP_HOST": "www.example.com",
            "wsgi.version": (1, 0),
            "wsgi.url_scheme": "http",
            "wsgi.input": io.BytesIO(body),
            "wsgi.errors": io.StringIO(),
            "wsgi.multithread": False,  # what goes on behind an answer has come to its end with it
            "wsgi.multiprocess": False,
            "wsgi.run_once": False,
            **more,
        }
        for name, value in headers:
            key = name.upper().replace("-", "_")
            environ[key if key in ("CONTENT_TYPE", "CONTENT_LENGTH") else f"HTTP_{key}"] = value
        if body:
            environ["CONTENT_LENGTH"] = str(len(body))
        return self._run(environ)

    def _run(self, environ: WSGIEnvironment) -> Got:
        head: list[Any] = []

        def start_response(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> Callable[..., Any]:
            head[:] = [status, headers]
            return lambda data: None

        iterable = _linted(self.middleware)(environ, start_response)
        try:
            chunks = list(iterable)
        finally:
            iterable.close()
        return Got(int(head[0].split()[0]), Headers(head[1]), b"".join(chunks), chunks)


class _Readlines:
    """werkzeug's lint hands on an input without readlines, on which wsgiref's lint insists."""

    def __init__(self, stream: Any) -> None:
        self._stream = stream

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)

    def __iter__(self) -> Iterator[bytes]:
        return iter(self._stream)

    def readlines(self, *hint: int) -> list[bytes]:
        return list(self._stream)


def _linted(app: Any) -> Any:
    inner = validator(app)

    def between(environ: WSGIEnvironment, start_response: Any) -> Any:
        return inner({**environ, "wsgi.input": _Readlines(environ["wsgi.input"])}, start_response)

    return LintMiddleware(between)
