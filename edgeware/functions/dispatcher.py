"""The one thread of a Workers that waits: for slow answers, for children that start, and for those that never end."""

from __future__ import annotations

import os
import selectors
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from threading import Thread
from time import perf_counter

from edgeware.functions.child import BrokenChildError, Child
from edgeware.functions.program import Limits


@dataclass(slots=True)
class Errand:
    """A request that a child has been sent, and what to do in each case. Each is called on the dispatcher's thread."""

    child: Child
    seconds: float
    """How long to wait for the answer."""
    answered: Callable[[bytes], None]
    broken: Callable[[str], None]
    """The child ended before it answered; the text says how."""
    late: Callable[[], None]
    limits: Limits | None = None
    """Where given, a child that the machine kept waiting gets more time."""
    deadline: float = 0.0
    last_deadline: float = 0.0
    processor_time: float | None = None


class Dispatcher:
    """Waits for many children at once, and calls when their time is up.

    ``call`` and ``stop`` are for any thread, the rest for its own only. ``sweep`` is called now and then.
    """

    def __init__(self, sweep: Callable[[float], None], sweep_seconds: float) -> None:
        self._calls: deque[Callable[[], None]] = deque()
        self._errands: dict[int, Errand] = {}
        self._selector = selectors.DefaultSelector()
        self._wake_read, self._wake_write = os.pipe()
        os.set_blocking(self._wake_read, False)
        os.set_blocking(self._wake_write, False)
        self._selector.register(self._wake_read, selectors.EVENT_READ)
        self._sweep = sweep
        self._sweep_seconds = sweep_seconds
        self._next_sweep = perf_counter() + sweep_seconds
        self._stopped = False
        self._thread = Thread(target=self._run, name="edgeware-functions", daemon=True)
        self._thread.start()

    # --- from any thread --------------------------------------------------------------------------------------------

    @property
    def is_idle(self) -> bool:
        """Whether it waits for no child."""
        return not self._errands

    def call(self, action: Callable[[], None]) -> None:
        """Run something on the dispatcher's thread, soon."""
        self._calls.append(action)
        with suppress(BlockingIOError):  # it has been woken often enough
            os.write(self._wake_write, b"!")

    def stop(self) -> list[Errand]:
        """End the thread, after what it was called to do before; the errands that it was still on."""
        self.call(self._stop)
        self._thread.join()
        self.forget()
        return list(self._errands.values())

    def forget(self) -> None:
        """Close the descriptors; in a process that was forked off, the thread is not there."""
        self._selector.close()
        os.close(self._wake_read)
        os.close(self._wake_write)

    # --- on its own thread ------------------------------------------------------------------------------------------

    def wait_for(self, errand: Errand) -> None:
        """Take an errand on; its time counts from now."""
        now = perf_counter()
        errand.deadline = now + errand.seconds
        errand.last_deadline = now + errand.seconds * (errand.limits.patience if errand.limits else 1)
        errand.processor_time = errand.child.processor_time()
        errand.child.allow(errand.seconds)
        errand.child.place.roam()
        self._errands[errand.child.stdout] = errand
        self._selector.register(errand.child.stdout, selectors.EVENT_READ, errand)
        self._go_on(errand, errand.child.stdin)
        if errand.child.has_received:  # with the answer before
            self._go_on(errand, errand.child.stdout)

    def _stop(self) -> None:
        self._stopped = True

    def _run(self) -> None:
        while not self._stopped:
            for key, _ in self._selector.select(self._timeout()):
                if key.data is None:
                    os.read(self._wake_read, 4096)
                else:
                    self._go_on(key.data, key.fd)
            while self._calls:
                self._calls.popleft()()
            self._look_at_the_clock()

    def _timeout(self) -> float:
        deadlines = (errand.deadline for errand in self._errands.values())
        return max(0.0, min((self._next_sweep, *deadlines)) - perf_counter())

    def _go_on(self, errand: Errand, descriptor: int) -> None:
        if self._errands.get(errand.child.stdout) is not errand:
            return  # ended by an earlier event of the same round
        try:
            if descriptor == errand.child.stdin:
                self._go_on_sending(errand)
            else:
                self._receive(errand)
        except BrokenChildError as error:
            self._drop(errand)
            errand.broken(str(error))

    def _go_on_sending(self, errand: Errand) -> None:
        stdin = errand.child.stdin
        is_waiting = stdin in self._selector.get_map()
        if errand.child.flush():
            if is_waiting:
                self._selector.unregister(stdin)
        elif not is_waiting:
            self._selector.register(stdin, selectors.EVENT_WRITE, errand)

    def _receive(self, errand: Errand) -> None:
        payload = errand.child.receive()
        if payload is not None:
            self._drop(errand)
            errand.answered(payload)

    def _drop(self, errand: Errand) -> None:
        errand.child.allow(None)
        del self._errands[errand.child.stdout]
        self._selector.unregister(errand.child.stdout)
        if errand.child.stdin in self._selector.get_map():
            self._selector.unregister(errand.child.stdin)

    def _look_at_the_clock(self) -> None:
        now = perf_counter()
        for errand in [errand for errand in self._errands.values() if errand.deadline <= now]:
            if now < errand.last_deadline and _was_kept_waiting(errand):
                errand.deadline = now + errand.seconds
            else:
                self._drop(errand)
                errand.late()
        if self._next_sweep <= now:
            self._next_sweep = now + self._sweep_seconds
            self._sweep(now)


def _was_kept_waiting(errand: Errand) -> bool:
    """Whether a child has had less processor time than a call may take: then the machine is slow, not the function."""
    if errand.limits is None or errand.limits.processor is None:
        return False
    used = errand.child.processor_time()
    if used is None or errand.processor_time is None:
        return False
    return used - errand.processor_time < errand.limits.processor
