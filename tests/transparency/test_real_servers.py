"""On real servers and real sockets: what stands on the wire, when it stands there, and who hears of what.

Each test runs without an edge, with one that passes everything on, and with one that caches.
"""

from __future__ import annotations

import asyncio
import queue
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, asynccontextmanager
from hashlib import sha256
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.background import BackgroundTask
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route, WebSocketRoute
from starlette.types import Receive, Scope, Send
from starlette.websockets import WebSocket
from websockets.exceptions import ConnectionClosedError, InvalidStatus
from websockets.sync.client import connect

from tests.transparency import edges
from tests.transparency.edges import WAYS, Way, stored
from tests.transparency.servers import PATIENCE, Connection, uvicorn_serving, werkzeug_serving
from tests.transparency.sites import flask_site, starlette_site
from tests.transparency.test_frameworks import UPLOAD

MEGABYTE = bytes(range(256)) * 4096


@pytest.fixture(params=WAYS)
def way(request: pytest.FixtureRequest) -> Way:
    way: Way = request.param
    return way


def starlette(endpoint: Any, **more: Any) -> Starlette:
    return Starlette(routes=[Route("/", endpoint, methods=["GET", "POST"])], **more)


# --- what stands on the wire ----------------------------------------------------------------------------------------

FORM = "Content-Type: multipart/form-data; boundary=cut"
ON_THE_WIRE: dict[str, tuple[str, str, tuple[str, ...], bytes]] = {
    "get": ("GET", "/echo/a%2Fb?c=%FF&&d", ("X-A: 1",), b""),
    "head": ("HEAD", "/echo/a", (), b""),
    "options": ("OPTIONS", "/echo/a", (), b""),
    "post": ("POST", "/echo/a", (), b"hello"),
    "upload": ("POST", "/upload", (FORM,), UPLOAD),
    "cookies": ("GET", "/cookies", (), b""),
    "redirect": ("GET", "/redirect", (), b""),
    "missing slash": ("GET", "/folder?a=b", (), b""),
    "missing": ("GET", "/missing", (), b""),
    "stream": ("GET", "/stream", (), b""),
    "head of a stream": ("HEAD", "/stream", (), b""),
    "file": ("GET", "/file", (), b""),
    "head of a file": ("HEAD", "/file", (), b""),
    "part of a file": ("GET", "/file", ("Range: bytes=0-9",), b""),
    "no content": ("GET", "/nothing", (), b""),
    "broken": ("GET", "/broken", (), b""),
    "broken in the middle": ("GET", "/half", (), b""),
}
SERVERS: dict[str, tuple[Callable[[Way], Any], Callable[[Any], AbstractContextManager[int]]]] = {
    "starlette on uvicorn": (lambda way: edges.asgi(starlette_site.app, way), uvicorn_serving),
    "flask on werkzeug": (lambda way: edges.wsgi(flask_site.app, way), werkzeug_serving),
}


@pytest.mark.parametrize("server", SERVERS)
def test_the_same_bytes_stand_on_the_wire(server: str) -> None:
    app, serving = SERVERS[server]
    with ExitStack() as stack:
        ports = [stack.enter_context(serving(app(way))) for way in WAYS]
        for name, (method, target, lines, body) in ON_THE_WIRE.items():
            answers = []
            for port in ports:
                with Connection(port) as viewer:
                    viewer.ask(method, target, *lines, body=body)
                    status, headers = viewer.head()
                    answers.append((status.upper(), headers, viewer.rest()))
            assert answers[1] == answers[0], name
            assert answers[2] == answers[0], name


def length_of(pieces: list[bytes], announced: int) -> Any:
    async def endpoint(scope: Scope, receive: Receive, send: Send) -> None:
        assert scope["type"] == "http"
        headers = [(b"content-length", str(announced).encode())]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        for piece in pieces:
            await send({"type": "http.response.body", "body": piece, "more_body": True})
        await send({"type": "http.response.body"})

    return endpoint


@pytest.mark.parametrize("announced", [3, 10])
@pytest.mark.parametrize("pieces", [[b"hello"], [b"he", b"llo"]], ids=["one piece", "two pieces"])
def test_a_wrong_length_goes_wrong_as_ever_and_is_not_stored(announced: int, pieces: list[bytes]) -> None:
    answers = []
    for way in WAYS:
        app = edges.asgi(length_of(pieces, announced), way)
        with uvicorn_serving(app) as port, Connection(port) as viewer:
            viewer.ask("GET", "/")
            answers.append((*viewer.head(), viewer.rest()))
        assert stored(app) == 0
    assert answers[1] == answers[0]
    assert answers[2] == answers[0]


# --- when it stands there -------------------------------------------------------------------------------------------


def test_an_event_arrives_before_the_next_is_made(way: Way) -> None:
    go_on = asyncio.Event()
    loops: list[asyncio.AbstractEventLoop] = []

    async def pieces() -> AsyncIterator[bytes]:
        loops.append(asyncio.get_running_loop())
        yield b"data: one\n\n"
        await go_on.wait()
        yield b"data: two\n\n"

    async def events(request: Request) -> Response:
        return StreamingResponse(pieces(), media_type="text/event-stream")

    app = edges.asgi(starlette(events), way)
    with uvicorn_serving(app) as port, Connection(port) as viewer:
        viewer.ask("GET", "/", "Accept: text/event-stream")
        viewer.head()
        assert viewer.chunk() == b"data: one\n\n"
        assert stored(app) == 0
        loops[0].call_soon_threadsafe(go_on.set)
        assert (viewer.chunk(), viewer.chunk()) == (b"data: two\n\n", b"")
        assert stored(app) == (way == "caching optimized")


def test_an_event_of_a_wsgi_application_arrives_before_the_next_is_made(way: Way) -> None:
    go_on = threading.Event()

    def events(environ: dict[str, Any], start_response: Any) -> Iterator[bytes]:
        start_response("200 OK", [("Content-Type", "text/event-stream")])
        yield b"data: one\n\n"
        assert go_on.wait(PATIENCE)
        yield b"data: two\n\n"

    app = edges.wsgi(events, way)
    with werkzeug_serving(app) as port, Connection(port) as viewer:
        viewer.ask("GET", "/", "Accept: text/event-stream")
        viewer.head()
        assert viewer.chunk() == b"data: one\n\n"
        assert stored(app) == 0
        go_on.set()
        assert (viewer.chunk(), viewer.chunk()) == (b"data: two\n\n", b"")
        assert stored(app) == (way == "caching optimized")


def test_a_piece_of_an_upload_is_read_before_the_next_is_sent(way: Way) -> None:
    read: queue.Queue[bytes] = queue.Queue()

    async def endpoint(request: Request) -> Response:
        async for piece in request.stream():
            read.put(piece)
        return PlainTextResponse("thanks")

    with uvicorn_serving(edges.asgi(starlette(endpoint), way)) as port, Connection(port) as viewer:
        viewer.send(b"POST / HTTP/1.1\r\nHost: www.example.com\r\nContent-Length: 6\r\n\r\none")
        assert read.get(timeout=PATIENCE) == b"one"
        viewer.send(b"two")
        assert read.get(timeout=PATIENCE) == b"two"
        assert viewer.head()[0] == "HTTP/1.1 200 OK"


def test_an_upload_of_unknown_length_is_read_piece_by_piece_too(way: Way) -> None:
    read: queue.Queue[bytes] = queue.Queue()

    async def endpoint(request: Request) -> Response:
        async for piece in request.stream():
            read.put(piece)
        return PlainTextResponse("thanks")

    with uvicorn_serving(edges.asgi(starlette(endpoint), way)) as port, Connection(port) as viewer:
        viewer.send(b"POST / HTTP/1.1\r\nHost: www.example.com\r\nTransfer-Encoding: chunked\r\n\r\n3\r\none\r\n")
        assert read.get(timeout=PATIENCE) == b"one"
        viewer.send(b"3\r\ntwo\r\n0\r\n\r\n")
        assert read.get(timeout=PATIENCE) == b"two"
        assert viewer.head()[0] == "HTTP/1.1 200 OK"


def test_a_viewer_that_asks_whether_to_go_on_is_told_so(way: Way) -> None:
    async def endpoint(request: Request) -> Response:
        return PlainTextResponse(await request.body())

    with uvicorn_serving(edges.asgi(starlette(endpoint), way)) as port, Connection(port) as viewer:
        head = b"POST / HTTP/1.1\r\nHost: www.example.com\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n"
        viewer.send(head)
        assert viewer.head()[0] == "HTTP/1.1 100 Continue"
        viewer.send(b"hello")
        assert viewer.head()[0] == "HTTP/1.1 200 OK"
        assert viewer.file.read(5) == b"hello"


def test_twenty_megabytes_go_both_ways(way: Way) -> None:
    async def upload(request: Request) -> Response:
        digest, size = sha256(), 0
        async for piece in request.stream():
            digest.update(piece)
            size += len(piece)
        return PlainTextResponse(f"{size} {digest.hexdigest()}")

    async def download(request: Request) -> Response:
        async def pieces() -> AsyncIterator[bytes]:
            for _ in range(20):
                yield MEGABYTE

        return StreamingResponse(pieces(), headers={"Content-Length": str(20 * len(MEGABYTE))})

    app = edges.asgi(Starlette(routes=[Route("/", upload, methods=["POST"]), Route("/", download)]), way)
    data = MEGABYTE * 20
    with uvicorn_serving(app) as port:
        with Connection(port) as viewer:
            viewer.ask("POST", "/", body=data)
            viewer.head()
            assert viewer.rest().decode() == f"{len(data)} {sha256(data).hexdigest()}"
        for _ in range(2):  # the second time out of the cache, where there is one
            with Connection(port) as viewer:
                viewer.ask("GET", "/")
                viewer.head()
                assert viewer.rest() == data
    assert stored(app) == (way == "caching optimized")


def test_the_viewer_has_everything_before_a_background_task_begins(way: Way) -> None:
    go_on, done = threading.Event(), threading.Event()

    def work() -> None:
        if go_on.wait(PATIENCE):
            done.set()

    async def endpoint(request: Request) -> Response:
        return PlainTextResponse("hello", background=BackgroundTask(work))

    with uvicorn_serving(edges.asgi(starlette(endpoint), way)) as port, Connection(port) as viewer:
        viewer.ask("GET", "/", "Connection: keep-alive")
        viewer.head()
        assert viewer.file.read(5) == b"hello"
        assert not done.is_set()
        go_on.set()
        assert done.wait(PATIENCE)


# --- who hears of what ----------------------------------------------------------------------------------------------


def test_a_viewer_who_leaves_is_noticed_in_the_middle_of_a_stream(way: Way) -> None:
    noticed = threading.Event()

    async def pieces() -> AsyncIterator[bytes]:
        try:
            yield b"first"
            await asyncio.Event().wait()
        finally:
            noticed.set()

    async def endpoint(request: Request) -> Response:
        return StreamingResponse(pieces(), headers={"Cache-Control": "max-age=60"})

    app = edges.asgi(starlette(endpoint), way)
    with uvicorn_serving(app) as port:
        with Connection(port) as viewer:
            viewer.ask("GET", "/", "Connection: keep-alive")
            viewer.head()
            assert viewer.chunk() == b"first"
        assert noticed.wait(PATIENCE)
    assert stored(app) == 0


def test_a_viewer_who_leaves_before_the_response_does_no_harm_to_the_next(way: Way) -> None:
    calls: queue.Queue[str] = queue.Queue()
    first = True

    async def endpoint(scope: Scope, receive: Receive, send: Send) -> None:
        nonlocal first
        assert scope["type"] == "http"
        await receive()
        if first:
            first = False
            calls.put("called")
            assert (await receive())["type"] == "http.disconnect"
            calls.put("left")
            return
        await PlainTextResponse("well")(scope, receive, send)

    app = edges.asgi(endpoint, way)
    with uvicorn_serving(app) as port:
        with Connection(port) as viewer:
            viewer.ask("GET", "/", "Connection: keep-alive")
            assert calls.get(timeout=PATIENCE) == "called"
        assert calls.get(timeout=PATIENCE) == "left"
        with Connection(port) as viewer:
            viewer.ask("GET", "/")
            assert viewer.head()[0] == "HTTP/1.1 200 OK"
            assert viewer.rest() == b"well"


def test_a_viewer_of_a_wsgi_stream_who_leaves_ends_it(way: Way) -> None:
    ended = threading.Event()

    def endless(environ: dict[str, Any], start_response: Any) -> Iterator[bytes]:
        start_response("200 OK", [("Content-Type", "text/plain"), ("Cache-Control", "max-age=60")])
        try:
            while True:
                yield b"more" * 10000
        finally:
            ended.set()

    app = edges.wsgi(endless, way)
    with werkzeug_serving(app) as port:
        with Connection(port) as viewer:
            viewer.ask("GET", "/")
            viewer.head()
            assert viewer.chunk() == b"more" * 10000
        assert ended.wait(PATIENCE)
    assert stored(app) == 0


def test_the_lifespan_and_its_state_pass_through(way: Way) -> None:
    told: list[str] = []

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[dict[str, str]]:
        told.append("up")
        yield {"greeting": "hello"}
        told.append("down")

    async def endpoint(request: Request) -> Response:
        return PlainTextResponse(request.state.greeting)

    with uvicorn_serving(edges.asgi(starlette(endpoint, lifespan=lifespan), way)) as port, Connection(port) as viewer:
        viewer.ask("GET", "/")
        viewer.head()
        assert viewer.rest() == b"hello"
        assert told == ["up"]
    assert told == ["up", "down"]


def test_a_websocket_talks_to_the_application(way: Way) -> None:
    async def talk(websocket: WebSocket) -> None:
        await websocket.accept(subprotocol=websocket.scope["subprotocols"][0], headers=[(b"x-a", b"1")])
        await websocket.send_text(websocket.query_params["name"])
        async for text in websocket.iter_text():
            await websocket.send_bytes(text.encode() * 2)
            if text == "bye":
                await websocket.close(3001, "as you like")
                return

    async def refuse(websocket: WebSocket) -> None:
        await websocket.send_denial_response(PlainTextResponse("not here", 418))

    app = edges.asgi(Starlette(routes=[WebSocketRoute("/talk", talk), WebSocketRoute("/refuse", refuse)]), way)
    with uvicorn_serving(app) as port:
        with connect(f"ws://127.0.0.1:{port}/talk?name=viewer", subprotocols=["chat"]) as websocket:  # type: ignore[list-item]
            assert websocket.response is not None
            assert (websocket.response.headers["x-a"], websocket.subprotocol) == ("1", "chat")
            assert websocket.recv() == "viewer"
            websocket.send("bye")
            assert websocket.recv() == b"byebye"
            with pytest.raises(ConnectionClosedError, match=r"3001 .* as you like"):
                websocket.recv()
        with pytest.raises(InvalidStatus) as refused, connect(f"ws://127.0.0.1:{port}/refuse"):
            pass
        assert (refused.value.response.status_code, refused.value.response.body) == (418, b"not here")
