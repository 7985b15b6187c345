from __future__ import annotations

import pytest

from edgeware.functions.njs.findings import Refusal, Runtime
from edgeware.functions.njs.names import GLOBALS, MEMBERS, Names
from edgeware.functions.njs.script import Script
from tests.njs_errors import FIRST, SECOND


def found(source: str, runtime: Runtime = SECOND) -> list[Refusal]:
    return list(Names(Script(source, runtime)).findings())


def told(source: str, runtime: Runtime = SECOND) -> list[tuple[str, str]]:
    return [(one.severity, f"{one.name}: {one.message}") for one in found(source, runtime)]


@pytest.mark.parametrize("name", ["URL", "fetch", "Map", "setTimeout", "process", "exports", "nuthin", "$"])
def test_a_name_that_is_declared_nowhere_is_an_error(name: str) -> None:
    (one,) = found(f"var a = 1;\nvar b = {name}.c;")
    assert (one.severity, one.feature, one.offset) == ("error", "unknown-global", 19)
    assert f"{one.name}: {one.message}" == f'ReferenceError: "{name}" is not defined'


def test_each_runtime_has_its_own_globals() -> None:
    for name in ("Buffer", "DataView", "atob", "btoa", "AggregateError"):
        assert told(f"var a = {name};", SECOND) == []
        assert told(f"var a = {name};", FIRST) == [("error", f'ReferenceError: "{name}" is not defined')]
    for runtime in (FIRST, SECOND):
        assert all(told(f"var a = {name};", runtime) == [] for name in GLOBALS[runtime])


@pytest.mark.parametrize(
    "source",
    [
        "var a = 1; a;",
        "let a, b = a;",
        "const a = (b) => b;",
        "const a = b => b;",
        "const a = (...b) => b;",
        "function a(b, c) { return a(b, c); }",
        "var a = function b() { return b; };",
        "try {} catch (a) { a; }",
        "for (var a in {}) { a; }",
        "var a; for (a in {}) { a; }",
        "import a from 'crypto'; a.b;",
        "a: for (;;) { break a; }",
        "var a = { b: 1, c() {}, ['d']: 2 }; a.b; a.c(); a['e'];",
        "later(); function later() {}",
        "(function () { inner(); var inner; })();",
        "function f() { return arguments.length; }",
        "var fetch = 1; fetch;",
    ],
)
def test_what_is_declared_is_known(source: str) -> None:
    assert told(source) == []


def test_code_that_asks_first_is_believed() -> None:
    assert told("if (typeof URL !== 'undefined') { URL.parse('a'); }") == []


def test_code_that_catches_is_only_warned() -> None:
    assert told("try { structuredClone({}); } catch (e) {} fetch();") == [
        ("warn", 'ReferenceError: "structuredClone" is not defined'),
        ("error", 'ReferenceError: "fetch" is not defined'),
    ]


@pytest.mark.parametrize("call", ["eval('1')", "Function('1')", "new Function('1')"])
def test_code_made_of_text_is_not_allowed(call: str) -> None:
    (one,) = found(f"var a = {call};")
    assert (one.severity, one.feature) == ("error", "restricted")


def test_function_and_eval_may_be_named() -> None:
    assert told("var a = b instanceof Function; var b = typeof eval;") == []


@pytest.mark.parametrize(
    ("call", "runtime"),
    [
        ("Object.fromEntries([])", SECOND),
        ("Object.groupBy([], a)", SECOND),
        ("Promise.withResolvers()", SECOND),
        ("String.raw('a')", SECOND),
        ("String.bytesFrom([1])", SECOND),
        ("Math.sumPrecise([])", SECOND),
        ("Array.from([])", FIRST),
        ("Promise.all([])", FIRST),
    ],
)
def test_a_function_that_a_built_in_object_lacks_is_an_error(call: str, runtime: Runtime) -> None:
    name = call.partition("(")[0].partition(".")[2]
    message = f'TypeError: (intermediate value)["{name}"] is not a function'
    assert told(f"var a; {call};", runtime) == [("error", message)]


@pytest.mark.parametrize(
    "source",
    [
        "Object.keys({}); Math.max(1); JSON.parse('1'); Array.isArray([]); Number.isInteger(1); Promise.all([]);",
        "Array.from([]); String.fromCharCode(1); Object.toString(); Math.PI.toFixed(1);",
        "Object.fromEntries = function () {}; Object.fromEntries([]);",
        "var Object = {}; Object.fromEntries([]);",
        "var a = Object.fromEntries; a = Math.nothing;",
    ],
)
def test_a_function_that_is_there_or_made_is_fine(source: str) -> None:
    assert told(source) == []


def test_a_function_that_is_asked_for_first_is_only_a_warning() -> None:
    assert [severity for severity, _ in told("if (Object.hasOwn) Object.hasOwn({}, 'a');")] == ["warn"]


@pytest.mark.parametrize("runtime", [FIRST, SECOND])
def test_every_member_that_is_listed_may_be_called(runtime: Runtime) -> None:
    own = {"from", "all", "allSettled", "any", "race", "bytesFrom"}
    for owner, names in MEMBERS.items():
        assert all(told(f"{owner}.{name}();", runtime) == [] for name in names - own)


@pytest.mark.parametrize("method", ["at", "flat", "flatMap", "findLast", "matchAll", "normalize", "localeCompare"])
def test_a_method_that_no_runtime_has_is_a_warning_and_of_a_literal_an_error(method: str) -> None:
    assert [severity for severity, _ in told(f"var a; a.{method}(1);")] == ["warn"]
    assert [severity for severity, _ in told(f"[1].{method}(1);")] == ["error"]
    assert [severity for severity, _ in told(f"'a'.{method}(1);")] == ["error"]
    assert told(f"var a = {{ {method}: function () {{}} }}; a.{method}(1);") == []
    assert told(f"var a = {{}}; a.{method} = function () {{}}; a.{method}(1);") == []
    assert told(f"var a; a.{method};") == []


@pytest.mark.parametrize("method", ["replaceAll", "toSorted"])
def test_the_first_runtime_lacks_more(method: str) -> None:
    assert [severity for severity, _ in told(f"var a; a.{method}(1);", FIRST)] == ["warn"]
    assert told(f"var a; a.{method}(1);") == []


MODULES = """
import crypto from 'crypto';
import cf from "cloudfront";
const qs = require('querystring'), kvs = cf.kvs(), own = require("own"), one = two, two = one;
"""


@pytest.mark.parametrize(
    ("code", "member"),
    [
        ("crypto.randomUUID()", "randomUUID"),
        ("qs.format({})", "format"),
        ("require('crypto').randomBytes(1)", "randomBytes"),
        ("cf.fetch('/')", "fetch"),
        ("kvs.put('a', 'b')", "put"),
        ("cf.kvs('id').list()", "list"),
        ("cf.cwt.sign()", "sign"),
        ("cf.mtls.rename()", "rename"),
    ],
)
def test_a_module_has_only_what_the_guide_lists(code: str, member: str) -> None:
    source = f"{MODULES}async function handler(event) {{ await {code}; }}"
    assert told(source) == [("error", f'TypeError: (intermediate value)["{member}"] is not a function')]


@pytest.mark.parametrize(
    "code",
    [
        "crypto.createHash('md5').update('a').digest('hex')",
        "qs.parse('a=1'); qs.x = () => 1; qs.x()",
        "kvs.get('a').then(f)",
        "cf.edgeLocation.name.trim(); cf.cwt.validateToken()",
        "own.method(); one.method(); (0, cf).method(); cf.a.b.c.d.e.f.g.h.i.j()",
        "cf.kvs().get",
    ],
)
def test_what_a_module_has_or_what_is_no_module_passes(code: str) -> None:
    assert told(f"{MODULES}function f() {{}} function handler(event) {{ {code}; }}") == []


def test_a_member_that_the_code_asks_for_first_is_a_doubt() -> None:
    source = f"{MODULES}function handler(event) {{ if (crypto.randomUUID) crypto.randomUUID(); }}"
    assert told(source) == [("warn", 'TypeError: (intermediate value)["randomUUID"] is not a function')]
