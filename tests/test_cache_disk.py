"""The store on disk: what only it does. What all stores do: test_cache_store.py."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from queue import Queue
from typing import Any

import pytest

from edgeware.cache import disk as module
from edgeware.cache.disk import DiskStore
from edgeware.core.effects import Boarding
from tests.servers.process import PATIENCE
from tests.stores import fill, key, mark, stored


@pytest.fixture
def store(tmp_path: Path) -> Any:
    store = DiskStore(tmp_path)
    yield store
    store.close()


def tamper(folder: Path, statement: str, *parameters: object) -> None:
    with closing(sqlite3.connect(folder / "objects.sqlite3")) as database, database:
        assert database.execute(statement, parameters).rowcount


def test_objects_and_invalidations_survive_the_process(tmp_path: Path) -> None:
    store = DiskStore(tmp_path)
    object = fill(store, "/a")
    fill(store, "/b")
    store.invalidate([mark("/b")])
    store.close()
    later = DiskStore(tmp_path)
    assert later.get(key("/a")).object == object
    assert later.get(key("/b")).object is None
    later.close()


def test_about_the_least_recently_used_goes_first_also_after_a_restart(tmp_path: Path) -> None:
    size = stored(body=b"x" * 1000).size
    store = DiskStore(tmp_path, max_bytes=3 * size)
    for path in ("/a", "/b", "/c"):
        fill(store, path, body=b"x" * 1000)
    store.get(key("/a"))
    store.close()
    store = DiskStore(tmp_path, max_bytes=3 * size)
    fill(store, "/d", body=b"x" * 1000)
    assert store.get(key("/a")).object is not None
    assert store.get(key("/b")).object is None
    fill(store, "/e", body=b"x" * 2000)
    assert sum(entry.size for entry in store.listing()) <= 3 * size
    assert store.get(key("/a")).object is not None
    store.close()


def test_an_object_larger_than_the_store_is_not_taken_and_takes_the_older_with_it(tmp_path: Path) -> None:
    store = DiskStore(tmp_path, max_bytes=2000)
    object = fill(store)
    assert not store.put(key(), replace(object, body=b"x" * 3000))
    assert store.get(key()).object is None
    store.close()


def test_uses_that_nobody_has_written_down_yet_are_limited(store: DiskStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MAX_USED", 2)
    for path in ("/a", "/b", "/c"):
        fill(store, path)
    for path in ("/a", "/b", "/c"):
        store.get(key(path))
    assert len(store._used) == 2


def test_what_was_looked_up_before_the_database_was_made_is_not_kept(store: DiskStore) -> None:
    store.get(key())
    assert not store.put(key(), stored(generation=1))
    assert store.get(key()).object is None


@pytest.mark.parametrize(
    ("statement", "value"),
    [
        ("UPDATE bodies SET body = ?", b"bodx"),
        ("UPDATE bodies SET body = ?", b"bod"),
        ("UPDATE objects SET head = substr(head, 1, length(head) - ?)", 1),
        ("UPDATE objects SET head = ?", 7),
        ("UPDATE objects SET key = ?", key("/other").encode()),
    ],
    ids=["body", "shorter body", "shorter head", "no head", "another key"],
)
def test_a_damaged_object_is_a_miss_and_is_removed(
    tmp_path: Path, store: DiskStore, statement: str, value: object
) -> None:
    fill(store)
    tamper(tmp_path, statement, value)
    looked_up = [store.get(key(path)).object for path in ("/a", "/other")]
    assert looked_up == [None, None]
    assert list(store.listing()) == []
    fill(store)
    assert store.get(key()).object is not None


def test_a_damaged_object_is_left_out_of_the_listing(tmp_path: Path, store: DiskStore) -> None:
    fill(store, "/a")
    fill(store, "/b")
    tamper(tmp_path, "UPDATE objects SET head = x'00' WHERE key = ?", key("/a").encode())
    assert [entry.object.path for entry in store.listing()] == ["/b"]


def test_an_object_without_its_body_is_a_miss(tmp_path: Path, store: DiskStore) -> None:
    fill(store)
    tamper(tmp_path, "DELETE FROM bodies WHERE id > ?", 0)
    assert store.get(key()).object is None


def test_a_mark_that_is_damaged_stops_nobody(tmp_path: Path, store: DiskStore) -> None:
    fill(store)
    store.invalidate([mark("/b")])
    tamper(tmp_path, "UPDATE marks SET mark = CAST(? AS TEXT)", b"\xff\xfe")
    with closing(DiskStore(tmp_path)) as later:
        assert later.get(key()).object is not None


def test_a_database_from_before_the_clock_was_set_back_forgets_what_is_older(tmp_path: Path) -> None:
    store, other = DiskStore(tmp_path), DiskStore(tmp_path)
    known = store.get(key()).generation
    fill(other, "/b")
    tamper(tmp_path, "UPDATE counts SET value = ? WHERE name != 'size'", 5)
    found = store.get(key())
    assert found.generation > known
    assert store.put(key(), stored(generation=found.generation))
    assert not store.put(key(), stored(generation=known))
    store.invalidate([mark("/a")])
    assert [other.get(key(path)).object for path in ("/a", "/b")] == [None, None]
    store.close()
    other.close()


def test_edges_that_share_a_directory_fetch_an_object_once(tmp_path: Path) -> None:
    stores = [DiskStore(tmp_path), DiskStore(tmp_path)]
    calls: list[Queue[Boarding]] = [Queue(), Queue()]
    land, _ = [store.board(key("/a"), queue.put) for store, queue in zip(stores, calls, strict=True)]
    assert calls[0].get_nowait() is Boarding.LEAD
    assert calls[1].empty()
    land(True)
    assert calls[1].get(timeout=PATIENCE) is Boarding.STORED
    for store in stores:
        store.close()
