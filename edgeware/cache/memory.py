"""A store in this process's memory."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from threading import Lock

from cachetools import LRUCache

from edgeware.cache.invalidations import Invalidations
from edgeware.cache.store import Entry
from edgeware.core.cached_object import CachedObject
from edgeware.core.effects import Found

DEFAULT_MAX_BYTES = 256 * 1024 * 1024


def _object(found: Found) -> CachedObject:
    assert found.object is not None, "only what there is is kept"
    return found.object


def _size(found: Found) -> int:
    return _object(found).size


class MemoryStore:
    """Objects in a dict of at most ``max_bytes``; the least recently used goes first. Not shared between processes."""

    threads = 0

    def __init__(self, max_bytes: int = DEFAULT_MAX_BYTES) -> None:
        self._objects: LRUCache[str, Found] = LRUCache(max_bytes, getsizeof=_size)
        self._invalidations = Invalidations()
        self._lock = Lock()

    def get(self, key: str) -> Found:
        """The object under a key, fresh or not, unless an invalidation covers it."""
        with self._lock:
            generation = self._invalidations.generation
            try:
                found = self._objects[key]
            except KeyError:
                return Found(None, generation)
            if found.generation == generation:  # the very one, as nearly always
                return found
            if self._invalidations.cover(key, _object(found)):
                del self._objects[key]
                return Found(None, generation)
            return Found(found.object, generation)

    def put(self, key: str, object: CachedObject) -> bool:
        """Keep an object; False where it is larger than the whole store."""
        with self._lock:
            self._objects.pop(key, None)
            if object.size > self._objects.maxsize:
                return False
            self._objects[key] = Found(object, object.generation)
            return True

    def delete(self, key: str) -> None:
        """Forget an object."""
        with self._lock:
            self._objects.pop(key, None)

    def invalidate(self, marks: Sequence[str]) -> None:
        """Make every object gone that one of these marks names."""
        with self._lock:
            self._invalidations.mark(marks)

    def listing(self) -> Iterator[Entry]:
        """What is in it."""
        with self._lock:
            cover = self._invalidations.cover
            kept = [(key, _object(found)) for key, found in self._objects.items()]
            objects = [(key, object) for key, object in kept if not cover(key, object)]
        return (Entry(key, object, object.size) for key, object in objects)

    def clear(self) -> None:
        """Forget every object."""
        with self._lock:
            self._objects.clear()

    def close(self) -> None:
        """Nothing to let go of: the objects stay."""

    def __len__(self) -> int:
        return len(self._objects)
