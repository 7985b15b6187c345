"""Origins that are down, slow, cut short, that lie about their length or break off, under many viewers: both worlds.

No wrong body, no request without an answer, and no 5xx that the origin did not cause.
"""

from __future__ import annotations

import asyncio
import socket
import socketserver
import struct
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import pytest

from edgeware.config.model import Origin, Url
from edgeware.origins import OriginUnreachable
from tests.worlds.apps import constant, page
from tests.worlds.conftest import NewViewer, Viewer
from tests.worlds.sites import site
from tests.worlds.viewers import ASGIViewer

# werkzeug's lint warns of every answer that is shorter than it said.
pytestmark = pytest.mark.filterwarnings("ignore:Content-Length and the number of bytes")

SIZE = 3000
FAULTS = ("whole", "chunked", "closing", "long", "half", "reset", "cut", "silent", "garbage", "leaves")
GOOD = frozenset({"whole", "chunked", "closing", "long"})
"""What is a good answer: ``long`` has more bytes than it says, of which nobody may ever see one."""


def body_of(target: str) -> bytes:
    return (target.encode() + b";") * (SIZE // (len(target) + 1))


class Faulty(socketserver.BaseRequestHandler):
    """Answers each path in the way that its first part names, over a connection that stays open where it can."""

    request: socket.socket

    def handle(self) -> None:
        self.request.settimeout(30)
        pending = b""
        while True:
            while b"\r\n\r\n" not in pending:
                try:
                    data = self.request.recv(65536)
                except OSError:
                    return
                if not data:
                    return
                pending += data
            head, _, pending = pending.partition(b"\r\n\r\n")
            if not self._answer(head.split(b" ")[1].decode()):
                return

    def _answer(self, target: str) -> bool:
        """Whether the connection stays open."""
        kind, body = target.split("/")[1], body_of(target)
        ok = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n"
        length = ok + b"Content-Length: %d\r\n\r\n" % len(body)
        if kind == "whole":
            self.request.sendall(length + body)
        elif kind == "chunked":
            chunks = b"".join(b"%x\r\n%b\r\n" % (len(part), part) for part in (body[:100], body[100:]))
            self.request.sendall(ok + b"Transfer-Encoding: chunked\r\n\r\n" + chunks + b"0\r\n\r\n")
        elif kind == "closing":
            self.request.sendall(ok + b"Connection: close\r\n\r\n" + body)
        elif kind == "long":
            self.request.sendall(length + body + b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nwrong")
        elif kind == "half":
            self.request.sendall(length + body[: len(body) // 2])
        elif kind == "reset":
            self.request.sendall(length + body[:100])
            self.request.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        elif kind == "cut":
            self.request.sendall(ok + b"Transfer-Encoding: chunked\r\n\r\nfff\r\ncut")
        elif kind == "garbage":
            self.request.sendall(b"\0\1\2 no HTTP\r\n\r\n")
        elif kind == "silent":
            with suppress(OSError):
                self.request.recv(1)  # until it is left
        return kind in ("whole", "chunked", "long")


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    class Server(socketserver.ThreadingTCPServer):
        daemon_threads = True
        request_queue_size = 128

        def handle_error(self, request: object, client_address: object) -> None:
            """A viewer's edge that left in the middle."""

    with Server(("127.0.0.1", 0), Faulty) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()
        thread.join()


def ask_all(viewer: Viewer, targets: list[str]) -> list[tuple[int, bytes]]:
    """Status and body of every answer, eight at a time; a body that breaks off ends early."""
    if isinstance(viewer, ASGIViewer):
        return asyncio.run(_ask_all(viewer, targets))  # in one loop, where connections are used again
    with ThreadPoolExecutor(8) as threads:
        return list(threads.map(lambda target: _ask(viewer, target), targets, timeout=120))


def _ask(viewer: Viewer, target: str) -> tuple[int, bytes]:
    try:
        got = viewer.get(target)
    except OriginUnreachable:  # how a WSGI server is told not to end the body
        return 200, b""
    return got.status, got.body


async def _ask_all(viewer: ASGIViewer, targets: list[str]) -> list[tuple[int, bytes]]:
    eight = asyncio.Semaphore(8)

    async def one(target: str) -> tuple[int, bytes]:
        async with eight:
            got = await viewer.ask("GET", target)
        return got.status, got.body

    return await asyncio.wait_for(asyncio.gather(*map(one, targets)), 120)


def check(target: str, status: int, body: bytes) -> None:
    kind, whole = target.split("/")[1], body_of(target)
    if kind in GOOD:
        assert (status, body) == (200, whole)
    elif status == 200:
        assert kind in ("half", "reset", "cut")
        assert kind == "cut" or whole.startswith(body)
        assert body != whole
    else:
        assert status == (504 if kind == "silent" else 502)


def test_every_viewer_gets_what_the_origin_said_of_its_own_request(viewer_of: NewViewer, url: str) -> None:
    origin = Origin(id="app", domain_name="app.example.com", target=Url(url=url), read_timeout=4, connection_attempts=1)
    viewer = viewer_of(constant(page()), site(origin=origin))
    targets = [f"/{FAULTS[number * 7 % len(FAULTS)]}/{number * 5 % 12}" for number in range(180)]
    for _ in range(2):  # the second time, what is good comes from the cache, and nothing that broke off does
        for target, (status, body) in zip(targets, ask_all(viewer, targets), strict=True):
            check(target, status, body)
    assert viewer.edge.waiting() == 0


def test_an_origin_that_is_gone_is_hidden_by_what_is_stored_and_nothing_else(viewer_of: NewViewer) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    origin = Origin(
        id="app",
        domain_name="app.example.com",
        target=Url(url=f"http://127.0.0.1:{port}"),
        connection_attempts=1,
    )
    viewer = viewer_of(constant(page()), site(origin=origin))
    with ThreadPoolExecutor(8) as viewers:
        got = list(viewers.map(viewer.get, ["/a", "/b"] * 20))
    assert {(one.status, one.x_cache) for one in got} == {(502, "Error")}
