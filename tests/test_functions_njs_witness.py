from __future__ import annotations

import shutil
import sys
from pathlib import Path
from typing import Any

import pytest

from edgeware.exceptions import MissingDependencyError, UsageError
from edgeware.functions.njs import witness
from edgeware.functions.njs.witness import UNSETTLED, Statement, attest, differences
from tests.vectors_path import load

REQUEST: dict[str, Any] = {"method": "GET", "uri": "/", "querystring": {}, "headers": {}, "cookies": {}}
EVENT: dict[str, Any] = {"request": REQUEST}
needs_njs = pytest.mark.skipif(shutil.which("njs") is None, reason="njs is not on this machine; .ci/run installs it")


def told(source: str, event: dict[str, Any] = EVENT) -> Statement:
    return attest(source, "cloudfront-js-2.0", event, "a=1&a=2")


@needs_njs
@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("function handler(e) { return e.request }", Statement(output=REQUEST)),
        ("function handler(e) { console.log('a'); console.log({a: 1}) }", Statement(logs=("a", "{a:1}"))),
        ("async function handler(e) { await 1; return 2 }", Statement(output=2)),
        ("function handler(e) {\n  e.f() }", Statement(error='TypeError: (intermediate value)["f"] is not a function')),
        ("async function handler(e) { throw new Error('x') }", Statement(error="Error: x")),
        ("var a;\nfor (a of []) {}", Statement(error='SyntaxError: Token "of" not supported in this version in 2')),
        ("console.log(1); x; function handler() {}", Statement(None, 'ReferenceError: "x" is not defined', ("1",))),
        ("function handler() { return new Promise(function () {}) }", Statement(error=UNSETTLED)),
        ("import q from 'querystring'; function handler() { return typeof q.parse }", Statement(output="function")),
        ("function handler() { return typeof process + typeof setTimeout }", Statement(output="undefined" * 2)),
        ("function handler() { require('fs') }", Statement(error='Error: Cannot find module "fs"')),
    ],
)  # fmt: skip
def test_njs_tells_what_a_function_does(source: str, expected: Statement) -> None:
    assert told(source) == expected


@needs_njs
def test_the_query_string_as_it_came_can_be_asked_for() -> None:
    source = "function handler(e) { return [e.request.rawQueryString(), Object.keys(e.request).length] }"
    assert told(source).output == ["a=1&a=2", 5]
    source = "function handler(e) { return typeof e.request.rawQueryString() }"
    assert attest(source, "cloudfront-js-2.0", EVENT).output == "undefined"
    source = "function handler(e) { return typeof e.request.rawQueryString }"
    assert attest(source, "cloudfront-js-1.0", EVENT).output == "undefined"


@needs_njs
def test_what_the_engine_says_of_old_methods_is_no_log_and_hides_no_result() -> None:
    source = "function handler(e) { console.log(`a${String.bytesFrom([98])}`); return String.bytesFrom([99]) }"
    assert attest(source, "cloudfront-js-1.0", EVENT) == Statement("c", logs=("ab",))


@pytest.mark.parametrize("module", ["cloudfront", "fs", "/etc/hostname"])
@needs_njs
def test_code_that_imports_what_njs_has_not_is_not_run(module: str) -> None:
    with pytest.raises(UsageError, match="njs has no module"):
        told(f"import x from '{module}'; function handler() {{}}")


@needs_njs
def test_what_does_not_end_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(witness, "SECONDS", 0.2)
    with pytest.raises(UsageError, match="njs did not end"):
        told("for (;;);")


def test_without_njs_the_error_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(MissingDependencyError, match="apt-get install njs"):
        told("function handler() {}")


def test_the_command_may_be_any_njs_on_the_path(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    command = tmp_path / "njs"
    command.write_text(f"#!{sys.executable}\nprint('a line')\n")
    command.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert told("function handler() {}") == Statement(error=UNSETTLED, logs=("a line",))


def test_differences_are_told_a_line_each() -> None:
    ours = Statement(output={"a": "é"}, logs=("x",))
    assert list(differences(ours, ours)) == []
    assert list(differences(ours, Statement(error="TypeError: x"))) == [
        'output: here {"a": "é"}, njs none',
        'error: here none, njs "TypeError: x"',
        'logs: here ["x"], njs none',
    ]


# --- the vectors --------------------------------------------------------------------------------------------------


def program(probe: dict[str, Any]) -> str:
    """A probe as a function."""
    if probe["kind"] == "async":
        return f"function handler() {{ return ({probe['code']}\n) }}"
    if probe["kind"] == "expr":
        return f"function handler() {{ return ({probe['code']}\n) }}"
    if "report(" in probe["code"]:
        return (
            "var __done; var __p = new Promise(function (d) { __done = d }); function report(v) { __done(v) }"
            f"\nvar __r;{probe['code']}\nfunction handler() {{ return __p }}"
        )
    return f"var __r;{probe['code']}\nfunction handler() {{ return __r }}"


# One needs what the probes' own harness has, one a module that nobody has.
NOT_ALONE = {"object.keys_order_insert", "syntax.import_unknown"}


def vectors() -> list[Any]:
    rows = load("cff_runtime_probe.json")["probes"]
    asserted = [row for row in rows if row["core"] and row["expect"]["2.0"]["basis"] != "unasserted"]
    # What njs 0.7.9 does as production is held to do; of values, those that JSON carries.
    agreeing = [row for row in asserted if "2.0" in row["applies_to"]]
    return [
        pytest.param(row, id=row["id"])
        for row in agreeing
        if row["result"].get("type") in {None, "string", "boolean", "object", "number"} and row["id"] not in NOT_ALONE
    ]


@needs_njs
@pytest.mark.parametrize("probe", vectors())
def test_njs_itself_says_of_a_vector_what_the_vector_says(probe: dict[str, Any]) -> None:
    expected = probe["result"]
    found = told(program(probe))
    if expected["outcome"] == "value":
        assert found.error == ""
        value = expected.get("value")
        # JSON has no NaN and no infinities: a number that is told as text is none that it carries.
        assert found.output == (None if expected["type"] == "number" and isinstance(value, str) else value)
    else:
        assert found.error != ""
