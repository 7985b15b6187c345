"""The children at work: who is asked, who waits, who is started, and who is killed."""

from __future__ import annotations

import atexit
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import replace
from functools import partial
from threading import Lock
from time import perf_counter

from edgeware.config.model import CloudFrontFunction, LambdaFunction
from edgeware.core.effects import Failure, Invoke, Invoked
from edgeware.functions.answer import UNREADABLE, broken_off, read
from edgeware.functions.child import BrokenChildError, Child
from edgeware.functions.children import Children
from edgeware.functions.dispatcher import Dispatcher, Errand
from edgeware.functions.pool import Asked, Call, Pool
from edgeware.functions.program import Program

QUICK = 0.002
"""Seconds within which the dispatcher has the answer of a function that it is worth while to wait for."""
CLOSED = "the edge was closed before the function had answered"


class Crew:
    """All children of an edge from its first call to its end.

    Whoever asks a child writes to it, waits for its pipe for a millisecond at most, and has the answer: no other thread
    is involved. What takes longer becomes a Future and goes to the dispatcher, which also starts and kills children;
    nobody waits for the next calls of that function until one is quick. A child belongs to one thread at a time: it is
    taken out of its pool, and put back or ended.

    Where several calls went to a child together and it ends, nobody knows whose doing that is: all that it has not
    answered are asked again, each alone.
    """

    def __init__(self, queue_limit: int, idle_seconds: float) -> None:
        self.pools: dict[CloudFrontFunction | LambdaFunction, Pool] = {}
        self._queue_limit = queue_limit
        self._idle_seconds = idle_seconds
        self._lock = Lock()
        self._children = Children()
        self._dispatcher: Dispatcher | None = None
        self._closed = False

    # --- on the caller's thread -------------------------------------------------------------------------------------

    def call(self, pool: Pool, effect: Invoke, number: int) -> Invoked | Future[Invoked]:
        """Ask an idle child of a pool, or let the call wait for one."""
        request = pool.program.request(effect, number)
        with self._lock:
            child = pool.idle.pop() if pool.idle else None
        if child is None:
            return self._enqueue(pool, Call(effect, number, request))
        try:
            if pool.patient:
                child.place.follow()
            child.send(number, *request)
        except BrokenChildError:  # it died while nobody needed it, and has not seen the call
            self._discard(pool, child)
            return self._enqueue(pool, Call(effect, number, request))
        try:
            answer = child.receive() if pool.patient and child.wait(1, beside=self._is_quiet) else None
            if answer is not None:
                invoked = read(child, answer, effect)
        except BrokenChildError as error:
            self._discard(pool, child)
            return broken_off(error, child)
        if answer is None:
            return self._watch(pool, child, [Call(effect, number, request)])[0]
        self._release(pool, child)
        return invoked

    def call_all(self, pool: Pool, calls: Sequence[tuple[Invoke, int]]) -> list[Invoked | Future[Invoked]]:
        """The same for several calls, which one child answers one after the other."""
        if len(calls) == 1:
            return [self.call(pool, *calls[0])]
        asked = [Asked(effect, number, pool.program.request(effect, number)) for effect, number in calls]
        with self._lock:
            child = pool.idle.pop() if pool.idle else None
        if child is None:
            return [self._enqueue(pool, Call(*one)) for one in asked]
        answers: list[Invoked | Future[Invoked]] = []
        try:
            child.place.follow()
            child.send_all([(one.number, one.request) for one in asked])
            while len(answers) < len(asked) and child.wait(1, beside=self._is_quiet):
                child.flush()
                while len(answers) < len(asked) and (payload := child.receive()) is not None:
                    answers.append(read(child, payload, asked[len(answers)].effect))
        except BrokenChildError:
            self._discard(pool, child)
            return answers + [self._enqueue(pool, Call(*one, alone=True)) for one in asked[len(answers) :]]
        if late := [Call(*one) for one in asked[len(answers) :]]:
            return answers + self._watch(pool, child, late)
        self._release(pool, child)
        return answers

    def reload(self, pool: Pool, program: Program) -> None:
        """Run other code in a pool from the next call on."""
        with self._lock:
            outdated = pool.replace(program)
        self._children.end(outdated)

    def close(self) -> None:
        """End everything. Calls without an answer fail."""
        pools, self.pools = list(self.pools.values()), {}
        with self._lock:
            self._closed = True
            idle = [child for pool in pools for child in pool.take_idle()]
        atexit.unregister(self.close)
        errands = self._dispatcher.stop() if self._dispatcher is not None else []
        self._dispatcher = None
        self._children.stop()
        for errand in errands:
            errand.broken(CLOSED)
        self._children.end(idle)
        for pool in pools:
            for call in pool.waiting:
                call.settle(broken_off(CLOSED))
            for program in (pool.program, *pool.retired):
                program.close()

    def forget(self) -> None:
        """In a process that was forked off: close what was inherited, and leave the children to their parent."""
        atexit.unregister(self.close)
        self._children.forget()
        if self._dispatcher is not None:
            self._dispatcher.forget()

    @property
    def _is_quiet(self) -> bool:
        """Whether no child is at work for long, or on calls that had to wait."""
        dispatcher = self._dispatcher
        return dispatcher is not None and dispatcher.is_idle

    def _enqueue(self, pool: Pool, call: Call) -> Invoked | Future[Invoked]:
        with self._lock:
            if self._closed:
                return broken_off(CLOSED)
            if len(pool.waiting) >= self._queue_limit:
                return Invoked(failure=Failure("throttled", f"{self._queue_limit} calls of the function wait already"))
            pool.waiting.append(call)
            self._serve_waiting(pool)
        return call.future

    def _watch(self, pool: Pool, child: Child, calls: Sequence[Call]) -> list[Invoked | Future[Invoked]]:
        """Give calls of which the first is slow to the dispatcher."""
        pool.patient = False
        with self._lock:
            if not self._closed:
                self._dispatch(partial(self._wait_for, pool, child, calls))
                return [call.future for call in calls]
        self._discard(pool, child)
        return [broken_off(CLOSED) for _ in calls]

    # --- on any thread ----------------------------------------------------------------------------------------------

    def _release(self, pool: Pool, child: Child) -> None:
        """A child is through with a call: it takes the next, or is idle, or runs yesterday's code and ends."""
        with self._lock:
            keep = not self._closed and child.running is pool.program
            if keep:
                child.idle_since = perf_counter()
                pool.idle.append(child)
                if pool.waiting:
                    self._serve_waiting(pool)
        if not keep:
            self._discard(pool, child)

    def _discard(self, pool: Pool, child: Child) -> None:
        with self._lock:
            pool.size -= 1
        self._children.end([child])
        with self._lock:
            self._serve_waiting(pool)

    def _serve_waiting(self, pool: Pool) -> None:
        """See to it that a call that waits meets a child. With the lock held."""
        if not pool.waiting or self._closed:
            return
        if pool.idle:
            self._dispatch(partial(self._hand_over, pool, pool.idle.pop(), pool.take_next()))
        if pool.waiting and not pool.idle and pool.may_grow:
            pool.grow()
            self._dispatch(partial(self._start, pool))

    def _dispatch(self, action: Callable[[], None]) -> None:
        """Do something on the dispatcher's thread. With the lock held, so that nothing comes after its end."""
        if self._dispatcher is None:
            self._dispatcher = Dispatcher(self._sweep, self._idle_seconds / 2)
            atexit.register(self.close)
        self._dispatcher.call(action)

    # --- on the dispatcher's thread ---------------------------------------------------------------------------------

    def _hand_over(self, pool: Pool, child: Child, calls: Sequence[Call]) -> None:
        try:
            child.send_all([(call.number, call.request) for call in calls])
        except BrokenChildError:
            self._ask_again(pool, child, calls)
        else:
            self._wait_for(pool, child, calls)

    def _wait_for(self, pool: Pool, child: Child, calls: Sequence[Call]) -> None:
        """Wait for a child's answers, which come in the order of the calls."""
        program, since, call, others = child.running, perf_counter(), calls[0], calls[1:]

        def answered(payload: bytes) -> None:
            try:
                invoked = read(child, payload, call.effect)
            except BrokenChildError as error:
                broken(str(error))
            else:
                pool.patient = pool.patient or perf_counter() - since < QUICK
                if others:
                    self._wait_for(pool, child, others)
                else:
                    self._release(pool, child)
                call.settle(invoked)

        def broken(how: str) -> None:
            if others:
                self._ask_again(pool, child, calls)
                return
            self._discard(pool, child)
            call.settle(broken_off(how, child))

        def late() -> None:
            if others:
                self._ask_again(pool, child, calls)
                return
            self._discard(pool, child)
            failure = program.late(call.number)
            call.settle(Invoked(failure=failure, logs=child.written(), seconds=program.limits.call))

        errand = Errand(child, program.limits.call, answered, broken, late, program.limits)
        self._running_dispatcher.wait_for(errand)

    def _ask_again(self, pool: Pool, child: Child, calls: Sequence[Call]) -> None:
        for call in calls:
            call.alone = True
        with self._lock:
            pool.waiting.extendleft(reversed(calls))
        self._discard(pool, child)

    def _start(self, pool: Pool) -> None:
        """Start a child for a pool, whose size counts it already."""
        program = pool.program
        try:
            child = self._children.start(program)
        except OSError as error:
            self._fail_all(pool, None, broken_off(f"no process could be started: {error}"))
            return

        def answered(payload: bytes) -> None:
            try:
                ready = program.ready(payload)
            except Exception as error:  # as in _read
                ready = broken_off(f"{UNREADABLE}: {error!r}")
            if ready.failure is not None:
                self._fail_all(pool, child, replace(ready, logs=ready.logs + child.written()))
                return
            child.logs = ready.logs
            with self._lock:
                pool.starting -= 1
            self._release(pool, child)
            self._children.keep_a_spare(program)

        def broken(how: str) -> None:
            self._fail_all(pool, child, broken_off(how, child))

        def late() -> None:
            broken(f"the function was not ready to run within {program.limits.start:g} s")

        self._running_dispatcher.wait_for(Errand(child, program.limits.start, answered, broken, late))

    def _fail_all(self, pool: Pool, child: Child | None, invoked: Invoked) -> None:
        """No child came up: every call that waits for one fails, and the next call tries again."""
        with self._lock:
            calls = pool.take_waiting()
        self._children.end([child] if child is not None else [])
        for call in calls:
            call.settle(invoked)

    def _sweep(self, now: float) -> None:
        """End the children that were not needed for a while."""
        with self._lock:
            surplus = [child for pool in list(self.pools.values()) for child in pool.surplus(now - self._idle_seconds)]
        self._children.end(surplus)

    @property
    def _running_dispatcher(self) -> Dispatcher:
        assert self._dispatcher is not None, "this runs on its thread"
        return self._dispatcher
