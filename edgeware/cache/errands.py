"""Calls that may wait, on threads of their own, and only for so long."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from concurrent import futures
from concurrent.futures import Future
from contextlib import suppress
from queue import SimpleQueue
from threading import Event, Lock, Semaphore, Thread
from time import perf_counter
from typing import Any, Generic, TypeVar

from edgeware.forking import forget_in_children

T = TypeVar("T")

COARSENESS = 0.05
"""Seconds by which somebody may be told late that it is too late."""
QUICK = 0.001
"""Seconds that the event loop waits for an answer itself."""


class Errand(Generic[T]):
    """A call, and what its Future gets when it fails or takes too long: whichever of the three comes first."""

    def __init__(self, call: Callable[[], T], failed: Callable[[Exception], T], seconds: float) -> None:
        self.future: Future[T] = Future()
        self.deadline = perf_counter() + seconds
        self._call = call
        self._failed = failed
        self._seconds = seconds
        self._open = [self.future]  # whoever takes it out settles it

    def run(self) -> None:
        """Make the call, unless it is too late for that."""
        if not self._open:
            return
        try:
            answer, error = self._call(), None
        except Exception as raised:
            error = raised
        with suppress(IndexError):
            future = self._open.pop()
            _settle(future, self._failed(error) if error is not None else answer)

    def expire(self) -> None:
        """Go on without an answer."""
        with suppress(IndexError):
            future = self._open.pop()
            _settle(future, self._failed(TimeoutError(f"no answer within {self._seconds} s")))

    @property
    def done(self) -> bool:
        """Whether its Future has its answer, or is about to."""
        return not self._open


def _settle(future: Future[T], answer: T) -> None:
    if future.set_running_or_notify_cancel():  # asyncio cancels it with the task that waits
        future.set_result(answer)


class Errands:
    """Up to ``size`` threads, started when they are needed. They do not hold up the end of the process."""

    def __init__(self, size: int, seconds: float) -> None:
        self._size = size
        self._seconds = seconds
        self.forget()
        forget_in_children(self)

    def forget(self) -> None:
        """Begin anew: in a process that was forked off, the threads are not there."""
        self._lock = Lock()
        self._new_crew()
        self._sent: deque[Errand[Any]] = deque()  # in the order of their deadlines, since all have the same time
        self._watching = False
        self._quick = True

    def _new_crew(self) -> None:
        self._threads = 0
        self._idle = Semaphore(0)
        self._queue: SimpleQueue[Errand[Any] | None] = SimpleQueue()

    def send(self, call: Callable[[], T], failed: Callable[[Exception], T]) -> T | Future[T]:
        """Make a call on a thread. An answer that comes within a millisecond comes at once, without a Future."""
        errand = Errand(call, failed, self._seconds)
        with self._lock:
            self._sent.append(errand)
            if not self._watching:
                self._watching = True
                _start(self._watch)
        self._queue.put(errand)
        if not self._idle.acquire(blocking=False):
            self._add_thread()
        # Waking up an event loop costs more than most answers take; once they are slow, it does not wait for them.
        try:
            answer = errand.future.result(QUICK if self._quick else 0)
        except futures.TimeoutError:  # not the built-in one before Python 3.11
            self._quick = False
            return errand.future
        return answer

    def close(self) -> None:
        """End the threads, after what they were sent."""
        with self._lock:
            queue, threads = self._queue, self._threads
            self._new_crew()
        for _ in range(threads):
            queue.put(None)

    def _add_thread(self) -> None:
        with self._lock:
            if self._threads == self._size:
                return
            self._threads += 1
        _start(self._work)

    def _work(self) -> None:
        queue, idle = self._queue, self._idle
        while (errand := queue.get()) is not None:
            begun = perf_counter()
            errand.run()
            del errand  # and with it the object
            self._quick = perf_counter() - begun < QUICK
            idle.release()

    def _watch(self) -> None:
        """Tell those whose time is up. Ends when nobody is left, and is started again with the next."""
        pause = Event()
        while (late := self._late()) is not None:
            for errand in late:
                errand.expire()
            pause.wait(COARSENESS)

    def _late(self) -> list[Errand[Any]] | None:
        """Those at the front that are done or too late; None where there is nobody left."""
        with self._lock:
            now = perf_counter()
            late = []
            while self._sent and (self._sent[0].done or self._sent[0].deadline <= now):
                late.append(self._sent.popleft())
            if late or self._sent:
                return late
            self._watching = False
            return None


def _start(run: Callable[[], None]) -> None:
    Thread(target=run, name="edgeware-store", daemon=True).start()
