from __future__ import annotations

import asyncio
import io
import socket
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from starlette.types import Message, Receive, Scope, Send

from edgeware.config.model import Origin, Url
from edgeware.exceptions import UsageError
from edgeware.messages import Headers, Request
from edgeware.origins import OriginUnreachable, asgi_origin, wsgi_origin
from tests.origins_worlds import WORLDS, Connection, Heard, World, ask_asgi, scripted

worlds = pytest.mark.parametrize("ask", WORLDS.values(), ids=WORLDS)
PEM = Path(__file__).parent / "localhost.pem"


def origin(url: str, **options: Any) -> Origin:
    return Origin(id="api", domain_name="api.example.com", target=Url(url=url), **options)


def request(method: str = "GET", path: str = "/", *headers: tuple[str, str], query: str = "") -> Request:
    lines = Headers([("Host", "api.example.com"), *headers])
    return Request(method=method, path=path, query=query, headers=lines)


class Noticed(list[bytes]):
    """Pieces of a body; the event is set when there is one."""

    def __init__(self) -> None:
        super().__init__()
        self.event = threading.Event()

    def append(self, piece: bytes) -> None:
        super().append(piece)
        if piece:
            self.event.set()


# --- the request ----------------------------------------------------------------------------------------------------


@worlds
def test_the_request_goes_out_as_it_is(ask: World) -> None:
    heads: list[bytes] = []

    def script(connection: Connection) -> None:
        heads.append(connection.head())
        connection.socket.sendall(b"HTTP/1.1 204 No Content\r\n\r\n")

    lines = [
        ("X-Twice", "1"),
        ("x-twice", "2"),
        ("Connection", "keep-alive, X-Hop"),
        ("X-Hop", "secret"),
        ("Keep-Alive", "timeout=5"),
        ("Proxy-Connection", "keep-alive"),
        ("TE", "trailers"),
        ("Upgrade", "h2c"),
        ("Cookie", " a=1; b=2 "),
    ]
    with scripted(script) as url:
        ask(origin(url), request("GET", "/a%2Fb//../c", *lines, query="x=%20&y&x=+"))
    assert heads == [
        b"GET /a%2Fb//../c?x=%20&y&x=+ HTTP/1.1\r\nHost: api.example.com\r\nX-Twice: 1\r\nx-twice: 2\r\n"
        b"Cookie: a=1; b=2\r\nConnection: Keep-Alive\r\n\r\n"
    ]


@worlds
@pytest.mark.parametrize("headers", [Headers(), Headers([("Host", "api.example.com")])], ids=["none", "the edge's"])
def test_the_url_may_keep_its_own_host(ask: World, headers: Headers) -> None:
    heads: list[bytes] = []

    def script(connection: Connection) -> None:
        heads.append(connection.head())
        connection.socket.sendall(b"HTTP/1.1 204 No Content\r\n\r\n")

    with scripted(script) as url:
        target = Url(url=url, preserve_host=False)
        own = Origin(id="api", domain_name="api.example.com", target=target)
        ask(own, Request(method="GET", path="/", headers=headers))
    assert heads[0].split(b"\r\n")[1] == f"Host: {url.removeprefix('http://')}".encode()


@worlds
def test_headers_of_the_target_stand_in_the_place_of_the_requests(ask: World) -> None:
    heads: list[bytes] = []

    def script(connection: Connection) -> None:
        heads.append(connection.head())
        connection.socket.sendall(b"HTTP/1.1 204 No Content\r\n\r\n")

    with scripted(script) as url:
        added = (("authorization", "Bearer of-here"), ("X-Env", "dev"), ("Host", "shop.local"))
        own = Origin(id="api", domain_name="api.example.com", target=Url(url=url, headers=added))
        ask(own, request("GET", "/", ("Authorization", "Basic x"), ("X-Kept", "1"), ("AUTHORIZATION", "y")))
    assert heads == [
        b"GET / HTTP/1.1\r\nHost: shop.local\r\nX-Kept: 1\r\nauthorization: Bearer of-here\r\nX-Env: dev\r\n"
        b"Connection: Keep-Alive\r\n\r\n"
    ]


@worlds
@pytest.mark.parametrize(
    ("headers", "body", "framing", "wire"),
    [
        ([("Content-Length", "8")], [b"abcd", b"", b"efgh"], b"Content-Length: 8", b"abcdefgh"),
        ([("Content-Length", "0")], [b""], b"Content-Length: 0", b""),
        ([("Content-Length", "5")], None, b"Content-Length: 0", b""),
        ([], [b"abcd"], b"Transfer-Encoding: chunked", b"4\r\nabcd\r\n0\r\n\r\n"),
        ([("Transfer-Encoding", "chunked")], [b"abcd"], b"Transfer-Encoding: chunked", b"4\r\nabcd\r\n0\r\n\r\n"),
    ],
    ids=["a length", "length 0", "no body after all", "no length", "chunked"],
)
def test_the_body_goes_out(
    ask: World, headers: list[tuple[str, str]], body: list[bytes] | None, framing: bytes, wire: bytes
) -> None:
    heard: list[bytes] = []

    def script(connection: Connection) -> None:
        heard.extend([connection.head(), connection.read(len(wire))])
        connection.socket.sendall(b"HTTP/1.1 201 Created\r\nContent-Length: 0\r\n\r\n")

    with scripted(script) as url:
        assert ask(origin(url), request("POST", "/", *headers), body).status == 201
    assert framing in heard[0].split(b"\r\n")
    assert heard[1] == wire


@worlds
def test_a_large_body_passes(ask: World) -> None:
    data = bytes(range(256)) * 4096
    heard: list[bytes] = []

    def script(connection: Connection) -> None:
        connection.head()
        heard.append(connection.read(len(data)))
        connection.socket.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")

    with scripted(script) as url:
        pieces = [data[start : start + 65536] for start in range(0, len(data), 65536)]
        ask(origin(url), request("PUT", "/", ("Content-Length", str(len(data)))), pieces)
    assert heard == [data]


@worlds
def test_proxies_of_the_environment_are_not_used(ask: World, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    with scripted(answering(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")) as url:
        assert ask(origin(url), request()).status == 200


def test_the_viewer_may_hang_up_while_sending_wsgi() -> None:
    environ = {
        "edgeware.request": request("POST", "/", ("Content-Length", "10")),
        "wsgi.input": io.BytesIO(b"abc"),
        "CONTENT_LENGTH": "10",
    }

    def script(connection: Connection) -> None:
        connection.head()
        connection.until_left()

    with scripted(script) as url, pytest.raises(OriginUnreachable, match="ClientHungUpRequest"):
        wsgi_origin(origin(url))(environ, lambda *_: lambda _: None)


def test_the_viewer_may_hang_up_while_sending_asgi() -> None:
    messages: list[Message] = [
        {"type": "http.request", "body": b"abc", "more_body": True},
        {"type": "http.disconnect"},
    ]

    async def receive() -> Message:
        return messages.pop(0)

    def script(connection: Connection) -> None:
        connection.head()
        connection.until_left()

    with scripted(script) as url, pytest.raises(OriginUnreachable, match="ClientHungUpRequest"):
        asyncio.run(call(url, request("POST", "/", ("Content-Length", "10")), receive, Heard()))


# --- the answer -----------------------------------------------------------------------------------------------------


def answering(*writes: bytes) -> Any:
    """A script that reads a head and writes."""

    def script(connection: Connection) -> None:
        connection.head()
        for data in writes:
            connection.socket.sendall(data)

    return script


@worlds
def test_the_answer_comes_back_as_it_is(ask: World) -> None:
    answer = (
        b"HTTP/1.1 302 Over there\r\nLocation: /next\r\nSet-Cookie: a=1\r\nServer: mine\r\nset-cookie: b=2\r\n"
        b"Content-Encoding: gzip\r\nX-Bytes: \xc3\x85\xff\r\nConnection: close, x-hop\r\nX-Hop: 1\r\nKeep-Alive: 1\r\n"
        b"Content-Length: 8\r\n\r\nnot gzip"
    )
    with scripted(answering(answer)) as url:
        heard = ask(origin(url), request())
    assert (heard.status, heard.body) == (302, b"not gzip")
    assert [(name.lower(), value) for name, value in heard.headers] == [
        ("location", "/next"),
        ("set-cookie", "a=1"),
        ("server", "mine"),
        ("set-cookie", "b=2"),
        ("content-encoding", "gzip"),
        ("x-bytes", "\xc3\x85\xff"),
        ("content-length", "8"),
    ]


@worlds
@pytest.mark.parametrize(
    ("method", "answer", "status", "body"),
    [
        pytest.param("GET", b"200 OK\r\nContent-Length: 2\r\n\r\nok", 200, b"ok", id="a length"),
        pytest.param("GET", b"200 OK\r\nContent-Length: 2, 2\r\n\r\nok", 200, b"ok", id="the length twice"),
        pytest.param("GET", b"200 OK\r\n\r\nto the end", 200, b"to the end", id="to the end of the connection"),
        pytest.param("GET", b"200\r\nContent-Length: 0\r\n\r\n", 200, b"", id="no reason"),
        pytest.param(
            "GET",
            b"200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2;a=b\r\nok\r\n1\r\n!\r\n0\r\nX-Trailer: 1\r\n\r\n",
            200,
            b"ok!",
            id="chunks, an extension and a trailer",
        ),
        pytest.param(
            "GET",
            b"200 OK\r\nContent-Length: 99\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n",
            200,
            b"ok",
            id="chunks and a length",
        ),
        pytest.param("HEAD", b"200 OK\r\nContent-Length: 99\r\n\r\n", 200, b"", id="an answer to HEAD"),
        pytest.param("GET", b"204 No Content\r\n\r\n", 204, b"", id="204"),
        pytest.param("GET", b"304 Not Modified\r\nContent-Length: 99\r\n\r\n", 304, b"", id="304"),
        pytest.param("GET", b"599 Odd\r\nContent-Length: 0\r\n\r\n", 599, b"", id="an odd status"),
        pytest.param(
            "GET",
            b"103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 100 Continue\r\n\r\n"
            b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok",
            200,
            b"ok",
            id="1xx heads before",
        ),
        pytest.param(
            "GET", b"200 OK\r\nContent-Length: 2\r\n\r\nokHTTP/1.1 500 No\r\n\r\n", 200, b"ok", id="left over"
        ),
    ],
)
def test_a_body_has_its_end(ask: World, method: str, answer: bytes, status: int, body: bytes) -> None:
    with scripted(answering(b"HTTP/1.1 " + answer)) as url:
        heard = ask(origin(url), request(method))
    assert (heard.status, heard.body) == (status, body)
    assert "link" not in heard.headers
    assert "transfer-encoding" not in heard.headers


def test_a_length_beside_a_transfer_coding_is_not_passed_on() -> None:
    answer = b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"
    with scripted(answering(answer)) as url:
        assert ask_asgi(origin(url), request()).headers == Headers()


@worlds
@pytest.mark.parametrize("head", [b"Transfer-Encoding: chunked", b"Content-Type: text/event-stream"])
def test_a_piece_is_passed_on_before_the_next_one_comes(ask: World, head: bytes) -> None:
    pieces = Noticed()
    first, second = (b"3\r\none\r\n", b"3\r\ntwo\r\n0\r\n\r\n") if b"chunked" in head else (b"one", b"two")

    def script(connection: Connection) -> None:
        connection.head()
        connection.socket.sendall(b"HTTP/1.1 200 OK\r\n" + head + b"\r\n\r\n" + first)
        assert pieces.event.wait(20), "the first piece was held back"
        connection.socket.sendall(second)

    with scripted(script) as url:
        heard = ask(origin(url), request(), heard=Heard(pieces=pieces))
    assert heard.body == b"onetwo"


@worlds
def test_what_one_answer_leaves_behind_reaches_no_other(ask: World) -> None:
    leaving = answering(
        b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\noneHTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil"
    )
    with scripted(leaving, answering(b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\ntwo")) as url:
        assert [ask(origin(url), request()).body for _ in range(2)] == [b"one", b"two"]


# --- failures -------------------------------------------------------------------------------------------------------


@worlds
def test_nobody_listens(ask: World) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    with pytest.raises(OriginUnreachable, match="OriginConnectError") as caught:
        ask(origin(f"http://127.0.0.1:{port}"), request())
    assert caught.value.status == 502


@worlds
def test_a_name_does_not_resolve(ask: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def getaddrinfo(*_: object, **__: object) -> object:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    with pytest.raises(OriginUnreachable, match="OriginDnsError") as caught:
        ask(origin("http://nowhere.invalid"), request())
    assert caught.value.status == 502


def silent(connection: Connection) -> None:
    connection.head()
    connection.until_left()


@worlds
def test_no_answer_in_time(ask: World) -> None:
    with scripted(silent, silent) as url, pytest.raises(OriginUnreachable, match="OriginCommError") as caught:
        ask(origin(url, read_timeout=0.05, connection_attempts=2), request())
    assert caught.value.status == 504


@worlds
def test_the_second_attempt_may_be_answered_in_time(ask: World) -> None:
    with scripted(silent, answering(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")) as url:
        assert ask(origin(url, read_timeout=0.2), request()).body == b"ok"


@worlds
@pytest.mark.parametrize(
    ("answer", "detail"),
    [
        pytest.param(b"", "OriginReadError", id="nothing"),
        pytest.param(b"HTTP/1.1 200 OK\r\nServer: x\r\n", "OriginReadError", id="half a head"),
        pytest.param(b"SSH-2.0-OpenSSH_9.6\r\n\r\n", "OriginInvalidResponseError", id="another protocol"),
        pytest.param(b"HTTP/1.1 99 Odd\r\n\r\n", "OriginInvalidResponseError", id="no status"),
        pytest.param(b"HTTP/1.1 200 OK\r\nno colon\r\n\r\n", "OriginInvalidResponseError", id="no header"),
        pytest.param(b"HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n", "OriginInvalidResponseError", id="no length"),
        pytest.param(b"HTTP/1.1 200 OK\r\nX: a\x01b\r\n\r\n", "OriginInvalidResponseError", id="a control character"),
        pytest.param(b"HTTP/1.1 200 OK\r\nX: a\x7fb\r\n\r\n", "OriginInvalidResponseError", id="another"),
        pytest.param(
            b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
            "OriginInvalidResponseError",
            id="two lengths",
        ),
        pytest.param(
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\n", "OriginInvalidResponseError", id="unknown coding"
        ),
        pytest.param(
            b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n", "OriginInvalidResponseError", id="a switch"
        ),
        pytest.param(
            b"HTTP/1.1 200 OK\r\nX: " + b"x" * 200_000 + b"\r\n\r\n", "OriginHeaderTooBigError", id="too large a head"
        ),
    ],
)
def test_an_answer_that_is_none(ask: World, answer: bytes, detail: str) -> None:
    def script(connection: Connection) -> None:
        answering(answer)(connection)
        if detail != "OriginReadError":
            connection.until_left()

    with scripted(script) as url, pytest.raises(OriginUnreachable) as caught:
        ask(origin(url), request())
    assert (caught.value.detail, caught.value.status) == (detail, 502)


@worlds
@pytest.mark.parametrize(
    ("answer", "detail"),
    [
        pytest.param(b"Content-Length: 10\r\n\r\nhalf", "OriginReadError", id="less than the length"),
        pytest.param(b"Transfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n", "OriginReadError", id="no last chunk"),
        pytest.param(b"Transfer-Encoding: chunked\r\n\r\n9\r\nhalf", "OriginReadError", id="half a chunk"),
    ],
)
def test_a_body_that_breaks_off_is_an_error_after_what_came(ask: World, answer: bytes, detail: str) -> None:
    heard = Heard()
    with scripted(answering(b"HTTP/1.1 200 OK\r\n" + answer)) as url, pytest.raises(OriginUnreachable) as caught:
        ask(origin(url), request(), heard=heard)
    assert (heard.status, heard.body) == (200, b"half")
    assert (caught.value.detail, caught.value.status) == (detail, 502)


@worlds
def test_a_chunk_that_is_none_is_an_error(ask: World) -> None:
    def script(connection: Connection) -> None:
        answering(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nno size\r\n")(connection)
        connection.until_left()

    with scripted(script) as url, pytest.raises(OriginUnreachable, match="OriginInvalidResponseError"):
        ask(origin(url), request())


@worlds
def test_a_body_that_stalls_is_an_error(ask: World) -> None:
    heard = Heard()

    def script(connection: Connection) -> None:
        answering(b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf")(connection)
        connection.until_left()

    with scripted(script) as url, pytest.raises(OriginUnreachable, match="OriginCommError") as caught:
        ask(origin(url, read_timeout=0.2), request(), heard=heard)
    assert (heard.body, caught.value.status) == (b"half", 504)


# --- leaving --------------------------------------------------------------------------------------------------------


def endless(connection: Connection) -> None:
    answering(b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\none")(connection)
    connection.until_left()


async def call(url: str, request_: Request, receive: Receive, heard: Heard, came: asyncio.Event | None = None) -> None:
    """Ask the ASGI application; ``came`` is set when a piece of the body has come."""

    async def send(message: Message) -> None:
        if message["type"] == "http.response.body":
            heard.pieces.append(message["body"])
            if came is not None:
                came.set()

    await asgi_origin(origin(url))({"type": "http", "edgeware.request": request_}, receive, send)


async def nothing() -> Message:
    """A viewer who has sent all and stays."""
    await asyncio.Event().wait()
    raise AssertionError("never")


def test_closing_the_iterable_leaves_the_origin() -> None:
    with scripted(endless) as url:
        body: Any = wsgi_origin(origin(url))({"edgeware.request": request()}, lambda *_: lambda _: None)
        assert next(iter(body)) == b"one"
        body.close()


def test_a_failing_start_response_leaves_the_origin() -> None:
    def start_response(*_: object) -> Any:
        raise RuntimeError("not now")

    with scripted(endless) as url, pytest.raises(RuntimeError, match="not now"):
        wsgi_origin(origin(url))({"edgeware.request": request()}, start_response)


def test_the_origin_is_left_when_the_viewer_leaves() -> None:
    heard = Heard()

    async def exchange(url: str) -> None:
        messages: list[Message] = [{"type": "http.request"}, {"type": "http.request"}, {"type": "http.disconnect"}]
        came = asyncio.Event()

        async def receive() -> Message:
            if len(messages) == 1:
                await came.wait()
            return messages.pop(0)

        await call(url, request(), receive, heard, came)

    with scripted(endless) as url:
        asyncio.run(exchange(url))
    assert heard.pieces == [b"one"]


def test_the_origin_is_left_when_the_task_is_cancelled() -> None:
    async def exchange(url: str) -> None:
        messages: list[Message] = [{"type": "http.request"}]
        came = asyncio.Event()

        async def receive() -> Message:
            return messages.pop() if messages else await nothing()

        task = asyncio.ensure_future(call(url, request(), receive, Heard(), came))
        await came.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    with scripted(endless) as url:
        asyncio.run(exchange(url))


def test_what_send_raises_is_not_the_origins_failure() -> None:
    async def send(message: Message) -> None:
        raise ConnectionResetError("the viewer's")

    async def receive() -> Message:
        return {"type": "http.request"}

    async def exchange(url: str) -> None:
        await asgi_origin(origin(url))({"type": "http", "edgeware.request": request()}, receive, send)

    with scripted(endless) as url, pytest.raises(ConnectionResetError, match="the viewer's"):
        asyncio.run(exchange(url))


# --- TLS ------------------------------------------------------------------------------------------------------------


async def echo(scope: Scope, receive: Receive, send: Send) -> None:
    assert scope["type"] == "http"
    body = b""
    more = True
    while more:
        message = await receive()
        body += message["body"]
        more = message["more_body"]
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": scope["query_string"] + b":", "more_body": True})
    await send({"type": "http.response.body", "body": body})


def serve(**options: Any) -> Iterator[int]:
    config = uvicorn.Config(echo, port=0, log_level="error", lifespan="off", **options)
    listener = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, args=([listener],))
    thread.start()
    yield listener.getsockname()[1]
    server.should_exit = True
    thread.join()
    listener.close()


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    yield from serve()


@pytest.fixture(scope="module")
def tls_port() -> Iterator[int]:
    yield from serve(ssl_certfile=PEM)


@worlds
def test_a_trusted_server_is_asked_over_tls(ask: World, tls_port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(PEM))
    data = b"x" * 300_000
    heard = ask(origin(f"https://localhost:{tls_port}"), request("POST", "/", query="q"), [data])
    assert heard.body == b"q:" + data


@worlds
def test_a_server_that_nobody_vouches_for_is_not_asked(ask: World, tls_port: int) -> None:
    with pytest.raises(OriginUnreachable, match=r"OriginConnectError.*certificate: .*verify: false"):
        ask(origin(f"https://localhost:{tls_port}"), request())


@worlds
@pytest.mark.parametrize("verify", [False, PEM], ids=["unchecked", "its own authority"])
def test_a_server_with_a_certificate_of_ones_own_is_asked(ask: World, tls_port: int, verify: bool | Path) -> None:
    target = Url(url=f"https://localhost:{tls_port}", verify=verify)
    own = Origin(id="api", domain_name="api.example.com", target=target)
    assert ask(own, request("POST", "/", query="q"), [b"data"]).body == b"q:data"


@worlds
def test_an_authority_of_ones_own_vouches_for_its_own_servers_alone(ask: World, tls_port: int) -> None:
    target = Url(url=f"https://127.1:{tls_port}", verify=PEM)
    with pytest.raises(OriginUnreachable, match=r"Hostname mismatch.*verify: false"):
        ask(Origin(id="api", domain_name="api.example.com", target=target), request())


@worlds
def test_a_file_without_certificates_vouches_for_nobody(ask: World) -> None:
    target = Url(url="https://localhost:1", verify=Path(__file__))
    with pytest.raises(UsageError, match="holds no certificates in PEM form"):
        ask(Origin(id="api", domain_name="api.example.com", target=target), request())


# --- many at once ---------------------------------------------------------------------------------------------------


@worlds
def test_many_requests_at_once_get_their_own_answers(ask: World, port: int) -> None:
    api = origin(f"http://127.0.0.1:{port}")

    def one(number: int) -> bool:
        body = str(number).encode() * 1000
        return ask(api, request("POST", "/", query=f"n={number}"), [body]).body == f"n={number}:".encode() + body

    with ThreadPoolExecutor(20) as pool:
        assert all(pool.map(one, range(100)))


def test_many_requests_share_a_loop(port: int) -> None:
    application = asgi_origin(origin(f"http://127.0.0.1:{port}"))

    async def one(number: int) -> bytes:
        pieces: list[bytes] = []
        messages: list[Message] = [{"type": "http.request"}]

        async def receive() -> Message:
            return messages.pop() if messages else await nothing()

        async def send(message: Message) -> None:
            pieces.append(message.get("body", b""))

        await application({"type": "http", "edgeware.request": request(query=f"n={number}")}, receive, send)
        return b"".join(pieces)

    async def every() -> list[bytes]:
        return await asyncio.gather(*map(one, range(200)))

    assert asyncio.run(every()) == [f"n={number}:".encode() for number in range(200)]
