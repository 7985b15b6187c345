"""What only a WSGI world knows: late heads, write(), exc_info, close(), the environ."""

from __future__ import annotations

import io
import sys
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Any

import pytest

from edgeware.config.model import Origin, Unmapped
from edgeware.edge import Edge
from edgeware.wsgi import WSGIEdge
from tests.worlds.sites import ALL_VIEWER, DISABLED, js, py, site

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

TRANSPARENT = site(cache_policy=DISABLED, origin_request_policy=ALL_VIEWER)
PLAIN = [("Content-Type", "text/plain")]


class Server:
    """The server's side of one request: the head, the pieces as they come, and whether it closed."""

    def __init__(self, app: WSGIApplication, **environ: Any) -> None:
        self.status = ""
        self.headers: dict[str, str] = {}
        self.environ: WSGIEnvironment = {
            "REQUEST_METHOD": "GET",
            "SCRIPT_NAME": "",
            "PATH_INFO": "/x",
            "QUERY_STRING": "",
            "SERVER_PROTOCOL": "HTTP/1.1",
            "HTTP_HOST": "www.example.com",
            "REMOTE_ADDR": "198.51.100.7",
            "wsgi.url_scheme": "http",
            "wsgi.input": io.BytesIO(),
            "wsgi.errors": io.StringIO(),
            **environ,
        }
        self.iterable: Any = app(self.environ, self._start_response)

    def _start_response(self, status: str, headers: list[tuple[str, str]], exc_info: Any = None, /) -> Any:
        self.status, self.headers = status, dict(headers)
        return lambda data: None

    def read(self) -> bytes:
        try:
            return b"".join(self.iterable)
        finally:
            self.close()

    def close(self) -> None:
        close = getattr(self.iterable, "close", None)
        if close is not None:
            close()


class Closable:
    """A body that knows how often it was closed."""

    def __init__(self, *chunks: bytes | Exception) -> None:
        self.chunks = chunks
        self.closed = 0

    def __iter__(self) -> Iterator[bytes]:
        for chunk in self.chunks:
            if isinstance(chunk, Exception):
                raise chunk
            yield chunk

    def close(self) -> None:
        self.closed += 1


def hello(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    start_response("200 OK", list(PLAIN))
    return [b"hello"]


def answering(body: Iterable[bytes], *headers: tuple[str, str]) -> WSGIApplication:
    def app(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        start_response("200 OK", [*PLAIN, *headers])
        return body

    return app


def seeing(seen: list[Any], see: Callable[[WSGIEnvironment], Any]) -> WSGIApplication:
    def app(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        seen.append(see(environ))
        return hello(environ, start_response)

    return app


def test_a_head_may_come_with_the_first_piece() -> None:
    def app(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        yield b""
        start_response("200 OK", list(PLAIN))
        yield b"late"

    assert Server(WSGIEdge(app, site())).read() == b"late"


def test_an_app_that_never_starts_a_response_is_a_502() -> None:
    server = Server(WSGIEdge(lambda environ, start_response: [b"headless"], TRANSPARENT))
    assert server.status == "502 Bad Gateway"
    assert b"headless" not in server.read()


def test_what_is_written_comes_before_what_is_returned() -> None:
    def app(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        write = start_response("200 OK", list(PLAIN))
        write(b"one ")
        write(b"two ")

        def rest() -> Iterator[bytes]:
            write(b"three ")
            yield b"four"
            write(b" five")

        return rest()

    assert Server(WSGIEdge(app, site())).read() == b"one two three four five"


def test_an_error_before_the_first_piece_replaces_the_head() -> None:
    def app(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        start_response("200 OK", list(PLAIN))
        try:
            raise ValueError("broken")
        except ValueError:
            start_response("500 Internal Server Error", list(PLAIN), sys.exc_info())
        return [b"sorry"]

    server = Server(WSGIEdge(app, TRANSPARENT))
    assert (server.status, server.read()) == ("500 Internal Server Error", b"sorry")


def test_an_error_after_the_head_is_raised_as_by_a_server() -> None:
    def app(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        start_response("200 OK", list(PLAIN))

        def body() -> Iterator[bytes]:
            yield b"half"
            try:
                raise ValueError("broken")
            except ValueError:
                start_response("500 Internal Server Error", list(PLAIN), sys.exc_info())
            yield b"never"

        return body()

    with pytest.raises(ValueError, match="broken"):
        Server(WSGIEdge(app, site())).read()


def test_an_app_that_raises_before_its_head_raises_through_the_edge() -> None:
    def app(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        raise RuntimeError("before")

    edge = WSGIEdge(app, site())
    with pytest.raises(RuntimeError, match="before"):
        Server(edge)
    assert edge.edge.waiting() == 0


def test_an_app_that_raises_in_its_body_raises_and_nothing_is_stored() -> None:
    body = Closable(b"half", RuntimeError("after"))
    edge = WSGIEdge(answering(body), site())
    with pytest.raises(RuntimeError, match="after"):
        Server(edge).read()
    assert body.closed == 1
    assert len(edge.edge.store) == 0  # type: ignore[arg-type]


def test_a_viewer_that_leaves_closes_the_app_and_nothing_is_stored() -> None:
    body = Closable(b"first", b"second")
    edge = WSGIEdge(answering(body), site())
    server = Server(edge)
    assert next(iter(server.iterable)) == b"first"
    server.close()
    assert body.closed == 1
    assert len(edge.edge.store) == 0  # type: ignore[arg-type]


def test_a_piece_passes_before_the_next_is_made() -> None:
    made: list[bytes] = []

    def body() -> Iterator[bytes]:
        for piece in (b"one", b"two"):
            made.append(piece)
            yield piece

    pieces = iter(Server(WSGIEdge(answering(body()), site())).iterable)
    assert next(pieces) == b"one"
    assert made == [b"one"]


def test_the_object_is_stored_before_the_piece_that_completes_it_leaves() -> None:
    edge = WSGIEdge(answering([b"he", b"llo"], ("Content-Length", "5")), site())
    pieces = iter(Server(edge).iterable)
    assert next(pieces) == b"he"
    assert len(edge.edge.store) == 0  # type: ignore[arg-type]
    assert next(pieces) == b"llo"
    assert len(edge.edge.store) == 1  # type: ignore[arg-type]


def test_an_empty_piece_after_the_last_does_not_let_it_leave_before_the_object_is_stored() -> None:
    edge = WSGIEdge(answering([b"", b"he", b"", b"llo", b""], ("Content-Length", "5")), site())
    pieces = iter(Server(edge).iterable)
    assert [next(pieces), next(pieces)] == [b"he", b"llo"]
    assert len(edge.edge.store) == 1  # type: ignore[arg-type]


def test_more_than_was_announced_passes_and_is_not_stored() -> None:
    edge = WSGIEdge(answering([b"hello", b" world"], ("Content-Length", "5")), site())
    assert Server(edge).read() == b"hello world"
    assert len(edge.edge.store) == 0  # type: ignore[arg-type]


def test_an_answer_that_nobody_needs_is_closed() -> None:
    body = Closable(b"unheard")
    made = py(
        "def handler(event, context):\n"
        "    response = event['Records'][0]['cf']['response']\n"
        "    response['body'] = 'instead'\n"
        "    return response\n"
    )
    edge = WSGIEdge(answering(body), site({"origin-response": made}))
    try:
        assert Server(edge).read() == b"instead"
    finally:
        edge.edge.close()
    assert body.closed == 1


def test_the_object_is_stored_even_if_the_viewer_gets_another_body() -> None:
    made = js("function handler(e) { e.response.body = 'instead'; return e.response; }")
    edge = WSGIEdge(answering([b"he", b"llo"]), site({"viewer-response": made}))
    try:
        assert [Server(edge).read() for _ in range(2)] == [b"instead", b"instead"]
        stored = edge.edge.store.get(edge.edge.key(edge.edge.exchanges[-1].request)).object
    finally:
        edge.edge.close()
    assert stored is not None
    assert stored.body == b"hello"


def test_an_endless_body_is_not_drained_when_the_viewer_gets_another() -> None:
    def endless() -> Iterator[bytes]:
        while True:
            yield b"x" * 100

    made = js("function handler(e) { e.response.body = 'instead'; return e.response; }")
    edge = WSGIEdge(answering(endless()), site({"viewer-response": made}), max_object_bytes=1000)
    try:
        assert Server(edge).read() == b"instead"
    finally:
        edge.edge.close()


@pytest.mark.parametrize("known", ["RAW_URI", "REQUEST_URI"])
def test_the_raw_path_is_taken_from_the_server_where_it_tells(known: str) -> None:
    edge = WSGIEdge(hello, TRANSPARENT)
    Server(edge, **{known: "/a%2Fb?x=1", "PATH_INFO": "/a/b", "QUERY_STRING": "x=1"}).read()
    assert edge.edge.exchanges[-1].request.path == "/a%2Fb"


def test_a_raw_target_that_is_no_path_is_not_believed() -> None:
    edge = WSGIEdge(hello, TRANSPARENT)
    Server(edge, RAW_URI="http://www.example.com/evil", PATH_INFO="/x").read()
    assert edge.edge.exchanges[-1].request.path == "/x"


def test_a_path_that_is_only_known_decoded_is_encoded_again() -> None:
    edge = WSGIEdge(hello, TRANSPARENT)
    Server(edge, SCRIPT_NAME="/app", PATH_INFO="/\u00c3\u00bc b").read()
    assert edge.edge.exchanges[-1].request.path == "/app/%C3%BC%20b"


def test_an_empty_path_is_the_root() -> None:
    edge = WSGIEdge(hello, TRANSPARENT)
    Server(edge, PATH_INFO="").read()
    assert edge.edge.exchanges[-1].request.path == "/"


@pytest.mark.parametrize(
    ("origin_path", "script", "path"),
    [("/app", "/app", "/app/x"), ("/v1", "", "/v1/app/x")],
    ids=["within the mount point", "outside of it"],
)
def test_a_changed_path_keeps_the_mount_point_if_it_can(origin_path: str, script: str, path: str) -> None:
    seen: list[Any] = []
    app = seeing(seen, lambda environ: (environ["SCRIPT_NAME"], environ["PATH_INFO"], environ["RAW_URI"]))
    origin = Origin(id="app", domain_name="app.example.com", origin_path=origin_path)
    Server(WSGIEdge(app, site(origin=origin)), SCRIPT_NAME="/app", PATH_INFO="/x", RAW_URI="/app/x").read()
    assert seen == [(script, path, f"{origin_path}/app/x")]


def test_the_app_gets_the_edges_headers_and_no_others() -> None:
    seen: list[Any] = []
    app = seeing(seen, lambda environ: {key: value for key, value in environ.items() if key.startswith("HTTP_")})
    Server(WSGIEdge(app, site()), HTTP_ACCEPT="text/html", HTTP_X_SECRET="1").read()
    assert "HTTP_X_SECRET" not in seen[0]
    assert "HTTP_ACCEPT" not in seen[0]
    assert seen[0]["HTTP_USER_AGENT"] == "Amazon CloudFront"
    assert seen[0]["HTTP_HOST"] == "app.example.com"


def test_the_servers_file_wrapper_is_kept_from_the_app() -> None:
    seen: list[Any] = []
    app = seeing(seen, lambda environ: "wsgi.file_wrapper" in environ)
    Server(WSGIEdge(app, TRANSPARENT), **{"wsgi.file_wrapper": object}).read()
    assert seen == [False]


@pytest.mark.parametrize(
    ("more", "body"),
    [
        ({"CONTENT_LENGTH": "90000"}, b"x" * 90000),
        ({"wsgi.input_terminated": True, "HTTP_TRANSFER_ENCODING": "chunked"}, b"x" * 90000),
        ({}, b""),
    ],
    ids=["of known length", "chunked", "none"],
)
def test_a_body_that_was_read_for_a_function_still_reaches_the_app_in_full(more: dict[str, Any], body: bytes) -> None:
    seen: list[Any] = []
    app = seeing(seen, lambda environ: environ["wsgi.input"].read())
    function = py("def handler(event, context):\n    return event['Records'][0]['cf']['request']\n")
    edge = WSGIEdge(app, site({"viewer-request": function}, include_body=True))
    try:
        Server(edge, REQUEST_METHOD="POST", **{"wsgi.input": io.BytesIO(body), **more}).read()
    finally:
        edge.edge.close()
    assert seen == [body]


def test_a_replaced_body_is_all_that_the_app_reads() -> None:
    seen: list[Any] = []
    app = seeing(seen, lambda environ: (environ["CONTENT_LENGTH"], environ["wsgi.input"].read()))
    function = py(
        "def handler(event, context):\n"
        "    request = event['Records'][0]['cf']['request']\n"
        "    request['body'] = {'action': 'replace', 'encoding': 'text', 'data': 'new'}\n"
        "    return request\n"
    )
    edge = WSGIEdge(app, site({"origin-request": function}))
    try:
        body = {"CONTENT_LENGTH": "3", "wsgi.input": io.BytesIO(b"old")}
        Server(edge, REQUEST_METHOD="POST", **body).read()
    finally:
        edge.edge.close()
    assert seen == [("3", b"new")]


def test_an_origin_that_nothing_stands_for_is_a_502() -> None:
    origin = Origin(id="app", domain_name="app.example.com", target=Unmapped(why="nobody said"))
    edge = WSGIEdge(hello, site(origin=origin))
    for _ in range(2):
        server = Server(edge)
        assert server.status == "502 Bad Gateway"
        assert server.headers["X-Cache"] == "Error from cloudfront"


def test_a_status_without_a_known_phrase_gets_one() -> None:
    def app(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        start_response("299 ", list(PLAIN))
        return []

    assert Server(WSGIEdge(app, TRANSPARENT)).status == "299 Unknown"


def test_the_viewers_port_and_protocol_are_understood() -> None:
    edge = WSGIEdge(hello, TRANSPARENT)
    Server(edge, REMOTE_PORT="40000", SERVER_PROTOCOL="HTTP/1.0").read()
    request = edge.edge.exchanges[-1].request
    assert (request.client_ip, request.client_port, request.http_version) == ("198.51.100.7", 40000, "1.0")


def test_several_apps_can_stand_behind_one_edge() -> None:
    shared = Edge(site())
    for expected in ("Miss from cloudfront", "Hit from cloudfront"):
        server = Server(WSGIEdge(hello, edge=shared))
        assert server.read() == b"hello"
        assert server.headers["X-Cache"] == expected


def saying(pieces: list[bytes], status: str = "200 OK", **headers: str) -> WSGIApplication:
    def app(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        write = start_response(status, [*PLAIN, *((name.replace("_", "-"), headers[name]) for name in headers)])
        if "HTTP_WRITE" in environ:
            write(b"before ")
        return pieces

    return app


@pytest.mark.parametrize(
    ("pieces", "environ", "length"),
    [
        ([b"hello"], {}, "5"),
        ([b""], {}, "0"),
        ([b"hello"], {"HTTP_WRITE": "yes"}, "12"),
        ([b"hello"], {"REQUEST_METHOD": "HEAD"}, "5"),
        ([b""], {"REQUEST_METHOD": "HEAD"}, None),
        ([b"hel", b"lo"], {}, None),
        ([], {}, None),
    ],
)
def test_a_body_of_one_piece_is_measured_as_a_server_does(
    pieces: list[bytes], environ: dict[str, str], length: str | None
) -> None:
    server = Server(WSGIEdge(saying(pieces), TRANSPARENT), **environ)
    assert server.headers.get("Content-Length") == length
    whole = b"".join([b"before " if "HTTP_WRITE" in environ else b"", *pieces])
    assert server.read() == (b"" if environ.get("REQUEST_METHOD") == "HEAD" else whole)


@pytest.mark.parametrize("status", ["204 No Content", "304 Not Modified"])
def test_a_status_without_a_body_has_no_length(status: str) -> None:
    assert "Content-Length" not in Server(WSGIEdge(saying([b""], status), TRANSPARENT)).headers


def test_a_length_that_the_application_says_stays() -> None:
    server = Server(WSGIEdge(saying([b"hello"], Content_Length="9"), TRANSPARENT))
    assert server.headers["Content-Length"] == "9"


@pytest.mark.parametrize(("pieces", "method"), [([], "GET"), ([b""], "GET"), ([b"hello"], "HEAD")])
def test_a_body_without_a_byte_is_one_empty_piece(pieces: list[bytes], method: str) -> None:
    server = Server(WSGIEdge(saying(pieces), TRANSPARENT), REQUEST_METHOD=method)
    assert list(server.iterable) == [b""]  # hypercorn sends the head with the first piece, and fails without one
    server.close()
