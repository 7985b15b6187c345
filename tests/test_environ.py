"""WSGI environs read into our messages and written from them."""

from __future__ import annotations

import io
from typing import Any

import pytest

from edgeware.config.model import Origin, ViewerDefaults
from edgeware.core.effects import Fetch, RequestBody
from edgeware.environ import origin_environ, read_body, read_request
from edgeware.messages import Headers, Request

ORIGIN = Origin(id="app", domain_name="app.example.com")
AS_IT_COMES = ViewerDefaults(scheme="request")


def environ(**more: Any) -> dict[str, Any]:
    return {
        "REQUEST_METHOD": "GET",
        "SCRIPT_NAME": "",
        "PATH_INFO": "/x",
        "QUERY_STRING": "",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(),
        **more,
    }


def request(**more: Any) -> Request:
    return Request(**{"method": "GET", "path": "/x", **more})


def sent(request: Request, server: dict[str, Any], body: bytes | None = None) -> dict[str, Any]:
    return origin_environ(server, Fetch(ORIGIN, request, body))


class Socket(io.RawIOBase):
    """A viewer's connection that stays open: asking for more than there is would wait for ever."""

    def __init__(self, data: bytes) -> None:
        self.left = data

    def read(self, size: int = -1, /) -> bytes:
        assert 0 <= size <= len(self.left), "the server would wait here until the viewer has left"
        data, self.left = self.left[:size], self.left[size:]
        return data


# --- the viewer's request -------------------------------------------------------------------------------------------


def test_method_path_query_and_headers_are_read() -> None:
    read = read_request(
        environ(
            REQUEST_METHOD="POST",
            QUERY_STRING="a=1",
            HTTP_X_SOME_THING="1",
            CONTENT_TYPE="text/plain",
            CONTENT_LENGTH="3",
        ),
        AS_IT_COMES,
    )
    assert (read.method, read.path, read.query, read.scheme) == ("POST", "/x", "a=1", "http")
    assert dict(read.headers) == {"X-Some-Thing": "1", "Content-Type": "text/plain", "Content-Length": "3"}


def test_the_same_lines_are_read_once() -> None:
    first, again, other = (read_request(environ(HTTP_ACCEPT=text), AS_IT_COMES).headers for text in ("a", "a", "b"))
    assert first is again
    assert dict(other) == {"Accept": "b"}


def test_content_headers_that_servers_leave_empty_are_none() -> None:
    assert len(read_request(environ(CONTENT_TYPE="", CONTENT_LENGTH=""), AS_IT_COMES).headers) == 0


@pytest.mark.parametrize(
    ("server", "path"),
    [
        ({"PATH_INFO": "/a b/\u00c3\u00bc"}, "/a%20b/%C3%BC"),
        ({"SCRIPT_NAME": "/app", "PATH_INFO": "/x"}, "/app/x"),
        ({"PATH_INFO": ""}, "/"),
        ({"RAW_URI": "/a%2Fb?c", "PATH_INFO": "/a/b"}, "/a%2Fb"),
        ({"REQUEST_URI": "/a%2Fb?c", "PATH_INFO": "/a/b"}, "/a%2Fb"),
        ({"RAW_URI": "/raw", "REQUEST_URI": "/request"}, "/raw"),
        ({"RAW_URI": "http://evil.example/", "REQUEST_URI": "/x"}, "/x"),
        ({"REQUEST_URI": "*", "PATH_INFO": "/x"}, "/x"),
    ],
)
def test_the_path_is_the_raw_one_where_the_server_tells(server: dict[str, str], path: str) -> None:
    assert read_request(environ(**server), AS_IT_COMES).path == path


@pytest.mark.parametrize(
    ("server", "peer"),
    [
        ({"REMOTE_ADDR": "198.51.100.7", "REMOTE_PORT": "40000"}, ("198.51.100.7", 40000)),
        ({"REMOTE_ADDR": "198.51.100.7", "REMOTE_PORT": 40000}, ("198.51.100.7", 40000)),
        ({"REMOTE_ADDR": "", "REMOTE_PORT": "unknown"}, ("127.0.0.1", 0)),
        ({}, ("127.0.0.1", 0)),
    ],
)
def test_an_unknown_peer_is_this_machine(server: dict[str, Any], peer: tuple[str, int]) -> None:
    read = read_request(environ(**server), AS_IT_COMES)
    assert (read.client_ip, read.client_port) == peer


@pytest.mark.parametrize(("protocol", "version"), [("HTTP/1.0", "1.0"), ("HTTP/2.0", "2.0"), (None, "1.1")])
def test_the_http_version_is_that_of_the_server(protocol: str | None, version: str) -> None:
    server = environ(SERVER_PROTOCOL=protocol)
    if protocol is None:
        del server["SERVER_PROTOCOL"]
    assert read_request(server, AS_IT_COMES).http_version == version


@pytest.mark.parametrize(
    ("viewer", "scheme", "ip"),
    [
        (ViewerDefaults(), "https", "198.51.100.7"),
        (ViewerDefaults(scheme="http", ip="203.0.113.9"), "http", "203.0.113.9"),
        (AS_IT_COMES, "http", "198.51.100.7"),
    ],
)
def test_what_is_taken_for_granted_of_viewers_goes_before_what_the_server_says(
    viewer: ViewerDefaults, scheme: str, ip: str
) -> None:
    read = read_request(environ(REMOTE_ADDR="198.51.100.7"), viewer)
    assert (read.scheme, read.client_ip) == (scheme, ip)


# --- the viewer's body ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("server", "read", "rest"),
    [
        ({"CONTENT_LENGTH": "5"}, RequestBody(b"hello", truncated=False), b"hello"),
        ({"CONTENT_LENGTH": "15"}, RequestBody(b"hello, wor", truncated=True), b"hello, world!!!"),
        ({"CONTENT_LENGTH": "10"}, RequestBody(b"hello, wor", truncated=False), b"hello, wor"),
        ({"wsgi.input_terminated": True}, RequestBody(b"hello, wor", truncated=True), b"hello, world!!!"),
    ],
    ids=["short", "long", "just fits", "of unknown length"],
)
def test_the_first_bytes_of_a_body_are_read_and_stay_to_be_read(
    server: dict[str, Any], read: RequestBody, rest: bytes
) -> None:
    viewer = environ(**{"wsgi.input": io.BytesIO(b"hello, world!!!"), **server})
    assert read_body(viewer, 10) == read
    assert viewer["wsgi.input"].read(len(rest)) == rest


def test_without_a_length_there_is_no_body() -> None:
    viewer = environ(**{"wsgi.input": Socket(b"the next request on this connection")})
    assert read_body(viewer, 10) == RequestBody(b"", truncated=False)


@pytest.mark.parametrize("size", [5, 11, 15, 9000, 20000])
def test_nobody_reads_beyond_the_end_of_a_body(size: int) -> None:
    body = bytes(range(250)) * 80
    viewer = environ(**{"wsgi.input": Socket(body[:size]), "CONTENT_LENGTH": str(size)})
    read_body(viewer, 10)
    assert viewer["wsgi.input"].read(size) == body[:size]
    assert viewer["wsgi.input"].read() == b""


def test_a_body_can_be_read_for_two_functions() -> None:
    viewer = environ(**{"wsgi.input": Socket(b"hello, world!!!"), "CONTENT_LENGTH": "15"})
    assert read_body(viewer, 4) == RequestBody(b"hell", truncated=True)
    assert read_body(viewer, 8) == RequestBody(b"hello, w", truncated=True)
    assert viewer["wsgi.input"].read(15) == b"hello, world!!!"


def test_the_lines_of_a_body_can_be_read_too() -> None:
    viewer = environ(**{"wsgi.input": Socket(b"one\ntwo\nthree"), "CONTENT_LENGTH": "13"})
    read_body(viewer, 5)
    assert viewer["wsgi.input"].readlines() == [b"one\n", b"two\n", b"three"]


# --- what the application gets --------------------------------------------------------------------------------------


def test_the_application_gets_the_edges_request_and_what_other_middleware_put_there() -> None:
    asked = request(
        method="POST", query="a=1", headers=Headers([("Host", "app.example.com"), ("Content-Type", "text/plain")])
    )
    server = environ(HTTP_ACCEPT="text/html", CONTENT_TYPE="old", CONTENT_LENGTH="3", **{"other.middleware": 1})
    got = sent(asked, server)
    assert (got["REQUEST_METHOD"], got["QUERY_STRING"], got["CONTENT_TYPE"]) == ("POST", "a=1", "text/plain")
    assert {key for key in got if key.startswith("HTTP_")} == {"HTTP_HOST"}
    assert "CONTENT_LENGTH" not in got
    assert got["edgeware.request"] is asked
    assert got["other.middleware"] == 1


def test_the_servers_environ_stays_as_it_was() -> None:
    server = environ(HTTP_ACCEPT="text/html")
    origin_environ(server, Fetch(ORIGIN, request()))
    assert server["HTTP_ACCEPT"] == "text/html"


def test_lines_of_one_name_are_joined_and_cookies_by_semicolons() -> None:
    lines = [("X-Two", "1"), ("Cookie", "a=1"), ("X-Two", "2"), ("Cookie", "b=2")]
    got = sent(request(headers=Headers(lines)), environ())
    assert (got["HTTP_X_TWO"], got["HTTP_COOKIE"]) == ("1,2", "a=1; b=2")


@pytest.mark.parametrize(
    ("path", "script", "rest"),
    [
        ("/app/x", "/app", "/x"),
        ("/app/other", "/app", "/other"),
        ("/elsewhere", "", "/elsewhere"),
        ("/application", "", "/application"),
        ("/caf%C3%A9", "", "/caf\u00c3\u00a9"),
    ],
)
def test_a_path_keeps_the_mount_point_if_it_can(path: str, script: str, rest: str) -> None:
    got = sent(request(path=path), environ(SCRIPT_NAME="/app", PATH_INFO="/x"))
    assert (got["SCRIPT_NAME"], got["PATH_INFO"]) == (script, rest)


def test_only_the_raw_targets_that_the_server_gave_are_changed() -> None:
    got = sent(request(path="/new", query="b=2"), environ(RAW_URI="/x", PATH_INFO="/x"))
    assert got["RAW_URI"] == "/new?b=2"
    assert "REQUEST_URI" not in got


def test_the_body_is_the_viewers_unless_a_function_replaced_it() -> None:
    server = environ(CONTENT_LENGTH="6", **{"wsgi.input": io.BytesIO(b"viewer")})
    assert sent(request(), server)["wsgi.input"] is server["wsgi.input"]
    got = sent(request(), server, b"instead")
    assert (got["wsgi.input"].read(), got["CONTENT_LENGTH"]) == (b"instead", "7")


@pytest.mark.parametrize(("believed", "told"), [(True, (("country", "DE"),)), (False, ())])
def test_a_request_may_say_who_its_viewer_is(believed: bool, told: object) -> None:
    read = read_request(environ(HTTP_X_EDGEWARE_COUNTRY="DE"), ViewerDefaults(override_headers=believed))
    assert read.told == told
    assert ("x-edgeware-country" in read.headers) is not believed
