from __future__ import annotations

import pytest

from edgeware.config.loading import examine, load
from edgeware.config.model import ALL_METHODS
from tests.fixtures.config.builders import api, api_behavior, refused, said

CODE = {"functions": {"auth": {"code": "x"}, "f": {"code": "x"}}}
FUNCTION = {"Items": [{"EventType": "viewer-request", "FunctionARN": "arn:aws:cloudfront::1:function/f"}]}
EDGE = {
    "Items": [{"EventType": "origin-request", "LambdaFunctionARN": "arn:aws:lambda:us-east-1:1:function:auth:1"}],
}
GRPC = {"Enabled": True}


@pytest.mark.parametrize(
    ("config", "code"),
    [
        ({"WebACLId": "arn:aws:wafv2:x"}, "N-waf"),
        ({"ContinuousDeploymentPolicyId": "x"}, "N-continuous-deployment"),
        ({"ViewerMtlsConfig": {"Mode": "required"}}, "N-viewer-mtls"),
        ({"ConnectionFunctionAssociation": {"Id": "x"}}, "N-connection-function"),
        ({"Logging": {"Enabled": True, "Bucket": "b"}}, "N-logging"),
        ({"Staging": True}, "N-staging"),
        ({"ViewerCertificate": {"ACMCertificateArn": "x", "SSLSupportMethod": "sni-only"}}, "N-certificate"),
        ({"DefaultCacheBehavior": api_behavior(SmoothStreaming=True)}, "N-smooth-streaming"),
        (
            {"DefaultCacheBehavior": api_behavior(GrpcConfig=GRPC, AllowedMethods={"Items": sorted(ALL_METHODS)})},
            "N-grpc",
        ),
        ({"DefaultCacheBehavior": api_behavior(FieldLevelEncryptionId="x")}, "N-field-level-encryption"),
        ({"DefaultCacheBehavior": api_behavior(RealtimeLogConfigArn="x")}, "N-realtime-log"),
    ],
)
def test_what_is_accepted_and_not_emulated_is_noted_once(config: dict[str, object], code: str) -> None:
    assert [notice.code for notice in load(api(config)).notices] == [code]
    assert said(api({}), code) == []


@pytest.mark.parametrize(
    "config",
    [
        {"PriceClass": "PriceClass_100", "IsIPV6Enabled": True, "AnycastIpListId": "x"},
        {"Logging": {"Enabled": False}, "Staging": False, "WebACLId": ""},
        {"ViewerCertificate": {"CloudFrontDefaultCertificate": True, "MinimumProtocolVersion": "TLSv1"}},
        {"ConnectionMode": "direct"},
        {"DefaultCacheBehavior": api_behavior(SmoothStreaming=False, GrpcConfig={"Enabled": False})},
        {"DefaultCacheBehavior": api_behavior(TrustedSigners={"Enabled": False, "Quantity": 0})},
    ],
)
def test_what_no_viewer_sees_needs_no_word(config: dict[str, object]) -> None:
    assert load(api(config)).notices == ()


@pytest.mark.parametrize("config", [{"ConnectionMode": "tenant-only"}, {"TenantConfig": {"ParameterDefinitions": []}}])
def test_a_template_for_many_tenants_is_refused(config: dict[str, object]) -> None:
    (error,) = refused(api(config))
    assert "a multi-tenant template needs a tenant" in error


def test_what_a_template_for_many_tenants_defines_is_known() -> None:
    config = {"ConnectionMode": "tenant-only", "TenantConfig": {"ParameterDefinitions": []}}
    assert [notice.code for notice in examine(api(config)).notices] == ["N-later"]


def test_trusted_signers_are_a_warning() -> None:
    behavior = api_behavior(TrustedSigners={"Enabled": True, "Quantity": 1, "Items": ["self"]})
    (notice,) = said(api({"DefaultCacheBehavior": behavior}), "N-trusted-signers")
    assert notice.severity == "warn"


@pytest.mark.parametrize(
    ("certificate", "aliases", "warned"),
    [
        ({"CloudFrontDefaultCertificate": True}, ["www.example.com"], 1),
        ({"ACMCertificateArn": "x", "SSLSupportMethod": "sni-only"}, ["www.example.com"], 0),
        ({"IAMCertificateId": "x", "SSLSupportMethod": "sni-only", "MinimumProtocolVersion": "SSLv3"}, [], 1),
        ({"IAMCertificateId": "x", "SSLSupportMethod": "vip", "MinimumProtocolVersion": "SSLv3"}, [], 0),
        ({}, [], 0),
    ],
)
def test_v38_aliases_need_a_certificate_and_sni_excludes_sslv3(
    certificate: dict[str, object], aliases: list[str], warned: int
) -> None:
    source = api({"ViewerCertificate": certificate, "Aliases": {"Quantity": len(aliases), "Items": aliases}})
    assert len(said(source, "V38")) == warned


@pytest.mark.parametrize(
    ("behavior", "words"),
    [
        (
            api_behavior(SmoothStreaming=True, FunctionAssociations=FUNCTION, LambdaFunctionAssociations=EDGE),
            "a Smooth Streaming behavior",
        ),
        (
            api_behavior(
                GrpcConfig=GRPC,
                AllowedMethods={"Items": sorted(ALL_METHODS)},
                FunctionAssociations=FUNCTION,
                LambdaFunctionAssociations=EDGE,
            ),
            "Lambda@Edge is associated with a gRPC behavior",
        ),
        (
            api_behavior(GrpcConfig=GRPC, FunctionAssociations=FUNCTION, LambdaFunctionAssociations=EDGE),
            "less than all seven methods",
        ),
    ],
)
def test_v28_streaming_and_grpc_exclude_functions(behavior: dict[str, object], words: str) -> None:
    source = api({"DefaultCacheBehavior": behavior})
    assert any(words in error for error in refused(source, overlay=CODE))
    assert {notice.severity for notice in said(source, "V28", overlay=CODE, strict=False)} == {"warn"}
