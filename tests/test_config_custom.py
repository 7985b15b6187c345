from __future__ import annotations

from edgeware.config.loading import load
from tests.fixtures.config.templates import resource, running_lambda, stack_of, template, why, world_of

TEMPLATE = """
Resources:
  Fn: {Type: AWS::Lambda::Function, Properties: {FunctionName: auth}}
  Version: {Type: AWS::Lambda::Version, Properties: {FunctionName: !Ref Fn}}
  Stored: {Type: AWS::SSM::Parameter, Properties: {Name: /arn, Value: !Ref Version}}
  Reader: {Type: Custom::CrossRegionStringParameterReader, Properties: {ParameterName: /arn}}
  Lost: {Type: Custom::CrossRegionStringParameterReader, Properties: {ParameterName: /none}}
  Writer: {Type: Custom::CrossRegionExportWriter, Properties: {WriterProps: {exports: {/cdk/exports/x: !Ref Version}}}}
  Odd: {Type: Custom::CrossRegionExportWriter, Properties: {WriterProps: 5}}
  Imported: {Type: Custom::CrossRegionExportReader, Properties: {ReaderProps: {imports: {}}}}
  Updated: {Type: Custom::LambdaCodeUpdate, Properties: {ServiceToken: !GetAtt Fn.Arn, LambdaFunction: !GetAtt Fn.Arn}}
  Published: {Type: AWS::CloudFormation::CustomResource, Properties: {Arn: !Ref Version, Other: [1]}}
  Named: {Type: Custom::PublishVersion, Properties: {FunctionName: !Ref Fn}}
  Two: {Type: Custom::X, Properties: {A: "arn:aws:lambda:x", B: "arn:aws:lambda:y"}}
"""
VERSION = "arn:aws:lambda:us-east-1:123456789012:function:auth:1"


def test_what_the_cdks_own_resources_give_is_found_in_the_stacks() -> None:
    stack = stack_of(TEMPLATE)
    assert stack.attribute("Reader", "FunctionArn") == VERSION
    assert stack.attribute("Imported", "/cdk/exports/x") == VERSION
    assert stack.value("{{resolve:ssm:/cdk/exports/x}}") == VERSION
    assert "'Lost.FunctionArn' is not in the template" in why(stack.attribute("Lost", "FunctionArn"))
    assert "'Imported./other' is not in the template" in why(stack.attribute("Imported", "/other"))


def test_of_others_the_only_function_that_they_name_is_guessed() -> None:
    world = world_of(TEMPLATE)
    stack = world.stacks[0]
    assert stack.attribute("Updated", "FunctionArn") == VERSION
    assert stack.attribute("Published", "FunctionArn") == VERSION
    assert stack.value({"Fn::Sub": "${Fn.Arn}:${Named.Version}"}) == VERSION
    assert "'Two.FunctionArn' is not in the template" in why(stack.attribute("Two", "FunctionArn"))
    assert [(notice.code, notice.severity) for notice in world.notices] == [("N-guessed", "note")] * 3


def test_a_guess_is_told() -> None:
    values = template(
        {
            "Fn": resource("Lambda::Function", Code={"ZipFile": "x"}, Handler="index.handler", Runtime="nodejs22.x"),
            "Guess": {"Type": "Custom::X", "Properties": {"LambdaFunction": {"Fn::GetAtt": ["Fn", "Arn"]}}},
        },
        DefaultCacheBehavior=running_lambda({"Fn::GetAtt": ["Guess", "FunctionArn"]}),
    )
    loaded = load(values)
    assert [function.code.text for function in loaded.functions.values()] == ["x"]
    assert [notice.code for notice in loaded.notices] == ["N-guessed"]
