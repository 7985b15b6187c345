from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest

from edgeware.cli import main
from edgeware.testing import run_function

PASS = "function handler(event) { return event.request }"


@pytest.fixture(autouse=True)
def _in_a_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("fn.js").write_text(PASS)
    Path("event.json").write_text('{"request": {"uri": "/", "headers": {"host": {"value": "a.example"}}}}')


def printed(capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    return found


def test_a_function_that_runs_gives_one_json_object_and_0(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["test-function", "fn.js", "event.json"]) == 0
    fields = printed(capsys)
    assert json.loads(fields["FunctionOutput"])["request"]["uri"] == "/"
    assert 0 <= int(fields["ComputeUtilization"]) <= 100
    assert (fields["FunctionErrorMessage"], fields["EdgeValidationErrors"]) == ("", [])


@pytest.mark.parametrize(
    ("source", "runtime", "message"),
    [
        (
            "function handler(event) { null.x }",
            "cloudfront-js-2.0",
            'Error: TypeError: cannot get property "x" of null',
        ),
        ("const a = 1;", "cloudfront-js-1.0", 'SyntaxError: Token "const" not supported in this version in 1'),
    ],
)
def test_a_function_that_fails_gives_1_and_says_why(
    source: str, runtime: str, message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    Path("fn.js").write_text(source)
    assert main(["test-function", "fn.js", "event.json", "--runtime", runtime]) == 1
    assert printed(capsys)["FunctionErrorMessage"].endswith(f"could not run. {message}")


def test_a_result_that_the_edge_refuses_gives_1_although_it_ran(capsys: pytest.CaptureFixture[str]) -> None:
    Path("fn.js").write_text("function handler(event) { delete event.request.headers.host; return event.request }")
    assert main(["test-function", "fn.js", "event.json"]) == 1
    fields = printed(capsys)
    assert fields["FunctionErrorMessage"] == ""
    assert "request.headers['host']" in fields["EdgeValidationErrors"][0]


def test_warnings_stand_beside_the_object(capsys: pytest.CaptureFixture[str]) -> None:
    Path("fn.js").write_text("function handler(e) {\n  console.log(1, 2); return {statusCode: 204, body: 'x'} }")
    assert main(["test-function", "fn.js", "event.json"]) == 0
    first, second = capsys.readouterr().err.splitlines()
    assert first.startswith("edgeware: warning: fn.js:2:3: console.log is documented with one argument")
    assert second.startswith("edgeware: warning: response.body has no effect")


def test_the_event_type_may_be_said(capsys: pytest.CaptureFixture[str]) -> None:
    Path("fn.js").write_text("function handler(event) { return event.response }")
    Path("event.json").write_text('{"request": {"uri": "/"}, "response": {"statusCode": 204}}')
    assert main(["test-function", "fn.js", "event.json", "--event-type", "viewer-response"]) == 0
    assert json.loads(printed(capsys)["FunctionOutput"])["response"]["statusCode"] == 204


def test_the_event_may_come_by_standard_input(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO('{"request": {"uri": "/in"}}'))
    assert main(["test-function", "fn.js", "-"]) == 0
    assert "/in" in printed(capsys)["FunctionOutput"]


@pytest.mark.parametrize(
    ("file", "runtime", "source"),
    [
        ("app.py", "python3.13", "def handler(event, context):\n    return event['Records'][0]['cf']['request']\n"),
        ("app.js", "nodejs22.x", "exports.handler = async (event) => event.Records[0].cf.request;"),
        ("app.mjs", "nodejs24.x", "export const handler = (event) => event.Records[0].cf.request;"),
    ],
)
def test_a_lambda_handler_is_tested_by_the_same_verb(
    file: str, runtime: str, source: str, capsys: pytest.CaptureFixture[str]
) -> None:
    Path(file).write_text(source)
    event = {"Records": [{"cf": {"config": {"eventType": "viewer-request"}, "request": {"uri": "/"}}}]}
    Path("event.json").write_text(json.dumps(event))
    assert main(["test-function", file, "event.json", "--runtime", runtime, "--handler", "app.handler"]) == 0
    assert json.loads(printed(capsys)["FunctionOutput"])["uri"] == "/"


def test_the_budget_of_compute_is_a_setting(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["test-function", "fn.js", "event.json", "--compute-budget", "0.0001"]) == 1
    assert printed(capsys)["ComputeUtilization"] == "100"


@pytest.fixture
def throwing_njs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An engine that says of every function that it threw."""
    (tmp_path / "njs").write_text('#!/bin/sh\necho \'edgeware:end:["error","Error: x"]\'\n')
    (tmp_path / "njs").chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/bin:/usr/bin")


@pytest.mark.usefixtures("throwing_njs")
def test_differences_from_njs_are_a_field(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["test-function", "fn.js", "event.json", "--compare", "njs"]) == 0
    assert printed(capsys)["NjsDifferences"][1:] == ['error: here none, njs "Error: x"']


@pytest.mark.usefixtures("throwing_njs")
def test_differences_from_njs_stand_in_the_table_too(capsys: pytest.CaptureFixture[str]) -> None:
    Path("fn.js").write_text("function handler(event) { console.log(1, 2); return event.request }")
    events(good='{"request": {"uri": "/"}}')
    assert main(["test-function", "fn.js", "--events", "events", "--compare", "njs"]) == 0
    out, err = capsys.readouterr()
    assert 'njs: error: here none, njs "Error: x"' in out
    assert err.startswith("edgeware: warning: fn.js:1:27: console.log is documented with one argument")


def test_a_key_value_store_is_a_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    Path("fn.js").write_text(
        "import cf from 'cloudfront';\nconst store = cf.kvs();\n"
        "async function handler(event) { event.request.uri = await store.get('home'); return event.request }"
    )
    Path("pairs.json").write_text('{"data": [{"key": "home", "value": "/index.html"}]}')
    assert main(["test-function", "fn.js", "event.json", "--key-value-store", "pairs.json"]) == 0
    assert json.loads(printed(capsys)["FunctionOutput"])["request"]["uri"] == "/index.html"
    event = json.loads(Path("event.json").read_text())
    assert run_function("fn.js", event, key_value_store="pairs.json").output["request"]["uri"] == "/index.html"
    assert main(["test-function", "fn.js", "event.json"]) == 1


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        (["fn.js"], "needs an event file or --events DIR"),
        (["fn.js", "event.json", "--events", "."], "needs an event file or --events DIR"),
        (["fn.js", "none.json"], "The event cannot be read from none.json"),
        (["none.js", "event.json"], "none.js does not exist"),
        (["fn.js", "fn.js"], "fn.js: the event is not JSON"),
        (["fn.js", "event.json", "--runtime", "lua"], "There is no runtime 'lua'"),
        (["fn.js", "event.json", "--event-type", "viewer-response"], "response is missing"),
        (["fn.js", "event.json", "--event-type", "origin-request"], "context.eventType must be one of"),
        (["fn.js", "event.json", "--compute-budget", "0"], "above 0"),
        (["fn.js", "event.json", "--compute-budget", "nan"], "above 0"),
        (["fn.js", "--events", "nowhere"], "There is no .json file in nowhere"),
        (["fn.js", "event.json", "--key-value-store", "none.json"], "cannot be imported:\n  none.json"),
        (
            ["fn.js", "event.json", "--key-value-store", "fn.js", "--runtime", "cloudfront-js-1.0"],
            "no key value stores",
        ),
    ],
)
def test_wrong_usage_is_2(arguments: list[str], problem: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["test-function", *arguments]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert problem in err


def events(**texts: str) -> None:
    Path("events").mkdir()
    for name, text in texts.items():
        Path("events", f"{name}.json").write_text(text)


def test_a_folder_of_events_gives_a_progress_line_and_a_table(capsys: pytest.CaptureFixture[str]) -> None:
    Path("fn.js").write_text(
        "function handler(event) {\n  var r = event.request;\n"
        "  if (r.uri === '/throw') null.x;\n  if (r.uri === '/bad') r.method = 'PUT';\n  return r }"
    )
    texts = {uri: f'{{"request": {{"uri": "/{uri}"}}}}' for uri in ("bad", "good", "throw")}
    events(**texts)
    assert main(["test-function", "fn.js", "--events", "events"]) == 1
    out, err = capsys.readouterr()
    assert err == "\r1 of 3 events\r2 of 3 events\r3 of 3 events\n"
    head, bad, good, throw, summary = out.splitlines()
    assert head.split() == ["event", "result", "compute", "why"]
    assert bad.split()[:2] == ["bad.json", "refused"]
    assert "request.method must stay GET" in bad
    assert good.split()[:2] == ["good.json", "ok"]
    assert throw.split()[:2] == ["throw.json", "failed"]
    assert "fn.js:3: The CloudFront function" in throw
    assert summary == "1 of 3 ok"


def test_a_folder_of_good_events_is_0_and_one_without_sense_is_2(capsys: pytest.CaptureFixture[str]) -> None:
    events(good='{"request": {"uri": "/"}}')
    assert main(["test-function", "fn.js", "--events", "events"]) == 0
    Path("events", "wrong.json").write_text("{}")
    assert main(["test-function", "fn.js", "--events", "events"]) == 2
    assert "no event  -        The event is not valid: request is missing." in capsys.readouterr().out
