"""What every store keeps to, in words and in types."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple, Protocol, runtime_checkable

from edgeware.core.cached_object import CachedObject
from edgeware.core.effects import Boarding, Found


class Entry(NamedTuple):
    """A line of a store's listing. The object's body may be left out (``b""``); ``size`` counts it all the same."""

    key: str
    object: CachedObject
    size: int


class Store(Protocol):
    """Where objects rest between requests.

    Methods are called from any thread, several at once, also in a process that was forked off, and after ``close``. A
    store may forget an object at any time. It may raise: the edge says so in its log and goes on as after a miss.
    """

    threads: int
    """How many of its calls may wait at a time. 0: ``get`` and ``put`` wait for nothing, neither network nor disk, and
    are called on the event loop. Else the edge calls them on that many threads of their own, for a limited time."""

    def get(self, key: str) -> Found:
        """The object under a key, fresh or not, unless an invalidation covers it, and the count of invalidations."""
        ...

    def put(self, key: str, object: CachedObject) -> bool:
        """Keep an object in the place of an older one; False where it is too large, or invalidated already."""
        ...

    def delete(self, key: str) -> None:
        """Forget the object under a key."""
        ...

    def invalidate(self, marks: Sequence[str]) -> None:
        """Make every object gone that one of the marks names, also one whose fetch is under way.

        A mark is a distribution's domain name, a line feed, and a path (``*`` as its last character stands for any
        rest) or ``#`` and a cache tag in lower case. A key begins with the same two: see ``Invalidations``.
        """
        ...

    def listing(self) -> Iterator[Entry]:
        """What is in it, in no order: for people who look on, never for a request."""
        ...

    def clear(self) -> None:
        """Forget everything."""
        ...

    def close(self) -> None:
        """Let go of files and connections."""
        ...


@runtime_checkable
class SharedFlights(Protocol):
    """What a store has besides, where all who share it are to fetch an object once: request collapsing for a fleet."""

    def board(self, key: str, call: Callable[[Boarding], None]) -> Callable[[bool], None]:
        """Call with LEAD, at once or later, or when the leader elsewhere has landed, with what came of it.

        Gives what is to be called with whether the object was stored, when the leader is through or whoever waits has
        left. When a leader is gone without a word, another one leads. A store that does not work calls everybody with
        LEAD. ``call`` may come on any thread.
        """
        ...
