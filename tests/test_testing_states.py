"""Every state as an assertion, in both worlds."""

from __future__ import annotations

from typing import Any

import pytest

from edgeware.config.model import CachePolicy, PolicyHeader, ResponseHeadersPolicy
from edgeware.testing import Site, States
from edgeware.testing.states import STATES
from tests.worlds.apps import App, Asked, Handler, Says, constant, page
from tests.worlds.sites import DISABLED, js, site

ZIPPED = CachePolicy(name="zipped", gzip=True, brotli=True)
SECURE = ResponseHeadersPolicy(
    name="secure",
    security_headers=(PolicyHeader(name="Strict-Transport-Security", value="max-age=63072000", override=True),),
)


def article(asked: Asked) -> Says:
    """Long enough to be compressed, with everything that the states need."""
    headers = {"ETag": '"1"', "Cache_Control": "max-age=60, stale-while-revalidate=30"}
    if asked.headers.get("if-none-match") in ('"1"', 'W/"1"'):
        return Says(304, [("ETag", '"1"'), ("Cache-Control", "max-age=60, stale-while-revalidate=30")])
    return page(b"article " * 200, **headers)


@pytest.fixture(params=["asgi", "wsgi"])
def world(request: pytest.FixtureRequest) -> str:
    world: str = request.param
    return world


def tour(world: str, handler: Handler, **behavior: Any) -> States:
    with Site(getattr(App(handler), world), site(**behavior)) as shop:
        return shop.states("/article")


def test_a_header_can_be_asserted_in_every_state(world: str) -> None:
    states = tour(world, article, cache_policy=ZIPPED, compress=True, response_headers_policy=SECURE)
    assert states.unreachable == {}
    assert list(states) == list(STATES)
    for name, response in states.items():
        assert response.headers["strict-transport-security"], name
    assert {name: (one.status, one.x_cache.removesuffix(" from cloudfront")) for name, one in states.items()} == {
        "miss": (200, "Miss"),
        "hit": (200, "Hit"),
        "stale": (200, "Hit"),
        "revalidated": (200, "RefreshHit"),
        "error": (503, "Error"),
        "stale_on_error": (200, "Hit"),
        "invalidated": (200, "Miss"),
        "collapsed": (200, "Hit"),
        "range": (206, "Hit"),
        "head": (200, "Hit"),
        "compressed": (200, "Miss"),
    }
    assert states["stale"].age == 60
    assert states["head"].body == b""
    assert states["range"].body == b"a"
    assert states["compressed"].headers["content-encoding"] == "br"
    assert states["compressed"].text == "article " * 200
    assert repr(states).endswith("compressed; unreachable: none>")


def test_what_is_never_cached_has_few_states_and_the_reasons_say_why(world: str) -> None:
    states = tour(world, constant(page(b"hello")), cache_policy=DISABLED)
    assert list(states) == ["miss", "error", "head"]
    for name in ("hit", "stale", "revalidated", "stale_on_error", "invalidated", "collapsed", "range"):
        assert "cache: not looked up: caching is disabled" in states.unreachable[name]
    assert "text/plain, 5 bytes" in states.unreachable["compressed"]
    with pytest.raises(KeyError, match="hit cannot be reached: the answer was 200 Miss from cloudfront"):
        states["hit"]
    with pytest.raises(KeyError, match="nowhere"):
        states["nowhere"]
    assert "unreachable: hit, stale" in repr(states)


def test_an_origin_without_validators_or_304s_is_never_revalidated(world: str) -> None:
    plain = tour(world, constant(page(b"hello")))
    assert plain.unreachable["revalidated"].startswith("the origin is asked without If-None-Match")
    assert plain.unreachable["stale"].startswith("the origin allows no stale-while-revalidate")
    deaf = tour(world, constant(page(b"hello", ETag='"1"')))
    assert deaf.unreachable["revalidated"].startswith("the origin answers 200, not 304, to If-None-Match")


def test_an_origin_that_forbids_it_is_not_stood_in_for(world: str) -> None:
    states = tour(world, constant(page(b"hello", Cache_Control="max-age=60, stale-if-error=0")))
    assert "the answer was 503 Error from cloudfront" in states.unreachable["stale_on_error"]


def test_a_function_that_answers_leaves_no_state_but_its_own(world: str) -> None:
    answers = js("function handler(event) { return { statusCode: 302, statusDescription: 'Found' }; }")
    states = tour(world, constant(page()), functions={"viewer-request": answers})
    assert list(states) == ["head"]
    assert "the answer was 302 FunctionGeneratedResponse from cloudfront" in states.unreachable["collapsed"]


def test_an_error_of_the_application_is_no_hit(world: str) -> None:
    states = tour(world, constant(Says(404, [("Content-Type", "text/plain")], (b"no",))))
    assert "the answer was 404 Error from cloudfront" in states.unreachable["miss"]
    assert "the answer was 404" in states.unreachable["hit"]
    assert states["error"].status == 503


def test_the_requests_have_the_headers_that_are_given(world: str) -> None:
    with Site(getattr(App(article), world), site()) as shop:
        states = shop.states("/article", headers={"X-A": "1"})
        assert {one.request.headers.get("x-a") for one in states.values()} == {"1"}
        assert shop.get("/article").x_cache == "Miss from cloudfront"
