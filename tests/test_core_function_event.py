"""The event of a CloudFront Function."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from edgeware.config.model import CacheBehavior, CachePolicy, Distribution, Origin
from edgeware.core.function_event import event, header_key, text_of, utf8_of, wire_of
from edgeware.messages import Headers, Request, Response
from tests.vectors_path import load

DISTRIBUTION = Distribution(
    id="EDFDVBD6EXAMPLE",
    domain_name="d111111abcdef8.cloudfront.net",
    origins={"app": Origin(id="app", domain_name="app.example")},
    behaviors=(CacheBehavior(path_pattern=None, target_origin_id="app", cache_policy=CachePolicy(name="p")),),
)
HEADERS = load("cff_headers.json")

unhurried = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])

Lines = list[tuple[str, str]]


def request_of(*, path: str = "/", query: str = "", lines: Lines | None = None) -> dict[str, Any]:
    request = Request(method="GET", path=path, query=query, headers=Headers(lines or []))
    built: dict[str, Any] = event(DISTRIBUTION, "viewer-request", request, None, "id")["request"]
    return built


def response_of(*, status: int = 200, reason: str = "", lines: Lines | None = None) -> dict[str, Any]:
    response = Response(status=status, reason=reason, headers=Headers(lines or []))
    request = Request(method="GET", path="/")
    built: dict[str, Any] = event(DISTRIBUTION, "viewer-response", request, response, "id")["response"]
    return built


def test_a_viewer_request_event_has_exactly_the_documented_shape() -> None:
    request = Request(
        method="GET",
        path="/media/index.mpd",
        query="ID=42&Exp=1619740800&TTL=1440&NoValue=&querymv=val1&querymv=val2,val3",
        headers=Headers(
            [
                ("Host", "video.example.com"),
                ("User-Agent", "Mozilla/5.0"),
                ("Accept", "application/json"),
                ("accept", "application/xml, text/html"),
                ("Cookie", "id=CookeIdValue; loggedIn=false; id=second"),
            ]
        ),
        client_ip="198.51.100.11",
    )
    assert event(DISTRIBUTION, "viewer-request", request, None, "U70F...A==") == {
        "version": "1.0",
        "context": {
            "distributionDomainName": "d111111abcdef8.cloudfront.net",
            "distributionId": "EDFDVBD6EXAMPLE",
            "eventType": "viewer-request",
            "requestId": "U70F...A==",
        },
        "viewer": {"ip": "198.51.100.11"},
        "request": {
            "method": "GET",
            "uri": "/media/index.mpd",
            "querystring": {
                "ID": {"value": "42"},
                "Exp": {"value": "1619740800"},
                "TTL": {"value": "1440"},
                "NoValue": {"value": ""},
                "querymv": {"value": "val1", "multiValue": [{"value": "val1"}, {"value": "val2,val3"}]},
            },
            "headers": {
                "host": {"value": "video.example.com"},
                "user-agent": {"value": "Mozilla/5.0"},
                "accept": {
                    "value": "application/json",
                    "multiValue": [{"value": "application/json"}, {"value": "application/xml, text/html"}],
                },
            },
            "cookies": {
                "id": {"value": "CookeIdValue", "multiValue": [{"value": "CookeIdValue"}, {"value": "second"}]},
                "loggedIn": {"value": "false"},
            },
        },
    }


def test_a_viewer_response_event_adds_the_response() -> None:
    response = Response(status=200, headers=Headers([("Content-Type", "text/html")]), body=b"never shown")
    built = event(DISTRIBUTION, "viewer-response", Request(method="GET", path="/"), response, "id")
    assert built["context"]["eventType"] == "viewer-response"
    assert built["request"]["uri"] == "/"
    assert built["response"] == {
        "statusCode": 200,
        "statusDescription": "OK",
        "headers": {"content-type": {"value": "text/html"}},
        "cookies": {},
    }


@pytest.mark.parametrize(
    ("query", "map_of_it"),
    [
        pytest.param("", {}, id="none"),
        pytest.param("a=", {"a": {"value": ""}}, id="no-value"),
        pytest.param("flag", {"flag": {"value": ""}}, id="bare-name"),
        pytest.param("=x", {"": {"value": "x"}}, id="no-name"),
        pytest.param("a=1&&b=2&", {"a": {"value": "1"}, "b": {"value": "2"}}, id="empty-pieces-are-no-parameters"),
        pytest.param("a=b=c", {"a": {"value": "b=c"}}, id="only-the-first-equals-sign-parts"),
        pytest.param("a%20b=c%26d+e", {"a%20b": {"value": "c%26d+e"}}, id="nothing-is-decoded"),
        pytest.param("A=1&a=2", {"A": {"value": "1"}, "a": {"value": "2"}}, id="case-is-kept"),
        pytest.param(
            "a=1&b=x&a=2&a=",
            {"a": {"value": "1", "multiValue": [{"value": "1"}, {"value": "2"}, {"value": ""}]}, "b": {"value": "x"}},
            id="repeated",
        ),
    ],
)
def test_a_query_string_becomes_a_map_of_undecoded_parameters(query: str, map_of_it: object) -> None:
    assert request_of(query=query)["querystring"] == map_of_it


@pytest.mark.parametrize(
    ("lines", "map_of_it"),
    [
        pytest.param([], {}, id="none"),
        pytest.param(["a=1;b=2"], {"a": {"value": "1"}, "b": {"value": "2"}}, id="without-space"),
        pytest.param([" a=1 ;; ;"], {"a": {"value": "1"}}, id="empty-pieces"),
        pytest.param(['q="x y"'], {"q": {"value": '"x y"'}}, id="quotes-stay"),
        pytest.param(["p=%41=="], {"p": {"value": "%41=="}}, id="nothing-is-decoded"),
        pytest.param(["ID=1; id=2"], {"ID": {"value": "1"}, "id": {"value": "2"}}, id="case-is-kept"),
        pytest.param(["bare"], {"bare": {"value": ""}}, id="bare-name"),
        pytest.param(
            ["a=1", "a=2"], {"a": {"value": "1", "multiValue": [{"value": "1"}, {"value": "2"}]}}, id="two-lines"
        ),
    ],
)
def test_cookie_lines_become_the_cookies_of_the_request(lines: list[str], map_of_it: object) -> None:
    request = request_of(lines=[("Cookie", line) for line in lines])
    assert request["cookies"] == map_of_it
    assert request["headers"] == {}


@pytest.mark.parametrize(
    ("lines", "map_of_it"),
    [
        pytest.param(["a=1"], {"a": {"value": "1"}}, id="no-attributes"),
        pytest.param(
            ["ID=id1234; Expires=Wed, 05 Apr 2021 07:28:00 GMT;  Secure"],
            {"ID": {"value": "id1234", "attributes": "Expires=Wed, 05 Apr 2021 07:28:00 GMT;  Secure"}},
            id="attributes-word-for-word",
        ),
        pytest.param([" a = 1 ;path=/ "], {"a": {"value": "1", "attributes": "path=/"}}, id="trimmed"),
        pytest.param(["a=1;"], {"a": {"value": "1", "attributes": ""}}, id="empty-attributes"),
        pytest.param(
            ["a=1; Path=/", "b=2", "a=3; Path=/x", "a=4"],
            {
                "a": {
                    "value": "1",
                    "attributes": "Path=/",
                    "multiValue": [
                        {"value": "1", "attributes": "Path=/"},
                        {"value": "3", "attributes": "Path=/x"},
                        {"value": "4"},
                    ],
                },
                "b": {"value": "2"},
            },
            id="same-name-twice",
        ),
    ],
)
def test_set_cookie_lines_become_the_cookies_of_the_response(lines: list[str], map_of_it: object) -> None:
    response = response_of(lines=[("Set-Cookie", line) for line in lines])
    assert response["cookies"] == map_of_it
    assert response["headers"] == {}


def test_a_cookie_line_of_a_response_and_a_set_cookie_line_of_a_request_are_ordinary_headers() -> None:
    assert response_of(lines=[("Cookie", "a=1")])["headers"] == {"cookie": {"value": "a=1"}}
    assert request_of(lines=[("Set-Cookie", "a=1")])["headers"] == {"set-cookie": {"value": "a=1"}}


@pytest.mark.parametrize("name", [*HEADERS["disallowed"]["exact"], "x-amz-cf-pop", "x-edge-location"])
def test_disallowed_headers_are_hidden(name: str) -> None:
    lines = [(name.title(), "1"), ("X-Seen", "2"), (name, "3")]
    assert request_of(lines=lines)["headers"] == {"x-seen": {"value": "2"}}
    assert response_of(lines=lines)["headers"] == {"x-seen": {"value": "2"}}


@pytest.mark.parametrize("name", HEADERS["read_only"]["viewer-request"])
def test_read_only_headers_are_shown(name: str) -> None:
    assert request_of(lines=[(name, "1")])["headers"] == {name: {"value": "1"}}


def test_header_names_are_lowered_in_ascii_only() -> None:
    wire = "TÉst-Header".encode().decode("latin-1")
    assert (header_key(wire), header_key("X-Two")) == ("tÉst-header", "x-two")
    headers = request_of(lines=[(wire, "1"), (wire, "2")])["headers"]
    assert headers == {"tÉst-header": {"value": "1", "multiValue": [{"value": "1"}, {"value": "2"}]}}


@pytest.mark.parametrize(
    ("wire", "text"),
    [
        pytest.param("plain", "plain", id="ascii"),
        pytest.param("gr\xc3\xbc\xc3\x9fe", "grüße", id="utf-8"),
        pytest.param("gr\xfc\xdfe", "grüße", id="iso-8859-1"),
        pytest.param("snow \u2603", "snow \u2603", id="text-that-never-was-bytes"),
    ],
)
def test_bytes_are_read_as_utf_8_or_else_as_iso_8859_1(wire: str, text: str) -> None:
    lines = [("X", wire), ("Cookie", f"c={wire}")]
    request = request_of(path=f"/{wire}", query=f"q={wire}", lines=lines)
    assert text_of(wire) == text
    assert request["uri"] == f"/{text}"
    assert request["querystring"]["q"] == request["headers"]["x"] == request["cookies"]["c"] == {"value": text}
    assert response_of(lines=[("Set-Cookie", f"c={wire}")])["cookies"]["c"] == {"value": text}


@pytest.mark.parametrize(
    ("status", "reason", "description"),
    [
        pytest.param(404, "", "Not Found", id="the-standard-phrase"),
        pytest.param(200, "Fine", "Fine", id="the-origin's-own"),
        pytest.param(299, "", "", id="unknown"),
    ],
)
def test_status_description_is_text_whatever_the_origin_said(status: int, reason: str, description: str) -> None:
    response = response_of(status=status, reason=reason)
    assert (response["statusCode"], response["statusDescription"]) == (status, description)


@unhurried
@given(st.text())
def test_a_function_s_text_goes_out_as_utf_8(text: str) -> None:
    assert wire_of(text).encode("latin-1") == utf8_of(text) == text.encode()
    assert text_of(wire_of(text)) == text


def test_half_a_surrogate_pair_becomes_the_replacement_character() -> None:
    assert utf8_of("a\ud800b\udc00") == "a\ufffdb\ufffd".encode()
    assert utf8_of("\ud83d\ude00") == "\U0001f600".encode()


@unhurried
@given(
    st.text(st.characters(max_codepoint=255)),
    st.text(st.characters(max_codepoint=255)),
    st.lists(
        st.tuples(st.sampled_from(["Cookie", "Set-Cookie", "X", "x\xc9"]), st.text(st.characters(max_codepoint=255)))
    ),
)
def test_every_message_has_an_event_that_json_can_carry(path: str, query: str, lines: Lines) -> None:
    request = Request(method="GET", path=path, query=query, headers=Headers(lines))
    response = Response(status=200, headers=Headers(lines))
    built = event(DISTRIBUTION, "viewer-response", request, response, "id")
    assert json.loads(json.dumps(built)) == built
