from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from edgeware.functions.njs.syntax import Import, check, imports
from tests.njs_errors import FIRST, SECOND, errors, reported
from tests.vectors_path import load

RUNTIMES = {"1.0": FIRST, "2.0": SECOND}
NOT_SUPPORTED = 'Token "{}" not supported in this version'

# Programs for the features whose vectors name a probe that is not among the probes.
PROGRAMS: Mapping[str, str] = {
    "async.async_rest_params": "async function f(...r) { await 1; return r; } __r = 1;",
    "globals.eval_call": "__r = eval('1');",
    "globals.function_ctor": "__r = Function('return 1')();",
    "syntax.arguments_object": "function f() { return arguments.length; } __r = f(1, 2);",
    "syntax.async_arrow": "var f = async () => 1; __r = typeof f;",
    "syntax.await_in_new_args": "async function f() { return new String(await 1); } __r = 1;",
    "syntax.await_in_sync": "function f() { return await 1; } __r = 1;",
    "syntax.debugger": "debugger; __r = 1;",
    "syntax.destructure_assign": "var a, b; [a, b] = [1, 2]; __r = b;",
    "syntax.destructure_object_const": "const {a} = {a: 1}; __r = a;",
    "syntax.destructure_param_function": "function f([a]) { return a; } __r = f([1]);",
    "syntax.exponent": "__r = 2 ** 3;",
    "syntax.for_in": "var k = []; for (var x in {a: 1}) { k.push(x); } __r = k.join();",
    "syntax.generator": "function* g() { yield 1; } __r = 1;",
    "syntax.html_comment": "<!-- a comment\n__r = 1;",
    "syntax.implicit_global": "zz_undeclared = 1;",
    "syntax.import_dynamic": "import('crypto').then(function (c) {}); __r = 1;",
    "syntax.import_star": "import * as c from 'crypto'; __r = 1;",
    "syntax.label_break": "a: { break a; } __r = 1;",
    "syntax.label_continue": "a: for (var i = 0; i < 2; i++) { for (;;) { continue a; } } __r = i;",
    "syntax.let_block_scope": "let x = 1; { let x = 2; } __r = x;",
    "syntax.nullish_assign": "var x = null; x ??= 2; __r = x;",
    "syntax.octal_literal": "__r = 0o17;",
    "syntax.optional_call": "var o = {}; __r = o.f?.();",
    "syntax.optional_chaining": "var o = {}; __r = o?.a;",
    "syntax.or_assign": "var x = 0; x ||= 2; __r = x;",
    "syntax.setter_literal": "var o = {set a(v) { this.b = v; }}; o.a = 1; __r = o.b;",
    "syntax.template_literal": "var a = 1; __r = `a\n${a}`;",
    "syntax.trailing_comma_params": "function f(a, b,) { return b; } __r = f(1, 2);",
}

CONSTRUCTS: Mapping[str, tuple[str, ...]] = {
    "class, super": ("class A {}", "var A = class extends B {};"),
    "for-of": ("for (var x of [1]) {}", "for (x of y);", "for (const x of y) {}"),
    "catch without binding": ("try {} catch {}",),
    "destructuring declaration var {a} / var [a]": (
        "var {a} = b;",
        "var [a] = b;",
        "const {a} = b;",
        "let [a, c] = b;",
    ),
    "destructured function parameter": ("function f([a]) {}", "function f({a}) {}", "x = {m({a}) {}};"),
    "destructured or defaulted arrow parameter": ("({a}) => a", "([a]) => a", "(a = 1) => a", "x = async ({a}) => a"),
    "default parameter": ("function f(a = 1) {}", "x = function (a, b = 1) {};"),
    "spread in call or array": ("f(...a)", "x = [...a];", "new F(1, ...a)"),
    "spread in object literal": ("x = {...a};", "x = {a: 1, ...b};"),
    "a ?? = b, a ||= b, a &&= b": ("a ??= b", "a ||= b", "a &&= b"),
    "a?.()": ("a?.()", "a.b?.(c)"),
    "function*": ("function* f() {}", "async function* f() {}", "x = {*f() {}};"),
    "for await": ("async function f() { for await (var x of y) {} }",),
    "await in call/new arguments": ("async function f() { g(await h()); }", "async function f() { new G(await h()); }"),
    "await outside async": ("await f();", "function f() { await g(); }", "x = () => await y;"),
    "10n": ("10n", "x = 0n;"),
    "/x/s, /x/u, /x/d": ("/x/s", "/x/u", "/x/d"),
    "with (...)": ("with (a) {}",),
    "import {x} from, import * as, import()": (
        "import {x} from 'crypto'",
        "import * as x from 'crypto'",
        "import('x')",
    ),
    "import of an unknown module": ("import x from 'x'",),
    "export at top level": ("export default 1", "export function f() {}", "export {a}", "export * from 'x'"),
    "top-level return": ("return;", "if (a) { return 1; }"),
    "arguments at top level": ("arguments[0]", "x = () => arguments;"),
    "new.target, import.meta": ("function F() { new.target; }", "import.meta"),
    "redeclared let/const": ("let a; let a;", "const a = 1; var a;", "function a() {} let a;"),
    "const without initialiser": ("const a;",),
}


def features() -> Iterator[Any]:
    probes = {row["id"]: row for row in load("cff_runtime_probe.json")["probes"]}
    for row in load("cff_runtime_features.json")["syntax"]:
        for version in RUNTIMES:
            probe = probes.get(row["probe"])
            code = PROGRAMS.get(row["probe"]) if probe is None else probe["code"]
            if code is not None:
                yield pytest.param(version, code, row[version], id=f"{row['feature']} in {version}")


def test_a_brace_too_many_is_told_by_what_it_puts_outside_of_the_function() -> None:
    source = "function handler(event) {\n  if (event) {\n  } }\n  return event.request;\n}"
    assert reported(source) == "SyntaxError: Illegal return statement in 4"
    assert (
        reported("function handler(event) {\n  return event.request;\n}}") == 'SyntaxError: Unexpected token "}" in 3'
    )
    assert reported("f(arguments);\nx x") == 'SyntaxError: "arguments" object in global scope in 1'


@pytest.mark.parametrize(("version", "code", "expected"), list(features()))
def test_each_runtime_takes_and_refuses_the_features_that_production_does(
    version: str, code: str, expected: dict[str, str]
) -> None:
    error = expected.get("error", "")
    found = errors(code, RUNTIMES[version])
    if error.startswith(("SyntaxError", "ReferenceError: Invalid")):
        assert f"{found[0].name}: {found[0].message}" == error
    else:  # taken, or refused only when it runs
        assert found == []


def probes() -> Iterator[Any]:
    for row in load("cff_runtime_probe.json")["probes"]:
        for version in RUNTIMES:
            expected = row["expect"][version]
            if expected["basis"] != "unasserted":
                yield pytest.param(version, row["code"], expected, id=f"{row['id']} in {version}")


@pytest.mark.parametrize(("version", "code", "expected"), list(probes()))
def test_a_probe_is_refused_where_the_engine_refuses_it_and_nowhere_else(
    version: str, code: str, expected: dict[str, str]
) -> None:
    found = errors(code, RUNTIMES[version])
    if expected["outcome"] == "syntax_error":
        assert f"{found[0].name}: {found[0].message}" == expected["error"]
    else:
        assert found == []


def constructs() -> Iterator[Any]:
    for row in load("cff_messages.json")["njs_parse_errors"]:
        for number, code in enumerate(CONSTRUCTS.get(row["construct"], ())):
            yield pytest.param(code, row["message"], id=f"{row['construct']} {number}")


@pytest.mark.parametrize(("code", "message"), list(constructs()))
def test_a_construct_is_refused_in_the_engines_words(code: str, message: str) -> None:
    # A row may give one flag, token or name for all of its programs, or several texts.
    found = errors(code)[0].message
    assert found in message.split(" | ") or found.split('"')[0] == message.split('"')[0]


@pytest.mark.parametrize("code", ["const a = 1;", "let a;", "async function f() {}", "for (let i in a) {}"])
def test_the_first_runtime_knows_no_const_let_or_async(code: str) -> None:
    word = next(word for word in ("const", "let", "async") if word in code)
    assert reported(code, FIRST) == f"SyntaxError: {NOT_SUPPORTED.format(word)} in 1"
    assert reported(code) is None


def test_the_first_error_in_the_source_comes_first_and_warnings_come_last() -> None:
    found = check("console.log(1, 2);\nfor (var x of y) {}\nclass A {}", SECOND)
    assert [str(finding) for finding in found] == [
        f"SyntaxError: {NOT_SUPPORTED.format('of')} in 2",
        f"SyntaxError: {NOT_SUPPORTED.format('class')} in 3",
        "Warning: console.log is documented with one argument: join them into one string in 1",
    ]
    assert [finding.severity for finding in found] == ["error", "error", "warn"]


def test_what_the_engine_sees_only_after_parsing_comes_after_what_it_sees_while_parsing() -> None:
    assert reported("break;\nclass A {}") == f"SyntaxError: {NOT_SUPPORTED.format('class')} in 2"
    assert reported("break;") == "SyntaxError: Illegal break statement in 1"


def test_a_finding_says_where_and_names_the_page_of_its_runtime() -> None:
    (finding,) = check("var a = 'é';\r\n  class A {}", FIRST)
    assert (finding.line, finding.column) == (2, 3)
    assert (finding.feature, finding.page) == ("class", "functions-javascript-runtime-10")
    assert check("class A {}", SECOND)[0].page == "functions-javascript-runtime-20"


def test_a_function_like_those_of_the_guide_is_clean() -> None:
    source = """
    import cf from 'cloudfront';
    const kvs = cf.kvs();
    async function handler(event) {
        const request = event.request;
        let path = request.uri.replace(/\\/+$/g, '') || `/${request.method}`;
        try {
            const value = await kvs.get(path, { format: 'json' });
            path = value.to ?? path;
        } catch (error) {
            console.log(`no ${path}: ${error}`);
        }
        for (const name in request.headers) {
            if (name === 'x-old') delete request.headers[name];
        }
        const parts = path.split('/').filter((part) => part).map(function (part) { return part.length; });
        switch (parts.length) { case 0: request.uri = '/'; break; default: request.uri = path; }
        return parts.length > 1_000 ? { statusCode: 404 } : request;
    }
    """
    assert check(source, SECOND) == ()


@pytest.mark.parametrize(
    "source",
    [
        pytest.param(opening * 10_000 + closing * 10_000, id=opening + closing)
        for opening, closing in ["()", "[]", "{}", "( ", "[ ", "{ ", ") ", "! ", ("a?", ""), ("a=", "b"), ("a:", ";")]
    ],
)
def test_deep_nesting_does_not_matter(source: str) -> None:
    check(source, SECOND)


@settings(max_examples=300, deadline=None)
@given(
    st.one_of(
        st.text(st.characters()),
        st.text("ab1_.,;:?!=<>&|+-*/%^~#@'\"`\\$(){}[] \n\u00e9\U0001f600", max_size=60),
        st.lists(
            st.sampled_from(
                "a await async function class let const var for of in if else try catch return => ( ) { } [ ] , ; . ?. "
                "= ... import export from default new target 0 08 1n 'x' `a${ } /x/s case switch break a: 😀 \n".split(
                    " "
                )
            ),
            max_size=25,
        ).map(" ".join),
    )
)
def test_no_text_raises(source: str) -> None:
    for runtime in (FIRST, SECOND):
        check(source, runtime)
    imports(source)


def test_lone_surrogates_are_text_too() -> None:
    assert reported("'\ud800'") is None
    assert reported("\ud800") is not None


def test_the_default_imports_are_told_with_their_place_in_utf_8() -> None:
    source = "// é\nimport cf from 'cloudfront';\nvar a;\nimport crypto from \"crypto\"\n"
    assert imports(source) == (
        Import("cloudfront", "cf", 6, 34),
        Import("crypto", "crypto", 42, 69),
    )
    assert source.encode()[6:34] == b"import cf from 'cloudfront';"


@pytest.mark.parametrize(
    "source", ["import {a} from 'b'", "import * as a from 'b'", "import 'b'", "import a, {b} from 'c'"]
)
def test_imports_of_another_form_are_left_to_the_check(source: str) -> None:
    assert imports(source) == ()
    assert reported(source) is not None
