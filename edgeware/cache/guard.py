"""Between the edge and a store that may be slow, full, gone, or of anybody's making: what does not work is a miss."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from concurrent.futures import Future
from functools import partial
from typing import TypeVar

from edgeware.cache.breaker import Breaker
from edgeware.cache.errands import Errands
from edgeware.cache.store import Store
from edgeware.core.cached_object import CachedObject
from edgeware.core.effects import Found

T = TypeVar("T")

NOTHING = Found(None, 0)
PAUSE = 1.0


class Guard:
    """A store's look-ups and stores, that never raise and never take longer than ``limit`` seconds.

    After a failure the store is left alone for ``pause`` seconds, so that not each request waits for it. ``tell`` takes
    a line for the trace.
    """

    def __init__(self, store: Store, limit: float, pause: float = PAUSE) -> None:
        self._store = store
        self._reading = Breaker("looking up an object", pause)
        self._writing = Breaker("storing an object", pause)
        self._errands = Errands(store.threads, limit) if store.threads else None

    def get(
        self, key: str, tell: Callable[[str], None], before: Callable[[], None] | None = None
    ) -> Found | Future[Found]:
        """The object under a key; nothing where the store does not work. ``before`` is done to the store first."""
        if before is None and self._errands is None and not self._reading.broken:  # of every hit from memory
            try:
                return self._store.get(key)
            except Exception as error:
                return _failed(self._reading, NOTHING, tell, error)

        def look_up() -> Found:
            if before is not None:
                before()
            return self._store.get(key)

        return self._try(self._reading, look_up, NOTHING, tell)

    def put(self, key: str, object: CachedObject, tell: Callable[[str], None]) -> bool | Future[bool]:
        """Keep an object; False where the store does not work."""
        return self._try(self._writing, lambda: self._store.put(key, object), False, tell)

    def failures(self) -> Mapping[str, int]:
        """How often each did not work."""
        return {"get": self._reading.failures, "put": self._writing.failures}

    def close(self) -> None:
        """End the threads. They start anew when they are needed."""
        if self._errands is not None:
            self._errands.close()

    def _try(self, breaker: Breaker, call: Callable[[], T], otherwise: T, tell: Callable[[str], None]) -> T | Future[T]:
        if breaker.broken and not breaker.allows():
            tell("the store failed a moment ago and is left alone: taken as a miss")
            return otherwise
        failed = partial(_failed, breaker, otherwise, tell)
        if self._errands is not None:
            return self._errands.send(partial(_call, breaker, call), failed)
        try:
            return _call(breaker, call)
        except Exception as error:
            return failed(error)


def _call(breaker: Breaker, call: Callable[[], T]) -> T:
    answer = call()
    breaker.worked()
    return answer


def _failed(breaker: Breaker, otherwise: T, tell: Callable[[str], None], error: Exception) -> T:
    breaker.failed(repr(error))
    tell(f"the store failed, taken as a miss: {error!r}")
    return otherwise
