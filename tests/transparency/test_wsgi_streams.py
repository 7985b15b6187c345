"""How a WSGI application and its server meet: what runs when, and who is closed (PEP 3333).

Each test says what holds without an edge, and runs without one, with one that passes everything on, and with one that
caches.
"""

from __future__ import annotations

import io
import sys
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import pytest
from flask import Flask, Response, has_request_context, request, stream_with_context
from werkzeug.debug import DebuggedApplication

from tests.transparency import edges
from tests.transparency.edges import WAYS, Way, stored
from tests.transparency.exchanges import Asks, ask_wsgi, environ_of

GET = Asks("GET", "/")
PLAIN = [("Content-Type", "text/plain")]


@pytest.fixture(params=WAYS)
def way(request: pytest.FixtureRequest) -> Way:
    way: Way = request.param
    return way


class Server:
    """One request by a server that the test leads: it asks for one piece after the other."""

    def __init__(self, app: Any, asks: Asks = GET, **environ: Any) -> None:
        self.heads: list[str] = []
        self.iterable: Any = app(environ_of(asks, **environ), self._start_response)
        self.pieces = filter(None, self.iterable)

    def _start_response(self, status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> Callable[..., Any]:
        self.heads.append(status)
        return lambda data: None

    def close(self) -> None:
        if hasattr(self.iterable, "close"):
            self.iterable.close()


def answering(pieces: Callable[[], Iterable[bytes]], *headers: tuple[str, str]) -> Any:
    def app(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        start_response("200 OK", [*PLAIN, *headers])
        return pieces()

    return app


def test_a_piece_reaches_the_server_before_the_next_is_made(way: Way) -> None:
    made: list[bytes] = []

    def pieces() -> Iterator[bytes]:
        for piece in (b"one", b"two"):
            made.append(piece)
            yield piece

    app = edges.wsgi(answering(pieces), way)
    server = Server(app)
    assert next(server.pieces) == b"one"
    assert made == [b"one"]
    assert stored(app) == 0
    assert list(server.pieces) == [b"two"]
    server.close()
    assert stored(app) == (way == "caching optimized")


def test_the_request_of_flask_lives_as_long_as_its_stream(way: Way) -> None:
    app = Flask(__name__)

    @app.route("/")
    def stream() -> Response:
        def pieces() -> Iterator[str]:
            yield request.path
            yield request.headers["User-Agent"]

        return Response(stream_with_context(pieces()))

    server = Server(edges.wsgi(app, way))
    assert list(server.pieces) == [b"/", b"test"]
    server.close()
    assert not has_request_context()


def test_a_viewer_who_leaves_closes_the_generator_and_nothing_is_stored(way: Way) -> None:
    closed: list[str] = []

    def pieces() -> Iterator[bytes]:
        try:
            while True:
                yield b"more"
        finally:
            closed.append("closed")

    app = edges.wsgi(answering(pieces, ("Cache-Control", "max-age=60")), way)
    server = Server(app)
    assert next(server.pieces) == b"more"
    server.close()
    assert closed == ["closed"]
    assert stored(app) == 0


@pytest.mark.parametrize("way", WAYS[1:])
def test_the_head_of_a_stream_without_end_comes_and_the_stream_is_closed(way: Way) -> None:
    closed: list[str] = []

    def pieces() -> Iterator[bytes]:
        try:
            while True:
                yield b"more"
        finally:
            closed.append("closed")

    answer = ask_wsgi(edges.wsgi(answering(pieces, ("X-A", "1")), way), Asks("HEAD", "/"))
    assert (answer.status, answer.header("x-a"), answer.body) == ("200 OK", ["1"], b"")
    assert closed == ["closed"]


def test_a_body_is_closed_once_after_its_last_piece(way: Way) -> None:
    told: list[str] = []

    class Pieces:
        def __iter__(self) -> Iterator[bytes]:
            yield b"hello"
            told.append("ended")

        def close(self) -> None:
            told.append("closed")

    assert ask_wsgi(edges.wsgi(answering(Pieces), way), GET).body == b"hello"
    assert told == ["ended", "closed"]


def test_the_head_may_come_late_and_the_body_by_write(way: Way) -> None:
    def app(environ: dict[str, Any], start_response: Any) -> Iterator[bytes]:
        yield b""
        write = start_response("202 Accepted", [*PLAIN, ("X-Late", "yes")])
        write(b"one ")
        yield b"two "
        write(b"three")

    answer = ask_wsgi(edges.wsgi(app, way), GET)
    assert (answer.status, answer.header("x-late"), answer.body) == ("202 Accepted", ["yes"], b"one two three")


def test_a_head_may_be_replaced_as_long_as_no_byte_has_left(way: Way) -> None:
    def app(environ: dict[str, Any], start_response: Any) -> Iterator[bytes]:
        start_response("200 OK", [*PLAIN, ("X-First", "yes")])

        def pieces() -> Iterator[bytes]:
            yield b""
            try:
                raise ValueError("broken")
            except ValueError:
                start_response("500 Broken", list(PLAIN), sys.exc_info())
            yield b"sorry"

        return pieces()

    answer = ask_wsgi(edges.wsgi(app, way), GET)
    assert (answer.status, answer.header("x-first"), answer.body) == ("500 Broken", [], b"sorry")


def test_a_head_cannot_be_replaced_once_a_byte_has_left(way: Way) -> None:
    def app(environ: dict[str, Any], start_response: Any) -> Iterator[bytes]:
        start_response("200 OK", [*PLAIN, ("Cache-Control", "max-age=60")])
        yield b"half"
        try:
            raise ValueError("broken")
        except ValueError:
            start_response("500 Broken", list(PLAIN), sys.exc_info())
        yield b"never"

    edge = edges.wsgi(app, way)
    answer = ask_wsgi(edge, GET)
    assert (answer.status, answer.body, answer.error) == ("200 OK", b"half", "ValueError: broken")
    assert stored(edge) == 0


def test_a_second_head_without_a_reason_is_an_error(way: Way) -> None:
    def app(environ: dict[str, Any], start_response: Any) -> list[bytes]:
        start_response("200 OK", list(PLAIN))
        start_response("201 Created", list(PLAIN))
        return [b"never"]

    answer = ask_wsgi(edges.wsgi(app, way), GET)
    assert "without exc_info" in answer.error


def test_a_debugger_makes_its_page_of_an_error_in_the_first_piece(way: Way) -> None:
    def broken(environ: dict[str, Any], start_response: Any) -> Iterator[bytes]:
        raise ValueError("broken")
        yield b"never"

    answer = ask_wsgi(edges.wsgi(DebuggedApplication(broken), way), GET)
    assert answer.status == "500 INTERNAL SERVER ERROR"
    assert b"ValueError: broken" in answer.body


@pytest.mark.parametrize("pieces", [0, 1, 2], ids=["before its head", "after its head", "after a piece"])
def test_what_an_application_raises_passes_as_it_is_and_nothing_is_stored(way: Way, pieces: int) -> None:
    raised = ValueError("broken")

    def body() -> Iterator[bytes]:
        if pieces == 2:
            yield b"half"
        raise raised

    def app(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        if pieces == 0:
            raise raised
        start_response("200 OK", [*PLAIN, ("Cache-Control", "max-age=60")])
        return body()

    edge = edges.wsgi(app, way)
    with pytest.raises(ValueError, match="broken") as caught:
        list(Server(edge).pieces)
    assert caught.value is raised
    assert stored(edge) == 0


@pytest.mark.parametrize("length", ["3", "10", "nonsense"], ids=["too short", "too long", "no number"])
def test_a_length_that_does_not_fit_goes_on_as_it_is_and_is_not_stored(way: Way, length: str) -> None:
    edge = edges.wsgi(answering(lambda: [b"he", b"llo"], ("Content-Length", length)), way)
    answer = ask_wsgi(edge, GET)
    assert (answer.header("content-length"), answer.pieces) == ([length], [b"he", b"llo"])
    assert stored(edge) == 0


@pytest.mark.parametrize(
    "server",
    [
        {"CONTENT_TYPE": "", "CONTENT_LENGTH": ""},
        {"REQUEST_URI": "/a%2Fb?", "RAW_URI": "/a%2Fb?"},
        {"REQUEST_URI": "http://www.example.com/a", "PATH_INFO": "/a"},
        {"SCRIPT_NAME": "/below", "PATH_INFO": "", "REQUEST_URI": "/below"},
        {"wsgi.multithread": False, "server.own": object()},
    ],
    ids=["empty headers", "an empty query string", "a whole URL", "the mount point itself", "what is the server's own"],
)
def test_the_environ_is_as_the_server_made_it(way: Way, server: dict[str, Any]) -> None:
    seen: dict[str, Any] = {}

    def app(environ: dict[str, Any], start_response: Any) -> list[bytes]:
        seen.update(environ)
        start_response("204 No Content", [])
        return []

    given = environ_of(GET, **server)
    edges.wsgi(app, way)({**given}, lambda *head: None)
    assert {name: seen.get(name) for name in given} == given


def test_a_header_that_servers_give_under_two_names_is_one(way: Way) -> None:
    def app(environ: dict[str, Any], start_response: Any) -> list[bytes]:
        start_response("200 OK", [("X-Length", environ["CONTENT_LENGTH"])])
        return [environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"]))]

    answer = ask_wsgi(edges.wsgi(app, way), Asks("POST", "/", (), b"hello"), HTTP_CONTENT_LENGTH="5")
    assert (answer.header("x-length"), answer.body) == (["5"], b"hello")


def test_a_websocket_gets_the_connection_that_the_server_hands_over(way: Way) -> None:
    connection = io.BytesIO()

    def app(environ: dict[str, Any], start_response: Any) -> list[bytes]:
        assert environ["HTTP_UPGRADE"] == "websocket"
        assert environ["HTTP_CONNECTION"] == "Upgrade"
        environ["werkzeug.socket"].write(b"HTTP/1.1 101 Switching Protocols\r\n")
        return []

    asks = Asks("GET", "/", (("Connection", "Upgrade"), ("Upgrade", "websocket"), ("Sec-WebSocket-Key", "a2V5")))
    edges.wsgi(app, way)(environ_of(asks, **{"werkzeug.socket": connection}), lambda *head: None)
    assert connection.getvalue() == b"HTTP/1.1 101 Switching Protocols\r\n"
