"""Each text is what njs 0.7.9 says of the program."""

from __future__ import annotations

import pytest

from tests.njs_errors import FIRST, errors, reported

UNEXPECTED = "SyntaxError: Unexpected token"
ONLY_IN_BLOCKS = "SyntaxError: Functions can only be declared at top level or inside a block"


def unsupported(token: str, line: int = 1) -> str:
    return f'SyntaxError: Token "{token}" not supported in this version in {line}'


@pytest.mark.parametrize(
    ("code", "text"),
    [
        ("let {\n request\n} = event;", unsupported("request", 2)),
        ("const {'a': b} = x", unsupported("a")),
        ("const [, b] = x", unsupported(",")),
        ("var {} = x", unsupported("}")),
        ("const [...a] = x", unsupported("...")),
        ("for (var {a} = b;;) {}", unsupported("{")),
        ("const a = 1, b;", "SyntaxError: missing initializer in const declaration"),
        ("for (const a;;) {}", "SyntaxError: missing initializer in const declaration"),
        ("var eval = 1", 'SyntaxError: Identifier "eval" is forbidden in var declaration in 1'),
        ("for (var arguments in a) {}", 'SyntaxError: Identifier "arguments" is forbidden in var declaration in 1'),
        ("for (let x\n of y) {}", unsupported("of", 2)),
        ("for ({a} of b) {}", unsupported("of")),
        ("for (const [k, v] of x) {}", unsupported("[")),
        ("for (var [a] in b) {}", unsupported("[")),
        ("for ([a] in b) {}", 'ReferenceError: Invalid left-hand side "[" in for-in statement in 1'),
        ("for (eval in b) {}", 'ReferenceError: Invalid left-hand side "eval" in for-in statement in 1'),
        ("for (var a = 1 in c) {}", "SyntaxError: Invalid left-hand side in for-loop in 1"),
        ("async function f() { for await (var x of y) {} }", unsupported("await")),
        ("try {\n\n} catch\n\n{\n\n}", unsupported("{", 5)),
        ("try {} catch ({message}) {}", unsupported("{")),
        ("try {\n\n}\n\nfoo", "SyntaxError: Missing catch or finally after try in 5"),
        ("with\n(\na\n)\n{}", unsupported("(", 2)),
        ("using x = y", f'{UNEXPECTED} "x" in 1'),
        (
            "switch (1) {\ndefault:\ncase 1:\ndefault\n:\n}",
            "SyntaxError: More than one default clause in switch statement in 4",
        ),
        ("throw\n\n1", "SyntaxError: Illegal newline after throw in 3"),
        ("if (1)\nlet\na = 1", "SyntaxError: let declaration cannot appear in a single-statement context in 3"),
        ("while (0) const a = 1", "SyntaxError: const declaration cannot appear in a single-statement context in 1"),
        ("for (i in {}) let a", "SyntaxError: let declaration cannot appear in a single-statement context in 1"),
        ("x: for (;;) { if (1) break x;\nelse 1 }", 'SyntaxError: Unexpected token "else" in 2'),
        ("x: for (;;) if (1) continue x; else 1", 'SyntaxError: Unexpected token "else" in 1'),
        ("x: for (;;) { do break x; while (0) }", 'SyntaxError: Unexpected token ";" in 1'),
        ("if (0) 1; else let a", "SyntaxError: let declaration cannot appear in a single-statement context in 1"),
        ("a: let b", "SyntaxError: let declaration cannot appear in a single-statement context in 1"),
        ("if (1)\nfunction f() {}", f"{ONLY_IN_BLOCKS} in 2"),
        ("if (0) 1; else function f() {}", f"{ONLY_IN_BLOCKS} in 1"),
        ("do function f() {} while (0)", f"{ONLY_IN_BLOCKS} in 1"),
        ("if (0) async function f() {}", unsupported("async")),
        (
            "a: function f() {}",
            "SyntaxError: In strict mode code, functions can only be declared at top level or inside a block.",
        ),
        ("function () {}", f'{UNEXPECTED} "(" in 1'),
        ("{a: 1, b: 2}", f'{UNEXPECTED} ":" in 1'),
        ("async function () {}", f'{UNEXPECTED} "(" in 1'),
        ("{a: 1, b: 2};", f'{UNEXPECTED} ":" in 1'),
        ("function f() {}.call()", f'{UNEXPECTED} "." in 1'),
        ('{"a": 1}', f'{UNEXPECTED} ":" in 1'),
        ("{}.a", f'{UNEXPECTED} "." in 1'),
        ("<!-- x", f'{UNEXPECTED} "<" in 1'),
        ("var a = 1;\n--> x", f'{UNEXPECTED} ">" in 2'),
        ("#!/usr/bin/env njs\na", f'{UNEXPECTED} "#" in 1'),
    ],
)
def test_a_statement_is_refused_in_the_engines_words(code: str, text: str) -> None:
    assert reported(code) == text


@pytest.mark.parametrize(
    "code",
    [
        "let x\nlet y",
        "let\n  a = 1,\n  b = 2;",
        "for (var i = 0, j = 1; i < j; i++);",
        "for (let i = 0; false;);",
        "for (const i in {}) {}",
        "for (a.b in {}) {}",
        "for (undefined in {}) {}",
        "for (i in {}, {}) {}",
        "try { } catch (e) { } finally { }",
        "try { } finally { }",
        "switch (a) { case 1: b; /* else */ default: c; }",
        "if (a) ; else /* nothing */ ;",
        "x: for (;;) { if (a) break; else { if (b) break x; } while (c) continue x; }",
        "x: for (;;) { if (a) { break x; } else b; if (c) break x\n else d }",
        "if (a) { function f() {} } else { let b; }",
        "throw new Error()",
        "{a: 1}",
        "{ a, b }",
        "({}).a; (function () {})(); [].concat({})",
        "debugger",
        "var const_ = 1, of = 2, async = 3, get = 4;",
        "var a, /* and */ b;",
        "// the last word of this comment is let\nclassy = 1; // or await\nfoo",
    ],
)
def test_a_statement_of_the_language_passes(code: str) -> None:
    assert errors(code) == []


@pytest.mark.parametrize(
    ("code", "text"),
    [
        ("const {a} = b", unsupported("const")),
        ("for (const x of y) {}", unsupported("const")),
        ("for (var i in a) { debugger; }", unsupported(";")),
        ("debugger", "SyntaxError: Not supported in this version in 1"),
    ],
)
def test_the_first_runtime_lacks_more(code: str, text: str) -> None:
    assert reported(code, FIRST) == text
