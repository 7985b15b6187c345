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


@pytest.mark.parametrize("error", [None, KeyboardInterrupt])
def test_only_while_it_waits_its_timers_are_lenient(error: type[BaseException] | None) -> None:
    before, during = slack(), []

    def wait(milliseconds: int) -> int:
        during.append(slack())
        if error is not None:
            raise error
        return milliseconds

    if error is None:
        assert handover.patiently(wait, 7) == 7
    else:
        with pytest.raises(error):
            handover.patiently(wait, 7)
    assert during == [4_000_000]
    assert slack() == before != during[0]


def test_where_the_system_has_none_of_this_everything_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    assert handover._of_the_system("no_system_has_this") is None
    monkeypatch.setattr(handover, "_prctl", None)
    monkeypatch.setattr(handover, "_getcpu", None)
    place = handover.Place(0)
    place.follow()
    place.roam()
    assert handover.patiently(lambda milliseconds: milliseconds, 7) == 7


def test_there_are_as_many_processors_as_this_process_may_run_on() -> None:
    assert handover.processors() == len(os.sched_getaffinity(0))
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {min(before)})
    try:
        assert handover.processors() == 1
    finally:
        os.sched_setaffinity(0, before)
