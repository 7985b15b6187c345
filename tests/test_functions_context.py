"""A context on its own; ``test_functions_worker.py`` has those at work."""

from __future__ import annotations

import json
import struct

import pytest

from edgeware.functions import context, worker
from edgeware.functions.worker import Worker
from tests.test_functions_worker import NATIVE, coded, frame, handler, serve

SLOW = "for (let i = 0; i < 20000; i++); "


def test_an_answer_that_nobody_waits_for_is_not_sent() -> None:
    idle = Worker(NATIVE, -1, -1, 1.0)
    with pytest.raises(worker.context.Left):
        worker.context.Context(idle, shared=True)._call_python(b"j1", b"")


def test_there_is_one_answer_to_a_promise_that_never_settles() -> None:
    assert json.loads(context.UNSETTLED[1:]) == ["Error: the promise that the handler returned never settles", ""]


@pytest.mark.parametrize("source", [SLOW, f"{SLOW} Object.freeze(Array.prototype.x = 1);", f"async () => 1; {SLOW}"])
@pytest.mark.parametrize("own", [b"0", b"1"])
@pytest.mark.parametrize("recorded", ["", ",true"])
def test_a_run_that_may_be_beyond_its_budget_is_repeated_and_answered_once(
    source: str, own: bytes, recorded: str
) -> None:
    """Whichever kind of context it has, and also where it moves from one to the other."""
    setup = own + coded(handler(f"{source} console.log('1'); return event.version"), jobs="async" in source)
    text = f'[1,5,"1",{{}},{{}},["GET","/",[],[],[]],null{recorded}]'
    (_, _), *answers = serve(
        frame(0, setup), frame(1, text.encode()), frame(2, b"[1,5,{}]"), soft_limit=20, budget=1e-4
    )
    assert [request_id for request_id, _ in answers] == [1, 2]
    for _, answer in answers:
        assert struct.unpack_from(">i", answer, 4)[0] > 10_000
        assert answer[16:] == b'["1"]t'


@pytest.mark.parametrize("number", [1, 2, 3])
def test_a_run_that_is_repeated_has_the_same_response_whatever_its_number(number: int) -> None:
    setup = b"0" + coded(handler(f"{SLOW} console.log(event.response.headers.a.value); return event.response"))
    told, run = b'f%d [200,"OK",["a","b"],[]]' % number, b"[1,5,0,0,0,0,%d]" % number
    (_, _), (request_id, answer) = serve(frame(0, setup), frame(0, told), frame(1, run), soft_limit=20, budget=1e-4)
    assert (request_id, answer[16:]) == (1, b'["b"]t')
