"""A WSGI application in an ASGI server: one thread a request, and each send and receive in the request's own task."""

from __future__ import annotations

import asyncio
import contextvars
import io
import sys
import threading
from collections.abc import Awaitable, Callable
from concurrent.futures import Future
from contextlib import suppress
from typing import TYPE_CHECKING, Any, TypeAlias

from starlette.types import Message, Receive, Scope, Send

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication, WSGIEnvironment

Errand: TypeAlias = "tuple[Callable[[], Awaitable[Any]], Future[Any]]"


class WSGIBridge:
    """An ASGI application that calls a WSGI one (PEP 3333).

    Bodies pass piece by piece, and the thread waits until a piece is taken. When the viewer or the edge leaves, the
    application's next piece fails, so that its iterable is closed. Threads do not hold up the end of the process.
    a2wsgi is not used: there a failing send leaves a thread waiting for ever.
    """

    def __init__(self, app: WSGIApplication) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection's scope, as ASGI says."""
        if scope["type"] == "http":
            await _Call(self.app, receive, send).run(scope)
        elif scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1000})
        else:
            await _live(receive, send)


async def _live(receive: Receive, send: Send) -> None:
    """A WSGI application has nothing to do at the server's start and end."""
    while (message := await receive())["type"] != "lifespan.shutdown":
        await send({"type": f"{message['type']}.complete"})
    await send({"type": "lifespan.shutdown.complete"})


class _Call:
    """One request. The thread's side asks for errands; the task's side runs them."""

    def __init__(self, app: WSGIApplication, receive: Receive, send: Send) -> None:
        self._app = app
        self._receive = receive
        self._send = send
        self._loop = asyncio.get_running_loop()
        self._errands: asyncio.Queue[Errand | None] = asyncio.Queue()
        self._ended: asyncio.Future[None] = self._loop.create_future()
        self._left = False

    # --- in the task

    async def run(self, scope: Scope) -> None:
        environ = _environ(scope, io.BufferedReader(_Input(self)))
        context = contextvars.copy_context()
        thread = threading.Thread(target=context.run, args=(self._work, environ), name="wsgi", daemon=True)
        thread.start()
        try:
            while (errand := await self._errands.get()) is not None:
                await _run(*errand)
        finally:
            self._left = True
            while not self._errands.empty():
                self._refuse(self._errands.get_nowait())
        await self._ended

    def _hand_over(self, errand: Errand) -> None:
        if self._left:
            self._refuse(errand)
        else:
            self._errands.put_nowait(errand)

    @staticmethod
    def _refuse(errand: Errand | None) -> None:
        if errand is not None:
            errand[1].set_exception(ConnectionAbortedError("nobody listens any more"))

    def _end(self, error: Exception | None) -> None:
        self._errands.put_nowait(None)
        if error is None or self._left:
            self._ended.set_result(None)
        else:
            self._ended.set_exception(error)

    # --- in the thread

    def receive(self) -> Message:
        """The next message of the viewer."""
        message: Message = self._ask(self._receive)
        return message

    def _ask(self, what: Callable[[], Awaitable[Any]]) -> Any:
        answer: Future[Any] = Future()
        self._loop.call_soon_threadsafe(self._hand_over, (what, answer))
        return answer.result()

    def _work(self, environ: WSGIEnvironment) -> None:
        error: Exception | None = None
        try:
            _Answer(lambda message: self._ask(lambda: self._send(message))).give(self._app, environ)
        except Exception as raised:
            error = raised
        with suppress(RuntimeError):  # the server has gone
            self._loop.call_soon_threadsafe(self._end, error)


async def _run(what: Callable[[], Awaitable[Any]], answer: Future[Any]) -> None:
    try:
        answer.set_result(await what())
    except BaseException as error:
        answer.set_exception(error if isinstance(error, Exception) else ConnectionAbortedError("cancelled"))
        if not isinstance(error, Exception):
            raise


class _Answer:
    """An application's answer on its way out: the head goes with the first piece of the body."""

    def __init__(self, send: Callable[[Message], object]) -> None:
        self._send = send
        self._head: Message | None = None
        self._sent = False
        self._done = False
        self._left: int | None = None
        """Bytes still to come, where the length was announced."""

    def give(self, app: WSGIApplication, environ: WSGIEnvironment) -> None:
        """Call the application and send all that it answers."""
        iterable = app(environ, self._start_response)
        try:
            for piece in iterable:
                if piece:
                    self._write(piece)
            self._left = 0
            self._write(b"")
        finally:
            close = getattr(iterable, "close", None)
            if close is not None:
                close()

    def _start_response(
        self, status: str, headers: list[tuple[str, str]], exc_info: Any = None, /
    ) -> Callable[[bytes], object]:
        if exc_info is not None and self._sent:
            raise exc_info[1].with_traceback(exc_info[2])
        lines = [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in headers]
        self._head = {"type": "http.response.start", "status": int(status.partition(" ")[0]), "headers": lines}
        length = dict(lines).get(b"content-length", b"")
        self._left = int(length) if length.isdigit() else None
        return self._write

    def _write(self, piece: bytes) -> None:
        if self._head is None:
            raise RuntimeError("the WSGI application sent a body before it called start_response")
        if not self._sent:
            self._sent = True
            self._send(self._head)
        if self._done:  # more than was announced
            return
        if self._left is not None:
            self._left = max(self._left - len(piece), 0)
        self._done = self._left == 0
        self._send({"type": "http.response.body", "body": piece, "more_body": not self._done})


class _Input(io.RawIOBase):
    """The request's body as a file."""

    def __init__(self, call: _Call) -> None:
        self._call = call
        self._data = b""
        self._more = True

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any, /) -> int:
        while self._more and not self._data:
            message = self._call.receive()
            if message["type"] == "http.disconnect":
                raise ConnectionAbortedError("the viewer left while sending")
            self._data, self._more = message.get("body", b""), message.get("more_body", False)
        chunk, self._data = self._data[: len(buffer)], self._data[len(buffer) :]
        buffer[: len(chunk)] = chunk
        return len(chunk)


def _environ(scope: Scope, body: io.BufferedReader) -> WSGIEnvironment:
    root, path = scope.get("root_path", ""), scope["path"]
    raw = (scope.get("raw_path") or path.encode()).decode("latin-1")
    query = scope["query_string"].decode("latin-1")
    host, port = scope.get("server") or ("localhost", 80)
    client = scope.get("client") or ("127.0.0.1", 0)
    environ = {
        "REQUEST_METHOD": scope["method"],
        "SCRIPT_NAME": root.encode().decode("latin-1"),
        "PATH_INFO": path.removeprefix(root).encode().decode("latin-1"),
        "QUERY_STRING": query,
        "REQUEST_URI": f"{raw}?{query}" if query else raw,
        "RAW_URI": f"{raw}?{query}" if query else raw,
        "SERVER_NAME": host,
        "SERVER_PORT": str(port or 0),
        "SERVER_PROTOCOL": f"HTTP/{scope['http_version']}",
        "REMOTE_ADDR": client[0],
        "REMOTE_PORT": str(client[1]),
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope.get("scheme", "http"),
        "wsgi.input": body,
        "wsgi.input_terminated": True,
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
    }
    for name, value in scope["headers"]:
        _put_header(environ, name.decode("latin-1"), value.decode("latin-1"))
    return environ


def _put_header(environ: dict[str, Any], name: str, value: str) -> None:
    key = name.upper().replace("-", "_")
    if key not in ("CONTENT_TYPE", "CONTENT_LENGTH"):
        key = f"HTTP_{key}"
    separator = "; " if name == "cookie" else ","
    environ[key] = f"{environ[key]}{separator}{value}" if key in environ else value
