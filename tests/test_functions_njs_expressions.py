"""Each text is what njs 0.7.9 says of the program, but for what only later versions say."""

from __future__ import annotations

import pytest

from tests.njs_errors import FIRST, errors, reported, warnings

LEFT_HAND = "ReferenceError: Invalid left-hand side in"
UNEXPECTED = "SyntaxError: Unexpected token"
POWER = "SyntaxError: Either left-hand side or entire exponentiation must be parenthesized"


@pytest.mark.parametrize(
    ("code", "text"),
    [
        ("[a, b] = c", f"{LEFT_HAND} assignment in 1"),
        ("({a,\nb: {c}} = d)", f"{LEFT_HAND} assignment in 2"),
        ("[a,\n...b] = c", f'{UNEXPECTED} "..." in 2'),
        ("({...a} = b)", 'SyntaxError: Token "..." not supported in this version in 1'),
        ("({a = 1} = b)", 'SyntaxError: Token "=" not supported in this version in 1'),
        ("[a = 1] = b", f"{LEFT_HAND} assignment in 1"),
        ("a\n\n||=\n\nb", f'{UNEXPECTED} "=" in 3'),
        ("a ??= b", f'{UNEXPECTED} "=" in 1'),
        ("a.b &&= c", f'{UNEXPECTED} "=" in 1'),
        ("[a] += b", f"{LEFT_HAND} assignment in 1"),
        ("(a, b) = 1", f"{LEFT_HAND} assignment in 1"),
        ("a + b = 1", f"{LEFT_HAND} assignment in 1"),
        ("!a = 1", f"{LEFT_HAND} assignment in 1"),
        ("eval\n\n= 1", 'SyntaxError: Identifier "eval" is forbidden as left-hand in assignment in 3'),
        ("function f() { arguments += 1; }", 'SyntaxError: Identifier "arguments" is forbidden as left-hand in '),
        ("++1", f"{LEFT_HAND} prefix operation in 1"),
        ("1++", f"{LEFT_HAND} postfix operation in 1"),
        ("f()++", f"{LEFT_HAND} postfix operation in 1"),
        ("eval++", f"{LEFT_HAND} postfix operation in 1"),
        ("-2\n\n**\n\n2", f"{POWER} in 3"),
        ("delete a.b ** 2", f"{POWER} in 1"),
        ("a ?? b || c", f'{UNEXPECTED} "||" in 1'),
        ("a ?? b && c", f'{UNEXPECTED} "&&" in 1'),
        ("a || b ?? c", f'{UNEXPECTED} "??" in 1'),
        ("a && b || c ?? d", f'{UNEXPECTED} "??" in 1'),
        ("delete\nx\n\n;", "SyntaxError: Delete of an unqualified identifier in 4"),
        ("delete ((x))", "SyntaxError: Delete of an unqualified identifier in 1"),
        ("delete (/* the */ x)", "SyntaxError: Delete of an unqualified identifier in 1"),
        ("({__proto__: 1,\n'__proto__':\n2})", "SyntaxError: Duplicate __proto__ fields are not allowed in object l"),
        ("f(a, , b)", f'{UNEXPECTED} "," in 1'),
        ("f(,)", f'{UNEXPECTED} "," in 1'),
        ("x = {a: 1,, b: 2}", f'{UNEXPECTED} "," in 1'),
        ("x = {/* a */, b: 2}", f'{UNEXPECTED} "," in 1'),
        ("f(\n...\na)", f'{UNEXPECTED} "..." in 2'),
        ("x = {\na: 1,\n...\nb}", 'SyntaxError: Token "..." not supported in this version in 3'),
        ("new\n.\ntarget", f'{UNEXPECTED} "." in 2'),
        ("yield 1", f'{UNEXPECTED} "1" in 1'),
        ("super.x", 'SyntaxError: Token "super" not supported in this version in 1'),
        ("\nclass\nA {}", 'SyntaxError: Token "class" not supported in this version in 2'),
        ("@a class B {}", f'{UNEXPECTED} "@" in 1'),
        ("a.#b", f'{UNEXPECTED} "#" in 1'),
        ("x = <b/>", f'{UNEXPECTED} "<" in 1'),
        ("x = <b>c</b>", f'{UNEXPECTED} "<" in 1'),
        ("import('a')", f'{UNEXPECTED} "(" in 1'),
        ("import.meta", f'{UNEXPECTED} "." in 1'),
    ],
)
def test_an_expression_is_refused_in_the_engines_words(code: str, text: str) -> None:
    found = reported(code)
    assert found is not None
    assert found.startswith(text)


@pytest.mark.parametrize(
    ("code", "token"),
    [
        ("a?.b;", ";"),
        ("x = a?.b.c(1)", "."),
        ("x = a?.b + 2", "+"),
        ("if (a?.b) { }", ")"),
        ("x = {a: a?.b, c: 2}", ","),
        ("x = 1 ? a?.b : 3;", ":"),
        ("x = `${a?.b}`;", "}"),
        ("x = a?.b ?? 3;", "??"),
        ("x = a?.b?.c;", ";"),
        ("x = a?.b ? c : d;", ";"),
        ("x = e && a?.b ? c : d;", ";"),
        ("x = f(a?.b) ? c : d;", ")"),
        ("a?.[0]", "["),
        ("a?.(0)", "("),
        ("a?.#b", "#"),
    ],
)
def test_an_optional_chain_is_a_conditional_without_an_end(code: str, token: str) -> None:
    assert reported(code) == f'{UNEXPECTED} "{token}" in 1'
    assert errors(code)[0].feature == "optional-chaining"


def test_an_optional_chain_at_the_end_meets_the_end_of_the_source() -> None:
    assert reported("a?.b\n") == "SyntaxError: Unexpected end of input in 2"


@pytest.mark.parametrize(
    "code",
    """
    (a) = 1; (a)++; --a.b; a ** -2; (-2) ** 2; ++a ** 2; (a || b) ?? c; a ?? b ? c : d; delete (x.y); delete this
    [1, , 2]; f(1,); x = {a, b,}; x = {__proto__: 1, ['__proto__']: 2}; tag`a${b}`; a = b = c; a += b -= c
    x = a ? (b, c) : {d: e}; a && b || c; new a.b.c(1); `${`${a}`}`; f(/* a */); (/* a */ b) = 1
    """.strip()
    .replace("\n", ";")
    .split(";"),
)
def test_an_expression_of_the_language_passes(code: str) -> None:
    assert errors(code) == []


@pytest.mark.parametrize(
    ("code", "text"),
    [
        ("import('a')", "SyntaxError: Non-default import is not supported in 1"),
        ("a; import.meta", "SyntaxError: Non-default import is not supported in 1"),
        ("x = import('a')", 'SyntaxError: Token "import" not supported in this version in 1'),
        ("x = [...a, 1]", f'{UNEXPECTED} "," in 1'),
        ("x = [...a]", f'{UNEXPECTED} "..." in 1'),
    ],
)
def test_the_first_runtime_says_other_things(code: str, text: str) -> None:
    assert reported(code, FIRST) == text


def test_the_first_runtime_takes_a_spread_in_a_call_and_passes_nonsense() -> None:
    assert errors("f(...a)", FIRST) == []
    assert warnings("f(...a)", FIRST) == ["spread"]
