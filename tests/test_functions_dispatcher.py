from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from queue import SimpleQueue

import pytest

from edgeware.functions.child import Child
from edgeware.functions.dispatcher import Dispatcher, Errand
from edgeware.functions.program import Limits
from tests.test_functions_child import SCRIPTED


class Told:
    """What a dispatcher told of its errands, and when it swept."""

    def __init__(self) -> None:
        self.news: SimpleQueue[tuple[str, object]] = SimpleQueue()
        self.sweeps: SimpleQueue[float] = SimpleQueue()

    def errand(self, child: Child, seconds: float, limits: Limits | None = None) -> Errand:
        tell = self.news.put
        return Errand(
            child,
            seconds,
            answered=lambda payload: tell(("answered", payload)),
            broken=lambda how: tell(("broken", how)),
            late=lambda: tell(("late", child.pid)),
            limits=limits,
        )

    def next(self) -> tuple[str, object]:
        return self.news.get(timeout=20)


@pytest.fixture
def told() -> Told:
    return Told()


@pytest.fixture
def dispatcher(told: Told) -> Iterator[Dispatcher]:
    some = Dispatcher(told.sweeps.put, 0.01)
    yield some
    some.stop()


@pytest.fixture
def child() -> Iterator[Child]:
    some = Child(SCRIPTED)
    yield some
    some.kill()


def send(dispatcher: Dispatcher, errand: Errand, payload: bytes) -> None:
    errand.child.send(1, payload)
    dispatcher.call(lambda: dispatcher.wait_for(errand))


def test_an_answer_is_handed_on(dispatcher: Dispatcher, told: Told, child: Child) -> None:
    for payload in (b"hello", b"pieces"):
        send(dispatcher, told.errand(child, 20), payload)
        assert told.next() == ("answered", b"ok" if payload == b"pieces" else payload)


def test_a_large_request_is_sent_bit_by_bit(dispatcher: Dispatcher, told: Told, child: Child) -> None:
    send(dispatcher, told.errand(child, 20), b"large 10 " + b"x" * 3_000_000)
    assert told.next() == ("answered", b"x" * 10)
    send(dispatcher, told.errand(child, 20), b"hello")
    assert told.next() == ("answered", b"hello")


def test_a_child_that_ends_is_told_of(dispatcher: Dispatcher, told: Told, child: Child) -> None:
    send(dispatcher, told.errand(child, 20), b"exit 3")
    what, how = told.next()
    assert what == "broken"
    assert "status 3" in str(how)


def test_a_child_that_ends_in_the_middle_of_a_large_request_is_told_of(
    dispatcher: Dispatcher, told: Told, tmp_path: Path
) -> None:
    deaf = Child(["sleep", "60"])
    send(dispatcher, told.errand(deaf, 20), b"x" * 3_000_000)
    dispatcher.call(deaf.process.kill)
    assert told.next()[0] == "broken"
    deaf.kill()


def test_a_child_that_never_answers_is_late(dispatcher: Dispatcher, told: Told, child: Child) -> None:
    send(dispatcher, told.errand(child, 0.02), b"hang " + b"x" * 3_000_000)
    assert told.next() == ("late", child.pid)


def test_a_child_that_used_its_processor_time_is_late_at_once(dispatcher: Dispatcher, told: Told, child: Child) -> None:
    limits = Limits(start=1, call=0.1, processor=0.0, patience=1e9)
    send(dispatcher, told.errand(child, 0.1, limits), b"spin 60")
    assert told.next() == ("late", child.pid)


def test_a_child_that_the_machine_keeps_waiting_gets_more_time(
    dispatcher: Dispatcher, told: Told, child: Child, tmp_path: Path
) -> None:
    """It sleeps most of the time here, which looks the same from outside."""
    limits = Limits(start=1, call=0.01, processor=10, patience=1e9)
    send(dispatcher, told.errand(child, 0.01, limits), f"gate {tmp_path / 'open'}".encode())
    for _ in range(5):
        told.sweeps.get(timeout=20)  # the time is up more than once meanwhile
    assert told.news.empty()
    (tmp_path / "open").touch()
    assert told.next()[0] == "answered"


def test_patience_ends(dispatcher: Dispatcher, told: Told, child: Child) -> None:
    limits = Limits(start=1, call=0.01, processor=10, patience=3)
    send(dispatcher, told.errand(child, 0.01, limits), b"hang")
    assert told.next() == ("late", child.pid)


def test_time_is_up_where_nobody_is_asked_for_patience(dispatcher: Dispatcher, told: Told, child: Child) -> None:
    send(dispatcher, told.errand(child, 0.02, Limits(start=1, call=1)), b"hang")
    assert told.next() == ("late", child.pid)


def test_time_is_up_where_the_system_does_not_tell_processor_times(dispatcher: Dispatcher, told: Told) -> None:
    """As for one that has ended, and left its pipe to another process."""
    child = Child(["sh", "-c", "sleep 60 & exec true"])
    child.process.wait()
    errand = told.errand(child, 0.02, Limits(start=1, call=1, processor=1))
    dispatcher.call(lambda: dispatcher.wait_for(errand))
    assert told.next() == ("late", child.pid)
    os.killpg(child.pid, signal.SIGKILL)
    child.forget()


def test_a_child_may_be_answered_and_ended_in_one_round(dispatcher: Dispatcher, told: Told) -> None:
    """What one answer does may end another child whose news is already there."""
    first, second = Child(SCRIPTED), Child(SCRIPTED)
    waiting: list[Errand] = []

    def end_the_other(child: Child) -> Errand:
        errand = told.errand(child, 20)
        tell = errand.answered

        def answered(payload: bytes) -> None:
            tell(payload)
            for other in waiting:
                if other is not errand and other.child.stdout in dispatcher._errands:
                    dispatcher._drop(other)

        errand.answered = answered
        waiting.append(errand)
        return errand

    def both() -> None:
        for child in (first, second):
            child.send(1, b"hello")
            assert child.wait(20_000)
        for child in (first, second):
            dispatcher.wait_for(end_the_other(child))

    dispatcher.call(both)
    assert told.next() == ("answered", b"hello")
    for child in (first, second):
        child.kill()


def test_more_calls_than_its_pipe_can_take_are_all_made(dispatcher: Dispatcher) -> None:
    gate: SimpleQueue[None] = SimpleQueue()
    made: SimpleQueue[int] = SimpleQueue()
    dispatcher.call(lambda: gate.get(timeout=20))
    for number in range(70_000):
        dispatcher.call(partial(made.put, number))
    gate.put(None)
    assert [made.get(timeout=20) for _ in range(70_000)] == list(range(70_000))


def test_stopping_gives_back_what_it_was_still_on(told: Told, child: Child) -> None:
    dispatcher = Dispatcher(told.sweeps.put, 60)
    errand = told.errand(child, 20)
    send(dispatcher, errand, b"hang")
    before = set(Path("/proc/self/fd").iterdir())
    assert dispatcher.stop() == [errand]
    assert set(Path("/proc/self/fd").iterdir()) < before
