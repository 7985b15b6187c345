"""The viewer has the stale object at once; the origin is asked afterwards."""

from __future__ import annotations

import asyncio
import logging
import threading
from typing import Any

import pytest

from edgeware.config.model import CachePolicy
from tests.worlds.apps import App, Asked, Says, page
from tests.worlds.conftest import NewViewer, Viewer
from tests.worlds.sites import TurnableClock, site
from tests.worlds.viewers import ASGIViewer, WSGIViewer

# werkzeug's lint warns of every answer that nobody reads to its end.
pytestmark = pytest.mark.filterwarnings("ignore:Content-Length and the number of bytes")

WINDOW = "max-age=60, stale-while-revalidate=30"


class Origin:
    """Says what it is told to; each answer has its own number."""

    def __init__(self, **more: Any) -> None:
        self.answers: list[Says | Exception] = []
        self.count = 0

    def __call__(self, asked: Asked) -> Says:
        self.count += 1
        if self.answers:
            answer = self.answers.pop(0)
            if isinstance(answer, Exception):
                raise answer
            return answer
        return page(b"%d" % self.count, Cache_Control=WINDOW)


def test_a_stale_object_is_served_at_once_and_the_next_viewer_has_the_new_one(
    viewer_of: NewViewer, clock: TurnableClock
) -> None:
    viewer = viewer_of(Origin(), site())
    viewer.get("/")
    clock.advance(61)
    got = viewer.get("/")
    assert (got.body, got.x_cache, got.headers.get("age")) == (b"1", "Hit", "61")
    assert viewer.app.calls == 2
    assert [(got := viewer.get("/")).body, got.x_cache] == [b"2", "Hit"]
    assert viewer.app.calls == 2


def test_after_the_window_the_viewer_waits_for_the_origin(viewer_of: NewViewer, clock: TurnableClock) -> None:
    viewer = viewer_of(Origin(), site())
    viewer.get("/")
    clock.advance(91)
    got = viewer.get("/")
    assert (got.body, got.x_cache) == (b"2", "Miss")


def test_the_window_ends_with_the_maximum_ttl(viewer_of: NewViewer, clock: TurnableClock) -> None:
    viewer = viewer_of(Origin(), site(cache_policy=CachePolicy(name="p", default_ttl=60, max_ttl=70)))
    viewer.get("/")
    clock.advance(69)
    assert viewer.get("/").body == b"1"
    clock.advance(70)
    assert viewer.get("/").x_cache == "Miss"


def test_an_origin_that_fails_is_left_alone_for_ten_seconds(viewer_of: NewViewer, clock: TurnableClock) -> None:
    origin = Origin()
    viewer = viewer_of(origin, site())
    viewer.get("/")
    clock.advance(61)
    origin.answers = [Says(503)]
    assert [viewer.get("/").body for _ in range(3)] == [b"1", b"1", b"1"]
    assert viewer.app.calls == 2
    clock.advance(10)
    assert [viewer.get("/").body for _ in range(2)] == [b"1", b"3"]


def test_what_goes_on_behind_is_in_the_trace_of_the_request_that_began_it(
    viewer_of: NewViewer, clock: TurnableClock, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "edgeware")
    viewer = viewer_of(Origin(), site())
    viewer.get("/")
    clock.advance(61)
    viewer.get("/")
    lines = [line.partition(" ")[0].rstrip(":") for line in viewer.edge.exchanges[-1].trace.lines()]
    assert lines == [
        *["behavior", "lookup", "cache", "revalidate", "respond", "record"],
        *["board", "lookup", "fetch", "store", "drain", "store", "land"],
    ]
    assert "GET / revalidated in the background" in caplog.messages
    assert len(viewer.edge.exchanges) == 2


def test_an_app_that_breaks_behind_is_in_the_log_and_the_next_viewer_tries_again(
    viewer_of: NewViewer, clock: TurnableClock, caplog: pytest.LogCaptureFixture
) -> None:
    origin = Origin()
    viewer = viewer_of(origin, site())
    viewer.get("/")
    clock.advance(61)
    origin.answers = [RuntimeError("the app broke")]
    assert [viewer.get("/").body for _ in range(3)] == [b"1", b"1", b"3"]
    assert "the app broke" in caplog.text
    assert viewer.edge.waiting() == 0


def test_many_viewers_make_one_fetch(
    viewer_of: NewViewer, clock: TurnableClock, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "edgeware")
    asked, waits = threading.Event(), threading.Event()

    def handler(request: Asked) -> Says:
        if viewer.app.calls > 1:
            asked.set()
            assert waits.wait(20)
        return page(Cache_Control=WINDOW)

    viewer = viewer_of(handler, site())
    viewer.get("/")
    clock.advance(61)
    first = threading.Thread(target=lambda: viewer.get("/"))
    first.start()
    assert asked.wait(20)
    assert [viewer.get("/").x_cache for _ in range(5)] == ["Hit"] * 5
    waits.set()
    first.join()
    assert viewer.app.calls == 2
    assert caplog.messages.count("GET / revalidated in the background") == 1


def test_a_wsgi_server_with_several_threads_does_not_wait_for_the_origin(clock: TurnableClock) -> None:
    waits = threading.Event()

    def handler(request: Asked) -> Says:
        assert viewer.app.calls == 1 or waits.wait(20)
        return page(b"%d" % viewer.app.calls, Cache_Control=WINDOW)

    viewer = WSGIViewer(App(handler), site(), clock=clock)
    viewer.get("/")
    clock.advance(61)
    threaded: Any = {"wsgi.multithread": True}
    assert [viewer("GET", "/", **threaded).body for _ in range(3)] == [b"1", b"1", b"1"]
    waits.set()
    viewer.middleware.beside.shutdown()
    assert viewer.get("/").body == b"2"
    clock.advance(61)
    assert viewer("GET", "/", **threaded).body == b"2", "a process that ends revalidates nothing more"
    assert (viewer.app.calls, viewer.edge.waiting()) == (2, 0)
    viewer.edge.close()


def test_a_head_has_the_whole_object_revalidated(viewer_of: NewViewer, clock: TurnableClock) -> None:
    viewer = viewer_of(Origin(), site())
    viewer.get("/")
    clock.advance(61)
    assert viewer("HEAD", "/").x_cache == "Hit"
    assert viewer.app.asked[-1].method == "GET"
    assert viewer.get("/").body == b"2"


def test_a_viewer_that_leaves_before_it_has_anything_lets_the_flight_go(
    viewer_of: NewViewer, clock: TurnableClock
) -> None:
    viewer = viewer_of(Origin(), site())
    viewer.get("/")
    clock.advance(61)
    with pytest.raises(OSError, match="gone"):
        answer_one_who_is_gone(viewer)
    assert viewer.app.calls == 1
    viewer.get("/")
    assert viewer.app.calls == 2


def answer_one_who_is_gone(viewer: Viewer) -> None:
    def start_response(*head: Any) -> Any:
        raise OSError("gone")

    async def send(message: Any) -> None:
        raise OSError("gone")

    async def receive() -> Any:
        return {"type": "http.disconnect"}

    if isinstance(viewer, ASGIViewer):
        scope = {"type": "http", "method": "GET", "path": "/", "query_string": b"", "headers": []}
        asyncio.run(viewer.middleware(scope, receive, send))
    else:
        environ = {"REQUEST_METHOD": "GET", "SCRIPT_NAME": "", "PATH_INFO": "/", "wsgi.url_scheme": "http"}
        viewer.middleware(environ, start_response)


def test_nobody_leaves_while_an_application_answers_nobody(clock: TurnableClock) -> None:
    """An application that listens for the viewer's leaving hears nothing of the kind."""
    heard: list[str] = []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        heard.append((await receive())["type"])
        listening = asyncio.create_task(receive())
        await send({"type": "http.response.start", "status": 200, "headers": [(b"cache-control", WINDOW.encode())]})
        await send({"type": "http.response.body", "body": b"x"})
        done, _ = await asyncio.wait({listening}, timeout=0)
        heard.extend(str(task.result()) for task in done)
        listening.cancel()

    viewer = ASGIViewer(App(lambda asked: page()), site(), clock=clock)
    viewer.middleware.app = app
    viewer.get("/")
    clock.advance(61)
    viewer.get("/")
    viewer.edge.close()
    assert heard == ["http.request", "http.request"]
