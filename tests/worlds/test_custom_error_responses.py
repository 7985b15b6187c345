"""A page of the site's own in the place of an error, in front of a real app."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from edgeware.config.model import CacheBehavior, CustomErrorResponse, Distribution, Origin, Url
from tests.worlds.apps import Handler, Says, constant, page
from tests.worlds.conftest import NewViewer
from tests.worlds.sites import DAY, TurnableClock, py, site

# werkzeug's lint warns of every answer that nobody reads to its end.
pytestmark = pytest.mark.filterwarnings("ignore:Content-Length and the number of bytes")

PAGE = "/errors/404.html"


def with_page(error_code: int = 404, response_code: int = 404, **settings: Any) -> Distribution:
    custom = CustomErrorResponse(error_code=error_code, response_page_path=PAGE, response_code=response_code)
    pages = CacheBehavior(path_pattern="/errors/*", target_origin_id="app", cache_policy=DAY)
    return site(behaviors=(pages,), distribution={"custom_error_responses": {error_code: custom}}, **settings)


def paged(says: Says) -> Handler:
    """An app that has the page, and says this to everything else."""
    return lambda asked: page(b"sorry", X_Page="yes") if asked.path == PAGE else says


def test_the_viewer_gets_the_page_and_every_part_of_it_is_cached_for_itself(
    viewer_of: NewViewer, clock: TurnableClock
) -> None:
    viewer = viewer_of(paged(Says(404, chunks=(b"not ", b"here"))), with_page(response_code=200))
    for _ in range(2):
        got = viewer.get("/a")
        assert (got.status, got.body, got.x_cache, got.headers.get("x-page")) == (200, b"sorry", "Error", "yes")
    assert [asked.path for asked in viewer.app.asked] == ["/a", PAGE]
    viewer.get("/b")
    assert [asked.path for asked in viewer.app.asked] == ["/a", PAGE, "/b"]
    clock.advance(10)
    viewer.get("/a")
    assert [asked.path for asked in viewer.app.asked] == ["/a", PAGE, "/b", "/a"]


def test_the_page_itself_is_an_ordinary_object(viewer_of: NewViewer) -> None:
    viewer = viewer_of(paged(Says(404)), with_page())
    viewer.get("/a")
    got = viewer.get(PAGE)
    assert (got.status, got.body, got.x_cache) == (200, b"sorry", "Hit")


def test_a_page_that_is_missing_too_leaves_the_status_of_its_own_fetch(viewer_of: NewViewer) -> None:
    answers = {PAGE: Says(500, chunks=(b"no page",))}
    viewer = viewer_of(lambda asked: answers.get(asked.path, Says(404)), with_page())
    got = viewer.get("/a")
    assert (got.status, got.body, got.x_cache) == (500, b"no page", "Error")


def test_the_body_of_a_post_is_sent_once_only(viewer_of: NewViewer) -> None:
    viewer = viewer_of(paged(Says(404)), with_page())
    got = viewer("POST", "/a", [("content-type", "text/plain")], b"posted")
    assert (got.status, got.body) == (404, b"sorry")
    assert [(asked.method, asked.body) for asked in viewer.app.asked] == [("POST", b"posted"), ("GET", b"")]


def test_a_head_gets_the_head_of_the_page(viewer_of: NewViewer) -> None:
    viewer = viewer_of(paged(Says(404)), with_page())
    got = viewer("HEAD", "/a")
    assert (got.status, got.body, got.headers.get("content-length")) == (404, b"", "5")
    assert [asked.method for asked in viewer.app.asked] == ["HEAD", "GET"]


def test_an_origin_that_is_not_there_has_a_page_of_another_one(viewer_of: NewViewer) -> None:
    lines: list[Mapping[str, str]] = []
    distribution = with_page(502, 503)
    down = Origin(id="down", domain_name="down.example.com", target=Url(url="http://127.0.0.1:9"))
    everything = CacheBehavior(path_pattern="/down/*", target_origin_id="down", cache_policy=DAY)
    viewer = viewer_of(constant(page(b"sorry")), replaced(distribution, down, everything), access_log=lines.append)
    got = viewer.get("/down/a")
    assert (got.status, got.body, got.x_cache) == (503, b"sorry", "Error")
    assert lines[0]["x-edge-detailed-result-type"] == "OriginConnectError"


def replaced(distribution: Distribution, origin: Origin, behavior: CacheBehavior) -> Distribution:
    origins = {**distribution.origins, origin.id: origin}
    return replace(distribution, origins=origins, behaviors=(behavior, *distribution.behaviors))


def test_the_connection_ends_where_the_world_lets_the_edge_say_so(viewer_of: NewViewer) -> None:
    viewer = viewer_of(paged(Says(500)), with_page(500, 500))
    assert viewer.get("/a").headers.get("connection") == (None if viewer.world == "wsgi" else "close")


def test_an_error_that_a_function_made_is_its_own_page_from_the_cache_too(viewer_of: NewViewer) -> None:
    made = py(
        "def handler(event, context):\n"
        "    uri = event['Records'][0]['cf']['request']['uri']\n"
        "    return {'status': '404', 'body': 'nothing at ' + uri,\n"
        "        'headers': {'content-type': [{'value': 'text/plain'}]}}\n"
    )
    viewer = viewer_of(paged(Says(404)), with_page(functions={"origin-request": made}))
    answers = [viewer.get("/a") for _ in range(2)]
    assert [(got.status, got.body) for got in answers] == [(404, b"nothing at /a")] * 2
    assert [got.x_cache for got in answers] == ["LambdaGeneratedResponse", "Error"]
    assert viewer.app.calls == 0
