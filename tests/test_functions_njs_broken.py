"""Sources that are no JavaScript. Each text is what njs 0.7.9 says, but for the line feed it quotes."""

from __future__ import annotations

import pytest

from tests.njs_errors import errors, reported

END = "SyntaxError: Unexpected end of input"


@pytest.mark.parametrize(
    ("code", "token", "line"),
    [
        ("var a = 1 var b", "var", 1),
        ("a b", "b", 1),
        ("if (a) b else c", "else", 1),
        ("if a { b }", "a", 1),
        ("f(1 2)", "2", 1),
        ("f(a\nb)", "b", 2),
        ("x = {a: 1 b: 2}", "b", 1),
        ("function f() {\n\nvar a = [1, 2;\n\n}", ";", 3),
        ("function handler(event) {\n  foo(event.uri.replace('a', 'b');\n  return 1;\n}", ";", 2),
        ("function handler(event) {\n  if (event.uri == '/' {\n    return 1;\n  }\n}", "{", 2),
        ("function f() { } }", "}", 1),
        ("x = a + * b", "*", 1),
        ("a..b", ".", 1),
        ("x = 'it's'", "s", 1),
        ("1px", "px", 1),
        ("x = 1.2.3", ".3", 1),
        ("var a == 1", "==", 1),
        ("f(a ...b)", "...", 1),
        ("let x: string = 'a'", ":", 1),
        ("function f(a: string) {}", ":", 1),
        ("x = a as string", "as", 1),
        ("def f(): pass", "f", 1),
        ("x = 1 /* c */ 2", "2", 1),
        ("x = ‘a’", "?", 1),
        ("catch (e) {}", "catch", 1),
    ],
)
def test_the_first_token_that_does_not_fit_is_named(code: str, token: str, line: int) -> None:
    assert reported(code) == f'SyntaxError: Unexpected token "{token}" in {line}'


@pytest.mark.parametrize(
    ("code", "text"),
    [
        ("function f() {\n\n  if (a) {\n\n}", f"{END} in 5"),
        ("x = a +", f"{END} in 1"),
        ("try {} finally", f"{END} in 1"),
        ("f(\n", f"{END} in 2"),
        ("x = \"abc\ny = 'd'", 'SyntaxError: Unterminated string ""abc" in 1'),
        ("'abc", 'SyntaxError: Unterminated string "\'abc" in 1'),
        ("x = `abc\n\ny", "SyntaxError: Unterminated template literal in 3"),
        ("x = `a ${ b `", "SyntaxError: Unterminated template literal in 1"),
        ("x =  / a", 'SyntaxError: Unterminated RegExp "/ a" in 1'),
        ("/* abc\n", 'SyntaxError: Unexpected token "/*" in 2'),
        ("x = 1 /* abc", 'SyntaxError: Unexpected token "/*" in 1'),
        ('"\\u12"', 'SyntaxError: Invalid Unicode code point "\\u12" in 1'),
        ("`\\xZ`", 'SyntaxError: Invalid Unicode code point "\\xZ" in 1'),
        ("f() = 1", "ReferenceError: Invalid left-hand side in assignment in 1"),
        ("a.b() += 1", "ReferenceError: Invalid left-hand side in assignment in 1"),
        ("'a' = 1", "ReferenceError: Invalid left-hand side in assignment in 1"),
        ("null = 1", "ReferenceError: Invalid left-hand side in assignment in 1"),
    ],
)
def test_what_is_not_ended_or_not_assignable_is_named(code: str, text: str) -> None:
    assert reported(code) == text


def test_what_comes_before_the_break_is_still_told_and_nothing_after_it() -> None:
    found = errors("class A {}\nbreak;\nx = ;\nclass B {}")
    assert [str(finding) for finding in found] == [
        'SyntaxError: Token "class" not supported in this version in 1',
        'SyntaxError: Unexpected token ";" in 3',
    ]


def test_a_broken_function_is_not_said_to_return_at_top_level() -> None:
    assert reported("function f() {\n  return 1;\n  x = [;\n}") == 'SyntaxError: Unexpected token ";" in 3'
