from __future__ import annotations

from copy import deepcopy
from typing import Any

import pytest

from edgeware.core.function_event import event
from edgeware.core.function_trial import given, judged
from edgeware.exceptions import UsageError
from edgeware.messages import Headers, Request, Response
from tests.worlds.sites import site

REQUEST = Request(
    method="GET",
    path="/a",
    query="q=1&q=2&flag",
    headers=Headers([("Host", "a.example"), ("X-A", "1"), ("X-A", "2"), ("Cookie", "s=1; t=2")]),
)
RESPONSE = Response(
    status=200,
    reason="OK",
    headers=Headers([("Content-Type", "text/html"), ("Set-Cookie", "s=1; Path=/"), ("Set-Cookie", "t=2")]),
)
AT_REQUEST = event(site(), "viewer-request", REQUEST, None, "id")
AT_RESPONSE = event(site(), "viewer-response", REQUEST, RESPONSE, "id")
SMALL: dict[str, Any] = {"request": {"uri": "/"}}


@pytest.mark.parametrize("whole", [AT_REQUEST, AT_RESPONSE], ids=["viewer-request", "viewer-response"])
def test_an_event_of_the_edge_stays_as_it_is(whole: dict[str, Any]) -> None:
    found = given(whole)
    assert (found.event_type, found.value) == (whole["context"]["eventType"], whole)


def test_a_small_event_is_filled_in_in_the_order_of_the_edges_own() -> None:
    found = given(SMALL)
    assert found.event_type == "viewer-request"
    assert list(found.value) == list(AT_REQUEST)
    assert list(found.value["request"]) == list(AT_REQUEST["request"])
    assert set(found.value["context"]) == set(AT_REQUEST["context"])
    assert found.value["request"] == {"method": "GET", "uri": "/", "querystring": {}, "headers": {}, "cookies": {}}


@pytest.mark.parametrize(
    ("event", "event_type", "expected"),
    [
        (SMALL, None, "viewer-request"),
        ({**SMALL, "response": {"statusCode": 200}}, None, "viewer-response"),
        (
            {**SMALL, "response": {"statusCode": 200}, "context": {"eventType": "viewer-request"}},
            None,
            "viewer-request",
        ),
        ({**SMALL, "response": {"statusCode": 200}}, "viewer-request", "viewer-request"),
    ],
)
def test_the_event_type_is_said_or_seen(event: Any, event_type: Any, expected: str) -> None:
    found = given(event, event_type)
    assert found.event_type == found.value["context"]["eventType"] == expected
    assert ("response" in found.value) is (expected == "viewer-response")


def test_header_names_are_in_lower_case_and_what_is_unknown_is_dropped() -> None:
    headers = {"X-A": {"value": "1", "multivalue": []}, "É": {"value": "2"}}
    found = given({"request": {"uri": "/", "headers": headers, "body": "x"}, "more": 1})
    assert found.value["request"]["headers"] == {"x-a": {"value": "1"}, "É": {"value": "2"}}
    assert "body" not in found.value["request"]
    assert "more" not in found.value


@pytest.mark.parametrize(
    ("event", "problem"),
    [
        ([], "event must be an object"),
        ({}, "request is missing"),
        ({"request": {}}, "request.uri is missing"),
        ({"request": {"uri": "/", "headers": []}}, "request.headers must be an object"),
        ({"request": {"uri": "/", "headers": {"a": "b"}}}, r"request.headers\['a'\] must be an object"),
        ({"request": {"uri": "/", "cookies": {"a": {}}}}, r"request.cookies\['a'\].value is missing"),
        (
            {"request": {"uri": "/", "querystring": {"a": {"value": "1", "multiValue": {}}}}},
            r"request.querystring\['a'\].multiValue must be a list",
        ),
        (
            {**SMALL, "context": {"eventType": "origin-request"}},
            "context.eventType must be one of viewer-request, view",
        ),
        ({**SMALL, "context": {"eventType": "viewer-response"}}, "response is missing"),
        ({**SMALL, "response": {"statusCode": "200"}}, "response.statusCode must be an integer"),
        ({**SMALL, "viewer": 1}, "viewer must be an object"),
    ],
)
def test_what_no_edge_sends_is_no_event(event: Any, problem: str) -> None:
    with pytest.raises(UsageError, match=f"The event is not valid: {problem}"):
        given(event)


@pytest.mark.parametrize("whole", [AT_REQUEST, AT_RESPONSE], ids=["viewer-request", "viewer-response"])
def test_what_is_returned_as_it_came_is_fine(whole: dict[str, Any]) -> None:
    part = "response" if "response" in whole else "request"
    result = judged(given(whole), deepcopy(whole[part]))
    assert (result.shown, result.errors, result.doubts) == ({part: whole[part]}, (), ())


def test_a_change_is_shown_without_what_cloudfront_does_not_know() -> None:
    output = {"uri": "/b", "method": "GET", "headers": {"x-a": {"value": "1", "x": 1}}, "more": 1, "querystring": "a=1"}
    result = judged(given(SMALL), output)
    assert result.errors == ()
    assert result.shown == {
        "request": {
            "uri": "/b",
            "method": "GET",
            "headers": {"x-a": {"value": "1"}},
            "querystring": "a=1",
            "cookies": {},
        }
    }


def test_a_response_in_the_origins_place_is_shown_with_its_body() -> None:
    body = {"data": "YQ==", "encoding": "base64"}
    result = judged(given(SMALL), {"statusCode": 200, "body": body, "headers": {"set-cookie": {"value": "a=1"}}})
    shown = {"statusCode": 200, "body": body, "headers": {"set-cookie": {"value": "a=1"}}, "cookies": {}}
    assert result.shown == {"response": shown}
    assert result.errors == ()
    assert result.doubts == ("response.headers['set-cookie'] has no effect: cookies are set in response.cookies",)


def test_a_doubt_about_a_request_is_told() -> None:
    result = judged(given(SMALL), {**given(SMALL).value["request"], "body": "x"})
    assert len(result.doubts) == 1


@pytest.mark.parametrize(
    ("whole", "output", "where"),
    [
        (SMALL, None, "the returned value"),
        (SMALL, {}, "the returned value"),
        (SMALL, "text", "the returned value"),
        (SMALL, {"statusCode": 101}, "response.statusCode"),
        (AT_REQUEST, {"uri": "/", "method": "GET", "headers": {}}, "request.headers['host'] must stay"),
        (SMALL, {"uri": "/", "method": "GET", "headers": {"x-cache": {"value": "1"}}}, "request.headers['x-cache']"),
        (SMALL, {"uri": "/", "method": "GET", "headers": {"a": 1}}, "request.headers['a']"),
        (AT_RESPONSE, {"uri": "/"}, "the returned value must be event.response"),
        (AT_RESPONSE, {"statusCode": 101}, "response.statusCode"),
    ],
)
def test_what_the_edge_refuses_is_said_with_its_page(whole: Any, output: Any, where: str) -> None:
    result = judged(given(whole), output)
    assert result.errors[0].startswith(where)
    assert result.errors[0].endswith("]")
    shown = isinstance(output, dict) and bool(output.keys() & {"uri", "statusCode"})
    assert (result.shown is not None) is shown
