from __future__ import annotations

from dataclasses import replace

import pytest

from edgeware.config.model import (
    CacheBehavior,
    CachePolicy,
    Distribution,
    OriginRequestPolicy,
    Selection,
)
from edgeware.config.policies import lifetimes
from tests.fixtures.config.builders import DEFAULT, DISTRIBUTION, ORIGIN, POLICY, breaches

NONE, ALL = Selection(), Selection(mode="all")
DAY, YEAR = 86400, 31536000


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ((None, None, None), (0, DAY, YEAR)),
        ((0, 0, 0), (0, 0, 0)),
        ((100_000, None, None), (100_000, 100_000, YEAR)),
        ((0, 40_000_000, None), (0, 40_000_000, 40_000_000)),
        ((None, 60, 600), (0, 60, 600)),
    ],
)
def test_a_lifetime_that_is_not_given_is_never_below_the_others(
    given: tuple[int | None, int | None, int | None], expected: tuple[int, int, int]
) -> None:
    assert lifetimes(*given) == expected


# --- rules ----------------------------------------------------------------------------------------------------------


def names(*texts: str) -> Selection:
    return Selection(mode="whitelist", names=texts)


def cached(policy: CachePolicy) -> Distribution:
    return replace(DISTRIBUTION, behaviors=(replace(DEFAULT, cache_policy=policy),))


def requested(policy: OriginRequestPolicy) -> Distribution:
    return replace(DISTRIBUTION, behaviors=(replace(DEFAULT, origin_request_policy=policy),))


@pytest.mark.parametrize(
    ("lowest", "usual", "highest", "right"),
    [
        (0, 0, 0, True),
        (1, 1, 1, True),
        (0, 60, 600, True),
        (61, 60, 600, False),
        (0, 601, 600, False),
        (-1, 0, 0, False),
    ],
)
def test_v17_lifetimes_are_in_order(lowest: int, usual: int, highest: int, right: bool) -> None:
    policy = replace(POLICY, min_ttl=lowest, default_ttl=usual, max_ttl=highest)
    assert breaches(cached(policy), "V17") == ([] if right else [("error", "cache_policies.own.min_ttl")])
    legacy = replace(policy, legacy=True)
    assert breaches(cached(legacy), "V17") == ([] if right else [("error", "default_behavior.min_ttl")])


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("gzip", True),
        ("brotli", True),
        ("headers", names("A")),
        ("cookies", ALL),
        ("query_strings", ALL),
    ],
)
def test_v18_a_policy_that_caches_nothing_has_no_key(field: str, value: object) -> None:
    off = replace(POLICY, min_ttl=0, default_ttl=0, max_ttl=0)
    assert breaches(cached(off), "V18") == []
    policy = replace(off, **{field: value})  # type: ignore[arg-type]
    assert breaches(cached(policy), "V18") == [("error", f"cache_policies.own.{field}")]
    assert breaches(cached(replace(policy, max_ttl=1)), "V18") == []
    assert breaches(cached(replace(policy, legacy=True)), "V18") == []


@pytest.mark.parametrize("coding", ["gzip", "brotli"])
def test_v19_accept_encoding_is_not_listed_with_compression(coding: str) -> None:
    listed = replace(POLICY, headers=names("accept-ENCODING"))
    assert breaches(cached(listed), "V19") == []
    policy = replace(listed, **{coding: True})  # type: ignore[arg-type]
    assert breaches(cached(policy), "V19") == [("error", "cache_policies.own.headers")]


@pytest.mark.parametrize(
    ("headers", "right"),
    [
        (names("Origin"), True),
        (names("authorization"), False),
        (names("Accept-Encoding"), False),
        (Selection(mode="allExcept", names=("Authorization",)), True),
        (Selection(mode="allViewerAndWhitelistCloudFront", names=("CloudFront-Viewer-Country",)), True),
        (Selection(mode="allViewerAndWhitelistCloudFront", names=("X-Country",)), False),
    ],
)
def test_v20_some_headers_cannot_be_listed_for_the_origin(headers: Selection, right: bool) -> None:
    found = breaches(requested(OriginRequestPolicy(name="own", headers=headers)), "V20")
    assert found == ([] if right else [("error", "origin_request_policies.own.headers")])


@pytest.mark.parametrize(
    ("selection", "right"),
    [
        (NONE, True),
        (ALL, True),
        (names("a"), True),
        (Selection(mode="allExcept", names=("a",)), True),
        (names(), False),
        (Selection(mode="allExcept"), False),
        (Selection(mode="all", names=("a",)), False),
        (Selection(mode="none", names=("a",)), False),
        (Selection(mode="allViewer"), False),
    ],
)
def test_v21_only_a_selection_by_name_has_names(selection: Selection, right: bool) -> None:
    for field in ("cookies", "query_strings"):
        policy = replace(POLICY, **{field: selection})  # type: ignore[arg-type]
        assert breaches(cached(policy), "V21") == ([] if right else [("error", f"cache_policies.own.{field}")])
        request = OriginRequestPolicy(name="own", **{field: selection})  # type: ignore[arg-type]
        wrong = [("error", f"origin_request_policies.own.{field}")]
        assert breaches(requested(request), "V21") == ([] if right else wrong)


@pytest.mark.parametrize(("mode", "right"), [("none", True), ("all", False), ("allExcept", False)])
def test_v21_a_cache_policy_takes_headers_by_name_only(mode: str, right: bool) -> None:
    headers = Selection(mode=mode, names=("a",) if mode == "allExcept" else ())  # type: ignore[arg-type]
    found = breaches(cached(replace(POLICY, headers=headers)), "V21")
    assert found == ([] if right else [("error", "cache_policies.own.headers")])


def forwarding(headers: Selection, min_ttl: int = 0) -> CacheBehavior:
    policy = CachePolicy(name="(forwarded values)", headers=headers, min_ttl=min_ttl, legacy=True)
    return replace(DEFAULT, cache_policy=policy)


@pytest.mark.parametrize(
    ("behavior", "places"),
    [
        (forwarding(ALL), []),
        (forwarding(names("Host")), ["default_behavior.forwarded_values.headers"]),
        (forwarding(names("Origin"), min_ttl=5), []),
        (forwarding(ALL, min_ttl=5), ["default_behavior.min_ttl"]),
        (forwarding(Selection(mode="all", names=("a",))), ["default_behavior.forwarded_values.headers"]),
        (DEFAULT, []),
    ],
)
def test_v22_all_headers_means_no_caching_and_s3_has_its_own_host(behavior: CacheBehavior, places: list[str]) -> None:
    bucket = replace(DISTRIBUTION, origins={"app": replace(ORIGIN, type="s3")}, behaviors=(behavior,))
    assert breaches(bucket, "V22") == [("error", place) for place in places]
    custom = replace(DISTRIBUTION, behaviors=(forwarding(names("Host")),))
    assert breaches(custom, "V22") == []


def test_v37_a_policy_lists_ten_names_of_1024_characters() -> None:
    ten = tuple(f"n{number}" for number in range(10))
    assert breaches(cached(replace(POLICY, cookies=names(*ten))), "V37") == []
    assert breaches(cached(replace(POLICY, cookies=names(*ten, "x"))), "V37") == [
        ("warn", "cache_policies.own.cookies")
    ]
    assert breaches(cached(replace(POLICY, cookies=names("x" * 1025))), "V37") == [
        ("warn", "cache_policies.own.cookies")
    ]


EXCEPT_A, EXCEPT_AB = (Selection(mode="allExcept", names=tuple(names)) for names in ("a", "ab"))


@pytest.mark.parametrize("field", ["cookies", "query_strings"])
@pytest.mark.parametrize(
    ("cache", "request_", "found"),
    [
        (EXCEPT_A, EXCEPT_AB, [("warn", "default_behavior.origin_request_policy")]),
        (EXCEPT_AB, EXCEPT_A, []),
        (EXCEPT_A, EXCEPT_A, []),
        (Selection(mode="all"), EXCEPT_A, []),
        (EXCEPT_A, Selection(mode="whitelist", names=("b",)), []),
        (EXCEPT_A, None, []),
    ],
)
def test_what_one_policy_keys_and_the_other_blocks_is_warned_of(
    field: str, cache: Selection, request_: Selection | None, found: list[tuple[str, str]]
) -> None:
    origin = None if request_ is None else replace(OriginRequestPolicy(name="o"), **{field: request_})  # type: ignore[arg-type]
    behavior = replace(
        DEFAULT,
        cache_policy=replace(POLICY, **{field: cache}),  # type: ignore[arg-type]
        origin_request_policy=origin,
    )
    assert breaches(replace(DISTRIBUTION, behaviors=(behavior,)), "N-blocked") == found
