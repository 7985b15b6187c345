from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edgeware.config.loading import yaml
from edgeware.config.reading import Unresolved
from tests.fixtures.config.templates import stack_of, why

TEMPLATE = """
Parameters:
  Stage: {Type: String, Default: prod}
  Names: {Type: CommaDelimitedList, Default: "a, b"}
  Nothing: {Type: String}
Resources:
  Bucket: {Type: AWS::S3::Bucket, Properties: {BucketName: assets}}
"""
LONG = "x" * 100_000


def value(text: str) -> Any:
    return stack_of(TEMPLATE).value(yaml.parse(text, "x.yaml"))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("!Join ['-', [a, !Ref Stage, 5, true]]", "a-prod-5-true"),
        ("!Join [',', !Ref Names]", "a,b"),
        ("!Join [!Ref Stage, [a, b]]", "aprodb"),
        ("!Split [',', 'a,b']", ["a", "b"]),
        ("!Select [1, [a, b]]", "b"),
        ("!Select ['1', !Split ['|', 'x|/v1']]", "/v1"),
        ("!Select [2, !Split ['/', 'https://host/']]", "host"),
        ("!Sub 'a-${Stage}-${!Stage}-${Bucket.Arn}'", "a-prod-${Stage}-arn:aws:s3:::assets"),
        ("!Sub ['${x}/${Stage}', {x: !Ref Bucket}]", "assets/prod"),
        ("!Sub ' $ {no} ${ Stage }'", " $ {no} prod"),
        ("!Base64 5", "NQ=="),
        ("!Cidr ['10.0.0.0/16', 2, 8]", ["10.0.0.0/24", "10.0.1.0/24"]),
        ("!Cidr ['10.0.0.0/16', '1']", ["10.0.0.0/24"]),
        ("!GetAZs ''", ["us-east-1a", "us-east-1b", "us-east-1c"]),
        ("!GetAZs eu-west-1", ["eu-west-1a", "eu-west-1b", "eu-west-1c"]),
        ("'Fn::Length': !Ref Names", 2),
        ("!ToJsonString {a: [!Ref Stage]}", '{"a":["prod"]}'),
        ("!ToJsonString {Ref: AWS::NoValue}", "null"),
    ],
)
def test_texts_and_lists_are_made(text: str, expected: object) -> None:
    assert value(text) == expected


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("!Join [a]", "Fn::Join takes"),
        ("!Join ['', a]", "Fn::Join takes"),
        ("!Join ['', !Ref Nothing]", "the parameter Nothing has no value"),
        ("!Join [!Ref Nothing, [a]]", "Fn::Join takes"),
        ("!Join ['', [[a]]]", "a text is needed here"),
        ("!Split [a]", "Fn::Split takes"),
        ("!Split ['', a]", "the delimiter is not empty"),
        ("!Split [',', !Ref Nothing]", "the parameter Nothing has no value"),
        ("!Select [1]", "Fn::Select takes"),
        ("!Select [2, [a, b]]", "Fn::Select asks for item 2 of 2"),
        ("!Select [-1, [a, b]]", "Fn::Select takes"),
        ("!Select [99999999, [a, b]]", "Fn::Select asks for item"),
        ("!Select [!Ref Nothing, [a]]", "the parameter Nothing has no value"),
        ("!Select [0, !Ref Nothing]", "the parameter Nothing has no value"),
        ("!Sub [a]", "Fn::Sub takes"),
        ("!Sub '${None}'", "there is nothing named None"),
        ("!Base64 {Ref: Nothing}", "the parameter Nothing has no value"),
        ("!Cidr ['10.0.0.0/16']", "Fn::Cidr takes"),
        ("!Cidr ['10.0.0.0/30', 5, 8]", "there is no room"),
        ("!Cidr ['10.0.0.0/24', 5, 8]", "there is no room"),
        ("!Cidr [x, y, z]", "there is no room"),
        ("'Fn::Length': x", "Fn::Length takes a list"),
        ("'Fn::Length': !Ref Nothing", "the parameter Nothing has no value"),
        ("!ToJsonString {a: [1, {b: !Ref Nothing}]}", "the parameter Nothing has no value"),
        (f"!Join ['', [{', '.join([LONG] * 11)}]]", "longer than 1000000 characters"),
        (f"!Sub '{LONG * 11}'", "longer than 1000000 characters"),
    ],
)
def test_what_cannot_be_made_says_why(text: str, words: str) -> None:
    assert words in why(value(text))


def test_a_text_of_what_is_not_to_be_had_has_a_stand_in() -> None:
    found = value("!Base64 {Ref: Nothing}")
    assert isinstance(found, Unresolved)
    assert found.stand_in == "Tm90aGluZw=="


@given(words=st.lists(st.text(alphabet="abc", max_size=3), min_size=1, max_size=5))
def test_split_undoes_join(words: list[str]) -> None:
    stack = stack_of(TEMPLATE)
    assert stack.value({"Fn::Split": ["|", {"Fn::Join": ["|", words]}]}) == words
