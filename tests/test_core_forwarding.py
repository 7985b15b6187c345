from __future__ import annotations

from dataclasses import replace
from typing import Literal

import pytest

from edgeware.config.model import CacheBehavior, CachePolicy, OriginRequestPolicy, Selection
from edgeware.core.forwarding import Forwarding, forwarding

Part = Literal["headers", "cookies", "query_strings"]

# The names a, b, c, d stand for: a in both lists, b in the first, c in the second, d in neither.
FIRST, SECOND = ("a", "b"), ("a", "c")
NONE, ALL = Selection(), Selection(mode="all")
ALLOW_L, ALLOW_M = Selection(mode="whitelist", names=FIRST), Selection(mode="whitelist", names=SECOND)
BLOCK_C, BLOCK_B = Selection(mode="allExcept", names=FIRST), Selection(mode="allExcept", names=SECOND)

# [understanding-how-origin-request-policies-and-cache-policies-work-together]
TABLE = [
    pytest.param(NONE, NONE, "", id="none-none"),
    pytest.param(NONE, ALL, "abcd", id="none-all"),
    pytest.param(NONE, ALLOW_M, "ac", id="none-allow"),
    pytest.param(NONE, BLOCK_B, "bd", id="none-block"),
    pytest.param(ALLOW_L, NONE, "ab", id="allow-none"),
    pytest.param(ALLOW_L, ALL, "abcd", id="allow-all"),
    pytest.param(ALLOW_L, ALLOW_M, "abc", id="allow-allow"),
    pytest.param(ALLOW_L, BLOCK_B, "abd", id="allow-block"),
]
NOT_FOR_HEADERS = [
    pytest.param(ALL, NONE, "abcd", id="all-none"),
    pytest.param(ALL, ALL, "abcd", id="all-all"),
    pytest.param(ALL, ALLOW_M, "abcd", id="all-allow"),
    pytest.param(ALL, BLOCK_B, "abcd", id="all-block"),
    pytest.param(BLOCK_C, NONE, "cd", id="block-none"),
    pytest.param(BLOCK_C, ALL, "abcd", id="block-all"),
    pytest.param(BLOCK_C, ALLOW_M, "acd", id="block-allow"),
    pytest.param(BLOCK_C, BLOCK_B, "d", id="block-block"),
]


def compiled(part: Part, cache: Selection, origin: Selection) -> Forwarding:
    policy, origin_policy = CachePolicy(name="cache"), OriginRequestPolicy(name="origin")
    if part == "headers":
        return Forwarding(replace(policy, headers=cache), replace(origin_policy, headers=origin))
    if part == "cookies":
        return Forwarding(replace(policy, cookies=cache), replace(origin_policy, cookies=origin))
    return Forwarding(replace(policy, query_strings=cache), replace(origin_policy, query_strings=origin))


@pytest.mark.parametrize(("cache", "origin", "sent"), [*TABLE, *NOT_FOR_HEADERS])
def test_the_two_policies_combine_for_cookies(cache: Selection, origin: Selection, sent: str) -> None:
    both = compiled("cookies", cache, origin)
    assert [name for name in "abcd" if both.cookie(name)] == list(sent)


@pytest.mark.parametrize(("cache", "origin", "sent"), [*TABLE, *NOT_FOR_HEADERS])
def test_the_two_policies_combine_for_query_strings(cache: Selection, origin: Selection, sent: str) -> None:
    both = compiled("query_strings", cache, origin)
    assert [name for name in "abcd" if both.query_string(name)] == list(sent)
    assert both.whole_query == (ALL in (cache, origin))


@pytest.mark.parametrize(("cache", "origin", "sent"), TABLE)
def test_the_two_policies_combine_for_headers(cache: Selection, origin: Selection, sent: str) -> None:
    both = compiled("headers", cache, replace(origin, mode="allViewer") if origin is ALL else origin)
    assert [name for name in "abcd" if both.header(name)] == list(sent)


def test_all_viewer_does_not_take_the_cloudfront_headers() -> None:
    both = compiled("headers", NONE, Selection(mode="allViewer"))
    assert not both.header("cloudfront-viewer-country")


def test_all_viewer_takes_the_cloudfront_headers_that_are_listed_beside_it() -> None:
    both = compiled(
        "headers", NONE, Selection(mode="allViewerAndWhitelistCloudFront", names=("CloudFront-Viewer-Country",))
    )
    assert both.header("cloudfront-viewer-country")
    assert both.header("x-anything")
    assert not both.header("cloudfront-viewer-city")


def test_all_except_takes_the_cloudfront_headers_that_it_does_not_block() -> None:
    both = compiled("headers", NONE, Selection(mode="allExcept", names=("Host", "CloudFront-Viewer-City")))
    assert both.header("cloudfront-viewer-country")
    assert not both.header("cloudfront-viewer-city")
    assert not both.header("host")


def test_header_lists_ignore_case_and_cookie_lists_do_not() -> None:
    listed = Selection(mode="whitelist", names=("Origin",))
    assert compiled("headers", listed, NONE).header("origin")
    assert compiled("headers", listed, NONE).names_header("origin")
    assert not compiled("cookies", listed, NONE).cookie("origin")


def test_a_legacy_list_of_query_strings_narrows_the_key_but_not_what_the_origin_gets() -> None:
    listed = Selection(mode="whitelist", names=("color",))
    assert Forwarding(CachePolicy(name="legacy", legacy=True, query_strings=listed), None).whole_query
    assert not Forwarding(CachePolicy(name="legacy", legacy=True), None).query_string("color")


def test_a_legacy_list_of_cookies_may_hold_wildcards() -> None:
    listed = Selection(mode="whitelist", names=("session-*",))
    assert Forwarding(CachePolicy(name="legacy", legacy=True, cookies=listed), None).cookie("session-id")
    assert not Forwarding(CachePolicy(name="policy", cookies=listed), None).cookie("session-id")


def test_a_behavior_is_worked_out_once() -> None:
    behavior = CacheBehavior(path_pattern=None, target_origin_id="origin", cache_policy=CachePolicy(name="p"))
    assert forwarding(behavior) is forwarding(replace(behavior, compress=True))
