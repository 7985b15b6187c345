from __future__ import annotations

import json

import pytest

from edgeware.cli.remarks import Remark, of_finding, of_notice, of_problem, written
from edgeware.config.model import Notice
from edgeware.functions.njs.syntax import check

FINDING = check("class A {}", "cloudfront-js-2.0")[0]
NOTICE = Notice(code="V1", severity="warn", where="edge.yaml:3 origins.a", text="is odd.", hint="See [some-page].")


def test_a_finding_has_its_place_rule_and_page() -> None:
    remark = of_finding("a/fn.js", FINDING)
    message = 'SyntaxError: Token "class" not supported in this version in 1'
    assert remark.text == f"a/fn.js:1:1: error: {message} (class) [functions-javascript-runtime-20]"
    assert json.loads(written([remark], "json")) == [
        {
            "severity": "error",
            "rule": "class",
            "file": "a/fn.js",
            "line": 1,
            "column": 1,
            "message": message,
            "page": "functions-javascript-runtime-20",
        }
    ]


def test_a_notice_is_told_as_before_and_taken_apart() -> None:
    remark = of_notice("edge.yaml", NOTICE)
    assert written([remark], "text") == str(NOTICE)
    assert (remark.file, remark.line, remark.column, remark.page) == ("edge.yaml", 3, None, "some-page")
    assert remark.message == "edge.yaml:3 origins.a: is odd. See [some-page]."


def test_a_notice_without_a_line_is_of_the_source() -> None:
    notice = Notice(code="N-x", severity="note", where="origins.a", text="is odd.")
    remark = of_notice("edge.yaml", notice)
    assert (remark.file, remark.line, remark.page, remark.message) == ("edge.yaml", None, "", "origins.a: is odd.")


def test_a_problem_is_an_error_with_the_rule_at_its_end() -> None:
    remark = of_problem("edge.yaml", "edge.yaml:2:7 origins: no such thing. (V1)")
    assert (remark.severity, remark.rule, remark.line, remark.column) == ("error", "V1", 2, 7)
    assert of_problem("edge.yaml", "edge.yaml: cannot be read.").rule == ""


@pytest.mark.parametrize(
    ("remark", "command"),
    [
        (
            of_finding("a,b.js", FINDING),
            '::error file=a%2Cb.js,line=1,col=1,title=class::SyntaxError: Token "class" not supported in this version'
            " in 1 [functions-javascript-runtime-20]",
        ),
        (
            of_notice("edge.yaml", NOTICE),
            "::warning file=edge.yaml,line=3,title=V1::edge.yaml:3 origins.a: is odd. See [some-page].",
        ),
        (
            Remark(severity="note", rule="", file="e", message="100%\nof", text=""),
            "::notice file=e::100%25%0Aof",
        ),
    ],
)
def test_github_reads_commands(remark: Remark, command: str) -> None:
    assert written([remark], "github") == command


def test_nothing_is_an_empty_list_or_no_line() -> None:
    assert [written([], form) for form in ("text", "json", "github")] == ["", "[]", ""]
