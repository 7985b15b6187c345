"""Each text is what njs 0.7.9 says of the program."""

from __future__ import annotations

import pytest

from tests.njs_errors import FIRST, errors, reported

UNEXPECTED = "SyntaxError: Unexpected token"
DUPLICATE = "SyntaxError: Duplicate parameter names"
LAST = "SyntaxError: Rest parameter must be last formal parameter"


@pytest.mark.parametrize(
    ("code", "text"),
    [
        ("function f(a,\nb = 1) {}", f'{UNEXPECTED} "=" in 2'),
        ("function f(a, {b}) {}", 'SyntaxError: Token "{" not supported in this version in 1'),
        ("function f([a] = []) {}", 'SyntaxError: Token "[" not supported in this version in 1'),
        ("function f(...[a]) {}", f'{UNEXPECTED} "[" in 1'),
        ("function f(\na,\na\n)\n{}", f"{DUPLICATE} in 3"),
        ("function f(a, ...a) {}", f"{DUPLICATE} in 1"),
        ("function f(...a, b) {}", f"{LAST} in 1"),
        ("function f(...a,) {}", f"{LAST} in 1"),
        ("function eval() {}", 'SyntaxError: Identifier "eval" is forbidden in function declaration in 1'),
        ("function\n*\nf() {}", f'{UNEXPECTED} "*" in 2'),
        ("x = function* () {}", 'SyntaxError: Token "*" not supported in this version in 1'),
        ("async function* f() {}", f'{UNEXPECTED} "*" in 1'),
        ("x = {*f() {}}", f'{UNEXPECTED} "*" in 1'),
        ("x = {async *f() {}}", f'{UNEXPECTED} "async" in 1'),
        ("x = {a(b, b) {}}", f"{DUPLICATE} in 1"),
        ("({ get\na\n(\nb\n)\n{}\n})", "SyntaxError: Getter must not have any formal parameters in 7"),
        ("({ set\na\n(\n)\n{}\n})", "SyntaxError: Setter must have exactly one formal parameter in 6"),
        ("x = {set a(b, c) {}}", "SyntaxError: Setter must have exactly one formal parameter in 1"),
        ("(a,\nb = 1,\nc) =>\n1", f'{UNEXPECTED} "=>" in 3'),
        ("x = async ({a, b}) => a", f'{UNEXPECTED} "=>" in 1'),
        ("({a: b = 1}) => 1", f'{UNEXPECTED} "=>" in 1'),
        ("({a = 1}) => 1", 'SyntaxError: Token "=" not supported in this version in 1'),
        ("({...a}) => 1", 'SyntaxError: Token "..." not supported in this version in 1'),
        ("([...a]) => 1", f'{UNEXPECTED} "..." in 1'),
        ("([a], ...b) => 1", f'{UNEXPECTED} "..." in 1'),
        ("(a, ...{b}) => 1", f'{UNEXPECTED} "..." in 1'),
        ("([a] = [1]) => 1", "ReferenceError: Invalid left-hand side in assignment in 1"),
        ("a\n=> 1", f'{UNEXPECTED} "=>" in 2'),
        ("(\na,\na\n) =>\n1", f"{DUPLICATE} in 4"),
        ("(a = class {}) => 1", 'SyntaxError: Token "class" not supported in this version in 1'),
    ],
)
def test_a_head_is_refused_in_the_engines_words(code: str, text: str) -> None:
    assert reported(code) == text


@pytest.mark.parametrize(
    "code",
    [
        "function f(a, b,) {}",
        "function f(a /* first */, ...b) {}",
        "x = function () {}; y = function g() {}",
        "(...a) => a",
        "(a, ...b) => a",
        "x = async (...a) => a, y = async b => b, z = () => ({})",
        "x = {get a() {}, set a(v) {}, set b(...v) {}, get() {}, set() {}, async c() {}, 'd'() {}, [e]() {}}",
        "(eval) => 1",
    ],
)
def test_a_head_of_the_language_passes(code: str) -> None:
    assert errors(code) == []


@pytest.mark.parametrize(
    ("code", "text"),
    [
        ("async function f() {}", 'SyntaxError: Token "async" not supported in this version in 1'),
        ("x = async function () {}", 'SyntaxError: Token "async" not supported in this version in 1'),
        ("x = async () => 1", f'{UNEXPECTED} "=>" in 1'),
        ("x = async y => 1", f'{UNEXPECTED} "y" in 1'),
        ("x = {async m() {}}", f'{UNEXPECTED} "m" in 1'),
    ],
)
def test_the_first_runtime_has_nothing_async(code: str, text: str) -> None:
    assert reported(code, FIRST) == text
