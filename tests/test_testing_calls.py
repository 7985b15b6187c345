from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from edgeware.exceptions import UsageError
from edgeware.testing import CloudFrontFunctionCalls, LambdaFunctionCalls

ECHO = "function handler(event) { console.log(JSON.stringify(event)); return event.response || event.request; }"
HANDLER = """
import json
def lambda_handler(event, context):
    cf = event["Records"][0]["cf"]
    print(json.dumps(cf))
    return cf.get("response", cf["request"])
"""


@pytest.fixture
def echo(tmp_path: Path) -> Path:
    path = tmp_path / "echo.js"
    path.write_text(ECHO)
    return path


@pytest.fixture
def handler(tmp_path: Path) -> Path:
    path = tmp_path / "app.py"
    path.write_text(HANDLER)
    return path


@pytest.fixture
def call() -> Iterator[CloudFrontFunctionCalls]:
    calls = CloudFrontFunctionCalls()
    yield calls
    calls.close()


@pytest.fixture
def call_lambda() -> Iterator[LambdaFunctionCalls]:
    calls = LambdaFunctionCalls()
    yield calls
    calls.close()


def test_a_viewer_request_is_made_of_keyword_arguments(call: CloudFrontFunctionCalls, echo: Path) -> None:
    result = call(
        echo,
        uri="/a",
        method="HEAD",
        querystring={"q": "1", "r": ["1", "2"]},
        headers={"Accept": "text/html"},
        cookies={"session": "s"},
        ip="203.0.113.9",
    )
    assert result.ok
    event = json.loads(result.logs[0])
    assert event["context"]["eventType"] == "viewer-request"
    assert event["viewer"]["ip"] == "203.0.113.9"
    assert event["request"] == {
        "method": "HEAD",
        "uri": "/a",
        "querystring": {"q": {"value": "1"}, "r": {"value": "1", "multiValue": [{"value": "1"}, {"value": "2"}]}},
        "headers": {"accept": {"value": "text/html"}},
        "cookies": {"session": {"value": "s"}},
    }


def test_a_status_code_makes_it_a_viewer_response(call: CloudFrontFunctionCalls, echo: Path) -> None:
    result = call(
        str(echo),
        status_code=404,
        status_description="Not Found",
        response_headers={"ETag": "1"},
        response_cookies={"a": "b"},
    )
    assert json.loads(result.logs[0])["response"] == {
        "statusCode": 404,
        "statusDescription": "Not Found",
        "headers": {"etag": {"value": "1"}},
        "cookies": {"a": {"value": "b"}},
    }
    assert call(echo, event_type="viewer-response").output["response"]["statusCode"] == 200


def test_an_event_comes_from_a_file_or_a_mapping(call: CloudFrontFunctionCalls, echo: Path, tmp_path: Path) -> None:
    event = {"request": {"uri": "/file"}}
    (tmp_path / "event.json").write_text(json.dumps(event))
    for given in (event, tmp_path / "event.json", str(tmp_path / "event.json")):
        assert call(echo, given).output["request"]["uri"] == "/file"
    with pytest.raises(UsageError, match=r"cannot be read from .*nowhere.json"):
        call(echo, tmp_path / "nowhere.json")


def test_a_function_keeps_its_process_from_call_to_call(call: CloudFrontFunctionCalls, echo: Path) -> None:
    call(echo)
    (runner,) = call._runners.values()
    call(echo, uri="/b")
    assert list(call._runners.values()) == [runner]
    call(echo, runtime="cloudfront-js-1.0")
    assert len(call._runners) == 2


def test_a_lambda_request_is_made_of_keyword_arguments(call_lambda: LambdaFunctionCalls, handler: Path) -> None:
    result = call_lambda(
        handler,
        uri="/a",
        method="POST",
        querystring="q=1",
        headers={"Accept": ["a", "b"]},
        client_ip="203.0.113.9",
        event_type="viewer-request",
    )
    assert result.ok
    cf = json.loads(result.logs[0])
    assert cf["config"] == {"eventType": "viewer-request"}
    assert cf["request"] == {
        "method": "POST",
        "uri": "/a",
        "querystring": "q=1",
        "headers": {"accept": [{"key": "Accept", "value": "a"}, {"key": "Accept", "value": "b"}]},
        "clientIp": "203.0.113.9",
    }


def test_a_status_makes_it_an_origin_response(call_lambda: LambdaFunctionCalls, handler: Path) -> None:
    made = call_lambda(handler, status=503, status_description="Down", response_headers={"Retry-After": "5"})
    assert made.output == {
        "status": "503",
        "statusDescription": "Down",
        "headers": {"retry-after": [{"key": "Retry-After", "value": "5"}]},
    }
    viewer = call_lambda(handler, event_type="viewer-response", handler="app.lambda_handler")
    assert viewer.output["status"] == "200"
    assert json.loads(call_lambda(handler).logs[0])["config"] == {"eventType": "origin-request"}


def test_a_lambda_event_comes_from_a_mapping(call_lambda: LambdaFunctionCalls, handler: Path) -> None:
    cf = {"config": {"eventType": "viewer-request"}, "request": {"uri": "/given"}}
    assert call_lambda(handler, {"Records": [{"cf": cf}]}).output["uri"] == "/given"
