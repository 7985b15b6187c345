"""ASGI scopes and messages read into ours and written from them."""

from __future__ import annotations

from typing import Any

import pytest
from starlette.types import Scope

from edgeware.config.model import Origin, ViewerDefaults
from edgeware.core.effects import Fetch
from edgeware.messages import Headers, Request, Response
from edgeware.scope import origin_scope, read_request, read_response

ORIGIN = Origin(id="app", domain_name="app.example.com")
AS_IT_COMES = ViewerDefaults(scheme="request")


def scope(**more: Any) -> Scope:
    return {"type": "http", "method": "GET", "path": "/x", "raw_path": b"/x", "headers": [], **more}


def request(**more: Any) -> Request:
    return Request(**{"method": "GET", "path": "/x", **more})


# --- the viewer's request -------------------------------------------------------------------------------------------


def test_method_path_query_and_headers_are_read() -> None:
    headers = [(b"x-two", b"1"), (b"host", b"www.example.com"), (b"x-two", b"\xfc")]
    read = read_request(scope(method="POST", query_string=b"a=%20\xfc", headers=headers), AS_IT_COMES)
    assert (read.method, read.path, read.query) == ("POST", "/x", "a=%20\u00fc")
    assert read.headers.lines == (("x-two", "1"), ("host", "www.example.com"), ("x-two", "\u00fc"))


def test_a_line_may_be_a_list_and_the_same_lines_are_read_once() -> None:
    lines = [(b"host", b"www.example.com"), (b"accept", b"*/*")]
    first, again = (read_request(scope(headers=list(lines)), AS_IT_COMES).headers for _ in range(2))
    of_lists = read_request(scope(headers=[list(line) for line in lines]), AS_IT_COMES).headers
    assert first is again
    assert of_lists.lines == first.lines == (("host", "www.example.com"), ("accept", "*/*"))


def test_what_a_server_may_leave_out_is_what_the_specification_says() -> None:
    read = read_request({"method": "GET", "path": "/", "headers": []}, AS_IT_COMES)
    assert (read.query, read.scheme, read.http_version) == ("", "http", "1.1")
    assert (read.client_ip, read.client_port) == ("127.0.0.1", 0)


@pytest.mark.parametrize(
    ("raw", "decoded", "path"),
    [
        (b"/a%2Fb", "/a/b", "/a%2Fb"),
        (b"/a%2Fb?query", "/a/b", "/a%2Fb"),
        (b"/\xfc", "/?", "/\u00fc"),
        (None, "/a b/\u00fc", "/a%20b/%C3%BC"),
        (None, "/a;b=c,d~e", "/a;b=c,d~e"),
    ],
    ids=["raw", "raw with its query", "bytes that are not encoded", "decoded", "decoded and plain"],
)
def test_the_path_is_the_raw_one_where_the_server_tells(raw: bytes | None, decoded: str, path: str) -> None:
    assert read_request(scope(raw_path=raw, path=decoded), AS_IT_COMES).path == path


@pytest.mark.parametrize(
    ("client", "peer"),
    [
        (("198.51.100.7", 40000), ("198.51.100.7", 40000)),
        (("198.51.100.7", None), ("198.51.100.7", 0)),
        (None, ("127.0.0.1", 0)),
    ],
)
def test_an_unknown_peer_is_this_machine(client: Any, peer: tuple[str, int]) -> None:
    read = read_request(scope(client=client), AS_IT_COMES)
    assert (read.client_ip, read.client_port) == peer


@pytest.mark.parametrize(("told", "version"), [("1.0", "1.0"), ("1.1", "1.1"), ("2", "2.0"), ("3", "3.0")])
def test_the_http_version_is_written_as_http_writes_it(told: str, version: str) -> None:
    assert read_request(scope(http_version=told), AS_IT_COMES).http_version == version


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
    read = read_request(scope(client=("198.51.100.7", 1), scheme="http"), viewer)
    assert (read.scheme, read.client_ip) == (scheme, ip)


# --- the application's response -------------------------------------------------------------------------------------


def test_a_response_head_is_read() -> None:
    message = {"type": "http.response.start", "status": 404, "headers": [(b"x-a", b"\xfc"), (b"x-a", b"2")]}
    assert read_response(message) == Response(status=404, headers=Headers([("x-a", "\u00fc"), ("x-a", "2")]))


def test_a_response_head_may_be_without_headers() -> None:
    assert read_response({"type": "http.response.start", "status": 204}) == Response(status=204)


# --- what the application gets --------------------------------------------------------------------------------------


def test_the_application_gets_the_edges_request_and_what_other_middleware_put_there() -> None:
    viewer = scope(headers=[(b"accept", b"*/*")], state={"a": 1})
    asked = request(method="POST", query="a=1", headers=Headers([("Host", "app.example.com")]))
    got = origin_scope(viewer, Fetch(ORIGIN, asked))
    assert (got["method"], got["query_string"]) == ("POST", b"a=1")
    assert got["headers"] == [(b"host", b"app.example.com")]
    assert got["edgeware.request"] is asked
    assert got["state"] is viewer["state"]
    assert viewer["headers"] == [(b"accept", b"*/*")]


@pytest.mark.parametrize(
    ("asked", "path", "raw_path"),
    [("/a%2Fb", "/a/b as it came", b"/a%2Fb"), ("/v1/%C3%BC", "/v1/\u00fc", b"/v1/%C3%BC")],
    ids=["unchanged", "changed"],
)
def test_a_path_that_changed_is_changed_in_both_forms(asked: str, path: str, raw_path: bytes) -> None:
    viewer = scope(path="/a/b as it came", raw_path=b"/a%2Fb")
    got = origin_scope(viewer, Fetch(ORIGIN, request(path=asked)))
    assert (got["path"], got["raw_path"]) == (path, raw_path)


@pytest.mark.parametrize(
    ("extensions", "watched", "expected"),
    [
        ({"http.response.pathsend": {}, "other": {}}, True, {"other": {}}),
        ({"http.response.zerocopysend": {}, "other": {}}, False, {"http.response.zerocopysend": {}, "other": {}}),
        (None, True, {}),
    ],
    ids=["watched", "not watched", "none"],
)
def test_ways_round_the_edge_are_only_offered_where_nobody_watches(
    extensions: Any, watched: bool, expected: Any
) -> None:
    got = origin_scope(scope(extensions=extensions), Fetch(ORIGIN, request(), None, watched))
    assert got["extensions"] == expected


def test_a_server_without_extensions_stays_without() -> None:
    assert "extensions" not in origin_scope(scope(), Fetch(ORIGIN, request(), None, True))


@pytest.mark.parametrize(("believed", "told"), [(True, (("country", "DE"),)), (False, ())])
def test_a_request_may_say_who_its_viewer_is(believed: bool, told: object) -> None:
    read = read_request(
        scope(headers=[(b"x-edgeware-country", b"DE"), (b"a", b"b")]), ViewerDefaults(override_headers=believed)
    )
    assert read.told == told
    assert ("x-edgeware-country" in read.headers) is not believed
