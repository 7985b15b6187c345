from __future__ import annotations

import json
from pathlib import Path

import pytest

from edgeware.config.loading import load
from edgeware.config.model import (
    READ_AND_OPTIONS,
    READ_METHODS,
    App,
    CustomErrorResponse,
    GeoRestriction,
    KeyGroup,
    OriginRequestPolicy,
    Selection,
)
from tests.fixtures.config.builders import FOLDER, api, api_behavior, api_origin, refused, said
from tests.fixtures.keys import pair

SKIP = {"functions": {"*": {"skip": True}}}


def save(folder: Path, **files: object) -> Path:
    """Files of JSON, by their names without the suffix."""
    for name, values in files.items():
        (folder / f"{name}.json").write_text(json.dumps(values))
    return folder


def test_the_smallest_config_is_a_distribution_in_front_of_the_app() -> None:
    loaded = load(api({}))
    assert loaded.origins["app"].target == App()
    assert loaded.default_behavior.cache_policy.name == "Managed-CachingOptimized"
    assert loaded.notices == ()


def test_the_header_of_cache_tags_is_read() -> None:
    assert load(api({"CacheTagConfig": {"HeaderName": "X-Tags"}})).cache_tag_header == "X-Tags"
    assert load(api({})).cache_tag_header is None


def test_a_bare_config_and_the_whole_distribution_read_alike() -> None:
    config = api({"Comment": "shop"})
    whole = load({"Distribution": {"Id": "E1", "DomainName": "d1.cloudfront.net", "Status": "Deployed", **config}})
    assert (whole.id, whole.domain_name, whole.name) == ("E1", "d1.cloudfront.net", "shop")
    bare = load(config["DistributionConfig"])  # type: ignore[arg-type]
    assert (bare.name, bare.behaviors) == ("shop", whole.behaviors)


def test_empty_values_are_absent_ones() -> None:
    loaded = load(
        api(
            {
                "DefaultRootObject": "",
                "Aliases": {"Quantity": 0},
                "CacheBehaviors": {"Quantity": 0},
                "OriginGroups": {"Quantity": 0},
                "CustomErrorResponses": {
                    "Quantity": 1,
                    "Items": [{"ErrorCode": 503, "ResponsePagePath": "", "ResponseCode": "", "ErrorCachingMinTTL": 0}],
                },
                "Restrictions": {"GeoRestriction": {"RestrictionType": "none", "Quantity": 0}},
                "WebACLId": "",
                "Logging": {"Enabled": False, "Bucket": ""},
            }
        )
    )
    assert (loaded.default_root_object, loaded.aliases, loaded.origin_groups) == ("", (), {})
    assert loaded.custom_error_responses == {503: CustomErrorResponse(error_code=503, error_caching_min_ttl=0)}
    assert loaded.geo_restriction == GeoRestriction()
    assert loaded.notices == ()


def test_numbers_and_flags_may_come_as_text() -> None:
    origin = api_origin(ConnectionAttempts="2", CustomOriginConfig={"HTTPPort": "8080"})
    loaded = load(api({"Origins": {"Items": [origin]}, "Enabled": "true", "HttpVersion": "HTTP2"}))
    assert (loaded.origins["app"].connection_attempts, loaded.origins["app"].http_port) == (2, 8080)
    assert (loaded.enabled, loaded.http_version) == (True, "http2")


def test_methods_stand_inside_the_allowed_ones_or_beside_them() -> None:
    cached = {"Items": ["HEAD", "GET", "OPTIONS"]}
    nested = api_behavior(AllowedMethods={"Quantity": 3, "Items": ["HEAD", "GET", "OPTIONS"], "CachedMethods": cached})
    found = load(api({"DefaultCacheBehavior": nested})).default_behavior
    assert (found.allowed_methods, found.cached_methods) == (READ_AND_OPTIONS, READ_AND_OPTIONS)
    beside = api_behavior(AllowedMethods=["HEAD", "GET", "OPTIONS"], CachedMethods=["GET", "HEAD"])
    found = load(api({"DefaultCacheBehavior": beside})).default_behavior
    assert (found.allowed_methods, found.cached_methods) == (READ_AND_OPTIONS, READ_METHODS)
    found = load(api({})).default_behavior
    assert (found.allowed_methods, found.cached_methods) == (READ_METHODS, READ_METHODS)


def test_forwarded_values_are_policies() -> None:
    behavior = {
        "TargetOriginId": "app",
        "Compress": True,
        "ForwardedValues": {
            "QueryString": True,
            "QueryStringCacheKeys": {"Quantity": 1, "Items": ["q"]},
            "Cookies": {"Forward": "all"},
            "Headers": {"Quantity": 0},
        },
        "MinTTL": 0,
    }
    found = load(api({"DefaultCacheBehavior": behavior})).default_behavior
    policy = found.cache_policy
    assert (policy.min_ttl, policy.default_ttl, policy.max_ttl) == (0, 86400, 31536000)
    assert (policy.gzip, policy.legacy, policy.cookies) == (True, True, Selection(mode="all"))
    assert found.origin_request_policy == OriginRequestPolicy(
        name="(forwarded values)", query_strings=Selection(mode="all")
    )


def test_zeros_beside_a_cache_policy_mean_nothing() -> None:
    assert refused(api({"DefaultCacheBehavior": api_behavior(MinTTL=0, DefaultTTL=0, MaxTTL=0)})) == ()


def test_policies_are_found_beside_the_distribution_single_or_in_lists(tmp_path: Path) -> None:
    parameters = {"EnableAcceptEncodingGzip": True}
    cache = {
        "Id": "c1",
        "CachePolicyConfig": {
            "Name": "img",
            "Comment": "",
            "MinTTL": 5,
            "ParametersInCacheKeyAndForwardedToOrigin": parameters,
        },
    }
    request = {
        "Id": "o1",
        "OriginRequestPolicyConfig": {"Name": "host", "HeadersConfig": {"HeaderBehavior": "allViewer"}},
    }
    response = {
        "Id": "r1",
        "ResponseHeadersPolicyConfig": {
            "Name": "timing",
            "CorsConfig": {"AccessControlAllowOrigins": {"Quantity": 1, "Items": ["*"]}},
            "CustomHeadersConfig": {"Quantity": 1, "Items": [{"Header": "X-A", "Value": "", "Override": True}]},
            "RemoveHeadersConfig": {"Quantity": 1, "Items": [{"Header": "Server"}]},
            "ServerTimingHeadersConfig": {"Enabled": True, "SamplingRate": 50},
        },
    }
    behavior = api_behavior(CachePolicyId="c1", OriginRequestPolicyId="o1", ResponseHeadersPolicyId="r1")
    save(
        tmp_path,
        distribution=api({"DefaultCacheBehavior": behavior}),
        a={"CachePolicyList": {"Items": [{"Type": "custom", "CachePolicy": cache}]}},
        b={"OriginRequestPolicy": request},
        c={"ResponseHeadersPolicy": response},
        d={"Unrelated": 1},
    )
    (tmp_path / "e.json").write_text("{ broken")
    found = load(tmp_path).default_behavior
    assert (found.cache_policy.name, found.cache_policy.min_ttl, found.cache_policy.gzip) == ("img", 5, True)
    assert found.origin_request_policy == OriginRequestPolicy(id="o1", name="host", headers=Selection(mode="allViewer"))
    policy = found.response_headers_policy
    assert policy is not None
    assert policy.cors is not None
    assert policy.cors.allow_origins == ("*",)
    assert [(header.name, header.value, header.override) for header in policy.custom_headers] == [("X-A", "", True)]
    assert (policy.remove_headers, policy.server_timing) == (("Server",), 50)


def test_key_groups_and_keys_are_found_beside_the_distribution(tmp_path: Path) -> None:
    trusted = api_behavior(TrustedKeyGroups={"Enabled": True, "Quantity": 1, "Items": ["g1"]})
    save(
        tmp_path,
        distribution=api({"DefaultCacheBehavior": trusted}),
        group={"KeyGroup": {"Id": "g1", "KeyGroupConfig": {"Name": "signers", "Items": ["K1", "K2", "K3"]}}},
        key={"PublicKey": {"Id": "K1", "PublicKeyConfig": {"EncodedKey": pair().public}}},
        keys={"PublicKeyList": {"Items": [{"Id": "K2", "EncodedKey": pair("ec").public}]}},
    )
    loaded = load(tmp_path)
    keys = {"K1": pair().public, "K2": pair("ec").public, "K3": ""}
    assert loaded.key_groups == {"g1": KeyGroup(name="g1", public_keys=keys)}
    (tmp_path / "group.json").unlink()
    loaded = load(tmp_path)
    assert loaded.key_groups == {"g1": KeyGroup(name="g1")}
    assert "nothing says which keys the key group g1 has" in "".join(notice.text for notice in loaded.notices)


@pytest.mark.parametrize(
    ("config", "words"),
    [
        ({"DefaultCacheBehavior": None}, "the default behavior is missing. Every behavior"),
        ({"DefaultCacheBehavior": api_behavior(PathPattern="/*")}, "the default behavior has a path pattern"),
        ({"CacheBehaviors": {"Items": [api_behavior()]}}, "CacheBehaviors/0/PathPattern: the path pattern is missing"),
        ({"DefaultCacheBehavior": api_behavior(ForwardedValues={})}, "it has ForwardedValues too. A behavior has"),
        ({"DefaultCacheBehavior": {"TargetOriginId": "app"}}, "DefaultCacheBehavior/CachePolicyId: it has neither"),
        ({"DefaultCacheBehavior": api_behavior(MinTTL=5)}, "MinTTL stands beside a cache policy"),
        (
            {
                "DefaultCacheBehavior": {
                    "TargetOriginId": "app",
                    "ForwardedValues": {"QueryString": False},
                    "OriginRequestPolicyId": "216adef6-5c7f-47e4-b989-5492eafa07d3",
                }
            },
            "(V15)",
        ),
        ({"DefaultCacheBehavior": api_behavior(CachePolicyId="p1")}, "aws cloudfront get-cache-policy --id p1"),
        (
            {"DefaultCacheBehavior": api_behavior(OriginRequestPolicyId="p1")},
            "aws cloudfront get-origin-request-policy --id p1",
        ),
        (
            {"DefaultCacheBehavior": api_behavior(ResponseHeadersPolicyId="p1")},
            "aws cloudfront get-response-headers-policy --id p1",
        ),
        ({"DefaultCacheBehavior": api_behavior(TargetOriginId="ap")}, "there is no origin 'ap'. A behavior's target"),
        ({"DefaultCacheBehavior": api_behavior(ViewerProtocolPolicy="https")}, "cannot be 'https'"),
        ({"CustomErrorResponses": {"Items": [{"ErrorCode": 404}, {"ErrorCode": 404}]}}, "404 has a custom error"),
        ({"HttpVersion": "http9"}, "HttpVersion: cannot be 'http9'"),
        ({"Origins": 5}, "Origins: must be a list, not a number"),
    ],
)
def test_what_is_wrong_is_told_in_the_api_s_words(config: dict[str, object], words: str) -> None:
    errors = refused(api(config))
    assert any(words in error for error in errors), errors


def test_unknown_fields_and_wrong_quantities_are_warnings() -> None:
    source = api({"Frobnicate": True, "Aliases": {"Quantity": 1, "Items": []}})
    assert [notice.where for notice in said(source, "V36")] == ["Frobnicate"]
    assert [notice.where for notice in said(source, "V35")] == ["Aliases"]


def test_functions_of_two_accounts_are_a_warning() -> None:
    behavior = api_behavior(
        FunctionAssociations={
            "Items": [{"FunctionARN": "arn:aws:cloudfront::2:function/tag", "EventType": "viewer-request"}]
        }
    )
    config = api({"DefaultCacheBehavior": behavior})
    whole = {"Distribution": {"ARN": "arn:aws:cloudfront::1:distribution/E1", **config}}
    (notice,) = said(whole, "V23f", overlay=SKIP)
    assert (notice.severity, notice.text) == ("warn", "accounts 1, 2 are mixed.")
    assert said(config, "V23f", overlay=SKIP) == []


def test_yaml_output_reads_like_json(tmp_path: Path) -> None:
    (tmp_path / "d.yaml").write_text(json.dumps(api({"Comment": "shop"})).replace("{", "{ "))
    assert load(tmp_path).name == "shop"
    assert load(tmp_path / "d.yaml").name == "shop"


def test_the_sample_directory_needs_only_its_lambda_code() -> None:
    errors = refused(FOLDER / "api")
    assert [error.split(": ")[1] for error in errors] == ["'auth' has no code", "'headers' has no code"]
    assert 'functions: {"auth": {directory: ..., handler: index.handler}}' in errors[0]
