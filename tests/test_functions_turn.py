from __future__ import annotations

import asyncio
from concurrent.futures import Future
from pathlib import Path
from threading import Timer

import pytest

from edgeware.core.effects import Invoke, Invoked
from edgeware.functions.crew import Crew
from edgeware.functions.later import Later
from edgeware.functions.pool import MOST_TOGETHER, Pool
from edgeware.functions.turn import ALONE, Turn
from tests.test_functions_crew import FUNCTION, Scripted, crew, get, javascript, numbers, pool

__all__ = ["crew"]


@pytest.fixture
def ready(crew: Crew) -> Pool:
    """A pool with an idle child."""
    some = pool(crew)
    get(crew, some, "hello")
    some.patient = True
    return some


def call(turn: Turn, crew: Crew, some: Pool, order: str) -> Invoked | Future[Invoked] | Later[Invoked]:
    return turn.call(crew, some, Invoke(FUNCTION, "viewer-request", {"order": order, "x": order}), next(numbers))


async def answer(turn: Turn, crew: Crew, some: Pool, order: str) -> object:
    found = call(turn, crew, some, order)
    if isinstance(found, Later):
        invoked = await found.answer
    else:
        invoked = await asyncio.wrap_future(found) if isinstance(found, Future) else found
    return invoked.output if invoked.failure is None else invoked.failure.message


async def answers(crew: Crew, some: Pool, *orders: str) -> list[object]:
    turn = Turn(asyncio.get_running_loop())
    return list(await asyncio.gather(*(answer(turn, crew, some, order) for order in orders)))


@pytest.fixture
def sizes(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many calls went to a child together."""
    found: list[int] = []
    real = Crew.call_all

    def counted(crew: Crew, pool: Pool, calls: list[tuple[Invoke, int]]) -> list[Invoked | Future[Invoked]]:
        found.append(len(calls))
        return real(crew, pool, calls)

    monkeypatch.setattr(Crew, "call_all", counted)
    return found


def test_the_calls_of_a_turn_go_to_a_child_together(crew: Crew, ready: Pool, sizes: list[int]) -> None:
    orders = [f"order {number}" for number in range(MOST_TOGETHER + 3)]
    assert asyncio.run(answers(crew, ready, *orders)) == orders
    assert sizes == [MOST_TOGETHER, 3]


def test_who_is_left_over_was_not_alone(crew: Crew, ready: Pool, sizes: list[int]) -> None:
    async def twice() -> None:
        turn = Turn(asyncio.get_running_loop())
        for _ in range(2):
            await asyncio.gather(*(answer(turn, crew, ready, "hello") for _ in range(MOST_TOGETHER + 1)))

    asyncio.run(twice())
    assert sizes == [MOST_TOGETHER, 1] * 2


def test_each_function_has_its_own(crew: Crew, ready: Pool, sizes: list[int]) -> None:
    other = pool(crew, javascript())
    get(crew, other, "hello")

    async def both() -> list[object]:
        turn = Turn(asyncio.get_running_loop())
        asked = [answer(turn, crew, some, order) for order in "abc" for some in (ready, other)]
        return list(await asyncio.gather(*asked))

    assert asyncio.run(both()) == ["a", "a", "b", "b", "c", "c"]
    assert sizes == [3, 3]


def test_who_was_alone_does_not_wait_for_others_the_next_times(crew: Crew, ready: Pool, sizes: list[int]) -> None:
    async def one_by_one() -> list[bool]:
        turn = Turn(asyncio.get_running_loop())
        waits = []
        for _ in range(ALONE + 2):
            found = call(turn, crew, ready, "hello")
            waits.append(isinstance(found, Later))
            if isinstance(found, Later):
                await found.answer
            elif isinstance(found, Future):  # on a busy machine
                await asyncio.wrap_future(found)
        return waits

    assert asyncio.run(one_by_one()) == [True, *[False] * ALONE, True]
    assert sizes == [1, 1]


def test_slow_calls_are_answered_later_and_whoever_has_left_is_passed_over(
    crew: Crew, ready: Pool, tmp_path: Path
) -> None:
    path = tmp_path / "open"

    async def some_leave() -> list[object]:
        turn = Turn(asyncio.get_running_loop())
        orders = ("hello", f"gate {path}", "leaves", "more")
        tasks = [asyncio.create_task(answer(turn, crew, ready, order)) for order in orders]
        await asyncio.wait(tasks[:1])
        tasks[2].cancel()
        Timer(0.05, path.touch).start()
        return list(await asyncio.gather(*tasks, return_exceptions=True))

    first, slow, left, last = asyncio.run(some_leave())
    assert (first, slow, last) == ("hello", f"gate {path}"[:20], "more")
    assert isinstance(left, asyncio.CancelledError)


def test_an_answer_that_comes_when_the_loop_is_closed_is_for_nobody(crew: Crew, ready: Pool, tmp_path: Path) -> None:
    path = tmp_path / "open"

    async def leave() -> None:
        turn = Turn(asyncio.get_running_loop())
        for order in ("hello", f"gate {path}"):
            call(turn, crew, ready, order)
        await asyncio.sleep(0)

    asyncio.run(leave())
    path.touch()
    assert get(crew, ready, "hello").output == "hello"


def test_what_breaks_fails_only_itself(crew: Crew, ready: Pool) -> None:
    found = asyncio.run(answers(crew, ready, "hello", "exit 3", "more"))
    assert found == ["hello", "the process that runs the function exited with status 3", "more"]


def test_a_function_that_cannot_start_fails_all(crew: Crew) -> None:
    found = asyncio.run(answers(crew, pool(crew, Scripted("fail")), "a", "b"))
    assert found == ["cannot be imported"] * 2


def test_a_mistake_of_ours_reaches_whoever_asked(crew: Crew, ready: Pool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ready.program, "request", lambda effect, number: 1 / 0)

    async def one_leaves() -> list[object]:
        turn = Turn(asyncio.get_running_loop())
        tasks = [asyncio.create_task(answer(turn, crew, ready, order)) for order in "ab"]
        await asyncio.sleep(0)
        tasks[0].cancel()
        return list(await asyncio.gather(*tasks, return_exceptions=True))

    left, told = asyncio.run(one_leaves())
    assert isinstance(left, asyncio.CancelledError)
    assert isinstance(told, ZeroDivisionError)
