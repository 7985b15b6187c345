"""A page of the site's own in the place of an error."""

from __future__ import annotations

from typing import Any

import pytest

from edgeware.config.model import CacheBehavior, CachePolicy, CustomErrorResponse, Distribution, Selection
from edgeware.core.effects import Effect, Failure, Fetch, Fetched, Invoked, Lookup, Store
from edgeware.messages import Headers, Request, Response
from tests.playbook import ECHO, GET, NOTHING, Played, kinds, played
from tests.worlds.sites import DAY, DISABLED, js, site

NOT_FOUND = CustomErrorResponse(error_code=404, response_page_path="/errors/404.html", response_code=200)
PAGES = CacheBehavior(path_pattern="/errors/*", target_origin_id="app", cache_policy=DAY)


def with_page(functions: Any = None, *customs: CustomErrorResponse, pages: CacheBehavior = PAGES) -> Distribution:
    """A distribution with custom error responses, whose pages have a behavior of their own."""
    by_code = {custom.error_code: custom for custom in customs or (NOT_FOUND,)}
    return site(functions, behaviors=(pages,), distribution={"custom_error_responses": by_code})


def by_path(**statuses: int) -> Any:
    """An answer to Fetch by the last part of the path, without its ending; 404 for others."""

    def answer(effect: Effect[Any]) -> Fetched:
        assert isinstance(effect, Fetch)
        name = effect.request.path.rpartition("/")[2].partition(".")[0]
        return Fetched(Response(status=statuses.get(f"page_{name}", 404), headers=Headers([("X-Path", name)])))

    return answer


def fetches(asked: Played) -> list[Fetch]:
    return [effect for effect in asked.asked if isinstance(effect, Fetch)]


def test_the_page_is_fetched_and_sent_under_the_status_of_the_custom_error_response() -> None:
    asked = played(with_page(), Fetch=by_path(page_404=200))
    assert [fetch.request.path for fetch in fetches(asked)] == ["/x", "/errors/404.html"]
    assert (asked.response.status, asked.response.headers.get("x-path")) == (200, "404")
    assert asked.response.headers.get("x-cache") == "Error from cloudfront"
    assert (asked.facts.result_type, asked.facts.status) == ("Error", 200)
    assert asked.said("custom error response") == ["404: /errors/404.html in its place, as 200"]


def test_error_and_page_are_stored_each_under_its_own_key() -> None:
    stores = [effect for effect in played(with_page(), Fetch=by_path(page_404=200)).asked if isinstance(effect, Store)]
    assert [(store.object.status, store.object.path) for store in stores] == [(404, "/x"), (200, "/errors/404.html")]
    assert stores[0].key != stores[1].key


def test_no_viewer_function_runs_for_the_page_or_after_it_and_those_at_the_origin_do() -> None:
    pages = CacheBehavior(path_pattern=None, target_origin_id="app", cache_policy=DAY)
    asked = played(with_page(ECHO, pages=PAGES), Fetch=by_path(page_404=200))
    assert kinds(asked.asked).count("viewer-request") == 1
    assert "viewer-response" not in kinds(asked.asked)
    assert kinds(asked.asked).count("origin-request") == 1, "the pages' behavior has no functions"
    one = site(ECHO, distribution={"custom_error_responses": {404: NOT_FOUND}})
    asked = played(one, Fetch=by_path(page_404=200))
    assert kinds(asked.asked).count("viewer-request") == 1
    assert kinds(asked.asked).count("origin-request") == kinds(asked.asked).count("origin-response") == 2
    assert pages.path_pattern is None


def test_a_page_that_cannot_be_had_gives_the_status_of_its_own_fetch() -> None:
    asked = played(with_page(), Fetch=by_path(page_404=503))
    assert asked.response.status == 503
    assert asked.response.headers.get("x-cache") == "Error from cloudfront"
    assert asked.said("custom error response") == ["/errors/404.html answered 503: that is passed on"]


@pytest.mark.parametrize(
    ("custom", "replaced"),
    [
        (CustomErrorResponse(error_code=404, error_caching_min_ttl=5), False),
        (CustomErrorResponse(error_code=403, response_page_path="/errors/403.html", response_code=403), False),
        (CustomErrorResponse(error_code=404, response_page_path="/errors/404.html"), True),
    ],
    ids=["a caching time alone", "another code", "a page without a code"],
)
def test_only_an_error_that_has_a_page_is_replaced(custom: CustomErrorResponse, replaced: bool) -> None:
    asked = played(with_page(None, custom), Fetch=by_path(page_404=200))
    assert len(fetches(asked)) == (2 if replaced else 1)
    assert asked.response.status == 404


def test_errors_of_the_edges_own_making_have_pages_too() -> None:
    down = CustomErrorResponse(error_code=502, response_page_path="/errors/502.html", response_code=503)
    refused = CustomErrorResponse(error_code=403, response_page_path="/errors/403.html", response_code=403)

    def unreachable(effect: Effect[Any]) -> Fetched:
        assert isinstance(effect, Fetch)
        if effect.request.path == "/x":
            return Fetched(Response(status=502), "OriginConnectError")
        return Fetched(Response(status=200))

    asked = played(with_page(None, down), Fetch=unreachable)
    assert (asked.response.status, asked.facts.detail) == (503, "OriginConnectError")
    asked = played(with_page(None, refused), Request(method="TRACE", path="/x"), Fetch=by_path(page_403=200))
    assert [fetch.request.method for fetch in fetches(asked)] == ["GET"]


def test_a_function_that_failed_has_a_page_and_keeps_its_x_cache() -> None:
    busy = CustomErrorResponse(error_code=503, response_page_path="/errors/503.html", response_code=503)
    fails = {"viewer-request": js("function handler(e) {}")}
    failed = Invoked(failure=Failure("execution", "no"))
    asked = played(with_page(fails, busy), viewer_request=failed, Fetch=by_path(page_503=200))
    assert asked.response.headers.get("x-cache") == "FunctionExecutionError from cloudfront"
    assert len(fetches(asked)) == 1
    throttled = Invoked(failure=Failure("throttled", "no"))
    asked = played(with_page(fails, busy), viewer_request=throttled, Fetch=by_path(page_503=200))
    assert not fetches(asked)


def test_an_error_that_a_function_made_is_its_own_page() -> None:
    made = Invoked(output={"statusCode": 404})
    functions = {"viewer-request": js("function handler(e) {}")}
    asked = played(with_page(functions), viewer_request=made)
    assert kinds(asked.asked) == ["viewer-request", "Respond", "Record"]


def test_the_page_is_asked_for_whole_and_without_what_belongs_to_the_viewers_body() -> None:
    lines = [*GET.headers, ("Content-Length", "3"), ("Content-Type", "text/plain"), ("Range", "bytes=0-1")]
    request = Request(method="POST", path="/x", query="a=1", headers=Headers(lines))
    asked = played(with_page(), request, Fetch=by_path(page_404=200))
    page = fetches(asked)[1]
    assert (page.request.method, page.request.query, page.body) == ("GET", "", b"")
    assert not page.request.headers.has_any(frozenset({"content-length", "content-type", "range"}))


def test_the_page_may_depend_on_what_the_viewer_wanted() -> None:
    names = ("CloudFront-Error-Uri", "CloudFront-Error-Args")
    policy = CachePolicy(name="p", headers=Selection(mode="whitelist", names=names))
    pages = CacheBehavior(path_pattern="/errors/*", target_origin_id="app", cache_policy=policy)
    request = Request(method="GET", path="/x", query="a=1&b=2", headers=GET.headers)
    asked = played(with_page(None, pages=pages), request, Fetch=by_path(page_404=200))
    page = fetches(asked)[1].request
    assert [page.headers.get(name) for name in names] == ["/x", "a=1&b=2"]
    keys = [effect.key for effect in asked.asked if isinstance(effect, Lookup)]
    assert "/x" in keys[-1].partition("h:")[2]


@pytest.mark.parametrize(
    ("code", "version", "connection"),
    [
        *((code, "1.1", "close") for code in (400, 405, 414, 416, 500, 501)),
        *((code, "1.1", "keep-alive") for code in (403, 404, 502, 503, 504)),
        (500, "2.0", None),
    ],
)
def test_some_codes_end_the_connection(code: int, version: str, connection: str | None) -> None:
    custom = CustomErrorResponse(error_code=code, response_page_path="/errors/page.html", response_code=code)
    request = Request(method="GET", path="/x", headers=GET.headers, http_version=version)
    asked = played(with_page(None, custom), request, Fetch=by_path(page_x=code, page_page=200))
    assert asked.response.headers.get("connection") == connection


def test_nothing_is_cached_where_caching_is_disabled() -> None:
    pages = CacheBehavior(path_pattern="/errors/*", target_origin_id="app", cache_policy=DISABLED)
    distribution = site(
        behaviors=(pages,), cache_policy=DISABLED, distribution={"custom_error_responses": {404: NOT_FOUND}}
    )
    asked = played(distribution, Lookup=NOTHING, Fetch=by_path(page_404=200))
    assert not any(isinstance(effect, (Lookup, Store)) for effect in asked.asked)
