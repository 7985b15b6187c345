from __future__ import annotations

from pathlib import Path

import pytest

from edgeware.config.loading import load
from edgeware.config.loading.cloudformation.sam import is_sam
from edgeware.config.model import LambdaFunction
from tests.fixtures.config.builders import FOLDER, refused, the_error
from tests.fixtures.config.templates import running_lambda, stack_of, template, why

TEMPLATE = """
Transform: AWS::Serverless-2016-10-31
Globals:
  Function: {Runtime: nodejs22.x, Timeout: 5, Environment: {Variables: {A: 1}}, Layers: [x]}
Resources:
  Auth:
    Type: AWS::Serverless::Function
    Properties:
      Handler: index.handler
      Timeout: 4
      AutoPublishAlias: live
      Environment: {Variables: {B: 2}}
      Layers: [y]
      FunctionUrlConfig: {AuthType: NONE}
      InlineCode: "exports.handler = async e => e;"
      Events: {A: {Type: Api}, B: {Type: HttpApi}, C: {Type: S3}, D: 5}
  Plain: {Type: AWS::Serverless::Function}
  Site: {Type: AWS::Serverless::Api, Properties: {StageName: v1}}
  Other: {Type: AWS::S3::Bucket}
  Odd: 5
"""


def test_functions_become_what_sam_makes_of_them() -> None:
    stack = stack_of(TEMPLATE)
    kinds = {name: resource.type for name, resource in stack.resources.items()}
    assert kinds == {
        "Auth": "AWS::Lambda::Function",
        "Auth.Version": "AWS::Lambda::Version",
        "Auth.Alias": "AWS::Lambda::Alias",
        "AuthUrl": "AWS::Lambda::Url",
        "ServerlessRestApi": "AWS::ApiGateway::RestApi",
        "ServerlessHttpApi": "AWS::ApiGatewayV2::Api",
        "Plain": "AWS::Lambda::Function",
        "Site": "AWS::Serverless::Api",
        "Site.Stage": "AWS::ApiGateway::Stage",
        "Other": "AWS::S3::Bucket",
    }
    auth = stack.resources["Auth"]
    assert (auth.value("Timeout"), auth.value("Runtime")) == (4, "nodejs22.x")
    assert (auth.value("Environment"), auth.value("Layers")) == ({"Variables": {"A": 1, "B": 2}}, ["x", "y"])
    assert stack.ref("Site.Stage") == "v1"
    assert auth.place.line == 7


def test_a_version_is_reached_in_every_spelling() -> None:
    stack = stack_of(TEMPLATE)
    version = stack.ref("Auth.Version")
    assert isinstance(version, str)
    assert version.endswith(":1")
    for node in ("Auth.Version.FunctionArn", ["Auth.Version", "FunctionArn"], ["Auth", "Version.FunctionArn"]):
        assert stack.value({"Fn::GetAtt": node}) == version
    assert stack.value({"Fn::Sub": "${Auth.Version}"}) == version
    assert stack.attribute("Auth", "Version.Version") == "1"
    assert stack.attribute("Site", "Stage") == "v1"


@pytest.mark.parametrize(
    ("transform", "expected"),
    [
        ("AWS::Serverless-2016-10-31", True),
        (["AWS::LanguageExtensions", "AWS::Serverless-2016-10-31"], True),
        ("AWS::LanguageExtensions", False),
        (None, False),
    ],
)
def test_sam_is_known_by_its_transform(transform: object, expected: bool) -> None:
    assert is_sam({"Transform": transform}) is expected


def test_a_macro_is_not_run_and_that_is_told() -> None:
    values = {**template(), "Transform": ["AWS::LanguageExtensions", "Own", {"Name": "x"}]}
    texts = [notice.text for notice in load(values).notices if notice.code == "N-macro"]
    assert texts[0] == "the macro Own is not run; the template is read as it stands."
    assert len(texts) == 2
    assert load({**template(), "Transform": "AWS::Serverless-2016-10-31"}).notices == ()


def test_without_autopublishalias_there_is_no_version() -> None:
    stack = stack_of(TEMPLATE)
    assert why(stack.ref("Plain.Version")) == "SAM makes no Plain.Version without AutoPublishAlias in Plain."
    assert "SAM makes no Plain.Version without" in why(stack.attribute("Plain", "Version.FunctionArn"))
    values = template(
        {"Fn": {"Type": "AWS::Serverless::Function"}}, DefaultCacheBehavior=running_lambda({"Ref": "Fn.Version"})
    )
    errors = refused({**values, "Transform": "AWS::Serverless-2016-10-31"})
    assert any("SAM makes no Fn.Version without AutoPublishAlias in Fn" in error for error in errors)


def test_the_sample_of_the_manual_loads() -> None:
    loaded = load(FOLDER / "sam" / "template.yaml")
    found = {function.name.split("-")[1]: function for function in loaded.functions.values()}
    auth, headers = found["Auth"], found["Headers"]
    assert isinstance(auth, LambdaFunction)
    assert (auth.runtime, auth.handler, auth.timeout, auth.memory_size) == ("nodejs22.x", "index.handler", 5, 128)
    assert auth.code.path == FOLDER / "lambda" / "auth"
    assert headers.runtime == "python3.13"
    assert (headers.code.text or "").startswith("def handler")
    assert loaded.default_behavior.associations["viewer-request"].function == auth.name


def test_code_that_has_left_for_s3_is_missed_with_the_line_to_write(tmp_path: Path) -> None:
    path = tmp_path / "packaged.yaml"
    path.write_text("""
Transform: AWS::Serverless-2016-10-31
Resources:
  Auth:
    Type: AWS::Serverless::Function
    Properties: {CodeUri: s3://bucket/0a1b2c, Handler: index.handler, Runtime: nodejs22.x, AutoPublishAlias: live}
  Site:
    Type: AWS::CloudFront::Distribution
    Properties:
      DistributionConfig:
        Origins: [{Id: app, DomainName: a.example, CustomOriginConfig: {OriginProtocolPolicy: https-only}}]
        DefaultCacheBehavior:
          TargetOriginId: app
          ViewerProtocolPolicy: allow-all
          CachePolicyId: 4135ea2d-6df8-44a3-9df3-4b5a84be39ad
          LambdaFunctionAssociations: [{EventType: origin-request, LambdaFunctionARN: !Ref Auth.Version}]
""")
    error = the_error(path)
    assert f"{path}:5 Auth: " in error
    assert "has no code: the template only names an object in S3, 0a1b2c" in error
    assert 'functions: {"Auth": {directory: ..., handler: index.handler}' in error
    (tmp_path / "index.js").touch()
    assert refused(path, overlay={"functions": {"Auth": {"directory": str(tmp_path)}}}) == ()
