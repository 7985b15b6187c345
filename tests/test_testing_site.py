"""A site under test, in both worlds."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from edgeware.cache.memory import MemoryStore
from edgeware.config.model import Distribution
from edgeware.exceptions import UsageError
from edgeware.testing import Site
from tests.origins_worlds import Connection, scripted
from tests.worlds.apps import App, Handler, Says, constant, page
from tests.worlds.sites import ALL_VIEWER, DISABLED, SECURITY_HEADERS, js, site

NewSite = Callable[..., Site]


@pytest.fixture(params=["asgi", "wsgi"])
def new(request: pytest.FixtureRequest) -> Iterator[NewSite]:
    with ExitStack() as stack:

        def make(handler: Handler, distribution: Distribution | None = None, **options: Any) -> Site:
            app = getattr(App(handler), request.param)
            return stack.enter_context(Site(app, distribution or site(), **options))

        yield make


def test_a_request_that_misses_hits_and_is_fetched_anew_a_day_later(new: NewSite) -> None:
    shop = new(constant(page(b"hello")), site({"viewer-response": js(SECURITY_HEADERS, "security")}))
    first, second = shop.get("/"), shop.get("/")
    assert [one.x_cache for one in (first, second)] == ["Miss from cloudfront", "Hit from cloudfront"]
    assert first.origin_request is not None
    assert first.origin_request.path == "/"
    assert second.origin_request is None
    assert second.cache_key == first.cache_key == "d111111abcdef8.cloudfront.net\n/"
    assert second.ran("viewer-response")
    assert second.headers["Strict-Transport-Security"]
    assert (first.age, second.age) == (None, 0)
    shop.clock.advance(hours=1)
    assert shop.get("/").age == 3600
    shop.clock.advance(days=1)
    assert shop.get("/").x_cache == "Miss from cloudfront"


def test_every_method_goes_to_the_application_with_its_headers_and_body(new: NewSite) -> None:
    distribution = site(cache_policy=DISABLED, origin_request_policy=ALL_VIEWER)
    shop = new(lambda asked: page(f"{asked.method} {asked.path}?{asked.query} {asked.body!r}".encode()), distribution)
    assert shop.post("/a%2Fb?q=%20", body="x=1").text == "POST /a%2Fb?q=%20 b'x=1'"
    assert shop.put("/", body=b"x", headers=[("X-A", "1")]).text == "PUT /? b'x'"
    assert shop.patch("/", headers={"Content-Length": "1"}, body="y").text == "PATCH /? b'y'"
    assert shop.delete("/").text == "DELETE /? b''"
    assert shop.options("/").text == "OPTIONS /? b''"
    assert (shop.head("/").status_code, shop.head("/").body) == (200, b"")
    assert shop.request("GET", "/").status == 200


def test_the_host_is_the_alias_that_viewers_use(new: NewSite) -> None:
    shop = new(constant(page()), site(distribution={"aliases": ("*.example.com", "www.example.com")}))
    assert shop.get("/").request.headers.get("host") == "www.example.com"
    assert shop.get("/", headers={"host": "a.example.com"}).request.headers.get("host") == "a.example.com"
    assert new(constant(page())).get("/").request.headers.get("host") == "d111111abcdef8.cloudfront.net"


def test_the_log_of_exchanges_and_the_store_are_at_hand(new: NewSite) -> None:
    store = MemoryStore()
    shop = new(constant(page()), store=store)
    shop.get("/a")
    shop.get("/b?c=d")
    assert [one.request.path for one in shop.exchanges] == ["/a", "/b"]
    assert shop.store is store
    assert len(store) == 2
    shop.invalidate("/a")
    assert shop.get("/a").x_cache == "Miss from cloudfront"
    report = shop.report()
    assert "GET /b?c=d -> 200 Miss from cloudfront" in report
    assert "  behavior: " in report


def test_what_an_application_raises_before_it_answers_is_the_tests_to_see(new: NewSite) -> None:
    def fails(asked: Any) -> Says:
        raise ZeroDivisionError("of the application")

    with pytest.raises(ZeroDivisionError, match="of the application"):
        new(fails).get("/")


def test_an_exchange_is_found_by_its_id_and_no_other_sites(new: NewSite) -> None:
    shop, other = new(constant(page())), new(constant(page()))
    response = shop.get("/")
    assert shop.outcome(response).request_id == response.request_id
    assert shop.outcome(response.request_id).trace is response.trace
    with pytest.raises(UsageError, match="not of this site, or not of its last 1000: its X-Amz-Cf-Id is "):
        other.outcome(response)
    with pytest.raises(UsageError, match="it has no X-Amz-Cf-Id"):
        shop.outcome(type("Foreign", (), {"headers": {}}))


def test_a_path_of_this_site_begins_with_a_slash(new: NewSite) -> None:
    with pytest.raises(UsageError, match=r"'http://x/' is no path of this site"):
        new(constant(page())).get("http://x/")


def test_an_origin_url_and_a_folder_can_be_tested(tmp_path: Path) -> None:
    def script(connection: Connection) -> None:
        connection.head()
        connection.socket.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi")

    with scripted(script) as url, Site(url, site()) as shop:
        assert [shop.get("/").text for _ in range(2)] == ["hi", "hi"]
    (tmp_path / "a.txt").write_text("file")
    with Site(tmp_path, site()) as shop:
        assert shop.get("/a.txt").text == "file"


def test_what_is_no_application_is_refused() -> None:
    with pytest.raises(UsageError, match="a int is no ASGI or WSGI application, no origin URL"):
        Site(5, site())
