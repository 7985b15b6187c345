"""From the origin's answer, or the stored object, to what the viewer gets and the cache keeps."""

from __future__ import annotations

from typing import Any

import pytest

from edgeware.config.model import CachePolicy, CustomErrorResponse, Origin, Selection
from edgeware.core.cached_object import CachedObject
from edgeware.core.decision import Decision
from edgeware.core.effects import Fetch, Fetched, Found
from edgeware.core.headers import XCache
from edgeware.core.storing import answers, hit, may_replace, received, refreshed, stands_in, unreachable
from edgeware.core.visit import Visit
from edgeware.messages import Headers, Request, Response
from tests.playbook import GET, NOW, Played, played, stored_object, visit_of
from tests.worlds.sites import ALL_VIEWER, DAY, TurnableClock, site

ETAG = ("ETag", '"1"')


def asking(*lines: tuple[str, str], **settings: Any) -> tuple[Visit, list[Decision]]:
    """A visit whose key is known, of a GET with these headers."""
    visit, decisions = visit_of(site(**settings), Request(method="GET", path="/x", headers=Headers(lines)))
    visit.key = visit.prepared.cache_key.of(visit.request)
    return visit, decisions


def says(status: int = 200, *lines: tuple[str, str], body: bytes | None = None) -> Response:
    return Response(status=status, headers=Headers(lines), body=body)


# --- whether an object answers --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("object", "expected", "why"),
    [
        (stored_object(fresh_until=NOW + 60), True, "fresh for 60 s more"),
        (stored_object(fresh_until=NOW), False, "expired 0 s ago"),
        (stored_object(fresh_until=NOW - 30), False, "expired 30 s ago"),
        (stored_object(fresh_until=NOW - 30, retry_after=NOW + 5), True, "the origin failed a moment ago"),
        (stored_object(fresh_until=NOW - 30, retry_after=NOW), False, "expired 30 s ago"),
        (stored_object(fresh_until=NOW - 30, retry_after=NOW + 5, stale_if_error_until=NOW), False, "expired"),
    ],
    ids=["fresh", "just expired", "expired", "held", "held no more", "too old to stand in"],
)
def test_an_object_answers_while_it_is_fresh_or_held_and_the_trace_says_which(
    object: CachedObject, expected: bool, why: str
) -> None:
    visit, decisions = asking()
    assert answers(visit, object) is expected
    assert [decision.step for decision in decisions] == ["cache"]
    assert why in decisions[0].text


def test_an_answer_from_the_cache_is_the_object_with_its_age() -> None:
    visit, _ = asking()
    answer = hit(visit, stored_object(body=b"all of it", reason="Fine"))
    assert (answer.response.status, answer.response.reason, answer.response.body) == (200, "Fine", b"all of it")
    assert (answer.x_cache, answer.age, answer.object) == (XCache.HIT, 5, None)


def test_an_object_from_the_future_has_no_negative_age() -> None:
    visit, _ = asking()
    assert hit(visit, stored_object(stored_at=NOW + 100)).age == 0


@pytest.mark.parametrize(
    ("line", "status"), [(("If-None-Match", '"1"'), 304), (("Range", "bytes=0-1"), 206), (("Range", "bytes=99-"), 416)]
)
def test_a_viewer_that_asks_for_less_gets_less(line: tuple[str, str], status: int) -> None:
    visit, _ = asking(line)
    assert hit(visit, stored_object()).response.status == status


@pytest.mark.parametrize("status", [400, 404, 503])
def test_a_stored_error_is_an_error_with_an_age(status: int) -> None:
    visit, _ = asking(("Range", "bytes=0-1"))
    answer = hit(visit, stored_object(status))
    assert (answer.response.status, answer.x_cache, answer.age) == (status, XCache.ERROR, 5)


# --- what the origin confirmed --------------------------------------------------------------------------------------


def test_a_confirmed_object_keeps_its_body_and_gets_new_headers_and_a_new_lifetime() -> None:
    visit, _ = asking()
    stale = stored_object(body=b"as before", fresh_until=NOW - 1)
    answer = refreshed(visit, stale, Headers([ETAG, ("Cache-Control", "max-age=30"), ("X-New", "1")]))
    assert (answer.x_cache, answer.age, answer.response.body) == (XCache.REFRESH_HIT, None, b"as before")
    assert answer.object is not None
    assert (answer.object.body, answer.object.stored_at, answer.object.fresh_until) == (b"as before", NOW, NOW + 30)
    assert answer.object.headers.get("x-new") == "1"
    assert answer.response.headers.get("x-new") == "1"


def test_a_confirmed_object_is_what_the_viewers_condition_is_held_against() -> None:
    visit, _ = asking(("If-None-Match", '"1"'))
    answer = refreshed(visit, stored_object(fresh_until=NOW - 1), Headers([ETAG]))
    assert (answer.response.status, answer.x_cache) == (304, XCache.REFRESH_HIT)
    assert answer.object is not None
    assert (answer.object.status, answer.object.body) == (200, b"stored")


# --- what stands in -------------------------------------------------------------------------------------------------


def test_an_object_that_stands_in_is_left_alone_until_the_error_expires() -> None:
    custom = {503: CustomErrorResponse(error_code=503, error_caching_min_ttl=25)}
    visit, decisions = asking(distribution={"custom_error_responses": custom})
    stale = stored_object(fresh_until=NOW - 1)
    answer = stands_in(visit, stale, 503)
    assert (answer.response.body, answer.x_cache, answer.age) == (b"stored", XCache.HIT, 5)
    assert answer.object is not None
    assert answer.object.retry_after == NOW + 25
    assert answer.object.fresh_until == stale.fresh_until
    assert "the origin failed with 503" in decisions[0].text


@pytest.mark.parametrize(
    ("status", "until", "expected"),
    [(500, NOW + 1, True), (599, NOW + 1, True), (499, NOW + 1, False), (404, NOW + 1, False), (503, NOW, False)],
)
def test_an_object_stands_in_for_server_errors_as_long_as_it_may(status: int, until: float, expected: bool) -> None:
    visit, _ = asking()
    assert may_replace(visit, stored_object(stale_if_error_until=until), status) is expected


def test_nothing_stands_in_where_nothing_is_stored() -> None:
    visit, _ = asking()
    assert not may_replace(visit, None, 503)


# --- what was received ----------------------------------------------------------------------------------------------


def test_a_success_is_to_be_stored_with_its_times_and_where_it_came_from() -> None:
    policy = CachePolicy(name="w", query_strings=Selection(mode="whitelist", names=("w",)))
    visit, decisions = visit_of(
        site(cache_policy=policy), Request(method="GET", path="/a%20b", query="w=1&utm=2", headers=GET.headers)
    )
    visit.key, visit.generation = "key", 7
    answer = received(visit, says(200, ("Cache-Control", "max-age=60, stale-while-revalidate=5, stale-if-error=9")))
    object = answer.object
    assert (answer.x_cache, answer.age) == (XCache.MISS, None)
    assert object is not None
    assert (object.path, object.query, object.generation) == ("/a%20b", "w=1", 7)
    assert (object.stored_at, object.fresh_until) == (NOW, NOW + 60)
    assert (object.stale_while_revalidate_until, object.stale_if_error_until) == (NOW + 65, NOW + 69)
    assert object.revalidates
    assert [decision.step for decision in decisions] == ["store"]
    assert decisions[0].text.startswith("A0: max-age=60")


def test_a_body_that_is_there_already_is_stored_with_the_object() -> None:
    visit, _ = asking()
    made = received(visit, says(200, body=b"made by a function"), XCache.LAMBDA_GENERATED_RESPONSE)
    assert made.object is not None
    assert (made.object.body, made.x_cache) == (b"made by a function", XCache.LAMBDA_GENERATED_RESPONSE)
    to_come = received(visit, says(200))
    assert to_come.object is not None
    assert to_come.object.body == b""


@pytest.mark.parametrize(
    ("status", "x_cache", "expected"),
    [
        (399, XCache.MISS, XCache.MISS),
        (400, XCache.MISS, XCache.ERROR),
        (599, XCache.MISS, XCache.ERROR),
        (404, XCache.LAMBDA_GENERATED_RESPONSE, XCache.LAMBDA_GENERATED_RESPONSE),
    ],
)
def test_an_error_is_an_error_unless_a_function_made_it(status: int, x_cache: str, expected: str) -> None:
    visit, _ = asking()
    assert received(visit, says(status), x_cache).x_cache == expected


@pytest.mark.parametrize(
    ("method", "status", "text"),
    [("HEAD", 200, "no whole object"), ("GET", 206, "no whole object"), ("GET", 304, "no whole object")],
)
def test_what_is_no_whole_object_is_not_stored(method: str, status: int, text: str) -> None:
    visit, decisions = visit_of(site(), Request(method=method, path="/x"))
    visit.key = "key"
    assert received(visit, says(status, ("Cache-Control", "max-age=60"))).object is None
    assert [text in decision.text for decision in decisions] == [True]


@pytest.mark.parametrize(
    ("response", "rule"),
    [
        (says(307), "R1"),
        (says(403), "E3n"),
        (says(416, ("Cache-Control", "max-age=60")), "E6"),
        (says(404, ("Cache-Control", "no-store")), "E4"),
        (says(418), "E7"),
    ],
    ids=["307", "403", "416", "404 no-store", "418"],
)
def test_what_is_not_stored_is_explained_by_its_rule(response: Response, rule: str) -> None:
    visit, decisions = asking()
    assert received(visit, response).object is None
    assert decisions[0].text.startswith(f"{rule}: ")


def test_without_a_key_nothing_is_judged() -> None:
    visit, decisions = visit_of(site())
    assert received(visit, says(200)).object is None
    assert decisions == []


def test_set_cookie_is_not_stored_where_cache_control_says_so() -> None:
    visit, _ = asking(origin_request_policy=ALL_VIEWER)
    lines = (("Set-Cookie", "a=1"), ("Cache-Control", 'max-age=60, no-cache="Set-Cookie"'))
    answer = received(visit, says(200, *lines))
    assert answer.response.headers.get("set-cookie") == "a=1"
    assert answer.object is not None
    assert "set-cookie" not in answer.object.headers


def test_headers_that_private_names_are_not_stored() -> None:
    visit, _ = asking()
    answer = received(visit, says(200, ("X-Mine", "1"), ("Cache-Control", 'max-age=60, private="X-Mine"')))
    assert answer.response.headers.get("x-mine") == "1"
    assert answer.object is not None
    assert "x-mine" not in answer.object.headers


def test_an_object_is_not_revalidated_where_cookies_are_forwarded() -> None:
    for settings, expected in (({}, True), ({"origin_request_policy": ALL_VIEWER}, False)):
        visit, _ = asking(**settings)
        object = received(visit, says(200, ETAG)).object
        assert object is not None
        assert object.revalidates is expected


def test_an_s3_origins_error_is_cached_for_a_second_at_least() -> None:
    custom = {404: CustomErrorResponse(error_code=404, error_caching_min_ttl=0)}
    bucket = Origin(id="app", domain_name="bucket.s3.amazonaws.com", type="s3")
    for origin, seconds in ((bucket, 1), (None, None)):
        visit, _ = asking(origin=origin, distribution={"custom_error_responses": custom})
        object = received(visit, says(404)).object
        assert (None if object is None else object.fresh_until - NOW) == seconds


# --- an origin that is not there ------------------------------------------------------------------------------------


@pytest.mark.parametrize(("status", "sentence"), [(502, b"no usable answer"), (504, b"took longer to answer")])
def test_an_origin_that_is_not_there_is_a_page_that_is_cached_as_an_error(status: int, sentence: bytes) -> None:
    visit, decisions = asking()
    answer = unreachable(visit, status, "OriginConnectError")
    assert (answer.response.status, answer.x_cache, answer.detail) == (status, XCache.ERROR, "OriginConnectError")
    assert answer.final
    assert answer.response.body is not None
    assert sentence in answer.response.body
    assert answer.object is not None
    assert (answer.object.body, answer.object.fresh_until) == (answer.response.body, NOW + 10)
    assert decisions[0] == Decision("origin", f"OriginConnectError: answered {status}")


# --- the whole way --------------------------------------------------------------------------------------------------


def expired(fetched: Fetched, **more: Any) -> Played:
    """A request that finds an expired object, and what the origin says to it."""
    stale = stored_object(**{"fresh_until": NOW - 1, **more})
    return played(site(), now=TurnableClock(NOW), Lookup=Found(stale, 0), Fetch=fetched)


def test_the_origin_is_asked_whether_an_expired_object_still_holds() -> None:
    asked = expired(Fetched(says(304)))
    assert asked.only(Fetch).request.headers.get("if-none-match") == '"1"'
    assert asked.response.headers.get("x-cache") == XCache.REFRESH_HIT
    assert asked.stored.fresh_until == NOW + DAY.default_ttl


def test_an_object_that_is_not_to_be_revalidated_is_fetched_whole() -> None:
    asked = expired(Fetched(says(200)), revalidates=False)
    assert "if-none-match" not in asked.only(Fetch).request.headers
    assert asked.response.headers.get("x-cache") == XCache.MISS


def test_a_304_that_nobody_but_the_viewer_asked_for_is_the_viewers() -> None:
    asked = expired(Fetched(says(304)), revalidates=False)
    assert asked.response.status == 304
    assert asked.response.headers.get("x-cache") == XCache.MISS


@pytest.mark.parametrize(
    "fetched",
    [Fetched(says(503)), Fetched(Response(status=502), "OriginConnectError"), Fetched(says(799))],
    ids=["answers 503", "is not there", "answers nonsense"],
)
def test_a_stale_object_stands_in_for_an_origin_that(fetched: Fetched) -> None:
    asked = expired(fetched)
    assert (asked.response.body, asked.response.headers.get("x-cache")) == (b"stored", XCache.HIT)
    assert asked.stored.retry_after == NOW + 10


@pytest.mark.parametrize(
    ("fetched", "status", "detail"),
    [
        (Fetched(says(503)), 503, ""),
        (Fetched(Response(status=504), "OriginReadError"), 504, "OriginReadError"),
        (Fetched(says(100)), 502, "OriginInvalidResponseError"),
        (Fetched(says(600)), 502, "OriginInvalidResponseError"),
    ],
    ids=["answers 503", "is too slow", "answers 100", "answers 600"],
)
def test_without_an_object_that_may_stand_in_the_viewer_hears_that_the_origin(
    fetched: Fetched, status: int, detail: str
) -> None:
    asked = expired(fetched, stale_if_error_until=NOW)
    assert asked.response.status == status
    assert asked.facts.detail == detail
    assert asked.response.headers.get("x-cache") == XCache.ERROR


def test_a_client_error_is_passed_on_whatever_is_stored() -> None:
    asked = expired(Fetched(says(404)))
    assert (asked.response.status, asked.response.headers.get("x-cache")) == (404, XCache.ERROR)
