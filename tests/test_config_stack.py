from __future__ import annotations

import pytest

from edgeware.config.reading import Unresolved
from tests.fixtures.config.templates import stack_of, why


def test_pseudo_parameters_have_values() -> None:
    stack = stack_of("Resources: {}", region="eu-west-1", account_id="111111111111")
    names = ("Region", "AccountId", "Partition", "URLSuffix", "StackName")
    assert [stack.ref(f"AWS::{name}") for name in names] == ["eu-west-1", "111111111111", "aws", "amazonaws.com", "t"]
    assert stack.ref("AWS::NotificationARNs") == []
    identity = stack.ref("AWS::StackId")
    assert isinstance(identity, str)
    assert identity.startswith("arn:aws:cloudformation:eu-west-1:111111111111:stack/t/")


def test_a_resource_whose_condition_is_false_is_not_there() -> None:
    stack = stack_of("""
Parameters: {Nothing: {Type: String}}
Conditions: {No: !Equals [a, b], Unknown: !Equals [!Ref Nothing, a]}
Resources:
  Off: {Type: AWS::S3::Bucket, Condition: No}
  Open: {Type: AWS::S3::Bucket, Condition: Unknown, Properties: {BucketName: b}}
""")
    assert why(stack.ref("Off")) == "Off is not made, since its condition No is false."
    assert stack.ref("Open") == "b"


def test_circles_end() -> None:
    stack = stack_of("""
Resources:
  A: {Type: AWS::S3::Bucket, Properties: {BucketName: !Ref B}}
  B: {Type: AWS::S3::Bucket, Properties: {BucketName: !GetAtt Out.Outputs.X}}
  Out: {Type: Custom::X, Properties: {Y: !Ref A}}
Conditions: {C: !Condition C}
""")
    found = stack.ref("A")
    assert isinstance(found, str)
    circle = stack.holds("C")
    assert "it refers to itself: C -> C" in why(circle)


def test_long_chains_of_references_end() -> None:
    conditions = "\n".join(f"  C{n}: !Condition C{n + 1}" for n in range(100))
    assert "references lead to more than 60 others" in why(stack_of(f"Conditions:\n{conditions}").holds("C0"))


@pytest.mark.parametrize("section", ["Parameters", "Mappings", "Conditions", "Resources", "Outputs"])
def test_a_section_that_is_no_mapping_is_empty(section: str) -> None:
    stack = stack_of(f"{section}: [x]")
    assert stack.section(section) == {}
    assert isinstance(stack.ref("X"), Unresolved)


def test_resources_without_a_type_and_odd_properties_are_left_alone() -> None:
    stack = stack_of("Resources: {A: 5, B: {Type: [x]}, C: {Type: AWS::S3::Bucket, Properties: 5, Metadata: 5}}")
    assert list(stack.resources) == ["C"]
    bucket = stack.resources["C"]
    assert (bucket.properties, bucket.metadata("aws:cdk:path"), bucket.value("X")) == ({}, "", None)
    assert str(bucket.place) == "t.yaml:1 Resources/C"


def test_a_property_without_a_value_is_none() -> None:
    bucket = stack_of("Resources: {A: {Type: X::Y, Properties: {P: !Ref AWS::NoValue}}}").resources["A"]
    assert bucket.value("P") is None


def test_values_that_double_each_other_end() -> None:
    rows = ", ".join(
        f"r{n}: {{x: !Join ['', [{{'Fn::FindInMap': [M, r{n + 1}, x]}}, {{'Fn::FindInMap': [M, r{n + 1}, x]}}]]}}"
        for n in range(40)
    )
    stack = stack_of(f"Mappings: {{M: {{{rows}, r40: {{x: ab}}}}}}")
    assert "longer than 1000000 characters" in why(stack.value({"Fn::FindInMap": ["M", "r0", "x"]}))
    assert stack.value({"Fn::FindInMap": ["M", "r38", "x"]}) == "abababab"
