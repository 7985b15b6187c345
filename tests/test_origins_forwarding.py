from __future__ import annotations

import socket

import pytest

from edgeware.config.model import Origin, Url
from edgeware.messages import Headers, Request
from edgeware.origins.forwarding import REUSED, Connect, Head, Keep, Piece, Read, ReadBody, Server, Step, Write, forward
from edgeware.origins.unreachable import OriginUnreachable

ORIGIN = Origin(id="api", domain_name="api.example.com")
SERVER = Server.at(Url(url="http://127.0.0.1:8000"))
GET = Request(method="GET", path="/", headers=Headers([("Host", "api.example.com")]))
POST = Request(method="POST", path="/", headers=Headers([("Host", "api.example.com"), ("Content-Length", "4")]))
OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"


def play(request: Request, *answers: bytes | OSError, origin: Origin = ORIGIN) -> list[Step]:
    """Run a forwarding, answering one step after the other; gives the steps."""
    flow = forward(request, SERVER, origin)
    steps: list[Step] = []
    left = iter(answers)
    try:
        step = next(flow)
        while True:
            steps.append(step)
            if isinstance(step, (Head, Piece)):
                step = next(flow)
                continue
            answer = b"" if isinstance(step, Keep) else next(left)
            step = flow.throw(answer) if isinstance(answer, OSError) else flow.send(answer)
    except StopIteration:
        return steps


def kinds(steps: list[Step]) -> list[str]:
    return [type(step).__name__ for step in steps]


def test_a_request_without_a_body_is_one_write() -> None:
    steps = play(GET, b"", b"", b"", OK)
    assert kinds(steps) == ["ReadBody", "Connect", "Write", "Read", "Head", "Piece", "Keep"]
    assert steps[-2] == Piece(b"ok", last=True)


def test_the_head_goes_out_with_the_first_piece_of_the_body() -> None:
    steps = play(POST, b"ab", b"", b"", b"cd", b"", b"", OK)
    writes = [step.data for step in steps if isinstance(step, Write)]
    assert writes[0].endswith(b"\r\n\r\nab")
    assert writes[1:] == [b"cd"]


def test_a_piece_does_not_wait_for_the_next_one() -> None:
    head = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
    steps = play(GET, b"", b"", b"", head, b"3\r\none\r\n3\r\ntwo\r\n", b"0\r\n\r\n")
    assert steps[4:] == [
        Head(200, "OK", Headers()),
        Read(),
        Piece(b"one", last=False),
        Piece(b"two", last=False),
        Read(),
        Keep(),
    ]


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("http://localhost", ("localhost", 80, False, "localhost", "")),
        ("https://localhost/", ("localhost", 443, True, "localhost", "")),
        ("http://user:pass@localhost:8000", ("localhost", 8000, False, "localhost:8000", "")),
        ("http://[::1]:8000/base/", ("::1", 8000, False, "[::1]:8000", "/base")),
    ],
)
def test_an_origin_url_says_where_the_server_is(url: str, expected: tuple[object, ...]) -> None:
    server = Server.at(Url(url=url))
    assert (server.host, server.port, server.tls, server.authority, server.prefix) == expected


@pytest.mark.parametrize(
    ("error", "detail", "status"),
    [
        pytest.param(socket.gaierror("no such host"), "OriginDnsError", 502, id="no such name"),
        pytest.param(ConnectionRefusedError(), "OriginConnectError", 502, id="refused"),
        pytest.param(TimeoutError(), "OriginCommError", 504, id="too late"),
    ],
)
@pytest.mark.parametrize("attempts", [1, 2, 3])
def test_connecting_is_tried_so_often_and_then_named(error: OSError, detail: str, status: int, attempts: int) -> None:
    origin = Origin(id="api", domain_name="api.example.com", connection_attempts=attempts)
    with pytest.raises(OriginUnreachable) as caught:
        play(POST, b"body", *[error] * attempts, origin=origin)
    assert (caught.value.detail, caught.value.status) == (detail, status)


def test_a_later_attempt_at_connecting_may_do() -> None:
    steps = play(GET, b"", ConnectionRefusedError(), ConnectionRefusedError(), b"", b"", OK)
    assert kinds(steps)[1:4] == ["Connect", "Connect", "Connect"]


def test_a_get_that_is_not_answered_in_time_is_sent_again() -> None:
    steps = play(GET, b"", b"", b"", TimeoutError(), b"", b"", TimeoutError(), b"", b"", OK)
    assert sum(isinstance(step, Write) for step in steps) == 3
    assert Head(200, "OK", Headers([("Content-Length", "2")])) in steps


def test_a_get_is_sent_at_most_as_often_as_connection_attempts_says() -> None:
    attempt: list[bytes | OSError] = [b"", b"", TimeoutError()]
    with pytest.raises(OriginUnreachable, match="OriginCommError") as caught:
        play(GET, b"", *attempt, *attempt, *attempt)
    assert caught.value.status == 504


@pytest.mark.parametrize("request_", [POST, Request(method="DELETE", path="/"), Request(method="OPTIONS", path="/")])
def test_what_may_change_something_is_sent_once(request_: Request) -> None:
    with pytest.raises(OriginUnreachable, match="OriginCommError"):
        play(request_, b"", b"", b"", TimeoutError())


def test_a_get_with_a_body_is_sent_once() -> None:
    with pytest.raises(OriginUnreachable, match="OriginCommError"):
        play(GET, b"body", b"", b"", b"", b"", TimeoutError())


def test_a_connection_that_breaks_is_no_reason_to_send_again() -> None:
    with pytest.raises(OriginUnreachable, match="OriginReadError"):
        play(GET, b"", b"", b"", ConnectionResetError())


def test_an_origin_may_answer_without_hearing_the_request_out() -> None:
    refusal = b"HTTP/1.1 413 Content Too Large\r\nContent-Length: 0\r\n\r\n"
    steps = play(POST, b"ab", b"", b"", b"cd", BrokenPipeError(), refusal)
    assert steps[-1] == Head(413, "Content Too Large", Headers([("Content-Length", "0")]))


@pytest.mark.parametrize(
    ("error", "detail", "status"),
    [(OSError("no route"), "OriginWriteError", 502), (TimeoutError(), "OriginCommError", 504)],
)
def test_a_failure_to_write_is_named(error: OSError, detail: str, status: int) -> None:
    with pytest.raises(OriginUnreachable) as caught:
        play(POST, b"body", b"", error)
    assert (caught.value.detail, caught.value.status) == (detail, status)


@pytest.mark.parametrize(
    "request_",
    [
        pytest.param(Request(method="GET", path="/", headers=Headers([("X", "a\r\nb: c")])), id="a line break"),
        pytest.param(Request(method="GET", path="/", headers=Headers([("X y", "a")])), id="a space in a name"),
        pytest.param(Request(method="GET", path="/", headers=Headers([("Content-Length", "many")])), id="no number"),
        pytest.param(Request(method="GE T", path="/"), id="a space in the method"),
    ],
)
def test_what_http_cannot_carry_is_not_sent(request_: Request) -> None:
    with pytest.raises(OriginUnreachable, match="OriginWriteError: HTTP cannot carry this request"):
        play(request_, b"body", b"")


@pytest.mark.parametrize(
    ("path", "target"),
    [
        pytest.param("/a%2fb//../%7E'(x)|^", b"/a%2fb//../%7E'(x)|^", id="as it is"),
        pytest.param("/a b\r\nX: 1", b"/a%20b%0D%0AX:%201", id="what would end the line"),
        pytest.param("/\xc3\xa9", b"/%C3%A9", id="raw bytes"),
    ],
)
def test_the_target_goes_out_as_it_is_as_far_as_http_can_carry_it(path: str, target: bytes) -> None:
    steps = play(Request(method="GET", path=path, query="q=%20"), b"", b"", b"", OK)
    assert isinstance(steps[2], Write)
    assert steps[2].data.split(b"\r\n")[0] == b"GET " + target + b"?q=%20 HTTP/1.1"


@pytest.mark.parametrize(
    ("request_", "answers", "framing"),
    [
        pytest.param(GET, [b"", b"", b""], [], id="no body"),
        pytest.param(POST, [b"", b"", b""], [b"Content-Length: 0"], id="a length, but no body"),
        pytest.param(POST, [b"body", b"", b"", b""], [b"Content-Length: 4"], id="a length"),
        pytest.param(
            Request(method="POST", path="/"),
            [b"body", b"", b"", b"", b""],
            [b"Transfer-Encoding: chunked"],
            id="no length",
        ),
    ],
)
def test_the_body_is_framed(request_: Request, answers: list[bytes], framing: list[bytes]) -> None:
    steps = play(request_, *answers, OK)
    written = b"".join(step.data for step in steps if isinstance(step, Write))
    lines = written.split(b"\r\n\r\n")[0].split(b"\r\n")
    assert [line for line in lines if line.startswith((b"Content-Length", b"Transfer-Encoding"))] == framing


def test_reading_the_body_is_asked_before_connecting() -> None:
    flow = forward(GET, SERVER, ORIGIN)
    assert [next(flow), flow.send(b"")] == [ReadBody(), Connect(may_reuse=True)]


# --- connections that are used again --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("answer", "kept"),
    [
        pytest.param(OK, True, id="whole"),
        pytest.param(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok and more", False, id="with more behind it"),
        pytest.param(b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok", False, id="the last"),
        pytest.param(b"HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nok", False, id="HTTP/1.0"),
    ],
)
def test_a_connection_is_kept_when_nothing_is_left_on_it(answer: bytes, kept: bool) -> None:
    assert (play(GET, b"", b"", b"", answer)[-1] == Keep()) is kept


def test_it_is_not_kept_when_the_origin_did_not_hear_the_request_out() -> None:
    early = b"HTTP/1.1 413 Content Too Large\r\nContent-Length: 0\r\n\r\n"
    assert Keep() not in play(POST, b"ab", b"", b"", b"cd", BrokenPipeError(), early)


@pytest.mark.parametrize(
    ("request_", "body", "may_reuse"),
    [(GET, b"", True), (Request(method="HEAD", path="/"), b"", True), (POST, b"", False), (GET, b"body", False)],
    ids=["GET", "HEAD", "POST", "GET with a body"],
)
def test_only_what_may_be_sent_twice_goes_over_a_used_connection(
    request_: Request, body: bytes, may_reuse: bool
) -> None:
    flow = forward(request_, SERVER, ORIGIN)
    assert [next(flow), flow.send(body)][1] == Connect(may_reuse)


@pytest.mark.parametrize("failure", [b"", ConnectionResetError()], ids=["closed", "reset"])
def test_one_that_was_closed_meanwhile_is_replaced_whatever_the_attempts(failure: bytes | OSError) -> None:
    once = Origin(id="api", domain_name="api.example.com", connection_attempts=1)
    steps = play(GET, b"", REUSED, b"", failure, b"", b"", OK, origin=once)
    connects = [step for step in steps if isinstance(step, Connect)]
    assert connects == [Connect(may_reuse=True), Connect(may_reuse=False)]
    assert steps[-1] == Keep()


def test_one_that_breaks_within_an_answer_is_not() -> None:
    with pytest.raises(OriginUnreachable, match="OriginReadError"):
        play(GET, b"", REUSED, b"", b"HTTP/1.1 2", b"")


def test_nor_is_a_new_one_that_is_closed_at_once() -> None:
    with pytest.raises(OriginUnreachable, match="OriginReadError"):
        play(GET, b"", b"", b"", b"")
