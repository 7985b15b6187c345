"""The second origin of a group, in front of real apps."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from edgeware.config.model import Distribution, Origin, OriginGroup, Unmapped
from tests.worlds.apps import Handler, Says, page
from tests.worlds.conftest import NewViewer
from tests.worlds.sites import TurnableClock, site

# werkzeug's lint warns of every answer that nobody reads to its end.
pytestmark = pytest.mark.filterwarnings("ignore:Content-Length and the number of bytes")


def grouped(first: dict[str, Any] | None = None, **settings: Any) -> Distribution:
    """A group of two origins that the wrapped app stands for, told apart by their names."""
    origins = {
        "first": Origin(id="first", domain_name="first.example.com", connection_attempts=1, **(first or {})),
        "second": Origin(id="second", domain_name="second.example.com"),
    }
    group = OriginGroup(id="group", members=("first", "second"), status_codes=frozenset({404, 500, 503}))
    plain = site(target_origin_id="group", **settings)
    return replace(plain, origins=origins, origin_groups={"group": group})


def by_name(**answers: Says) -> Handler:
    """An app that answers by the origin's name in Host."""
    return lambda asked: answers[asked.headers["host"].partition(".")[0]]


def test_the_second_origin_answers_for_the_first_and_its_answer_is_cached(viewer_of: NewViewer) -> None:
    viewer = viewer_of(by_name(first=Says(503, chunks=(b"down", b"!")), second=page(b"up")), grouped())
    for x_cache in ("Miss", "Hit"):
        got = viewer.get("/")
        assert (got.status, got.body, got.x_cache) == (200, b"up", x_cache)
    assert viewer.app.calls == 2


def test_a_post_goes_to_the_first_origin_only(viewer_of: NewViewer) -> None:
    viewer = viewer_of(by_name(first=Says(503), second=page(b"up")), grouped())
    assert viewer("POST", "/", body=b"posted").status == 503
    assert viewer.app.calls == 1


def test_an_origin_that_is_not_there_is_passed_over(viewer_of: NewViewer) -> None:
    distribution = grouped(first={"target": Unmapped(why="nobody said")})
    viewer = viewer_of(by_name(second=page(b"up")), distribution)
    assert viewer.get("/").body == b"up"


def test_the_primary_is_tried_first_every_time(viewer_of: NewViewer, clock: TurnableClock) -> None:
    answers = {"first": Says(503), "second": page(b"up", Cache_Control="max-age=5")}
    viewer = viewer_of(lambda asked: answers[asked.headers["host"].partition(".")[0]], grouped())
    viewer.get("/")
    answers["first"] = page(b"back")
    clock.advance(6)
    assert viewer.get("/").body == b"back"
