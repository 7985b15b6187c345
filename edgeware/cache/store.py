"""What every store keeps to, in words and in types."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from edgeware.core.cached_object import CachedObject


class Store(Protocol):
    """Where objects rest between requests.

    Methods are called from any thread, several at once. A store may forget an object at any time. It may raise: the
    edge then says so in its log and goes on as after a miss.
    """

    def get(self, key: str) -> CachedObject | None:
        """The object under a key, fresh or not, unless an invalidation covers it."""
        ...

    def put(self, key: str, object: CachedObject) -> bool:
        """Keep an object in the place of an older one; False where it is too large to be kept."""
        ...

    def invalidate(self, paths: Sequence[str]) -> None:
        """Make every object gone whose path one of these names, also one whose fetch is under way."""
        ...

    def generation(self) -> int:
        """How many invalidations there were."""
        ...

    def clear(self) -> None:
        """Forget everything."""
        ...
