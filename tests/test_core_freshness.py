from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edgeware.config.model import CacheBehavior, CachePolicy, Selection
from edgeware.config.switches import Switches
from edgeware.core.behaviors import cached_methods
from edgeware.core.cached_object import CachedObject
from edgeware.core.freshness import (
    Lifetime,
    Times,
    is_fresh,
    is_held,
    lifetime,
    may_stand_in,
    merged,
    revalidates_in_background,
    until,
)
from edgeware.messages import Headers
from tests.vectors_path import load

VECTORS: dict[str, Any] = load("ttl_vectors.json")
NOW = 1767225600.0
OPTIMIZED = CachePolicy(name="CachingOptimized", min_ttl=1)
BY_ORIGIN = CachePolicy(name="UseOriginCacheControlHeaders", default_ttl=0)


def policy_of(words: dict[str, int]) -> CachePolicy:
    return CachePolicy(name="vector", min_ttl=words["min"], default_ttl=words["default"], max_ttl=words["max"])


def of(policy: CachePolicy = BY_ORIGIN, status: int = 200, **headers: str) -> Lifetime:
    lines = Headers((name.replace("_", "-"), value) for name, value in headers.items())
    return lifetime(policy, True, status, lines, NOW)


def copy_of(times: Times, **settings: Any) -> CachedObject:
    given: dict[str, Any] = {"status": 200, "headers": Headers(), "body": b"", "path": "/"}
    return CachedObject(**{**given, **times._asdict(), **settings})


@pytest.mark.parametrize("vector", [pytest.param(row, id=row["id"]) for row in VECTORS["vectors"]])
def test_a_lifetime_is_as_the_vectors_say(vector: dict[str, Any]) -> None:
    behavior = CacheBehavior(
        path_pattern=None,
        target_origin_id="app",
        cache_policy=policy_of(vector["policy"]),
        cached_methods=frozenset(vector.get("cached_methods", ("GET", "HEAD"))),
    )
    response = vector["origin_response"]
    given = lifetime(
        behavior.cache_policy,
        vector["request"]["method"] in cached_methods(behavior),
        response["status"],
        Headers(response["headers"].items()),
        vector["now"],
        error_caching_min_ttl=vector.get("error_caching_min_ttl", 10),
        s3=vector.get("origin_type") == "s3",
    )
    assert {
        "cacheable": given.fresh_seconds > 0,
        "fresh_s": given.fresh_seconds,
        "stored": given.stored,
    } == vector["expect"]
    assert given.rule == vector["rule"]
    assert given.why


def outcome(copy: CachedObject | None, origin: str, now: float) -> str:
    """What the viewer gets, told by the predicates in the order in which the edge asks them."""
    if copy is not None and is_fresh(copy, now):
        return "hit"
    if copy is not None and revalidates_in_background(copy, now):
        return "background"
    if copy is not None and is_held(copy, now):
        return "stale"
    if not origin.startswith(("unreachable", "5")):
        return "origin"
    return "stale" if copy is not None and may_stand_in(copy, now) else "error"


def expected_outcome(words: str) -> str:
    if words.startswith("error"):
        return "origin" if words.startswith("error 4") else "error"
    if "background" in words:
        return "background"
    return "stale" if "stale" in words or "previous copy" in words else "origin"


def retry_after(vector: dict[str, Any], now: float) -> float:
    again = re.search(r"again (\d+) s after a stale answer", vector["origin"])
    return now - int(again[1]) + vector["error_caching_min_ttl"] if again else 0.0


@pytest.mark.parametrize("vector", [pytest.param(row, id=row["id"]) for row in VECTORS["stale_vectors"]])
def test_a_stale_copy_is_used_as_the_vectors_say(vector: dict[str, Any]) -> None:
    policy = policy_of(vector["policy"])
    given = of(policy, cache_control=vector["origin_cache_control"])
    now = NOW + vector["object_age_s"]
    copy = copy_of(until(given, policy, NOW), retry_after=retry_after(vector, now)) if given.stored else None
    assert outcome(copy, vector["origin"], now) == expected_outcome(vector["expect"])


def test_cache_control_lines_are_one_list() -> None:
    assert of(cache_control="public").rule == "F0"
    headers = Headers([("Cache-Control", "public"), ("Cache-Control", "max-age=60")])
    assert lifetime(BY_ORIGIN, True, 200, headers, NOW).fresh_seconds == 60


@pytest.mark.parametrize("value", ["60.5", "+60", "sixty", "-1", "６０", '""', "60;"])
def test_a_value_that_is_no_number_counts_for_nothing(value: str) -> None:
    given = of(OPTIMIZED, cache_control=f"max-age={value}")
    assert (given.rule, given.fresh_seconds) == ("F1", 86400)


@pytest.mark.parametrize(
    ("policy", "status", "headers", "rule", "fresh_seconds"),
    [
        pytest.param(OPTIMIZED, 200, {"vary": "*"}, "F1", 86400, id="Vary: * is ignored with a minimum TTL"),
        pytest.param(BY_ORIGIN, 200, {"vary": "Accept, *"}, "V1", 0, id="a star among others"),
        pytest.param(BY_ORIGIN, 200, {"vary": "Accept", "cache_control": "max-age=9"}, "A0", 9, id="another Vary"),
        pytest.param(BY_ORIGIN, 200, {"cache_control": "max-age=" + "9" * 5000}, "A0", 31536000, id="a huge number"),
        pytest.param(BY_ORIGIN, 200, {"cache_control": "max-age=007"}, "A0", 7, id="leading zeros"),
        pytest.param(BY_ORIGIN, 200, {"cache_control": "no-store=x"}, "N0", 0, id="no-store has no field form"),
        pytest.param(BY_ORIGIN, 200, {"cache_control": 'private="x"'}, "F0", 0, id="private has"),
        pytest.param(BY_ORIGIN, 404, {"cache_control": "s-maxage=30, max-age=60"}, "E2", 30, id="s-maxage of a 404"),
        pytest.param(BY_ORIGIN, 403, {"cache_control": "no-store"}, "E3n", 0, id="a 403 that nobody asks to cache"),
        pytest.param(BY_ORIGIN, 403, {"cache_control": "private, max-age=60"}, "E5", 10, id="a 403 that somebody does"),
        pytest.param(BY_ORIGIN, 600, {}, "E7", 0, id="a status out of range"),
        pytest.param(
            CachePolicy(name="*", headers=Selection(mode="all")),
            200,
            {"cache_control": "max-age=60"},
            "D0",
            0,
            id="legacy star",
        ),
        pytest.param(OPTIMIZED, 304, {"cache_control": "max-age=60"}, "", 0, id="a 304"),
        pytest.param(OPTIMIZED, 103, {}, "", 0, id="an early hint"),
    ],
)
def test_other_lifetimes(
    policy: CachePolicy, status: int, headers: dict[str, Any], rule: str, fresh_seconds: float
) -> None:
    given = of(policy, status, **headers)
    assert (given.rule, given.fresh_seconds) == (rule, fresh_seconds)


def test_the_reason_is_a_sentence_for_people() -> None:
    assert of(OPTIMIZED, cache_control="max-age=60").why == "max-age=60 between minimum TTL 1 and maximum 31536000"
    assert of(OPTIMIZED, cache_control="private").why == "private, but the minimum TTL is 1"


@pytest.mark.parametrize(
    ("headers", "fallback", "revalidates"),
    [
        pytest.param({"cache_control": "max-age=60"}, False, True, id="an ordinary object"),
        pytest.param({"cache_control": "no-cache"}, True, True, id="no-cache comes back as a RefreshHit"),
        pytest.param({"cache_control": "no-store"}, True, False, id="no-store is there for the outage only"),
        pytest.param({"cache_control": "no-cache, private"}, True, False, id="private rules no-cache"),
        pytest.param({"vary": "*"}, False, False, id="Vary: * goes without conditions"),
    ],
)
def test_what_a_stored_copy_is_for(headers: dict[str, Any], fallback: bool, revalidates: bool) -> None:
    given = of(**headers)
    assert given.stored
    assert (given.fallback, given.revalidates) == (fallback, revalidates)


def test_without_a_maximum_ttl_no_fallback_is_kept() -> None:
    policy = CachePolicy(name="p", min_ttl=0, default_ttl=60, max_ttl=0)
    assert not of(policy, cache_control="no-store").stored


@pytest.mark.parametrize(
    ("value", "withheld"),
    [
        ("max-age=60", ()),
        ("no-cache, max-age=60", ()),
        ('no-cache="Set-Cookie", max-age=60', ("set-cookie",)),
        ('private="X-A, X-B", no-cache=Set-Cookie', ("set-cookie", "x-a", "x-b")),
    ],
)
def test_the_field_form_of_a_directive_withholds_headers_only(value: str, withheld: tuple[str, ...]) -> None:
    assert of(OPTIMIZED, cache_control=value).withheld == withheld


SHORT = CachePolicy(name="short", min_ttl=0, default_ttl=60, max_ttl=300)


@pytest.mark.parametrize(
    ("policy", "value", "times"),
    [
        pytest.param(SHORT, "max-age=60", (60, 60, 300), id="stands in until the maximum TTL"),
        pytest.param(SHORT, "max-age=60, stale-while-revalidate=9, stale-if-error=5", (60, 69, 65), id="named times"),
        pytest.param(SHORT, "stale-while-revalidate=999, stale-if-error=999", (60, 300, 300), id="capped times"),
        pytest.param(SHORT, "max-age=60, stale-if-error=0", (60, 60, 60), id="no standing in"),
        pytest.param(SHORT, "no-store, stale-while-revalidate=9", (0, 0, 300), id="a fallback copy"),
        pytest.param(SHORT, "no-store, stale-if-error=0", (0, 0, 0), id="not even that"),
        pytest.param(
            CachePolicy(name="odd", default_ttl=600, max_ttl=300), "public", (600, 600, 600), id="default over maximum"
        ),
    ],
)
def test_the_times_of_an_object(policy: CachePolicy, value: str, times: tuple[float, ...]) -> None:
    assert until(of(policy, cache_control=value), policy, NOW) == (NOW, *(NOW + seconds for seconds in times))


def test_an_error_does_not_stand_in_for_anything() -> None:
    given = of(SHORT, 404, cache_control="max-age=60, stale-while-revalidate=60, stale-if-error=60")
    assert until(given, SHORT, NOW) == (NOW, NOW + 60, NOW + 60, NOW + 60)
    assert given.error
    assert not given.revalidates


def test_an_object_goes_through_its_ages() -> None:
    copy = copy_of(Times(stored_at=0, fresh_until=10, stale_while_revalidate_until=20, stale_if_error_until=30))
    ages = [
        (now, is_fresh(copy, now), revalidates_in_background(copy, now), may_stand_in(copy, now))
        for now in (9, 10, 19, 20, 29, 30)
    ]
    assert ages == [
        (9, True, False, True),
        (10, False, True, True),
        (19, False, True, True),
        (20, False, False, True),
        (29, False, False, True),
        (30, False, False, False),
    ]


def test_a_copy_that_stood_in_is_held_until_the_origin_may_be_asked_again() -> None:
    copy = copy_of(Times(0, 10, 10, 30), retry_after=25)
    assert [is_held(copy, now) for now in (24, 25)] == [True, False]
    assert not is_held(copy_of(Times(0, 10, 10, 20), retry_after=25), 24)


def refreshed(stored: list[tuple[str, str]], sent: list[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    return merged(copy_of(Times(0, 0, 0, 0), headers=Headers(stored)), Headers(sent)).lines


def test_a_304_brings_headers_up_to_date_and_leaves_those_of_the_body() -> None:
    stored = [("Content-Length", "5"), ("Cache-Control", "max-age=1"), ("ETag", '"a"'), ("X-A", "1"), ("x-a", "2")]
    sent = [("cache-control", "max-age=2"), ("Content-Length", "0"), ("X-A", "3"), ("ETag", '"a"'), ("X-B", "4")]
    assert refreshed(stored, sent) == (
        ("Content-Length", "5"),
        ("cache-control", "max-age=2"),
        ("X-A", "3"),
        ("ETag", '"a"'),
        ("X-B", "4"),
    )


@pytest.mark.parametrize(
    ("stored", "sent", "kept"),
    [
        pytest.param('W/"a"', '"a"', 'W/"a"', id="weakened by compression"),
        pytest.param('"a"', 'W/"a"', 'W/"a"', id="weakened by the origin"),
        pytest.param('W/"a"', '"b"', '"b"', id="another one"),
    ],
)
def test_an_etag_weakened_at_the_edge_stays_weak(stored: str, sent: str, kept: str) -> None:
    assert refreshed([("ETag", stored)], [("ETag", sent)]) == (("ETag", kept),)


def test_a_304_without_an_etag_leaves_the_stored_one() -> None:
    assert refreshed([("ETag", '"a"')], [("Date", "x")]) == (("ETag", '"a"'), ("Date", "x"))
    assert refreshed([], [("ETag", '"a"')]) == (("ETag", '"a"'),)


@given(st.text(), st.text(), st.sampled_from([200, 307, 404, 403]))
def test_no_header_of_an_origin_is_too_strange(control: str, expires: str, status: int) -> None:
    given = of(OPTIMIZED, status, cache_control=control, expires=expires, vary=control)
    assert 0 <= given.fresh_seconds <= OPTIMIZED.max_ttl


SWITCHED = CachePolicy(name="switched", min_ttl=0, default_ttl=60, max_ttl=300)


def switched(status: int = 200, policy: CachePolicy = SWITCHED, *, control: str = "", **switches: Any) -> Lifetime:
    headers = Headers([("Cache-Control", control)] if control else [])
    return lifetime(policy, True, status, headers, NOW, switches=Switches(**switches))


@pytest.mark.parametrize(
    ("control", "min_ttl", "stored"),
    [("no-store", 0, False), ("private", 0, False), ("no-cache", 0, True), ("private", 5, True)],
)
def test_without_the_private_fallback_such_answers_never_stand_in(control: str, min_ttl: int, stored: bool) -> None:
    policy = CachePolicy(name="p", min_ttl=min_ttl, default_ttl=60, max_ttl=300)
    given = switched(policy=policy, control=control, serve_private_fallback=False)
    assert given.stored is stored
    assert until(given, policy, NOW).stale_if_error_until == NOW + min_ttl


def test_no_store_and_private_may_be_revalidated() -> None:
    for control in ("no-store", "private"):
        assert switched(control=control, no_store_revalidates=True).revalidates
        assert not switched(control=control).revalidates


@pytest.mark.parametrize("status", [400, 403, 405, 412, 415])
def test_the_403_family_may_be_cached_unasked(status: int) -> None:
    assert (switched(status).stored, switched(status).rule) == (False, "E3n")
    given = switched(status, cache_403_family=True)
    assert (given.stored, given.fresh_seconds, given.rule) == (True, 10, "E1")


@pytest.mark.parametrize("directive", ["must-revalidate", "proxy-revalidate"])
def test_must_revalidate_may_be_honored(directive: str) -> None:
    control = f"max-age=60, stale-while-revalidate=9, stale-if-error=9, {directive}"
    times = until(switched(control=control, honor_must_revalidate=True), SWITCHED, NOW)
    assert times == (NOW, NOW + 60, NOW + 60, NOW + 60)
    assert until(switched(control=control), SWITCHED, NOW) == (NOW, NOW + 60, NOW + 69, NOW + 69)


def test_the_maximum_ttl_may_count_from_expiry() -> None:
    given = switched(control="max-age=60, stale-while-revalidate=999, stale-if-error=290")
    assert until(given, SWITCHED, NOW, "window") == (NOW, NOW + 60, NOW + 360, NOW + 350)
    assert until(switched(control="max-age=60"), SWITCHED, NOW, "window").stale_if_error_until == NOW + 360
