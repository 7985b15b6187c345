"""Whatever a function does to its event, both ways of travelling give what JSON.stringify gives."""

from __future__ import annotations

import json
from collections.abc import Iterator
from concurrent.futures import Future
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from edgeware.config.model import CloudFrontFunction, Code
from edgeware.core.effects import Invoke
from edgeware.functions.event_codec import MOST_RESPONSES, EventCodec
from edgeware.functions.javascript import Budget
from edgeware.functions.news import MOST_PARTS
from edgeware.functions.program import Part
from edgeware.functions.workers import Workers

UNLIMITED = Budget(0)

PROGRAMS = (Path(__file__).parent / "fixtures" / "functions" / "programs.js").read_text("utf-8")
FAST = CloudFrontFunction(name="fast", code=Code(text=PROGRAMS))
# The word alone earns the code a context a run, and there results are always JSON in full.
FULL = CloudFrontFunction(name="full", code=Code(text=f"{PROGRAMS}// toJSON"))

NAMES = [
    "__proto__",
    "constructor",
    "toString",
    "isPrototypeOf",
    "valueOf",
    "hasOwnProperty",
    "value",
    "0",
    "10",
    "",
    "é",
]
TEXTS = ["", "a", "b", "\x7f", "\x00", "\r\n", '"', "\\", "é\xa0\xff", "\u2028", "😀", "__proto__", "x" * 300]
names = st.sampled_from([*NAMES, "host", "x-a", "x-b", "cache-control", "toJSON"])
texts = st.sampled_from(TEXTS) | st.text(max_size=8)
entries = st.fixed_dictionaries({"value": texts}) | st.fixed_dictionaries(
    {"value": texts, "multiValue": st.lists(st.fixed_dictionaries({"value": texts}), min_size=2, max_size=2)}
)
maps = st.dictionaries(names, entries, max_size=6)
steps = st.fixed_dictionaries(
    {
        "do": st.sampled_from(
            "set value extra multi single delete again raw undefined function null date boxed inherit copy empty list "
            "field drop status whole request fresh spread instance assign keep".split()
        ),
        "map": st.sampled_from(["headers", "headers", "headers", "cookies", "querystring"]),
        "name": names,
        "key": st.sampled_from(["statusCode", "statusDescription", "uri", "method", "body", "headers", "value", "x"]),
        "value": texts,
    }
)


def request(query: Any, headers: Any, cookies: Any) -> dict[str, Any]:
    return {"method": "GET", "uri": "/é", "querystring": query, "headers": headers, "cookies": cookies}


def event(program: list[Any], request: dict[str, Any], response: dict[str, Any] | None) -> dict[str, Any]:
    headers = {**request["headers"], "x-program": {"value": json.dumps(program)}}
    whole = {"version": "1.0", "context": {"requestId": "x"}, "viewer": {"ip": "::1"}}
    whole["request"] = {**request, "headers": headers}
    return whole if response is None else {**whole, "response": response}


@pytest.fixture(scope="module")
def workers() -> Iterator[Workers]:
    with Workers(soft_limit=5, budget=UNLIMITED, hard_limit=30, clock=lambda: 1e9, seed=1, reuse=False) as some:
        yield some


def outcome(workers: Workers, function: CloudFrontFunction, event: dict[str, Any]) -> tuple[object, str | None]:
    answer = workers.invoke(Invoke(function, "viewer-response" if "response" in event else "viewer-request", event))
    invoked = answer.result() if isinstance(answer, Future) else answer
    return invoked.output, None if invoked.failure is None else invoked.failure.message


def is_shared(workers: Workers, function: CloudFrontFunction) -> object:
    """Whether a function still runs in the context that all its runs share, from which only changes come back."""
    output: Any = outcome(workers, function, event([{"do": "shared"}], request({}, {}, {}), None))[0]
    return output["shared"]


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    programs=st.lists(st.lists(steps, max_size=6), min_size=1, max_size=3),
    query=maps,
    headers=maps,
    cookies=maps,
    response=st.none() | st.tuples(maps, maps),
)
def test_what_changed_is_what_json_would_tell(
    workers: Workers, programs: list[list[Any]], query: Any, headers: Any, cookies: Any, response: Any
) -> None:
    answer = response and {
        "statusCode": 200, "statusDescription": "OK", "headers": response[0], "cookies": response[1]
    }  # fmt: skip
    for program in (*programs, *programs[:1]):  # from the second on the response is known to the child
        asked = event(program, request(query, headers, cookies), answer)
        # In this order its keys are none of the two usual shapes: it travels as JSON in full as well.
        in_full = dict(reversed(asked.items()))
        fast, full = outcome(workers, FAST, asked), outcome(workers, FULL, in_full)
        assert fast == full
        if not (isinstance(full[0], dict) and "version" in full[0]):
            assert json.dumps(fast) == json.dumps(full), "the order of names is the same as well"
    assert (is_shared(workers, FAST), is_shared(workers, FULL)) == (True, False), "or else nothing was compared"


def test_an_untouched_event_comes_back_as_it_went(workers: Workers) -> None:
    odd = {name: {"value": text} for name, text in zip(NAMES, TEXTS, strict=False)}
    repeated = {"a": {"value": "1", "multiValue": [{"value": "1"}, {"value": "2"}]}}
    asked = event([], request(repeated, odd, {"A": {"value": "b"}}), None)
    assert outcome(workers, FAST, asked)[0] == asked["request"]
    response = {"statusCode": 404, "statusDescription": "", "headers": odd, "cookies": repeated}
    assert outcome(workers, FAST, event([], request({}, {}, {}), response))[0] == response


def test_what_comes_back_shares_nothing_with_the_event(workers: Workers) -> None:
    asked = event([], request({}, {"a": {"value": "1"}}, {}), None)
    output: Any = outcome(workers, FAST, asked)[0]
    output["headers"]["a"]["value"] = "2"
    assert asked["request"]["headers"]["a"] == {"value": "1"}


USUAL = event([], request({}, {}, {}), {"statusCode": 200, "statusDescription": "OK", "headers": {}, "cookies": {}})


@pytest.mark.parametrize(
    ("change", "keys"),
    [
        pytest.param({}, 7, id="the usual event travels flat"),
        pytest.param({"extra": 1}, 3, id="an unknown key"),
        pytest.param({"request": None}, 3, id="no request"),
        pytest.param({"request": {"method": "GET"}}, 3, id="a request with other keys"),
        pytest.param({"request": request({}, [], {})}, 3, id="a map that is none"),
        pytest.param({"request": request({}, {"a": "b"}, {})}, 3, id="an entry that is none"),
        pytest.param({"request": request({}, {"a": {"value": 1}}, {})}, 7, id="a value that is none stands whole"),
        pytest.param({"response": None}, 3, id="no response"),
        pytest.param({"response": {"statusCode": 1}}, 3, id="a response with other keys"),
        pytest.param(
            {"response": {"statusCode": 1, "statusDescription": "", "headers": {}, "cookies": 5}}, 3, id="no cookies"
        ),
    ],
)
def test_an_event_of_an_unknown_shape_travels_as_plain_json(change: dict[str, Any], keys: int) -> None:
    whole = {**USUAL, **change}
    encoded = json.loads(EventCodec().encode(whole, 1, 2).payload)
    assert encoded[:2] == [1, 2]
    assert len(encoded) == keys
    assert keys == 7 or encoded[2] == whole


def test_a_query_string_may_come_back_as_text() -> None:
    changes = 'd["GET","/","a=1",[],[]]'
    asked = event([], request({}, {}, {}), None)
    assert EventCodec().decode(changes, asked) == request("a=1", {}, {}) | {"uri": "/"}


def test_a_result_of_an_unknown_kind_is_refused() -> None:
    with pytest.raises(ValueError, match="z"):
        EventCodec().decode("z1", USUAL)


ANSWERED = event([], request({}, {}, {}), {"statusCode": 200, "statusDescription": "OK", "headers": {}, "cookies": {}})


def test_what_the_function_does_not_look_at_is_not_sent() -> None:
    front = ["1.0", {"requestId": "x"}, {"ip": "::1"}]
    sent = json.loads(EventCodec(frozenset({"context"})).encode(ANSWERED, 1, 2, "a=1").payload)
    assert sent == [1, 2, 0, front[1], 0, 0, [200, "OK", [], []]]
    whole = json.loads(EventCodec().encode(ANSWERED, 1, 2, "a=1").payload)
    assert (whole[2:5], whole[5][5], whole[6]) == (front, "a=1", sent[6])


def test_an_event_without_a_response_has_its_request() -> None:
    asked = {key: value for key, value in ANSWERED.items() if key != "response"}
    sent = json.loads(EventCodec(frozenset()).encode(asked, 1, 2).payload)
    assert sent[:5] == [1, 2, 0, 0, 0]
    assert sent[5][:2] == ["GET", "/é"]


def sent(codec: EventCodec, response: Any) -> tuple[Any, Part | None]:
    """What stands for a response in a request, and what that is a number of."""
    payload, part = codec.encode({**ANSWERED, "response": response}, 1, 2)
    return json.loads(payload)[6], part


def test_a_response_that_comes_again_is_told_once_and_then_has_a_number() -> None:
    codec, flat = EventCodec(), [200, "OK", ["a", "1"], []]
    response, other = ({**ANSWERED["response"], "headers": {"a": {"value": "1"}}} for _ in range(2))
    assert sent(codec, response) == (flat, None)
    number, part = sent(codec, response)
    assert part == Part(number, json.dumps(flat, separators=(",", ":")).encode())
    assert sent(codec, response) == (number, part)
    assert sent(codec, other) == (flat, None)
    assert sent(codec, other)[0] != number


@pytest.mark.parametrize(
    "entry", [{"value": "1", "multiValue": [{"value": "1"}, {"value": "2"}]}, {"value": "\U0001f600"}, {"value": 1}]
)
def test_what_a_run_could_change_or_has_to_be_read_with_care_is_told_each_time(entry: Any) -> None:
    codec = EventCodec()
    response = {**ANSWERED["response"], "headers": {"a": entry}}
    assert [sent(codec, response)[1] for _ in range(3)] == [None] * 3


def test_the_same_result_from_the_same_response_is_the_same_object() -> None:
    codec = EventCodec()
    changes = 'd[200,"OK",["a","1"],[]]'
    first = codec.decode(changes, ANSWERED)
    assert codec.decode(changes, ANSWERED) is first
    assert codec.decode('d[200,"OK",["a","2"],[]]', ANSWERED) != first
    other = {**ANSWERED, "response": dict(ANSWERED["response"])}
    assert codec.decode(changes, other) is not first
    assert codec.decode(changes, other) == first


def test_not_everything_is_kept() -> None:
    codec = EventCodec()
    changes = 'd[200,"OK",[],[]]'
    first = codec.decode(changes, ANSWERED)
    for _ in range(MOST_RESPONSES):
        codec.encode({**ANSWERED, "response": dict(ANSWERED["response"])}, 1, 2)
    again = codec.decode(changes, ANSWERED)
    assert again == first
    assert again is not first


def test_a_child_is_told_of_more_responses_than_it_keeps(workers: Workers) -> None:
    for which in (0, 1, 2, 2, 1, 0):
        for number in range(which * 120, MOST_PARTS + which * 120):
            response = {**ANSWERED["response"], "headers": {"a": {"value": str(number)}}}
            for _ in range(2):
                assert outcome(workers, FAST, event([], request({}, {}, {}), response))[0] == response
