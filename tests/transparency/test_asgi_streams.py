"""How an ASGI application and its server meet: what runs when, in which context, and who hears of what.

Each test says what holds without an edge, and runs without one, with one that passes everything on, and with one that
caches.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextvars import ContextVar
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.background import BackgroundTasks
from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from tests.transparency import edges
from tests.transparency.edges import WAYS, Way, stored
from tests.transparency.exchanges import Asks, asgi_scope, ask_asgi

GET = Asks("GET", "/")
VARIABLE: ContextVar[str] = ContextVar("VARIABLE")
EMPTY: Message = {"type": "http.request", "body": b"", "more_body": False}
LEFT: Message = {"type": "http.disconnect"}


@pytest.fixture(params=WAYS)
def way(request: pytest.FixtureRequest) -> Way:
    way: Way = request.param
    return way


class Server:
    """One request by a server that the test leads: it says what comes in, and awaits what goes out."""

    def __init__(self, app: ASGIApp, asks: Asks = GET, **scope: Any) -> None:
        self.incoming: asyncio.Queue[Message] = asyncio.Queue()
        self.outgoing: asyncio.Queue[Message] = asyncio.Queue()
        self.task = asyncio.ensure_future(self._run(app, asgi_scope(asks, **scope)))

    async def _run(self, app: ASGIApp, scope: Scope) -> None:
        await app(scope, self.incoming.get, self.outgoing.put)

    async def piece(self) -> bytes:
        """The next piece of the body that is not empty."""
        while True:
            message = await self.outgoing.get()
            if message.get("body"):
                body: bytes = message["body"]
                return body
            assert message["type"] == "http.response.start" or message.get("more_body"), "the body has ended"


def starlette(endpoint: Any, **more: Any) -> Starlette:
    return Starlette(routes=[Route("/", endpoint, methods=["GET", "POST"])], **more)


def test_a_piece_reaches_the_server_before_the_next_is_made(way: Way) -> None:
    async def main() -> None:
        go_on = asyncio.Event()

        async def pieces() -> AsyncIterator[str]:
            yield "data: one\n\n"
            await go_on.wait()
            yield "data: two\n\n"

        async def events(request: Request) -> Response:
            return StreamingResponse(pieces(), media_type="text/event-stream")

        app = edges.asgi(starlette(events), way)
        server = Server(app)
        await server.incoming.put(EMPTY)
        assert await server.piece() == b"data: one\n\n"
        assert stored(app) == 0
        go_on.set()
        assert await server.piece() == b"data: two\n\n"
        await server.task
        assert stored(app) == (way == "caching optimized")

    asyncio.run(main())


def test_a_server_that_is_slow_holds_up_the_application(way: Way) -> None:
    made: list[int] = []

    async def pieces() -> AsyncIterator[bytes]:
        for number in range(3):
            made.append(number)
            yield b"x"

    async def endpoint(request: Request) -> Response:
        return StreamingResponse(pieces())

    async def main() -> None:
        writes: asyncio.Queue[None] = asyncio.Queue()
        sent: list[Message] = []

        async def send(message: Message) -> None:
            if message.get("body"):
                await writes.get()
            sent.append(message)

        app = edges.asgi(starlette(endpoint), way)
        task = asyncio.ensure_future(app(asgi_scope(GET), asyncio.Event().wait, send))  # type: ignore[arg-type]
        for number in range(3):
            while len(made) == number:
                await asyncio.sleep(0)
            assert len(made) == number + 1
            writes.put_nowait(None)
        await task
        assert len(sent) == 5

    asyncio.run(main())


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_a_stream_without_end_ends_when_the_server_says_that_the_viewer_has_left(way: Way, method: str) -> None:
    async def endless(scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        while True:
            await send({"type": "http.response.body", "body": b"x", "more_body": True})

    async def main() -> None:
        sends = 0

        async def send(message: Message) -> None:
            nonlocal sends
            sends += 1
            if sends > 10:
                raise OSError("the viewer has left")

        app = edges.asgi(endless, way)
        with pytest.raises(OSError, match="has left"):
            await app(asgi_scope(Asks(method, "/")), asyncio.Event().wait, send)  # type: ignore[arg-type]
        assert stored(app) == 0

    asyncio.run(main())


def test_an_application_that_hears_that_the_viewer_has_left_may_end_without_a_word(way: Way) -> None:
    calls = 0

    async def endpoint(scope: Scope, receive: Receive, send: Send) -> None:
        nonlocal calls
        calls += 1
        await receive()
        if calls == 1:
            assert await receive() == LEFT
            return
        await PlainTextResponse("well")(scope, receive, send)

    async def main() -> None:
        app = edges.asgi(endpoint, way)
        server = Server(app)
        for message in (EMPTY, LEFT):
            await server.incoming.put(message)
        await server.task
        assert server.outgoing.empty()
        assert stored(app) == 0
        answer = await ask_asgi(app, GET)
        assert (answer.status, answer.body) == (200, b"well")

    asyncio.run(main())


def test_what_is_said_to_a_viewer_who_has_left_is_for_nobody_else(way: Way) -> None:
    calls = 0

    async def endpoint(scope: Scope, receive: Receive, send: Send) -> None:
        nonlocal calls
        calls += 1
        await receive()
        if calls == 1:
            assert await receive() == LEFT
            await PlainTextResponse("no response was returned", 500)(scope, receive, send)
            return
        await PlainTextResponse("well")(scope, receive, send)

    async def main() -> None:
        app = edges.asgi(endpoint, way)
        server = Server(app)
        for message in (EMPTY, LEFT):
            await server.incoming.put(message)
        await server.task
        assert (await ask_asgi(app, GET)).body == b"well"

    asyncio.run(main())


def test_a_viewer_who_leaves_in_the_middle_ends_the_stream_and_nothing_is_stored(way: Way) -> None:
    async def main() -> None:
        ended = asyncio.Event()

        async def pieces() -> AsyncIterator[bytes]:
            try:
                yield b"first"
                await asyncio.Event().wait()
            finally:
                ended.set()

        async def endpoint(request: Request) -> Response:
            return StreamingResponse(pieces(), headers={"Cache-Control": "max-age=60"})

        app = edges.asgi(starlette(endpoint), way)
        server = Server(app)
        await server.incoming.put(EMPTY)
        assert await server.piece() == b"first"
        await server.incoming.put(LEFT)
        await server.task
        assert ended.is_set()
        assert stored(app) == 0

    asyncio.run(main())


def test_a_viewer_who_leaves_while_it_sends_is_noticed_as_ever(way: Way) -> None:
    async def endpoint(request: Request) -> Response:
        pieces = [piece async for piece in request.stream()]
        raise AssertionError(pieces)

    async def main() -> None:
        server = Server(edges.asgi(starlette(endpoint), way), Asks("POST", "/", (("Content-Length", "9"),)))
        await server.incoming.put({"type": "http.request", "body": b"half", "more_body": True})
        await server.incoming.put(LEFT)
        with pytest.raises(ClientDisconnect):
            await server.task

    asyncio.run(main())


def test_a_cancelled_request_is_cancelled_in_the_application(way: Way) -> None:
    async def main() -> None:
        heard: list[str] = []

        async def pieces() -> AsyncIterator[bytes]:
            yield b"first"
            try:
                await asyncio.Event().wait()
            except asyncio.CancelledError:
                heard.append("cancelled")
                raise

        async def endpoint(request: Request) -> Response:
            return StreamingResponse(pieces())

        app = edges.asgi(starlette(endpoint), way)
        server = Server(app)
        await server.incoming.put(EMPTY)
        assert await server.piece() == b"first"
        server.task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await server.task
        assert heard == ["cancelled"]
        assert stored(app) == 0

    asyncio.run(main())


def test_the_viewer_has_the_whole_response_before_a_background_task_begins(way: Way) -> None:
    async def main() -> None:
        go_on = asyncio.Event()
        done: list[str] = []

        async def endpoint(request: Request) -> Response:
            tasks = BackgroundTasks()
            tasks.add_task(go_on.wait)
            tasks.add_task(done.append, "done")
            return PlainTextResponse("hello", background=tasks)

        server = Server(edges.asgi(starlette(endpoint), way))
        await server.incoming.put(EMPTY)
        assert await server.piece() == b"hello"
        assert not done
        go_on.set()
        await server.task
        assert done == ["done"]

    asyncio.run(main())


def test_a_background_task_that_fails_fails_where_it_did(way: Way) -> None:
    async def fails() -> None:
        raise ValueError("in the background")

    async def endpoint(request: Request) -> Response:
        tasks = BackgroundTasks()
        tasks.add_task(fails)
        return PlainTextResponse("hello", background=tasks)

    answer = asyncio.run(ask_asgi(edges.asgi(starlette(endpoint), way), GET))
    assert (answer.body, answer.whole, answer.error) == (b"hello", True, "ValueError: in the background")


def test_context_variables_go_in_and_come_out(way: Way) -> None:
    async def endpoint(scope: Scope, receive: Receive, send: Send) -> None:
        before = VARIABLE.get()
        VARIABLE.set("the application's")
        await PlainTextResponse(before)(scope, receive, send)

    async def main() -> None:
        VARIABLE.set("the server's")
        answer = await ask_asgi(edges.asgi(endpoint, way), GET)
        assert (answer.body, VARIABLE.get()) == (b"the server's", "the application's")

    asyncio.run(main())


def test_what_the_server_put_into_the_scope_is_there(way: Way) -> None:
    state = {"pool": object()}

    async def endpoint(request: Request) -> Response:
        assert request.state.pool is state["pool"]
        assert request.scope["extensions"] == {"tls": {"tls_version": 772}}
        return PlainTextResponse("hello")

    app = edges.asgi(starlette(endpoint), way)
    answer = asyncio.run(ask_asgi(app, GET, state=state, extensions={"tls": {"tls_version": 772}}))
    assert answer.body == b"hello"


def test_a_file_that_is_read_in_the_application_is_there_for_the_cache_too(way: Way) -> None:
    async def reuses_its_buffer(scope: Scope, receive: Receive, send: Send) -> None:
        buffer = bytearray(3)
        await send({"type": "http.response.start", "status": 200, "headers": []})
        for piece in (b"one", b"two"):
            buffer[:] = piece
            await send({"type": "http.response.body", "body": memoryview(buffer), "more_body": True})
        await send({"type": "http.response.body"})

    app = edges.asgi(reuses_its_buffer, way)
    assert [asyncio.run(ask_asgi(app, GET)).body for _ in range(2)] == [b"onetwo", b"onetwo"]


def test_trailers_are_not_offered_and_do_not_disturb() -> None:
    async def sends_trailers(scope: Scope, receive: Receive, send: Send) -> None:
        assert scope["extensions"] == {"http.response.debug": {}}
        await send({"type": "http.response.start", "status": 200, "trailers": True})
        await send({"type": "http.response.body", "body": b"hello"})
        await send({"type": "http.response.trailers", "headers": [(b"x-sum", b"5")]})

    app = edges.asgi(sends_trailers, "caching disabled")
    extensions: dict[str, Any] = {"http.response.debug": {}, "http.response.trailers": {}}
    answer = asyncio.run(ask_asgi(app, GET, extensions=extensions))
    assert (answer.body, answer.whole, answer.error) == (b"hello", True, "")


@pytest.mark.parametrize("length", ["3", "10", "nonsense"], ids=["too short", "too long", "no number"])
def test_a_length_that_does_not_fit_goes_on_as_it_is_and_is_not_stored(way: Way, length: str) -> None:
    async def endpoint(scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", length.encode())]})
        await send({"type": "http.response.body", "body": b"he", "more_body": True})
        await send({"type": "http.response.body", "body": b"llo"})

    app = edges.asgi(endpoint, way)
    answer = asyncio.run(ask_asgi(app, GET))
    assert (answer.header("content-length"), answer.pieces) == ([length], [b"he", b"llo"])
    assert stored(app) == 0


@pytest.mark.parametrize("raised", [ValueError("broken"), KeyError("k"), RuntimeError("no"), OSError("disk")])
@pytest.mark.parametrize("sends", [0, 1, 2], ids=["before its head", "after its head", "after a piece"])
def test_what_an_application_raises_passes_as_it_is_and_nothing_is_stored(
    way: Way, raised: Exception, sends: int
) -> None:
    async def endpoint(scope: Scope, receive: Receive, send: Send) -> None:
        messages: list[Message] = [
            {"type": "http.response.start", "status": 200, "headers": [(b"cache-control", b"max-age=60")]},
            {"type": "http.response.body", "body": b"half", "more_body": True},
        ]
        for message in messages[:sends]:
            await send(message)
        raise raised

    async def main() -> None:
        app = edges.asgi(endpoint, way)
        server = Server(app)
        with pytest.raises(type(raised)) as caught:
            await server.task
        assert caught.value is raised
        assert server.outgoing.qsize() == sends
        assert stored(app) == 0

    asyncio.run(main())
