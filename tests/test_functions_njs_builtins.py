"""What code finds in a child: the globals, built-ins and errors of njs, as the vectors saw them."""

from __future__ import annotations

import hashlib
import hmac
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Future
from pathlib import Path
from typing import Any

import pytest

from edgeware.config.model import CloudFrontFunction, Code
from edgeware.core.effects import Invoke, Invoked
from edgeware.functions.javascript import Budget
from edgeware.functions.njs.findings import Runtime
from edgeware.functions.workers import Workers
from tests.vectors_path import load

UNLIMITED = Budget(0)

RUNTIMES: tuple[Runtime, ...] = ("cloudfront-js-1.0", "cloudfront-js-2.0")
PROBES: Sequence[Mapping[str, Any]] = load("cff_runtime_probe.json")["probes"]
UNMATCHED = {
    ("cloudfront-js-1.0", "errors.ref_error"): "the text ends with the name that the njs command gives its -c option",
    ("cloudfront-js-1.0", "syntax.spread_call"): "refused before it runs, as the specification advises",
}

HARNESS = """
function __shown(v) {
    var type = v === null ? 'null' : typeof v, shown = { outcome: 'value', type: type };
    if (type === 'number') shown.value = isFinite(v) && (v !== 0 || 1 / v > 0) ? v : v === 0 ? '-0' : String(v);
    else if (type === 'object') shown.value = JSON.parse(JSON.stringify(v));
    else if (type === 'string' || type === 'boolean') shown.value = v;
    return shown;
}
function __thrown(e) { return { outcome: 'throw', error: String(e) }; }
function var_keys(names) { var o = {}; names.forEach(function (name) { o[name] = 1; }); return Object.keys(o).join(); }
function handler(event) { return __probes[event.probe](); }
"""
_IMPORT = re.compile(r"\s*import [^;]*;")


def asserted(probe: Mapping[str, Any], runtime: Runtime) -> Mapping[str, Any] | None:
    """What a probe asks of a runtime; None for nothing, or for what is refused before it runs."""
    expected: Mapping[str, Any] | None = probe["expect"].get(runtime.rpartition("-")[2])
    if expected is None or expected["basis"] == "unasserted" or expected["outcome"] == "syntax_error":
        return None
    return expected


def wrapped(probe: Mapping[str, Any]) -> str:
    """A probe as a function that returns what came of it, or a promise of that."""
    code = _IMPORT.sub("", probe["code"], count=1)
    if probe["kind"] == "expr":
        return f"function () {{ try {{ return __shown({code}\n); }} catch (e) {{ return __thrown(e); }} }}"
    if probe["kind"] == "async":
        return f"function () {{ return ({code}\n).then(__shown, __thrown); }}"
    if "report(" not in code:
        body = f"var __r; try {{ {code}\n }} catch (e) {{ return __thrown(e); }} return __shown(__r);"
        return f"function () {{ {body} }}"
    body = f"function report(v) {{ done(__shown(v)); }} var __r; try {{ {code}\n }} catch (e) {{ done(__thrown(e)); }}"
    return f"function () {{ return new Promise(function (done) {{ {body} }}); }}"


def source(probes: Sequence[Mapping[str, Any]], mark: str = "") -> str:
    imports = "".join(match[0] for probe in probes if (match := _IMPORT.match(probe["code"])))
    entries = ",\n".join(f"{json.dumps(probe['id'])}: {wrapped(probe)}" for probe in probes)
    return f"{imports}{mark}\n{HARNESS}\nvar __probes = {{ {entries} }};\n"


def rows(runtime: Runtime) -> list[Mapping[str, Any]]:
    return [probe for probe in PROBES if asserted(probe, runtime) is not None]


# Words that earn code a context a run: the other probes run in a context that all of them share, and once more so.
_ALONE = re.compile(
    r"\b(?:async|await|Promise|getOwnPropertyDescriptors|setPrototypeOf|defineProperty|__proto__|get )\b"
)
TOGETHER = {
    runtime: source([probe for probe in rows(runtime) if not _ALONE.search(probe["code"])]) for runtime in RUNTIMES
}
ALONE = {runtime: source(rows(runtime), "/* toJSON */") for runtime in RUNTIMES}
CASES = [
    pytest.param(runtime, probe, sources, id=f"{runtime[-3:]}-{kind}-{probe['id']}")
    for runtime in RUNTIMES
    for probe in rows(runtime)
    for kind, sources in (("together", TOGETHER), ("alone", ALONE))
    if f"{json.dumps(probe['id'])}: " in sources[runtime] and (runtime, probe["id"]) not in UNMATCHED
]


@pytest.fixture(scope="module")
def workers() -> Iterator[Workers]:
    with Workers(clock=lambda: 1_700_000_000.123, seed=1, soft_limit=2, budget=UNLIMITED, hard_limit=10) as some:
        yield some


def call(workers: Workers, code: str, event: Mapping[str, Any], runtime: Runtime) -> Invoked:
    function = CloudFrontFunction(name="probe", code=Code(text=code), runtime=runtime)
    answer = workers.invoke(Invoke(function, "viewer-request", event))
    return answer.result(60) if isinstance(answer, Future) else answer


def outcome(expected: Mapping[str, Any]) -> dict[str, Any]:
    shown = {key: expected[key] for key in ("outcome", "type", "value", "error") if key in expected}
    return shown | {"outcome": "throw"} if shown["outcome"] == "reject" else shown


@pytest.mark.parametrize(("runtime", "probe", "sources"), CASES)
def test_a_probe_gives_what_njs_gives(
    workers: Workers, runtime: Runtime, probe: Mapping[str, Any], sources: Mapping[Runtime, str]
) -> None:
    expected = asserted(probe, runtime)
    assert expected is not None
    invoked = call(workers, sources[runtime], {"probe": probe["id"]}, runtime)
    assert invoked.failure is None
    assert invoked.output == outcome(expected)


def refused(runtime: Runtime) -> list[Mapping[str, Any]]:
    """The probes that a runtime does not even begin to run."""
    version = runtime.rpartition("-")[2]
    rows = [probe for probe in PROBES if probe["expect"].get(version, {}).get("outcome") == "syntax_error"]
    return [probe for probe in rows if probe["expect"][version]["basis"] != "unasserted"]


def asks_of(workers: Workers, runtime: Runtime, probe: Mapping[str, Any]) -> bool:
    """Whether a source that is refused fails when it is called, as production says."""
    failure = call(workers, probe["code"], {}, runtime).failure
    error = probe["expect"][runtime.rpartition("-")[2]]["error"]
    return failure is not None and failure.kind == "syntax" and failure.message.startswith(error)


@pytest.mark.parametrize("runtime", RUNTIMES)
def test_every_probe_of_the_core_and_98_of_100_of_all_come_out_as_in_production(
    workers: Workers, runtime: Runtime
) -> None:
    ran = ((probe, call(workers, ALONE[runtime], {"probe": probe["id"]}, runtime)) for probe in rows(runtime))
    met = {probe["id"]: invoked.output == outcome(asserted(probe, runtime) or {}) for probe, invoked in ran}
    met |= {probe["id"]: asks_of(workers, runtime, probe) for probe in refused(runtime)}
    missed = {probe["id"] for probe in PROBES if probe["core"] and not met.get(probe["id"], True)}
    assert missed <= {name for version, name in UNMATCHED if version == runtime}
    assert sum(met.values()) >= 0.98 * len(met)


def names(text: str) -> list[str]:
    return text.split()


@pytest.mark.parametrize("runtime", RUNTIMES)
def test_the_globals_are_those_that_the_pages_and_njs_have(workers: Workers, runtime: Runtime) -> None:
    code = "function handler() { return Object.getOwnPropertyNames(globalThis).sort() }"
    both = names(
        "Array ArrayBuffer Boolean Date Error EvalError Float32Array Float64Array Function Infinity Int16Array"
        " Int32Array Int8Array InternalError JSON Math MemoryError NaN Number Object RangeError ReferenceError RegExp"
        " String Symbol SyntaxError TextDecoder TextEncoder TypeError URIError Uint16Array Uint32Array Uint8Array"
        " Uint8ClampedArray console decodeURI decodeURIComponent encodeURI encodeURIComponent eval globalThis isFinite"
        " isNaN parseFloat parseInt require undefined Promise"
    )
    second = names("AggregateError Buffer DataView atob btoa")
    expected = sorted(both + (second if runtime == "cloudfront-js-2.0" else []))
    assert call(workers, code + "// Promise", {}, runtime).output == expected


@pytest.mark.parametrize("runtime", RUNTIMES)
def test_every_documented_built_in_is_there(workers: Workers, runtime: Runtime) -> None:
    listed = load("cff_builtins.json")[runtime.rpartition("-")[2]]
    owners = ("Object", "String", "Number", "Array")
    paths = [f"{owner}.{name}" for owner in owners for name in _static(listed[owner])]
    paths += [f"{owner}.prototype.{name}" for owner in owners[1:] for name in _methods(listed[owner])]
    code = f"function handler() {{ return {json.dumps(paths)}.filter({_MISSING}) }}"
    assert call(workers, code, {}, runtime).output == []


_MISSING = """function (path) {
    return path.split('.').reduce(function (o, name) { return o && o[name] }, globalThis) === undefined;
}"""


def _static(listed: Any) -> list[str]:
    return [name.strip("*") for name in listed["static"] if " " not in name] if isinstance(listed, dict) else []


def _methods(listed: Any) -> list[str]:
    return [name.strip("*") for name in listed["prototype"] if " " not in name] if isinstance(listed, dict) else []


# --- what njs 0.7.9 prints of an expression ---------------------------------------------------------------------------

# Expressions of ours, the lines that njs -u logged for them, where the runtimes agree with that version.
EXPRESSIONS: Mapping[Runtime, Mapping[str, list[str]]] = json.loads(
    (Path(__file__).parent / "fixtures" / "functions" / "njs_expressions.json").read_text("utf-8")
)


def listed(expressions: Sequence[str], mark: str = "") -> str:
    entries = (
        f"function () {{ try {{ var v = ({expression}\n); console.log(typeof v); console.log(v); }}"
        " catch (e) { console.log(String(e)); } }"
        for expression in expressions
    )
    return f"var all = [{', '.join(entries)}];{mark}\nfunction handler(event) {{ all[event.n](); }}"


def chunks(expressions: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(expressions), 100):
        yield expressions[start : start + 100]


@pytest.mark.parametrize("runtime", RUNTIMES)
@pytest.mark.parametrize("mark", ["", "/* toJSON */"], ids=["together", "alone"])
def test_expressions_print_what_njs_prints(workers: Workers, runtime: Runtime, mark: str) -> None:
    wrong = {}
    for some in chunks([*EXPRESSIONS[runtime]][:: 3 if mark else 1]):
        code = listed(some, mark)
        for number, expression in enumerate(some):
            invoked = call(workers, code, {"n": number}, runtime)
            if invoked.logs != tuple(EXPRESSIONS[runtime][expression]):
                wrong[expression] = invoked
    assert wrong == {}


def test_a_promise_of_any_that_none_keeps_says_so(workers: Workers) -> None:
    body = "return Promise.any([Promise.reject(1)]).catch((e) => [String(e), e.message, e.errors])"
    code = f"function handler(event) {{ {body} }}"
    message = "All promises were rejected"
    assert call(workers, code, {}, "cloudfront-js-2.0").output == [f"AggregateError: {message}", message, [1]]


# --- characters -------------------------------------------------------------------------------------------------------

SECOND: Runtime = "cloudfront-js-2.0"
MARKS = pytest.mark.parametrize("mark", ["", "/* async */", "/* toJSON */"], ids=["together", "with jobs", "alone"])


def ran(workers: Workers, body: str, event: Mapping[str, Any], mark: str = "", runtime: Runtime = SECOND) -> object:
    invoked = call(workers, f"function handler(event) {{ {body} }}{mark}", event, runtime)
    assert invoked.failure is None, invoked.failure
    return invoked.output


@pytest.mark.parametrize("runtime", RUNTIMES)
@MARKS
def test_a_pattern_for_all_matches_that_matches_nothing_gives_an_empty_list(
    workers: Workers, mark: str, runtime: Runtime
) -> None:
    body = "return ['abc'.match(/x/g), 'abc'.match(/x/), 'abc'.match(/[ab]/g), 'abc'.match('x'), 'abc'.match(/b/)[0]]"
    if runtime == "cloudfront-js-1.0":
        mark = mark.replace("async", "jobs")
    assert ran(workers, body, {}, mark, runtime) == [[], None, ["a", "b"], None, "b"]


@MARKS
def test_a_character_of_an_event_is_one_and_comes_back_as_it_came(workers: Workers, mark: str) -> None:
    event = {"name": "a😀b", "😀": ["🎉", {"😀🎉": "\ud83d"}]}
    body = """
        var name = event.name;
        return [name.length, name.charCodeAt(1), name.split(''), Object.keys(event)[1].length, event];
    """
    expected = {"name": "a😀b", "😀": ["🎉", {"😀🎉": "\ufffd"}]}
    for _ in range(2):
        assert ran(workers, body, event, mark) == [3, 128512, ["a", "😀", "b"], 1, expected]


@MARKS
@pytest.mark.parametrize("kind", ["request", "response"])
def test_changed_events_keep_their_characters(workers: Workers, mark: str, kind: str) -> None:
    request = {
        "method": "GET",
        "uri": "/😀",
        "querystring": {},
        "headers": {"x-a": {"value": "😀"}, "x-b": {"value": "b🎉"}},
        "cookies": {"😀": {"value": "c"}},
    }
    event: dict[str, Any] = {"version": "1.0", "context": {}, "viewer": {}, "request": request}
    response = {"statusCode": 200, "statusDescription": "O😀K", "headers": request["headers"], "cookies": {}}
    if kind == "response":
        event["response"] = response
    body = f"event.{kind}.headers['x-a'].value += '!🎉'; return event.{kind}"
    headers = {"x-a": {"value": "😀!🎉"}, "x-b": {"value": "b🎉"}}
    assert ran(workers, body, event, mark) == event[kind] | {"headers": headers}


@MARKS
def test_characters_of_one_run_mean_nothing_to_the_next(workers: Workers, mark: str) -> None:
    body = """
        if (event.text) return event.text.length;
        var seen = String.fromCodePoint(0x1f389);
        return [seen, 'a😀'.charCodeAt(1), seen.charCodeAt(0), JSON.stringify([seen])];
    """
    for text in ("🎉🎈🎁", "🎁"):
        assert ran(workers, body, {"text": text}, mark) == len(text)
        assert ran(workers, body, {}, mark) == ["🎉", 0x1F600, 0x1F389, '["🎉"]']


@MARKS
def test_characters_leave_by_every_way_as_they_are(workers: Workers, mark: str) -> None:
    body = """
        var party = JSON.parse('"\\\\ud83c\\\\udf89"'), crypto = require('crypto');
        console.log(party); console.log([party]);
        return [encodeURIComponent(party), Buffer.from(party).toString('hex'),
            crypto.createHash('md5').update(party).digest('hex'),
            require('querystring').escape(party), decodeURIComponent('%F0%9F%8E%89') === party, { [party]: party },
            Buffer.from('f09f8e89', 'hex').toString() === party, new TextEncoder().encode(party).length, party];
    """
    invoked = call(workers, f"function handler(event) {{ {body} }}{mark}", {}, SECOND)
    assert invoked.logs == ("🎉", "['🎉']")
    digest = hashlib.md5("🎉".encode()).hexdigest()
    escaped = "%F0%9F%8E%89"
    assert invoked.output == [escaped, "f09f8e89", digest, escaped, True, {"🎉": "🎉"}, True, 4, "🎉"]


@MARKS
def test_an_error_tells_characters_as_they_are(workers: Workers, mark: str) -> None:
    invoked = call(workers, f"function handler(event) {{ throw new Error('😀' + event.x) }}{mark}", {"x": "🎉"}, SECOND)
    assert invoked.failure is not None
    assert invoked.failure.message == "Error: 😀🎉"


def test_there_are_1920_different_characters_to_a_run(workers: Workers) -> None:
    text = "".join(map(chr, range(0x10000, 0x10000 + 2000)))
    body = "return [event.text.length, event.text]"
    assert ran(workers, body, {"text": text * 2}) == [4000, (text[:1920] + "\ufffd" * 80) * 2]


def test_bytes_of_a_byte_string_are_themselves_until_they_leave(workers: Workers) -> None:
    body = """
        var bytes = 'é€'.toUTF8(), hash = require('crypto').createHash('md5');
        return [bytes.length, bytes.charCodeAt(0), bytes, bytes + 'x', '\\xff'.toBytes(),
            hash.update(bytes).digest('hex'),
            require('crypto').createHmac('md5', bytes).update('').digest().toString('hex')];
    """
    data = "é€".encode()
    expected = [5, 0xC3, "é€", "é€x", "\ufffd", hashlib.md5(data).hexdigest(), hmac.digest(data, b"", "md5").hex()]
    assert ran(workers, body, {}, runtime="cloudfront-js-1.0") == expected


# --- modules and the console ------------------------------------------------------------------------------------------


@MARKS
def test_modules_are_what_import_and_require_give(workers: Workers, mark: str) -> None:
    code = f"""{mark}
        import crypto from 'crypto'; import qs
            from "querystring";
        import buffer from 'buffer';
        function handler(event) {{
            return [crypto === require('crypto'), qs === require('querystring'), buffer === require('buffer'),
                buffer.Buffer === Buffer, typeof qs.parse];
        }}"""
    assert call(workers, code, {}, SECOND).output == [True, True, True, True, "function"]


@MARKS
@pytest.mark.parametrize(
    ("module", "runtime", "message"),
    [
        ("http", "cloudfront-js-2.0", 'Error: Cannot find module "http"'),
        ("__proto__", "cloudfront-js-2.0", 'Error: Cannot find module "__proto__"'),
        ("buffer", "cloudfront-js-1.0", 'Error: Cannot find module "buffer"'),
        ("cloudfront", "cloudfront-js-1.0", 'Error: Cannot find module "cloudfront"'),
    ],
)
def test_other_modules_are_an_error(workers: Workers, module: str, runtime: Runtime, message: str, mark: str) -> None:
    invoked = call(workers, f"function handler() {{\n require('{module}') }}{mark}", {}, runtime)
    assert invoked.failure is not None
    assert (invoked.failure.message, invoked.failure.where) == (message, "probe:2")


def test_the_engines_own_globals_stay_gone_whatever_is_loaded(workers: Workers) -> None:
    gone = "return [typeof WeakMap, typeof Map, typeof TextEncoder]"
    body = f"Buffer; TextDecoder; TextEncoder = 5; console.log([1]); {gone}"
    assert ran(workers, body, {}, "/* toJSON */") == ["undefined", "undefined", "number"]


@MARKS
def test_a_log_line_ends_where_the_log_would(workers: Workers, mark: str) -> None:
    body = "console.log('x'.repeat(20000)); console.log(new Array(9000).fill(1)); return 1"
    invoked = call(workers, f"function handler() {{ {body} }}{mark}", {}, SECOND)
    assert [len(line) for line in invoked.logs] == [10240]
    dumped = call(workers, f"function handler() {{ console.log(new Array(9000).fill(1)) }}{mark}", {}, SECOND).logs
    assert [len(line) for line in dumped] == [10240]


# --- errors -----------------------------------------------------------------------------------------------------------


@MARKS
@pytest.mark.parametrize(
    ("code", "message"),
    [
        ("return missing(1)", 'ReferenceError: "missing" is not defined'),
        ("var o = {}; o.go('(')", 'TypeError: (intermediate value)["go"] is not a function'),
        ("var o = {}; o['go'](1, [2])", 'TypeError: (intermediate value)["go"] is not a function'),
        ("function f() {} var o = {}; f(o.go(1))", 'TypeError: (intermediate value)["go"] is not a function'),
        ("function f() { return 1 } var o = {}; o.go(f(2))", 'TypeError: (intermediate value)["go"] is not a function'),
        ("var o = {}; new o.Kind(1)", 'TypeError: (intermediate value)["Kind"] is not a function'),
        ("var text = 'a'; var x = 1; text(x)", "TypeError: string is not a function"),
        ("const list = [1]; list()", "TypeError: array is not a function"),
        ("JSON()", "TypeError: object is not a function"),
        ("var f = event.no; f()", "TypeError: undefined is not a function"),
        ("var text = 'é'.length, o = {}; o.go()", 'TypeError: (intermediate value)["go"] is not a function'),
        (
            "var o = Object.freeze({ a: 1 }); var b = 1; o.a = b",
            'TypeError: Cannot assign to read-only property "a" of object',
        ),
        ("var o = Object.freeze([1]); o[0]++", 'TypeError: Cannot assign to read-only property "0" of array'),
        ("const a = 1; var o = { a: 2 }; o.a = 3; a += 1", "TypeError: assignment to constant variable"),
        ("const a = 1; var o = { a: 2 }; o.a = 3;\\n a = 1", "TypeError: assignment to constant variable"),
        ("var o = Object.seal({}); o['b c'] = 1", 'TypeError: Cannot add property "b c", object is not extensible'),
        ("var o = Object.freeze({ a: 1 }); delete o.a", 'TypeError: Cannot delete property "a" of object'),
        (
            "var o = { get a() { return 1 } }; o.a = 2",
            'TypeError: Cannot set property "a" of object which has only a getter',
        ),
        ("a; let a = 1", "ReferenceError: cannot access variable before initialization"),
        ("throw new TypeError('not a function')", "TypeError: not a function"),
        ("throw new MemoryError('x')", "MemoryError: x"),
        ("throw new InternalError()", "InternalError"),
        ("var e = new RangeError('far'); try { throw e } catch (x) { throw x }", "RangeError: far"),
    ],
)
def test_errors_have_the_words_of_njs(workers: Workers, code: str, message: str, mark: str) -> None:
    source = f"function handler(event) {{\n{code.replace(chr(92) + 'n', chr(10))} }}{mark}"
    invoked = call(workers, source, {}, SECOND)
    assert invoked.failure is not None
    assert invoked.failure.message == message
    assert invoked.failure.where is not None
    assert ran(workers, f"try {{ {code} }} catch (e) {{ return String(e) }}".replace("\\n", "\n"), {}, mark) == message


@MARKS
def test_a_message_of_our_own_never_passes_for_the_engines(workers: Workers, mark: str) -> None:
    body = """
        var e = new Error({ toString: function () { null.x } }.toString.length + 'x is not defined');
        try { new Error({ toString: function () { null.x } }) } catch (other) { return [e.message, other.message] }
    """
    for _ in range(2):
        assert ran(workers, body, {}, mark) == ["0x is not defined", 'cannot get property "x" of null']
