"""The viewer's side: what is stored and when, what only this viewer sees, and the line in the log."""

from __future__ import annotations

from typing import Any

import pytest

from edgeware.config.model import PolicyHeader, ResponseHeadersPolicy, ViewerDefaults
from edgeware.core.access_log import fields
from edgeware.core.effects import Boarding, Delivery, Drain, Effect, Failure, Fetched, Found, Invoked, Land, Respond
from edgeware.core.headers import XCache
from edgeware.messages import Headers, Request, Response
from tests.playbook import ECHO, GET, NOW, OK, RECORD_LIMIT, kinds, played, stored_object
from tests.worlds.sites import TurnableClock, site

ADDS = ResponseHeadersPolicy(name="adds", custom_headers=(PolicyHeader(name="X-Policy", value="yes"),))
VIEWER_RESPONSE = {"viewer-response": ECHO["viewer-response"]}


def sending(*chunks: bytes, complete: bool = True) -> Any:
    """The driver's part of a Respond: the body passes the transforms."""

    def deliver(effect: Effect[Any]) -> Delivery:
        assert isinstance(effect, Respond)
        for transform in effect.transforms:
            for chunk in chunks:
                transform.feed(chunk)
            transform.finish()
        return Delivery(complete=complete, size=sum(map(len, chunks)))

    return deliver


def draining(*chunks: bytes, complete: bool = True) -> Any:
    def drain(effect: Effect[Any]) -> Delivery:
        assert isinstance(effect, Drain)
        for chunk in chunks:
            effect.recorder.feed(chunk)
        return Delivery(complete=complete, size=sum(map(len, chunks)))

    return drain


def answering(status: int = 200, *lines: tuple[str, str]) -> Fetched:
    return Fetched(Response(status=status, headers=Headers(lines)))


# --- storing --------------------------------------------------------------------------------------------------------


def test_a_body_is_recorded_on_its_way_and_stored_at_its_end() -> None:
    asked = played(site(), Respond=sending(b"he", b"llo"))
    assert kinds(asked.asked)[-4:] == ["Respond", "Store", "Land", "Record"]
    assert asked.stored.body == b"hello"


@pytest.mark.parametrize(
    ("announced", "complete", "stored"),
    [
        (None, True, True),
        ("5", True, True),
        ("6", True, False),
        ("4", True, False),
        ("nonsense", True, False),
        ("5", False, False),
        (None, False, False),
    ],
)
def test_only_a_whole_body_gets_into_the_cache(announced: str | None, complete: bool, stored: bool) -> None:
    lines = [] if announced is None else [("Content-Length", announced)]
    asked = played(site(), Fetch=answering(200, *lines), Respond=sending(b"hello", complete=complete))
    assert ("Store" in kinds(asked.asked)) is stored
    assert asked.only(Land).stored is stored
    text = f"not stored: the body ended after 5 bytes of {announced or 'unknown'}"
    assert (text in asked.said("store")) is not stored


@pytest.mark.parametrize(("size", "stored"), [(RECORD_LIMIT, True), (RECORD_LIMIT + 1, False)])
def test_a_body_over_the_limit_is_not_stored(size: int, stored: bool) -> None:
    asked = played(site(), Respond=sending(b"x" * size))
    assert ("Store" in kinds(asked.asked)) is stored
    assert (f"not stored: the body is longer than {RECORD_LIMIT} bytes" in asked.said("store")) is not stored
    assert asked.only(Land).stored is stored


def test_an_object_that_the_store_does_not_take_is_no_use_to_those_who_wait() -> None:
    assert not played(site(), Store=False).only(Land).stored


@pytest.mark.parametrize(("control", "stored"), [("max-age=60", True), ("no-cache", False), ("max-age=0", False)])
def test_those_who_wait_are_only_told_of_a_fresh_object(control: str, stored: bool) -> None:
    asked = played(site(), Fetch=answering(200, ("Cache-Control", control)))
    assert "Store" in kinds(asked.asked)
    assert asked.only(Land).stored is stored


def test_an_error_page_of_the_edge_is_stored_before_it_is_sent() -> None:
    asked = played(site(), Fetch=Fetched(Response(status=502), "OriginConnectError"))
    assert kinds(asked.asked)[-4:] == ["Store", "Land", "Respond", "Record"]
    assert asked.stored.body == asked.response.body


def test_those_who_wait_for_what_is_not_to_be_stored_learn_that_nothing_was() -> None:
    asked = played(site(), Fetch=answering(307))
    assert kinds(asked.asked)[-3:] == ["Land", "Respond", "Record"]
    assert not asked.only(Land).stored


def test_one_that_nobody_waits_for_lands_nothing() -> None:
    assert "Land" not in kinds(played(site(), Board=Boarding.FAILED).asked)


def test_the_object_is_drained_into_the_cache_where_the_viewer_gets_another_body() -> None:
    made = Invoked(output={"statusCode": 200, "headers": {}, "body": "instead"})
    asked = played(site(VIEWER_RESPONSE), viewer_response=made, Drain=draining(b"the ", b"object"))
    assert kinds(asked.asked)[-5:] == ["Drain", "Store", "Land", "Respond", "Record"]
    assert asked.stored.body == b"the object"
    assert asked.response.body == b"instead"
    assert asked.only(Respond).transforms == ()


@pytest.mark.parametrize(
    "drain", [draining(b"x" * (RECORD_LIMIT + 1)), draining(b"x", complete=False)], ids=["too long", "cut short"]
)
def test_what_cannot_be_drained_whole_is_not_stored(drain: Any) -> None:
    made = Invoked(output={"statusCode": 200, "headers": {}, "body": "instead"})
    asked = played(site(VIEWER_RESPONSE), viewer_response=made, Drain=drain)
    assert "Store" not in kinds(asked.asked)
    assert not asked.only(Land).stored
    assert asked.response.body == b"instead"


# --- what only this viewer sees -------------------------------------------------------------------------------------


def test_the_response_headers_policy_comes_before_viewer_response_and_is_not_stored() -> None:
    asked = played(site(VIEWER_RESPONSE, response_headers_policy=ADDS))
    assert asked.invoke("viewer-response").event["response"]["headers"]["x-policy"] == {"value": "yes"}
    assert asked.response.headers.get("x-policy") == "yes"
    assert "x-policy" not in asked.stored.headers


def test_without_a_function_the_policy_is_all_that_happens() -> None:
    asked = played(site(response_headers_policy=ADDS))
    assert asked.response.headers.get("x-policy") == "yes"
    assert asked.said("viewer-response") == []


@pytest.mark.parametrize(
    ("answers", "cache"),
    [
        ({}, "cdn-cache-miss"),
        ({"Lookup": Found(stored_object(), 0)}, "cdn-cache-hit"),
        ({"Lookup": Found(stored_object(fresh_until=0.0), 0), "Fetch": answering(304)}, "cdn-cache-refresh"),
        ({"Fetch": answering(404)}, "cdn-cache-miss"),
    ],
    ids=["miss", "hit", "refresh", "error"],
)
def test_server_timing_of_the_policy_knows_how_the_answer_was_found(answers: dict[str, Any], cache: str) -> None:
    policy = ResponseHeadersPolicy(name="timing", server_timing=0)
    request = Request(method="GET", path="/x", headers=Headers([("Pragma", "server-timing")]))
    asked = played(site(response_headers_policy=policy), request, **answers)
    timing = asked.response.headers.get("server-timing") or ""
    assert cache in timing
    assert 'cdn-rid;desc="id"' in timing


@pytest.mark.parametrize(("rate", "sampled"), [(100.0, False), (100.5, True)])
def test_server_timing_is_sampled_by_the_number_that_was_drawn(rate: float, sampled: bool) -> None:
    # The playbook draws 100, which a real edge never does: so no documented rate is above it.
    policy = ResponseHeadersPolicy(name="timing", server_timing=rate)
    assert ("server-timing" in played(site(response_headers_policy=policy)).response.headers) is sampled


@pytest.mark.parametrize(
    ("request_", "fetched"),
    [
        (GET, answering(400)),
        (GET, answering(500)),
        (GET, Fetched(Response(status=502), "OriginConnectError")),
        (Request(method="TRACE", path="/x"), OK),
    ],
    ids=["400", "500", "no origin", "refused"],
)
def test_viewer_response_is_skipped_for_errors_and_the_trace_says_so(request_: Request, fetched: Fetched) -> None:
    asked = played(site(VIEWER_RESPONSE), request_, Fetch=fetched)
    assert "viewer-response" not in kinds(asked.asked)
    assert asked.said("viewer-response") == ["skipped: an error, or an answer of the edge's or a function's own"]


def test_viewer_response_is_not_said_to_be_skipped_where_there_is_none() -> None:
    assert played(site(response_headers_policy=ADDS), Fetch=answering(404)).said("viewer-response") == []


def test_viewer_response_runs_for_whatever_is_no_error() -> None:
    assert "viewer-response" in kinds(played(site(VIEWER_RESPONSE), Fetch=answering(399)).asked)


def test_the_policy_applies_to_the_edges_refusals_and_not_to_its_redirects() -> None:
    refused = played(site(response_headers_policy=ADDS), Request(method="TRACE", path="/x"))
    assert (refused.response.status, refused.response.headers.get("x-policy")) == (403, "yes")
    distribution = site(response_headers_policy=ADDS, viewer_protocol_policy="redirect-to-https")
    redirected = played(distribution, Request(method="GET", path="/x", scheme="http"))
    assert (redirected.response.status, redirected.response.headers.get("x-policy")) == (301, None)


@pytest.mark.parametrize(
    ("answer", "status", "x_cache"),
    [
        (Invoked(failure=Failure("execution", "no")), 503, XCache.FUNCTION_EXECUTION_ERROR),
        (Invoked(output="nonsense"), 502, XCache.FUNCTION_VALIDATION_ERROR),
    ],
    ids=["fails", "returns nonsense"],
)
def test_the_object_is_stored_as_it_came_if_viewer_response(answer: Invoked, status: int, x_cache: str) -> None:
    distribution = site(VIEWER_RESPONSE, response_headers_policy=ADDS)
    asked = played(distribution, viewer_response=answer, Drain=draining(b"whole"))
    assert (asked.response.status, asked.response.headers.get("x-cache")) == (status, x_cache)
    assert (asked.stored.status, asked.stored.body) == (200, b"whole")
    assert asked.only(Land).stored


def test_an_answer_that_the_function_did_not_touch_is_sent_as_it_is() -> None:
    asked = played(site(VIEWER_RESPONSE), Lookup=Found(stored_object(), 0))
    assert asked.response.body == b"stored"
    assert asked.response.headers.get("age") == "5"


# --- the head -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("method", "status", "bodiless"),
    [
        ("GET", 200, False),
        ("HEAD", 200, True),
        ("GET", 204, True),
        ("GET", 205, True),
        ("GET", 304, True),
        ("GET", 404, False),
    ],
)
def test_head_and_some_statuses_have_no_body(method: str, status: int, bodiless: bool) -> None:
    asked = played(site(), Request(method=method, path="/x"), Fetch=answering(status))
    assert asked.only(Respond).bodiless is bodiless


def test_the_edge_dates_a_response_by_its_own_clock() -> None:
    asked = played(site(), now=TurnableClock(784111777.9))
    assert asked.response.headers.get("date") == "Sun, 06 Nov 1994 08:49:37 GMT"


def test_via_speaks_of_the_viewers_http_version() -> None:
    request = Request(method="GET", path="/x", http_version="2.0")
    assert (played(site(), request).response.headers.get("via") or "").startswith("2.0 ")


# --- the log --------------------------------------------------------------------------------------------------------


def test_the_log_tells_what_was_asked_what_was_answered_and_how_long_it_took() -> None:
    clock = TurnableClock(NOW)

    def fetch(effect: Effect[Any]) -> Fetched:
        clock.advance(2)
        return answering(200, ("Content-Type", "text/plain"))

    def respond(effect: Effect[Any]) -> Delivery:
        clock.advance(3)
        return Delivery(complete=True, size=42)

    distribution = site(viewer=ViewerDefaults(tls="TLSv1.2:CIPHER:fullHandshake"))
    facts = played(distribution, now=clock, Fetch=fetch, Respond=respond).facts
    assert facts.request is GET
    assert (facts.domain_name, facts.request_id, facts.status) == ("d111111abcdef8.cloudfront.net", "id", 200)
    assert (facts.time_to_first_byte, facts.time_taken, facts.finished_at) == (2, 5, NOW + 5)
    assert (facts.response_body_size, facts.tls) == (42, "TLSv1.2:CIPHER:fullHandshake")
    line = fields(facts)
    assert (line["sc-content-type"], line["x-edge-location"]) == ("text/plain", "IAD66-C1")


@pytest.mark.parametrize(
    ("request_", "fetched", "result", "detail"),
    [
        (GET, OK, "Miss", "Miss"),
        (GET, answering(404), "Error", "Error"),
        (GET, Fetched(Response(status=504), "OriginReadError"), "Error", "OriginReadError"),
        (Request(method="TRACE", path="/x"), OK, "Error", "InvalidRequestMethod"),
    ],
)
def test_the_log_has_a_result_and_a_detail(request_: Request, fetched: Fetched, result: str, detail: str) -> None:
    line = fields(played(site(), request_, Fetch=fetched).facts)
    assert (line["x-edge-result-type"], line["x-edge-detailed-result-type"]) == (result, detail)


def test_a_response_names_the_functions_that_an_overlay_lets_be_missing() -> None:
    for answered in (answering(), answering(404)):
        asked = played(site(skipped=("auth", "headers")), Fetch=answered, Respond=sending(b"x"))
        assert asked.response.headers.get("x-edgeware-skipped") == "auth, headers"
    assert played(site(), Respond=sending(b"x")).response.headers.get("x-edgeware-skipped") is None
