"""Objects and stores for tests."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from threading import Event
from typing import Any, NoReturn, TypeVar

from edgeware.cache.memory import MemoryStore
from edgeware.cache.store import Store
from edgeware.core.cached_object import CachedObject
from edgeware.messages import Headers
from tests.servers.process import PATIENCE

T = TypeVar("T")

SITE = "d111111abcdef8.cloudfront.net"


def key(path: str = "/a", more: str = "", site: str = SITE) -> str:
    """A key as the core makes it."""
    return f"{site}\n{path}{more}"


def mark(item: str, site: str = SITE) -> str:
    return f"{site}\n{item}"


def stored(path: str = "/a", query: str = "", generation: int = 0, body: bytes = b"body", **more: Any) -> CachedObject:
    """An object that expires at 60."""
    settings: dict[str, Any] = {
        "headers": Headers([("Content-Type", "text/plain"), ("Set-Cookie", "a=\xe4"), ("set-cookie", "b=2")]),
        "stored_at": 0.0,
        "fresh_until": 60.0,
        "stale_while_revalidate_until": 60.0,
        "stale_if_error_until": 60.0,
    }
    return CachedObject(status=200, body=body, path=path, query=query, generation=generation, **{**settings, **more})


class BrokenStore(MemoryStore):
    """A store that is gone."""

    def get(self, key: str) -> NoReturn:
        raise ConnectionError("the store is gone")

    def put(self, key: str, object: CachedObject) -> NoReturn:
        raise ConnectionError("the store is gone")


def fill(store: Store, path: str = "/a", *, name: str | None = None, **more: Any) -> CachedObject:
    """Put an object as a request does that has just looked it up in vain."""
    name = key(path) if name is None else name
    object = stored(path, generation=store.get(name).generation, **more)
    assert store.put(name, object)
    return object


def got(answer: T | Future[T]) -> T:
    """The answer, now or later."""
    return answer.result(PATIENCE) if isinstance(answer, Future) else answer


def until(condition: Callable[[], object], what: str) -> None:
    """Wait for something that another thread or process does."""
    pause = Event()
    for _ in range(int(PATIENCE / 0.01)):
        if condition():
            return
        pause.wait(0.01)
    raise AssertionError(f"not within {PATIENCE} s: {what}")
