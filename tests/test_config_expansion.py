from __future__ import annotations

from pathlib import Path

import pytest

from tests.fixtures.config.builders import the_error
from tests.fixtures.config.templates import stack_of, why

LOOP = """
Parameters:
  Names: {Type: CommaDelimitedList, Default: "a.b,c"}
  Nothing: {Type: CommaDelimitedList}
Resources:
  Fn::ForEach::Buckets:
    - Name
    - !Ref Names
    - "Bucket&{Name}":
        Type: AWS::S3::Bucket
        Properties: {BucketName: !Sub "x-${Name}", Tags: [{Key: !Ref Name, Value: 1}]}
"""


MANY = [str(number) for number in range(100)]


def test_a_loop_makes_a_resource_for_each_value() -> None:
    stack = stack_of(LOOP)
    assert list(stack.resources) == ["Bucketab", "Bucketc"]
    assert stack.ref("Bucketab") == "x-a.b"
    assert stack.resources["Bucketc"].value("Tags") == [{"Key": "c", "Value": 1}]
    assert stack.resources["Bucketc"].place.line == 10


def test_loops_stand_in_each_other_and_anywhere() -> None:
    stack = stack_of("Resources: {}")
    inner = {"Fn::ForEach::B": ["B", ["1", "2"], {"${A}${B}": "${A}-${B}"}]}
    assert stack.value({"Fn::ForEach::A": ["A", ["x", "y"], inner], "z": 0}) == {
        "x1": "x-1",
        "x2": "x-2",
        "y1": "y-1",
        "y2": "y-2",
        "z": 0,
    }


@pytest.mark.parametrize(
    ("argument", "words"),
    [
        ("x", "Fn::ForEach takes"),
        (["A", "x", {}], "Fn::ForEach takes"),
        (["A", [["x"]], {"${A}": 1}], "a text is needed here"),
        (["A", {"Ref": "Nothing"}, {"${A}": 1}], "the parameter Nothing has no value"),
        (["A", [str(n) for n in range(1001)], {"${A}": 1}], "more than 1000 copies"),
        (["A", MANY, {"Fn::ForEach::B": ["B", MANY, {"Fn::ForEach::C": ["C", [], {}]}]}], "more than 1000 copies"),
        (["A", ["x"], {"Fn::ForEach::B": "x"}], "Fn::ForEach takes"),
    ],
)
def test_what_is_no_loop_is_broken(argument: object, words: str) -> None:
    assert words in why(stack_of(LOOP).value({"Fn::ForEach::X": argument}))


def test_an_included_file_is_put_in_its_place(tmp_path: Path) -> None:
    (tmp_path / "more.yaml").write_text("B: {Type: AWS::S3::Bucket, Properties: {BucketName: !Ref AWS::StackName}}")
    (tmp_path / "bad.yaml").write_text("a: [")
    include = "'Fn::Transform': {Name: AWS::Include, Parameters: {Location: more.yaml}}"
    stack = stack_of(f"Resources:\n  {include}\n  C: {{Type: AWS::S3::Bucket}}", tmp_path)
    assert list(stack.resources) == ["B", "C"]
    assert stack.ref("B") == "t"

    def included(location: object) -> object:
        return stack.value({"Fn::Transform": {"Name": "AWS::Include", "Parameters": {"Location": location}}})

    assert "the included file s3://b/x.yaml is not here" in why(included("s3://b/x.yaml"))
    assert "the included file none.yaml is not here" in why(included("none.yaml"))
    assert "bad.yaml:2: is not YAML" in why(included("bad.yaml"))
    assert "there is nothing named None" in why(included({"Ref": "None"}))


def test_other_transforms_are_cloudformations_alone() -> None:
    for argument in ("Own", {"Name": "Own", "Parameters": {}}, {"Name": "AWS::Include"}):
        found = stack_of("Resources: {}").value({"Fn::Transform": argument})
        assert "a transform that only CloudFormation runs" in why(found)


def test_resources_that_cannot_be_expanded_are_refused_with_their_line(tmp_path: Path) -> None:
    path = tmp_path / "t.yaml"
    path.write_text("Parameters: {}\nResources:\n  Fn::Transform: {Name: Own}\n")
    assert f"{path}:2 Resources: a transform that only CloudFormation runs stands here" in the_error(path)
