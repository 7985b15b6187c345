"""What begins anew in a forked process."""

from __future__ import annotations

import gc
import os

import pytest

from edgeware import forking
from edgeware.forking import forget_in_children, pause_for_forks


class Threads:
    """Something that does not survive a fork."""

    def __init__(self) -> None:
        self.forgotten = 0

    def forget(self) -> None:
        self.forgotten += 1


@pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")
def test_everything_in_use_begins_anew_in_the_child_and_only_there() -> None:
    threads = Threads()
    forget_in_children(threads)
    child = os.fork()
    if child == 0:
        os._exit(threads.forgotten)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 1
    assert threads.forgotten == 0


def test_what_is_in_use_no_more_is_not_kept_for_that() -> None:
    threads = Threads()
    forget_in_children(threads)
    assert threads in forking._everyone
    del threads
    gc.collect()
    assert not any(isinstance(one, Threads) for one in forking._everyone)


class Work:
    """Something that may not be interrupted by a fork."""

    def __init__(self) -> None:
        self.done: list[str] = []

    def pause(self) -> None:
        self.done.append("paused")

    def go_on(self) -> None:
        self.done.append("goes on")


@pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")
def test_work_is_paused_while_the_process_forks() -> None:
    work = Work()
    pause_for_forks(work)
    for _ in range(2):
        child = os.fork()
        if child == 0:
            inner = os.fork()  # and a child can fork as well
            if inner:
                os._exit(os.waitstatus_to_exitcode(os.waitpid(inner, 0)[1]))
            os._exit(0 if work.done == ["paused", "paused"] else 1)
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
        assert work.done == ["paused", "goes on"]
        work.done.clear()
