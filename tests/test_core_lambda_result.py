from __future__ import annotations

from copy import deepcopy
from dataclasses import replace
from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edgeware.config.model import EventType, Origin, Unmapped
from edgeware.core import lambda_findings as lines_of_page
from edgeware.core.effects import RequestBody
from edgeware.core.function_headers import LAMBDA_READ_ONLY
from edgeware.core.invalid import Invalid
from edgeware.core.lambda_event import event
from edgeware.core.lambda_result import UNPARSABLE, Forward, apply_request, apply_response
from edgeware.messages import Headers, Request, Response
from tests import lambda_edge_samples as samples
from tests.vectors_path import load

HEADER_RULES = load("lambda_edge_headers.json")
SITE = samples.distribution({"distributionId": "E1", "distributionDomainName": "d1.cloudfront.net"})
ORIGIN = Origin(id="app", domain_name="app.test", custom_headers=(("X-Secret", "s3cr3t"),))
REQUEST = Request(
    method="POST",
    path="/caf\xe9",
    query="q=%20a",
    headers=Headers(
        [("Host", "a.test"), ("Via", "1.1 x"), ("X-Edge-Id", "hidden"), ("Content-Length", "3"), ("X-Raw", "caf\xe9")]
    ),
)
RESPONSE = Response(
    status=200,
    reason="Fine",
    headers=Headers(
        [
            ("Content-Type", "text/html"),
            ("content-length", "5"),
            ("X-Cache", "hidden"),
            ("Via", "1.1 y"),
            ("ETag", '"1"'),
        ]
    ),
)
BODY = RequestBody(b"abc", truncated=False)
REQUEST_EVENTS: list[EventType] = ["viewer-request", "origin-request"]
RESPONSE_EVENTS: list[EventType] = ["origin-response", "viewer-response"]


def sent_request(event_type: EventType, request: Request = REQUEST, body: RequestBody | None = BODY) -> dict[str, Any]:
    return event(SITE, event_type, request, request_id="id", origin=ORIGIN, body=body)


def sent_response(event_type: EventType, response: Response = RESPONSE) -> dict[str, Any]:
    return event(SITE, event_type, REQUEST, request_id="id", response=response)


def on_request(event_type: EventType, output: object, request: Request = REQUEST) -> Forward | Response | Invalid:
    return apply_request(event_type, request, sent_request(event_type, request), output, origin=ORIGIN)


def on_response(event_type: EventType, output: object, response: Response = RESPONSE) -> Response | Invalid:
    return apply_response(event_type, response, sent_response(event_type, response), output)


def edited_request(event_type: EventType, **fields: Any) -> dict[str, Any]:
    """The request of the event with some fields changed; None takes a field away."""
    shown = deepcopy(sent_request(event_type)["Records"][0]["cf"]["request"]) | fields
    return {name: value for name, value in shown.items() if value is not None}


def edited_response(event_type: EventType, response: Response = RESPONSE, **fields: Any) -> dict[str, Any]:
    shown = deepcopy(sent_response(event_type, response)["Records"][0]["cf"]["response"]) | fields
    return {name: value for name, value in shown.items() if value is not None}


def forwarded(result: Forward | Response | Invalid) -> Forward:
    assert isinstance(result, Forward), result
    return result


def answered(result: Forward | Response | Invalid) -> Response:
    assert isinstance(result, Response), result
    return result


def refused(result: Forward | Response | Invalid) -> Invalid:
    assert isinstance(result, Invalid), result
    return result


def fields_of(result: Forward | Response | Invalid) -> list[str]:
    return [finding.split(": ")[0] for finding in refused(result).findings]


# --- anything at all ------------------------------------------------------------------------------------------------

JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=8)
    | st.sampled_from(["200", "/", "GET"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=8,
)
FIELDS = st.sampled_from(
    """
    status statusCode statusDescription headers body bodyEncoding uri querystring method clientIp origin Records
    """.split()
)
BODIES = st.fixed_dictionaries(
    {}, optional={"action": JSON | st.just("replace"), "data": JSON, "encoding": JSON | st.just("text")}
)
LINES = st.lists(st.fixed_dictionaries({}, optional={"key": JSON, "value": JSON}), max_size=2)
HEADER_MAPS = st.dictionaries(st.sampled_from(["via", "host", "x-a", "X-A", "x-cache"]) | st.text(), LINES | JSON)
ORIGINS = st.dictionaries(
    st.sampled_from(["custom", "s3"]),
    JSON
    | st.dictionaries(
        st.sampled_from(
            "domainName path port protocol sslProtocols readTimeout customHeaders authMethod region".split()
        ),
        JSON | HEADER_MAPS | st.sampled_from(["a.test", 443, "https", "none"]),
    ),
)
OUTPUTS = JSON | st.dictionaries(FIELDS, JSON | HEADER_MAPS | BODIES | ORIGINS)


@given(st.sampled_from(REQUEST_EVENTS), OUTPUTS, st.booleans())
def test_no_output_of_a_request_event_raises(event_type: EventType, output: Any, over_the_event: bool) -> None:
    if over_the_event and isinstance(output, dict):
        output = edited_request(event_type) | output
    result = on_request(event_type, output)
    assert not isinstance(result, Invalid) or (result.message and result.findings)


@given(st.sampled_from(RESPONSE_EVENTS), OUTPUTS, st.booleans())
def test_no_output_of_a_response_event_raises(event_type: EventType, output: Any, over_the_event: bool) -> None:
    if over_the_event and isinstance(output, dict):
        output = edited_response(event_type) | output
    result = on_response(event_type, output)
    assert not isinstance(result, Invalid) or (result.message and result.findings)


@pytest.mark.parametrize("output", [None, True, 0, "text", [], [{}]], ids=str)
def test_a_result_must_be_an_object(output: Any) -> None:
    for result in (on_request("viewer-request", output), on_response("origin-response", output)):
        assert refused(result).message == lines_of_page.NOT_AN_OBJECT


def test_a_result_that_is_not_json_has_its_own_line() -> None:
    line = "The Lambda function returned invalid json: The json output is not parsable"
    assert refused(on_request("origin-request", UNPARSABLE)).message == line
    assert refused(on_response("viewer-response", UNPARSABLE)).message == line


def test_returning_the_whole_event_is_the_observed_mistake() -> None:
    for result in (
        on_request("viewer-request", sent_request("viewer-request")),
        on_response("viewer-response", sent_response("viewer-response")),
    ):
        assert refused(result).message == lines_of_page.ENTRY_NOT_AN_ARRAY
        assert "the whole event" in refused(result).findings[0]


def test_the_response_of_an_api_gateway_handler_fails_by_its_body() -> None:
    result = refused(on_request("viewer-request", {"statusCode": 200, "body": "hi"}))
    assert result.message == lines_of_page.BODY
    assert "API Gateway" in result.findings[0]


# --- samples --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", sorted(samples.EVENTS))
def test_a_sample_that_comes_back_unchanged_changes_nothing(name: str) -> None:
    cf = samples.cf_of(name)
    event_type = cast("EventType", cf["config"]["eventType"])
    response = samples.response(cf.get("response"))
    if response is not None:
        assert apply_response(event_type, response, samples.EVENTS[name], deepcopy(cf["response"])) == response
        return
    request, origin = samples.request(cf["request"]), samples.origin(cf["request"].get("origin"))
    result = apply_request(event_type, request, samples.EVENTS[name], deepcopy(cf["request"]), origin=origin)
    assert result == Forward(request, origin, None)
    assert forwarded(result).origin is origin


def test_the_sample_responses_are_answers() -> None:
    minimal = answered(on_request("viewer-request", samples.RETURNS["generated_response_min"]))
    assert minimal == Response(status=204, headers=Headers(), reason="", body=b"")
    full = answered(on_request("origin-request", samples.RETURNS["generated_response_full"]))
    assert (full.status, full.reason, full.body) == (302, "Found", b"<b>hi</b>")
    assert full.headers.lines == (
        ("Location", "/login"),
        ("Set-Cookie", "r=1"),
        ("Set-Cookie", "s=2"),
        ("Content-Length", "9"),
    )


def test_the_sample_body_takes_the_place_of_the_viewers() -> None:
    output = edited_request("viewer-request", body=samples.RETURNS["request_body_replace"])
    result = forwarded(on_request("viewer-request", output))
    assert result.body == b"q=edge&page=3"
    assert result.request.headers == REQUEST.headers.set("Content-Length", "13")


# --- requests -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("event_type", REQUEST_EVENTS)
def test_an_edited_request_goes_on_with_what_was_left_alone(event_type: EventType) -> None:
    output = edited_request(event_type, uri="/crème", querystring="r=é")
    output["headers"]["x-new"] = [{"value": "1"}]
    expected = replace(REQUEST, path="/cr\xc3\xa8me", query="r=\xc3\xa9", headers=REQUEST.headers.add("X-New", "1"))
    assert on_request(event_type, output) == Forward(expected, ORIGIN, None)


def test_what_is_left_alone_keeps_its_bytes() -> None:
    result = forwarded(on_request("viewer-request", edited_request("viewer-request", querystring="")))
    assert (result.request.path, result.request.query) == ("/caf\xe9", "")
    assert forwarded(on_request("viewer-request", edited_request("viewer-request", querystring=None))) == result
    result = forwarded(on_request("viewer-request", edited_request("viewer-request", uri="/")))
    assert (result.request.path, result.request.query) == ("/", "q=%20a")


@pytest.mark.parametrize(
    "uri", ["a", "", "https://a.test/", "/a b", "/a?b", "/a#b", "/a\n", "/a\x7f", 7, None, ["/"]], ids=repr
)
def test_a_uri_is_refused(uri: Any) -> None:
    result = refused(on_request("origin-request", edited_request("origin-request", uri=uri)))
    assert result.message == lines_of_page.URI
    assert len(result.findings) == 1


@pytest.mark.parametrize("query", ["a b", "a#b", "a\tb", "a\x00", 7, {"a": "b"}], ids=repr)
def test_a_query_string_is_refused(query: Any) -> None:
    result = refused(on_request("origin-request", edited_request("origin-request", querystring=query)))
    assert result.message == lines_of_page.QUERY_STRING


@pytest.mark.parametrize("event_type", REQUEST_EVENTS)
def test_uri_and_query_string_have_a_limit_together(event_type: EventType) -> None:
    limit = load("lambda_edge_limits.json")["uri_plus_querystring_chars"]["must_be_less_than"]
    fits = edited_request(event_type, uri="/" + "a" * 4095, querystring="b" * (limit - 4097))
    assert isinstance(on_request(event_type, fits), Forward)
    result = on_request(event_type, fits | {"querystring": "b" * (limit - 4096)})
    assert refused(result).message == lines_of_page.URI


def test_a_long_odd_url_of_the_viewers_own_is_not_judged() -> None:
    request = replace(REQUEST, path="/a b" + "a" * 8190, query="a b#")
    shown = sent_request("viewer-request", request)["Records"][0]["cf"]["request"]
    assert on_request("viewer-request", shown, request) == Forward(request, ORIGIN, None)


@pytest.mark.parametrize("event_type", REQUEST_EVENTS)
@pytest.mark.parametrize(
    ("field", "value"), [("method", "GET"), ("method", None), ("clientIp", "::1"), ("clientIp", 1)]
)
def test_method_and_client_ip_are_read_only(event_type: EventType, field: str, value: Any) -> None:
    result = refused(on_request(event_type, edited_request(event_type, **{field: value})))
    assert result.message == lines_of_page.READ_ONLY_FIELD


def test_whether_the_body_was_truncated_is_read_only() -> None:
    body = {"inputTruncated": True, "action": "read-only"}
    output = edited_request("viewer-request", body=body)
    assert fields_of(on_request("viewer-request", output)) == ["body.inputTruncated"]
    unseen = apply_request("viewer-request", REQUEST, sent_request("viewer-request", body=None), output, origin=None)
    assert isinstance(unseen, Forward)
    assert isinstance(on_request("viewer-request", edited_request("viewer-request", body={})), Forward)


@pytest.mark.parametrize("event_type", REQUEST_EVENTS)
def test_a_body_can_be_replaced_without_having_been_seen(event_type: EventType) -> None:
    output = edited_request(event_type, body={"action": "replace", "encoding": "text", "data": ""})
    sent = sent_request(event_type, body=None)
    result = forwarded(apply_request(event_type, REQUEST, sent, output, origin=ORIGIN))
    assert (result.body, result.request.headers.get("content-length")) == (b"", "0")


@pytest.mark.parametrize("event_type", REQUEST_EVENTS)
@pytest.mark.parametrize("edit", ["add", "change", "delete"])
def test_read_only_headers_stay_as_they_are(event_type: EventType, edit: str) -> None:
    for name in HEADER_RULES["read_only"][event_type]:
        request = REQUEST if edit == "add" else replace(REQUEST, headers=REQUEST.headers.set(name, "old"))
        request = replace(request, headers=request.headers.without(name)) if edit == "add" else request
        shown = sent_request(event_type, request)["Records"][0]["cf"]["request"]
        entry = [] if edit == "delete" else [{"key": name, "value": "new"}]
        result = refused(on_request(event_type, shown | {"headers": shown["headers"] | {name.lower(): entry}}, request))
        assert result.message == lines_of_page.READ_ONLY_HEADER
        assert f"tried to {edit}" in result.findings[0]


def test_the_read_only_lists_are_the_documented_ones() -> None:
    for event_type, names in LAMBDA_READ_ONLY.items():
        assert {name.lower() for name in HEADER_RULES["read_only"][event_type]} == names


@pytest.mark.parametrize("event_type", REQUEST_EVENTS)
def test_no_disallowed_header_can_be_added(event_type: EventType) -> None:
    for name in [*HEADER_RULES["disallowed"]["exact"], "X-Amz-Cf-Id", "X-Edge-Thing"]:
        output = edited_request(event_type)
        output["headers"][name.lower()] = [{"key": name, "value": "1"}]
        assert refused(on_request(event_type, output)).message == lines_of_page.DISALLOWED_HEADER


def test_only_viewer_request_may_not_add_the_viewers_country() -> None:
    for event_type in REQUEST_EVENTS:
        output = edited_request(event_type)
        output["headers"]["cloudfront-viewer-country"] = [{"value": "NO"}]
        assert isinstance(on_request(event_type, output), Invalid) is (event_type == "viewer-request")
    request = replace(REQUEST, headers=REQUEST.headers.add("CloudFront-Viewer-Country", "DE"))
    shown = sent_request("viewer-request", request)["Records"][0]["cf"]["request"]
    shown["headers"]["cloudfront-viewer-country"][0]["value"] = "NO"
    result = forwarded(on_request("viewer-request", shown, request))
    assert result.request.headers.get("CloudFront-Viewer-Country") == "NO"


def test_host_can_be_changed_at_origin_request_only() -> None:
    for event_type in REQUEST_EVENTS:
        output = edited_request(event_type)
        output["headers"]["host"][0]["value"] = "b.test"
        assert isinstance(on_request(event_type, output), Forward) is (event_type == "origin-request")


def test_origin_request_may_change_the_origin() -> None:
    output = edited_request("origin-request")
    output["origin"]["custom"]["domainName"] = "b.test"
    changed = forwarded(on_request("origin-request", output)).origin
    assert changed is not None
    assert (changed.domain_name, type(changed.target)) == ("b.test", Unmapped)
    output["origin"]["custom"]["domainName"] = "b.test:80"
    line = "The Lambda function returned an invalid origin configuration: The value of DomainName is invalid."
    assert refused(on_request("origin-request", output)).message == line


def test_an_origin_left_out_or_out_of_place_changes_nothing() -> None:
    assert forwarded(on_request("origin-request", edited_request("origin-request", origin=None))).origin is ORIGIN
    assert forwarded(on_request("viewer-request", edited_request("viewer-request", origin=7))).origin is ORIGIN
    shown = event(SITE, "origin-request", REQUEST, request_id="id")
    result = apply_request(
        "origin-request", REQUEST, shown, shown["Records"][0]["cf"]["request"] | {"origin": 7}, origin=None
    )
    assert forwarded(result).origin is None


def test_every_mistake_is_told_in_the_order_of_the_checks() -> None:
    output = edited_request(
        "origin-request", uri="a", querystring="a b", method="PUT", clientIp="x", origin={}, body="text"
    )
    output["headers"] |= {"x-bad": "1", "x-cache": [{"value": "1"}], "via": []}
    result = refused(on_request("origin-request", output))
    assert result.message == lines_of_page.ENTRY_NOT_AN_ARRAY
    expected = "headers.x-bad headers.x-cache headers.via uri querystring origin body method clientIp"
    assert fields_of(result) == expected.split()


# --- generated responses --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", ["200", "599", 200, 599, "404"], ids=repr)
def test_the_status_of_a_generated_response_is_a_number_or_a_string(status: Any) -> None:
    assert answered(on_request("viewer-request", {"status": status})).status == int(status)


@pytest.mark.parametrize(
    "status",
    ["199", "600", 199, 600, 10**5000, "", "OK", "20", " 200", "2e2", "２００", 200.5, True, None, [200]],
    ids=lambda status: repr(status)[:10] if not isinstance(status, int) else f"int {status % 1000}",
)
def test_the_status_of_a_generated_response_is_refused(status: Any) -> None:
    assert refused(on_request("viewer-request", {"status": status})).message == lines_of_page.STATUS


def test_a_generated_response_has_no_content_type_and_its_length() -> None:
    result = answered(on_request("viewer-request", {"status": "401", "statusDescription": "Nö", "body": "é"}))
    assert result.headers.lines == (("Content-Length", "2"),)
    assert (result.reason, result.body) == ("N\xc3\xb6", b"\xc3\xa9")


@pytest.mark.parametrize("description", ["a\r\nb", None, 7], ids=repr)
def test_a_status_description_is_refused(description: Any) -> None:
    result = on_request("viewer-request", {"status": "200", "statusDescription": description})
    assert refused(result).message == lines_of_page.STATUS_DESCRIPTION


@pytest.mark.parametrize("event_type", REQUEST_EVENTS)
def test_a_generated_response_may_not_bring_framing_headers(event_type: EventType) -> None:
    for name in HEADER_RULES["generated_response_rules"]["rejected_when_present"][event_type]:
        output = {"status": "200", "headers": {name.lower(): [{"key": name, "value": "1"}]}}
        assert refused(on_request(event_type, output)).message == lines_of_page.READ_ONLY_HEADER
    keep_alive = {"status": "200", "headers": {"keep-alive": [{"key": "Keep-Alive", "value": "timeout=5"}]}}
    assert refused(on_request(event_type, keep_alive)).message == lines_of_page.DISALLOWED_HEADER


@pytest.mark.parametrize(
    ("event_type", "body", "fits"),
    [
        ("viewer-request", None, True),
        ("viewer-request", "", False),
        ("viewer-request", "a", False),
        ("origin-request", "", True),
        ("origin-request", "a", False),
    ],
)
def test_a_204_has_no_body(event_type: EventType, body: str | None, fits: bool) -> None:
    output = {"status": 204} if body is None else {"status": 204, "body": body}
    result = on_request(event_type, output)
    assert isinstance(result, Response) is fits
    if fits:
        assert "content-length" not in answered(result).headers
    else:
        assert refused(result).message == lines_of_page.BODY_NOT_ALLOWED


@pytest.mark.parametrize(("event_type", "limit"), [("viewer-request", 40960), ("origin-request", 1048576)])
def test_a_generated_response_has_a_limit(event_type: EventType, limit: int) -> None:
    output = {"status": "200", "headers": {"x-a": [{"value": "1"}]}, "body": "a" * (limit - 4)}
    assert isinstance(on_request(event_type, output), Response)
    assert refused(on_request(event_type, output | {"body": "a" * (limit - 3)})).message == lines_of_page.BODY


def test_a_generated_response_tells_all_its_mistakes_in_order() -> None:
    headers = {"content-length": [{"value": "1"}], "connection": [{"value": "close"}], "x-a": {}}
    output = {"status": "x", "statusDescription": 1, "headers": headers, "body": {}}
    expected = "headers.x-a status statusDescription headers.connection headers.content-length body"
    assert fields_of(on_request("origin-request", output)) == expected.split()


# --- origin-response ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", ["404", 404], ids=repr)
def test_origin_response_may_change_the_status(status: Any) -> None:
    output = edited_response("origin-response", status=status, statusDescription="Weg")
    result = answered(on_response("origin-response", output))
    assert (result.status, result.reason, result.body) == (404, "Weg", None)
    assert result.headers == RESPONSE.headers


@pytest.mark.parametrize("status", ["600", 100, "x", None], ids=repr)
def test_origin_response_needs_a_status(status: Any) -> None:
    result = on_response("origin-response", edited_response("origin-response", status=status))
    assert refused(result).message == lines_of_page.STATUS


def test_an_odd_status_of_the_origins_own_is_not_judged() -> None:
    response = replace(RESPONSE, status=999, reason="caf\xe9\x01")
    output = edited_response("origin-response", response)
    assert on_response("origin-response", output, response) == response


def test_the_reason_follows_the_status_and_the_description() -> None:
    quiet = replace(RESPONSE, reason="")
    same = edited_response("origin-response", quiet)
    assert answered(on_response("origin-response", same, quiet)).reason == ""
    moved = edited_response("origin-response", quiet, status="404")
    assert answered(on_response("origin-response", moved, quiet)).reason == "OK"
    bare = edited_response("origin-response", quiet, status="404", statusDescription=None)
    assert answered(on_response("origin-response", bare, quiet)).reason == ""


def test_origin_response_may_replace_the_body() -> None:
    output = edited_response("origin-response", body="/wA=", bodyEncoding="base64")
    result = answered(on_response("origin-response", output))
    assert result.body == b"\xff\x00"
    assert result.headers == RESPONSE.headers.set("Content-Length", "2")


def test_origin_response_may_drop_the_body() -> None:
    result = answered(on_response("origin-response", edited_response("origin-response", body="")))
    assert (result.body, result.headers.get("content-length")) == (b"", "0")
    gone = answered(on_response("origin-response", edited_response("origin-response", status=204, body="")))
    assert (gone.body, "content-length" in gone.headers) == (b"", False)


def test_a_replaced_body_is_not_chunked() -> None:
    response = replace(RESPONSE, headers=Headers([("Transfer-Encoding", "chunked")]))
    output = edited_response("origin-response", response, body="abc")
    assert answered(on_response("origin-response", output, response)).headers.lines == (("Content-Length", "3"),)


def test_the_length_of_the_origins_body_is_its_own() -> None:
    output = edited_response("origin-response")
    output["headers"]["content-length"][0]["value"] = "99"
    result = answered(on_response("origin-response", output))
    assert (result.body, result.headers.get("content-length")) == (None, "5")


@pytest.mark.parametrize(
    ("status", "fields", "fits"),
    [
        (304, {"body": "a"}, False),
        (304, {"body": "", "status": 200}, False),
        (304, {"status": 200}, True),
        (304, {}, True),
        (200, {"status": 304, "body": "a"}, False),
        (200, {"status": 204, "body": "a"}, False),
    ],
)
def test_a_response_without_a_body_gets_none(status: int, fields: dict[str, Any], fits: bool) -> None:
    response = replace(RESPONSE, status=status)
    result = on_response("origin-response", edited_response("origin-response", response, **fields), response)
    assert isinstance(result, Response) is fits
    assert fits or refused(result).message == lines_of_page.BODY_NOT_ALLOWED


def test_origin_response_has_a_limit() -> None:
    output = edited_response("origin-response", body="a" * 1048576)
    assert refused(on_response("origin-response", output)).message == lines_of_page.BODY


def test_a_response_event_takes_no_request() -> None:
    for event_type in RESPONSE_EVENTS:
        result = refused(on_response(event_type, edited_request("origin-request")))
        assert result.message == lines_of_page.STATUS
        assert "not the request" in result.findings[0]


@pytest.mark.parametrize("event_type", RESPONSE_EVENTS)
def test_read_only_response_headers_stay_as_they_are(event_type: EventType) -> None:
    for name in HEADER_RULES["read_only"][event_type]:
        response = replace(RESPONSE, headers=RESPONSE.headers.set(name, "old"))
        for entry in ([], [{"key": name, "value": "new"}]):
            output = edited_response(event_type, response)
            output["headers"][name.lower()] = entry
            result = refused(on_response(event_type, output, response))
            assert result.message == lines_of_page.READ_ONLY_HEADER


@pytest.mark.parametrize("event_type", RESPONSE_EVENTS)
def test_a_response_may_not_bring_disallowed_headers(event_type: EventType) -> None:
    output = edited_response(event_type)
    output["headers"]["x-cache"] = [{"key": "X-Cache", "value": "Hit"}]
    assert refused(on_response(event_type, output)).message == lines_of_page.DISALLOWED_HEADER


def test_origin_response_may_change_what_viewer_response_may_not() -> None:
    for event_type in RESPONSE_EVENTS:
        output = edited_response(event_type)
        output["headers"]["content-encoding"] = [{"value": "br"}]
        assert isinstance(on_response(event_type, output), Response) is (event_type == "origin-response")


# --- viewer-response ------------------------------------------------------------------------------------------------


def test_viewer_response_edits_headers_only() -> None:
    stored = replace(RESPONSE, body=b"12345")
    output = edited_response("viewer-response", stored, statusDescription="Else")
    output["headers"]["x-frame-options"] = [{"key": "X-Frame-Options", "value": "DENY"}]
    result = on_response("viewer-response", output, stored)
    assert result == replace(stored, headers=stored.headers.add("X-Frame-Options", "DENY"))


@pytest.mark.parametrize(
    ("status", "message"),
    [
        ("404", lines_of_page.STATUS_READ_ONLY),
        (404, lines_of_page.STATUS_READ_ONLY),
        ("x", lines_of_page.STATUS),
        (None, lines_of_page.STATUS),
    ],
    ids=repr,
)
def test_viewer_response_cannot_change_the_status(status: Any, message: str) -> None:
    result = refused(on_response("viewer-response", edited_response("viewer-response", status=status)))
    assert (result.message, len(result.findings)) == (message, 1)


def test_viewer_response_may_write_the_status_as_a_number() -> None:
    assert on_response("viewer-response", edited_response("viewer-response", status=200)) == RESPONSE


@pytest.mark.parametrize("body", ["", "text", {}], ids=repr)
def test_viewer_response_has_no_body(body: Any) -> None:
    result = on_response("viewer-response", edited_response("viewer-response", body=body))
    assert refused(result).message == lines_of_page.BODY_NOT_ALLOWED


def test_viewer_response_has_a_limit() -> None:
    output = edited_response("viewer-response")
    output["headers"]["x-large"] = [{"value": "a" * 40960}]
    assert refused(on_response("viewer-response", output)).message == lines_of_page.BODY


def test_another_status_at_viewer_response_may_be_ignored_instead() -> None:
    output = edited_response("viewer-response", status="404")
    sent = sent_response("viewer-response")
    assert fields_of(apply_response("viewer-response", RESPONSE, sent, output)) == ["status"]
    kept = answered(apply_response("viewer-response", RESPONSE, sent, output, keeps_status=False))
    assert kept.status == 200
