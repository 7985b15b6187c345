from __future__ import annotations

import gzip
import zlib
from collections.abc import Iterator

import brotli
import pytest

from edgeware.config.model import CachePolicy, CustomErrorResponse
from edgeware.edge import Edge
from edgeware.exceptions import UsageError
from edgeware.messages import Request
from edgeware.testing import Outcome, Site
from tests.worlds.apps import App, Asked, Says, constant, page
from tests.worlds.sites import DISABLED, js, site

TEXT = "grüße".encode()
PASS = js("function handler(event) { return event.request; }", "passes")


def test_what_ran_is_known_by_event_and_by_name() -> None:
    with Site(App(constant(page())).wsgi, site({"viewer-request": PASS}, path_pattern="/api/*")) as shop:
        api, home = shop.get("/api/"), shop.get("/")
    assert api.ran("viewer-request")
    assert api.ran("passes")
    assert not api.ran("viewer-response")
    assert not home.ran("passes")
    with pytest.raises(UsageError, match=r"no such event and no such function; .* functions passes"):
        home.ran("viewer-respones")


def test_a_name_that_is_none_is_noticed_where_there_is_no_function() -> None:
    with Site(App(constant(page())).wsgi, site()) as shop, pytest.raises(UsageError, match="there are none"):
        shop.get("/").ran("fn")


def test_a_response_that_was_not_looked_up_has_no_key() -> None:
    with Site(App(constant(page())).wsgi, site(cache_policy=DISABLED)) as shop:
        response = shop.get("/")
    assert response.cache_key is None
    assert repr(response) == "<Response GET /: 200 Miss from cloudfront>"


def test_a_custom_error_page_is_asked_for_on_the_viewers_behalf() -> None:
    def handler(asked: Asked) -> Says:
        return page(b"sorry") if asked.path == "/404.html" else Says(404, [("Content-Type", "text/plain")], (b"no",))

    errors = {404: CustomErrorResponse(error_code=404, response_page_path="/404.html", response_code=404)}
    with Site(App(handler).wsgi, site(distribution={"custom_error_responses": errors})) as shop:
        response = shop.get("/x")
    assert [request.path for request in response.origin_requests] == ["/x", "/404.html"]
    assert response.origin_request is not None
    assert response.origin_request.path == "/x"


def test_what_goes_on_in_the_background_is_not_the_viewers() -> None:
    says = page(Cache_Control="max-age=1, stale-while-revalidate=60")
    with Site(App(constant(says)).wsgi, site()) as shop:
        shop.get("/")
        shop.clock.advance(30)
        response = shop.get("/")
    assert (response.x_cache, response.age) == ("Hit from cloudfront", 30)
    assert response.origin_request is None
    assert [step for step in response.trace.lines() if step.startswith("fetch")]
    assert repr(response) == "<Response GET /: 200 Hit from cloudfront, age 30>"


@pytest.mark.parametrize(
    ("coding", "body"),
    [
        ("br", brotli.compress(TEXT)),
        ("gzip", gzip.compress(TEXT)),
        ("deflate", zlib.compress(TEXT)),
        ("identity", TEXT),
        ("gzip, br", brotli.compress(gzip.compress(TEXT))),
    ],
    ids=["br", "gzip", "deflate", "identity", "both"],
)
def test_text_is_read_through_its_encoding(coding: str, body: bytes) -> None:
    with Site(App(constant(page(body, Content_Encoding=coding))).wsgi, site()) as shop:
        response = shop.get("/")
    assert (response.body, response.content, response.text) == (body, TEXT, "grüße")


def test_an_unknown_encoding_is_said_to_be_one() -> None:
    with Site(App(constant(page(b"x", Content_Encoding="zstd"))).wsgi, site()) as shop:
        response = shop.get("/")
    with pytest.raises(UsageError, match="encoded as 'zstd', which is not known here"):
        response.text  # noqa: B018
    assert response.body == b"x"


def test_text_has_the_charset_of_its_type_and_json_is_read() -> None:
    says = Says(200, [("Content-Type", 'text/plain; Charset="latin-1"; x=y')], ("ü".encode("latin-1"),))
    with Site(App(constant(says)).wsgi, site()) as shop:
        assert shop.get("/").text == "ü"
    with Site(App(constant(page(b'{"a": 1}'))).wsgi, site()) as shop:
        assert shop.get("/").json() == {"a": 1}


@pytest.fixture
def edge() -> Iterator[Edge]:
    edge = Edge(site(cache_policy=CachePolicy(name="x")))
    yield edge
    edge.close()


def test_a_viewer_who_left_before_there_was_an_answer_got_nothing(edge: Edge) -> None:
    exchange = edge.exchange(Request(method="GET", path="/"))
    exchange.close()
    outcome = Outcome(exchange, edge.distribution)
    assert (outcome.status, outcome.x_cache, outcome.age, dict(outcome.headers)) == (0, "", None, {})
    assert outcome.origin_requests == ()
    assert repr(outcome) == "<Outcome GET /: 0>"
    assert list(outcome.report()) == ["GET / -> 0"]
