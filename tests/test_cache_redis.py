"""The store in Redis: what only it does. What all stores do: test_cache_store.py."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from redis import RedisError, ResponseError

from edgeware.cache.redis import REVALIDATION_SECONDS, RedisStore
from tests.servers.process import PATIENCE
from tests.servers.redis_server import RedisServer, redis_server
from tests.stores import fill, key, mark, stored, until


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RedisServer]:
    with redis_server(tmp_path_factory.mktemp("redis")) as server:
        yield server


@pytest.fixture
def server(running: RedisServer) -> RedisServer:
    running.client().config_set("maxmemory", 0)
    running.client().flushall()
    return running


@pytest.fixture
def store(server: RedisServer) -> Iterator[RedisStore]:
    store = RedisStore(server.url, timeout=PATIENCE)
    yield store
    store.close()


def names(server: RedisServer) -> list[bytes]:
    return list(server.client().scan_iter("edgeware:object:*"))


def test_no_part_of_a_request_is_in_the_servers_names(server: RedisServer, store: RedisStore) -> None:
    fill(store, "/private", name=key("/private", "\nc:session=geheim"))
    assert [len(name) for name in names(server)] == [len("edgeware:object:") + 64]


def test_an_object_stays_for_as_long_as_it_is_of_use_and_a_day_more(server: RedisServer, store: RedisStore) -> None:
    fill(store, stored_at=1000.0, fresh_until=1060.0, stale_if_error_until=4600.5)
    assert 3590 <= server.client().ttl(names(server)[0]) - REVALIDATION_SECONDS <= 3601
    fill(store, stored_at=1000.0, fresh_until=900.0, stale_while_revalidate_until=0.0, stale_if_error_until=0.0)
    assert REVALIDATION_SECONDS - 10 <= server.client().ttl(names(server)[0]) <= REVALIDATION_SECONDS


@pytest.mark.parametrize(
    "damage", [{"body": "bodx"}, {"body": ""}, {"head": "00000000{}"}, {"head": "7"}], ids=["body", "none", "head", "7"]
)
def test_a_damaged_object_is_a_miss_and_is_removed(
    server: RedisServer, store: RedisStore, damage: dict[Any, Any]
) -> None:
    fill(store)
    server.client().hset(names(server)[0], mapping=damage)
    assert store.get(key()).object is None
    assert names(server) == []


def test_half_an_object_is_a_miss(server: RedisServer, store: RedisStore) -> None:
    fill(store)
    server.client().hdel(names(server)[0], "body")
    assert store.get(key()).object is None
    assert [entry.key for entry in store.listing()] == [key()]


def test_what_is_damaged_or_gone_meanwhile_is_left_out_of_the_listing(server: RedisServer, store: RedisStore) -> None:
    fill(store, "/a")
    fill(store, "/b")
    first, second = names(server)
    server.client().hset(first, "head", "damaged")
    server.client().hdel(second, "head")
    assert list(store.listing()) == []


def test_a_server_that_has_lost_everything_brings_back_nothing_invalidated(
    server: RedisServer, store: RedisStore
) -> None:
    other = RedisStore(server.url, timeout=PATIENCE)
    asked = store.get(key()).generation
    store.invalidate([mark("/a")])
    known = other.get(key()).generation
    server.client().flushall()
    assert store.get(key()).generation > known, "time goes on"
    assert not store.put(key(), stored(generation=asked)), "it was invalidated, and nobody knows any more"
    assert not store.put(key(), stored(generation=known))
    fill(store)
    assert other.get(key()).object is not None
    other.close()


def test_a_server_that_goes_back_in_time_forgets_what_it_has(server: RedisServer, store: RedisStore) -> None:
    """As when it was killed and comes back with the objects, but not with the marks made since its last snapshot."""
    fill(store, "/a")
    fill(store, "/b")
    before = server.client().dump("edgeware:marks") or b""
    store.invalidate([mark("/a")])
    assert store.get(key("/a")).object is None
    server.client().restore("edgeware:marks", 0, before, replace=True)
    assert [store.get(key(path)).object for path in ("/a", "/b")] == [None, None]
    other = RedisStore(server.url, timeout=PATIENCE)
    fill(other, "/a")
    assert store.get(key("/a")).object is not None
    store.invalidate([mark("/a")])
    assert other.get(key("/a")).object is None
    other.close()


def test_marks_that_the_server_threw_out_take_the_objects_with_them(server: RedisServer, store: RedisStore) -> None:
    fill(store)
    store.invalidate([mark("/b")])
    server.client().delete("edgeware:marks")
    assert store.get(key()).object is None


def test_a_server_that_is_full_says_so_and_what_is_there_is_still_got(server: RedisServer, store: RedisStore) -> None:
    object = fill(store)
    server.client().config_set("maxmemory", 1)
    with pytest.raises(ResponseError, match="maxmemory"):
        store.put(key("/b"), stored(generation=object.generation))
    assert store.get(key()).object == object
    server.client().config_set("maxmemory", 0)
    fill(store, "/b")


def test_a_server_that_was_started_anew_is_used_again(tmp_path: Path) -> None:
    with redis_server(tmp_path) as server:
        store = RedisStore(server.url, timeout=PATIENCE)
        fill(store)
        server.kill()
        with pytest.raises(RedisError):
            store.get(key())
        server.start()
        until(lambda: store.get(key()).object is None, "the server is back")
        fill(store)
        store.close()
