"""The trace: what was asked, what was answered, and why, as values and as text."""

from __future__ import annotations

import logging
from typing import Any

import pytest

from edgeware.core.access_log import Record
from edgeware.core.body import Recorder
from edgeware.core.decision import Decision
from edgeware.core.effects import (
    Board,
    Boarding,
    Delivery,
    Drain,
    Effect,
    Failure,
    Fetch,
    Fetched,
    Found,
    Invoke,
    Invoked,
    LambdaReport,
    Land,
    Lookup,
    ReadBody,
    RequestBody,
    Resolve,
    Respond,
    Store,
)
from edgeware.messages import Headers, Request, Response
from edgeware.trace import FunctionRun, Step, Trace
from tests.playbook import GET, OK, SENT, record, stored_object
from tests.worlds.sites import js, py, site

ORIGIN = site().origins["app"]
HEAD = Response(status=200, headers=Headers([("X-Cache", "Miss from cloudfront")]))
RECORD = record(site())


def invoke(event_type: Any = "viewer-request", event: Any = None, function: Any = None) -> Invoke:
    return Invoke(function or js("..."), event_type, event or {})


def trace_of(*steps: Step | Decision | Record) -> Trace:
    trace = Trace()
    trace.steps.extend(steps)
    return trace


def line_of(effect: Effect[Any], answer: Any) -> str:
    (line,) = trace_of(Step(effect, answer, 0.0125)).lines()
    return line


# --- as text --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("effect", "answer", "line"),
    [
        (invoke(), Invoked(output={}), "viewer-request 12.500 ms: fn ran"),
        (invoke("origin-request"), Invoked(failure=Failure("timeout", "too slow")), "fn failed: too slow"),
        (Lookup("key"), Found(None, 0), "lookup 12.500 ms: nothing under this key"),
        (Lookup("key"), Found(stored_object(), 0), "lookup 12.500 ms: an object"),
        (Board("key"), Boarding.LEAD, "board 12.500 ms: lead"),
        (Board("key"), Boarding.FAILED, "board 12.500 ms: failed"),
        (Land("key", True), None, "land 12.500 ms: stored"),
        (Land("key", False), None, "land 12.500 ms: nothing stored"),
        (Resolve("http://a.example"), True, "resolve 12.500 ms: http://a.example: found"),
        (Resolve("http://a.example"), False, "resolve 12.500 ms: http://a.example: does not resolve"),
        (ReadBody(9), RequestBody(b"hello", truncated=False), "readbody 12.500 ms: 5 bytes"),
        (Fetch(ORIGIN, GET), OK, "fetch 12.500 ms: GET /x at app: 200"),
        (Fetch(ORIGIN, GET), Fetched(Response(status=504), "OriginReadError"), "GET /x at app: OriginReadError"),
        (Respond(HEAD), Delivery(complete=True, size=42), "respond 12.500 ms: 42 bytes"),
        (Respond(HEAD), Delivery(complete=False, size=7), "respond 12.500 ms: 7 bytes, cut short"),
        (Drain(Recorder(9)), Delivery(complete=True, size=42), "drain 12.500 ms: 42 bytes"),
        (Store("key", stored_object()), True, "store 12.500 ms: kept"),
        (Store("key", stored_object()), False, "store 12.500 ms: not kept"),
    ],
)
def test_every_step_is_a_line_that_says_what_came_of_it(effect: Effect[Any], answer: Any, line: str) -> None:
    assert line_of(effect, answer).endswith(line)


def test_decisions_and_steps_are_told_in_their_order_with_what_a_function_wrote() -> None:
    trace = trace_of(
        Decision("behavior", "Default (*)"),
        Step(invoke(), Invoked(output={}, logs=("one", "two")), 0.001),
    )
    trace.steps.extend([Decision("cache", "expired 3 s ago"), RECORD])
    assert list(trace.lines()) == [
        "behavior: Default (*)",
        "viewer-request 1.000 ms: fn ran",
        "  console.log: one",
        "  console.log: two",
        "cache: expired 3 s ago",
        "record: Miss",
    ]


def test_a_lambda_function_has_the_log_that_lambda_writes() -> None:
    report = LambdaReport(request_id="0a", version="7", milliseconds=1, memory_size=128, max_memory_used=9)
    step = Step(invoke(), Invoked(output={}, logs=("one",), report=report), 0.001)
    assert list(trace_of(step).lines())[1:4] == [
        "  log: START RequestId: 0a Version: 7",
        "  log: one",
        "  log: END RequestId: 0a",
    ]


def test_server_timing_is_the_steps_so_far_in_milliseconds() -> None:
    trace = trace_of(
        Decision("behavior", "Default (*)"),
        Step(invoke(), Invoked(), 0.0015),
        Step(Lookup("key"), Found(None, 0), 0.00025),
    )
    assert trace.server_timing() == "viewer-request;dur=1.500, lookup;dur=0.250"


# --- as values ------------------------------------------------------------------------------------------------------


def test_what_happened_is_found_in_the_steps() -> None:
    trace = trace_of(
        Decision("behavior", "Default (*)"),
        Step(invoke(event={"request": {}}), Invoked(output={}), 0.25),
        Step(Respond(HEAD), SENT, 0.5),
        RECORD,
    )
    assert trace.decisions == (Decision("behavior", "Default (*)"),)
    assert trace.functions == (FunctionRun("viewer-request", "fn", {"request": {}}, Invoked(output={}), 0.25),)
    assert trace.response is HEAD
    assert trace.facts == RECORD.facts()
    assert trace.seconds == 0.75


def test_of_what_has_not_happened_there_is_nothing() -> None:
    trace = trace_of(Step(Lookup("key"), Found(None, 0), 0.0))
    assert (trace.decisions, trace.functions, trace.response, trace.facts) == ((), (), None, None)


BEFORE = {"host": {"value": "a"}, "x-old": {"value": "1"}, "x-same": {"value": "s"}}
AFTER = {"host": {"value": "b"}, "x-new": {"value": "2"}, "x-same": {"value": "s"}}
CHANGES = (
    ("host", {"value": "a"}, {"value": "b"}),
    ("x-new", None, {"value": "2"}),
    ("x-old", {"value": "1"}, None),
)


@pytest.mark.parametrize(
    ("event_type", "event"),
    [
        ("viewer-request", {"request": {"headers": BEFORE}}),
        ("viewer-response", {"request": {"headers": {}}, "response": {"headers": BEFORE}}),
        ("origin-request", {"Records": [{"cf": {"request": {"headers": BEFORE}}}]}),
        ("origin-response", {"Records": [{"cf": {"request": {}, "response": {"headers": BEFORE}}}]}),
    ],
)
def test_a_function_run_knows_the_headers_that_it_changed(event_type: Any, event: Any) -> None:
    run = FunctionRun(event_type, "fn", event, Invoked(output={"headers": AFTER}), 0.0)
    assert run.header_changes() == CHANGES


@pytest.mark.parametrize("output", [None, "nonsense", {}, {"headers": "nonsense"}])
def test_a_function_that_gave_no_headers_has_taken_all_away(output: object) -> None:
    run = FunctionRun("viewer-request", "fn", {"request": {"headers": {"a": 1}}}, Invoked(output=output), 0.0)
    assert run.header_changes() == (("a", 1, None),)


# --- in the log -----------------------------------------------------------------------------------------------------


def logged(trace: Trace, caplog: pytest.LogCaptureFixture, level: int) -> list[tuple[str, str]]:
    logger = logging.getLogger("edgeware.trace-test")
    with caplog.at_level(level, logger.name):
        trace.log(Request(method="GET", path="/a"), logger)
    return [(record.levelname, record.getMessage()) for record in caplog.records]


WHOLE = (
    Decision("behavior", "Default (*)"),
    Step(invoke(function=js("...", "redirects")), Invoked(output={}), 0.002),
    Step(invoke("origin-request", function=py("...", "signs")), Invoked(output={}), 0.003),
    Step(Respond(HEAD), SENT, 0.0),
)
LINE = "GET /a 200 Miss from cloudfront [viewer-request=redirects, origin-request=signs] 5.0 ms"


def test_a_request_is_a_line(caplog: pytest.LogCaptureFixture) -> None:
    assert logged(trace_of(*WHOLE), caplog, logging.INFO) == [("INFO", LINE)]


def test_a_request_without_an_answer_is_a_line_too(caplog: pytest.LogCaptureFixture) -> None:
    assert logged(trace_of(), caplog, logging.INFO) == [("INFO", "GET /a 0 no answer [-] 0.0 ms")]


def test_whoever_debugs_sees_the_whole_trace(caplog: pytest.LogCaptureFixture) -> None:
    trace = trace_of(*WHOLE)
    lines = logged(trace, caplog, logging.DEBUG)
    assert lines == [("INFO", LINE), *(("DEBUG", f"  {line}") for line in trace.lines())]


def test_a_warning_is_told_whatever_else_is_silent(caplog: pytest.LogCaptureFixture) -> None:
    trace = trace_of(*WHOLE, Decision("viewer-request", "fn failed: fn.js:3: no", warning=True))
    assert logged(trace, caplog, logging.WARNING) == [("WARNING", "GET /a: viewer-request: fn failed: fn.js:3: no")]
