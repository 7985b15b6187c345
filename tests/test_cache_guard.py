"""A store that is slow, full, gone or of anybody's making: what does not work is a miss."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from threading import Event

import pytest

from edgeware.cache.guard import NOTHING, Guard
from edgeware.cache.store import Entry
from edgeware.core.cached_object import CachedObject
from edgeware.core.effects import Found
from tests.servers.process import PATIENCE
from tests.stores import got, stored

OBJECT = stored()


class Moody:
    """A store that works, raises or waits, as it is told."""

    def __init__(self, threads: int) -> None:
        self.threads = threads
        self.raises: Exception | None = None
        self.goes_on = Event()
        self.goes_on.set()
        self.calls: list[str] = []

    def _do(self, name: str) -> None:
        self.calls.append(name)
        self.goes_on.wait(PATIENCE)
        if self.raises is not None:
            raise self.raises

    def get(self, key: str) -> Found:
        self._do("get")
        return Found(OBJECT, 7)

    def put(self, key: str, object: CachedObject) -> bool:
        self._do("put")
        return True

    def delete(self, key: str) -> None: ...

    def invalidate(self, marks: Sequence[str]) -> None: ...

    def listing(self) -> Iterator[Entry]:
        return iter(())

    def clear(self) -> None: ...

    def close(self) -> None: ...


@pytest.fixture(params=[0, 2], ids=["at once", "on threads"])
def store(request: pytest.FixtureRequest) -> Moody:
    return Moody(request.param)


@pytest.fixture
def said() -> list[str]:
    return []


def test_what_works_passes_through(store: Moody, said: list[str]) -> None:
    guard = Guard(store, PATIENCE)
    assert got(guard.get("k", said.append)) == Found(OBJECT, 7)
    assert got(guard.put("k", OBJECT, said.append)) is True
    assert (said, guard.failures()) == ([], {"get": 0, "put": 0})
    guard.close()


def test_what_raises_is_a_miss_said_in_the_trace_and_the_log(
    store: Moody, said: list[str], caplog: pytest.LogCaptureFixture
) -> None:
    guard = Guard(store, PATIENCE)
    store.raises = ConnectionError("gone")
    assert got(guard.get("k", said.append)) == NOTHING
    assert got(guard.put("k", OBJECT, said.append)) is False
    assert said == ["the store failed, taken as a miss: ConnectionError('gone')"] * 2
    assert "looking up an object failed" in caplog.text
    assert "storing an object failed" in caplog.text
    assert guard.failures() == {"get": 1, "put": 1}
    guard.close()


def test_a_store_that_failed_is_left_alone_and_asked_again_when_it_is_back(
    store: Moody, said: list[str], caplog: pytest.LogCaptureFixture
) -> None:
    guard = Guard(store, PATIENCE, pause=PATIENCE)
    store.raises = ConnectionError("gone")
    got(guard.get("k", said.append))
    assert [got(guard.get("k", said.append)) for _ in range(3)] == [NOTHING] * 3
    assert store.calls == ["get"]
    assert said[1:] == ["the store failed a moment ago and is left alone: taken as a miss"] * 3
    got(guard.put("k", OBJECT, said.append))
    assert store.calls == ["get", "put"], "that it cannot be read says nothing about writing"
    store.raises = None
    guard._reading._closed_until = 0.0  # the pause is over
    assert got(guard.get("k", said.append)) == Found(OBJECT, 7)
    assert got(guard.get("k", said.append)) == Found(OBJECT, 7)
    assert "looking up an object works again" in caplog.text
    guard.close()


def test_a_store_that_is_slow_is_a_miss_and_is_not_waited_for_again(said: list[str]) -> None:
    store = Moody(2)
    guard = Guard(store, 0.02, pause=PATIENCE)
    store.goes_on.clear()
    assert got(guard.get("k", said.append)) == NOTHING
    assert got(guard.get("k", said.append)) == NOTHING
    assert got(guard.put("k", OBJECT, said.append)) is False
    assert said[0] == "the store failed, taken as a miss: TimeoutError('no answer within 0.02 s')"
    assert "a moment ago" in said[1]
    assert store.calls.count("get") <= 1, "on a busy machine it is too late before it has begun"
    store.goes_on.set()
    guard.close()
