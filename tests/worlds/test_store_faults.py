"""Stores that are killed, slow, full, shared or out of time: no wrong body, no lost request, no error of the edge's."""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import resource
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from starlette.types import Message, Receive, Scope, Send

from edgeware import ASGIEdge, WSGIEdge
from edgeware.cache.disk import DiskStore
from edgeware.edge import Edge
from tests.servers.process import PATIENCE
from tests.servers.redis_server import RedisServer, redis_server
from tests.stores import fill, key, stored, until
from tests.worlds.apps import App, Asked, Says, page
from tests.worlds.conftest import NewViewer, Viewer
from tests.worlds.sites import TurnableClock, site
from tests.worlds.viewers import WSGIViewer

PATHS = [f"/{number}" for number in range(8)]


@pytest.fixture
def server(tmp_path: Path) -> Iterator[RedisServer]:
    with redis_server(tmp_path) as server:
        yield server


def own_body(asked: Asked) -> Says:
    """A body that tells whose it is."""
    return page(asked.path.encode() * 500, Cache_Control="max-age=3600")


class Load:
    """Viewers that keep asking, each on a thread, and what was wrong with the answers."""

    def __init__(self, viewer: Viewer) -> None:
        self.wrong: list[object] = []
        self.answers = 0
        self.hits = 0
        self._viewer = viewer
        self._ends = threading.Event()
        self._threads = [threading.Thread(target=self._ask, args=(number,)) for number in range(4)]

    def __enter__(self) -> Load:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ends.set()
        for thread in self._threads:
            thread.join()

    def _ask(self, number: int) -> None:
        while not self._ends.is_set():
            number += 1
            path = PATHS[number % len(PATHS)]
            try:
                got = self._viewer.get(path)
            except Exception as error:
                self.wrong.append(error)
                return
            if (got.status, got.body) != (200, path.encode() * 500):
                self.wrong.append((path, got.status, got.body[:20]))
            self.answers += 1
            self.hits += got.x_cache == "Hit"

    def goes_on(self, count: int = 20) -> None:
        """Wait for so many more answers."""
        enough = self.answers + count
        until(lambda: self.answers >= enough or self.wrong, "requests are answered")

    def hits_again(self) -> None:
        """Wait until answers come from the store."""
        enough = self.hits + 5
        until(lambda: self.hits >= enough or self.wrong, "the store is used again")


def test_a_server_that_is_killed_under_load_and_comes_back_costs_no_request(
    viewer_of: NewViewer, server: RedisServer
) -> None:
    viewer = viewer_of(own_body, site(), store=server.url)
    with Load(viewer) as load:
        load.hits_again()
        for _ in range(2):
            server.kill()
            load.goes_on()
            server.start()
            load.hits_again()
    assert load.wrong == []
    assert viewer.edge.metrics().store_failures["get"] > 0


def test_a_server_that_hangs_costs_no_request(viewer_of: NewViewer, server: RedisServer) -> None:
    viewer = viewer_of(own_body, site(), store=server.url)
    with Load(viewer) as load:
        load.hits_again()
        server.stop()
        try:
            load.goes_on()
        finally:
            server.go_on()
        load.hits_again()
    assert load.wrong == []


def test_a_server_that_is_full_costs_no_request(viewer_of: NewViewer, server: RedisServer) -> None:
    viewer = viewer_of(own_body, site(), store=server.url)
    server.client().config_set("maxmemory", 1)
    with Load(viewer) as load:
        load.goes_on()
        assert load.hits == 0
        server.client().config_set("maxmemory", 0)
        load.hits_again()
    assert load.wrong == []
    assert viewer.edge.metrics().store_failures["put"] > 0


def test_a_database_that_is_damaged_under_load_costs_no_request(viewer_of: NewViewer, tmp_path: Path) -> None:
    viewer = viewer_of(own_body, site(), store=f"disk:{tmp_path / 'cache'}")
    with Load(viewer) as load:
        load.hits_again()
        for harm in (b"no database at all " * 5000, b""):
            (tmp_path / "cache" / "objects.sqlite3").write_bytes(harm)
            load.goes_on()
            load.hits_again()
    assert load.wrong == []


@pytest.mark.parametrize("name", ["memory", "disk", "redis"])
def test_a_clock_that_jumps_makes_no_wrong_answer(
    viewer_of: NewViewer, clock: TurnableClock, tmp_path: Path, server: RedisServer, name: str
) -> None:
    names = {"memory": "memory", "disk": f"disk:{tmp_path / 'cache'}", "redis": server.url}
    viewer = viewer_of(own_body, site(), store=names[name], store_timeout=PATIENCE)
    seen = []
    for jump in (0, 10, -86_400 * 400, 20, 86_400 * 800, -5, 86_400 * 800):
        clock.advance(jump)
        got = viewer.get("/0")
        assert (got.status, got.body) == (200, b"/0" * 500)
        assert int(got.headers.get("age") or 0) >= 0
        seen.append(got.x_cache)
    assert seen == ["Miss", "Hit", "Hit", "Hit", "Miss", "Hit", "Miss"]


# --- a disk that is full, and two processes -------------------------------------------------------------------------


def _on_a_full_disk(folder: Path, answers: Any) -> None:
    """In a child: files may not grow beyond what the database needs for itself and some objects."""
    viewer = WSGIViewer(App(lambda asked: page(asked.path.encode() * 30_000)), site(), store=f"disk:{folder}")
    viewer.get("/first")
    resource.setrlimit(resource.RLIMIT_FSIZE, (600_000, 600_000))
    paths = [f"/{number:05}" for number in range(20)]
    got = [viewer.get(path) for path in paths]
    right = all((one.status, one.body) == (200, path.encode() * 30_000) for one, path in zip(got, paths, strict=True))
    failed = viewer.edge.metrics().store_failures["put"]
    answers.put((right, failed > 0, viewer.get("/first").x_cache))
    viewer.edge.close()


def in_children(work: Callable[..., None], *arguments: tuple[Any, ...]) -> list[Any]:
    """Run something in a child for each set of arguments, all at once; what they put into the queue."""
    forking = multiprocessing.get_context("fork")
    answers = forking.SimpleQueue()
    children = [forking.Process(target=work, args=(*one, answers)) for one in arguments]
    for child in children:
        child.start()
    found = [answers.get() for _ in children]
    for child in children:
        child.join(PATIENCE)
    assert [child.exitcode for child in children] == [0] * len(children)
    return found


@pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")
def test_a_full_disk_costs_no_request_and_what_is_there_is_still_served(tmp_path: Path) -> None:
    assert in_children(_on_a_full_disk, (tmp_path,)) == [(True, True, "Hit")]


def _beside_another(folder: Path, number: int, answers: Any) -> None:
    """In a child: put, get and invalidate in a store of 200 kB that another process uses at the same time."""
    store = DiskStore(folder, max_bytes=200_000)
    wrong, hits = 0, 0
    for turn in range(120):
        path = f"/{(turn * 7 + number) % 12}"
        found = store.get(key(path))
        if found.object is not None:
            hits += 1
            wrong += found.object.body != path.encode() * (len(found.object.body) // len(path))
        else:
            store.put(key(path), stored(path, generation=found.generation, body=path.encode() * (2000 + turn)))
        if turn % 40 == 39:
            store.invalidate([f"{key(path)}*"])
    answers.put((wrong, hits > 0))
    store.close()


@pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")
def test_two_processes_on_one_disk_store_never_get_a_wrong_body(tmp_path: Path) -> None:
    assert in_children(_beside_another, (tmp_path, 0), (tmp_path, 1), (tmp_path, 2)) == [(0, True)] * 3
    store = DiskStore(tmp_path, max_bytes=200_000)
    assert sum(entry.size for entry in store.listing()) <= 200_000
    store.close()


def _killed_while_it_writes(folder: Path, answers: Any) -> None:
    store = DiskStore(folder)
    fill(store, "/whole", body=b"w" * 1000)
    answers.put("it writes")
    while True:
        fill(store, "/torn", body=os.urandom(300_000))


@pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")
def test_a_process_that_is_killed_while_it_writes_leaves_whole_objects_only(tmp_path: Path) -> None:
    forking = multiprocessing.get_context("fork")
    for _ in range(3):
        answers = forking.SimpleQueue()
        child = forking.Process(target=_killed_while_it_writes, args=(tmp_path, answers))
        child.start()
        answers.get()
        child.kill()
        child.join(PATIENCE)
        store = DiskStore(tmp_path)
        whole, torn = (store.get(key(path)).object for path in ("/whole", "/torn"))
        assert whole is not None
        assert whole.body == b"w" * 1000
        assert torn is None or len(torn.body) == 300_000
        fill(store, "/next")
        store.close()


# --- a thousand viewers ---------------------------------------------------------------------------------------------

VIEWERS = 1000


@pytest.fixture(params=["memory", "redis"])
def store(request: pytest.FixtureRequest, server: RedisServer) -> str:
    return "memory" if request.param == "memory" else f"{server.url}?socket_timeout={PATIENCE}"


def results(edge: Edge) -> dict[str, int]:
    return dict(edge.metrics().results)


def test_a_thousand_viewers_of_one_cold_key_cause_one_fetch_in_asgi(store: str) -> None:
    fetches = 0

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        nonlocal fetches
        fetches += 1
        while edge.edge.waiting() < VIEWERS - 1:
            await asyncio.sleep(0)
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"hello"})

    edge = ASGIEdge(app, site(), store=store, store_timeout=PATIENCE)
    bodies: list[bytes] = []

    async def ask() -> None:
        async def receive() -> Message:
            await asyncio.Event().wait()
            raise AssertionError("never")

        async def send(message: Message) -> None:
            bodies.extend([message["body"]] if "body" in message else [])

        scope = {"type": "http", "method": "GET", "path": "/", "query_string": b"", "headers": [(b"host", b"x")]}
        await edge({**scope, "http_version": "1.1", "scheme": "http", "raw_path": b"/"}, receive, send)

    async def ask_all() -> None:
        await asyncio.gather(*(ask() for _ in range(VIEWERS)))

    asyncio.run(ask_all())
    assert (fetches, results(edge.edge)) == (1, {"Miss": 1, "Hit": VIEWERS - 1})
    assert bodies == [b"hello"] * VIEWERS
    edge.edge.close()


def test_a_thousand_viewers_of_one_cold_key_cause_one_fetch_in_wsgi(store: str) -> None:
    fetches = []

    def app(environ: Any, start_response: Any) -> list[bytes]:
        fetches.append(1)
        until(lambda: edge.edge.waiting() == VIEWERS - 1, "all the others wait")
        start_response("200 OK", [("Content-Type", "text/plain")])
        return [b"hello"]

    edge = WSGIEdge(app, site(), store=store, store_timeout=PATIENCE)
    bodies: list[bytes] = []

    def ask() -> None:
        environ = {"REQUEST_METHOD": "GET", "PATH_INFO": "/", "QUERY_STRING": "", "HTTP_HOST": "x"}
        more: Any = {"wsgi.url_scheme": "http", "SERVER_PROTOCOL": "HTTP/1.1", "REMOTE_ADDR": "127.0.0.1"}
        answer = edge({**environ, **more}, lambda *_: lambda _: None)
        bodies.append(b"".join(answer))
        getattr(answer, "close", lambda: None)()

    threads = [threading.Thread(target=ask) for _ in range(VIEWERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(fetches), results(edge.edge)) == (1, {"Miss": 1, "Hit": VIEWERS - 1})
    assert bodies == [b"hello"] * VIEWERS
    edge.edge.close()
