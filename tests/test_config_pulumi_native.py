"""Pulumi's `aws-native` provider."""

from __future__ import annotations

from typing import Any

import pytest

from edgeware.config.loading import load
from edgeware.config.model import Code, Distribution
from tests.fixtures.config.builders import refused, the_error

ACCOUNT = "arn:aws:cloudfront::123456789012"
VERSION = "arn:aws:lambda:us-east-1:123456789012:function:auth:3"


def resource(kind: str, own: str, **outputs: object) -> dict[str, Any]:
    urn = f"urn:pulumi:dev::shop::aws-native:{kind}::{own}"
    return {"urn": urn, "type": f"aws-native:{kind}", "id": own, "inputs": {"never": "read"}, "outputs": outputs}


def stack(*resources: dict[str, Any], **behavior: object) -> dict[str, object]:
    config = {
        "enabled": True,
        "ipv6Enabled": True,
        "aliases": ["shop.example"],
        "origins": [
            {
                "id": "app",
                "domainName": "app.example",
                "originCustomHeaders": [{"headerName": "X-A", "headerValue": "b"}],
                "customOriginConfig": {
                    "httpPort": 8080,
                    "originProtocolPolicy": "http-only",
                    "originSslProtocols": ["TLSv1"],
                },
            }
        ],
        "defaultCacheBehavior": {
            "targetOriginId": "app",
            "viewerProtocolPolicy": "allow-all",
            "cachePolicyId": "c1",
            **behavior,
        },
        "restrictions": {"geoRestriction": {"restrictionType": "blacklist", "locations": ["FR"]}},
        "viewerCertificate": {"acmCertificateArn": "arn:aws:acm:us-east-1:123456789012:certificate/x"},
        "customErrorResponses": [{"errorCode": 404, "errorCachingMinTtl": 7}],
    }
    policy = resource(
        "cloudfront:CachePolicy",
        "c1",
        cachePolicyConfig={
            "name": "short",
            "minTtl": 1,
            "defaultTtl": 2,
            "maxTtl": 3,
            "parametersInCacheKeyAndForwardedToOrigin": {
                "enableAcceptEncodingGzip": True,
                "cookiesConfig": {"cookieBehavior": "none"},
                "headersConfig": {"headerBehavior": "whitelist", "headers": ["Accept"]},
                "queryStringsConfig": {"queryStringBehavior": "all"},
            },
        },
    )
    site = resource("cloudfront:Distribution", "E1", distributionConfig=config, domainName="d1.cloudfront.net")
    return {"version": 3, "deployment": {"resources": [site, policy, *resources]}}


def attached(*resources: dict[str, Any], **behavior: object) -> Distribution:
    return load(stack(*resources, **behavior))


def test_a_distribution_is_read_with_its_policy() -> None:
    found = attached()
    assert (found.id, found.domain_name, found.aliases) == ("E1", "d1.cloudfront.net", ("shop.example",))
    origin = found.origins["app"]
    assert (origin.http_port, origin.protocol_policy, origin.ssl_protocols) == (8080, "http-only", ("TLSv1",))
    assert origin.custom_headers == (("X-A", "b"),)
    policy = found.default_behavior.cache_policy
    assert (policy.name, policy.min_ttl, policy.default_ttl, policy.max_ttl, policy.gzip) == ("short", 1, 2, 3, True)
    assert policy.headers.names == ("Accept",)
    assert found.geo_restriction.locations == frozenset({"FR"})
    assert found.custom_error_responses[404].error_caching_min_ttl == 7
    assert [notice.code for notice in found.notices if notice.code == "V36"] == []


def test_functions_have_their_code_and_their_store() -> None:
    found = attached(
        resource(
            "cloudfront:Function",
            f"{ACCOUNT}:function/tag",
            functionArn=f"{ACCOUNT}:function/tag",
            name="tag",
            functionCode="function handler(event) { return event.request; }",
            functionConfig={
                "runtime": "cloudfront-js-2.0",
                "keyValueStoreAssociations": [{"keyValueStoreArn": f"{ACCOUNT}:key-value-store/k1"}],
            },
        ),
        resource("cloudfront:KeyValueStore", "k", arn=f"{ACCOUNT}:key-value-store/k1", name="redirects"),
        functionAssociations=[{"eventType": "viewer-request", "functionArn": f"{ACCOUNT}:function/tag"}],
    )
    assert found.functions["tag"].code == Code(text="function handler(event) { return event.request; }")
    assert list(found.key_value_stores) == ["redirects"]


@pytest.mark.parametrize(
    "code", [{"zipFile": "exports.handler = async (e) => e.Records[0].cf.request;"}, {"s3Key": "x"}]
)
def test_lambda_functions_are_found_by_their_version(code: dict[str, str]) -> None:
    source = stack(
        resource(
            "lambda:Function",
            "auth",
            arn=VERSION.removesuffix(":3"),
            handler="index.handler",
            runtime="nodejs22.x",
            code=code,
        ),
        resource("lambda:Version", "v", functionArn=VERSION),
        resource("lambda:Version", "w", functionArn="arn:elsewhere:1"),
        lambdaFunctionAssociations=[{"eventType": "origin-request", "lambdaFunctionArn": VERSION}],
    )
    if "zipFile" in code:
        assert load(source).functions["auth"].code == Code(text=code["zipFile"])
    else:
        assert "'auth' has no code" in the_error(source)


def test_a_function_that_is_not_published_or_has_no_code_is_refused() -> None:
    draft = resource("cloudfront:Function", f"{ACCOUNT}:function/tag", name="tag", autoPublish=False)
    errors = refused(
        stack(draft, functionAssociations=[{"eventType": "viewer-request", "functionArn": f"{ACCOUNT}:function/tag"}])
    )
    assert any("DEVELOPMENT" in error for error in errors)
    assert any("'tag' has no code" in error for error in errors)


def test_a_distribution_that_holds_nothing_is_refused_in_words() -> None:
    empty = resource("cloudfront:Distribution", "E1", distributionConfig=5)
    assert refused({"version": 3, "deployment": {"resources": [empty]}})
