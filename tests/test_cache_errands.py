"""Calls on threads of their own, for a limited time."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from threading import Event, current_thread

import pytest

from edgeware.cache import errands as module
from edgeware.cache.errands import Errand, Errands
from tests.servers.process import PATIENCE
from tests.stores import got, until

NewErrands = Callable[..., Errands]


@pytest.fixture
def new() -> Iterator[NewErrands]:
    made: list[Errands] = []

    def new(size: int = 2, seconds: float = PATIENCE) -> Errands:
        made.append(Errands(size, seconds))
        return made[-1]

    yield new
    for errands in made:
        errands.close()


def failed(error: Exception) -> str:
    return f"failed: {error!r}"


def test_a_call_is_made_on_another_thread_and_its_answer_comes_back(new: NewErrands) -> None:
    assert got(new().send(lambda: current_thread().name, failed)) == "edgeware-store"


def test_a_call_that_raises_has_the_answer_of_its_failure(new: NewErrands) -> None:
    def broken() -> str:
        raise ConnectionError("gone")

    assert got(new().send(broken, failed)) == "failed: ConnectionError('gone')"


def test_a_quick_answer_comes_at_once_and_a_slow_one_later(new: NewErrands, monkeypatch: pytest.MonkeyPatch) -> None:
    errands, goes_on = new(), Event()
    slow = errands.send(lambda: goes_on.wait(PATIENCE) and "slow", failed)
    assert isinstance(slow, Future)
    monkeypatch.setattr(module, "QUICK", PATIENCE)
    errands._quick = True
    assert errands.send(lambda: "quick", failed) == "quick"
    goes_on.set()
    assert slow.result(PATIENCE) == "slow"


def test_after_a_slow_answer_nobody_waits_until_one_is_quick_again(
    new: NewErrands, monkeypatch: pytest.MonkeyPatch
) -> None:
    errands, goes_on = new(1), Event()
    slow = errands.send(lambda: goes_on.wait(PATIENCE) and "slow", failed)
    assert not errands._quick
    monkeypatch.setattr(module, "QUICK", PATIENCE)
    goes_on.set()
    assert got(slow) == "slow"
    until(lambda: errands._quick, "the next answer was quick")


def test_no_more_threads_than_asked_for_and_nobody_is_forgotten(new: NewErrands) -> None:
    errands, goes_on = new(2), Event()
    names: set[int] = set()

    def work() -> str:
        goes_on.wait(PATIENCE)
        names.add(current_thread().ident or 0)
        return "done"

    answers = [errands.send(work, failed) for _ in range(20)]
    goes_on.set()
    assert [got(answer) for answer in answers] == ["done"] * 20
    assert len(names) <= 2


def test_a_call_that_takes_too_long_fails_and_so_do_those_that_wait_behind_it(new: NewErrands) -> None:
    errands, goes_on, made = new(1, 0.01), Event(), []
    answers = [errands.send(lambda: goes_on.wait(PATIENCE) and "late", failed) for _ in range(2)]
    answers.append(errands.send(lambda: f"late {made.append(1)}", failed))  # type: ignore[func-returns-value]
    for answer in answers:
        assert got(answer) == "failed: TimeoutError('no answer within 0.01 s')"
    goes_on.set()
    patient = Errands(1, PATIENCE)
    patient._queue, patient._idle, patient._threads = errands._queue, errands._idle, 1
    assert got(patient.send(lambda: "later", failed)) == "later"
    assert made == [], "a call that is too late is not made at all"


def test_an_answer_for_somebody_who_has_left_goes_nowhere() -> None:
    errand = Errand(lambda: "answer", failed, PATIENCE)
    errand.future.cancel()
    errand.run()
    assert errand.done
    assert errand.future.cancelled()


def test_an_answer_is_given_once() -> None:
    late = Errand(lambda: "answer", failed, PATIENCE)
    late.expire()
    late.run()
    late.expire()
    assert late.future.result().startswith("failed: TimeoutError")

    def overtaken() -> str:
        quicker.expire()
        return "answer"

    quicker = Errand(overtaken, failed, PATIENCE)
    quicker.run()
    assert quicker.future.result().startswith("failed: TimeoutError")


def test_the_watch_ends_when_nobody_is_left_and_begins_anew(new: NewErrands) -> None:
    errands = new()
    for _ in range(2):
        got(errands.send(lambda: "done", failed))
        until(lambda: not errands._watching, "nobody is left to watch")
    assert not errands._sent


def test_errands_go_on_after_they_were_closed(new: NewErrands) -> None:
    errands = new()
    for _ in range(3):
        assert got(errands.send(lambda: "done", failed)) == "done"
        errands.close()


@pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")
def test_a_process_that_was_forked_off_has_threads_of_its_own(new: NewErrands) -> None:
    errands = new()
    got(errands.send(lambda: "done", failed))
    child = os.fork()
    if child == 0:
        os._exit(0 if got(errands.send(lambda: "done", failed)) == "done" else 1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
