from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from edgeware.inspector.masking import Secrets
from edgeware.inspector.path import STATIONS, Station, stations
from edgeware.messages import Request
from tests.inspecting import SCRIPT, SECRET, Site, sites


def picture(site: Site, path: str, **options: object) -> Mapping[str, Station]:
    exchange = site.seen(path, **options)
    return {one.name: one for one in stations(exchange, site.edge.distribution, Secrets(site.edge.distribution))}


def states(drawn: Mapping[str, Station]) -> list[str]:
    assert tuple(drawn) == STATIONS
    return [one.state for one in drawn.values()]


def test_a_miss_passes_every_station_that_has_something_to_do() -> None:
    with sites() as site:
        drawn = picture(site, "/a")
        assert states(drawn) == ["ran", "ran", "ran", "skipped", "ran", "skipped", "ran", "skipped", "ran"]
        assert drawn["viewer"].why == ("behavior: Default (*) [DownloadDistValuesCacheBehavior]",)
        assert drawn["cache"].why == ("nothing is stored under this key",)
        assert drawn["origin"].why == ("app answered 200",)
        assert drawn["store"].why[0].startswith("A1: max-age=60")
        assert "has no function here [lambda-cloudfront-trigger-events]" in drawn["origin-request"].why[0]
        assert {"x-key", "via"} <= {one.name for one in drawn["origin"].changes}
        assert ("x-echo", "***") in drawn["answer"].head or ("X-Echo", "***") in drawn["answer"].head
        assert sum(one.width for one in drawn.values()) == pytest.approx(100)
        assert all(0 <= one.offset <= 100 for one in drawn.values())
        assert SECRET not in repr(drawn)


def test_a_function_shows_what_it_was_given_returned_and_said() -> None:
    with sites() as site:
        station = picture(site, "/a")["viewer-request"]
        (run,) = station.runs
        assert (run.name, run.logs, run.error, run.excerpt) == ("tag", ("tagged",), "", ())
        assert '"uri": "/a"' in run.event
        assert '"x-tag"' in run.output
        assert [(one.name, one.after) for one in station.changes] == [("x-tag", "one")]
        assert run.scripted
        assert run.seconds >= 0


def test_a_hit_says_why_the_origin_is_not_asked() -> None:
    with sites() as site:
        site.get("/a")
        drawn = picture(site, "/a")
        assert states(drawn) == ["ran", "ran", "ran", "skipped", "skipped", "skipped", "skipped", "skipped", "ran"]
        assert drawn["cache"].why[0].startswith("fresh for ")
        assert drawn["origin"].why[0].startswith("the answer came from the cache, so the origin is not asked")
        assert {"age", "x-cache"} <= {one.name for one in drawn["answer"].changes}


def test_a_function_that_fails_ends_the_way_and_shows_its_line() -> None:
    with sites() as site:
        drawn = picture(site, "/fail/x")
        assert drawn["viewer-request"].state == "failed"
        (run,) = drawn["viewer-request"].runs
        assert run.error.startswith("TypeError")
        assert run.where == "fail:4"
        assert [line.text.strip() for line in run.excerpt if line.marked] == ["return nothing.uri;"]
        assert drawn["origin"].why[0].startswith("the request was answered before it came here")
        assert drawn["answer"].changes == ()


def test_text_is_passed_on_as_it_is() -> None:
    with sites() as site:
        station = picture(site, "/hostile/x")["viewer-response"]
        assert station.runs[0].logs == (SCRIPT,)
        assert station.changes[0].after == SCRIPT


def test_what_is_not_cached_is_not_stored() -> None:
    with sites() as site:
        drawn = picture(site, "/hostile/x")
        assert drawn["cache"].why == (
            "not looked up: caching is disabled, or this method is never cached [Expiration]",
        )
        assert drawn["store"].why == ("nothing of it is stored [Expiration]",)


def test_an_origin_that_does_not_answer_has_failed(tmp_path: Path) -> None:
    with sites(origins={"app": {"local": "http://127.0.0.1:9"}}) as site:
        drawn = picture(site, "/hostile/x")
        assert drawn["origin"].state == "failed"


def test_a_request_under_way_is_drawn_as_far_as_it_has_come() -> None:
    with sites() as site:
        exchange = site.edge.exchange(Request(method="GET", path="/"))
        drawn = stations(exchange, site.edge.distribution, Secrets(site.edge.distribution))
        assert [one.state for one in drawn] == ["ran", *["skipped"] * 8]
