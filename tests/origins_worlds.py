"""What the tests of the origins share: both worlds asked alike, and servers on loopback that say what they are told."""

from __future__ import annotations

import asyncio
import io
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from starlette.types import Message

from edgeware.config.model import Origin
from edgeware.messages import Headers, Request
from edgeware.origins import asgi_origin, wsgi_origin


@dataclass
class Heard:
    """What an origin answered."""

    status: int = 0
    headers: Headers = field(default_factory=Headers)
    pieces: list[bytes] = field(default_factory=list)

    @property
    def body(self) -> bytes:
        return b"".join(self.pieces)


World = Callable[..., Heard]


def ask_wsgi(origin: Origin, request: Request, body: list[bytes] | None = None, heard: Heard | None = None) -> Heard:
    """One request through the WSGI application. ``heard`` fills up even where the answer breaks off."""
    answer = Heard() if heard is None else heard

    def start_response(status: str, headers: list[tuple[str, str]], exc_info: object = None) -> Callable[..., object]:
        answer.status, answer.headers = int(status[:3]), Headers(headers)
        return answer.pieces.append

    environ: dict[str, object] = {"edgeware.request": request}
    if body is not None:
        environ.update({"wsgi.input": io.BytesIO(b"".join(body)), "wsgi.input_terminated": True})
    iterable = wsgi_origin(origin)(environ, start_response)
    try:
        for piece in iterable:
            answer.pieces.append(piece)
    finally:
        if hasattr(iterable, "close"):
            iterable.close()
    return answer


def ask_asgi(origin: Origin, request: Request, body: list[bytes] | None = None, heard: Heard | None = None) -> Heard:
    """One request through the ASGI application."""
    answer = Heard() if heard is None else heard
    pieces = body or [b""]
    messages: list[Message] = [
        {"type": "http.request", "body": piece, "more_body": number < len(pieces)}
        for number, piece in enumerate(pieces, start=1)
    ]

    async def receive() -> Message:
        if messages:
            return messages.pop(0)
        await asyncio.Event().wait()
        raise AssertionError("the viewer never leaves")

    asyncio.run(_call(origin, request, receive, answer))
    return answer


async def _call(origin: Origin, request: Request, receive: Callable[..., object], answer: Heard) -> None:
    ended = False

    async def send(message: Message) -> None:
        nonlocal ended
        assert not ended, "a message after the last"
        if message["type"] == "http.response.start":
            lines = [(name.decode("latin-1"), value.decode("latin-1")) for name, value in message["headers"]]
            answer.status, answer.headers = message["status"], Headers(lines)
        else:
            answer.pieces.append(message["body"])
            ended = not message.get("more_body", False)

    await asgi_origin(origin)({"type": "http", "edgeware.request": request}, receive, send)  # type: ignore[arg-type]
    assert ended, "the body has no end"


WORLDS = {"wsgi": ask_wsgi, "asgi": ask_asgi}


class Connection:
    """One connection of a scripted server."""

    def __init__(self, connection: socket.socket) -> None:
        self.socket = connection

    def head(self) -> bytes:
        """Read a request's head."""
        data = b""
        while not data.endswith(b"\r\n\r\n") and (byte := self.socket.recv(1)):
            data += byte
        return data

    def read(self, size: int) -> bytes:
        """Read exactly so many bytes, or to the end."""
        data = b""
        while len(data) < size and (more := self.socket.recv(size - len(data))):
            data += more
        return data

    def until_left(self) -> None:
        """Wait until the other side has gone."""
        try:
            while self.socket.recv(65536):
                pass
        except ConnectionResetError:
            pass


Script = Callable[[Connection], object]


@contextmanager
def scripted(*scripts: Script) -> Iterator[str]:
    """A server that plays a script on each connection; gives its URL. A script's failure is the test's."""
    failures: list[BaseException] = []

    def serve() -> None:
        try:
            for script in scripts:
                connection, _ = listener.accept()
                with connection:
                    connection.settimeout(20)
                    script(Connection(connection))
        except BaseException as error:
            failures.append(error)

    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(20)
        thread = threading.Thread(target=serve)
        thread.start()
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            thread.join()
    if failures:
        raise failures[0]
