"""The edge: a distribution, a store, the flights, the workers and a clock; performs what the core asks."""

from __future__ import annotations

import logging
import secrets
from binascii import b2a_base64
from collections import deque
from collections.abc import Callable, Collection, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import replace
from os import urandom
from pathlib import Path
from threading import Lock
from time import perf_counter, time  # noqa: TID251 - the default of Edge(clock=...)
from typing import Any, TypeAlias

from edgeware.cache.memory import MemoryStore
from edgeware.cache.store import Store as ObjectStore
from edgeware.config.loading import load
from edgeware.config.model import Distribution
from edgeware.core.access_log import fields
from edgeware.core.effects import (
    Board,
    Boarding,
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
    Record,
    Respond,
    Revalidate,
    Store,
)
from edgeware.core.headers import EdgeLocation
from edgeware.core.lifecycle import lifecycle
from edgeware.core.prepared import PreparedDistribution
from edgeware.core.viewer_headers import added
from edgeware.core.visit import Surroundings
from edgeware.functions.workers import Workers
from edgeware.messages import Request
from edgeware.trace import Step, Trace

logger = logging.getLogger("edgeware")

Ask: TypeAlias = "Fetch | Respond | Drain | ReadBody | Revalidate | Future[Any] | None"

FOR_THE_DRIVER = frozenset({Fetch, Respond, Drain, ReadBody, Revalidate})
MAX_OBJECT_BYTES = 64 * 1024 * 1024
_URL_SAFE = bytes.maketrans(b"+/", b"-_")


def _request_id() -> str:
    """40 random bytes: the 56 characters of X-Amz-Cf-Id."""
    return b2a_base64(urandom(40), newline=False).translate(_URL_SAFE).decode("ascii")


def _draw() -> float:
    """A number from 0 up to, not including, 100."""
    return secrets.randbelow(1_000_000) / 10_000


class Edge:
    """One edge location in front of one distribution.

    ``distribution`` is a Distribution, a file (see ``Distribution.load``) or a mapping in the native form. ``store`` is
    a MemoryStore of 256 MB by default. ``clock`` gives seconds since the epoch and ``ids`` a request id, for tests.
    ``history`` is how many exchanges are kept for a look back, ``max_object_bytes`` the longest body that is stored,
    ``pop`` the location's name. ``server_timing`` puts the time of each step on the wire. ``access_log`` takes each
    record as a mapping of field to text. Beyond ``lambda_concurrency`` at a time Lambda@Edge functions are throttled;
    those in ``debug_functions`` get the terminal and all the time they want. ``key_value_stores`` may be changed.
    Raises ConfigurationError for a distribution that CloudFront refuses, FunctionError for a function that cannot run.
    """

    def __init__(
        self,
        distribution: Distribution | str | Path | Mapping[str, object],
        *,
        store: ObjectStore | None = None,
        clock: Callable[[], float] = time,
        ids: Callable[[], str] = _request_id,
        history: int = 100,
        max_object_bytes: int = MAX_OBJECT_BYTES,
        pop: str = "LCL50-C1",
        server_timing: bool = False,
        access_log: Callable[[Mapping[str, str]], object] | None = None,
        lambda_concurrency: int | None = None,
        debug_functions: Collection[str] = (),
    ) -> None:
        self.distribution = load(distribution)
        self.store: ObjectStore = MemoryStore() if store is None else store
        self.clock = clock
        self.exchanges: deque[Exchange] = deque(maxlen=history)
        self.server_timing = server_timing
        self._ids = ids
        self._max_object_bytes = max_object_bytes
        self._location = EdgeLocation(pop=pop, via=secrets.token_hex(16))
        self._prepared = PreparedDistribution(self.distribution)
        stores = self.distribution.key_value_stores
        self._workers = Workers(
            clock=clock, stores=stores, pop=pop, lambda_concurrency=lambda_concurrency, debugged=debug_functions
        )
        self.key_value_stores = self._workers.stores
        for function in self.distribution.functions.values():
            self._workers.check(function)
        self._flights = Flights()
        self._access_log = access_log
        self._performers: dict[type[Effect[Any]], Callable[[Any, Exchange], Any]] = {
            Invoke: self._invoke,
            Lookup: self._lookup,
            Store: self._store,
            Record: self._record,
            Board: self._flights.board,
            Land: self._flights.land,
        }

    def exchange(self, request: Request) -> Exchange:
        """Take up a viewer's request. The driver starts the exchange, and closes it whatever happens."""
        exchange = Exchange(self, request, self._ids())
        self.exchanges.append(exchange)
        return exchange

    def flow(self, request: Request, request_id: str, trace: Trace) -> Flow[None]:
        """The lifecycle of a request, not yet started."""
        around = Surroundings(
            request_id=request_id,
            location=self._location,
            now=self.clock,
            decide=trace.steps.append,
            record_limit=self._max_object_bytes,
            draw=_draw,
        )
        return lifecycle(self._prepared, request, around)

    def key(self, request: Request) -> str:
        """The cache key of a request as it stands, without any function's doing [understanding-the-cache-key]."""
        prepared = self._prepared.match(request.path)
        viewer = self._prepared.geography.of(request.client_ip)
        return prepared.cache_key.of(added(request, prepared.viewer_headers, viewer))

    def create_invalidation(self, paths: Sequence[str]) -> None:
        """Make objects gone at once, by path as in ``aws cloudfront create-invalidation`` [Invalidation].

        A path begins with ``/``; ``*`` as its last character stands for any rest. UsageError names what CloudFront
        refuses.
        """
        self.store.invalidate(paths)

    def perform(self, effect: Effect[Any], exchange: Exchange) -> Any:
        """Carry out an effect: an answer, or a Future of one."""
        return self._performers[type(effect)](effect, exchange)

    def leave(self, exchange: Exchange) -> None:
        """The exchange is over: whoever still waits for it goes on."""
        self._flights.leave(exchange)

    def waiting(self) -> int:
        """How many requests wait for another one's fetch at this moment."""
        return self._flights.waiting()

    def close(self) -> None:
        """End all function workers. They start anew when the edge is used again."""
        self._workers.close()

    def _invoke(self, effect: Invoke, _: Exchange) -> Invoked | Future[Invoked]:
        return self._workers.invoke(effect)

    def _lookup(self, effect: Lookup, _: Exchange) -> Found:
        try:
            generation = self.store.generation()
            return Found(self.store.get(effect.key), generation)
        except Exception as error:  # a store may be of anybody's making; a broken one is a miss
            logger.warning("store: the look-up failed, taken as a miss: %r", error)
            return Found(None, 0)

    def _store(self, effect: Store, _: Exchange) -> bool:
        try:
            return self.store.put(effect.key, effect.object)
        except Exception as error:
            logger.warning("store: the object was not kept: %r", error)
            return False

    def _record(self, effect: Record, _: Exchange) -> None:
        if self._access_log is not None:
            self._access_log(fields(effect.facts()))


class Flights:
    """Request collapsing: who leads the fetch of a key, and who waits."""

    def __init__(self) -> None:
        self._waiting: dict[str, tuple[Exchange, list[Future[Boarding]]]] = {}
        self._lock = Lock()

    def board(self, effect: Board, exchange: Exchange) -> Boarding | Future[Boarding]:
        """Lead, or a ticket that is called when the leader lands; without waiting, the word that somebody leads."""
        key = effect.key
        with self._lock:
            flight = self._waiting.get(key)
            if flight is None:
                self._waiting[key] = (exchange, [])
                exchange.flights.add(key)
                return Boarding.LEAD
            if not effect.waits:
                return Boarding.TAKEN
            ticket: Future[Boarding] = Future()
            flight[1].append(ticket)
            return ticket

    def land(self, effect: Land, exchange: Exchange) -> None:
        """Call everybody who waits for the key. The tickets are called outside the lock: they may run anything."""
        exchange.flights.discard(effect.key)
        with self._lock:
            _, tickets = self._waiting.pop(effect.key)
        for ticket in tickets:
            if ticket.set_running_or_notify_cancel():  # asyncio cancels it with the task that waits
                ticket.set_result(Boarding.STORED if effect.stored else Boarding.FAILED)

    def waiting(self) -> int:
        """How many tickets are out and not given back."""
        with self._lock:
            return sum(not ticket.cancelled() for _, tickets in self._waiting.values() for ticket in tickets)

    def leave(self, exchange: Exchange) -> None:
        """Land every flight that the exchange still leads: it stored nothing."""
        for key in tuple(exchange.flights):
            self.land(Land(key, stored=False), exchange)


class Exchange:
    """One request in a driver: the flow, and everything that it asked and was told."""

    __slots__ = ("_edge", "_first", "_flow", "_pending", "_since", "flights", "request", "request_id", "trace")

    def __init__(
        self, edge: Edge, request: Request, request_id: str, trace: Trace | None = None, flow: Flow[None] | None = None
    ) -> None:
        self.request = request
        self.request_id = request_id
        self.trace = Trace() if trace is None else trace
        self.flights: set[str] = set()
        self._edge = edge
        self._first = len(self.trace.steps)
        self._flow = edge.flow(request, request_id, self.trace) if flow is None else flow
        self._pending: Effect[Any] | None = None
        self._since = 0.0

    def start(self) -> Ask:
        """Run the flow to the first thing that the driver has to do, a Future to wait for, or None at the end."""
        self._first = len(self.trace.steps)
        return self._advance(None)

    def resume(self, answer: Any) -> Ask:
        """Give the answer to what was asked last, and run on."""
        pending = self._pending
        assert pending is not None, "nothing was asked"
        self.trace.steps.append(Step(pending, answer, perf_counter() - self._since))
        return self._advance(answer)

    def _advance(self, answer: Any) -> Ask:
        send, steps, edge = self._flow.send, self.trace.steps, self._edge
        while True:
            try:
                effect = send(answer)
            except StopIteration:
                self._pending = None
                return None
            since = perf_counter()
            if type(effect) in FOR_THE_DRIVER:
                self._pending, self._since = effect, since
                timed = edge.server_timing and type(effect) is Respond
                return self._timed(effect) if timed else effect  # type: ignore[arg-type, return-value]
            answer = edge.perform(effect, self)
            if type(answer) is Future:
                self._pending, self._since = effect, since
                return answer
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
        if self.flights:
            self._edge.leave(self)
        self.trace.log(self.request, logger, self._first)
