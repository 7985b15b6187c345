"""Each line is the one that njs 0.7.9 gives."""

from __future__ import annotations

import pytest

from tests.njs_errors import errors, reported


@pytest.mark.parametrize(
    ("code", "line"),
    [
        ("let a;\nlet\na\n\n= 1;", 3),
        ("let a, a;", 1),
        ("let a;\nvar\na\n;", 3),
        ("var a; let a;", 1),
        ("const a = 1; function a() {}", 1),
        ("let a;\nfunction\na\n()\n{}", 4),
        ("function a() {} let a;", 1),
        ("{ function a() {} function a() {} }", 1),
        ("{ function a() {} var a; }", 1),
        ("{ function a() {} let a; }", 1),
        ("function f(a) { let a; }", 1),
        ("a => { let a; }", 1),
        ("(...a) => { let a; }", 1),
        ("x = {m(a) { let a; }}", 1),
        ("try {} catch (a) { let a; }", 1),
        ("try {} catch (a) { function a() {} }", 1),
        ("{ let a; { var a; } }", 1),
        ("for (let a;;) { var a; }", 1),
        ("for (let a in b) { var a; }", 1),
        ("switch (1) { case 1: let a; case 2: let a; }", 1),
        ("import a from 'crypto'; var a;", 1),
        ("import a from 'crypto';\nimport a from 'crypto';", 2),
        ("let a; function b() { let a; var a; }", 1),
        ("(function a() { var a; let a; })", 1),
    ],
)
def test_a_name_is_declared_once(code: str, line: int) -> None:
    assert reported(code) == f'SyntaxError: "a" has already been declared in {line}'


@pytest.mark.parametrize(
    "code",
    [
        "var a; var a; function a() {} function a() {}",
        "let a; { let a; { let a; } } function f(a) {}",
        "function f(a) { var a; { let a; } }",
        "function f() { let f; }",
        "let a; function f() { var a; }",
        "{ let a; } var a;",
        "{ let a; } { let a; }",
        "for (let i;;) { let i; }",
        "for (var i;;) { let i; }",
        "try {} catch (a) { var a; } let b; try {} catch (b) { }",
        "if (1) { let q } else { let q }",
        "let a; (a) => a; a => a;",
        "let x = 1; switch (x) { case 1: let x; }",
        "{ function a() {} } let a;",
        "for (a in b) { var a; }",
    ],
)
def test_a_name_may_be_declared_again_where_it_is_another(code: str) -> None:
    assert errors(code) == []


def test_patterns_and_getters_declare_nothing_here() -> None:
    assert [finding.feature for finding in errors("function f({a}, [b]) { let a; } try {} catch ({c}) {}")] == [
        "destructuring",
        "destructuring",
        "destructuring",
    ]
