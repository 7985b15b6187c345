"""Where edge functions run: what they are given, and what becomes of what they give back."""

from __future__ import annotations

from base64 import b64decode
from copy import deepcopy
from typing import Any

import pytest

from edgeware.config.model import (
    CachePolicy,
    LambdaFunction,
    OriginRequestPolicy,
    PolicyHeader,
    ResponseHeadersPolicy,
    Selection,
    ViewerDefaults,
)
from edgeware.config.switches import PolicyOn, Switches
from edgeware.core.effects import (
    Effect,
    Failure,
    Fetch,
    Fetched,
    Found,
    Invoke,
    Invoked,
    Lookup,
    ReadBody,
    RequestBody,
    Store,
)
from edgeware.core.headers import XCache
from edgeware.messages import Headers, Request, Response
from tests.playbook import ECHO, GET, Played, echo, kinds, played, stored_object
from tests.worlds.sites import ALL_VIEWER, py, site

LAMBDA = py("def handler(event, context): ...", name="lambda")
COUNTRY = OriginRequestPolicy(name="country", headers=Selection(mode="whitelist", names=("CloudFront-Viewer-Country",)))
GERMANY = ViewerDefaults(country="DE")
TEXT = {"content-type": [{"key": "Content-Type", "value": "text/plain"}]}
POST = Request(method="POST", path="/x", headers=Headers([("Host", "www.example.com"), ("Content-Length", "5")]))


def edited(edit: Any) -> Any:
    """The answer of a function that edits what it was given."""

    def answer(effect: Effect[Any]) -> Invoked:
        output = deepcopy(echo(effect).output)
        edit(output)
        return Invoked(output=output)

    return answer


def cf(invoke: Invoke) -> Any:
    """What Lambda@Edge sees."""
    return invoke.event["Records"][0]["cf"]


def answering(event_type: str, invoked: Invoked) -> dict[str, Any]:
    return {event_type.replace("-", "_"): invoked}


def at(event_type: str, *, function: Any = None, **settings: Any) -> Any:
    return site({event_type: function or ECHO[event_type]}, **settings)


# --- what functions see ---------------------------------------------------------------------------------------------


def test_no_function_is_asked_where_none_is_attached() -> None:
    assert not any(isinstance(effect, Invoke) for effect in played(site()).asked)


def test_every_function_is_given_the_event_of_its_kind() -> None:
    asked = played(site(ECHO))
    assert asked.invoke("viewer-request").event["context"]["eventType"] == "viewer-request"
    assert asked.invoke("viewer-response").event["context"]["requestId"] == "id"
    assert cf(asked.invoke("origin-request"))["config"]["eventType"] == "origin-request"
    assert cf(asked.invoke("origin-response"))["config"]["requestId"] == "id"
    assert cf(asked.invoke("origin-request"))["request"]["origin"]["custom"]["domainName"] == "app.example.com"
    assert cf(asked.invoke("origin-response"))["response"]["status"] == "200"


def test_cloudfronts_headers_are_there_for_a_function_at_viewer_request_and_not_for_lambda() -> None:
    settings: dict[str, Any] = {"origin_request_policy": COUNTRY, "viewer": GERMANY}
    function = played(at("viewer-request", **settings)).invoke("viewer-request")
    assert function.event["request"]["headers"]["cloudfront-viewer-country"] == {"value": "DE"}
    asked = played(at("viewer-request", function=LAMBDA, **settings))
    assert "cloudfront-viewer-country" not in cf(asked.invoke("viewer-request"))["request"]["headers"]
    assert asked.only(Fetch).request.headers.get("cloudfront-viewer-country") == "DE"


def test_cloudfronts_headers_are_there_for_lambda_at_origin_request() -> None:
    asked = played(at("origin-request", origin_request_policy=COUNTRY, viewer=GERMANY))
    headers = cf(asked.invoke("origin-request"))["request"]["headers"]
    assert headers["cloudfront-viewer-country"][0]["value"] == "DE"


def test_lambda_at_viewer_response_sees_the_request_without_cloudfronts_headers() -> None:
    functions = {"viewer-request": LAMBDA, "viewer-response": LAMBDA}
    moving = edited(lambda request: request.update(uri="/moved"))
    asked = played(site(functions, origin_request_policy=COUNTRY, viewer=GERMANY), viewer_request=moving)
    request = cf(asked.invoke("viewer-response"))["request"]
    assert request["uri"] == "/moved"
    assert "cloudfront-viewer-country" not in request["headers"]


def test_a_function_at_viewer_response_sees_the_request_as_viewer_request_left_it() -> None:
    functions = {name: ECHO[name] for name in ("viewer-request", "viewer-response")}
    moving = edited(lambda request: request.update(uri="/moved"))
    asked = played(site(functions, origin_request_policy=COUNTRY, viewer=GERMANY), viewer_request=moving)
    request = asked.invoke("viewer-response").event["request"]
    assert request["uri"] == "/moved"
    assert request["headers"]["cloudfront-viewer-country"] == {"value": "DE"}


def test_origin_response_sees_the_request_as_origin_request_left_it() -> None:
    moving = edited(lambda request: request.update(uri="/moved"))
    asked = played(site(ECHO), origin_request=moving)
    assert cf(asked.invoke("origin-response"))["request"]["uri"] == "/moved"


# --- requests that go on --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("function", [ECHO["viewer-request"], LAMBDA], ids=["function", "lambda"])
def test_what_viewer_request_makes_of_a_request_is_what_the_key_is_made_of(function: Any) -> None:
    policy = CachePolicy(name="q", query_strings=Selection(mode="all"))
    moving = edited(lambda request: request.update(uri="/moved", querystring="a=1"))
    asked = played(at("viewer-request", function=function, cache_policy=policy), viewer_request=moving)
    key = next(effect.key for effect in asked.asked if isinstance(effect, Lookup))
    assert "/moved" in key
    assert "a=1" in key
    assert (asked.only(Fetch).request.path, asked.only(Fetch).request.query) == ("/moved", "a=1")
    assert (asked.stored.path, asked.stored.query) == ("/moved", "a=1")


def test_what_origin_request_makes_of_a_request_is_fetched_under_the_old_key() -> None:
    moving = edited(lambda request: request.update(uri="/moved"))
    asked = played(at("origin-request"), origin_request=moving)
    assert asked.only(Fetch).request.path == "/moved"
    assert "/x" in asked.only(Store).key
    assert asked.stored.path == "/x"


def test_a_function_at_origin_request_that_is_no_lambda_is_not_asked() -> None:
    # No configuration that is read allows it; nothing is asked at an event that the kind does not have.
    asked = played(at("origin-request", function=ECHO["viewer-request"]))
    assert not any(isinstance(effect, Invoke) for effect in asked.asked)
    asked = played(at("origin-response", function=ECHO["viewer-request"]))
    assert not any(isinstance(effect, Invoke) for effect in asked.asked)


# --- bodies ---------------------------------------------------------------------------------------------------------


def shown_body(asked: Played, event_type: str) -> tuple[bytes, bool]:
    body = cf(asked.invoke(event_type))["request"]["body"]
    return b64decode(body["data"]), body["inputTruncated"]


@pytest.mark.parametrize(("event_type", "limit"), [("viewer-request", 40 * 1024), ("origin-request", 1024 * 1024)])
def test_a_lambda_that_includes_the_body_reads_it_up_to_its_limit(event_type: str, limit: int) -> None:
    distribution = at(event_type, function=LAMBDA, include_body=True)
    asked = played(distribution, POST, ReadBody=RequestBody(b"hello", truncated=True))
    assert asked.only(ReadBody).limit == limit
    assert shown_body(asked, event_type) == (b"hello", True)
    assert asked.only(Fetch).body is None


def test_a_lambda_that_does_not_include_the_body_sees_none() -> None:
    asked = played(at("viewer-request", function=LAMBDA), POST)
    assert "body" not in cf(asked.invoke("viewer-request"))["request"]
    assert not any(isinstance(effect, ReadBody) for effect in asked.asked)


def replacing(data: str) -> Any:
    body = {"action": "replace", "encoding": "text", "data": data}
    return edited(lambda request: request.update(body=body))


def test_a_body_that_viewer_request_put_in_its_place_is_what_origin_request_sees_and_the_origin_gets() -> None:
    functions: dict[str, LambdaFunction] = {"viewer-request": LAMBDA, "origin-request": LAMBDA}
    asked = played(
        site(functions, include_body=True),
        POST,
        ReadBody=RequestBody(b"hello", truncated=False),
        viewer_request=replacing("replaced"),
    )
    assert kinds(asked.asked).count("ReadBody") == 1
    assert shown_body(asked, "origin-request") == (b"replaced", False)
    fetch = asked.only(Fetch)
    assert (fetch.body, fetch.request.headers.get("content-length")) == (b"replaced", "8")


def test_origin_request_has_the_last_word_about_the_body() -> None:
    functions: dict[str, LambdaFunction] = {"viewer-request": LAMBDA, "origin-request": LAMBDA}
    chunked = Request(method="POST", path="/x", headers=Headers([("Transfer-Encoding", "chunked")]))
    asked = played(site(functions), chunked, viewer_request=replacing("first"), origin_request=replacing("second one"))
    fetch = asked.only(Fetch)
    assert (fetch.body, fetch.request.headers.get("content-length")) == (b"second one", "10")
    assert "transfer-encoding" not in fetch.request.headers


# --- responses in the origin's place --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("function", "output", "x_cache"),
    [
        (ECHO["viewer-request"], {"statusCode": 302}, XCache.FUNCTION_GENERATED_RESPONSE),
        (ECHO["viewer-request"], {"statusCode": 404}, XCache.FUNCTION_GENERATED_RESPONSE),
        (LAMBDA, {"status": "302"}, XCache.LAMBDA_GENERATED_RESPONSE),
        (LAMBDA, {"status": 404}, XCache.LAMBDA_GENERATED_RESPONSE),
    ],
)
def test_a_response_of_viewer_request_is_sent_and_nothing_else_happens(
    function: Any, output: Any, x_cache: str
) -> None:
    asked = played(at("viewer-request", function=function), viewer_request=Invoked(output=output))
    assert kinds(asked.asked) == ["viewer-request", "Respond", "Record"]
    assert asked.response.headers.get("x-cache") == x_cache
    assert asked.said("viewer-request")[0].endswith("answered in the origin's place; nothing is cached")


@pytest.mark.parametrize(
    ("function", "output"), [(ECHO["viewer-request"], {"statusCode": 200}), (LAMBDA, {"status": 200})]
)
def test_viewer_response_does_not_run_for_a_response_of_viewer_request(function: Any, output: Any) -> None:
    functions = {"viewer-request": function, "viewer-response": function}
    asked = played(site(functions), viewer_request=Invoked(output=output))
    assert kinds(asked.asked) == ["viewer-request", "Respond", "Record"]
    assert asked.said("viewer-response") == ["skipped: an error, or an answer of the edge's or a function's own"]


def test_a_response_of_origin_request_is_stored_and_goes_through_viewer_response() -> None:
    functions = {name: ECHO[name] for name in ("origin-request", "viewer-response")}
    made = {"status": "200", "body": "made", "headers": TEXT}
    asked = played(site(functions), origin_request=Invoked(output=made))
    assert kinds(asked.asked)[-6:] == ["origin-request", "Store", "Land", "viewer-response", "Respond", "Record"]
    assert asked.stored.body == b"made"
    assert asked.response.headers.get("x-cache") == XCache.LAMBDA_GENERATED_RESPONSE
    assert asked.said("origin-request")[0].endswith("answered in the origin's place; its answer may be cached")


@pytest.mark.parametrize("status", [100, 103, 199])
def test_an_interim_status_is_refused_at_viewer_request_for_nothing_can_be_answered_with_it(status: int) -> None:
    asked = played(at("viewer-request"), viewer_request=Invoked(output={"statusCode": status}))
    assert (asked.response.status, asked.response.headers.get("x-cache")) == (502, XCache.FUNCTION_VALIDATION_ERROR)
    assert "must be from 200 to 599" in asked.said("viewer-request")[0]
    assert asked.response.body is not None
    assert b"The CloudFront function returned an invalid value: response.statusCode" in asked.response.body


def test_an_interim_status_is_refused_at_viewer_response_too() -> None:
    making = edited(lambda response: response.update(statusCode=101))
    asked = played(at("viewer-response"), Lookup=Found(stored_object(), 0), viewer_response=making)
    assert (asked.response.status, asked.response.headers.get("x-cache")) == (502, XCache.FUNCTION_VALIDATION_ERROR)


# --- responses on their way -----------------------------------------------------------------------------------------


def test_what_origin_response_makes_of_a_response_is_stored() -> None:
    making = edited(lambda response: response["headers"].update({"x-made": [{"value": "1"}]}))
    asked = played(at("origin-response"), origin_response=making)
    assert asked.stored.headers.get("x-made") == "1"
    assert asked.response.headers.get("x-made") == "1"


def test_what_origin_response_makes_of_the_status_decides_how_it_is_cached() -> None:
    making = edited(lambda response: response.update(status="404"))
    asked = played(at("origin-response"), origin_response=making)
    assert (asked.stored.status, asked.response.headers.get("x-cache")) == (404, XCache.ERROR)


@pytest.mark.parametrize("function", [ECHO["viewer-response"], LAMBDA], ids=["function", "lambda"])
def test_what_viewer_response_makes_of_a_response_is_not_stored(function: Any) -> None:
    def add(response: Any) -> None:
        lines: Any = {"value": "1"} if "statusCode" in response else [{"value": "1"}]
        response["headers"]["x-made"] = lines

    asked = played(at("viewer-response", function=function), viewer_response=edited(add))
    assert asked.response.headers.get("x-made") == "1"
    assert "x-made" not in asked.stored.headers


# --- failures -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("event_type", ["viewer-request", "origin-request", "origin-response", "viewer-response"])
@pytest.mark.parametrize(
    ("kind", "x_cache"),
    [
        ("execution", XCache.LAMBDA_EXECUTION_ERROR),
        ("timeout", XCache.LAMBDA_EXECUTION_ERROR),
        ("throttled", XCache.LAMBDA_LIMIT_EXCEEDED),
    ],
)
def test_a_lambda_that_fails_is_a_503_of_its_own_name_wherever_it_runs(
    event_type: str, kind: Any, x_cache: str
) -> None:
    failed = Invoked(failure=Failure(kind, "no", "index.py:3"))
    asked = played(at(event_type, function=LAMBDA), **answering(event_type, failed))
    assert (asked.response.status, asked.response.headers.get("x-cache")) == (503, x_cache)
    assert asked.said(event_type) == ["lambda failed: index.py:3: no"]


@pytest.mark.parametrize("event_type", ["viewer-request", "viewer-response"])
@pytest.mark.parametrize(
    ("kind", "x_cache"),
    [
        ("execution", XCache.FUNCTION_EXECUTION_ERROR),
        ("timeout", XCache.FUNCTION_EXECUTION_ERROR),
        ("throttled", XCache.FUNCTION_THROTTLED_ERROR),
    ],
)
def test_a_function_that_fails_is_a_503_of_its_own_name_wherever_it_runs(
    event_type: str, kind: Any, x_cache: str
) -> None:
    failed = Invoked(failure=Failure(kind, "no"))
    asked = played(at(event_type), **answering(event_type, failed))
    assert (asked.response.status, asked.response.headers.get("x-cache")) == (503, x_cache)
    assert asked.said(event_type) == ["fn failed: no"]


@pytest.mark.parametrize("event_type", ["viewer-request", "origin-request", "origin-response", "viewer-response"])
def test_a_lambda_that_returns_nonsense_is_a_502_and_every_finding_is_in_the_trace(event_type: str) -> None:
    nonsense = {"status": "999", "uri": "nowhere", "headers": {"x-cache": [{"value": "Hit"}]}}
    asked = played(at(event_type, function=LAMBDA), **answering(event_type, Invoked(output=nonsense)))
    assert (asked.response.status, asked.response.headers.get("x-cache")) == (502, XCache.LAMBDA_VALIDATION_ERROR)
    findings = asked.said(event_type)
    assert len(findings) > 1
    assert all(finding.startswith("lambda returned what CloudFront refuses: ") for finding in findings)


@pytest.mark.parametrize("event_type", ["viewer-request", "viewer-response"])
def test_a_function_that_returns_nonsense_is_a_502_wherever_it_runs(event_type: str) -> None:
    nonsense = Invoked(output={"statusCode": "many", "headers": {"X-Upper": {"value": "1"}}})
    asked = played(at(event_type), **answering(event_type, nonsense))
    assert (asked.response.status, asked.response.headers.get("x-cache")) == (502, XCache.FUNCTION_VALIDATION_ERROR)
    assert len(asked.said(event_type)) == 2


@pytest.mark.parametrize("event_type", ["viewer-request", "origin-request", "origin-response"])
def test_nothing_is_stored_of_a_function_that_failed(event_type: str) -> None:
    failed = Invoked(failure=Failure("execution", "no"))
    asked = played(at(event_type, function=LAMBDA), **answering(event_type, failed))
    assert "Store" not in kinds(asked.asked)


@pytest.mark.parametrize("event_type", ["viewer-request", "origin-request", "origin-response"])
def test_after_a_failure_no_later_function_runs(event_type: str) -> None:
    every = dict.fromkeys(ECHO, LAMBDA)
    failed = Invoked(failure=Failure("execution", "no"))
    asked = played(site(every), **answering(event_type, failed))
    ran = [effect.event_type for effect in asked.asked if isinstance(effect, Invoke)]
    assert ran[-1] == event_type


def test_origin_response_does_not_run_for_an_origin_that_is_not_there() -> None:
    asked = played(site(ECHO), Fetch=Fetched(Response(status=502), "OriginConnectError"))
    ran = [effect.event_type for effect in asked.asked if isinstance(effect, Invoke)]
    assert ran == ["viewer-request", "origin-request"]


def test_the_request_that_was_asked_stays_the_viewers_own_in_the_log() -> None:
    moving = edited(lambda request: request.update(uri="/moved"))
    asked = played(site(ECHO, origin_request_policy=ALL_VIEWER), viewer_request=moving)
    assert asked.facts.request is GET


# --- switches -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("first", "seen"), [(True, "/index.html"), (False, "/")])
def test_viewer_request_sees_the_default_root_object_or_the_root(first: bool, seen: str) -> None:
    settings = {"default_root_object": "index.html", "switches": Switches(root_object_first=first)}
    root = Request(method="GET", path="/", headers=GET.headers)
    asked = played(at("viewer-request", distribution=settings), root)
    assert asked.invoke("viewer-request").event["request"]["uri"] == seen
    assert asked.only(Fetch).request.path == "/index.html"


def test_the_default_root_object_comes_late_without_a_function_too() -> None:
    settings = {"default_root_object": "index.html", "switches": Switches(root_object_first=False)}
    asked = played(site(distribution=settings), Request(method="GET", path="/", headers=GET.headers))
    assert asked.only(Fetch).request.path == "/index.html"


POLICY = ResponseHeadersPolicy(name="adds", custom_headers=(PolicyHeader(name="X-Policy", value="yes"),))


@pytest.mark.parametrize("kind", ["generated", "errors"])
@pytest.mark.parametrize("on", [False, True])
def test_a_switch_says_whether_the_response_headers_policy_has_a_say(kind: PolicyOn, on: bool) -> None:
    switches = {"switches": Switches(rhp_on=frozenset({kind} if on else ()))}
    output: Any = Invoked(output={"statusCode": 200}) if kind == "generated" else Invoked(output=None)
    distribution = at("viewer-request", response_headers_policy=POLICY, distribution=switches)
    headers = played(distribution, **answering("viewer-request", output)).response.headers
    assert ("x-policy" in headers) is on


@pytest.mark.parametrize("on", [False, True])
def test_a_switch_says_so_of_the_page_for_an_unreachable_origin_too(on: bool) -> None:
    switches = {"switches": Switches(rhp_on=frozenset({"errors"} if on else ()))}
    unreachable = Fetched(Response(status=502), "OriginConnectError")
    headers = played(site(response_headers_policy=POLICY, distribution=switches), Fetch=unreachable).response.headers
    assert ("x-policy" in headers) is on
