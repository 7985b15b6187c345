"""What a CloudFront Function may return, and what becomes of it."""

from __future__ import annotations

import copy
import re
from collections.abc import Callable
from typing import Any, Literal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from edgeware.config.model import CacheBehavior, CachePolicy, Distribution, Origin
from edgeware.core.function_event import event
from edgeware.core.function_result import apply_request, apply_response
from edgeware.core.invalid import Invalid
from edgeware.messages import Headers, Request, Response
from tests.vectors_path import load

DISTRIBUTION = Distribution(
    id="EDFDVBD6EXAMPLE",
    domain_name="d111111abcdef8.cloudfront.net",
    origins={"app": Origin(id="app", domain_name="app.example")},
    behaviors=(CacheBehavior(path_pattern=None, target_origin_id="app", cache_policy=CachePolicy(name="p")),),
)
HEADERS = load("cff_headers.json")
LIMIT = load("cff_limits.json")["request"]["uri_plus_query_max"]["value"]
MESSAGES = {row["case"]: row["message"] for row in load("cff_messages.json")["viewer_errors"]}

REQUEST = Request(
    method="GET",
    path="/a%20b/gr\xc3\xbc\xc3\x9fe",
    query="b=2&a=1&&flag&b=3+4",
    headers=Headers(
        [
            ("HOST", "video.example.com"),
            ("connection", "keep-alive"),
            ("Accept", "text/html"),
            ("Cookie", "id=1; theme=dark"),
            ("X-Latin", "gr\xfc\xdfe"),
            ("accept", "text/plain"),
            ("cookie", "id=2"),
            ("Content-Length", "0"),
        ]
    ),
)
RESPONSE = Response(
    status=200,
    headers=Headers(
        [
            ("content-type", "text/html"),
            ("Set-Cookie", "a=1; Path=/"),
            ("ETag", '"x"'),
            ("Set-Cookie", "b=2"),
            ("set-cookie", "a=3; Path=/x"),
            ("Content-Length", "5"),
            ("Via", "1.1 app"),
            ("Keep-Alive", "5"),
        ]
    ),
)
SENT = event(DISTRIBUTION, "viewer-request", REQUEST, None, "id")
SENT_RESPONSE = event(DISTRIBUTION, "viewer-response", REQUEST, RESPONSE, "id")

Handler = Callable[[Any], object]


def on_request(handler: Handler) -> Request | Response | Invalid:
    """Run a handler that changes the request in place; what it returns is ignored, as `delete` and `=` give values."""
    returned = copy.deepcopy(SENT["request"])
    handler(returned)
    return apply_request(REQUEST, SENT, returned)


def on_response(handler: Handler) -> Response | Invalid:
    returned = copy.deepcopy(SENT_RESPONSE["response"])
    handler(returned)
    return apply_response(RESPONSE, SENT_RESPONSE, returned)


def request(handler: Handler) -> Request:
    result = on_request(handler)
    assert isinstance(result, Request)
    return result


def response(handler: Handler) -> Response:
    result = on_response(handler)
    assert isinstance(result, Response)
    return result


def generated(**output: object) -> Response:
    result = apply_request(REQUEST, SENT, output)
    assert isinstance(result, Response)
    return result


def refused(result: object) -> Invalid:
    assert isinstance(result, Invalid)
    assert len(result.findings) >= 1
    assert all(re.fullmatch(r"[ -~]+ \[[a-z0-9-]+\]", line) for line in result.findings)
    return result


# --- nothing changed ------------------------------------------------------------------------------------------------


def test_an_untouched_message_comes_back_itself() -> None:
    assert on_request(lambda request: None) is REQUEST
    assert on_response(lambda response: None) is RESPONSE


@pytest.mark.parametrize(
    "handler",
    [
        pytest.param(lambda it: it.update(extra={"deep": [1]}), id="an-unknown-key"),
        pytest.param(lambda it: it["headers"]["content-type"].update(multivalue=[]), id="an-unknown-key-of-an-entry"),
        pytest.param(lambda it: it.update(statusCode=200.0), id="an-integer-in-other-words"),
        pytest.param(lambda it: it.pop("statusDescription"), id="no-description"),
        pytest.param(lambda it: it["headers"].pop("content-length"), id="a-length-that-belongs-to-the-body"),
        pytest.param(lambda it: it["headers"].update({"set-cookie": {"value": "c=1"}}), id="set-cookie-among-headers"),
    ],
)
def test_a_response_with_no_change_that_counts_comes_back_itself(handler: Handler) -> None:
    assert on_response(handler) is RESPONSE


# --- a request ------------------------------------------------------------------------------------------------------


def test_header_lines_that_nobody_changed_stay_byte_for_byte() -> None:
    def handler(it: Any) -> None:
        it["headers"]["x-new-header"] = {"value": "gr\xfc\xdfe"}
        it["headers"]["accept"]["value"] = "image/png"

    assert request(handler).headers.lines == (
        ("HOST", "video.example.com"),
        ("connection", "keep-alive"),
        ("Accept", "image/png"),
        ("Cookie", "id=1; theme=dark"),
        ("X-Latin", "gr\xfc\xdfe"),
        ("accept", "text/plain"),
        ("cookie", "id=2"),
        ("Content-Length", "0"),
        ("X-New-Header", "gr\xc3\xbc\xc3\x9fe"),
    )


def test_a_deleted_header_goes_with_all_its_lines() -> None:
    assert "accept" not in request(lambda it: it["headers"].pop("accept")).headers


def test_a_cookie_line_among_the_headers_has_no_effect() -> None:
    assert request(lambda it: it["headers"].update(cookie={"value": "a=1"})) == REQUEST


def test_changed_cookies_make_one_line_in_the_place_of_the_first() -> None:
    def handler(it: Any) -> None:
        it["cookies"]["theme"]["value"] = "\u2603"
        it["cookies"]["new"] = {"value": "x y", "attributes": "Path=/"}

    changed = request(handler).headers
    assert changed.get_all("cookie") == ("id=1; id=2; theme=\xe2\x98\x83; new=x y",)
    assert [name for name, _ in changed][3:5] == ["Cookie", "X-Latin"]


def test_no_cookies_make_no_line() -> None:
    assert "cookie" not in request(lambda it: it.update(cookies={})).headers
    assert "cookie" not in request(lambda it: it.pop("cookies")).headers


def test_a_first_cookie_makes_a_line() -> None:
    bare = Request(method="GET", path="/")
    sent = event(DISTRIBUTION, "viewer-request", bare, None, "id")
    result = apply_request(bare, sent, {**sent["request"], "cookies": {"a": {"value": "1"}}})
    assert isinstance(result, Request)
    assert result.headers.lines == (("Cookie", "a=1"),)


@pytest.mark.parametrize(
    ("uri", "path"),
    [
        pytest.param("/a%20b/grüße", REQUEST.path, id="unchanged"),
        pytest.param("/index.html", "/index.html", id="changed"),
        pytest.param("/a%20b/%zz/100%", "/a%20b/%zz/100%", id="percent-signs-stay"),
        pytest.param("/grüße/☃", "/gr%C3%BC%C3%9Fe/%E2%98%83", id="text"),
        pytest.param("/a?b#c", "/a%3Fb%23c", id="no-query-string-in-here"),
        pytest.param('/"<>\\^`{}', "/%22%3C%3E%5C%5E%60%7B%7D", id="not-allowed-in-a-target"),
        pytest.param("/!$&'()*+,;=:@~[]|-._", "/!$&'()*+,;=:@~[]|-._", id="allowed"),
        pytest.param("/\ud800", "/%EF%BF%BD", id="half-a-surrogate-pair"),
    ],
)
def test_a_changed_uri_goes_out_as_a_valid_path(uri: str, path: str) -> None:
    assert request(lambda it: it.update(uri=uri)) == Request(
        method="GET", path=path, query=REQUEST.query, headers=REQUEST.headers
    )


@pytest.mark.parametrize(
    ("handler", "query"),
    [
        pytest.param(lambda q: q["a"].update(value="9"), "b=2&b=3+4&a=9&flag", id="changed"),
        pytest.param(lambda q: q["b"].update(value="9"), "b=9&b=3+4&a=1&flag", id="first-of-two-changed"),
        pytest.param(lambda q: q["b"].update(multiValue=[{"value": "5"}]), "b=5&a=1&flag", id="multiValue"),
        pytest.param(lambda q: q.pop("b"), "a=1&flag", id="removed"),
        pytest.param(lambda q: q.update(c={"value": "é"}), "b=2&b=3+4&a=1&flag&c=%C3%A9", id="added"),
        pytest.param(lambda q: q.clear(), "", id="cleared"),
        pytest.param(lambda q: q.update(flag={"value": "", "x": 1}), REQUEST.query, id="nothing-that-counts"),
    ],
)
def test_a_query_string_is_rebuilt_from_its_object_only_when_that_changed(handler: Handler, query: str) -> None:
    assert request(lambda it: handler(it["querystring"])).query == query


def test_a_rebuilt_query_string_has_the_order_of_the_object() -> None:
    returned = {"z": {"value": "0"}, "a": {"value": "1"}, "flag": {"value": ""}}
    assert request(lambda it: it.update(querystring=returned)).query == "z=0&a=1&flag"


@pytest.mark.parametrize(
    ("text", "query"),
    [
        pytest.param("a=1&b=2", "a=1&b=2", id="in-an-order-of-one's-own"),
        pytest.param(REQUEST.query, REQUEST.query, id="the-same"),
        pytest.param("", "", id="empty"),
        pytest.param('q=ü&r={"<|\\', "q=%C3%BC&r={%22%3C|\\", id="not-allowed-in-a-target"),
    ],
)
def test_a_query_string_may_come_back_as_a_string(text: str, query: str) -> None:
    assert request(lambda it: it.update(querystring=text)).query == query


def test_a_missing_query_string_is_none() -> None:
    assert request(lambda it: it.pop("querystring")).query == ""


def test_uri_and_query_string_must_stay_under_their_limit() -> None:
    def lengths(uri: int, query: int) -> Request | Response | Invalid:
        return on_request(lambda it: it.update(uri="/".ljust(uri, "a"), querystring="b" * query))

    assert isinstance(lengths(LIMIT, 0), Request)
    assert isinstance(lengths(LIMIT - 101, 100), Request)
    assert "fewer than 8192 characters" in refused(lengths(LIMIT + 1, 0)).message
    assert "fewer than 8192 characters" in refused(lengths(LIMIT - 100, 100)).message


def test_a_request_line_and_headers_must_fit_into_their_quota() -> None:
    def added(length: int) -> Request | Response | Invalid:
        return on_request(lambda it: it["headers"].update({"x-new": {"value": "a" * length}}))

    assert isinstance(added(32_000), Request)
    assert "32768 bytes" in refused(added(33_000)).message


@pytest.mark.parametrize(
    ("handler", "finding"),
    [
        pytest.param(lambda it: it.update(method="POST"), "request.method must stay GET", id="method"),
        pytest.param(lambda it: it.pop("method"), "request.method must stay GET", id="no-method"),
        pytest.param(lambda it: it.update(uri="x"), "request.uri must be a string that begins with /", id="no-slash"),
        pytest.param(lambda it: it.update(uri=""), "request.uri must be a string", id="empty-uri"),
        pytest.param(lambda it: it.pop("uri"), "request.uri must be a string", id="no-uri"),
        pytest.param(lambda it: it.update(uri=["/"]), "request.uri must be a string", id="uri-of-another-type"),
        pytest.param(lambda it: it.update(uri="/a b"), "request.uri must be without spaces", id="space-in-uri"),
        pytest.param(lambda it: it.update(uri="/a\r\nb"), "request.uri must be without spaces", id="new-line-in-uri"),
        pytest.param(lambda it: it.update(querystring="a b"), "request.querystring must be without", id="space"),
        pytest.param(lambda it: it.update(querystring="a#b"), "request.querystring must be without", id="fragment"),
        pytest.param(lambda it: it.update(querystring="a\x7f"), "request.querystring must be without", id="control"),
        pytest.param(
            lambda it: it["querystring"]["a"].update(value="#"), "request.querystring must be without", id="in-object"
        ),
        pytest.param(lambda it: it.update(querystring=None), "request.querystring must be an object", id="null"),
        pytest.param(lambda it: it.update(headers=[]), "request.headers must be an object", id="headers-of-no-shape"),
        pytest.param(lambda it: it.update(cookies="a=1"), "request.cookies must be an object", id="cookies-as-text"),
        pytest.param(lambda it: it["cookies"].update(id={}), "request.cookies['id'] must have", id="empty-cookie"),
        pytest.param(
            lambda it: it["cookies"].update(id={"value": "\n"}), "request.cookies['id'] must have", id="cookie-control"
        ),
        pytest.param(
            lambda it: it["headers"].update({"a b": {"value": ""}}), "request.headers['a b'] must have", id="no-token"
        ),
    ],
)
def test_a_request_is_refused(handler: Handler, finding: str) -> None:
    result = refused(on_request(handler))
    assert result.findings[0].startswith(finding)
    assert result.message.startswith(f"The CloudFront function returned an invalid value: {finding}")


def test_every_finding_is_told_and_the_first_is_answered() -> None:
    def handler(it: Any) -> None:
        it.update(method="PUT", uri=1, querystring=" ")
        it["headers"].update({"X-A": {"value": "1"}, "x-b": 1, "x-edge-a": {"value": "1"}, "host": {"value": "h"}})
        it["cookies"][""] = {"value": "1"}

    result = refused(on_request(handler))
    assert "request.method" in result.message
    assert [line.split(" ")[0] for line in result.findings] == [
        "request.method",
        "request.uri",
        "request.querystring",
        "request.headers['x-b']",
        "request.headers['host']",
        "request.headers['X-A']",
        "request.headers['x-edge-a']",
        "request.cookies['']",
    ]


# --- headers that are not the function's ----------------------------------------------------------------------------

DISALLOWED = [*HEADERS["disallowed"]["exact"], *(f"{prefix}x" for prefix in HEADERS["disallowed"]["prefixes"])]


@pytest.mark.parametrize("name", DISALLOWED)
def test_a_disallowed_header_must_not_be_added(name: str) -> None:
    def handler(it: Any) -> None:
        it["headers"][name] = {"value": "1"}

    for result in (on_request(handler), on_response(handler)):
        assert refused(result).message == MESSAGES["validation error: disallowed header added"]


def changed_in(event_type: Literal["viewer-request", "viewer-response"], name: str, entry: object) -> object:
    """The result when a function turns ``name: 1`` into an entry, or deletes it."""
    lines = Headers([(name, "1")])
    message = Request(method="GET", path="/", headers=lines)
    answer = Response(status=200, headers=lines)
    is_request = event_type == "viewer-request"
    sent = event(DISTRIBUTION, event_type, message, None if is_request else answer, "id")
    returned = copy.deepcopy(sent["request" if is_request else "response"])
    returned["headers"] = {} if entry is None else {name: entry}
    return apply_request(message, sent, returned) if is_request else apply_response(answer, sent, returned)


@pytest.mark.parametrize("entry", [{"value": "2"}, {"multiValue": [{"value": "1"}, {"value": "1"}]}, None])
@pytest.mark.parametrize("name", HEADERS["read_only"]["viewer-request"])
def test_a_read_only_header_of_viewer_request_stays(name: str, entry: object) -> None:
    result = refused(changed_in("viewer-request", name, entry))
    assert result.message == MESSAGES["validation error: read-only header"]


@pytest.mark.parametrize("entry", [{"value": "2"}, {"multiValue": [{"value": "1"}, {"value": "1"}]}, None])
@pytest.mark.parametrize("name", HEADERS["read_only"]["viewer-response"])
def test_a_read_only_header_of_viewer_response_stays(name: str, entry: object) -> None:
    result = refused(changed_in("viewer-response", name, entry))
    assert result.message == MESSAGES["validation error: read-only header"]


@pytest.mark.parametrize("name", ["authorization", "te", "range", "x-forwarded-for", "x-forwarded-host", "warning"])
def test_other_headers_of_viewer_request_are_free(name: str) -> None:
    assert isinstance(changed_in("viewer-request", name, {"value": "2"}), Request)


@pytest.mark.parametrize("name", HEADERS["read_only"]["viewer-request"])
def test_a_read_only_header_that_was_not_there_must_not_be_added(name: str) -> None:
    bare = Request(method="GET", path="/")
    sent = event(DISTRIBUTION, "viewer-request", bare, None, "id")
    result = apply_request(bare, sent, {**sent["request"], "headers": {name: {"value": "1"}}})
    assert refused(result).message == MESSAGES["validation error: read-only header"]


def test_header_names_must_be_in_lower_case() -> None:
    def handler(it: Any) -> None:
        it["headers"]["X-Frame-Options"] = {"value": "DENY"}

    sentence = MESSAGES["validation error: bad header name case"]
    assert refused(on_response(handler)).message == sentence
    assert refused(on_request(handler)).message == sentence.replace("response", "request")
    assert refused(on_response(handler)).findings == (
        "response.headers['X-Frame-Options'] must have its name in lower case [functions-event-structure]",
    )


# --- a response made in viewer-request ------------------------------------------------------------------------------


def test_a_redirect_is_made_of_status_and_headers() -> None:
    answer = generated(
        statusCode=302, statusDescription="Found", headers={"location": {"value": "https://www.example.com/"}}
    )
    assert answer == Response(
        status=302,
        reason="Found",
        headers=Headers([("Location", "https://www.example.com/"), ("Content-Length", "0")]),
        body=b"",
    )


def test_a_status_is_enough() -> None:
    assert generated(statusCode=403) == Response(status=403, headers=Headers([("Content-Length", "0")]), body=b"")


def test_its_cookies_become_set_cookie_lines() -> None:
    cookies = {
        "a": {"value": "x", "multiValue": [{"value": "1", "attributes": "Path=/"}, {"value": "2", "attributes": ""}]},
        "b": {"value": "é"},
    }
    answer = generated(statusCode=200, cookies=cookies, headers={"x-a": {"value": "1"}})
    assert answer.headers.lines == (
        ("X-A", "1"),
        ("Set-Cookie", "a=1; Path=/"),
        ("Set-Cookie", "a=2"),
        ("Set-Cookie", "b=\xc3\xa9"),
        ("Content-Length", "0"),
    )


def test_a_name_in_several_lines_is_a_multi_value() -> None:
    headers = {"x-a": {"value": "0", "multiValue": [{"value": "1"}, {"value": "2"}]}}
    assert generated(statusCode=200, headers=headers).headers.get_all("x-a") == ("1", "2")


@pytest.mark.parametrize(
    ("body", "data"),
    [
        pytest.param("grüße", "grüße".encode(), id="string"),
        pytest.param("", b"", id="empty"),
        pytest.param({"data": "☃", "encoding": "text"}, "☃".encode(), id="text"),
        pytest.param({"data": "AP+A", "encoding": "base64"}, b"\x00\xff\x80", id="base64"),
        pytest.param("\ud800", "\ufffd".encode(), id="half-a-surrogate-pair"),
    ],
)
def test_a_body_is_text_or_base64(body: object, data: bytes) -> None:
    headers = {"content-length": {"value": "999"}, "transfer-encoding": {"value": "chunked"}}
    answer = generated(statusCode=200, body=body, headers=headers)
    assert answer.body == data
    assert answer.headers.lines == (("Content-Length", str(len(data))),)


@pytest.mark.parametrize("status", [100, 199, 204, 304])
def test_a_status_without_content_has_neither_body_nor_length(status: int) -> None:
    answer = generated(statusCode=status, body="text", headers={"content-length": {"value": "4"}})
    assert (answer.body, answer.headers.lines) == (b"", ())


NO_STATUS_CODES: list[object] = [
    "200",
    None,
    True,
    99,
    600,
    -200,
    200.5,
    10**400,
    float("nan"),
    float("inf"),
    [200],
    {},
]
BAD_RESPONSES = [
    *[
        pytest.param(
            {"statusCode": code}, "response.statusCode must be an integer from 100 to 599", id=f"code-{code!r:.9}"
        )
        for code in NO_STATUS_CODES
    ],
    pytest.param({"statusDescription": 1}, "response.statusDescription must be a string", id="description"),
    pytest.param({"statusDescription": None}, "response.statusDescription must be a string", id="null-description"),
    pytest.param({"statusDescription": "a\r\nb: c"}, "response.statusDescription must be", id="description-lines"),
    pytest.param({"headers": None}, "response.headers must be an object", id="headers"),
    pytest.param({"headers": {"x-a": "1"}}, "response.headers['x-a'] must be an object", id="header-as-text"),
    pytest.param({"headers": {"x-a": {"value": "1\n2"}}}, "response.headers['x-a'] must have", id="header-lines"),
    pytest.param({"cookies": []}, "response.cookies must be an object", id="cookies"),
    pytest.param({"cookies": {"a": {"value": 1}}}, "response.cookies['a'] must have", id="cookie-value"),
    pytest.param(
        {"cookies": {"a": {"value": "1", "attributes": []}}}, "response.cookies['a'] must have", id="cookie-attributes"
    ),
    pytest.param({"cookies": {"a": {"value": "\n"}}}, "response.cookies['a'] must have", id="cookie-lines"),
    pytest.param({"body": None}, "response.body must be a string, or an object", id="null-body"),
    pytest.param({"body": 1}, "response.body must be a string, or an object", id="number-body"),
    pytest.param({"body": {"encoding": "text"}}, "response.body must be a string, or an object", id="no-data"),
    pytest.param({"body": {"data": "a"}}, "response.body.encoding must be 'text' or 'base64'", id="no-encoding"),
    pytest.param({"body": {"data": "a", "encoding": "gzip"}}, "response.body.encoding must be", id="other-encoding"),
    pytest.param({"body": {"data": "a", "encoding": {}}}, "response.body.encoding must be", id="no-such-encoding"),
    pytest.param({"body": {"data": "a", "encoding": "base64"}}, "response.body.data must be valid", id="bad-padding"),
    pytest.param(
        {"body": {"data": "a\n==", "encoding": "base64"}}, "response.body.data must be valid", id="bad-letter"
    ),
    pytest.param({"body": {"data": "☃", "encoding": "base64"}}, "response.body.data must be valid", id="bad-text"),
]


@pytest.mark.parametrize(("output", "finding"), BAD_RESPONSES)
def test_a_response_is_refused(output: dict[str, object], finding: str) -> None:
    for result in (
        apply_request(REQUEST, SENT, {"statusCode": 200, **output}),
        on_response(lambda it: it.update(output)),
    ):
        assert refused(result).findings[0].startswith(finding)


# --- viewer-response ------------------------------------------------------------------------------------------------


def test_security_headers_are_added_and_the_rest_stays_byte_for_byte() -> None:
    hsts = "max-age=63072000; includeSubdomains; preload"
    changed = response(lambda it: it["headers"].update({"strict-transport-security": {"value": hsts}}))
    assert changed.headers.lines == (*RESPONSE.headers.lines, ("Strict-Transport-Security", hsts))
    assert (changed.status, changed.reason, changed.body) == (200, "", None)


@pytest.mark.parametrize(
    ("handler", "lines"),
    [
        pytest.param(lambda c: c["b"].update(value="9"), ["a=1; Path=/", "b=9", "a=3; Path=/x"], id="changed"),
        pytest.param(
            lambda c: c["a"].update(value="9"), ["a=9; Path=/", "b=2", "a=3; Path=/x"], id="first-of-two-changed"
        ),
        pytest.param(
            lambda c: c["a"]["multiValue"][1].update(attributes="Path=/y"),
            ["a=1; Path=/", "b=2", "a=3; Path=/y"],
            id="attributes-of-the-second",
        ),
        pytest.param(
            lambda c: c["b"].update(attributes="Secure"),
            ["a=1; Path=/", "b=2; Secure", "a=3; Path=/x"],
            id="attributes",
        ),
        pytest.param(lambda c: c.pop("a"), ["b=2"], id="removed"),
        pytest.param(lambda c: c.update(c={"value": "4"}), ["a=1; Path=/", "b=2", "a=3; Path=/x", "c=4"], id="added"),
        pytest.param(lambda c: c.clear(), [], id="cleared"),
    ],
)
def test_set_cookie_lines_keep_their_order(handler: Handler, lines: list[str]) -> None:
    changed = response(lambda it: handler(it["cookies"])).headers
    assert changed.get_all("set-cookie") == tuple(lines)
    assert changed.without("set-cookie") == RESPONSE.headers.without("set-cookie")


def test_a_body_in_place_of_the_origins_is_counted_anew() -> None:
    changed = response(lambda it: it.update(body="grüße"))
    assert (changed.body, changed.headers.get("content-length")) == ("grüße".encode(), "7")
    assert len(changed.headers) == len(RESPONSE.headers)


def test_an_empty_body_removes_the_origins() -> None:
    changed = response(lambda it: it.update(body={"data": "", "encoding": "text"}))
    assert (changed.body, changed.headers.get("content-length")) == (b"", "0")


def test_without_a_new_body_the_length_stays_that_of_the_old_one() -> None:
    changed = response(lambda it: it["headers"].update({"content-length": {"value": "9"}, "x-a": {"value": "1"}}))
    assert (changed.headers.get("content-length"), changed.headers.get("x-a")) == ("5", "1")


def test_a_chunked_body_that_is_replaced_is_chunked_no_more() -> None:
    chunked = Response(status=200, headers=Headers([("Transfer-Encoding", "chunked")]))
    sent = event(DISTRIBUTION, "viewer-response", REQUEST, chunked, "id")
    result = apply_response(chunked, sent, {**sent["response"], "body": "a"})
    assert result == Response(status=200, headers=Headers([("Content-Length", "1")]), body=b"a")


@pytest.mark.parametrize(
    ("output", "status", "reason"),
    [
        pytest.param({"statusCode": 404, "statusDescription": "Gone for good"}, 404, "Gone for good", id="both"),
        pytest.param({"statusDescription": "Très bien"}, 200, "Tr\xc3\xa8s bien", id="only-the-text"),
        pytest.param({"statusCode": 500.0}, 500, "Fine", id="only-the-number"),
        pytest.param({"statusCode": 100}, 100, "Fine", id="lowest"),
        pytest.param({"statusCode": 599}, 599, "Fine", id="highest"),
    ],
)
def test_status_and_description_may_change(output: dict[str, object], status: int, reason: str) -> None:
    fine = Response(status=200, reason="Fine")
    sent = event(DISTRIBUTION, "viewer-response", REQUEST, fine, "id")
    result = apply_response(fine, sent, {**sent["response"], **output})
    assert isinstance(result, Response)
    assert (result.status, result.reason) == (status, reason)


def test_a_new_status_without_a_description_drops_the_old_one() -> None:
    fine = Response(status=200, reason="Fine")
    sent = event(DISTRIBUTION, "viewer-response", REQUEST, fine, "id")
    assert apply_response(fine, sent, {"statusCode": 404}) == Response(status=404)


def test_a_response_of_another_making_takes_the_place_of_the_headers() -> None:
    plain = Response(status=200, headers=Headers([("ETag", "1"), ("Content-Length", "5"), ("Set-Cookie", "a=1")]))
    sent = event(DISTRIBUTION, "viewer-response", REQUEST, plain, "id")
    result = apply_response(plain, sent, {"statusCode": 302, "headers": {"location": {"value": "/"}}})
    assert result == Response(status=302, headers=Headers([("Content-Length", "5"), ("Location", "/")]))


def test_a_status_that_allows_no_content_ends_the_body() -> None:
    changed = response(lambda it: it.update(statusCode=204))
    assert (changed.body, changed.headers.get("content-length")) == (b"", None)


def test_a_304_that_stays_one_keeps_its_length() -> None:
    unmodified = Response(status=304, headers=Headers([("Content-Length", "5")]))
    sent = event(DISTRIBUTION, "viewer-response", REQUEST, unmodified, "id")
    result = apply_response(unmodified, sent, {**sent["response"], "headers": {"x-a": {"value": "1"}}})
    assert result == Response(status=304, headers=Headers([("Content-Length", "5"), ("X-A", "1")]))


# --- anything else --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "output",
    [None, True, 1, 1.5, "request", [], [SENT["request"]], {}, {"querystring": {}}, {"request": SENT["request"]}, SENT],
)
def test_viewer_request_must_return_a_request_or_a_response(output: object) -> None:
    assert "must be event.request or a response" in refused(apply_request(REQUEST, SENT, output)).message


@pytest.mark.parametrize("output", [None, False, 0, "", [], {}, SENT_RESPONSE["request"], SENT_RESPONSE])
def test_viewer_response_must_return_a_response(output: object) -> None:
    assert "must be event.response" in refused(apply_response(RESPONSE, SENT_RESPONSE, output)).message


def deep(depth: int) -> object:
    value: object = "x"
    for _ in range(depth):
        value = {"value": [value]}
    return value


@pytest.mark.parametrize("key", ["uri", "querystring", "headers", "cookies", "statusCode", "statusDescription", "body"])
def test_depth_is_harmless(key: str) -> None:
    for value in (deep(50_000), {"host": deep(50_000)}, {"host": {"value": "h", "multiValue": [deep(50_000)]}}):
        refused(
            apply_request(
                REQUEST, SENT, {"statusCode": 200, key: value} if key[0] in "sb" else {**SENT["request"], key: value}
            )
        )


SURROGATES = st.text(st.characters(), max_size=5) | st.sampled_from(
    ["\ud800", "a\nb", "/", "GET", "/é", "base64", "text"]
)
NAMES = SURROGATES | st.sampled_from(
    "statusCode statusDescription headers cookies querystring uri method body data encoding value multiValue "
    "attributes host accept cookie via set-cookie x-a id".split()
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | SURROGATES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=5),
    max_leaves=20,
)


def check_request(result: Request | Response | Invalid) -> None:
    if not isinstance(result, Request):
        check_response(result)
    elif result is not REQUEST:
        assert re.fullmatch(r"/[\x21-\x7e\x80-\xff]*", result.path)
        assert re.fullmatch(r"[\x21-\x7e]*", result.query)
        check_lines(result.headers)


def check_response(result: Response | Invalid) -> None:
    if isinstance(result, Response):
        assert 100 <= result.status <= 599
        check_lines(result.headers)
    else:
        refused(result)


def check_lines(headers: Headers) -> None:
    for name, value in headers:
        assert re.fullmatch(r"[!-~]+", name)
        assert re.fullmatch(r"[\t\x20-\x7e\x80-\xff]*", value)


unhurried = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])


@unhurried
@given(JSON)
def test_any_json_value_gives_a_message_or_a_refusal(output: object) -> None:
    check_request(apply_request(REQUEST, SENT, output))
    check_response(apply_response(RESPONSE, SENT_RESPONSE, output))


@unhurried
@given(st.dictionaries(NAMES, JSON, max_size=4), st.dictionaries(NAMES, JSON, max_size=4), st.dictionaries(NAMES, JSON))
def test_any_change_of_a_message_gives_a_message_or_a_refusal(top: Any, headers: Any, cookies: Any) -> None:
    for maps in ({}, {"headers": headers}, {"cookies": cookies}, {"querystring": cookies}):
        merged = {key: {**SENT["request"][key], **value} for key, value in maps.items()}
        check_request(apply_request(REQUEST, SENT, {**SENT["request"], **top, **merged}))
        merged = {key: {**SENT_RESPONSE["response"].get(key, {}), **value} for key, value in maps.items()}
        check_response(apply_response(RESPONSE, SENT_RESPONSE, {**SENT_RESPONSE["response"], **top, **merged}))
