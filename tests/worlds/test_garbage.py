"""No exchange is a ring of references: a ring for each request would cost more than the request itself."""

from __future__ import annotations

import gc
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import pytest

from edgeware.config.model import LambdaFunction, Origin, Unmapped, ViewerDefaults
from edgeware.edge import Exchange
from tests.garbage import none_of_ours
from tests.worlds.apps import Handler, Says, constant, page
from tests.worlds.conftest import NewViewer, Viewer
from tests.worlds.sites import DISABLED, TurnableClock, js, py, site

# werkzeug's lint warns of every answer that nobody reads to its end.
pytestmark = pytest.mark.filterwarnings("ignore:Content-Length and the number of bytes")

HELLO: Handler = constant(page(ETag='"1"', Cache_Control="max-age=60"))
BOTH_JS = {
    "viewer-request": js("function handler(event) { return event.request; }"),
    "viewer-response": js("function handler(event) { return event.response; }"),
}
INSTEAD_JS = {"viewer-response": js("function handler(event) { event.response.body = 'x'; return event.response; }")}
FAILING_JS = {"viewer-request": js("function handler(event) { throw new Error('no'); }")}
READING_PY: dict[str, LambdaFunction] = {
    "origin-request": py("def handler(event, context):\n    return event['Records'][0]['cf']['request']\n")
}
NOWHERE = Origin(id="app", domain_name="app.example.com", target=Unmapped(why="nobody said"))
OVER_HTTP = ViewerDefaults(scheme="http")


def breaking(*before: bytes) -> Handler:
    return constant(Says(200, [("Content-Type", "text/plain")], (*before, RuntimeError("the app broke"))))


def get(viewer: Viewer) -> None:
    viewer.get("/a")


def get_anew(viewer: Viewer) -> None:
    viewer.edge.store.clear()
    viewer.get("/a")


def get_known(viewer: Viewer) -> None:
    viewer.get("/a", If_None_Match='"1"')


def get_part(viewer: Viewer) -> None:
    viewer.get("/a", Range="bytes=1-2")


def get_broken(viewer: Viewer) -> None:
    with suppress(RuntimeError):
        viewer.get("/a")


def post(viewer: Viewer) -> None:
    viewer("POST", "/a", body=b"hello")


@pytest.mark.parametrize(
    ("ask", "handler", "functions", "settings"),
    [
        pytest.param(get_anew, HELLO, {}, {}, id="a miss"),
        pytest.param(get, HELLO, {}, {}, id="a hit"),
        pytest.param(get, HELLO, {}, {"cache_policy": DISABLED}, id="caching disabled"),
        pytest.param(get_known, HELLO, {}, {}, id="a 304"),
        pytest.param(get_part, HELLO, {}, {}, id="a range"),
        pytest.param(post, HELLO, {}, {}, id="a POST"),
        pytest.param(get, HELLO, BOTH_JS, {}, id="functions on a hit"),
        pytest.param(get_anew, HELLO, INSTEAD_JS, {}, id="another body"),
        pytest.param(get, HELLO, FAILING_JS, {}, id="a function that fails"),
        pytest.param(post, HELLO, READING_PY, {"include_body": True}, id="a body that is read"),
        pytest.param(get, HELLO, {}, {"viewer": OVER_HTTP, "viewer_protocol_policy": "https-only"}, id="refused"),
        pytest.param(get_anew, HELLO, {}, {"origin": NOWHERE}, id="no origin"),
        pytest.param(get_broken, breaking(), {}, {}, id="an app that breaks"),
        pytest.param(get_broken, breaking(b"half"), {}, {}, id="an app that breaks half-way"),
    ],
)
def test_nothing_of_an_exchange_is_left_to_the_garbage_collector(
    ask: Callable[[Viewer], None], handler: Handler, functions: Any, settings: Any, viewer_of: NewViewer
) -> None:
    viewer = viewer_of(handler, site(functions, **settings), history=0)
    for _ in range(3):
        ask(viewer)
    with none_of_ours():
        for _ in range(3):
            ask(viewer)


def test_an_exchange_is_gone_as_soon_as_the_history_forgets_it(viewer_of: NewViewer, clock: TurnableClock) -> None:
    viewer = viewer_of(HELLO, site(BOTH_JS), history=2)
    gc.collect()
    gc.disable()
    try:
        for _ in range(10):
            clock.advance(61)
            viewer.get("/a")
        mine = [found for found in gc.get_objects() if type(found) is Exchange and found._edge is viewer.edge]
    finally:
        gc.enable()
    assert len(mine) == 2
