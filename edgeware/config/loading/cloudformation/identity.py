"""What Ref and Fn::GetAtt give for a resource that was never made: ids that look real, and are always the same."""

from __future__ import annotations

import base64
import hashlib
import re
import uuid
from collections.abc import Callable, Mapping
from typing import Protocol

from edgeware.config.loading.cloudformation.scope import stand_in
from edgeware.config.loading.draft import made_up_ids

Values = Mapping[str, str]
"""What Ref gives under "Ref", and every attribute under its name."""

_DASHED_WEBSITES = frozenset(
    "us-east-1 us-west-1 us-west-2 ap-southeast-1 ap-southeast-2 ap-northeast-1 eu-west-1 sa-east-1".split()
)
"""Regions whose S3 website endpoints have a dash before the region, [WebsiteEndpoints]."""


class Made(Protocol):
    """A resource, as far as its ids depend on it."""

    logical_id: str
    type: str

    @property
    def stack_name(self) -> str:
        """The name of its stack."""
        ...

    @property
    def region(self) -> str:
        """The region of its stack."""
        ...

    @property
    def account(self) -> str:
        """The account of its stack."""
        ...

    def value(self, name: str) -> object:
        """A property, computed; None where it is not given."""
        ...


def identity(resource: Made) -> Values | None:
    """Ref and attributes of a resource; None for a type that is not known here."""
    maker = _MAKERS.get(resource.type)
    return None if maker is None else maker(resource)


def partition(region: str) -> str:
    """`aws`, or that of China or of the government's regions."""
    if region.startswith("cn-"):
        return "aws-cn"
    return "aws-us-gov" if region.startswith("us-gov-") else "aws"


def url_suffix(region: str) -> str:
    """The end of AWS's domain names."""
    return "amazonaws.com.cn" if region.startswith("cn-") else "amazonaws.com"


def _digest(resource: Made) -> bytes:
    return hashlib.sha256(f"{resource.stack_name}/{resource.logical_id}".encode("utf-8", "replace")).digest()


def _letters(resource: Made, length: int) -> str:
    return base64.b32encode(_digest(resource)).decode("ascii")[:length]


def _name(resource: Made, key: str, limit: int = 64) -> str:
    """The name that is given, or one as CloudFormation makes it: stack, logical id, and something to tell it by."""
    given = stand_in(resource.value(key))
    if given:
        return given
    start = re.sub(r"[^A-Za-z0-9-]", "-", f"{resource.stack_name}-{resource.logical_id}")
    return f"{start[: limit - 13]}-{_letters(resource, 12)}"


def _uuid(resource: Made) -> str:
    return str(uuid.UUID(bytes=_digest(resource)[:16], version=4))


def _arn(resource: Made, service: str, rest: str, *, region: bool = True) -> str:
    where = resource.region if region else ""
    return f"arn:{partition(resource.region)}:{service}:{where}:{resource.account}:{rest}"


def _bucket(resource: Made) -> Values:
    name = _name(resource, "BucketName", 63)
    if resource.value("BucketName") is None:
        name = name.lower()
    region, suffix = resource.region, url_suffix(resource.region)
    dot = "-" if region in _DASHED_WEBSITES else "."
    return {
        "Ref": name,
        "Arn": f"arn:{partition(region)}:s3:::{name}",
        "DomainName": f"{name}.s3.{suffix}",
        "RegionalDomainName": f"{name}.s3.{region}.{suffix}",
        "DualStackDomainName": f"{name}.s3.dualstack.{region}.{suffix}",
        "WebsiteURL": f"http://{name}.s3-website{dot}{region}.{suffix}",
    }


def _cloudfront_function(resource: Made) -> Values:
    arn = _arn(resource, "cloudfront", f"function/{_name(resource, 'Name')}", region=False)
    return {"Ref": arn, "FunctionARN": arn, "FunctionMetadata.FunctionARN": arn, "Stage": "LIVE"}


def _by_uuid(resource: Made) -> Values:
    return {"Ref": _uuid(resource), "Id": _uuid(resource), "LastModifiedTime": "2024-01-01T00:00:00Z"}


def _by_id(letter: str) -> Callable[[Made], Values]:
    def made(resource: Made) -> Values:
        found = f"{letter}{_letters(resource, 13)}"
        return {"Ref": found, "Id": found, "S3CanonicalUserId": _digest(resource).hex()}

    return made


def _key_value_store(resource: Made) -> Values:
    # Whether Ref gives the name or the id no page settles: the name is the primary identifier.
    arn = _arn(resource, "cloudfront", f"key-value-store/{_uuid(resource)}", region=False)
    return {"Ref": _name(resource, "Name"), "Arn": arn, "Id": _uuid(resource), "Status": "READY"}


def _vpc_origin(resource: Made) -> Values:
    found = f"vo_{_letters(resource, 22)}"
    return {"Ref": found, "Id": found, "Arn": _arn(resource, "cloudfront", f"vpcorigin/{found}", region=False)}


def _distribution(resource: Made) -> Values:
    found, domain = made_up_ids(f"{resource.stack_name}/{resource.logical_id}")
    return {"Ref": found, "Id": found, "DomainName": domain}


def _lambda(resource: Made) -> Values:
    name = _name(resource, "FunctionName")
    return {"Ref": name, "Arn": _arn(resource, "lambda", f"function:{name}")}


def function_arn(resource: Made, key: str) -> str:
    """The ARN of the function that a property names: by a name, or by an ARN with or without a version."""
    named = stand_in(resource.value(key))
    if not named.startswith("arn:"):
        named = _arn(resource, "lambda", f"function:{named}")
    return ":".join(named.split(":")[:7])


def _version(resource: Made) -> Values:
    arn = f"{function_arn(resource, 'FunctionName')}:1"
    return {"Ref": arn, "FunctionArn": arn, "Version": "1"}


def _alias(resource: Made) -> Values:
    arn = f"{function_arn(resource, 'FunctionName')}:{stand_in(resource.value('Name'))}"
    return {"Ref": arn, "AliasArn": arn}


def _function_url(resource: Made) -> Values:
    host = f"{_letters(resource, 32).lower()}.lambda-url.{resource.region}.on.aws"
    arn = function_arn(resource, "TargetFunctionArn")
    return {"Ref": arn, "FunctionArn": arn, "FunctionUrl": f"https://{host}/"}


def _load_balancer(resource: Made) -> Values:
    name, region = _name(resource, "Name", 32), resource.region
    number = int.from_bytes(_digest(resource)[:4], "big")
    arn = _arn(resource, "elasticloadbalancing", f"loadbalancer/app/{name}/{_digest(resource).hex()[:16]}")
    return {
        "Ref": arn,
        "LoadBalancerArn": arn,
        "DNSName": f"{name}-{number}.{region}.elb.{url_suffix(region)}",
        "LoadBalancerName": name,
    }


def _classic_load_balancer(resource: Made) -> Values:
    values = _load_balancer(resource)
    return {**values, "Ref": values["LoadBalancerName"]}


def _api(resource: Made) -> Values:
    found = _letters(resource, 10).lower()
    host = f"{found}.execute-api.{resource.region}.{url_suffix(resource.region)}"
    root = _letters(resource, 20)[10:].lower()
    return {"Ref": found, "ApiId": found, "RestApiId": found, "RootResourceId": root, "ApiEndpoint": f"https://{host}"}


def _stage(resource: Made) -> Values:
    return {"Ref": stand_in(resource.value("StageName")) or "Prod"}


def _ssm_parameter(resource: Made) -> Values:
    return {"Ref": _name(resource, "Name"), "Value": stand_in(resource.value("Value"))}


_MAKERS: Mapping[str, Callable[[Made], Values]] = {
    "AWS::S3::Bucket": _bucket,
    "AWS::CloudFront::Function": _cloudfront_function,
    "AWS::CloudFront::CachePolicy": _by_uuid,
    "AWS::CloudFront::OriginRequestPolicy": _by_uuid,
    "AWS::CloudFront::ResponseHeadersPolicy": _by_uuid,
    "AWS::CloudFront::KeyGroup": _by_uuid,
    "AWS::CloudFront::PublicKey": _by_id("K"),
    "AWS::CloudFront::OriginAccessControl": _by_id("E"),
    "AWS::CloudFront::CloudFrontOriginAccessIdentity": _by_id("E"),
    "AWS::CloudFront::KeyValueStore": _key_value_store,
    "AWS::CloudFront::VpcOrigin": _vpc_origin,
    "AWS::CloudFront::Distribution": _distribution,
    "AWS::Lambda::Function": _lambda,
    "AWS::Lambda::Version": _version,
    "AWS::Lambda::Alias": _alias,
    "AWS::Lambda::Url": _function_url,
    "AWS::ElasticLoadBalancingV2::LoadBalancer": _load_balancer,
    "AWS::ElasticLoadBalancing::LoadBalancer": _classic_load_balancer,
    "AWS::ApiGateway::RestApi": _api,
    "AWS::ApiGateway::Stage": _stage,
    "AWS::ApiGatewayV2::Api": _api,
    "AWS::ApiGatewayV2::Stage": _stage,
    "AWS::Serverless::Api": _api,
    "AWS::Serverless::HttpApi": _api,
    "AWS::SSM::Parameter": _ssm_parameter,
}
