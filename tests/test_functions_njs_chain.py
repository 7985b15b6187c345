from __future__ import annotations

import json

import pytest

from edgeware.config.model import CloudFrontFunction, Code
from edgeware.core.effects import Invoke, Invoked
from edgeware.functions.context import UNSETTLED
from edgeware.functions.njs.chain import has_one_chain
from edgeware.functions.workers import Workers
from tests.test_functions_worker import EVENT, run


@pytest.mark.parametrize(
    ("source", "one"),
    [
        ("async function handler(e) { return await 1 }", True),
        ("function f() {} async function handler(e) { try { await f() } catch (e) {} }", True),
        ("function handler(e) { return 1 }", False),
        ("async function f() {} async function handler(e) { if (await f()) return await f(e) }", True),
        ("async function f() { await f() } async function handler(e) { f.x; x.f() }", False),
        ("async function f() {} async function handler(e) { f() }", False),
        ("async function f() {} async function handler(e) { return f() }", False),
        ("async function f() {} async function handler(e) { const g = f; await g() }", False),
        ("async function f() {} async function handler(e) { await f; await g(f); await {f} }", False),
        ("async function f() {} function f() {} async function handler(e) { await f() }", False),
        ("async function f() {} async function handler(e) { await handler() }", False),
        ("async function handler(e) { (async () => 1)() }", False),
        ("async function handler(e) { const f = {async g() {}} }", False),
        ("async function handler(e) { handler(e) }", False),
        ("async function handler(e) { h\\u0061ndler(e) }", False),
        ("async function handler(e) { f().then(g) }", False),
        ("async function handler(e) { await Promise.all([]) }", False),
        ("const handler = async (e) => 1", False),
        ("async function f(e) {} function handler() { return f() }", False),
        ("if (1) { async function handler(e) {} }", False),
        ("async function handler(e) { (", False),
    ],
)
def test_async_functions_that_are_awaited_where_they_are_called_are_one_chain(source: str, one: bool) -> None:
    assert has_one_chain(source, "cloudfront-js-2.0") is one


def chained(body: str, *inputs: object) -> list[str]:
    source = f"async function handler(event) {{ {body} }}"
    return run(source, *(inputs or (EVENT, EVENT)), jobs="chain")


@pytest.mark.parametrize(
    ("body", "result"),
    [
        ("await 1; await undefined; return event.request.uri", 'j"/"'),
        ("console.log('a'); return [await 1, await 2]", '["a"]j[1,2]'),
        ("for (let i = 0; i < 50; i++) await i; return 1", "j1"),
        ("return await {then(done) { done(7); done(8) }}", "j7"),
        ("return {then(done) { done({then(done) { done(9) }}) }}", "j9"),
        ("try { await {then(done, fail) { fail(3) }} } catch (e) { return e }", "j3"),
    ],
)
def test_a_chain_is_awaited_run_after_run(body: str, result: str) -> None:
    assert chained(body) == [result] * 2


def test_a_chain_may_have_helpers() -> None:
    helpers = "async function get(n) { await n; if (n > 2) throw n; return n + 1 } "
    handler = (
        "async function handler(event) { let n = 0; try { for (;;) n = await get(n) } catch (e) { return [n, e] } }"
    )
    assert run(helpers + handler, EVENT, EVENT, jobs="chain") == ["j[3,3]"] * 2


def test_a_rejected_chain_is_the_functions_failure() -> None:
    for result in chained("await 1; throw new RangeError('far')"):
        assert json.loads(result[1:])[0] == "RangeError: far"


def test_a_chain_that_never_settles_and_one_without_end_leave_nothing_behind() -> None:
    bodies = "if (event.n === 1) await {then() {}}; while (event.n === 2) await 1; return event.n"
    inputs = [{"n": n} for n in (0, 1, 3, 2, 4)]
    assert chained(bodies, *inputs) == ["j0", UNSETTLED.decode(), "j3", "t", "j4"]


@pytest.mark.parametrize(
    "body",
    [
        "const p = cf.kvs ? 0 : 0; return await globalThis['Prom' + 'ise'].resolve(5)",
        "const k = 'th' + 'en', p = cf.kvs().exists('a'); let x = 5; p[k](() => { x = 6 }); return x",
        "try { cf.kvs().count()['fin' + 'ally'](() => 1) } catch (e) { return 4 } return 5",
        "return cf.kvs().exists('a')['catch'](() => 1) && 5",
    ],
)
def test_what_asks_for_more_than_a_chain_is_repeated_with_a_queue_that_is_emptied(body: str) -> None:
    source = f"const cf = require('cloudfront'); async function handler(event) {{ {body} }}"
    frames = run(source, EVENT, EVENT, EVENT, jobs="chain", stores="null")
    assert frames == ["j5"] * 3


def test_an_edge_function_with_one_async_handler_runs_as_a_chain() -> None:
    source = "async function handler(event) { await 1; console.log(typeof event); return event.request }"
    effect = Invoke(CloudFrontFunction(name="fn", code=Code(text=source)), "viewer-request", EVENT)
    with Workers(reuse=False) as some:
        for _ in range(3):
            answer = some.invoke(effect)
            invoked = answer if isinstance(answer, Invoked) else answer.result()
            assert (invoked.output, invoked.logs) == ({"uri": "/"}, ("object",))
