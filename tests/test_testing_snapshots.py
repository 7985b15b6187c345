from __future__ import annotations

from edgeware.testing import Site
from edgeware.testing.snapshots import body_of
from tests.parity_sites import NATIVE, app


def test_two_runs_give_the_same_and_another_answer_another() -> None:
    runs = []
    for _ in range(2):
        with Site(app, NATIVE) as site:
            runs.append([site.get("/?a=b").whole(), site.get("/?a=b").whole(), site.get("/none").whole()])
    assert runs[0] == runs[1]
    miss, hit, none = runs[0]
    assert miss["origin_request"]["headers"]["x-amz-cf-id"] == miss["response"]["headers"]["x-amz-cf-id"] == "(present)"
    assert (hit["origin_request"], hit["age"], hit["response"]["body"]) == (None, 0, "home")
    assert none["response"]["status"] == 404
    assert miss["request"] == {"method": "GET", "target": "/?a=b"}


def test_a_response_equals_its_values_and_no_other_response() -> None:
    with Site(app, NATIVE) as site:
        one, other = site.get("/"), site.get("/")
        assert one == one.whole()
        assert one != other
        assert one == one
        assert len({one, other}) == 2
        assert "body" not in site.exchanges[0].whole()["response"]


def test_a_body_that_is_no_text_is_identified() -> None:
    assert body_of("é".encode()) == "é"
    assert body_of(b"\xff") == "1 bytes, SHA-256 a8100ae6aa1940d0b663bb31cd466142ebbdbd5187131b92d93818987832eb89"
