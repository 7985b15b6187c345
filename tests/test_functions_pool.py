from __future__ import annotations

from collections.abc import Iterator

import pytest

from edgeware.config.model import CloudFrontFunction, Code
from edgeware.core.effects import Invoke, Invoked
from edgeware.functions.child import Child
from edgeware.functions.javascript import JavaScript
from edgeware.functions.pool import MOST_TOGETHER, Call, Pool
from edgeware.functions.program import Request
from edgeware.functions.source import Watch

FUNCTION = CloudFrontFunction(name="f", code=Code(text=""))


def program() -> JavaScript:
    return JavaScript(FUNCTION, lambda: 0.0, 0, 0.05, 0.3)


@pytest.fixture
def pool() -> Iterator[Pool]:
    some = Pool(program(), Watch(FUNCTION.code), 4)
    children = [Child(["cat"]) for _ in range(3)]
    for used, child in enumerate(children):
        child.idle_since = used
    some.idle, some.size = list(children), 3
    yield some
    for child in children:
        child.kill()


def test_children_that_nobody_needed_for_long_are_surplus_but_for_one(pool: Pool) -> None:
    first, second, last = pool.idle
    assert pool.surplus(0.0) == []
    assert pool.surplus(1.0) == [first]
    assert (pool.idle, pool.size) == ([second, last], 2)
    assert pool.surplus(99.0) == [second]
    assert pool.surplus(99.0) == []
    assert (pool.idle, pool.size) == ([last], 1)


def test_all_idle_children_are_surplus_while_another_is_busy(pool: Pool) -> None:
    idle = pool.idle
    pool.size = 4
    assert pool.surplus(99.0) == idle
    assert (pool.idle, pool.size) == ([], 1)


def test_other_code_makes_the_idle_children_useless(pool: Pool) -> None:
    idle, before, after = pool.idle, pool.program, program()
    assert pool.replace(after) == idle
    assert (pool.idle, pool.size, pool.program, pool.retired) == ([], 0, after, [before])


def test_a_call_cannot_be_taken_back_and_is_answered_once() -> None:
    call = Call(Invoke(FUNCTION, "viewer-request", {}), 1, Request(b""))
    assert not call.future.cancel()
    call.settle(Invoked(1))
    assert call.future.result() == Invoked(1)


def test_a_function_that_is_quick_gets_one_child_after_the_other(pool: Pool) -> None:
    assert pool.may_grow
    pool.grow()
    assert (pool.size, pool.starting, pool.may_grow) == (4, 1, False)
    pool.limit = 5
    assert not pool.may_grow, "the one that is starting will have answered everybody by then"
    pool.starting -= 1
    assert pool.may_grow


def test_nobody_waits_for_a_child_that_has_not_come_up(pool: Pool) -> None:
    call = Call(Invoke(FUNCTION, "viewer-request", {}), 1, Request(b""))
    pool.grow()
    pool.waiting.append(call)
    assert pool.take_waiting() == [call]
    assert (pool.size, pool.starting, len(pool.waiting)) == (3, 0, 0)


@pytest.mark.parametrize(("patient", "taken"), [(True, [MOST_TOGETHER, 4]), (False, [1, 1])])
def test_a_quick_function_is_asked_for_all_who_wait_and_a_slow_one_for_one_after_the_other(
    pool: Pool, patient: bool, taken: list[int]
) -> None:
    pool.patient = patient
    pool.waiting.extend(
        Call(Invoke(FUNCTION, "viewer-request", {}), number, Request(b"")) for number in range(MOST_TOGETHER + 4)
    )
    first, then = pool.take_next(), pool.take_next()
    assert [len(first), len(then)] == taken
    numbers = [call.number for call in (*first, *then, *pool.waiting)]
    assert numbers == list(range(MOST_TOGETHER + 4))


def test_a_call_that_ended_a_child_with_others_is_asked_alone(pool: Pool) -> None:
    suspect = [Call(Invoke(FUNCTION, "viewer-request", {}), number, Request(b""), alone=True) for number in range(2)]
    others = [Call(Invoke(FUNCTION, "viewer-request", {}), number, Request(b"")) for number in range(2)]
    pool.waiting.extend([*others, *suspect, *others])
    assert [pool.take_next() for _ in range(4)] == [others, suspect[:1], suspect[1:], others]
