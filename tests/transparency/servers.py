"""Real servers, in a thread of the test's own process: so a test and the application can wait for each other."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Iterator
from typing import Any

import uvicorn
from starlette.types import ASGIApp
from werkzeug.serving import WSGIRequestHandler, make_server

from tests.transparency.edges import without_the_edges_own

PATIENCE = 30.0
"""Seconds until a step that should take none counts as failed."""


@contextlib.contextmanager
def uvicorn_serving(app: ASGIApp) -> Iterator[int]:
    """uvicorn on a port of its own. It listens before it runs, so nobody has to wait until it does."""
    config = uvicorn.Config(
        app,
        lifespan="auto",
        log_config=None,
        server_header=False,
        date_header=False,
        timeout_keep_alive=1,
        ws="websockets-sansio",
        ws_ping_interval=None,
    )
    server = uvicorn.Server(config)
    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()
        try:
            yield listening.getsockname()[1]
        finally:
            server.should_exit = True
            thread.join(PATIENCE)
            assert not thread.is_alive()


class _Quiet(WSGIRequestHandler):
    protocol_version = "HTTP/1.1"

    def log(self, type: str, message: str, *args: Any) -> None:
        pass


@contextlib.contextmanager
def werkzeug_serving(app: Any) -> Iterator[int]:
    """werkzeug's development server on a port of its own."""
    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=_Quiet)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        thread.join(PATIENCE)
        server.server_close()


class Connection:
    """A viewer's connection, byte by byte."""

    def __init__(self, port: int) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=PATIENCE)
        self.file = self.socket.makefile("rb")

    def __enter__(self) -> Connection:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    def close(self) -> None:
        """The viewer leaves."""
        self.file.close()
        self.socket.close()

    def send(self, data: bytes) -> None:
        self.socket.sendall(data)

    def ask(self, method: str, target: str, *lines: str, body: bytes = b"") -> None:
        """A whole request; the connection is to end after its answer unless a line says otherwise."""
        length = [f"Content-Length: {len(body)}"] if body else []
        close = [] if any(line.lower().startswith("connection") for line in lines) else ["Connection: close"]
        first = [f"{method} {target} HTTP/1.1", "Host: www.example.com", "User-Agent: test"]
        head = "\r\n".join([*first, *lines, *length, *close, "", ""])
        self.send(head.encode("latin-1") + body)

    def head(self) -> tuple[str, list[tuple[str, str]]]:
        """The status line and the headers in which the edge has no say."""
        status = self.file.readline().decode("latin-1").strip()
        lines: list[tuple[str, str]] = []
        while (line := self.file.readline().decode("latin-1").strip()) != "":
            name, _, value = line.partition(":")
            lines.append((name, value.strip()))
        return status, sorted(without_the_edges_own(lines))

    def chunk(self) -> bytes:
        """One chunk of a body in chunked transfer coding."""
        size = int(self.file.readline(), 16)
        data = self.file.read(size)
        assert self.file.readline() == b"\r\n"
        return data

    def rest(self) -> bytes:
        """Everything until the server ends the connection, as it stands on the wire."""
        try:
            return self.file.read()
        except ConnectionResetError:
            return b"reset"
