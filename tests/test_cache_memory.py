"""The store in memory."""

from __future__ import annotations

from dataclasses import replace

from edgeware.cache.memory import MemoryStore
from tests.test_cache_invalidations import stored

THING = replace(stored("/a"), body=b"x" * 1000)


def test_what_was_put_is_got_until_it_is_cleared() -> None:
    store = MemoryStore()
    assert store.get("k") is None
    assert store.put("k", THING)
    assert store.get("k") is THING
    assert len(store) == 1
    store.clear()
    assert store.get("k") is None


def test_a_newer_object_takes_the_place_of_the_older() -> None:
    store = MemoryStore(max_bytes=2 * THING.size)
    newer = replace(THING, body=b"y" * 1000)
    store.put("k", THING)
    store.put("k", newer)
    assert store.get("k") is newer
    assert len(store) == 1


def test_the_least_recently_used_goes_first() -> None:
    store = MemoryStore(max_bytes=2 * THING.size)
    store.put("a", THING)
    store.put("b", THING)
    store.get("a")
    store.put("c", THING)
    assert store.get("a") is not None
    assert store.get("b") is None


def test_an_object_larger_than_the_store_is_not_taken_and_replaces_nothing_by_halves() -> None:
    store = MemoryStore(max_bytes=THING.size)
    store.put("k", THING)
    assert not store.put("k", replace(THING, body=b"x" * 2000))
    assert store.get("k") is None


def test_an_invalidated_object_is_gone_and_a_newer_one_stays() -> None:
    store = MemoryStore()
    store.put("k", THING)
    store.invalidate(["/a"])
    assert store.generation() == 1
    assert store.get("k") is None
    assert len(store) == 0
    store.put("k", replace(THING, generation=1))
    assert store.get("k") is not None
