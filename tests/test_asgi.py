"""What only an ASGI world knows: tasks, disconnects, extensions, websockets, lifespan."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextvars import ContextVar
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.background import BackgroundTask
from starlette.requests import Request as StarletteRequest
from starlette.responses import PlainTextResponse, StreamingResponse
from starlette.routing import Route, WebSocketRoute
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from starlette.websockets import WebSocket

from edgeware.asgi import ASGIEdge
from edgeware.config.model import Origin, Unmapped
from edgeware.edge import Edge
from tests.worlds.sites import ALL_VIEWER, DISABLED, js, py, site

SCOPE: Scope = {
    "type": "http",
    "asgi": {"version": "3.0", "spec_version": "2.4"},
    "http_version": "1.1",
    "method": "GET",
    "scheme": "http",
    "path": "/x",
    "raw_path": b"/x",
    "query_string": b"",
    "headers": [(b"host", b"www.example.com")],
    "client": ("198.51.100.7", 40000),
}
TRANSPARENT = site(cache_policy=DISABLED, origin_request_policy=ALL_VIEWER)


class Wire:
    """The server's side of one request: what it sends in, what comes out, and when the viewer leaves."""

    def __init__(self, *messages: Message) -> None:
        self.incoming = list(messages) or [{"type": "http.request", "body": b"", "more_body": False}]
        self.sent: list[Message] = []
        self.left = asyncio.Event()
        self.arrived = asyncio.Event()

    async def receive(self) -> Message:
        if self.incoming:
            return self.incoming.pop(0)
        await self.left.wait()
        return {"type": "http.disconnect"}

    async def send(self, message: Message) -> None:
        self.sent.append(message)
        self.arrived.set()

    @property
    def status(self) -> int:
        return int(self.sent[0]["status"])

    @property
    def body(self) -> bytes:
        return b"".join(message.get("body", b"") for message in self.sent[1:])

    def header(self, name: bytes) -> bytes | None:
        return dict(self.sent[0]["headers"]).get(name)


@pytest.fixture
def edges() -> Iterator[list[Edge]]:
    edges: list[Edge] = []
    yield edges
    for edge in edges:
        edge.close()


def ask(app: ASGIApp, wire: Wire | None = None, **scope: Any) -> Wire:
    async def main() -> Wire:
        used = Wire() if wire is None else wire
        await app({**SCOPE, **scope}, used.receive, used.send)
        return used

    return asyncio.run(main())


async def hello(scope: Scope, receive: Receive, send: Send) -> None:
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"text/plain")]})
    await send({"type": "http.response.body", "body": b"hello"})


def test_a_path_that_is_only_known_decoded_is_encoded_again() -> None:
    edge = ASGIEdge(hello, TRANSPARENT)
    ask(edge, path="/a b/ü", raw_path=None)
    assert edge.edge.exchanges[-1].request.path == "/a%20b/%C3%BC"


def test_an_unknown_peer_and_http_2_are_understood() -> None:
    edge = ASGIEdge(hello, TRANSPARENT)
    wire = ask(edge, client=None, http_version="2")
    request = edge.edge.exchanges[-1].request
    assert (request.client_ip, request.client_port, request.http_version) == ("127.0.0.1", 0, "2.0")
    assert (wire.header(b"via") or b"").startswith(b"2.0 ")


def test_the_app_runs_in_the_servers_own_task_and_context() -> None:
    variable: ContextVar[str] = ContextVar("variable")
    tasks: list[object] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        tasks.append(asyncio.current_task())
        variable.set("from the app")
        await hello(scope, receive, send)

    async def main() -> None:
        wire = Wire()
        await ASGIEdge(app, TRANSPARENT)(SCOPE, wire.receive, wire.send)
        assert tasks == [asyncio.current_task()]
        assert variable.get() == "from the app"

    asyncio.run(main())


def test_a_stream_passes_piece_by_piece_while_the_app_still_runs() -> None:
    async def main() -> None:
        go_on = asyncio.Event()

        async def app(scope: Scope, receive: Receive, send: Send) -> None:
            await send({"type": "http.response.start", "status": 200, "headers": []})
            await send({"type": "http.response.body", "body": b"first", "more_body": True})
            await go_on.wait()
            await send({"type": "http.response.body", "body": b"second"})

        wire = Wire()
        task = asyncio.create_task(ASGIEdge(app, site())(SCOPE, wire.receive, wire.send))
        while wire.body != b"first":
            await asyncio.sleep(0)
        go_on.set()
        await task
        assert wire.body == b"firstsecond"

    asyncio.run(main())


def test_an_app_may_send_from_two_tasks() -> None:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        piece: Message = {"type": "http.response.body", "body": b"x", "more_body": True}
        await asyncio.gather(*(send(piece) for _ in range(10)))
        await send({"type": "http.response.body", "body": b""})

    assert ask(ASGIEdge(app, site())).body == b"x" * 10


def test_a_background_task_runs_after_the_viewer_has_everything() -> None:
    seen: list[bytes] = []

    async def main() -> None:
        wire = Wire()

        async def later() -> None:
            seen.append(wire.body)

        async def endpoint(request: StarletteRequest) -> PlainTextResponse:
            return PlainTextResponse("done", background=BackgroundTask(later))

        app = Starlette(routes=[Route("/x", endpoint)])
        await ASGIEdge(app, TRANSPARENT)(SCOPE, wire.receive, wire.send)

    asyncio.run(main())
    assert seen == [b"done"]


def test_an_app_that_raises_before_its_head_raises_through_the_edge() -> None:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        raise RuntimeError("before")

    wire = Wire()
    with pytest.raises(RuntimeError, match="before"):
        ask(ASGIEdge(app, site()), wire)
    assert wire.sent == []


def test_an_app_that_raises_after_its_head_raises_and_nothing_is_stored() -> None:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"half", "more_body": True})
        raise RuntimeError("after")

    edge = ASGIEdge(app, site())
    wire = Wire()
    with pytest.raises(RuntimeError, match="after"):
        ask(edge, wire)
    assert wire.body == b"half"
    assert all(message.get("more_body", True) for message in wire.sent[1:])
    assert len(edge.edge.store) == 0  # type: ignore[arg-type]


def test_an_app_that_returns_without_a_response_is_a_502() -> None:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        return

    wire = ask(ASGIEdge(app, TRANSPARENT))
    assert wire.status == 502
    assert wire.header(b"x-cache") == b"Error from cloudfront"


def test_an_app_that_returns_in_the_middle_of_its_body_leaves_it_cut_short() -> None:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"half", "more_body": True})

    edge = ASGIEdge(app, site())
    wire = ask(edge)
    assert wire.sent[-1]["more_body"] is True
    assert len(edge.edge.store) == 0  # type: ignore[arg-type]
    assert edge.edge.exchanges[-1].trace.facts is not None


def test_a_status_that_http_does_not_know_is_a_502() -> None:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 799, "headers": []})
        await send({"type": "http.response.body", "body": b"odd"})

    wire = ask(ASGIEdge(app, TRANSPARENT))
    assert wire.status == 502
    assert b"odd" not in wire.body


def test_cancellation_reaches_the_app_and_lets_go_of_those_who_wait() -> None:
    async def main() -> None:
        cancelled = asyncio.Event()
        started = asyncio.Event()

        async def app(scope: Scope, receive: Receive, send: Send) -> None:
            started.set()
            try:
                await asyncio.Event().wait()
            except asyncio.CancelledError:
                cancelled.set()
                raise

        edge = ASGIEdge(app, site())
        wire = Wire()
        leader = asyncio.create_task(edge(SCOPE, wire.receive, wire.send))
        await started.wait()
        started.clear()
        follower = asyncio.create_task(edge(SCOPE, Wire().receive, wire.send))
        while not edge.edge.waiting():
            await asyncio.sleep(0)
        leader.cancel()
        await asyncio.gather(leader, return_exceptions=True)
        assert cancelled.is_set()
        await started.wait()
        follower.cancel()
        await asyncio.gather(follower, return_exceptions=True)
        assert edge.edge.waiting() == 0

    asyncio.run(main())


def test_a_viewer_that_leaves_while_it_waits_does_not_disturb_the_one_it_waited_for() -> None:
    async def main() -> None:
        go_on = asyncio.Event()

        async def app(scope: Scope, receive: Receive, send: Send) -> None:
            await go_on.wait()
            await hello(scope, receive, send)

        edge = ASGIEdge(app, site())
        wires = [Wire() for _ in range(3)]
        leader, leaves, stays = (asyncio.create_task(edge(SCOPE, wire.receive, wire.send)) for wire in wires)
        while edge.edge.waiting() < 2:
            await asyncio.sleep(0)
        leaves.cancel()
        await asyncio.gather(leaves, return_exceptions=True)
        go_on.set()
        await asyncio.gather(leader, stays)
        assert [wire.body for wire in wires] == [b"hello", b"", b"hello"]
        assert edge.edge.waiting() == 0

    asyncio.run(main())


def test_the_app_hears_that_the_viewer_has_left() -> None:
    heard: list[str] = []

    async def main() -> None:
        async def app(scope: Scope, receive: Receive, send: Send) -> None:
            heard.append((await receive())["type"])
            heard.append((await receive())["type"])
            await hello(scope, receive, send)

        wire = Wire()
        wire.left.set()
        await ASGIEdge(app, TRANSPARENT)(SCOPE, wire.receive, wire.send)

    asyncio.run(main())
    assert heard == ["http.request", "http.disconnect"]


def test_an_app_may_answer_nothing_to_a_viewer_that_has_left() -> None:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        while (await receive())["type"] != "http.disconnect":
            pass

    edge = ASGIEdge(app, site())
    wire = Wire()
    wire.left.set()
    assert ask(edge, wire).sent == []
    assert len(edge.edge.store) == 0  # type: ignore[arg-type]
    assert edge.edge.waiting() == 0
    assert edge.edge.exchanges[-1].trace.response is None


def test_what_a_viewer_did_not_wait_for_is_not_stored() -> None:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"half", "more_body": True})
        while (await receive())["type"] != "http.disconnect":
            pass
        await send({"type": "http.response.body", "body": b""})

    edge = ASGIEdge(app, site())
    wire = Wire()
    wire.left.set()
    ask(edge, wire)
    assert len(edge.edge.store) == 0  # type: ignore[arg-type]


def test_a_stream_that_nobody_needs_is_told_so_and_may_end_with_any_error() -> None:
    async def stream() -> Any:
        while True:
            yield b"x"

    async def endpoint(request: StarletteRequest) -> StreamingResponse:
        return StreamingResponse(stream())

    made = py(
        "def handler(event, context):\n"
        "    response = event['Records'][0]['cf']['response']\n"
        "    response['body'] = 'instead'\n"
        "    return response\n"
    )
    app = Starlette(routes=[Route("/x", endpoint)])
    edge = ASGIEdge(app, site({"origin-response": made}, cache_policy=DISABLED))
    try:
        assert ask(edge).body == b"instead"
    finally:
        edge.edge.close()


def test_a_small_answer_that_nobody_needs_ends_quietly_and_its_receive_says_disconnect() -> None:
    heard: list[str] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await hello(scope, receive, send)
        heard.append((await receive())["type"])

    made = js("function handler(e) { e.response.body = 'instead'; return e.response; }")
    edge = ASGIEdge(app, site({"viewer-response": made}, cache_policy=DISABLED))
    try:
        assert ask(edge).body == b"instead"
    finally:
        edge.edge.close()
    assert heard == ["http.disconnect"]


def test_the_object_is_stored_even_if_the_viewer_gets_another_body() -> None:
    made = js("function handler(e) { e.response.body = 'instead'; return e.response; }")
    edge = ASGIEdge(hello, site({"viewer-response": made}))
    try:
        first, second = ask(edge), ask(edge)
        stored = edge.edge.store.get(edge.edge.key(edge.edge.exchanges[-1].request)).object
    finally:
        edge.edge.close()
    assert first.body == second.body == b"instead"
    assert second.header(b"x-cache") == b"Hit from cloudfront"
    assert stored is not None
    assert stored.body == b"hello"


def test_a_body_over_the_limit_is_not_drained_to_its_end_when_the_viewer_gets_another() -> None:
    async def endless(scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        while True:
            await send({"type": "http.response.body", "body": b"x" * 100, "more_body": True})

    made = js("function handler(e) { e.response.body = 'instead'; return e.response; }")
    edge = ASGIEdge(endless, site({"viewer-response": made}), max_object_bytes=1000)
    try:
        assert ask(edge).body == b"instead"
        assert len(edge.edge.store) == 0  # type: ignore[arg-type]
    finally:
        edge.edge.close()


def test_a_file_that_the_server_sends_itself_is_offered_only_where_nobody_looks_at_the_body() -> None:
    offered: list[bool] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        offered.append("http.response.pathsend" in scope["extensions"])
        if not offered[-1]:
            await hello(scope, receive, send)
            return
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.zerocopysend", "file": 3, "more_body": True})
        await send({"type": "http.response.pathsend", "path": "/some/file"})

    extensions: dict[str, Any] = {"http.response.pathsend": {}, "http.response.zerocopysend": {}, "other": {}}
    wire = ask(ASGIEdge(app, TRANSPARENT), extensions=extensions)
    assert [message["type"] for message in wire.sent[1:]] == ["http.response.zerocopysend", "http.response.pathsend"]
    ask(ASGIEdge(app, site()), extensions=extensions)
    assert offered == [True, False]


PATHSEND: dict[str, Any] = {"extensions": {"http.response.pathsend": {}}}


def test_a_file_that_nobody_needs_is_not_sent_after_what_the_viewer_got_instead(edges: list[Edge]) -> None:
    heard: list[str] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.pathsend", "path": "/some/file"})
        heard.append((await receive())["type"])

    made = js("function handler(e) { e.response.body = 'instead'; return e.response; }")
    edge = ASGIEdge(app, site({"viewer-response": made}, cache_policy=DISABLED))
    edges.append(edge.edge)
    wire = ask(edge, **PATHSEND)
    assert [message["type"] for message in wire.sent] == ["http.response.start", "http.response.body"]
    assert wire.body == b"instead"
    assert heard == ["http.disconnect"]


def test_a_file_that_the_server_sent_is_a_whole_answer() -> None:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.pathsend", "path": "/some/file"})

    edge = ASGIEdge(app, TRANSPARENT)
    ask(edge, **PATHSEND)
    (told,) = (line for line in edge.edge.exchanges[-1].trace.lines() if line.startswith("respond"))
    assert told.endswith(": 0 bytes")  # that went through the edge's hands


def test_a_file_is_no_answer_to_head() -> None:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.zerocopysend", "file": 3, "more_body": True})
        await send({"type": "http.response.pathsend", "path": "/some/file"})

    wire = ask(ASGIEdge(app, TRANSPARENT), method="HEAD", **PATHSEND)
    assert wire.sent[1:] == [{"type": "http.response.body", "body": b""}]


@pytest.mark.parametrize("distribution", [site(), TRANSPARENT], ids=["cached", "transparent"])
@pytest.mark.parametrize("ended", [False, True], ids=["before its body", "after its body"])
def test_an_app_that_begins_twice_is_told_so_as_by_a_server(distribution: Any, ended: bool) -> None:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        if ended:
            await send({"type": "http.response.body", "body": b""})
        await send({"type": "http.response.start", "status": 500, "headers": []})

    wire = Wire()
    with pytest.raises(RuntimeError, match=r"second http\.response\.start"):
        ask(ASGIEdge(app, distribution), wire)
    assert [message["status"] for message in wire.sent if "status" in message] == [200]


@pytest.mark.parametrize(
    ("distribution", "pieces"),
    [(TRANSPARENT, [b"", b"he", b"", b"llo", b""]), (site(), [b"he", b"llo", b""])],
    ids=["the bytes are the app's alone", "the edge has looked at them"],
)
def test_an_empty_piece_passes_where_nobody_looks_at_the_body(distribution: Any, pieces: list[bytes]) -> None:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        for piece in (b"", b"he", b"", b"llo"):
            await send({"type": "http.response.body", "body": piece, "more_body": True})
        await send({"type": "http.response.body"})

    assert [message["body"] for message in ask(ASGIEdge(app, distribution)).sent[1:]] == pieces


def test_what_comes_after_the_end_of_a_body_is_dropped() -> None:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await hello(scope, receive, send)
        await send({"type": "http.response.body", "body": b"more"})

    assert ask(ASGIEdge(app, site())).body == b"hello"


def test_what_comes_before_the_head_is_dropped() -> None:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.body", "body": b"headless", "more_body": True})
        await hello(scope, receive, send)

    assert ask(ASGIEdge(app, site())).body == b"hello"


def test_messages_of_extensions_do_not_pass_when_the_viewer_got_something_else(edges: list[Edge]) -> None:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.early_hint", "links": [b"</a.css>"]})
        await send({"type": "http.response.body", "body": b"hello"})

    made = js("function handler(e) { e.response.body = 'instead'; return e.response; }")
    edge = ASGIEdge(app, site({"viewer-response": made}, cache_policy=DISABLED))
    edges.append(edge.edge)
    assert [message["type"] for message in ask(edge).sent] == ["http.response.start", "http.response.body"]


def test_headers_of_the_apps_hop_stay_there() -> None:
    lines = [
        (b"connection", b"keep-alive, x-hop"),
        (b"keep-alive", b"timeout=5"),
        (b"x-hop", b"1"),
        (b"upgrade", b"h2"),
    ]

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": [*lines, (b"x-end", b"1")]})
        await send({"type": "http.response.body", "body": b"hello"})

    wire = ask(ASGIEdge(app, site()))
    names = {name for name, _ in wire.sent[0]["headers"]}
    assert b"x-end" in names
    assert not names & {name for name, _ in lines}


def test_other_messages_of_extensions_pass() -> None:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.early_hint", "links": [b"</a.css>"]})
        await hello(scope, receive, send)

    assert ask(ASGIEdge(app, TRANSPARENT)).sent[0]["type"] == "http.response.early_hint"


def test_head_leaves_the_body_out_of_a_stream() -> None:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"4")]})
        await send({"type": "http.response.body", "body": b"ab", "more_body": True})
        await send({"type": "http.response.body", "body": b"cd"})

    wire = ask(ASGIEdge(app, TRANSPARENT), method="HEAD")
    assert (wire.body, wire.header(b"content-length")) == (b"", b"4")


def test_a_body_that_was_read_for_a_function_still_reaches_the_app_in_full() -> None:
    got: list[bytes] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        body, more = b"", True
        while more:
            message = await receive()
            body += message["body"]
            more = message["more_body"]
        got.append(body)
        await hello(scope, receive, send)

    function = py("def handler(event, context):\n    return event['Records'][0]['cf']['request']\n")
    edge = ASGIEdge(app, site({"viewer-request": function}, include_body=True))
    pieces = [{"type": "http.request", "body": b"x" * 30_000, "more_body": more} for more in (True, True, False)]
    try:
        ask(edge, Wire(*pieces), method="POST")
    finally:
        edge.edge.close()
    assert got == [b"x" * 90_000]


def test_a_replaced_body_is_all_that_the_app_receives() -> None:
    got: list[Any] = []

    async def main() -> None:
        async def app(scope: Scope, receive: Receive, send: Send) -> None:
            got.append(await receive())
            got.append(await receive())
            got.append(dict(scope["headers"]))
            await hello(scope, receive, send)

        function = py(
            "def handler(event, context):\n"
            "    request = event['Records'][0]['cf']['request']\n"
            "    request['body'] = {'action': 'replace', 'encoding': 'text', 'data': 'new'}\n"
            "    return request\n"
        )
        edge = ASGIEdge(app, site({"origin-request": function}))
        wire = Wire({"type": "http.request", "body": b"the old one", "more_body": False})
        wire.left.set()
        try:
            await edge({**SCOPE, "method": "POST"}, wire.receive, wire.send)
        finally:
            edge.edge.close()

    asyncio.run(main())
    assert got[0] == {"type": "http.request", "body": b"new", "more_body": False}
    assert got[1] == {"type": "http.disconnect"}
    assert got[2][b"content-length"] == b"3"


def test_a_changed_path_reaches_the_app_in_both_forms() -> None:
    seen: list[tuple[str, bytes]] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        seen.append((scope["path"], scope["raw_path"]))
        await hello(scope, receive, send)

    origin = Origin(id="app", domain_name="app.example.com", origin_path="/v%31")
    ask(ASGIEdge(app, site(origin=origin)))
    assert seen == [("/v1/x", b"/v%31/x")]


def test_an_origin_that_nothing_stands_for_is_a_502() -> None:
    origin = Origin(id="app", domain_name="app.example.com", target=Unmapped(why="nobody said"))
    edge = ASGIEdge(hello, site(origin=origin))
    assert ask(edge).status == 502
    assert ask(edge).header(b"x-cache") == b"Error from cloudfront"


def test_websockets_pass_through() -> None:
    async def echo(websocket: WebSocket) -> None:
        await websocket.accept()
        await websocket.send_text(await websocket.receive_text())
        await websocket.close()

    incoming = [{"type": "websocket.connect"}, {"type": "websocket.receive", "text": "hello"}]
    sent: list[Message] = []

    async def receive() -> Message:
        return incoming.pop(0)

    async def send(message: Message) -> None:
        sent.append(message)

    app = ASGIEdge(Starlette(routes=[WebSocketRoute("/x", echo)]), TRANSPARENT)
    scope = {**SCOPE, "type": "websocket", "subprotocols": []}
    asyncio.run(app(scope, receive, send))
    assert [message["type"] for message in sent] == ["websocket.accept", "websocket.send", "websocket.close"]


def test_lifespan_passes_through_and_ends_the_workers_at_shutdown() -> None:
    seen: list[str] = []
    incoming = [{"type": "lifespan.startup"}, {"type": "lifespan.shutdown"}]

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            await hello(scope, receive, send)
            return
        for _ in range(2):
            seen.append((await receive())["type"])
            await send({"type": f"{seen[-1]}.complete"})

    async def receive() -> Message:
        return incoming.pop(0)

    async def send(message: Message) -> None:
        seen.append(message["type"])

    edge = ASGIEdge(app, site({"viewer-response": js("function handler(e) { return e.response; }")}))
    assert ask(edge).status == 200
    asyncio.run(edge({"type": "lifespan", "asgi": {"version": "3.0"}}, receive, send))
    assert seen[-1] == "lifespan.shutdown.complete"


def test_several_apps_can_stand_behind_one_edge(edges: list[Edge]) -> None:
    shared = Edge(site())
    edges.append(shared)
    assert ask(ASGIEdge(hello, edge=shared)).header(b"x-cache") == b"Miss from cloudfront"
    assert ask(ASGIEdge(hello, edge=shared)).header(b"x-cache") == b"Hit from cloudfront"


def numbered(**options: Any) -> ASGIEdge:
    """Functions at both viewer events that say in a header which request they have seen; each event is run."""
    at = "function handler(event) {{ var {0} = event.{0}; {0}.headers['{1}'] = {{ value: {2} }}; return {0} }}"
    functions = {
        "viewer-request": js(at.format("request", "x-asked", "event.request.uri")),
        "viewer-response": js(at.format("response", "x-answered", "event.request.headers['x-asked'].value")),
    }
    return ASGIEdge(hello, site(functions), reuse_results=False, **options)


def test_functions_are_asked_for_many_viewers_at_once_and_each_has_its_own_answer(edges: list[Edge]) -> None:
    app = numbered()
    edges.append(app.edge)
    paths = [f"/{number}" for number in range(40)]

    async def main() -> list[Wire]:
        wires = [Wire() for _ in paths]
        for _ in range(2):  # the second time all of it is there
            wires = [Wire() for _ in paths]
            asked = [
                app({**SCOPE, "path": path, "raw_path": path.encode()}, wire.receive, wire.send)
                for path, wire in zip(paths, wires, strict=True)
            ]
            await asyncio.gather(*asked)
        return wires

    wires = asyncio.run(main())
    assert [wire.header(b"x-answered") for wire in wires] == [path.encode() for path in paths]
    assert {wire.header(b"x-cache") for wire in wires} == {b"Hit from cloudfront"}
    assert app.edge.metrics().function_runs == {("viewer-request", "fn"): 80, ("viewer-response", "fn"): 80}


def test_loops_that_run_one_after_the_other_have_each_its_own_turn(edges: list[Edge]) -> None:
    app = numbered()
    edges.append(app.edge)
    for _ in range(3):
        assert ask(app).header(b"x-answered") == b"/x"


def test_functions_also_run_where_there_is_no_loop_of_asyncio(edges: list[Edge]) -> None:
    app = numbered()
    edges.append(app.edge)
    ask(app)  # starts the children, which takes a loop
    wire = Wire()
    for _ in range(100):  # a busy machine may make a call slow, and that takes one as well
        running = app(SCOPE, wire.receive, wire.send)
        try:
            running.send(None)
        except StopIteration:
            break
        except RuntimeError:
            running.close()
            ask(app)
            wire = Wire()
    assert wire.header(b"x-answered") == b"/x"
