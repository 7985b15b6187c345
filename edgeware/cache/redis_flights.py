"""Request collapsing for all who share a Redis server: a lock with a lease, and a message when a leader has landed."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from queue import Empty, SimpleQueue
from threading import Event, Lock, Thread
from time import perf_counter
from typing import Any

from edgeware.cache.breaker import Breaker
from edgeware.core.effects import Boarding
from edgeware.forking import forget_in_children

LEASE = 3.0
"""Seconds after which a leader that has died counts as gone."""
ROUND = 1.0
"""Seconds between two renewals of a lease, and between two attempts to take over from a leader that is gone."""
PAUSE = 1.0

RENEW = "if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('PEXPIRE', KEYS[1], ARGV[2]) end"
RELEASE = """
if redis.call('GET', KEYS[1]) == ARGV[1] then
  redis.call('DEL', KEYS[1])
  redis.call('PUBLISH', ARGV[2], ARGV[3])
end
"""

Call = Callable[[Boarding], None]


class _Boarding:
    """Somebody who asked to lead."""

    def __init__(self, name: str, call: Call) -> None:
        self.name = name
        self.call = call
        self.token = secrets.token_hex(8)


class RedisFlights:
    """One thread does everything, one thing after the other; a second one listens for those who have landed elsewhere.

    A message may get lost: whoever waits tries to take the lead ``every`` so many seconds, so nobody waits for ever.
    """

    def __init__(self, client: Any, prefix: str, *, lease: float = LEASE, every: float = ROUND) -> None:
        self._client = client
        self._prefix = f"{prefix}flight:"
        self._channel = f"{prefix}landed"
        self._lease = int(lease * 1000)
        self._every = every
        self._renew = client.register_script(RENEW)
        self._release = client.register_script(RELEASE)
        self._breaker = Breaker("sharing a fetch", PAUSE)
        self.forget()
        forget_in_children(self)

    def forget(self) -> None:
        """Begin anew: in a process that was forked off, the threads are not there."""
        self._lock = Lock()
        self._end: Event | None = None
        self._orders: SimpleQueue[Callable[[], None] | None] = SimpleQueue()
        self._led: dict[str, _Boarding] = {}
        self._waiting: dict[str, list[_Boarding]] = {}

    # --- on any thread ----------------------------------------------------------------------------------------------

    def board(self, key: str, call: Call) -> Callable[[bool], None]:
        """Call with LEAD or with what came of the leader elsewhere; gives what is to be called at the end."""
        boarding = _Boarding(hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest(), call)
        with self._lock:
            if self._end is None:
                self._end = Event()
                _start(partial(self._run, self._orders, self._end))
            self._orders.put(partial(self._board, boarding))
        return lambda stored: self._orders.put(partial(self._land, boarding, stored))

    def close(self) -> None:
        """End the threads. Whoever still waits leads."""
        with self._lock:
            if self._end is not None:
                self._end.set()
                self._orders.put(None)
                self._end, self._orders = None, SimpleQueue()

    # --- on its own thread ------------------------------------------------------------------------------------------

    def _run(self, orders: SimpleQueue[Callable[[], None] | None], end: Event) -> None:
        listens = Event()
        _start(partial(self._listen, orders, listens, end))
        listens.wait(PAUSE)
        due = perf_counter() + self._every
        while True:
            try:
                order = orders.get(timeout=max(0.0, due - perf_counter()) if self._led or self._waiting else None)
            except Empty:
                order = _nothing
            if order is None:
                break
            self._guarded(order)
            if perf_counter() >= due:
                due = perf_counter() + self._every
                self._guarded(self._look_round)
        self._give_up()

    def _guarded(self, order: Callable[[], None]) -> None:
        try:
            order()
        except Exception as error:  # whatever the client raises: then everybody fetches for himself
            self._breaker.failed(repr(error))
            self._give_up()

    def _give_up(self) -> None:
        waiting, self._waiting = self._waiting, {}
        for boardings in waiting.values():
            for boarding in boardings:
                boarding.call(Boarding.LEAD)

    def _board(self, boarding: _Boarding) -> None:
        self._waiting.setdefault(boarding.name, []).append(boarding)  # so that it is called whatever happens
        if not self._breaker.allows():
            self._give_up()
        else:
            self._try_to_lead(boarding)

    def _try_to_lead(self, boarding: _Boarding) -> None:
        name = self._prefix + boarding.name
        leads = self._client.set(name, boarding.token, nx=True, px=self._lease)
        self._breaker.worked()
        if leads:
            self._leave(boarding)
            self._led[boarding.name] = boarding
            boarding.call(Boarding.LEAD)

    def _leave(self, boarding: _Boarding) -> None:
        waiting = self._waiting.get(boarding.name, [])
        if boarding in waiting:
            waiting.remove(boarding)
        if not waiting:
            self._waiting.pop(boarding.name, None)

    def _land(self, boarding: _Boarding, stored: bool) -> None:
        self._leave(boarding)
        if self._led.get(boarding.name) is boarding:
            del self._led[boarding.name]
            news = f"{boarding.name} {'stored' if stored else 'failed'}"
            self._release(keys=[self._prefix + boarding.name], args=[boarding.token, self._channel, news])

    def _landed(self, news: bytes) -> None:
        name, _, outcome = news.decode().partition(" ")
        for boarding in self._waiting.pop(name, ()):
            boarding.call(Boarding.STORED if outcome == "stored" else Boarding.FAILED)

    def _look_round(self) -> None:
        for name, leading in self._led.items():
            self._renew(keys=[self._prefix + name], args=[leading.token, self._lease])
        for boardings in list(self._waiting.values()):
            self._try_to_lead(boardings[0])

    # --- on the listener's thread -----------------------------------------------------------------------------------

    def _listen(self, orders: SimpleQueue[Callable[[], None] | None], listens: Event, end: Event) -> None:
        while not end.is_set():
            with suppress(Exception), self._client.pubsub() as news:  # whatever is missed, the next round makes good
                news.subscribe(self._channel)
                while not end.is_set():
                    message = news.get_message(timeout=self._every)
                    if message is not None and message["type"] == "message":
                        orders.put(partial(self._landed, message["data"]))
                    elif message is not None:
                        listens.set()
            end.wait(PAUSE)


def _nothing() -> None:
    """It is time for a round."""


def _start(run: Callable[[], None]) -> None:
    Thread(target=run, name="edgeware-flights", daemon=True).start()
