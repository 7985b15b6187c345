"""Where edge functions run: child processes, for code that may do anything."""

from __future__ import annotations

import os
import weakref
from collections.abc import Callable, Collection, Mapping
from concurrent.futures import Future
from itertools import count
from threading import Lock
from time import time_ns
from types import MappingProxyType
from typing import TYPE_CHECKING, overload

from edgeware.config.model import CloudFrontFunction, KeyValueStore, LambdaFunction
from edgeware.core.effects import Failure, Invoke, Invoked
from edgeware.exceptions import FunctionError
from edgeware.functions import javascript
from edgeware.functions.concurrency import Concurrency
from edgeware.functions.crew import Crew
from edgeware.functions.handover import processors
from edgeware.functions.javascript import NORMAL_BUDGET, Budget, JavaScript
from edgeware.functions.key_value_store import MemoryKeyValueStore
from edgeware.functions.lambda_runtimes import program_of
from edgeware.functions.later import Later
from edgeware.functions.pool import Pool
from edgeware.functions.program import Program
from edgeware.functions.source import Watch, text_of

if TYPE_CHECKING:
    from edgeware.functions.turn import Turn


class Workers:
    """The child processes of all functions of an edge. Every method may be called from any thread.

    ``clock`` gives seconds since the epoch: what CloudFront Functions see as the time. ``seed`` makes their Math.random
    repeatable. ``budget`` is what one of them may use, ``soft_limit`` the processor time in seconds after which it is
    interrupted, ten times the ``budget`` doing so before; what has not ended ``hard_limit`` seconds after it was called
    is killed. ``function_children`` and ``lambda_children`` limit the processes that one function has (CloudFront
    Functions only compute: if nothing is said, as many as there are processors, but two to four), ``queue_limit`` the
    calls that wait for one: those beyond are throttled. A process that was not needed for ``idle_seconds`` ends, if the
    function has another. Of more than ``lambda_concurrency`` runs of Lambda@Edge functions at a time the others are
    throttled. The Lambda@Edge functions of the names in ``debugged`` have one process, the terminal, and all the time
    that somebody takes to look at them. ``stores`` says what the key value stores hold at first, ``pop`` is the edge
    location's name, of which functions see the city.

    Processes are started when they are needed, also after ``close`` and in a process that was forked off. They end with
    this process, whichever way it ends.
    """

    def __init__(
        self,
        *,
        clock: Callable[[], float] | None = None,
        seed: int | None = None,
        soft_limit: float = 0.05,
        hard_limit: float = 0.3,
        function_children: int | None = None,
        lambda_children: int = 8,
        queue_limit: int = 1000,
        idle_seconds: float = 60.0,
        lambda_concurrency: int | None = None,
        debugged: Collection[str] = (),
        stores: Mapping[str, KeyValueStore] = MappingProxyType({}),
        pop: str = "LCL50-C1",
        reuse: bool = True,
        budget: Budget = NORMAL_BUDGET,
    ) -> None:
        self._clock = _now if clock is None else clock
        self._seed = int.from_bytes(os.urandom(4), "big") if seed is None else seed
        self._soft_limit = soft_limit
        self._hard_limit = hard_limit
        self._function_children = _enough() if function_children is None else function_children
        self._lambda_children = lambda_children
        self._queue_limit = queue_limit
        self._idle_seconds = idle_seconds
        self._lambda_concurrency = lambda_concurrency
        self._debugged = frozenset(debugged)
        self.stores = {name: MemoryKeyValueStore(store, self._clock) for name, store in stores.items()}
        """The key value stores by name, to be read and changed at any time."""
        self._pop = pop
        self._reuse = reuse
        self._budget = budget
        self._numbers = count(1)
        self._open()
        _everyone.add(self)

    def _open(self) -> None:
        self._lock = Lock()
        self._crew = Crew(self._queue_limit, self._idle_seconds)
        self._lambdas = Concurrency(self._lambda_concurrency)

    def __enter__(self) -> Workers:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def check(self, function: CloudFrontFunction | LambdaFunction) -> None:
        """FunctionError for a function that cannot run at all: no code, or no interpreter for it."""
        if isinstance(function, LambdaFunction):
            program_of(function)
        else:
            text_of(function)
            javascript.engine()

    @overload
    def invoke(self, effect: Invoke) -> Invoked | Future[Invoked]: ...

    @overload
    def invoke(self, effect: Invoke, turn: Turn | None) -> Invoked | Future[Invoked] | Later[Invoked]: ...

    def invoke(self, effect: Invoke, turn: Turn | None = None) -> Invoked | Future[Invoked] | Later[Invoked]:
        """Run a function on an event. What goes wrong is the answer's ``failure``: this never raises.

        A quick function's answer comes at once. Only what takes longer than a millisecond is a Future. With a ``turn``
        of an event loop, CloudFront Functions answer later in it, for all who ask meanwhile.
        """
        crew = self._crew
        try:
            pool = self._pool(crew, effect.function)
        except FunctionError as error:
            return Invoked(failure=Failure("execution", str(error)))
        program = pool.program
        if isinstance(program, JavaScript):
            number = next(self._numbers)  # also where it is not used: the dice fall as they would
            known = program.known(effect)
            if known is not None:
                return known
            if turn is not None and pool.patient:
                return turn.call(crew, pool, effect, number)
            return crew.call(pool, effect, number)
        return self._counted(crew, pool, effect)

    def _counted(self, crew: Crew, pool: Pool, effect: Invoke) -> Invoked | Future[Invoked]:
        """Call a Lambda@Edge function, if another one may run."""
        lambdas = self._lambdas
        if not lambdas.enter():
            what = f"{lambdas.limit} Lambda@Edge functions run already, the limit that was set"
            return Invoked(failure=Failure("throttled", what))
        answer = crew.call(pool, effect, next(self._numbers))
        if lambdas.limit is not None:
            if isinstance(answer, Future):
                answer.add_done_callback(lambdas.leave)
            else:
                lambdas.leave()
        return answer

    def close(self) -> None:
        """End all processes and the thread that watches them. Calls without an answer fail."""
        with self._lock:
            crew, self._crew = self._crew, Crew(self._queue_limit, self._idle_seconds)
        crew.close()

    def forget(self) -> None:
        """Let go of what belongs to the process that this one was forked from, and begin anew."""
        self._crew.forget()
        self._open()

    def _pool(self, crew: Crew, function: CloudFrontFunction | LambdaFunction) -> Pool:
        """A function's pool, running its code of today."""
        pool = crew.pools.get(function)
        if pool is not None and not pool.watch.changed():
            return pool
        with self._lock:
            pool = crew.pools.get(function)
            if pool is None:
                # Before the code is read, or a change in between would be missed.
                watch = Watch(function.code, beside=isinstance(function, LambdaFunction))
                pool = crew.pools[function] = Pool(self._program(function), watch, self._limit(function))
            else:
                self._reload(crew, pool, function)
        return pool

    def _reload(self, crew: Crew, pool: Pool, function: CloudFrontFunction | LambdaFunction) -> None:
        try:
            crew.reload(pool, self._program(function))
        except FunctionError:
            pool.watch.forget()
            raise

    def _program(self, function: CloudFrontFunction | LambdaFunction) -> Program:
        if isinstance(function, LambdaFunction):
            return program_of(function)(function, self._clock, debugged=function.name in self._debugged)
        store = self.stores.get(function.key_value_store or "")
        limits = (self._soft_limit, self._hard_limit)
        return JavaScript(
            function, self._clock, self._seed, *limits, store, self._pop, budget=self._budget, reuse=self._reuse
        )

    def _limit(self, function: CloudFrontFunction | LambdaFunction) -> int:
        if isinstance(function, LambdaFunction):
            return 1 if function.name in self._debugged else self._lambda_children
        return self._function_children


def _enough() -> int:
    """Processes for a function that only computes. More than processors would take the server's own time."""
    return min(4, max(2, processors()))


def _now() -> float:
    """The time for those who use this class without an Edge, whose clock it otherwise is."""
    return time_ns() / 1e9


_everyone: weakref.WeakSet[Workers] = weakref.WeakSet()


def _forget_all() -> None:
    for workers in list(_everyone):
        workers.forget()


# At once, not at the next call: as long as a forked process holds the pipes, the children outlive their parent.
os.register_at_fork(after_in_child=_forget_all)
