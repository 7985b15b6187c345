from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from edgeware.config.loading import yaml
from edgeware.config.place import LinedList, LinedMapping
from edgeware.config.reading import Unresolved
from tests.fixtures.config.templates import stack_of, why

TEMPLATE = """
Parameters:
  Stage: {Type: String, Default: prod}
  Nothing: {Type: String}
Mappings:
  PerRegion: {us-east-1: {Bucket: here, Names: [a, b]}}
Conditions:
  Yes: !Equals [a, a]
Resources:
  Bucket: {Type: AWS::S3::Bucket, Properties: {BucketName: assets}}
  Unknown: {Type: AWS::New::Thing}
Outputs:
  Domain: {Value: d.example, Export: {Name: !Sub "${Stage}-domain"}}
"""


def value(text: str, outputs: Mapping[str, str] | None = None) -> Any:
    return stack_of(TEMPLATE, outputs=outputs or {}).value(yaml.parse(text, "x.yaml"))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("!Ref Stage", "prod"),
        ("!Ref AWS::Region", "us-east-1"),
        ("!Ref Bucket", "assets"),
        ("!GetAtt Bucket.Arn", "arn:aws:s3:::assets"),
        ("!GetAtt [Bucket, Arn]", "arn:aws:s3:::assets"),
        ("Fn::GetAtt: [Bucket, !Sub 'Arn']", "arn:aws:s3:::assets"),
        ("!FindInMap [PerRegion, !Ref 'AWS::Region', Bucket]", "here"),
        ("!FindInMap [PerRegion, us-east-1, Names]", ["a", "b"]),
        ("!FindInMap [PerRegion, eu-west-1, Bucket, {DefaultValue: there}]", "there"),
        ("!FindInMap [None, a, b, {DefaultValue: !Ref Stage}]", "prod"),
        ("!ImportValue prod-domain", "d.example"),
        ("!ImportValue {'Fn::Sub': '${Stage}-domain'}", "d.example"),
        ("!GetStackOutput {StackName: t, OutputName: Domain}", "d.example"),
        ("!If [Yes, a, b]", "a"),
        ("!Base64 {Ref: Stage}", "cHJvZA=="),
        ("Condition: Name", {"Condition": "Name"}),
        ("[1, !Ref AWS::NoValue, {a: !Ref AWS::NoValue, b: 2}]", [1, {"b": 2}]),
        ("null", None),
    ],
)
def test_intrinsics_are_computed(text: str, expected: object) -> None:
    assert value(text) == expected


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("!Ref [a]", "Ref takes a name"),
        ("!Ref Bucketx", "there is nothing named Bucketx in the template. Did you mean 'Bucket'?"),
        ("!Ref AWS::Regoin", "there is no pseudo parameter AWS::Regoin. Did you mean 'AWS::Region'?"),
        ("!GetAtt Bucket", "names no attribute"),
        ("!GetAtt [Bucket]", "Fn::GetAtt takes"),
        ("!GetAtt {a: 1}", "Fn::GetAtt takes"),
        ("!GetAtt [Bucket, !Ref Nothing]", "the parameter Nothing has no value"),
        ("!GetAtt [!Ref Nothing, Arn]", "the parameter Nothing has no value"),
        ("!GetAtt Bucket.Arm", "AWS::S3::Bucket has no attribute Arm here. Did you mean 'Arn'?"),
        ("!GetAtt Unknown.Arn", "what AWS makes of AWS::New::Thing: 'Unknown.Arn' is not in the template"),
        ("!FindInMap [PerRegion, eu-west-1, Bucket]", "Fn::FindInMap finds nothing at PerRegion/eu-west-1/Bucket"),
        ("!FindInMap [PerRegion, !Ref Nothing, Bucket]", "the parameter Nothing has no value"),
        ("!FindInMap [PerRegion]", "Fn::FindInMap takes"),
        ("!ImportValue none", "the export 'none' is not in the template"),
        ("!ImportValue {Ref: Nothing}", "the parameter Nothing has no value"),
        ("!GetStackOutput {StackName: other, OutputName: X}", "the stack output 'other.X' is not in the template"),
        ("!GetStackOutput {StackName: t, OutputName: X}", "the stack output 't.X' is not in the template"),
        ("!GetStackOutput x", "Fn::GetStackOutput takes"),
        ("!GetStackOutput {StackName: !Ref Nothing, OutputName: X}", "the parameter Nothing has no value"),
        ("!GetStackOutput {StackName: t, OutputName: !Ref Nothing}", "the parameter Nothing has no value"),
        ("!NewFunction {a: 1}", "the intrinsic function Fn::NewFunction is not known here"),
        ("'{{resolve:ssm:/none:1}}'", "the ssm value '/none' is not in the template"),
        ("'{{resolve:secretsmanager:s:SecretString:k}}'", "the secretsmanager value 's:SecretString:k'"),
    ],
)
def test_what_cannot_be_computed_says_why(text: str, words: str) -> None:
    assert words in why(value(text))


def test_what_an_overlay_says_of_elsewhere_is_taken() -> None:
    outputs = {"none": "1", "other.X": "2", "Y": "3", "/path": "4", "secret": "5", "Unknown.Arn": "6"}
    texts = [
        "!ImportValue none",
        "!GetStackOutput {StackName: other, OutputName: X}",
        "!GetStackOutput {StackName: other, OutputName: Y}",
        "'<{{resolve:ssm:/path:3}}>'",
        "'{{resolve:secretsmanager:secret}}{{resolve:ssm-secure:/path}}'",
        "!GetAtt Unknown.Arn",
    ]
    assert [value(text, outputs=outputs) for text in texts] == ["1", "2", "3", "<4>", "54", "6"]


def test_an_unresolved_value_keeps_what_it_would_have_been() -> None:
    found = value("!Sub '${Nothing}.s3.${AWS::Region}.amazonaws.com'")
    assert isinstance(found, Unresolved)
    assert (found.stand_in, found.broken) == ("Nothing.s3.us-east-1.amazonaws.com", False)


def test_lines_are_kept() -> None:
    found = value("a: 1\nb: !Ref AWS::NoValue\nc:\n - !Ref AWS::NoValue\n - x\n - !Ref Stage\n")
    assert isinstance(found, LinedMapping)
    assert found.lines == {"a": 1, "c": 3}
    assert isinstance(found["c"], LinedList)
    assert found["c"].lines == {0: 5, 1: 6}


def test_a_template_without_lines_is_computed_too() -> None:
    assert stack_of(TEMPLATE).value({"a": [{"Ref": "Stage"}]}) == {"a": ["prod"]}
