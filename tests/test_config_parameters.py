from __future__ import annotations

from pathlib import Path

import pytest

from edgeware.config.loading.cloudformation.parameters import beside
from edgeware.config.loading.documents import Document
from edgeware.exceptions import ConfigurationError
from tests.fixtures.config.templates import stack_of, why, world_of

TEMPLATE = """
Parameters:
  Stage: {Type: String, Default: prod, AllowedValues: [dev, prod]}
  Ttl: {Type: Number, Default: 60, AllowedValues: [60, 90]}
  Names: {Type: CommaDelimitedList, Default: "a , b"}
  Empty: {Type: CommaDelimitedList, Default: ""}
  Numbers: {Type: "List<Number>", Default: "1,2"}
  Stored: {Type: "AWS::SSM::Parameter::Value<String>", Default: /shop/domain}
  StoredList: {Type: "AWS::SSM::Parameter::Value<List<String>>", Default: /shop/names}
  Away: {Type: "AWS::SSM::Parameter::Value<String>", Default: /none}
  Nothing: {Type: String}
  Odd: 5
  Wrong: {Type: String, Default: {a: 1}}
  List: {Type: String, Default: [a]}
Resources:
  Domain: {Type: AWS::SSM::Parameter, Properties: {Name: /shop/domain, Value: d.example}}
  Names2: {Type: AWS::SSM::Parameter, Properties: {Name: /shop/names, Value: "x,y"}}
"""


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Stage", "prod"),
        ("Ttl", "60"),
        ("Names", ["a", "b"]),
        ("Empty", [""]),
        ("Numbers", ["1", "2"]),
        ("Stored", "d.example"),
        ("StoredList", ["x", "y"]),
        ("List", ["a"]),
    ],
)
def test_defaults_have_the_type_of_their_parameter(name: str, expected: object) -> None:
    assert stack_of(TEMPLATE).ref(name) == expected


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("Nothing", "the parameter Nothing has no value"),
        ("Odd", "the parameter Odd has no value"),
        ("Away", "the Systems Manager keeps the value of '/none'"),
        ("Wrong", "a parameter is a text or a list"),
    ],
)
def test_what_has_no_value_says_so(name: str, words: str) -> None:
    assert words in why(stack_of(TEMPLATE).ref(name))


def test_values_that_are_given_count_more() -> None:
    stack = stack_of(TEMPLATE, parameters={"Stage": "dev", "Names": "x,y"}, outputs={"/none": "there"})
    assert (stack.ref("Stage"), stack.ref("Names"), stack.ref("Away")) == ("dev", ["x", "y"], "there")


def test_a_value_that_is_not_allowed_is_worth_a_warning() -> None:
    world = world_of(TEMPLATE, parameters={"Stage": "test", "Ttl": "90"})
    assert (world.stacks[0].ref("Stage"), world.stacks[0].ref("Ttl")) == ("test", "90")
    (notice,) = world.notices
    assert (notice.severity, notice.where) == ("warn", "t.yaml:3 Parameters/Stage")
    assert notice.text == "'test' is none of dev, prod."


@pytest.mark.parametrize(
    ("name", "content", "expected"),
    [
        ("t.parameters.json", '[{"ParameterKey": "Stage", "ParameterValue": "a"}, 5]', {"Stage": "a"}),
        ("t.parameters.json", '{"Parameters": {"Stage": "b", "Other": {}}}', {"Stage": "b"}),
        ("t.parameters.json", '{"Stage": true}', {"Stage": "true"}),
        ("t.parameters.json", '{"Parameters": []}', {}),
        ("t.parameters.json", '"x"', {}),
        (
            "samconfig.toml",
            "[default.deploy.parameters]\nparameter_overrides = 'Stage=c \"A=b d\" x'",
            {"Stage": "c", "A": "b d"},
        ),
        ("samconfig.toml", "[default.deploy.parameters]\nparameter_overrides = ['Stage=d', 5]", {"Stage": "d"}),
        ("samconfig.toml", "[default.deploy.parameters.parameter_overrides]\nStage = 'e'", {"Stage": "e"}),
        ("samconfig.toml", '[default.deploy.parameters]\nparameter_overrides = "Stage=\'f"', {"Stage": "'f"}),
        ("samconfig.toml", "version = 0.1", {}),
    ],
)
def test_values_are_found_beside_the_template(
    tmp_path: Path, name: str, content: str, expected: dict[str, str]
) -> None:
    (tmp_path / name).write_text(content)
    assert beside(Document(values={}, base=tmp_path, path=tmp_path / "t.yaml")) == expected


def test_a_file_beside_it_that_cannot_be_read_is_refused(tmp_path: Path) -> None:
    (tmp_path / "t.parameters.json").write_text("[")
    with pytest.raises(ConfigurationError, match="is not JSON"):
        beside(Document(values={}, base=tmp_path, path=tmp_path / "t.yaml"))


def test_a_mapping_has_nothing_beside_it() -> None:
    assert beside(Document(values={}, base=Path())) == {}
