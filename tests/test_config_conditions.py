from __future__ import annotations

from typing import Any

import pytest

from edgeware.config.loading import yaml
from edgeware.config.loading.cloudformation.conditions import truth
from tests.fixtures.config.templates import stack_of, why

TEMPLATE = """
Parameters:
  Stage: {Type: String, Default: prod}
  Names: {Type: CommaDelimitedList, Default: "a,b"}
  Nothing: {Type: String}
Conditions:
  IsProd: !Equals [!Ref Stage, prod]
  IsDev: !Not [!Condition IsProd]
  Unknown: !Equals [!Ref Nothing, ""]
  Circle: !Or [!Condition Circle, !Equals [a, b]]
"""


def holds(text: str) -> Any:
    return truth(stack_of(TEMPLATE), yaml.parse(text, "x.yaml"))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("!Equals [a, a]", True),
        ("!Equals [!Ref Stage, dev]", False),
        ("!Equals [true, 'true']", True),
        ("!Equals [1, '1']", True),
        ("!Equals [!Ref Names, [a, b]]", True),
        ("!Equals [{a: 1}, a]", False),
        ("!Equals ['', !Ref AWS::NoValue]", True),
        ("!Condition IsProd", True),
        ("!Condition IsDev", False),
        ("!And [!Condition IsProd, !Condition IsProd]", True),
        ("!And [!Condition Unknown, !Condition IsDev]", False),
        ("!Or [!Condition Unknown, !Condition IsProd]", True),
        ("!Or [!Condition IsDev, !Condition IsDev]", False),
        ("!Not [!Equals [a, b]]", True),
        ("'true'", True),
        ("false", False),
        ("!If [IsProd, 'true', 'false']", True),
    ],
)
def test_conditions_hold_or_do_not(text: str, expected: bool) -> None:
    assert holds(text) is expected


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("!Equals [a]", "Fn::Equals takes two values"),
        ("!Not a", "Fn::Not takes"),
        ("!And []", "Fn::And takes"),
        ("!Or x", "Fn::Or takes"),
        ("!Condition [a]", "Condition takes the name"),
        ("!Condition IsPord", "there is no condition IsPord. Did you mean 'IsProd'?"),
        ("maybe", "this is no condition"),
        ("!Ref Nothing", "the parameter Nothing has no value"),
        ("!Not [!Condition Unknown]", "the parameter Nothing has no value"),
        ("!And [!Condition IsProd, !Condition Unknown]", "the parameter Nothing has no value"),
        ("!Condition Circle", "it refers to itself: Circle -> Circle"),
    ],
)
def test_what_cannot_be_decided_says_why(text: str, words: str) -> None:
    assert words in why(holds(text))


def test_if_chooses() -> None:
    stack = stack_of(TEMPLATE)
    assert stack.value({"Fn::If": ["IsProd", {"Ref": "Stage"}, "b"]}) == "prod"
    assert stack.value({"Fn::If": ["IsDev", "a", "b"]}) == "b"
    assert "Fn::If takes" in why(stack.value({"Fn::If": ["IsDev", "a"]}))
    assert "the condition Unknown cannot be decided: the parameter Nothing" in why(
        stack.value({"Fn::If": ["Unknown", "a", "b"]})
    )
