from __future__ import annotations

from dataclasses import replace

from edgeware.config import managed
from edgeware.config.model import CachePolicy, OriginRequestPolicy, ResponseHeadersPolicy
from edgeware.config.validation import places
from tests.fixtures.config.builders import DEFAULT, DISTRIBUTION, listed

OWN = replace(
    DEFAULT,
    path_pattern="/a",
    origin_request_policy=OriginRequestPolicy(name="request"),
    response_headers_policy=ResponseHeadersPolicy(name="response"),
)
MANAGED = replace(
    DEFAULT,
    path_pattern="/b",
    cache_policy=managed.cache_policies()["CachingOptimized"],
    origin_request_policy=managed.origin_request_policies()["AllViewer"],
    response_headers_policy=managed.response_headers_policies()["SimpleCORS"],
)
LEGACY = replace(
    OWN,
    cache_policy=CachePolicy(name="(forwarded values)", legacy=True),
    origin_request_policy=OriginRequestPolicy(name="(forwarded values)"),
    response_headers_policy=None,
)
DISTRIBUTION_OF_ALL = listed(OWN, OWN, MANAGED, LEGACY)


def test_behaviors_have_their_place_in_the_list_or_are_the_default() -> None:
    found = [words for words, _ in places.behaviors(DISTRIBUTION_OF_ALL)]
    assert found == [("behaviors", 0), ("behaviors", 1), ("behaviors", 2), ("behaviors", 3), ("default_behavior",)]
    assert [words for words, _ in places.behaviors(DISTRIBUTION)] == [("default_behavior",)]


def test_policies_of_one_s_own_come_once_and_aws_s_never() -> None:
    assert list(places.cache_policies(DISTRIBUTION_OF_ALL)) == [
        (("cache_policies", "own"), OWN.cache_policy),
        (("behaviors", 3), LEGACY.cache_policy),
    ]
    assert list(places.origin_request_policies(DISTRIBUTION_OF_ALL)) == [
        (("origin_request_policies", "request"), OWN.origin_request_policy)
    ]
    assert list(places.response_headers_policies(DISTRIBUTION_OF_ALL)) == [
        (("response_headers_policies", "response"), OWN.response_headers_policy)
    ]
