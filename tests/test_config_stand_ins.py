from __future__ import annotations

from collections.abc import Mapping

import pytest

from edgeware.config.loading import load
from tests.fixtures.config.builders import refused, said, the_error
from tests.fixtures.config.templates import default_behavior, running, running_lambda, template

OPEN = {"Ref": "Nothing"}
PARAMETERS = {"Nothing": {"Type": "String"}, "Bucket": {"Type": "String"}}


def opened(resources: Mapping[str, object] | None = None, **config: object) -> dict[str, object]:
    return {**template(resources, **config), "Parameters": PARAMETERS}


def test_what_only_names_something_is_stood_in_for() -> None:
    domain = {"Fn::Sub": "${Bucket}.s3.${AWS::Region}.amazonaws.com"}
    origins = [
        {
            "Id": OPEN,
            "DomainName": domain,
            "S3OriginConfig": {"OriginAccessIdentity": {"Fn::Sub": "origin-access-identity/cloudfront/${Nothing}"}},
            "OriginCustomHeaders": [{"HeaderName": "X-Verify", "HeaderValue": "{{resolve:secretsmanager:s}}"}],
        }
    ]
    values = opened(Origins=origins, DefaultCacheBehavior=default_behavior(TargetOriginId=OPEN), Comment=OPEN)
    loaded = load(values)
    origin = loaded.origins["Nothing"]
    assert (origin.domain_name, origin.type, origin.access) == ("bucket.s3.us-east-1.amazonaws.com", "s3", "oai")
    assert origin.custom_headers == (("X-Verify", "s"),)
    assert loaded.default_behavior.target_origin_id == "Nothing"
    texts = [notice.text for notice in said(values, "N-stand-in")]
    assert "the parameter Bucket has no value. 'bucket.s3.us-east-1.amazonaws.com' stands in for it." in texts
    hints = {notice.hint for notice in said(values, "N-stand-in")}
    assert "Give one: --parameter Bucket=VALUE, or in the overlay: parameters: {Bucket: ...}" in hints


def test_what_the_edge_has_no_use_for_is_left_out() -> None:
    certificate = {"AcmCertificateArn": OPEN, "SslSupportMethod": "sni-only"}
    values = opened(
        Aliases=["a.example", OPEN],
        ViewerCertificate={"Fn::If": ["Secure", certificate, OPEN]},
        WebACLId=OPEN,
        Logging=OPEN,
        PriceClass=OPEN,
    )
    values["Conditions"] = {"Secure": {"Fn::Equals": [OPEN, ""]}}
    loaded = load(values)
    assert loaded.aliases == ("a.example",)
    left = [notice for notice in loaded.notices if notice.code == "N-stand-in"]
    assert [notice.where for notice in left] == ["Aliases/1", "ViewerCertificate"]  # each cause is told once
    assert all(notice.text.endswith("It is left out.") for notice in left)


@pytest.mark.parametrize(
    ("config", "words"),
    [
        ({"DefaultRootObject": OPEN}, "DefaultRootObject: the parameter Nothing has no value."),
        ({"Enabled": OPEN}, "Enabled: the parameter Nothing has no value."),
        ({"DefaultCacheBehavior": default_behavior(CachePolicyId=OPEN)}, "CachePolicyId: the parameter Nothing has no"),
        ({"DefaultCacheBehavior": default_behavior(MinTTL=OPEN)}, "MinTTL: the parameter Nothing has no value."),
        ({"DefaultCacheBehavior": default_behavior(AllowedMethods=OPEN)}, "AllowedMethods: the parameter Nothing has"),
        ({"CustomErrorResponses": [OPEN]}, "CustomErrorResponses/0: the parameter Nothing has no value."),
        ({"CustomErrorResponses": [{"ErrorCode": OPEN}]}, "ErrorCode: the parameter Nothing has no value."),
        ({"Restrictions": OPEN}, "Restrictions: the parameter Nothing has no value."),
    ],
)
def test_what_behavior_hangs_on_is_an_error_with_the_parameter_to_give(config: dict[str, object], words: str) -> None:
    errors = refused(opened(None, **config))
    assert any(words in error and "--parameter Nothing=VALUE" in error for error in errors), errors


def test_what_production_cannot_compute_either_is_never_stood_in_for() -> None:
    assert "Comment: there is nothing named None in the template" in the_error(opened(Comment={"Ref": "None"}))


def test_what_is_not_reached_is_not_complained_of() -> None:
    unrelated = {"Type": "AWS::EC2::Instance", "Properties": {"ImageId": {"Ref": "None"}, "X": {"Fn::New": 1}}}
    assert load(opened({"Unrelated": unrelated})).notices == ()


def test_a_domain_name_of_nothing_is_a_name_still() -> None:
    origins = [{"Id": "app", "DomainName": {"Fn::Sub": "${Under}"}, "CustomOriginConfig": {}}]
    values = {**template(Origins=origins), "Parameters": {"Under": {"Type": "String", "Default": ""}}}
    values["Parameters"] = {"Under": {"Type": "AWS::SSM::Parameter::Value<String>", "Default": "__"}}
    assert load(values).origins["app"].domain_name == "unknown"


def test_functions_from_elsewhere_are_named_for_the_overlay() -> None:
    lambdas = running_lambda({"Fn::ImportValue": "auth-arn"})
    error = the_error(opened(DefaultCacheBehavior=lambdas))
    assert "'auth-arn' has no code: the export 'auth-arn' is not in the template" in error
    assert 'functions: {"auth-arn": {directory: ..., handler: index.handler}}' in error
    error = the_error(opened(DefaultCacheBehavior=running(OPEN)))
    assert 'functions: {"Nothing": {file: ...}}' in error
    overlay = {"functions": {"Nothing": {"code": "x"}}}
    loaded = load(opened(DefaultCacheBehavior=running(OPEN)), overlay=overlay)
    assert loaded.functions["Nothing"].code.text == "x"


def test_a_version_that_is_not_to_be_had_is_as_good_as_any() -> None:
    function = {"Type": "AWS::Lambda::Function", "Properties": {"FunctionName": "auth", "Code": {"ZipFile": "x"}}}
    values = opened({"L": function}, DefaultCacheBehavior=running_lambda({"Fn::Sub": "${L.Arn}:${Nothing}"}))
    assert load(values).functions["auth"].code.text == "x"
