from __future__ import annotations

from typing import Any

import pytest

from edgeware.core import function_doubts
from edgeware.core.function_event import event
from edgeware.core.function_result import apply_response
from edgeware.messages import Headers, Request, Response
from tests.worlds.sites import site

GZIPPED = Response(
    status=200,
    reason="OK",
    headers=Headers([("Content-Encoding", "gzip"), ("Content-Length", "9"), ("Content-Type", "text/html")]),
)


def of_request(**changes: Any) -> list[str]:
    return list(function_doubts.of_request({"method": "GET", "uri": "/", "headers": {}, **changes}))


def of_response(response: Response = GZIPPED, **changes: Any) -> list[str]:
    """What is said of a response that a viewer-response function changed."""
    sent = event(site(), "viewer-response", Request(method="GET", path="/"), response, "id")
    output = {**sent["response"], "headers": dict(sent["response"]["headers"])}
    output["headers"].update(changes.pop("headers", {}))
    for name in changes.pop("gone", ()):
        del output["headers"][name]
    output |= changes
    made = apply_response(response, sent, output)
    assert isinstance(made, Response)
    return list(function_doubts.of_response(sent["response"], output, made))


def test_a_query_string_in_the_uri_is_none() -> None:
    what = "which becomes a part of the path: a query string is set in request.querystring"
    assert of_request(uri="/a?b=c#d") == [f"request.uri has a ?, {what}", f"request.uri has a #, {what}"]


def test_a_plain_change_leaves_no_doubt() -> None:
    assert of_request(headers={"x-a": {"value": "1"}}) == []
    assert of_response(headers={"x-a": {"value": "1"}}) == []
    assert of_response(body="new", gone=["content-encoding"]) == []


@pytest.mark.parametrize(
    ("changes", "where"),
    [
        ({"headers": {"cookie": {"value": "a=1"}}}, "request.headers['cookie'] has no effect"),
        ({"body": {"data": "x"}}, "request.body has no effect"),
    ],
    ids=["a cookie among headers", "a body"],
)
def test_what_has_no_effect_on_a_request(changes: dict[str, Any], where: str) -> None:
    (doubt,) = of_request(**changes)
    assert doubt.startswith(where)


@pytest.mark.parametrize(
    ("changes", "where"),
    [
        ({"headers": {"set-cookie": {"value": "a=1"}}}, "response.headers['set-cookie'] has no effect"),
        ({"headers": {"content-length": {"value": "3"}}}, "response.headers['content-length'] has no effect"),
        ({"headers": {"transfer-encoding": {"value": "chunked"}}}, "response.headers['transfer-encoding'] has no"),
        ({"body": "plain"}, "response.headers['content-encoding'] says 'gzip', but response.body is plain text"),
        ({"body": {"data": "plain", "encoding": "text"}}, "response.headers['content-encoding'] says 'gzip'"),
        (
            {"body": "x", "statusCode": 304, "gone": ["content-encoding"]},
            "response.body has no effect: a response with",
        ),
    ],
    ids=["a cookie among headers", "a length", "chunks", "a plain body", "a body of text", "a body for a 304"],
)
def test_what_has_another_effect_on_a_response(changes: dict[str, Any], where: str) -> None:
    (doubt,) = of_response(**changes)
    assert doubt.startswith(where)


@pytest.mark.parametrize(
    "changes",
    [
        {"body": ""},
        {"body": {"data": "H4s=", "encoding": "base64"}},
        {"body": "plain", "headers": {"content-encoding": {"value": "identity"}}},
        {"body": "plain", "gone": ["content-encoding"], "headers": {"content-length": {"value": "5"}}},
        {"body": "", "statusCode": 204},
    ],
    ids=["removed", "compressed by the function", "named plain", "the right length", "no body where none may be"],
)
def test_what_fits_together_is_not_doubted(changes: dict[str, Any]) -> None:
    assert of_response(**changes) == []
