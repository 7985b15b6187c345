from __future__ import annotations

import pytest

from edgeware import WSGIEdge
from edgeware.inspector import inspected
from tests.inspecting import app, distribution, post, read, watched
from tests.test_inspector_objects import Closed


def test_an_object_is_there_until_it_is_invalidated() -> None:
    with watched() as (site, inspector):
        assert "Nothing is stored." in read(inspector, "cache")
        site.get("/a/b")
        site.get("/a/c")
        assert "<strong>/a/b</strong>" in read(inspector, "cache")
        assert post(inspector, "cache/invalidations", {"path": "/a/b"}) == (200, {})
        page = read(inspector, "cache")
        assert "<strong>/a/b</strong>" not in page
        assert "<strong>/a/c</strong>" in page
        assert site.get("/a/b").headers["X-Cache"] == "Miss from cloudfront"
        post(inspector, "cache/invalidations", {"path": "/*"})
        assert "Nothing is stored." in read(inspector, "cache")


@pytest.mark.parametrize("body", [{"path": "no-slash"}, {}, [], b"not json", b"\xff"])
def test_what_is_no_invalidation_is_said(body: object) -> None:
    with watched() as (_, inspector):
        status, told = post(inspector, "cache/invalidations", body)
        assert status == 400
        assert told["error"]


def test_a_store_that_does_not_list_is_said() -> None:
    edge = WSGIEdge(app, distribution(), store=Closed())
    inspector = inspected(edge.edge)
    assert "The store cannot be listed" in read(inspector, "cache")
    inspector.close()
    edge.edge.close()
