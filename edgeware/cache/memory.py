"""A store in this process's memory."""

from __future__ import annotations

from collections.abc import Sequence
from threading import Lock

from cachetools import LRUCache

from edgeware.cache.invalidations import Invalidations
from edgeware.core.cached_object import CachedObject

DEFAULT_MAX_BYTES = 256 * 1024 * 1024


def _size(object: CachedObject) -> int:
    return object.size


class MemoryStore:
    """Objects in a dict of at most ``max_bytes``; the least recently used goes first. Not shared between processes."""

    def __init__(self, max_bytes: int = DEFAULT_MAX_BYTES) -> None:
        self._objects: LRUCache[str, CachedObject] = LRUCache(max_bytes, getsizeof=_size)
        self._invalidations = Invalidations()
        self._lock = Lock()

    def get(self, key: str) -> CachedObject | None:
        """The object under a key, fresh or not, unless an invalidation covers it."""
        with self._lock:
            found: CachedObject | None = self._objects.get(key)
            if found is not None and self._invalidations.cover(found):
                del self._objects[key]
                return None
            return found

    def put(self, key: str, object: CachedObject) -> bool:
        """Keep an object; False where it is larger than the whole store."""
        with self._lock:
            self._objects.pop(key, None)
            if object.size > self._objects.maxsize:
                return False
            self._objects[key] = object
            return True

    def invalidate(self, paths: Sequence[str]) -> None:
        """Make every object gone whose path one of these names. UsageError names a path CloudFront refuses."""
        self._invalidations.mark(paths)

    def generation(self) -> int:
        """How many invalidations there were."""
        return self._invalidations.generation

    def clear(self) -> None:
        """Forget every object."""
        with self._lock:
            self._objects.clear()

    def __len__(self) -> int:
        return len(self._objects)
