"""Each text is what njs 0.7.9 says of the program."""

from __future__ import annotations

import pytest

from tests.njs_errors import FIRST, errors, reported, warnings

ONLY_IN_ASYNC = "SyntaxError: await is only valid in async functions"
IN_ARGUMENTS = "SyntaxError: await in arguments not supported"
ARGUMENTS = 'SyntaxError: "arguments" object in global scope'


@pytest.mark.parametrize(
    ("code", "text"),
    [
        ("await\n\nx", f"{ONLY_IN_ASYNC} in 3"),
        ("function f() { await (1); }", f"{ONLY_IN_ASYNC} in 1"),
        ("async function f() { function g() { await 1; } }", f"{ONLY_IN_ASYNC} in 1"),
        ("async function f() { () => { await 1; } }", f"{ONLY_IN_ASYNC} in 1"),
        ("async function f() { a(function () { await b; }) }", f"{ONLY_IN_ASYNC} in 1"),
        ("async function f() {\n g(\n await\n x\n );\n}", f"{IN_ARGUMENTS} in 4"),
        ("async function f() { new G(await 1); }", f"{IN_ARGUMENTS} in 1"),
        ("async function f() { g(1, [await 1]); }", f"{IN_ARGUMENTS} in 1"),
        ("async function f() { g(`${await 1}`); }", f"{IN_ARGUMENTS} in 1"),
        ("async function f() { g(h(), await 1); }", f"{IN_ARGUMENTS} in 1"),
        ("async function f() { g(async () => { h(); }, await 1); }", f"{IN_ARGUMENTS} in 1"),
        ("async function f() { g(async () => h(await 1)); }", f"{IN_ARGUMENTS} in 1"),
        ("async function f() { await; }", 'SyntaxError: Unexpected token ";" in 1'),
        ("arguments\n\n;", f"{ARGUMENTS} in 3"),
        ("x = () => { return arguments; };", f"{ARGUMENTS} in 1"),
        ("x = {arguments}", f"{ARGUMENTS} in 1"),
        ("return\n\n;", "SyntaxError: Illegal return statement in 3"),
        ("if (a) { return 1; }", "SyntaxError: Illegal return statement in 1"),
        ("a:\n\na:\n;", 'SyntaxError: Label "a" has already been declared in 3'),
        ("a: { break b; }", 'SyntaxError: Undefined label "b" in 1'),
        ("a: for (;;) { continue b; }", 'SyntaxError: Undefined label "b" in 1'),
        ("a: { b: { break a; } break b; }", 'SyntaxError: Undefined label "b" in 1'),
        ("break\n;", "SyntaxError: Illegal break statement in 1"),
        ("for (;;) { function f() { break; } }", "SyntaxError: Illegal break statement in 1"),
        ("continue;", "SyntaxError: Illegal continue statement in 1"),
        ("switch (1) { case 1: continue; }", "SyntaxError: Illegal continue statement in 1"),
        ("a: { for (;;) { continue a; } }", "SyntaxError: Illegal continue statement in 1"),
    ],
)
def test_what_stands_in_the_wrong_place_is_refused_in_the_engines_words(code: str, text: str) -> None:
    assert reported(code) == text


@pytest.mark.parametrize(
    "code",
    [
        "async function f() { g(async function () { await 1; }); await 2; }",
        "async function f() { (await x)(3); a[await x](3); [await x]; ({a: await x}); }",
        "async function f() { if (await x) for (;await y;) {} return await z ? await a : -await b; }",
        "x = async y => await y; z = {async m() { await 1; }}",
        "var await = 1;",
        "function f() { return () => arguments; }",
        "x = {m() { return arguments.length; }, arguments: 1}.arguments",
        "x = function () { return; }; y = () => { return 1; }",
        "a: for (;;) { switch (1) { case 1: continue a; default: break; } }",
        "a: b: for (;;) { continue a; }",
        "a: { while (0) { break a; } } a: while (1) break a;",
        "do { continue; } while (0)",
    ],
)
def test_what_stands_in_its_place_passes(code: str) -> None:
    assert errors(code) == []


def test_the_first_runtime_has_no_await() -> None:
    assert reported("await 1", FIRST) == 'SyntaxError: Token "await" not supported in this version in 1'


@pytest.mark.parametrize(
    ("code", "warned"),
    [
        ("async function f(...a) { await 1; return a; }", ["rest-after-await"]),
        ("async function f(...a) { return a; }", []),
        ("function f(...a) { return a; }", []),
        ("async function f() { return `${await 1}`; }", ["await-in-template"]),
    ],
)
def test_bugs_of_the_engine_are_warned_of(code: str, warned: list[str]) -> None:
    assert errors(code) == []
    assert warnings(code) == warned
