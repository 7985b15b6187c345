from __future__ import annotations

import pytest

from edgeware.config.loading import load
from edgeware.config.model import (
    CacheBehavior,
    CachePolicy,
    Cors,
    OriginRequestPolicy,
    PolicyHeader,
    ResponseHeadersPolicy,
    Selection,
)
from tests.fixtures.config.builders import behavior, native, refused


def default(source: object) -> CacheBehavior:
    return load(source).default_behavior  # type: ignore[arg-type]


def with_cache_policy(**policy: object) -> dict[str, object]:
    return {**behavior(cache_policy="p"), "cache_policies": {"p": policy}}


def with_origin_request_policy(**policy: object) -> dict[str, object]:
    return {**behavior(origin_request_policy="p"), "origin_request_policies": {"p": policy}}


def with_response_headers_policy(**policy: object) -> dict[str, object]:
    return {**behavior(response_headers_policy="p"), "response_headers_policies": {"p": policy}}


@pytest.mark.parametrize(
    "name", ["CachingOptimized", "Managed-CachingOptimized", "658327ea-f89d-4fab-a63d-7e88639e58f6"]
)
def test_a_managed_policy_is_named_in_any_way(name: str) -> None:
    assert default(behavior(cache_policy=name)).cache_policy.name == "Managed-CachingOptimized"


def test_each_kind_of_managed_policy_is_found() -> None:
    found = default(behavior(origin_request_policy="AllViewer", response_headers_policy="SimpleCORS"))
    assert found.origin_request_policy is not None
    assert found.response_headers_policy is not None
    assert found.origin_request_policy.name == "Managed-AllViewer"
    assert found.response_headers_policy.name == "Managed-SimpleCORS"


def test_a_policy_of_the_file_comes_before_one_of_aws() -> None:
    source = {**behavior(cache_policy="CachingOptimized"), "cache_policies": {"CachingOptimized": {"max_ttl": 86401}}}
    assert default(source).cache_policy == CachePolicy(name="CachingOptimized", max_ttl=86401)


@pytest.mark.parametrize(
    ("said", "selection"),
    [
        (None, Selection()),
        ("none", Selection()),
        ("all", Selection(mode="all")),
        ({"include": ["a", "b"]}, Selection(mode="whitelist", names=("a", "b"))),
        ({"exclude": ["a"]}, Selection(mode="allExcept", names=("a",))),
    ],
)
def test_a_cache_policy_selects_cookies_and_query_strings(said: object, selection: Selection) -> None:
    policy = default(with_cache_policy(cookies=said, query_strings=said)).cache_policy
    assert (policy.cookies, policy.query_strings) == (selection, selection)


@pytest.mark.parametrize(
    ("said", "selection"),
    [
        ("viewer", Selection(mode="allViewer")),
        (
            {"viewer_and": ["CloudFront-Viewer-Country"]},
            Selection(mode="allViewerAndWhitelistCloudFront", names=("CloudFront-Viewer-Country",)),
        ),
        ({"exclude": ["Host"]}, Selection(mode="allExcept", names=("Host",))),
    ],
)
def test_an_origin_request_policy_selects_headers(said: object, selection: Selection) -> None:
    policy = default(with_origin_request_policy(headers=said, cookies="all")).origin_request_policy
    assert policy == OriginRequestPolicy(name="p", headers=selection, cookies=Selection(mode="all"))


def test_a_cache_policy_has_cloudfront_s_lifetimes_by_default() -> None:
    assert default(with_cache_policy()).cache_policy == CachePolicy(name="p")
    policy = default(
        with_cache_policy(min_ttl=100_000, gzip=True, brotli=True, headers={"include": ["A"]})
    ).cache_policy
    assert (policy.min_ttl, policy.default_ttl, policy.max_ttl) == (100_000, 100_000, 31_536_000)
    assert (policy.gzip, policy.brotli, policy.headers.names) == (True, True, ("A",))


def test_a_response_headers_policy_is_read_in_its_wire_form() -> None:
    policy = default(
        with_response_headers_policy(
            cors={
                "allow_origins": ["https://a.test"],
                "allow_headers": ["X-A"],
                "allow_methods": ["GET"],
                "allow_credentials": True,
                "expose_headers": ["X-B"],
                "max_age": 5,
                "origin_override": True,
            },
            security_headers={
                "strict_transport_security": {
                    "max_age": 5,
                    "include_subdomains": True,
                    "preload": True,
                    "override": True,
                },
                "content_type_options": {"override": True},
                "frame_options": {"frame_option": "DENY"},
                "referrer_policy": {"referrer_policy": "no-referrer"},
                "content_security_policy": {"content_security_policy": "default-src 'self'"},
                "xss_protection": {"protection": True, "report_uri": "/xss"},
            },
            custom_headers={"X-A": "1", "X-B": {"value": "2", "override": True}},
            remove_headers=["Server"],
            server_timing=12.5,
        )
    ).response_headers_policy
    assert policy == ResponseHeadersPolicy(
        name="p",
        cors=Cors(
            allow_origins=("https://a.test",),
            allow_headers=("X-A",),
            allow_methods=("GET",),
            allow_credentials=True,
            expose_headers=("X-B",),
            max_age=5,
            origin_override=True,
        ),
        security_headers=(
            PolicyHeader(
                name="Strict-Transport-Security", value="max-age=5; includeSubDomains; preload", override=True
            ),
            PolicyHeader(name="X-Content-Type-Options", value="nosniff", override=True),
            PolicyHeader(name="X-Frame-Options", value="DENY"),
            PolicyHeader(name="Referrer-Policy", value="no-referrer"),
            PolicyHeader(name="Content-Security-Policy", value="default-src 'self'"),
            PolicyHeader(name="X-XSS-Protection", value="1; report=/xss"),
        ),
        custom_headers=(
            PolicyHeader(name="X-A", value="1"),
            PolicyHeader(name="X-B", value="2", override=True),
        ),
        remove_headers=("Server",),
        server_timing=12.5,
    )


def test_custom_headers_may_be_the_api_s_list() -> None:
    listed = [{"header": "X-A", "value": "1", "override": True}]
    policy = default(with_response_headers_policy(custom_headers=listed)).response_headers_policy
    assert policy is not None
    assert policy.custom_headers == (PolicyHeader(name="X-A", value="1", override=True),)


# --- forwarded values -----------------------------------------------------------------------------------------------


def test_forwarded_values_are_two_policies_where_the_origin_sees_more() -> None:
    found = default(
        behavior(
            compress=True,
            forwarded_values={
                "query_string": True,
                "query_string_cache_keys": ["q"],
                "cookies": {"forward": "whitelist", "names": ["sid"]},
                "headers": ["Accept-Language"],
            },
            min_ttl=0,
            default_ttl=60,
            max_ttl=600,
        )
    )
    assert found.cache_policy == CachePolicy(
        name="(forwarded values)",
        min_ttl=0,
        default_ttl=60,
        max_ttl=600,
        gzip=True,
        headers=Selection(mode="whitelist", names=("Accept-Language",)),
        cookies=Selection(mode="whitelist", names=("sid",)),
        query_strings=Selection(mode="whitelist", names=("q",)),
        legacy=True,
    )
    assert found.origin_request_policy == OriginRequestPolicy(
        name="(forwarded values)", query_strings=Selection(mode="all")
    )


@pytest.mark.parametrize(
    ("values", "query_strings", "headers"),
    [
        ({}, Selection(), Selection()),
        ({"query_string": True}, Selection(mode="all"), Selection()),
        ({"query_string_cache_keys": ["q"]}, Selection(), Selection()),
        ({"headers": ["*"]}, Selection(), Selection(mode="all")),
    ],
)
def test_other_forwarded_values_are_one_cache_policy(
    values: dict[str, object], query_strings: Selection, headers: Selection
) -> None:
    found = default(behavior(forwarded_values=values))
    assert (found.cache_policy.query_strings, found.cache_policy.headers) == (query_strings, headers)
    assert found.cache_policy.legacy
    assert found.origin_request_policy is None


@pytest.mark.parametrize(
    ("source", "words"),
    [
        (behavior(cache_policy="CachingOptimised"), "there is no policy 'CachingOptimised'. A policy"),
        (behavior(cache_policy="CachingOptimised"), "Did you mean 'CachingOptimized'?"),
        (behavior(response_headers_policy="zzz"), "NoSuchResponseHeadersPolicy"),
        (behavior(origin_request_policy=5), "there is no policy '5'"),
        (behavior(cache_policy="AllViewer"), "(V16)"),
        (behavior(min_ttl=5), "'min_ttl' is for forwarded_values. A behavior has a cache policy, or"),
        (behavior(forwarded_values={}, cache_policy="CachingOptimized"), "(V14)"),
        (behavior(forwarded_values={}, origin_request_policy="AllViewer"), "(V15)"),
        (behavior(forwarded_values={"cookies": {"forward": "some"}}), "cannot be 'some'"),
        (behavior(forwarded_values={"cookies": {"nmes": []}}), "Did you mean 'names'?"),
        (behavior(forwarded_values={"querystring": True}), "Did you mean 'query_string'?"),
        (with_cache_policy(headers="viewer"), "selects nothing that is known. Say one of none, all, {include: [...]}"),
        (with_cache_policy(cookies={"include": ["a"], "exclude": ["b"]}), "selects nothing that is known"),
        (with_cache_policy(cookies={"only": ["a"]}), "selects nothing that is known"),
        (with_cache_policy(cookies=["a"]), "selects nothing that is known"),
        (with_origin_request_policy(cookies="viewer"), "selects nothing that is known"),
        (with_origin_request_policy(headers="vewer"), "{viewer_and: [...]}"),
        (with_cache_policy(ttl=5), "cache_policies.p.ttl: 'ttl' is not known here"),
        (with_response_headers_policy(security_headers={"hsts": {}}), "'hsts' is not known here"),
        (
            with_response_headers_policy(security_headers={"frame_options": {"frame_option": "ALLOW"}}),
            "cannot be 'ALLOW'",
        ),
        (
            with_response_headers_policy(security_headers={"content_security_policy": {"override": True}}),
            "content_security_policy: is missing",
        ),
        (with_response_headers_policy(custom_headers=[{"value": "x"}]), "header: is missing"),
        (with_response_headers_policy(server_timing=True), "must be a number"),
        (native(cache_policies={"p": {"min_ttl": "0"}}), "must be a whole number"),
    ],
)
def test_a_wrong_policy_is_refused(source: object, words: str) -> None:
    errors = refused(source)
    assert any(words in error for error in errors), errors
