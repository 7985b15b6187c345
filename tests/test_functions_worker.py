"""The child's program, run in this process: frames in, frames out."""

from __future__ import annotations

import json
import os
import signal
import struct
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from edgeware.functions import notes, worker
from edgeware.functions.javascript import engine
from edgeware.functions.worker import Worker

NATIVE = worker.load(engine())
EVENT = {"request": {"uri": "/"}}


@pytest.fixture(autouse=True)
def _signals(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(worker, "KERNEL_LIMIT", 600.0)  # it is this process that the kernel would end
    before = signal.getsignal(signal.SIGPROF)
    yield
    signal.signal(signal.SIGPROF, before)


def frame(request_id: int, payload: bytes) -> bytes:
    return struct.pack(">IQ", len(payload), request_id) + payload


def serve(*frames: bytes, soft_limit: float = 0.02, **options: Any) -> list[tuple[int, bytes]]:
    """What a worker answers to these frames, as request id and payload."""
    (source, feed), (drain, sink) = os.pipe(), os.pipe()
    os.write(feed, b"".join(frames))
    os.close(feed)
    with os.fdopen(drain, "rb") as file, ThreadPoolExecutor() as elsewhere:
        answers = elsewhere.submit(file.read)
        try:
            Worker(NATIVE, source, sink, soft_limit, **options).serve()
        finally:
            os.close(sink)
            os.close(source)
        return list(parsed(answers.result()))


def parsed(data: bytes) -> Iterator[tuple[int, bytes]]:
    while data:
        length, request_id = struct.unpack_from(">IQ", data)
        yield request_id, data[12 : 12 + length]
        data = data[12 + length :]


def coded(source: str, jobs: bool | str = False, stores: str = "false") -> bytes:
    facts = {"jobs": jobs, "stores": json.loads(stores), "location": {}}
    return json.dumps([source, facts, False]).encode()


def run(
    source: str,
    *inputs: Any,
    own: bool = False,
    jobs: bool | str = False,
    stores: str = "false",
    soft_limit: float = 0.02,
) -> list[str]:
    """The results of runs of a source, each with its logs in front."""
    setup = (b"1" if own else b"0") + coded(source, jobs, stores)
    frames = [frame(n, json.dumps([1_700_000_000_000, 5, value]).encode()) for n, value in enumerate(inputs, 1)]
    first, *answers = serve(frame(0, setup), *frames, soft_limit=soft_limit)
    assert first == (0, b"")
    assert [request_id for request_id, _ in answers] == list(range(1, len(inputs) + 1))
    return [answer[16:].decode() for _, answer in answers]


def handler(body: str) -> str:
    return f"function handler(event) {{ {body} }}"


@pytest.mark.parametrize("own", [False, True], ids=["shared context", "own context"])
def test_a_run_gives_its_result_as_json(own: bool) -> None:
    assert run(handler("return event.request"), EVENT, EVENT, own=own) == ['j{"uri":"/"}'] * 2


@pytest.mark.parametrize("own", [False, True], ids=["shared context", "own context"])
def test_top_level_code_runs_anew_every_time(own: bool) -> None:
    assert run("let n = 0;" + handler("return ++n"), EVENT, EVENT, own=own) == ["j1", "j1"]


@pytest.mark.parametrize("own", [False, True], ids=["shared context", "own context"])
def test_nothing_and_a_function_come_out_as_null(own: bool) -> None:
    assert run(handler("return event.f ? event : undefined"), EVENT, own=own) == ["jnull"]
    assert run(handler("return handler"), EVENT, own=own) == ["jnull"]


@pytest.mark.parametrize("digit", ["0", "1", "2", "3"])
def test_the_first_digit_tells_the_kind_of_context_and_the_runtime(digit: str) -> None:
    source = "function handler(event) { return [typeof Buffer, ''.toBytes ? 1 : 2, require('crypto').createHash('md5')"
    code = f"{source}.update('abc').digest('hex')] }}"
    setup = digit.encode() + coded(code)
    answers = serve(frame(0, setup), *(frame(n, b"[0,0,{}]") for n in (1, 2)))
    expected = ["undefined", 1] if digit in "23" else ["function", 2]
    for _, answer in answers[1:]:
        assert json.loads(answer[17:]) == [*expected, "900150983cd24fb0d6963f7d28e17f72"]


def test_code_that_only_asks_the_host_is_stopped_all_the_same() -> None:
    loop = "for (;;) { try { for (;;) crypto.createHash('sha256').update(data).digest('hex') } catch (e) {} }"
    source = handler(f"var crypto = require('crypto'), data = 'x'.repeat(9e5); {loop}")
    assert run(source, EVENT, EVENT) == ["t", "t"]


@pytest.mark.parametrize("own", [False, True], ids=["shared context", "own context"])
def test_a_promise_is_awaited(own: bool) -> None:
    source = "async function handler(event) { await 1; await undefined; return event.request.uri }"
    assert run(source, EVENT, EVENT, own=own, jobs=True) == ['j"/"', 'j"/"']


@pytest.mark.parametrize("own", [False, True], ids=["shared context", "own context"])
def test_a_rejected_promise_is_the_functions_failure(own: bool) -> None:
    source = "async function handler(event) { await 1; throw new RangeError('far') }"
    for result in run(source, EVENT, EVENT, own=own, jobs=True):
        assert json.loads(result[1:])[0] == "RangeError: far"


@pytest.mark.parametrize("own", [False, True], ids=["shared context", "own context"])
def test_a_promise_that_never_settles_is_the_functions_failure(own: bool) -> None:
    source = "async function handler(event) { await new Promise(() => {}) }"
    assert run(source, EVENT, EVENT, own=own, jobs=True) == [worker.context.UNSETTLED.decode()] * 2


def test_an_answer_waits_until_the_jobs_that_its_run_has_left_are_done() -> None:
    source = "async function f() { for (let i = 0; i < 9; i++) await i; console.log('done') } " + handler(
        "f(); return 1"
    )
    assert run(source, EVENT, EVENT, jobs=True) == ['["done"]j1'] * 2


@pytest.mark.parametrize("own", [False, True], ids=["shared context", "own context"])
def test_jobs_without_end_are_stopped_and_the_next_run_is_clean(own: bool) -> None:
    source = "async function f() { for (;;) await 1 } " + handler("return event.go ? f() : 1")
    assert run(source, {"go": 1}, EVENT, {"go": 1}, EVENT, own=own, jobs=True) == ["t", "j1", "t", "j1"]


@pytest.mark.parametrize("own", [False, True], ids=["shared context", "own context"])
def test_what_a_run_asks_of_the_edge_stands_before_its_result(own: bool) -> None:
    source = handler("const cf = require('cloudfront'); if (event.go) cf.logCustomData('x'); return 1")
    assert run(source, {"go": 1}, EVENT, own=own, jobs=True) == ['[["logCustomData","x"]]j1', "j1"]


def test_a_rejection_that_nobody_handles_is_no_harm() -> None:
    source = "async function f() { await 1; throw 1 } " + handler("f(); return 1")
    assert run(source, EVENT, EVENT, jobs=True) == ["j1", "j1"]


def test_what_is_in_the_key_value_store_is_taken_without_an_answer() -> None:
    source = (
        "async function handler() { const s = require('cloudfront').kvs(); return [await s.get('a'), await s.count()] }"
    )
    setup = b"0" + coded(source, jobs=True).replace(b'"stores": false', b'"stores": null')
    stores = [frame(0, b'k{"keyCount":%d}\n"a"\n"%d"' % (n, n)) for n in (7, 8)]
    asked = [frame(n, b"[0,0,{}]") for n in (1, 2)]
    answers = serve(stores[0], frame(0, setup), asked[0], stores[1], asked[1])
    assert [(number, answer[16:]) for number, answer in answers[1:]] == [(1, b'j["7",7]'), (2, b'j["8",8]')]


@pytest.mark.parametrize("own", [False, True], ids=["shared context", "own context"])
def test_an_exception_comes_with_its_stack(own: bool) -> None:
    for result in run(handler("\n\nthrow new TypeError('so')"), EVENT, EVENT, own=own):
        message, stack = json.loads(result[1:])
        assert message == "TypeError: so"
        assert "<input>:3:" in stack


def test_code_that_changes_what_all_runs_share_gets_a_context_a_run() -> None:
    source = handler("const was = ''.shout; String.prototype.shout = () => 'A'; return [typeof was, 'a'.shout()]")
    assert run(source, EVENT, EVENT, EVENT) == ['j["undefined","A"]'] * 3


@pytest.mark.parametrize("own", [False, True], ids=["shared context", "own context"])
def test_an_endless_run_is_stopped_and_the_next_one_is_clean(own: bool) -> None:
    source = handler("console.log('in'); if (event.go) for (;;); return 1")
    assert run(source, EVENT, {"go": 1}, EVENT, {"go": 1}, EVENT, own=own) == [
        '["in"]j1', '["in"]t', '["in"]j1', '["in"]t', '["in"]j1',
    ]  # fmt: skip


def test_an_endless_run_in_the_context_that_a_throw_earned_it_is_stopped() -> None:
    source = handler("if (event.go) { Math.x = 1; for (;;); } return 1")
    assert run(source, {"go": 1}, EVENT, {"go": 1}, EVENT) == ["t", "j1", "t", "j1"]


def test_code_that_catches_everything_is_stopped_all_the_same() -> None:
    source = handler("for (;;) { try { for (;;) console.log('x'.repeat(9000)) } catch (e) {} finally { continue } }")
    logs, _, result = run(source, EVENT)[0].rpartition("]")
    assert result == "t"
    assert len(logs) < 2 * notes.MOST_LOGGED


def test_time_that_runs_out_while_the_result_is_written_counts() -> None:
    source = handler("return { toJSON() { for (;;); } }")
    assert run(source, EVENT) == ["t"]


def test_running_out_of_memory_rebuilds_the_shared_context() -> None:
    source = handler(
        "if (event.go) { const kept = []; kept.push(kept); for (;;) kept.push('x'.repeat(1 << 20)) } return 1"
    )
    first, second = run(source, {"go": 1}, EVENT, soft_limit=5)
    assert "out of memory" in first
    assert second == "j1"


def test_a_result_that_is_too_large_is_a_failure(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worker, "LARGEST_RESULT", 1000)
    assert run(handler("return 'x'.repeat(1000)"), EVENT) == [worker.TOO_LARGE.decode()]


def test_a_source_that_does_not_parse_answers_every_run_with_the_reason() -> None:
    first, second = run("function handler(event) {\n return (\n}", EVENT, EVENT)
    assert first == second
    message, stack = json.loads(first[1:])
    assert message.startswith("SyntaxError: ")
    assert "<input>:3:" in stack


@pytest.mark.parametrize(
    "source", ["}) ; (function () {", "return 1", "});console.log('out');(function(){", "/*", "`", "await 1"]
)
def test_a_source_is_checked_alone_so_that_it_cannot_close_its_wrapper(source: str) -> None:
    (result,) = run(source, EVENT)
    assert result.startswith('e["SyntaxError')


def test_a_missing_handler_is_a_failure() -> None:
    (result,) = run("function handle(event) {}", EVENT)
    assert json.loads(result[1:])[0] == 'ReferenceError: "handler" is not defined'


def test_a_module_cannot_be_imported() -> None:
    source = "async function handler(event) { try { await import('os') } catch (e) { return String(e) } }"
    assert run(source, EVENT, own=True) == ["j\"InternalError: Failed to normalize module 'os'\""]


def test_nothing_is_answered_where_nothing_was_asked() -> None:
    assert serve() == []
    assert serve(frame(0, b"0" + coded("function handler() {}"))) == [(0, b"")]
    assert serve(frame(0, b"0" + coded("("))) == [(0, b"")]
    assert serve(frame(0, b"1")[:-1]) == []


def test_a_signal_that_comes_between_two_runs_stops_nothing() -> None:
    assert run(handler("return 1"), EVENT) == ["j1"]
    signal.raise_signal(signal.SIGPROF)


def test_a_run_whose_time_is_out_gets_nothing_more_from_the_host() -> None:
    late = Worker(NATIVE, -1, -1, 1.0)
    late.busy = True
    for _ in range(2):
        late._on_timer(signal.SIGPROF, None)
    with pytest.raises(worker.context.Expired):
        late._on_timer(signal.SIGPROF, None)
    assert late.keep(late.notes.log, b'l"a line"') == b"null"
    assert late.ask(b"U65") == b"null"
    assert late.ask(b"pwords") != b"null", "a script it always gets"


@pytest.mark.parametrize("own", [False, True], ids=["shared context", "own context"])
def test_a_response_that_many_runs_get_is_asked_for_by_its_number(own: bool) -> None:
    source = handler("const r = event.response; r.headers.b = { value: r.headers.a.value + event.viewer }; return r")
    inputs = [f'[0,0,0,0,"{viewer}",0,{number}]' for viewer, number in [("x", 1), ("x", 1), ("y", 1), ("y", 65)]]
    parts = [frame(0, b'f%d [200,"OK",["a","%d"],[]]' % (number, number)) for number in (1, 65)]
    runs = [frame(n, text.encode()) for n, text in enumerate(inputs, 1)]
    answers = serve(frame(0, (b"1" if own else b"0") + coded(source)), *parts, *runs)
    results = [answer[16:].decode() for _, answer in answers[1:]]
    if own:
        found = [json.loads(result[1:])["headers"]["b"]["value"] for result in results]
        assert found == ["1x", "1x", "1y", "65y"]
    else:
        assert results == [f'd[200,"OK",[0,"b","{b}"],[]]' for b in ("1x", "1x", "1y", "65y")]
