"""What is worked out once for a distribution and its behaviors."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from edgeware.config.model import (
    CacheBehavior,
    CachePolicy,
    CustomErrorResponse,
    Directory,
    Distribution,
    Origin,
    OriginGroup,
    ResponseHeadersPolicy,
    Selection,
)
from edgeware.config.switches import Switches
from edgeware.core.prepared import PreparedBehavior, PreparedDistribution
from edgeware.messages import Request
from tests.worlds.sites import ALL_VIEWER, DAY, DISABLED, js, py, site

FUNCTION_JS = js("function handler(e) { return e.request; }")
FUNCTION_PY = py("def handler(event, context): ...")


def prepared(distribution: Distribution) -> PreparedBehavior:
    return PreparedDistribution(distribution).match("/x")


def test_the_first_behavior_whose_pattern_takes_the_path_is_the_one() -> None:
    listed = tuple(
        CacheBehavior(path_pattern=pattern, target_origin_id="app", cache_policy=DAY) for pattern in ("/a/*", "/a/b*")
    )
    distribution = PreparedDistribution(site(behaviors=listed))
    assert distribution.match("/a/b").behavior.path_pattern == "/a/*"
    assert distribution.match("/c").behavior.path_pattern is None
    assert distribution.match("/a/1") is distribution.match("/a/2")


def test_a_behavior_knows_the_function_of_each_event() -> None:
    behavior = prepared(site({"viewer-request": FUNCTION_JS, "origin-request": FUNCTION_PY}))
    assert behavior.function_at("viewer-request") is FUNCTION_JS
    assert behavior.function_at("origin-request") is FUNCTION_PY
    assert behavior.function_at("viewer-response") is None


@pytest.mark.parametrize("include_body", [True, False])
def test_only_a_lambda_association_can_include_the_body(include_body: bool) -> None:
    functions: dict[str, Any] = {"viewer-request": FUNCTION_JS, "origin-request": FUNCTION_PY}
    behavior = prepared(site(functions, include_body=include_body))
    assert behavior.includes_body("origin-request") is include_body
    assert not behavior.includes_body("viewer-request")
    assert not behavior.includes_body("origin-response")


@pytest.mark.parametrize(
    ("method", "settings", "caches"),
    [
        ("GET", {}, True),
        ("HEAD", {}, True),
        ("OPTIONS", {}, False),
        ("OPTIONS", {"cached_methods": frozenset({"GET", "HEAD", "OPTIONS"})}, True),
        ("POST", {}, False),
        ("GET", {"cache_policy": DISABLED}, False),
    ],
)
def test_a_behavior_knows_which_methods_it_caches(method: str, settings: dict[str, Any], caches: bool) -> None:
    assert prepared(site(**settings)).caches(method) is caches


@pytest.mark.parametrize(
    ("settings", "revalidates", "collapses"),
    [
        ({}, True, True),
        ({"cache_policy": DISABLED}, True, False),
        ({"origin_request_policy": ALL_VIEWER}, False, False),
        ({"cache_policy": CachePolicy(name="c", cookies=Selection(mode="whitelist", names=("a",)))}, False, False),
    ],
    ids=["plain", "caching disabled", "all cookies forwarded", "a cookie in the key"],
)
def test_forwarded_cookies_rule_out_revalidation_and_collapsing(
    settings: dict[str, Any], revalidates: bool, collapses: bool
) -> None:
    behavior = prepared(site(**settings))
    assert (behavior.revalidates, behavior.collapses) == (revalidates, collapses)


@pytest.mark.parametrize(
    ("functions", "settings", "changes"),
    [
        ({}, {}, False),
        ({"viewer-request": FUNCTION_JS}, {}, False),
        ({"viewer-response": FUNCTION_JS}, {}, True),
        ({}, {"response_headers_policy": ResponseHeadersPolicy(name="none")}, True),
    ],
    ids=["nothing", "viewer-request", "viewer-response", "a response headers policy"],
)
def test_a_behavior_knows_whether_responses_change_between_cache_and_viewer(
    functions: dict[str, Any], settings: dict[str, Any], changes: bool
) -> None:
    assert prepared(site(functions, **settings)).changes_responses is changes


@pytest.mark.parametrize(("groups", "same"), [(("keys",), True), ((), False)], ids=["trusted signers", "none"])
def test_signing_parameters_do_not_split_the_cache_where_signers_are_trusted(
    groups: tuple[str, ...], same: bool
) -> None:
    policy = CachePolicy(name="all", query_strings=Selection(mode="all"))
    key = prepared(site(cache_policy=policy, trusted_key_groups=groups)).cache_key
    signed = [Request(method="GET", path="/x", query=f"a=1&Signature={signature}") for signature in ("one", "two")]
    assert (key.of(signed[0]) == key.of(signed[1])) is same


def test_the_primary_of_an_origin_group_is_the_origin() -> None:
    plain = site()
    group = OriginGroup(id="group", members=("app", "backup"), status_codes=frozenset({503}))
    backup = Origin(id="backup", domain_name="backup.example.com")
    behavior = replace(plain.default_behavior, target_origin_id="group")
    distribution = replace(
        plain,
        origins={**plain.origins, "backup": backup},
        origin_groups={"group": group},
        behaviors=(behavior,),
    )
    assert prepared(distribution).origin.id == "app"


def test_an_origin_that_a_function_made_up_gets_the_target_of_the_configured_one_of_that_name(tmp_path: Any) -> None:
    target = Directory(path=tmp_path)
    distribution = PreparedDistribution(
        site(origin=Origin(id="app", domain_name="files.example.com", origin_path="/a", target=target))
    )
    known = Origin(id="made", domain_name="files.example.com", origin_path="/b")
    unknown = Origin(id="made", domain_name="other.example.com")
    assert distribution.resolved(known) == replace(known, target=target)
    assert distribution.resolved(unknown) is unknown


def test_errors_are_cached_for_ten_seconds_or_as_long_as_configured() -> None:
    custom = {404: CustomErrorResponse(error_code=404, error_caching_min_ttl=60)}
    distribution = PreparedDistribution(site(distribution={"custom_error_responses": custom}))
    assert distribution.error_caching_min_ttl(404) == 60
    assert distribution.error_caching_min_ttl(500) == 10


@pytest.mark.parametrize(("profile", "seconds"), [("current", 30), ("2023", 5)])
def test_a_lambda_function_has_no_more_time_than_its_event_gives(profile: Any, seconds: int) -> None:
    slow = replace(FUNCTION_PY, timeout=60)
    functions = {"viewer-request": slow, "origin-request": slow, "viewer-response": FUNCTION_PY}
    behavior = prepared(replace(site(functions), switches=Switches(lambda_limits=profile)))
    assert behavior.function_at("viewer-request") == replace(slow, timeout=seconds)
    assert behavior.function_at("origin-request") is slow
    assert behavior.function_at("viewer-response") is FUNCTION_PY


def test_the_path_switches_reach_behaviors_and_key() -> None:
    listed = (CacheBehavior(path_pattern="/a/b*", target_origin_id="app", cache_policy=DAY),)
    request = Request(method="GET", path="/a/b/..")
    plain = PreparedDistribution(site(behaviors=listed))
    turned = PreparedDistribution(
        site(behaviors=listed, distribution={"switches": Switches(normalize_paths=False, key_path="normalized")})
    )
    assert plain.match(request.path).behavior.path_pattern is None
    assert turned.match(request.path).behavior.path_pattern == "/a/b*"
    assert plain.match("/x").cache_key.of(request).endswith("/a/b/..")
    assert turned.match("/x").cache_key.of(request).endswith("/a/")
