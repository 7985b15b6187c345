"""The module cloudfront in real children: its methods and failures, in the context that runs share and in one a run."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Iterator
from concurrent.futures import Future
from pathlib import Path
from typing import Any

import pytest

from edgeware.config.model import CloudFrontFunction, Code, KeyValueStore
from edgeware.core.effects import Invoke, Invoked
from edgeware.functions.javascript import Budget
from edgeware.functions.njs.findings import Runtime
from edgeware.functions.workers import Workers

UNLIMITED = Budget(0)

NOW = 1_700_000_000.5
PAIRS = {"/old": "/new", "json": '{"a": [1, "é"]}', "bad": "{", "wide": "a😀b", "odd": 'x\ny"\\\x01', 'k\n"é😀\\': "1"}
LOCATION = {"name": "LHR", "serverIp": "127.0.0.1", "region": "us-east-1"}
MARKS = pytest.mark.parametrize("mark", ["", "// toJSON"], ids=["shared context", "own context"])
REQUEST = {"method": "GET", "uri": "/old", "querystring": {}, "headers": {}, "cookies": {}}
EVENT = {"version": "1.0", "context": {}, "viewer": {"ip": "::1"}, "request": REQUEST}
RESPONSE = {"statusCode": 200, "statusDescription": "OK", "headers": {}, "cookies": {}}


STORES = {
    "s": KeyValueStore(name="s", data=PAIRS),
    "known": KeyValueStore(name="known", id="a1b2-c3", data=PAIRS),
    "changing": KeyValueStore(name="changing"),
    "full": KeyValueStore(name="full", data={f"key{n}": "v" * 1000 for n in range(4000)}),
}


@pytest.fixture(scope="module")
def workers() -> Iterator[Workers]:
    with Workers(
        clock=lambda: NOW, soft_limit=2, budget=UNLIMITED, hard_limit=10, stores=STORES, pop="LHR50-C1"
    ) as some:
        yield some


def call(
    workers: Workers,
    code: str,
    *,
    store: str | None = "s",
    event: Any = EVENT,
    raw_query: str | None = None,
    runtime: Runtime = "cloudfront-js-2.0",
) -> Invoked:
    function = CloudFrontFunction(name="fn", code=Code(text=code), key_value_store=store, runtime=runtime)
    answer = workers.invoke(Invoke(function, "viewer-request", event, raw_query))
    return answer.result(60) if isinstance(answer, Future) else answer


def source(body: str, mark: str = "", before: str = "") -> str:
    return f"import cf from 'cloudfront'; {before}\nasync function handler(event) {{ {body} }}\n{mark}"


# --- key value stores -----------------------------------------------------------------------------------------------


@MARKS
@pytest.mark.parametrize(
    ("body", "output"),
    [
        ("return kvs.get('/old')", "/new"),
        ("return await kvs.get('/old', {format: 'string'})", "/new"),
        ("return await kvs.get('/old', {})", "/new"),
        ("return await kvs.get('json', {format: 'json'})", {"a": [1, "é"]}),
        ("const v = await kvs.get('wide'); return [v.length, v]", [3, "a😀b"]),
        ("const b = await kvs.get('wide', {format: 'bytes'}); return [b instanceof Buffer, b.toString('hex')]",
         [True, "61f09f988062"]),
        ("return await kvs.get('odd')", 'x\ny"\\\x01'),
        ("return await kvs.get('k\\n\"é😀\\\\')", "1"),
        ("return [await kvs.exists('/old'), await kvs.exists('/none'), await kvs.exists('toString')]",
         [True, False, False]),
        ("return await kvs.count()", len(PAIRS)),
        ("return await kvs.meta()", {"creationDateTime": "2023-11-14T22:13:20.500Z",
                                     "lastUpdatedDateTime": "2023-11-14T22:13:20.500Z", "keyCount": len(PAIRS)}),
        ("const m = await kvs.meta(); return Object.keys(m).join()", "keyCount,creationDateTime,lastUpdatedDateTime"),
        ("let found; await kvs.get('/old').then(v => { found = v }); return found", "/new"),
        ("return await Promise.all([kvs.get('/old'), kvs.exists('x')])", ["/new", False]),
        ("return await cf.kvs('any id: nobody has said what it is').count()", len(PAIRS)),
        ("return await require('cloudfront').kvs().get('/old')", "/new"),
        ("return String(kvs)", "[object KeyValueStore]"),
    ],
)  # fmt: skip
def test_a_key_value_store_is_read(workers: Workers, body: str, output: object, mark: str) -> None:
    for _ in range(2):
        invoked = call(workers, source(body, mark, "const kvs = cf.kvs();"))
        assert (invoked.failure, invoked.output) == (None, output)


@MARKS
@pytest.mark.parametrize(
    ("body", "error"),
    [
        ("await kvs.get('/none')", 'Error: KeyNotFound: the key value store has no key "/none"'),
        ("await kvs.get('bad', {format: 'json'})", "SyntaxError: Unexpected end of input at position 1"),
        ("await kvs.get('/old', {format: 'text'})", 'TypeError: format must be "string", "json" or "bytes"'),
        ("await kvs.get('/old', {format: 1})", 'TypeError: format must be "string", "json" or "bytes"'),
        ("await kvs.get(1)", "TypeError: key must be a string"),
        ("await kvs.exists()", "TypeError: key must be a string"),
        ("await kvs.get.call({}, '/old')", 'TypeError: "this" is not a key value store handle'),
        ("await kvs.count.call(1)", 'TypeError: "this" is not a key value store handle'),
    ],
)
def test_what_goes_wrong_with_a_store_rejects(workers: Workers, body: str, error: str, mark: str) -> None:
    caught = f"let p; try {{ p = {body.removeprefix('await ')}; }} catch (e) {{ return 'thrown'; }}"
    before = "const kvs = cf.kvs();"
    assert (
        call(workers, source(f"{caught} try {{ await p }} catch (e) {{ return String(e) }}", mark, before)).output
        == error
    )
    failure = call(workers, source(body, mark, before)).failure
    assert failure is not None
    assert (failure.kind, failure.message) == ("execution", error)
    assert failure.where in ("fn:2", None), "JSON is read too far down for the ten frames that an error knows"


@MARKS
def test_without_a_store_opening_one_throws_at_top_level_too(workers: Workers, mark: str) -> None:
    message = "Error: no key value store is associated with this function"
    for code in (source("cf.kvs()", mark), source("return 1", mark, "\ncf.kvs();")):
        failure = call(workers, code, store=None).failure
        assert failure is not None
        assert (failure.message, failure.where) == (message, "fn:2")


@MARKS
def test_only_the_associated_store_can_be_opened(workers: Workers, mark: str) -> None:
    for id in ("a1b2-c3", "known"):
        assert call(workers, source(f"return cf.kvs('{id}').count()", mark), store="known").output == len(PAIRS)
    for id, error in (
        ("'s'", 'Error: the key value store "s" is not associated with this function'),
        ("'constructor'", 'Error: the key value store "constructor" is not associated with this function'),
        ("1", "TypeError: id must be a string"),
    ):
        code = source(f"try {{ cf.kvs({id}) }} catch (e) {{ return String(e) }}", mark)
        assert call(workers, code, store="known").output == error


@MARKS
def test_a_run_sees_the_store_as_it_is_when_it_begins(workers: Workers, mark: str) -> None:
    store = workers.stores["changing"]
    code = source("return [await kvs.exists('n'), await kvs.count()]", mark, "const kvs = cf.kvs();")
    assert call(workers, code, store="changing").output == [False, 0]
    store.put("n", "1")
    assert call(workers, code, store="changing").output == [True, 1]
    store.delete("n")
    assert call(workers, code, store="changing").output == [False, 0]


def test_a_store_of_four_megabytes_reaches_its_function(workers: Workers) -> None:
    code = source("return (await kvs.get('key3999')).length + await kvs.count()", "", "const kvs = cf.kvs();")
    assert call(workers, code, store="full").output == 5000
    workers.stores["full"].put("key3999", "v")
    assert call(workers, code, store="full").output == 4001


# --- what is asked of the edge --------------------------------------------------------------------------------------


@MARKS
def test_what_a_run_asks_of_the_edge_comes_back_in_order(workers: Workers, mark: str) -> None:
    code = source(
        "cf.updateRequestOrigin({domainName: 'a.b', customHeaders: {'x-a': 'é😀'}}); cf.selectRequestOriginById('o');"
        "cf.createRequestOriginGroup({originIds: ['a', 'b']}); cf.logCustomData('a'); cf.logCustomData('b');"
        "cf.mtls.renameClientCertHeaders({a: 'b'}); cf.mtls.renamePemHeaders({}); cf.mtls.combinePemHeaders({n: 1});"
        "cf.updateRequestOrigin(); return event.request",
        mark,
    )
    for _ in range(2):
        invoked = call(workers, code)
        assert (invoked.failure, invoked.output) == (None, REQUEST)
        assert invoked.requests == (
            ["updateRequestOrigin", {"domainName": "a.b", "customHeaders": {"x-a": "é😀"}}],
            ["selectRequestOriginById", "o", None],
            ["createRequestOriginGroup", {"originIds": ["a", "b"]}],
            ["logCustomData", "a"],
            ["logCustomData", "b"],
            ["renameClientCertHeaders", {"a": "b"}],
            ["renamePemHeaders", {}],
            ["combinePemHeaders", {"n": 1}],
            ["updateRequestOrigin", None],
        )
    assert call(workers, source("return 1", mark)).requests == ()


@MARKS
def test_no_toJSON_changes_what_is_asked_but_the_arguments_own(workers: Workers, mark: str) -> None:  # noqa: N802
    poison = "Array.prototype.toJSON = Object.prototype.toJSON = function () { return 1 };"
    code = source(f"{poison} cf.logCustomData('x'); cf.updateRequestOrigin({{a: 2}}); return 3", mark)
    assert call(workers, code).requests == (["logCustomData", "x"], ["updateRequestOrigin", 1])
    code = source("cf.updateRequestOrigin({toJSON() {}}); cf.selectRequestOriginById(); return 3", mark)
    assert call(workers, code).requests == (["updateRequestOrigin", None], ["selectRequestOriginById", None, None])


@MARKS
def test_a_run_that_is_repeated_says_everything_once(workers: Workers, mark: str) -> None:
    code = source("console.log('once'); cf.logCustomData('once'); String.prototype.x = 1; return 1", mark)
    invoked = call(workers, code)
    assert (invoked.output, invoked.logs, invoked.requests) == (1, ("once",), (["logCustomData", "once"],))


@MARKS
@pytest.mark.parametrize("method", ["updateRequestOrigin", "selectRequestOriginById", "createRequestOriginGroup"])
def test_the_origin_can_only_be_changed_in_a_viewer_request(workers: Workers, method: str, mark: str) -> None:
    code = source(f"try {{ cf.{method}({{}}) }} catch (e) {{ return String(e) }}", mark)
    output = call(workers, code, event={**EVENT, "response": RESPONSE}).output
    assert output == f"Error: {method} can only be called in a viewer request function"


@MARKS
def test_the_location_is_known_in_a_viewer_request_only(workers: Workers, mark: str) -> None:
    code = source("return {body: JSON.stringify(cf.edgeLocation), same: cf.edgeLocation === cf.edgeLocation}", mark)
    assert call(workers, code).output == {"body": json.dumps(LOCATION, separators=(",", ":")), "same": False}
    assert call(workers, code, event={**EVENT, "response": RESPONSE}).output == {"body": "{}", "same": False}


@MARKS
@pytest.mark.parametrize(
    ("body", "error"),
    [
        ("cf.distributionTenant.id", "TypeError: distributionTenant module is not available"),
        ("cf.logCustomData(1)", "TypeError: custom data must be a string"),
        ("for (;;) cf.logCustomData('x'.repeat(1000))", "Error: one run asks for more than 64 KB of changes"),
        ("cf.kvs = 1; return cf.kvs === 1 ? 1 : 2", None),
    ],
)
def test_other_members_fail_as_they_should(workers: Workers, body: str, error: str | None, mark: str) -> None:
    failure = call(workers, source(body, mark)).failure
    assert (failure and failure.message) == error


@MARKS
def test_the_raw_query_string_is_a_method_that_nobody_sees(workers: Workers, mark: str) -> None:
    body = (
        "const r = event.request; return [r.rawQueryString(), Object.keys(r).length, JSON.stringify(r).indexOf('raw')]"
    )
    assert call(workers, source(body, mark), raw_query="b=1&a=%20😀").output == ["b=1&a=%20😀", 5, -1]
    assert call(workers, source(body, mark)).output == [None, 5, -1]
    assert call(workers, source("return event.request", mark), raw_query="a").output == REQUEST
    assert call(workers, source("return event.request.rawQueryString()", mark), raw_query="a",
                event={**EVENT, "response": RESPONSE}).output == "a"  # fmt: skip
    first = "function handler(event) { return typeof event.request.rawQueryString }"
    assert call(workers, first + mark, raw_query="a", runtime="cloudfront-js-1.0").output == "undefined"


# --- promises in the context that runs share --------------------------------------------------------------------------


def test_nothing_that_a_run_has_queued_is_left_to_the_next(workers: Workers) -> None:
    code = """
    let state = 0;
    async function later(name) { for (let i = 0; i < 20; i++) await i; state++; console.log(name + state); }
    async function handler(event) { later(event.request.uri); return state; }
    """
    for uri in ("/a", "/b"):
        invoked = call(workers, code, event={**EVENT, "request": {**REQUEST, "uri": uri}})
        assert (invoked.output, invoked.logs) == (0, (f"{uri}1",))


def test_a_rejection_that_nobody_handles_harms_neither_this_run_nor_the_next(workers: Workers) -> None:
    code = "async function f() { await 1; throw new Error('lost') } async function handler(event) { f(); return 1 }"
    for _ in range(3):
        assert call(workers, code).output == 1


def test_a_promise_that_never_settles_is_a_failure_in_every_run(workers: Workers) -> None:
    for _ in range(2):
        failure = call(workers, "async function handler() { await new Promise(() => {}) }").failure
        assert failure is not None
        assert failure.message == "Error: the promise that the handler returned never settles"


def test_code_with_promises_and_the_module_stays_in_the_shared_context(workers: Workers) -> None:
    body = "await 1; await cf.kvs().get('/old'); return Object['is' + 'Frozen'](globalThis)"
    assert [call(workers, source(body)).output for _ in range(3)] == [True] * 3
    assert call(workers, source(body, "// toJSON")).output is False


def test_code_that_does_not_name_promises_finds_none_in_the_shared_context(workers: Workers) -> None:
    code = "function handler(event) { return typeof globalThis['Prom' + 'ise'].resolve }"
    assert call(workers, code).output == "function"
    code = "function handler(event) { return require('cloud' + 'front').kvs().get('/old') }"
    assert call(workers, code).output == "/new"


# --- tokens -----------------------------------------------------------------------------------------------------------


def cbor(value: Any) -> bytes:
    """An encoder of our own for what the tests need, apart from the one that is tested."""
    if isinstance(value, bool) or value is None:
        return {False: b"\xf4", True: b"\xf5", None: b"\xf6"}[value]
    if isinstance(value, int):
        return head(0, value) if value >= 0 else head(1, -1 - value)
    if isinstance(value, bytes):
        return head(2, len(value)) + value
    if isinstance(value, str):
        return head(3, len(value.encode())) + value.encode()
    if isinstance(value, list):
        return head(4, len(value)) + b"".join(map(cbor, value))
    assert isinstance(value, dict)
    return head(5, len(value)) + b"".join(cbor(key) + cbor(item) for key, item in value.items())


def head(major: int, number: int) -> bytes:
    for size, mark in ((1, 24), (2, 25), (4, 26), (8, 27)):
        if number < 24:
            return bytes([major << 5 | number])
        if number < 1 << 8 * size:
            return bytes([major << 5 | mark]) + number.to_bytes(size, "big")
    raise AssertionError(number)


def token(
    payload: bytes,
    *,
    key: bytes = b"k",
    protected: bytes = b"\xa1\x01\x05",
    unprotected: bytes = b"\xa0",
    tags: str = "d83dd1",
) -> bytes:
    mac = hmac.digest(key, cbor(["MAC0", protected, b"", payload]), hashlib.sha256)
    return bytes.fromhex(tags) + b"\x84" + cbor(protected) + unprotected + cbor(payload) + cbor(mac)


CLAIMS = {1: "iss", 4: 2**40, -7: [True, None, b"\x00"], "name": {"é": 300}, 6: 1}
SHOWN = """
const token = Buffer.from(event.request.uri, 'hex');
return JSON.stringify(cf.cwt.validateToken(token, {key: 'k'}));
"""


def validated(workers: Workers, data: bytes, mark: str = "") -> Any:
    code = source(f"try {{ {SHOWN} }} catch (e) {{ return String(e) }}", mark)
    output = call(workers, code, event={**EVENT, "request": {**REQUEST, "uri": data.hex()}}).output
    assert isinstance(output, str)
    return json.loads(output) if output.startswith("{") else output


@MARKS
@pytest.mark.parametrize("tags", ["d83dd1", "d1"])
def test_a_token_is_validated_and_shows_its_claims(workers: Workers, tags: str, mark: str) -> None:
    assert validated(workers, token(cbor(CLAIMS), tags=tags, unprotected=cbor({4: b"id"})), mark) == {
        "protectedHeaders": {"1": 5},
        "unprotectedHeaders": {"4": {"type": "Buffer", "data": [105, 100]}},
        "payload": {
            "1": "iss",
            "4": 2**40,
            "6": 1,
            "-7": [True, None, {"type": "Buffer", "data": [0]}],
            "name": {"é": 300},
        },
    }


@pytest.mark.parametrize(
    ("item", "value"),
    [
        ("f93c00", 1), ("f97c00", None), ("f9fc00", None), ("f97e00", None), ("f90001", 2**-24), ("fa3fc00000", 1.5),
        ("fb3ff8000000000000", 1.5), ("f7", "missing"), ("5f41614162ff", {"type": "Buffer", "data": [97, 98]}),
        ("7f6161ff", "a"), ("9f01ff", [1]), ("bf6161f5ff", {"a": True}), ("1b0000000100000000", 2**32),
        ("1903e8", 1000),
    ],
)  # fmt: skip
def test_cbor_of_every_shape_is_read(workers: Workers, item: str, value: object) -> None:
    payload = validated(workers, token(bytes.fromhex("a101" + item)))["payload"]
    assert payload.get("1", "missing") == value


@MARKS
@pytest.mark.parametrize(
    ("data", "why"),
    [
        (token(b"\xa0", key=b"other"), "its signature does not match"),
        (token(b"\xa0", tags=""), "it has no COSE_Mac0 tag (17)"),
        (token(b"\xa0", tags="d83d"), "it has no COSE_Mac0 tag (17)"),
        (token(b"\xa0", tags="d2"), "it has no COSE_Mac0 tag (17)"),
        (token(b"\xa0", protected=b"\xa1\x01\x04"), "its algorithm is not HS256"),
        (token(b"\xa0", protected=b""), "its algorithm is not HS256"),
        (token(b"\xa0", protected=b"\x80"), "the protected header is no map"),
        (token(b"\xa0", unprotected=b"\x80"), "the unprotected header is no map"),
        (token(b"\x01"), "the payload is no map"),
        (token(b"\xa0" * 1100), "it has more than 1024 bytes"),
        (token(b"\xa0") + b"\x00", "something follows it"),
        (token(b"\xa0")[:-1], "it ends too early"),
        (b"", "it ends too early"),
        (b"\xd1\x83\x01\x02\x03", "a COSE_Mac0 has four parts"),
        (b"\xd1\x84\x01\xa0\x40\x40", "the protected header is no byte string"),
        (b"\xd1\x84\x43\xa1\x01\x05\xa0\x01\x40", "the payload is no byte string"),
        (token(b"\xa1\x80\x01"), "a map has a key that is neither number nor text"),
        (token(b"\xa1\x01\x61\xff"), "a text is not UTF-8"),
        (token(b"\xa1\x01" + b"\x81" * 20 + b"\x01"), "it is nested too deeply"),
        (token(b"\xa1\x01\xf8\xff"), "a simple value is not supported"),
        (token(b"\xa1\x01\x1c"), "a length is malformed"),
        (token(b"\xa1\x01\x1f"), "a length is malformed"),
        (token(b"\xa1\x01\x5f\x01\xff"), "a piece of a string is none"),
        (token(b"\xa1\x01\x9f\x01"), "it ends too early"),
    ],
)
def test_a_token_that_is_not_valid_throws(workers: Workers, data: bytes, why: str, mark: str) -> None:
    assert validated(workers, data, mark) == f"Error: invalid CBOR web token: {why}"


@MARKS
@pytest.mark.parametrize(
    "arguments",
    [
        "{payload: P}, {key: 'k', cwtTag: true, coseTag: 'MAC0'}",
        "{cwtTag: true, coseTag: 'MAC0', key: Buffer.from('k')}, {payload: P}",
        "{payload: P, protected: {alg: 'HS256'}}, {cwtTag: true, coseTag: 'MAC0', key: 'k'}",
        "{payload: P, protectedHeaders: {1: 5}}, {cwtTag: true, coseTag: 'MAC0', key: 'k'}",
        "{payload: P, protected: {1: '5'}, unprotected: {}}, {cwtTag: true, coseTag: 'MAC0', key: 'k'}",
    ],
)
def test_a_token_is_generated_in_either_order_of_arguments(workers: Workers, arguments: str, mark: str) -> None:
    claims = "{1: 'iss', 4: 2 ** 40, '-7': [true, null, Buffer.from([0])], name: {'é': 300}, 6: 1}"
    code = source(f"return cf.cwt.generateToken({arguments.replace('P', claims)}).toString('hex')", mark)
    # JavaScript puts keys that are small numbers first.
    ordered = {key: CLAIMS[key] for key in (1, 4, 6, -7, "name")}
    assert call(workers, code).output == token(cbor(ordered)).hex()


@MARKS
def test_numbers_and_lengths_of_every_size_go_out_and_come_back(workers: Workers, mark: str) -> None:
    body = (
        "const n = [0, 23, 24, 255, 256, 65535, 65536, 4294967296, -1, -25, 1.5, -0.25], t = 'x'.repeat(300);"
        "const token = cf.cwt.generateToken({payload: {n: n, t: t, u: undefined}}, {key: 'k', coseTag: 'MAC0'});"
        "const p = cf.cwt.validateToken(token, {key: Buffer.from('k')}).payload;"
        "return [p.n.join() === n.join(), p.t === t, 'u' in p]"
    )
    assert call(workers, source(body, mark)).output == [True, True, True]


@MARKS
@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        ("{payload: {}}, {}", "TypeError: key must be a string or a Buffer-like object"),
        ("{payload: {}}", "TypeError: key must be a string or a Buffer-like object"),
        ("{payload: 1}, {key: 'k', coseTag: 'MAC0'}", "TypeError: the token needs an object as its payload"),
        ("{}, {key: 'k', coseTag: 'MAC0'}", "TypeError: the token needs an object as its payload"),
        ("{payload: {}}, {key: 'k'}", 'Error: coseTag must be "MAC0"'),
        ("{payload: {a: 'x'.repeat(1000)}}, {key: 'k', coseTag: 'MAC0'}",
         "Error: a CBOR web token has no more than 1024 bytes"),
        ("{payload: {}}, {key: 'k', coseTag: 'SIGN1'}", 'Error: coseTag must be "MAC0"'),
        ("{payload: {}, protected: {1: 4}}, {key: 'k', coseTag: 'MAC0'}",
         "Error: the algorithm of a token must be HS256"),
        ("{payload: {a: () => 1}}, {key: 'k', coseTag: 'MAC0'}", "TypeError: a token cannot hold a function"),
        ("{payload: (function f(n) { return n ? {a: f(n - 1)} : 1 })(40)}, {key: 'k', coseTag: 'MAC0'}",
         "Error: the token's payload is nested too deeply"),
    ],
)  # fmt: skip
def test_a_token_that_cannot_be_generated_throws(workers: Workers, arguments: str, error: str, mark: str) -> None:
    code = source(f"try {{ cf.cwt.generateToken({arguments}) }} catch (e) {{ return String(e) }}", mark)
    assert call(workers, code).output == error


@MARKS
def test_a_token_must_be_bytes(workers: Workers, mark: str) -> None:
    code = source("try { cf.cwt.validateToken('d1', {key: 'k'}) } catch (e) { return String(e) }", mark)
    assert call(workers, code).output == "TypeError: the token must be a Buffer-like object"


@pytest.mark.parametrize("runtime", ["cloudfront-js-1.0"])
def test_the_first_runtime_has_no_such_module(workers: Workers, runtime: Runtime, tmp_path: Path) -> None:
    failure = call(workers, "function handler() { require('cloudfront') }", runtime=runtime).failure
    assert failure is not None
    assert failure.message == 'Error: Cannot find module "cloudfront"'
