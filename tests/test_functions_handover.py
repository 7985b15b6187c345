"""Handing the processor to a child, and having it back."""

from __future__ import annotations

import ctypes
import os
import subprocess
import sys
from collections.abc import Iterator

import pytest

from edgeware.functions import handover
from tests.servers.process import PATIENCE

if sys.platform != "linux":
    pytest.skip("what nobody else has", allow_module_level=True)


@pytest.fixture
def process() -> Iterator[int]:
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as running:
        yield running.pid
        running.communicate(b"\n", timeout=PATIENCE)


def test_a_process_follows_its_caller_and_roams(process: int) -> None:
    everywhere = os.sched_getaffinity(0)
    place = handover.Place(process)
    place.roam()
    assert os.sched_getaffinity(process) == everywhere
    place.follow()
    assert len(os.sched_getaffinity(process)) == 1
    assert os.sched_getaffinity(process) <= everywhere
    place.roam()
    assert os.sched_getaffinity(process) == everywhere


def test_a_process_that_may_have_others_of_its_own_does_not_follow(process: int) -> None:
    handover.Place(process, anywhere=True).follow()
    assert os.sched_getaffinity(process) == os.sched_getaffinity(0)


def test_a_process_that_is_gone_is_no_error() -> None:
    with subprocess.Popen([sys.executable, "-c", ""]) as running:
        running.wait(PATIENCE)
    place = handover.Place(running.pid)
    place.follow()
    place.roam()


def slack() -> int:
    return int(ctypes.CDLL(None).prctl(30))  # PR_GET_TIMERSLACK


@pytest.fixture
def follower(process: int) -> handover.Place:
    place = handover.Place(process)
    place.follow()
    return place


@pytest.mark.parametrize("error", [None, KeyboardInterrupt])
@pytest.mark.parametrize("beside", [True, False])
def test_only_while_it_waits_a_thread_is_lenient_and_stays(
    process: int, follower: handover.Place, beside: bool, error: type[BaseException] | None
) -> None:
    before, during = (slack(), os.sched_getaffinity(0)), []

    def poll(milliseconds: int) -> int:
        during.append((slack(), os.sched_getaffinity(0)))
        if error is not None:
            raise error
        return milliseconds

    if error is None:
        assert follower.wait(poll, 7, beside=beside) == 7
    else:
        with pytest.raises(error):
            follower.wait(poll, 7, beside=beside)
    assert during == [(4_000_000, os.sched_getaffinity(process) if beside else before[1])]
    assert (slack(), os.sched_getaffinity(0)) == before
    assert before[0] != 4_000_000


def test_who_waits_for_a_process_that_runs_anywhere_does_not_stay(process: int) -> None:
    place = handover.Place(process, anywhere=True)
    place.follow()
    assert place.wait(lambda _: os.sched_getaffinity(0), 7, beside=True) == os.sched_getaffinity(0)


def test_a_thread_that_may_not_be_moved_waits_where_it_is(
    follower: handover.Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(pid: int, processors: object) -> None:
        raise PermissionError

    monkeypatch.setattr(os, "sched_setaffinity", refuse)
    assert follower.wait(lambda _: os.sched_getaffinity(0), 7, beside=True) == os.sched_getaffinity(0)


def test_where_the_system_has_none_of_this_everything_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    assert handover._of_the_system("no_system_has_this") is None
    for name in ("_prctl", "_getcpu"):
        monkeypatch.setattr(handover, name, None)
    place = handover.Place(0)
    place.follow()
    place.roam()
    assert place.wait(lambda milliseconds: milliseconds, 7, beside=True) == 7


def test_there_are_as_many_processors_as_this_process_may_run_on() -> None:
    assert handover.processors() == len(os.sched_getaffinity(0))
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {min(before)})
    try:
        assert handover.processors() == 1
    finally:
        os.sched_setaffinity(0, before)
