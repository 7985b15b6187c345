"""The contract of every store, run over all of them."""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from threading import Thread
from typing import Any, TypeAlias

import pytest

from edgeware.cache.disk import DiskStore
from edgeware.cache.memory import MemoryStore
from edgeware.cache.redis import RedisStore
from edgeware.cache.store import SharedFlights, Store
from tests.servers.process import PATIENCE
from tests.servers.redis_server import redis_server
from tests.stores import fill, key, mark, stored

Opens: TypeAlias = Callable[[], Store]


@pytest.fixture(params=["memory", "disk", "redis"])
def opens(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Opens]:
    """Opens a store, each time anew over the same objects; the one in memory is always the same."""
    with ExitStack() as stack:
        memory = MemoryStore()
        if request.param == "redis":
            url = stack.enter_context(redis_server(tmp_path)).url

        def opens() -> Store:
            if request.param == "memory":
                return memory
            store: Store = DiskStore(tmp_path) if request.param == "disk" else RedisStore(url, timeout=PATIENCE)
            stack.callback(store.close)
            return store

        yield opens


@pytest.fixture
def store(opens: Opens) -> Store:
    return opens()


def test_what_was_put_is_got_byte_for_byte(store: Store) -> None:
    assert store.get(key()).object is None
    object = fill(store, body=bytes(range(256)) * 8, query="w=1", tags=("b", "a"), reason="Fine", retry_after=7.5)
    assert store.get(key()).object == object


@pytest.mark.parametrize("path", ["/\xff", "/\ud800", "/a\x00b", "/" + "x" * 8000, "/%00?"])
def test_every_key_is_a_key(store: Store, path: str) -> None:
    object = fill(store, path)
    assert store.get(key(path)).object == object


def test_an_empty_body_is_a_body(store: Store) -> None:
    object = fill(store, body=b"")
    assert store.get(key()).object == object


def test_a_large_body_comes_back_whole(store: Store) -> None:
    object = fill(store, body=os.urandom(5_000_000))
    assert store.get(key()).object == object


def test_variants_stay_apart(store: Store) -> None:
    one = fill(store, name=key(more="\nh:one"), body=b"one")
    other = fill(store, name=key(more="\nh:other"), body=b"other")
    assert (store.get(key(more="\nh:one")).object, store.get(key(more="\nh:other")).object) == (one, other)
    assert store.get(key()).object is None


def test_a_newer_object_takes_the_place_of_the_older(store: Store) -> None:
    fill(store, body=b"older")
    newer = fill(store, body=b"newer")
    assert store.get(key()).object == newer
    assert len(list(store.listing())) == 1


def test_what_is_deleted_is_gone_and_the_rest_stays(store: Store) -> None:
    fill(store, "/a")
    fill(store, "/b")
    store.delete(key("/a"))
    store.delete(key("/never"))
    assert store.get(key("/a")).object is None
    assert store.get(key("/b")).object is not None


def test_everything_is_forgotten_and_new_things_are_kept(store: Store) -> None:
    fill(store)
    store.clear()
    assert list(store.listing()) == []
    assert store.get(key()).object is None
    fill(store)
    assert store.get(key()).object is not None


def test_the_listing_names_what_is_there_with_its_size(store: Store) -> None:
    objects = {key(path): fill(store, path, body=b"x" * size) for path, size in (("/a", 10), ("/b", 2000))}
    listed = {entry.key: entry for entry in store.listing()}
    assert listed.keys() == objects.keys()
    for name, object in objects.items():
        assert listed[name].size == object.size
        assert replace(listed[name].object, body=object.body) == object


# --- invalidations --------------------------------------------------------------------------------------------------


def test_an_invalidated_object_is_gone_and_a_newer_one_stays(store: Store) -> None:
    fill(store, "/a")
    fill(store, "/b")
    before = store.get(key("/b")).generation
    store.invalidate([mark("/a")])
    assert [entry.key for entry in store.listing()] == [key("/b")]
    assert store.get(key("/a")).object is None
    assert store.get(key("/b")).object is not None
    assert store.get(key("/b")).generation > before
    fill(store, "/a")
    assert store.get(key("/a")).object is not None


def test_an_invalidation_reaches_an_object_whose_fetch_is_under_way(store: Store) -> None:
    asked = store.get(key()).generation
    store.invalidate([mark("/*")])
    store.put(key(), stored(generation=asked))
    assert store.get(key()).object is None


def test_all_variants_go_together(store: Store) -> None:
    names = [key(more=more) for more in ("\nh:one", "\nc:a=1", "")]
    for name in names:
        fill(store, name=name)
    store.invalidate([mark("/a")])
    assert [store.get(name).object for name in names] == [None] * 3


def test_a_tag_takes_every_object_that_carries_it(store: Store) -> None:
    fill(store, "/a", tags=("red", "blue"))
    fill(store, "/b", tags=("green",))
    store.invalidate([mark("#blue"), mark("/never")])
    assert store.get(key("/a")).object is None
    assert store.get(key("/b")).object is not None


def test_an_invalidation_speaks_of_one_distribution(store: Store) -> None:
    name = key(site="other.cloudfront.net")
    fill(store, name=name)
    store.invalidate([mark("/*"), mark("#tag")])
    assert store.get(name).object is not None


def test_what_one_has_invalidated_is_gone_for_all(opens: Opens) -> None:
    one, other = opens(), opens()
    fill(one, "/a")
    fill(one, "/b")
    assert other.get(key("/a")).object is not None
    one.invalidate([mark("/a")])
    assert other.get(key("/a")).object is None
    other.invalidate([mark("/*")])
    assert one.get(key("/b")).object is None
    assert opens().get(key("/b")).object is None


def test_more_marks_than_are_kept_forget_objects_and_no_mark(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in ("disk", "redis", "invalidations"):
        monkeypatch.setattr(f"edgeware.cache.{module}.MAX_MARKS", 20)
    fill(store, "/marked")
    fill(store, "/other")
    store.invalidate([mark("/marked")])
    for number in range(40):
        store.invalidate([mark(f"/{number}"), mark(f"/{number}/*")])
    assert store.get(key("/marked")).object is None
    assert store.get(key("/other")).object is None
    fill(store, "/39/x")
    fill(store, "/new")
    assert store.get(key("/39/x")).object is not None
    store.invalidate([mark("/39/*")])
    assert store.get(key("/39/x")).object is None
    assert store.get(key("/new")).object is not None


# --- many at once ---------------------------------------------------------------------------------------------------


def test_many_threads_never_get_what_belongs_to_another_key(store: Store) -> None:
    wrong: list[object] = []

    def work(number: int) -> None:
        for turn in range(15):
            path = f"/{(number + turn) % 4}"
            found = store.get(key(path))
            if found.object is not None and not found.object.body.startswith(path.encode()):
                wrong.append(found)
            store.put(key(path), stored(path, generation=found.generation, body=path.encode() * (turn + 1)))
            if turn == 7:
                store.invalidate([mark(path)])

    threads = [Thread(target=work, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


def _in_a_child(store: Store, answers: Any) -> None:
    found = store.get(key("/a"))
    fill(store, "/from-the-child")
    answers.put((found.object, store.get(key("/from-the-child")).object is not None))


@pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")
def test_a_process_that_was_forked_off_goes_on_with_the_store(opens: Opens) -> None:
    store = opens()
    object = fill(store, "/a")
    forking = multiprocessing.get_context("fork")
    answers = forking.SimpleQueue()
    child = forking.Process(target=_in_a_child, args=(store, answers))
    child.start()
    assert answers.get() == (object, True)
    child.join(PATIENCE)
    assert child.exitcode == 0
    assert store.get(key("/a")).object == object


def test_a_store_goes_on_after_it_was_closed(store: Store) -> None:
    fill(store)
    store.close()
    store.close()
    assert store.get(key()).object is not None


def test_a_store_of_several_processes_shares_fetches(store: Store) -> None:
    assert isinstance(store, SharedFlights) is not isinstance(store, MemoryStore)
    assert (store.threads == 0) is isinstance(store, MemoryStore)
