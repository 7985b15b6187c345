from __future__ import annotations

import re
from dataclasses import replace

import pytest

from edgeware.config.loading.api_origins import S3_DOMAIN
from edgeware.config.loading.terraform.identities import with_identities
from edgeware.config.loading.terraform.resources import Resource
from edgeware.config.place import Place


def resource(kind: str, **values: object) -> Resource:
    address = f'module.m["x"].{kind}.n'
    return Resource(address=address, type=kind, name="n", managed=True, values=values, place=Place())


@pytest.mark.parametrize(
    ("kind", "key", "pattern"),
    [
        ("aws_cloudfront_cache_policy", "id", r"[0-9a-f]{8}-[0-9a-f-]{27}"),
        ("aws_cloudfront_function", "arn", r"arn:aws:cloudfront::123456789012:function/[A-Za-z0-9_-]{1,64}"),
        ("aws_cloudfront_key_value_store", "arn", r"arn:aws:cloudfront::123456789012:key-value-store/[0-9a-f-]{36}"),
        ("aws_cloudfront_origin_access_control", "id", r"E[0-9A-F]{13}"),
        ("aws_cloudfront_origin_access_identity", "cloudfront_access_identity_path", r"origin-access-identity/\S+"),
        ("aws_lambda_function", "qualified_arn", r"arn:aws:lambda:us-east-1:123456789012:function:[A-Za-z0-9_-]+:1"),
        ("aws_lambda_function_url", "function_url", r"https://[0-9a-f]+\.lambda-url\.us-east-1\.on\.aws/"),
        ("aws_lb", "dns_name", r"\S+\.us-east-1\.elb\.amazonaws\.com"),
        ("aws_apigatewayv2_api", "api_endpoint", r"https://\S+\.execute-api\.us-east-1\.amazonaws\.com"),
        ("aws_s3_bucket", "bucket_regional_domain_name", S3_DOMAIN.pattern),
    ],
)
def test_what_aws_will_give_looks_as_it_will(kind: str, key: str, pattern: str) -> None:
    (first,), (second,) = with_identities([resource(kind)]), with_identities([resource(kind)])
    assert re.fullmatch(pattern, str(first.values[key]))
    assert first == second


def test_what_is_known_stays() -> None:
    (found,) = with_identities([resource("aws_lambda_function", function_name="auth", arn=None, version="7")])
    assert found.values["arn"] == "arn:aws:lambda:us-east-1:123456789012:function:auth"
    assert found.values["version"] == "7"


def test_the_account_is_that_of_what_exists_already() -> None:
    there = resource("aws_cloudfront_function", arn="arn:aws:cloudfront::000000000042:function/f", name="f")
    found = with_identities([resource("aws_lambda_function"), there])
    assert ":000000000042:" in str(found[0].values["qualified_arn"])


def test_an_address_may_hold_half_of_a_surrogate_pair() -> None:
    (found,) = with_identities([replace(resource("aws_cloudfront_cache_policy"), address="\ud800")])
    assert re.fullmatch(r"[0-9a-f-]{36}", str(found.values["id"]))
