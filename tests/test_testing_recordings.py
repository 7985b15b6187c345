from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from starlette.responses import PlainTextResponse

from edgeware.asgi import ASGIEdge
from edgeware.config.canonical import MASK
from edgeware.exceptions import UsageError
from edgeware.parity.recording import recorded
from edgeware.testing import Site, recording
from tests.parity_sites import NATIVE, app, ask

UNCACHED = {"origin": "app", "cache_policy": "Managed-CachingDisabled", "origin_request_policy": "Managed-AllViewer"}
DISTRIBUTION = {**NATIVE, "behaviors": [{"path_pattern": "/session", **UNCACHED}]}
ASKED = (("GET", "/?a=b"), ("GET", "/?a=b"), ("GET", "/session"), ("GET", "/none"), ("HEAD", "/"), ("POST", "/echo"))


@pytest.fixture
def run(tmp_path: Path) -> Path:
    """A recording of a run."""
    path = tmp_path / "run.har"
    with recorded(ASGIEdge(app, DISTRIBUTION), path) as served:
        for method, target in ASKED:
            body = {"content": b"\xff\x00", "headers": {"Cookie": "k=secret-123"}} if method == "POST" else {}
            ask(served, method, target, **body)
    return path


@pytest.fixture
def site() -> Iterator[Site]:
    with Site(app, DISTRIBUTION) as site:
        yield site


def test_the_same_site_answers_as_it_did(run: Path, site: Site) -> None:
    then = recording(run)
    assert [(one.method, one.target) for one in then] == list(ASKED)
    assert {one.status for one in then} >= {200, 404}
    assert then[0].headers.get("x-cache") == "Miss from cloudfront"
    assert repr(then[1]) == f"<Recorded GET /?a=b ({run}: entry 2)>"
    for one in then:
        assert one.differences(site.send(one)) == []


def otherwise(scope: Any, receive: Any, send: Any) -> Any:
    return PlainTextResponse("another", 201, headers={"X-New": "1"})(scope, receive, send)


def test_another_site_differs_in_so_many_words(run: Path) -> None:
    first, second, session, *_ = recording(run)
    with Site(otherwise, {**NATIVE, "default_behavior": UNCACHED}) as site:
        found = first.differences(site.send(first))
        assert found[0] == "status: 201 now, 200 then"
        assert "header-extra x-new: 1 now, nothing then" in found
        assert "cache-state: Miss now, Hit then" in second.differences(site.send(second))
        assert MASK in (session.headers.get("set-cookie") or "")
        found = session.differences(site.send(session), ignore=["cache-control"])
        assert [one.split(":")[0] for one in found] == ["status", "header-extra x-new"]


def test_a_body_is_compared_where_it_was_recorded_whole(run: Path, site: Site) -> None:
    one = recording(run)[0]
    changed = type(one)(one.request)
    response = site.send(one)
    response.body = b"else"
    assert [line.split(":")[0] for line in changed.differences(response)] == ["body"]
    assert changed.differences(response, ignore={"body"}) == []


def test_without_an_answer_there_is_nothing_to_compare(tmp_path: Path, site: Site) -> None:
    file = tmp_path / "requests.txt"
    file.write_text("curl https://a.example/\n")
    (one,) = recording(file)
    assert site.send(one).status == 200
    with pytest.raises(UsageError, match=r"requests.txt:1: no answer was recorded"):
        one.differences(site.get("/"))


def test_the_host_of_then_is_asked_where_the_distribution_knows_it(tmp_path: Path) -> None:
    file = tmp_path / "requests.txt"
    file.write_text("curl https://shop.example/\ncurl https://other.example/\n")
    with Site(app, {**NATIVE, "aliases": ["www.example", "shop.example"]}) as site:
        hosts = [site.send(one).request.headers.get("host") for one in recording(file)]
    assert hosts == ["shop.example", "www.example"]
