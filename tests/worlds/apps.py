"""Applications told once and spoken in two worlds: the handler says what the origin answers."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from starlette.types import Receive, Scope, Send

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment


@dataclass
class Asked:
    """A request as the application saw it."""

    method: str
    path: str
    query: str
    headers: dict[str, str]
    body: bytes = b""


@dataclass
class Says:
    """What the application answers. An exception among the chunks is raised when its turn comes."""

    status: int = 200
    headers: list[tuple[str, str]] = field(default_factory=lambda: [("Content-Type", "text/plain")])
    chunks: Iterable[bytes | Exception] = (b"",)


Handler = Callable[[Asked], Says]


class App:
    """An origin: counts its calls and keeps what it was asked. Either world's application is made from it."""

    def __init__(self, handler: Handler) -> None:
        self.handler = handler
        self.asked: list[Asked] = []
        self.closed = 0
        self._lock = threading.Lock()

    @property
    def calls(self) -> int:
        return len(self.asked)

    def _answer(self, asked: Asked) -> Says:
        with self._lock:
            self.asked.append(asked)
        return self.handler(asked)

    async def asgi(self, scope: Scope, receive: Receive, send: Send) -> None:
        assert scope["type"] == "http"
        body = b""
        while True:
            message = await receive()
            body += message.get("body", b"")
            if not message.get("more_body", False):
                break
        headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
        raw_path = scope.get("raw_path") or scope["path"].encode()
        asked = Asked(
            scope["method"], raw_path.decode("latin-1"), scope["query_string"].decode("latin-1"), headers, body
        )
        says = self._answer(asked)
        raw = [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in says.headers]
        await send({"type": "http.response.start", "status": says.status, "headers": raw})
        for chunk in says.chunks:
            if isinstance(chunk, Exception):
                raise chunk
            await send({"type": "http.response.body", "body": chunk, "more_body": True})
        await send({"type": "http.response.body", "body": b"", "more_body": False})

    def wsgi(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        headers = {
            key[5:].replace("_", "-").lower(): value for key, value in environ.items() if key.startswith("HTTP_")
        }
        for key in ("CONTENT_TYPE", "CONTENT_LENGTH"):
            if key in environ:
                headers[key.replace("_", "-").lower()] = environ[key]
        length = environ.get("CONTENT_LENGTH")
        body = environ["wsgi.input"].read(int(length)) if length else b""
        path = environ.get("REQUEST_URI", environ["SCRIPT_NAME"] + environ["PATH_INFO"]).partition("?")[0]
        says = self._answer(Asked(environ["REQUEST_METHOD"], path, environ["QUERY_STRING"], headers, body))
        start_response(f"{says.status} {_phrase(says.status)}", list(says.headers))
        return _Chunks(self, says.chunks)


class _Chunks:
    """A WSGI iterable that knows whether it was closed."""

    def __init__(self, app: App, chunks: Iterable[bytes | Exception]) -> None:
        self._app = app
        self._chunks = chunks

    def __iter__(self) -> Iterator[bytes]:
        for chunk in self._chunks:
            if isinstance(chunk, Exception):
                raise chunk
            yield chunk

    def close(self) -> None:
        self._app.closed += 1


def _phrase(status: int) -> str:
    return {200: "OK", 404: "Not Found", 500: "Internal Server Error"}.get(status, "Whatever")


def page(body: bytes = b"hello", **headers: str) -> Says:
    """A 200 with a Content-Type and a Content-Length; underscores in header names are hyphens."""
    lines = [("Content-Type", "text/plain"), ("Content-Length", str(len(body)))]
    lines += [(name.replace("_", "-"), value) for name, value in headers.items()]
    return Says(200, lines, (body,))


def constant(says: Says) -> Handler:
    """A handler that always answers the same."""
    return lambda asked: says


__all__ = ["Any", "App", "Asked", "Handler", "Says", "constant", "page"]
