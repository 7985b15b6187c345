from __future__ import annotations

import asyncio
import sys
import threading
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Any
from wsgiref.validate import validator

import pytest
from starlette.types import Message

from edgeware.origins.wsgi_bridge import WSGIBridge

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

SCOPE: dict[str, Any] = {
    "type": "http",
    "method": "GET",
    "path": "/a b/é",
    "raw_path": b"/a%20b/%C3%A9",
    "query_string": b"q=%20",
    "root_path": "",
    "headers": [(b"host", b"example.com"), (b"cookie", b"a=1"), (b"cookie", b"b=2"), (b"x", b"1"), (b"x", b"2")],
    "http_version": "1.1",
    "scheme": "http",
    "server": ("127.0.0.1", 8080),
    "client": ("127.0.0.9", 1234),
}


def get(app: WSGIApplication, *pieces: bytes, scope: dict[str, Any] | None = None) -> list[Message]:
    """Call an application through the bridge; gives the messages it sent."""
    sent: list[Message] = []
    left: list[Message] = [{"type": "http.request", "body": piece, "more_body": True} for piece in pieces]
    left.append({"type": "http.request"})

    async def receive() -> Message:
        return left.pop(0)

    async def send(message: Message) -> None:
        sent.append(message)

    asyncio.run(WSGIBridge(app)({**SCOPE, **(scope or {})}, receive, send))
    return sent


def body(messages: list[Message]) -> bytes:
    assert [message.get("more_body", False) for message in messages[1:]] == [True] * (len(messages) - 2) + [False]
    return b"".join(message["body"] for message in messages[1:])


def saying(*pieces: bytes, headers: list[tuple[str, str]] | None = None) -> WSGIApplication:
    def app(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        start_response("200 OK", headers or [])
        return list(pieces)

    return app


def wait_for_threads() -> None:
    for thread in threading.enumerate():
        if thread.name == "wsgi":
            thread.join(20)


def test_the_environ_is_complete_and_valid() -> None:
    seen: dict[str, Any] = {}

    def app(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        seen.update(environ)
        start_response("200 OK", [("Content-Type", "text/plain"), ("Content-Length", "2")])
        return [b"ok"]

    headers = [*SCOPE["headers"], (b"content-type", b"text/plain"), (b"content-length", b"0")]
    assert body(get(validator(app), scope={"root_path": "/a b", "headers": headers})) == b"ok"
    expected = {
        "REQUEST_METHOD": "GET",
        "SCRIPT_NAME": "/a b",
        "PATH_INFO": "/\xc3\xa9",
        "QUERY_STRING": "q=%20",
        "REQUEST_URI": "/a%20b/%C3%A9?q=%20",
        "RAW_URI": "/a%20b/%C3%A9?q=%20",
        "SERVER_NAME": "127.0.0.1",
        "SERVER_PORT": "8080",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "127.0.0.9",
        "REMOTE_PORT": "1234",
        "HTTP_HOST": "example.com",
        "HTTP_COOKIE": "a=1; b=2",
        "HTTP_X": "1,2",
        "CONTENT_TYPE": "text/plain",
        "CONTENT_LENGTH": "0",
        "wsgi.url_scheme": "http",
        "wsgi.input_terminated": True,
        "wsgi.multithread": True,
    }
    assert {key: seen.get(key) for key in expected} == expected


def test_what_a_server_does_not_know_has_a_stand_in() -> None:
    seen: dict[str, Any] = {}

    def app(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        seen.update(environ)
        return saying()(environ, start_response)

    get(app, scope={"server": None, "client": None, "raw_path": None, "query_string": b""})
    assert (seen["SERVER_NAME"], seen["REMOTE_ADDR"]) == ("localhost", "127.0.0.1")
    assert seen["RAW_URI"].encode("latin-1") == "/a b/é".encode()


def test_headers_keep_their_order_and_number() -> None:
    lines = [("Set-Cookie", "a=1"), ("X-Å", "Å"), ("Set-Cookie", "b=2")]
    head = get(saying(b"ok", headers=lines))[0]
    assert head["status"] == 200
    assert head["headers"] == [(b"set-cookie", b"a=1"), (b"x-\xe5", b"\xc5"), (b"set-cookie", b"b=2")]


@pytest.mark.parametrize(
    ("pieces", "length", "messages"),
    [
        pytest.param([b"ab", b"", b"cd"], "4", [(b"ab", True), (b"cd", False)], id="the last piece ends it"),
        pytest.param([b"ab"], None, [(b"ab", True), (b"", False)], id="no length"),
        pytest.param([], None, [(b"", False)], id="nothing"),
        pytest.param([], "4", [(b"", False)], id="an answer to HEAD"),
        pytest.param([b"abcd", b"more"], "4", [(b"abcd", False)], id="more than announced"),
        pytest.param([b"ab"], "?", [(b"ab", True), (b"", False)], id="no number"),
    ],
)
def test_a_body_ends_as_soon_as_it_is_known_to(
    pieces: list[bytes], length: str | None, messages: list[tuple[bytes, bool]]
) -> None:
    headers = [] if length is None else [("Content-Length", length)]
    sent = get(saying(*pieces, headers=headers))[1:]
    assert [(message["body"], message["more_body"]) for message in sent] == messages


def test_write_and_a_late_start_work() -> None:
    def app(environ: WSGIEnvironment, start_response: StartResponse) -> Iterator[bytes]:
        yield b""
        start_response("201 Created", [])(b"written ")
        yield b"returned"

    messages = get(app)
    assert (messages[0]["status"], body(messages)) == (201, b"written returned")


def test_an_error_page_takes_the_place_of_a_head_that_is_not_out() -> None:
    def app(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        start_response("200 OK", [])
        try:
            raise ValueError("late")
        except ValueError:
            start_response("500 Oops", [], sys.exc_info())
        return [b"sorry"]

    messages = get(app)
    assert (messages[0]["status"], body(messages)) == (500, b"sorry")


def test_an_error_after_the_head_breaks_off() -> None:
    def app(environ: WSGIEnvironment, start_response: StartResponse) -> Iterator[bytes]:
        start_response("200 OK", [])
        yield b"half"
        try:
            raise ValueError("too late")
        except ValueError:
            start_response("500 Oops", [], sys.exc_info())

    with pytest.raises(ValueError, match="too late"):
        get(app)


def test_what_an_application_raises_comes_through() -> None:
    def app(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        raise ZeroDivisionError("the application's own")

    with pytest.raises(ZeroDivisionError, match="the application's own"):
        get(app)


def test_a_body_without_a_head_is_a_mistake() -> None:
    with pytest.raises(RuntimeError, match="before it called start_response"):
        get(lambda environ, start_response: [b"x"])


def test_the_request_body_is_a_file() -> None:
    def app(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        start_response("200 OK", [])
        source = environ["wsgi.input"]
        return [source.readline(), b"|", source.read(2), b"|", source.read(), source.read()]

    assert body(get(app, b"li", b"", b"ne\nabc", b"def")) == b"line\n|ab|cdef"


def test_a_piece_leaves_before_the_next_one_is_made() -> None:
    left = threading.Event()

    def app(environ: WSGIEnvironment, start_response: StartResponse) -> Iterator[bytes]:
        start_response("200 OK", [])
        yield b"one"
        assert left.wait(20), "the first piece was held back"
        yield b"two"

    async def send(message: Message) -> None:
        if message.get("body") == b"one":
            left.set()

    asyncio.run(call(app, send))


async def call(app: WSGIApplication, send: Callable[[Message], Any], *messages: Message) -> None:
    left = list(messages)

    async def receive() -> Message:
        return left.pop(0)

    await WSGIBridge(app)(SCOPE, receive, send)


class Endless:
    """An application whose body never ends, and that says when it is closed."""

    def __init__(self) -> None:
        self.closed = threading.Event()

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Endless:
        start_response("200 OK", [])
        return self

    def __iter__(self) -> Iterator[bytes]:
        while True:
            yield b"more"

    def close(self) -> None:
        self.closed.set()


def test_a_send_that_fails_ends_the_application() -> None:
    app = Endless()

    async def send(message: Message) -> None:
        if message["type"] == "http.response.body":
            raise OSError("the rest is not needed")

    with pytest.raises(OSError, match="the rest is not needed"):
        asyncio.run(call(app, send))
    assert app.closed.is_set()


def test_a_cancelled_send_ends_the_application() -> None:
    app = Endless()

    async def exchange() -> None:
        stuck = asyncio.Event()

        async def send(message: Message) -> None:
            if message["type"] == "http.response.body":
                stuck.set()
                await asyncio.Event().wait()

        task = asyncio.ensure_future(call(app, send))
        await stuck.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        await asyncio.to_thread(app.closed.wait, 20)

    asyncio.run(exchange())
    assert app.closed.is_set()


def test_an_application_that_goes_on_after_all_have_left_is_told_so() -> None:
    told: list[BaseException] = []
    go_on = threading.Event()

    def app(environ: WSGIEnvironment, start_response: StartResponse) -> Iterator[bytes]:
        start_response("200 OK", [])
        try:
            yield b"one"
            go_on.wait(20)
            yield b"two"
        finally:
            told.append(sys.exc_info()[1] or AssertionError())

    async def exchange() -> None:
        first = asyncio.Event()

        async def send(message: Message) -> None:
            if message.get("body") == b"one":
                first.set()

        task = asyncio.ensure_future(call(app, send))
        await first.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        go_on.set()
        await asyncio.to_thread(wait_for_threads)

    asyncio.run(exchange())
    assert len(told) == 1


def test_an_application_that_outlives_the_server_ends_quietly() -> None:
    go_on = threading.Event()
    called = threading.Event()

    def app(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        called.set()
        go_on.wait(20)
        return saying(b"late")(environ, start_response)

    async def send(message: Message) -> None:
        raise AssertionError("nobody is there")

    async def exchange() -> None:
        task = asyncio.ensure_future(call(app, send))
        await asyncio.to_thread(called.wait, 20)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(exchange())
    go_on.set()
    wait_for_threads()


@pytest.mark.parametrize("moment", ["_hand_over", "_end"])
def test_nothing_waits_for_a_task_that_is_cancelled_meanwhile(moment: str) -> None:
    """The thread asks for something, or ends, in the same turn of the loop in which the task is cancelled."""
    closed = threading.Event()

    class App:
        def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
            start_response("200 OK", [])
            return self

        def __iter__(self) -> Iterator[bytes]:
            return iter([b"one"])

        def close(self) -> None:
            closed.set()

    async def exchange() -> None:
        loop = asyncio.get_running_loop()
        task = asyncio.ensure_future(call(App(), lambda message: asyncio.sleep(0)))
        handed = loop.call_soon_threadsafe

        def and_cancel(callback: Callable[..., object], *arguments: Any, **options: Any) -> Any:
            def in_one_turn(*given: Any) -> None:
                callback(*given)
                task.cancel()

            meant = getattr(callback, "__name__", "") == moment
            return handed(in_one_turn if meant else callback, *arguments, **options)

        with pytest.MonkeyPatch.context() as patched:
            patched.setattr(loop, "call_soon_threadsafe", and_cancel)
            with pytest.raises(asyncio.CancelledError):
                await task
        await asyncio.to_thread(wait_for_threads)

    asyncio.run(exchange())
    assert closed.is_set()


def test_the_viewer_may_leave_while_sending() -> None:
    def app(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        environ["wsgi.input"].read()
        raise AssertionError("there is no whole body")

    async def send(message: Message) -> None:
        raise AssertionError("there is no answer")

    with pytest.raises(ConnectionAbortedError, match="the viewer left while sending"):
        asyncio.run(
            call(app, send, {"type": "http.request", "body": b"a", "more_body": True}, {"type": "http.disconnect"})
        )


@pytest.mark.parametrize(
    ("scope", "messages", "answers"),
    [
        ("websocket", [], ["websocket.close"]),
        (
            "lifespan",
            ["lifespan.startup", "lifespan.shutdown"],
            ["lifespan.startup.complete", "lifespan.shutdown.complete"],
        ),
    ],
)
def test_what_wsgi_does_not_know_is_answered(scope: str, messages: list[str], answers: list[str]) -> None:
    sent: list[str] = []

    async def receive() -> Message:
        return {"type": messages.pop(0)}

    async def send(message: Message) -> None:
        sent.append(message["type"])

    async def exchange() -> None:
        await WSGIBridge(saying())({"type": scope}, receive, send)

    asyncio.run(exchange())
    assert sent == answers
