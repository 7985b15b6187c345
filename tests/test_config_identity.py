from __future__ import annotations

import re

import pytest

from edgeware.config.loading.cloudformation.identity import partition, url_suffix
from tests.fixtures.config.templates import stack_of

TEMPLATE = """
Parameters: {Name: {Type: String}}
Resources:
  Bucket: {Type: AWS::S3::Bucket}
  Named: {Type: AWS::S3::Bucket, Properties: {BucketName: !Ref Name}}
  Cff: {Type: AWS::CloudFront::Function, Properties: {Name: rewrite}}
  Cache: {Type: AWS::CloudFront::CachePolicy}
  Key: {Type: AWS::CloudFront::PublicKey}
  Oac: {Type: AWS::CloudFront::OriginAccessControl}
  Kvs: {Type: AWS::CloudFront::KeyValueStore, Properties: {Name: flags}}
  Vpc: {Type: AWS::CloudFront::VpcOrigin}
  Site: {Type: AWS::CloudFront::Distribution}
  Fn: {Type: AWS::Lambda::Function, Properties: {FunctionName: auth}}
  ByRef: {Type: AWS::Lambda::Version, Properties: {FunctionName: !Ref Fn}}
  ByArn: {Type: AWS::Lambda::Version, Properties: {FunctionName: !GetAtt Fn.Arn}}
  Live: {Type: AWS::Lambda::Alias, Properties: {FunctionName: !Ref Fn, Name: live}}
  Url: {Type: AWS::Lambda::Url, Properties: {TargetFunctionArn: !GetAtt Fn.Arn}}
  Alb: {Type: AWS::ElasticLoadBalancingV2::LoadBalancer}
  Elb: {Type: AWS::ElasticLoadBalancing::LoadBalancer, Properties: {Name: old}}
  Rest: {Type: AWS::ApiGateway::RestApi}
  Stage: {Type: AWS::ApiGateway::Stage, Properties: {StageName: v1}}
  Http: {Type: AWS::ApiGatewayV2::Api}
  Ssm: {Type: AWS::SSM::Parameter, Properties: {Name: /a, Value: b}}
  Other: {Type: AWS::New::Thing}
"""
LAMBDA = "arn:aws:lambda:us-east-1:123456789012:function:auth"
UUID = "[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"


@pytest.mark.parametrize(
    ("logical_id", "attribute", "pattern"),
    [
        ("Bucket", "Ref", "t-bucket-[a-z2-7]{12}"),
        ("Bucket", "RegionalDomainName", r"t-bucket-[a-z2-7]{12}\.s3\.us-east-1\.amazonaws\.com"),
        ("Bucket", "DomainName", r"t-bucket-[a-z2-7]{12}\.s3\.amazonaws\.com"),
        ("Bucket", "WebsiteURL", r"http://t-bucket-[a-z2-7]{12}\.s3-website-us-east-1\.amazonaws\.com"),
        ("Named", "Ref", "Name"),
        ("Cff", "Ref", "arn:aws:cloudfront::123456789012:function/rewrite"),
        ("Cff", "FunctionMetadata.FunctionARN", "arn:aws:cloudfront::123456789012:function/rewrite"),
        ("Cache", "Id", UUID),
        ("Key", "Ref", "K[A-Z2-7]{13}"),
        ("Oac", "Id", "E[A-Z2-7]{13}"),
        ("Kvs", "Ref", "flags"),
        ("Kvs", "Arn", f"arn:aws:cloudfront::123456789012:key-value-store/{UUID}"),
        ("Vpc", "Id", "vo_[A-Z2-7]{22}"),
        ("Site", "DomainName", r"d[0-9a-z]{13}\.cloudfront\.net"),
        ("Fn", "Ref", "auth"),
        ("Fn", "Arn", LAMBDA),
        ("ByRef", "Ref", f"{LAMBDA}:1"),
        ("ByArn", "FunctionArn", f"{LAMBDA}:1"),
        ("Live", "Ref", f"{LAMBDA}:live"),
        ("Url", "FunctionUrl", r"https://[a-z2-7]{32}\.lambda-url\.us-east-1\.on\.aws/"),
        ("Alb", "DNSName", r"t-Alb-[A-Z2-7]{12}-\d+\.us-east-1\.elb\.amazonaws\.com"),
        ("Elb", "Ref", "old"),
        ("Rest", "Ref", "[a-z2-7]{10}"),
        ("Stage", "Ref", "v1"),
        ("Http", "ApiEndpoint", r"https://[a-z2-7]{10}\.execute-api\.us-east-1\.amazonaws\.com"),
        ("Ssm", "Ref", "/a"),
        ("Ssm", "Value", "b"),
        ("Other", "Ref", "other"),
    ],
)
def test_ids_look_real_and_stay_the_same(logical_id: str, attribute: str, pattern: str) -> None:
    def asked() -> object:
        stack = stack_of(TEMPLATE)
        return stack.ref(logical_id) if attribute == "Ref" else stack.attribute(logical_id, attribute)

    found = asked()
    assert isinstance(found, str)
    assert re.fullmatch(pattern, found), found
    assert found == asked()


def test_ids_follow_region_and_account() -> None:
    stack = stack_of(TEMPLATE, region="eu-central-1", account_id="111111111111")
    assert stack.attribute("Fn", "Arn") == "arn:aws:lambda:eu-central-1:111111111111:function:auth"
    website = stack.attribute("Bucket", "WebsiteURL")
    assert isinstance(website, str)
    assert website.endswith(".s3-website.eu-central-1.amazonaws.com")


@pytest.mark.parametrize(
    ("region", "expected"),
    [
        ("us-east-1", ("aws", "amazonaws.com")),
        ("cn-north-1", ("aws-cn", "amazonaws.com.cn")),
        ("us-gov-west-1", ("aws-us-gov", "amazonaws.com")),
    ],
)
def test_partitions(region: str, expected: tuple[str, str]) -> None:
    assert (partition(region), url_suffix(region)) == expected
