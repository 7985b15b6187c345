from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from edgeware.config.model import CloudFrontFunction, Code, LambdaFunction
from edgeware.core.error_page import FUNCTION_EXECUTION_ERROR
from edgeware.exceptions import FunctionError, MissingDependencyError, UsageError
from edgeware.functions.trial import LONGEST_EVENT, FunctionResult, Trial, function_of, parsed
from tests.test_functions_attacks import children

EVENT: dict[str, Any] = {"request": {"uri": "/", "headers": {"host": {"value": "a.example"}}}}


def js(text: str) -> CloudFrontFunction:
    return CloudFrontFunction(name="fn", code=Code(text=text))


def run(text: str, event: object = EVENT, **options: Any) -> FunctionResult:
    with Trial(js(text), **options) as trial:
        return trial.run(event)


def test_a_result_has_awss_fields() -> None:
    source = (
        "function handler(event) { console.log('a'); console.log(1); event.request.uri = '/é'; return event.request }"
    )
    result = run(source)
    assert result.ok
    fields = result.fields()
    assert list(fields) == [
        "FunctionOutput",
        "FunctionExecutionLogs",
        "FunctionErrorMessage",
        "ComputeUtilization",
        "EdgeValidationErrors",
    ]
    request = {"method": "GET", "uri": "/é", "querystring": {}, "headers": EVENT["request"]["headers"], "cookies": {}}
    assert json.loads(fields["FunctionOutput"]) == {"request": request} == result.output
    assert fields["FunctionExecutionLogs"] == ["a", "1"]
    assert fields["FunctionErrorMessage"] == ""
    assert fields["ComputeUtilization"] == str(result.utilization)
    assert fields["EdgeValidationErrors"] == []


@pytest.mark.parametrize(
    ("source", "message", "where"),
    [
        (
            "function handler(e) {\n  return e.no.x }",
            'Error: TypeError: cannot get property "x" of undefined',
            "fn:2",
        ),
        (
            "function handler(e) {\n  for (const a of e) {} }",
            'SyntaxError: Token "of" not supported in this version in 2',
            "fn:2",
        ),
        ("var x = 1;", 'Error: ReferenceError: "handler" is not defined', None),
        ("function handler() { throw 'text' }", "Error: text", None),
    ],
)
def test_an_error_has_the_sentence_of_the_real_test(source: str, message: str, where: str | None) -> None:
    result = run(source)
    assert result.error == f"{FUNCTION_EXECUTION_ERROR} {message}"
    assert (result.where, result.output, result.utilization, result.ok) == (where, None, 0, False)
    assert result.fields()["FunctionOutput"] == ""


def test_what_was_logged_before_an_error_is_told() -> None:
    assert run("function handler() { console.log('so far'); null.x }").logs == ("so far",)


def test_what_does_not_end_has_used_all_that_it_may() -> None:
    result = run("function handler() { for (;;); }")
    assert "processor time" in result.error or "was killed" in result.error, "which comes first is the machine's choice"
    assert result.fields()["ComputeUtilization"] == "100"


def test_what_uses_more_than_the_budget_is_stopped() -> None:
    source = "function handler(e) { for (var i = 0; i < 20000; i++); return e.request }"
    assert run(source, budget=1000).ok
    result = run(source, budget=0.001)
    assert "of the processor time that it may use" in result.error
    assert (result.output, result.utilization) == (None, 100)


@pytest.mark.parametrize("source", ["", "import c from 'crypto'; const b = Buffer.from('a'); "])
def test_what_our_own_library_takes_stops_no_function(source: str) -> None:
    with Trial(
        js(f"{source}async function handler(e) {{ Object.defineProperty(e, 'x', {{value: 1}}); return e.request }}")
    ) as it:
        result = it.run(EVENT, rounds=5)
    assert result.error == ""


def test_what_the_edge_refuses_is_said_beside_the_output() -> None:
    result = run("function handler(e) { delete e.request.headers.host; return e.request }")
    assert not result.ok
    assert result.error == ""
    assert result.output["request"]["headers"] == {}
    assert result.validation_errors[0].startswith("request.headers['host'] must stay as the event had it")


def test_what_may_not_be_meant_is_said() -> None:
    result = run("function handler() { return {statusCode: 204, body: 'x'} }")
    assert result.ok
    assert result.doubts == ("response.body has no effect: a response with the status 204 has no body",)


@pytest.mark.parametrize("source", ["function handler(e) { return e.request }", "class A {}"], ids=["runs", "fails"])
def test_code_over_ten_kilobytes_is_refused_whatever_it_does(source: str) -> None:
    assert run(f"{source}//".ljust(10_240, "x")).validation_errors == ()
    (error,) = run(f"{source}//".ljust(10_241, "x")).validation_errors
    assert error.startswith("the code has 10241 bytes: FunctionSizeLimitExceeded")
    assert error.endswith("[cloudfront-limits]")


def test_the_clock_and_the_dice_can_be_set() -> None:
    source = "function handler(e) { e.request.uri = '/' + Date.now() + '/' + Math.random(); return e.request }"
    first, second = (run(source, clock=lambda: 1.5, seed=7).output["request"]["uri"] for _ in range(2))
    assert first == second
    assert first.startswith("/1500/0.")


def test_the_query_string_as_it_came_is_that_of_the_event() -> None:
    source = "function handler(e) { return { statusCode: 200, body: String(e.request.rawQueryString()) } }"
    entries = {"b": {"value": "1", "multiValue": [{"value": "1"}, {"value": "2"}]}, "a": {"value": ""}}
    for querystring, raw in ((entries, "b=1&b=2&a="), ({}, "undefined")):
        result = run(source, {"request": {**EVENT["request"], "querystring": querystring}})
        assert result.output["response"]["body"] == raw


def test_one_trial_takes_many_events_and_ends_its_processes() -> None:
    before = children()
    with Trial(js("function handler(e) { e.request.uri += '!'; return e.request }")) as trial:
        results = [trial.run({"request": {"uri": f"/{number}"}}) for number in range(1000)]
    assert [result.output["request"]["uri"] for result in results] == [f"/{number}!" for number in range(1000)]
    assert children() <= before


def test_a_steady_number_comes_of_many_rounds() -> None:
    with Trial(js("function handler(e) { for (var i = 0; i < 3000; i++); return e.request }")) as trial:
        result = trial.run(EVENT, rounds=5)
    assert result.ok
    assert result.utilization > 0


def test_an_event_type_may_be_said() -> None:
    with Trial(
        js("function handler(e) { return {statusCode: 200, headers: {x: {value: e.context.eventType}}} }")
    ) as it:
        event = {**EVENT, "response": {"statusCode": 200}}
        assert it.run(event).output["response"]["headers"] == {"x": {"value": "viewer-response"}}
        assert it.run(event, "viewer-request").output["response"]["headers"] == {"x": {"value": "viewer-request"}}
        with pytest.raises(UsageError, match="response is missing"):
            it.run(EVENT, "viewer-response")


# --- Lambda@Edge ------------------------------------------------------------------------------------------------------

LAMBDA_EVENT = {"Records": [{"cf": {"config": {"eventType": "viewer-request"}, "request": {"uri": "/"}}}]}
HANDLER = """
def handler(event, context):
    print("seen")
    request = event["Records"][0]["cf"]["request"]
    request["headers"]["x-cache" if request["uri"] == "/bad" else "x-a"] = [{"key": "X-A", "value": "1"}]
    return request
"""


def test_a_python_handler_runs_on_an_event_of_its_own_shape(tmp_path: Path) -> None:
    (tmp_path / "app.py").write_text(HANDLER)
    with Trial(function_of(tmp_path / "app.py", handler="app.handler")) as trial:
        result = trial.run(LAMBDA_EVENT)
        assert (result.ok, result.logs, result.utilization) == (True, ("seen",), 0)
        assert result.output["headers"]["x-a"] == [{"key": "X-A", "value": "1"}]
        cf = {"config": {"eventType": "viewer-request"}, "request": {"uri": "/bad"}}
        refused = trial.run({"Records": [{"cf": cf}]})
        assert "x-cache" in refused.validation_errors[0]
        with pytest.raises(UsageError, match="CloudFront Functions only"):
            trial.compare(LAMBDA_EVENT)


def test_a_python_handler_that_fails_says_what_lambda_says(tmp_path: Path) -> None:
    (tmp_path / "app.py").write_text("def handler(event, context):\n    raise ValueError('no')\n")
    with Trial(function_of(tmp_path / "app.py", handler="app.handler")) as trial:
        result = trial.run(LAMBDA_EVENT)
    assert "no" in result.error
    assert result.where == f"{tmp_path / 'app.py'}:2"
    first, *_, last = result.fields()["FunctionExecutionLogs"]
    assert first.startswith("START RequestId: ")
    assert last.startswith("REPORT RequestId: ")


# --- functions and events by name -------------------------------------------------------------------------------------


def test_the_runtime_is_said_or_seen() -> None:
    first = function_of(Path("a.js"), "cloudfront-js-1.0")
    assert first == CloudFrontFunction(name="a", code=Code(path=Path("a.js")), runtime="cloudfront-js-1.0")
    assert function_of(Path("a.js")).runtime == "cloudfront-js-2.0"
    python = function_of(Path("a.py"))
    assert isinstance(python, LambdaFunction)
    assert (python.runtime, python.handler) == ("python3.13", "a.lambda_handler")
    node = function_of(Path("b"), "nodejs22.x")
    assert isinstance(node, LambdaFunction)
    assert node.handler == "b.handler"


def test_wrong_usage_is_said() -> None:
    with pytest.raises(UsageError, match=r"There is no runtime 'ruby3\.3'"):
        function_of(Path("a.js"), "ruby3.3")
    with pytest.raises(UsageError, match=r"cloudfront-js-2\.0 has no handler to choose"):
        function_of(Path("a.js"), handler="app.handler")
    with pytest.raises(FunctionError, match=r"nothing\.js does not exist"):
        Trial(function_of(Path("nothing.js")))


def test_an_event_is_json_of_a_limited_length() -> None:
    assert parsed(b'{"a": 1}', "e.json") == {"a": 1}
    assert parsed(f'"{"a" * (LONGEST_EVENT - 2)}"', "e.json") == "a" * (LONGEST_EVENT - 2)
    with pytest.raises(UsageError, match=r"e\.json: the event is not JSON: "):
        parsed("{", "e.json")
    with pytest.raises(UsageError, match=r"e\.json: the event has 40961 bytes; CloudFront takes 40960"):
        parsed(f'"{"a" * (LONGEST_EVENT - 1)}"', "e.json")


# --- the witness ------------------------------------------------------------------------------------------------------


def njs(folder: Path, monkeypatch: pytest.MonkeyPatch, line: str) -> None:
    """Put a command of that name on the path, which prints a line."""
    (folder / "njs").write_text(f"#!/bin/sh\necho '{line}'\n")
    (folder / "njs").chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}:/bin:/usr/bin")


def test_what_njs_does_otherwise_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with Trial(js("function handler(e) { return 1 }")) as trial:
        njs(tmp_path, monkeypatch, 'edgeware:end:["value",1]')
        assert trial.compare(EVENT) == ()
        njs(tmp_path, monkeypatch, 'edgeware:end:["error","Error: x"]')
        assert trial.compare(EVENT) == ("output: here 1, njs none", 'error: here none, njs "Error: x"')


def test_what_is_logged_in_several_lines_is_the_same_as_those_lines(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    njs(tmp_path, monkeypatch, 'a\nb\n\nedgeware:end:["value",1]')
    with Trial(js("function handler() { console.log('a\\nb'); console.log(''); return 1 }")) as trial:
        assert trial.compare(EVENT) == ()


def test_a_failure_is_compared_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with Trial(js("function handler(e) { throw new Error('x') }")) as trial:
        njs(tmp_path, monkeypatch, 'edgeware:end:["error","Error: x"]')
        assert trial.compare(EVENT) == ()
        monkeypatch.setenv("PATH", "")
        with pytest.raises(MissingDependencyError, match="apt-get install njs"):
            trial.compare(EVENT)
