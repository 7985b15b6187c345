"""How whoever waits for a child hands the processor to it, and has it back (Linux; elsewhere nothing of this is done).

A call of a function is two switches from process to process and little else. Between two processors each costs as
much as the function itself: one sends the other a signal that wakes it. On one processor it costs a tenth of that, and
nothing is lost, as the caller does nothing until it has the answer.
"""

from __future__ import annotations

import ctypes
import os
from collections.abc import Callable, Collection
from contextlib import suppress

_SET_TIMER_SLACK = ctypes.c_int(29)  # <linux/prctl.h>
_LENIENT = ctypes.c_ulong(4_000_000)
"""Nanoseconds between two ticks of most kernels: a timer that is so lenient needs no interrupt of its own."""
_AS_BEFORE = ctypes.c_ulong(0)


def _of_the_system(name: str) -> Callable[..., int] | None:
    try:
        # Without letting other threads of Python in: what is called here takes less time than to wait for them.
        found: Callable[..., int] = getattr(ctypes.PyDLL(None), name)
    except (AttributeError, OSError, TypeError):
        return None
    return found


_prctl = _of_the_system("prctl")
_getcpu = _of_the_system("sched_getcpu") if hasattr(os, "sched_setaffinity") else None


def processor() -> int | None:
    """The number of the processor that this thread runs on, where the system tells."""
    return None if _getcpu is None else _getcpu()


def processors() -> int:
    """How many processors this process may run on."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


class Place:
    """Where a process runs: anywhere, or where its caller does.

    ``anywhere`` is for one that may start threads and processes of its own, which would have to run there too.
    """

    def __init__(self, pid: int, *, anywhere: bool = False) -> None:
        self._pid = pid
        self._anywhere = anywhere
        self._processor: int | None = None

    def follow(self) -> None:
        """Run where this thread does, which is about to wait for the process."""
        number = processor()
        if number != self._processor and number is not None and not self._anywhere:
            self._processor = number
            _let_run(self._pid, (number,))

    def roam(self) -> None:
        """Run wherever this thread may."""
        if self._processor is not None:
            self._processor = None
            _let_run(self._pid, os.sched_getaffinity(0))

    def wait(self, poll: Callable[[int], object], milliseconds: int, *, beside: bool) -> object:
        """Let ``poll`` wait for the process, for up to four milliseconds more than said.

        To the kernel a timer that is due before its next tick is an interrupt to arrange, and to call off a moment
        later: on a virtual machine that takes longer than most functions.

        With ``beside`` this thread stays on the processor of a process that has followed it. The process still runs
        when it wakes the thread, so an idle processor would take the thread over, and the process would have to follow
        with each call. It is not for a machine that is busy, where the thread is better off with what is free.
        """
        if _prctl is None:
            return poll(milliseconds)
        before: Collection[int] = ()
        try:
            if beside and self._processor is not None:
                before = os.sched_getaffinity(0)
                _let_run(0, (self._processor,))
            _prctl(_SET_TIMER_SLACK, _LENIENT)
            return poll(milliseconds)
        finally:
            _prctl(_SET_TIMER_SLACK, _AS_BEFORE)
            if before:
                _let_run(0, before)


def _let_run(pid: int, processors: Collection[int]) -> None:
    with suppress(OSError):  # the process is gone, or the system does not allow it
        os.sched_setaffinity(pid, processors)
