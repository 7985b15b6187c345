"""The edge: a distribution, a store, the flights, the workers and a clock; performs what the core asks."""

from __future__ import annotations

import logging
import secrets
from collections import deque
from collections.abc import Callable, Collection, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import replace
from pathlib import Path
from time import perf_counter, time  # noqa: TID251 - the default of Edge(clock=...)
from typing import TYPE_CHECKING, Any, TypeAlias

from edgeware.access_log import AccessLog
from edgeware.cache.flights import Flights
from edgeware.cache.guard import Guard
from edgeware.cache.ledger import Invalidation, Ledger
from edgeware.cache.opening import open_store
from edgeware.cache.store import SharedFlights
from edgeware.cache.store import Store as ObjectStore
from edgeware.config.loading import load
from edgeware.config.model import Distribution
from edgeware.core.access_log import Record, fields
from edgeware.core.decision import Decision
from edgeware.core.effects import (
    Board,
    Drain,
    Effect,
    Fetch,
    Flow,
    Found,
    Invoke,
    Invoked,
    Land,
    Lookup,
    ReadBody,
    Resolve,
    Respond,
    Revalidate,
    Store,
)
from edgeware.core.headers import EdgeLocation
from edgeware.core.lifecycle import lifecycle
from edgeware.core.prepared import PreparedDistribution
from edgeware.core.viewer_headers import added
from edgeware.core.visit import Surroundings
from edgeware.dice import draw, request_id
from edgeware.functions.javascript import Budget
from edgeware.functions.later import Later
from edgeware.functions.workers import Workers
from edgeware.messages import Request
from edgeware.metrics import Counters, Metrics
from edgeware.trace import Step, Trace

if TYPE_CHECKING:  # it brings asyncio, which not every server needs
    from edgeware.functions.turn import Turns

logger = logging.getLogger("edgeware")

Ask: TypeAlias = "Fetch | Respond | Drain | ReadBody | Resolve | Revalidate | Future[Any] | Later[Any] | None"

COMES_LATER = frozenset({Future, Later})
"""What stands for an answer that the driver has to wait for."""

MAX_OBJECT_BYTES = 64 * 1024 * 1024


class Edge:
    """One edge location in front of one distribution.

    ``distribution`` is a Distribution, a file (see ``Distribution.load``) or a mapping in the native form.
    ``store`` is a Store or the name of one, such as ``memory:512MB``, ``disk:PATH`` or ``redis://HOST:PORT``: without
    it the distribution's, or a MemoryStore of 256 MB. What takes it longer than ``store_timeout`` seconds is a miss.
    ``clock`` gives seconds since the epoch, ``ids`` a request id. ``history`` is how many exchanges are kept for a look
    back, ``max_object_bytes`` the longest body that is stored, ``pop`` the location's name in X-Amz-Cf-Pop.
    ``server_timing`` puts the time of each step on the wire. ``access_log`` is a file, an AccessLog, or takes each
    record as a mapping of field to text. ``invalidation_delay`` is the seconds, by the clock, until an invalidation
    takes effect. Where ``lambda_concurrency`` is given, no more Lambda@Edge functions run at a time: those beyond are
    throttled; those in ``debug_functions`` get the terminal and all the time they want. ``key_value_stores`` may be
    changed. ``reuse_results`` spares runs of CloudFront Functions whose result is known (``functions.reuse``);
    ``compute_budget`` is the milliseconds that one may use (``functions.meter``), 0 for as many as it likes.

    Raises ConfigurationError for a distribution that CloudFront refuses, FunctionError for a function that cannot run,
    UsageError for a budget that is none.
    """

    def __init__(
        self,
        distribution: Distribution | str | Path | Mapping[str, object],
        *,
        store: ObjectStore | str | None = None,
        store_timeout: float = 0.5,
        clock: Callable[[], float] = time,
        ids: Callable[[], str] = request_id,
        history: int = 100,
        max_object_bytes: int = MAX_OBJECT_BYTES,
        pop: str = "LCL50-C1",
        server_timing: bool = False,
        access_log: Callable[[Mapping[str, str]], object] | AccessLog | str | Path | None = None,
        invalidation_delay: float = 0.0,
        lambda_concurrency: int | None = None,
        debug_functions: Collection[str] = (),
        reuse_results: bool = True,
        compute_budget: float = 1.0,
    ) -> None:
        of_functions: dict[str, Any] = {"reuse": reuse_results, "budget": Budget(compute_budget)}
        self.distribution = load(distribution)
        self._take((self.distribution.store or "memory") if store is None else store, store_timeout)
        self._invalidations = Ledger(self._forget, clock, invalidation_delay, rings=self.store.threads > 0)
        self.clock = clock
        self.exchanges: deque[Exchange] = deque(maxlen=history)
        self.server_timing = server_timing
        self._ids = ids
        location = EdgeLocation(pop=pop, via=secrets.token_hex(16))
        self._around = Surroundings(location=location, now=clock, record_limit=max_object_bytes, draw=draw)
        self._prepared = PreparedDistribution(self.distribution)
        stores = self.distribution.key_value_stores
        of_lambda: dict[str, Any] = {"lambda_concurrency": lambda_concurrency, "debugged": debug_functions}
        self._workers = Workers(clock=clock, stores=stores, pop=pop, **of_functions, **of_lambda)
        self.key_value_stores = self._workers.stores
        for function in self.distribution.functions.values():
            self._workers.check(function)
        self._access_log = AccessLog(access_log) if isinstance(access_log, (str, Path)) else access_log
        self._counters = Counters()

    def _take(self, store: ObjectStore | str, timeout: float) -> None:
        self._owns_store = isinstance(store, str)
        self.store: ObjectStore = open_store(store) if isinstance(store, str) else store
        self._guard = Guard(self.store, timeout)
        self._flights = Flights(self.store if isinstance(self.store, SharedFlights) else None)
        self.performers: dict[type[Effect[Any]], Callable[[Any, Exchange], Any]] = {
            Invoke: self._invoke,
            Lookup: self._lookup,
            Store: self._store,
            Board: self._flights.board,
            Land: self._flights.land,
        }
        """What carries out an effect, with an answer or a Future of one; the others are the driver's."""

    def exchange(self, request: Request) -> Exchange:
        """Take up a viewer's request. The driver starts the exchange, and closes it whatever happens."""
        request_id, trace = self._ids(), Trace()
        flow = lifecycle(self._prepared, request, self._around, request_id, trace.steps.append)
        exchange = Exchange(self, request, request_id, trace, flow)
        self.exchanges.append(exchange)
        return exchange

    def key(self, request: Request) -> str:
        """The cache key of a request as it stands, without any function's doing [understanding-the-cache-key]."""
        prepared = self._prepared.match(request.path)
        viewer = self._prepared.geography.viewer(request)
        return prepared.cache_key.of(added(request, prepared.viewer_headers, viewer))

    def create_invalidation(self, paths: Sequence[str], caller_reference: str | None = None) -> Invalidation:
        """Make objects gone, by path as in ``aws cloudfront create-invalidation`` [Invalidation].

        A path begins with ``/``; ``*`` as its last character stands for any rest; ``#`` and a cache tag name all
        objects with that tag. The same ``caller_reference`` and paths again are the same invalidation. It takes effect
        at once, or after ``invalidation_delay`` seconds. UsageError names what CloudFront refuses; what the store
        raises passes through.
        """
        return self._invalidations.create(paths, caller_reference)

    def get_invalidation(self, id: str) -> Invalidation | None:
        """What has become of an invalidation."""
        return self._invalidations.get(id)

    def count(self, effect: Effect[Any], answer: Any) -> None:
        """Take note of an answer that took its time, for the metrics."""
        if type(effect) is Fetch:
            self._counters.fetched(effect, answer)
        elif type(effect) is Invoke:
            self._counters.ran(effect, answer)

    def metrics(self) -> Metrics:
        """What the edge has done since it was made; ``edgeware.metrics`` has the same for Prometheus."""
        return self._counters.metrics(self._guard.failures(), self.waiting())

    def record(self, record: Record) -> None:
        """Count a request that has its answer, and write its line of the access log."""
        self._counters.answered(record)
        if isinstance(self._access_log, AccessLog):
            self._access_log.put(record.facts)
        elif self._access_log is not None:
            self._access_log(fields(record.facts()))

    def leave(self, exchange: Exchange) -> None:
        """The exchange is over: whoever still waits for it goes on."""
        self._flights.leave(exchange)

    def waiting(self) -> int:
        """How many requests wait for another one's fetch at this moment."""
        return self._flights.waiting()

    def close(self) -> None:
        """End all function workers, and close a store that was given by name. Both are there again when needed."""
        self._workers.close()
        self._invalidations.close()
        self._guard.close()
        if self._owns_store:
            self.store.close()
        if isinstance(self._access_log, AccessLog):
            self._access_log.close()

    def _invoke(self, effect: Invoke, exchange: Exchange) -> Any:
        invoked = self._workers.invoke(effect, None if exchange.turns is None else exchange.turns.now())
        if type(invoked) is Invoked:
            self._counters.ran(effect, invoked)
        return invoked

    def _lookup(self, effect: Lookup, exchange: Exchange) -> Found | Future[Found]:
        if self._invalidations.pending:
            return self._guard.get(effect.key, exchange.store_said, self._invalidations.catch_up)
        return self._guard.get(effect.key, exchange.store_said)

    def _store(self, effect: Store, exchange: Exchange) -> bool | Future[bool]:
        return self._guard.put(effect.key, effect.object, exchange.store_said)

    def _forget(self, items: Sequence[str]) -> None:
        self.store.invalidate([f"{self.distribution.domain_name}\n{item}" for item in items])


_ENDED: Flow[None] = (effect for effect in tuple[Effect[Any]]())


class Exchange:
    """One request in a driver: the flow, and everything that it asked and was told."""

    __slots__ = ("_edge", "_first", "_flow", "_pending", "_since", "flights", "request", "request_id", "trace", "turns")

    def __init__(self, edge: Edge, request: Request, request_id: str, trace: Trace, flow: Flow[Record | None]) -> None:
        self.request = request
        self.request_id = request_id
        self.trace = trace
        self.flights: tuple[str, ...] = ()
        self.turns: Turns | None = None
        """Of the event loop that the driver runs in, where it runs in one."""
        self._edge = edge
        self._first = 0
        self._flow = flow
        self._pending: Effect[Any] | None = None
        self._since = 0.0

    def store_said(self, text: str) -> None:
        """A line of the trace about a store that does not work."""
        self.trace.steps.append(Decision("store", text))

    def start(self) -> Ask:
        """Run the flow to the first thing that the driver has to do, a Future to wait for, or None at the end."""
        self._first = len(self.trace.steps)
        return self._advance(None)

    def resume(self, answer: Any, seconds: float | None = None) -> Ask:
        """Give the answer to what was asked last, and run on. Without ``seconds`` it took until now."""
        pending = self._pending
        assert pending is not None, "nothing was asked"
        if type(pending) is not Respond:
            self._edge.count(pending, answer)
        self.trace.steps.append(Step(pending, answer, perf_counter() - self._since if seconds is None else seconds))
        return self._advance(answer)

    def _advance(self, answer: Any) -> Ask:
        send, steps, performers = self._flow.send, self.trace.steps, self._edge.performers
        while True:
            try:
                effect = send(answer)
            except StopIteration as end:
                self._pending = None
                if end.value is not None:
                    steps.append(end.value)
                    self._edge.record(end.value)
                return None
            since = perf_counter()
            perform = performers.get(type(effect))
            if perform is None:
                self._pending, self._since = effect, since
                timed = self._edge.server_timing and type(effect) is Respond
                return self._timed(effect) if timed else effect  # type: ignore[arg-type, return-value]
            answer = perform(effect, self)
            if type(answer) in COMES_LATER:
                self._pending, self._since = effect, since
                return answer  # type: ignore[no-any-return]
            steps.append(Step(effect, answer, perf_counter() - since))

    def behind(self, ask: Revalidate) -> Exchange:
        """The exchange for what goes on when this one has ended, in the same trace."""
        return Exchange(self._edge, self.request, self.request_id, self.trace, ask.flow())

    def _timed(self, effect: Respond) -> Respond:
        headers = effect.response.headers.add("Server-Timing", self.trace.server_timing())
        return replace(effect, response=replace(effect.response, headers=headers))

    def close(self) -> None:
        """End the flow wherever it stands, and let go of those who wait for it."""
        self._flow.close()
        self._flow = _ENDED  # or what a history keeps would be a sixth larger
        if self.flights:
            self._edge.leave(self)
        self.trace.log(self.request, logger, self._first)
