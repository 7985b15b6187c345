from __future__ import annotations

from typing import Any

import pytest

from edgeware.core.lambda_result import UNPARSABLE
from edgeware.core.lambda_trial import given, judged
from edgeware.exceptions import UsageError


def event(event_type: str | None = "viewer-request", **cf: Any) -> dict[str, Any]:
    config = {"eventType": event_type} if event_type else {}
    return {"Records": [{"cf": {"config": config, "request": {"uri": "/"}, **cf}}]}


HEADERS = {"host": [{"key": "Host", "value": "a.example"}], "x-a": [{"value": "1"}, {"value": "2"}]}
RESPONSE = {"status": "200", "headers": HEADERS}


def test_what_a_small_event_leaves_out_is_filled_in() -> None:
    cf = given(event()).value["Records"][0]["cf"]
    assert cf["request"] == {
        "clientIp": "198.51.100.178",
        "method": "GET",
        "querystring": "",
        "headers": {},
        "uri": "/",
    }
    at_response = given(event("origin-response", response={"status": "404"}))
    assert at_response.value["Records"][0]["cf"]["response"] == {
        "status": "404",
        "statusDescription": "",
        "headers": {},
    }


def test_the_event_type_may_be_said() -> None:
    found = given(event(None), "origin-request")
    assert found.event_type == "origin-request"
    assert found.value["Records"][0]["cf"]["config"] == {"eventType": "origin-request"}


@pytest.mark.parametrize(
    ("value", "problem"),
    [
        ({}, "Records is missing"),
        ({"Records": []}, r"Records\[0\] is missing"),
        ({"Records": [{}]}, r"Records\[0\].cf is missing"),
        (event(None), "config.eventType must be one of viewer-request, origin-request"),
        (event(request={}), "request.uri is missing"),
        (event(request={"uri": "/", "method": 1}), "request.method must be a string"),
        (event(request={"uri": "/", "headers": {"a": {}}}), r"request.headers\['a'\] must be a list"),
        (event(request={"uri": "/", "headers": {"a": [{}]}}), r"request.headers\['a'\].value is missing"),
        (event("viewer-response"), "response is missing"),
        (event("viewer-response", response={"status": "ok"}), "response.status must be digits"),
    ],
)
def test_what_no_edge_sends_is_no_event(value: Any, problem: str) -> None:
    with pytest.raises(UsageError, match=f"The event is not valid: {problem}"):
        given(value)


@pytest.mark.parametrize("event_type", ["viewer-request", "origin-request"])
def test_a_request_that_is_returned_is_judged(event_type: str) -> None:
    found = given(event(event_type, request={"uri": "/", "headers": HEADERS}))
    request = found.value["Records"][0]["cf"]["request"]
    assert judged(found, {**request, "uri": "/b"}) == ({**request, "uri": "/b"}, (), ())
    spoilt = {**request, "headers": {**HEADERS, "x-cache": [{"value": "1"}]}}
    assert "x-cache" in judged(found, spoilt).errors[0]


@pytest.mark.parametrize("event_type", ["viewer-response", "origin-response"])
def test_a_response_that_is_returned_is_judged(event_type: str) -> None:
    found = given(event(event_type, response=RESPONSE))
    response = found.value["Records"][0]["cf"]["response"]
    assert judged(found, response).errors == ()
    spoilt = {**response, "headers": {**HEADERS, "via": [{"value": "1"}]}}
    assert "via" in judged(found, spoilt).errors[0]


def test_what_is_no_json_has_no_form() -> None:
    result = judged(given(event()), UNPARSABLE)
    assert result.shown is None
    assert len(result.errors) == 1
