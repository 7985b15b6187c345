"""The store in memory: what only it does. What all stores do: test_cache_store.py."""

from __future__ import annotations

from dataclasses import replace

from edgeware.cache.memory import MemoryStore
from edgeware.core.effects import Found
from tests.stores import key, mark, stored

THING = stored(body=b"x" * 1000)


def test_it_holds_the_very_object() -> None:
    store = MemoryStore()
    assert store.put(key(), THING)
    assert store.get(key()).object is THING
    assert len(store) == 1


def test_a_newer_object_takes_the_room_of_the_older() -> None:
    store = MemoryStore(max_bytes=2 * THING.size)
    store.put(key("/a"), THING)
    store.put(key("/b"), THING)
    store.put(key("/a"), replace(THING, body=b"y" * 1000))
    assert len(store) == 2


def test_the_least_recently_used_goes_first() -> None:
    store = MemoryStore(max_bytes=2 * THING.size)
    store.put("a", THING)
    store.put("b", THING)
    store.get("a")
    store.put("c", THING)
    assert store.get("a").object is not None
    assert store.get("b").object is None


def test_an_object_larger_than_the_store_is_not_taken_and_replaces_nothing_by_halves() -> None:
    store = MemoryStore(max_bytes=THING.size)
    store.put("k", THING)
    assert not store.put("k", replace(THING, body=b"x" * 2000))
    assert store.get("k").object is None


def test_an_invalidated_object_leaves_its_room_when_it_is_looked_up() -> None:
    store = MemoryStore()
    store.put(key(), THING)
    store.invalidate([mark("/a")])
    assert store.get(key()) == Found(None, 1)
    assert len(store) == 0
