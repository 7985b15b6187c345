from __future__ import annotations

import json
from pathlib import Path

import pytest

from edgeware.config.loading import load
from edgeware.config.loading.cloudformation import world as module
from edgeware.config.loading.cloudformation.world import World
from edgeware.config.loading.documents import read
from edgeware.config.loading.inputs import Inputs
from edgeware.exceptions import ConfigurationError
from tests.fixtures.config.builders import the_error
from tests.fixtures.config.templates import running, template, why, world_of

CHILD = """
Parameters: {Domain: {Type: String}, Other: {Type: String, Default: d}}
Resources:
  Cff:
    Type: AWS::CloudFront::Function
    Properties:
      Name: !Sub "${AWS::StackName}"
      FunctionCode: "x"
      AutoPublish: true
      FunctionConfig: {Runtime: cloudfront-js-2.0}
Outputs:
  Arn: {Value: !GetAtt Cff.FunctionARN}
  Domain: {Value: !Ref Domain}
  Gone: {Value: !Ref AWS::NoValue}
  Odd: 5
"""


def nested(location: object = "child.yaml", kind: str = "CloudFormation::Stack") -> dict[str, object]:
    key = "Location" if kind.startswith("Serverless") else "TemplateURL"
    parameters = {"Domain": {"Fn::Sub": "${AWS::StackName}.example"}, "Other": {"Ref": "AWS::NoValue"}}
    return {"Type": f"AWS::{kind}", "Properties": {key: location, "Parameters": parameters}}


@pytest.mark.parametrize("kind", ["CloudFormation::Stack", "Serverless::Application"])
def test_a_local_nested_template_gives_its_outputs(tmp_path: Path, kind: str) -> None:
    (tmp_path / "child.yaml").write_text(CHILD)
    values = template(
        {"Child": nested(kind=kind)}, DefaultCacheBehavior=running({"Fn::GetAtt": ["Child", "Outputs.Arn"]})
    )
    path = tmp_path / "main.json"
    path.write_text(json.dumps(values))
    loaded = load(path)
    assert loaded.functions["main-Child"].code.text == "x"
    world = World(inputs=Inputs())
    stack = world.add(read(path))
    assert stack.attribute("Child", "Outputs.Domain") == "main.example"
    assert world.stacks[1].ref("Other") == "d"
    assert why(stack.attribute("Child", "Outputs.Gone")) == "the nested stack Child has no output Gone."
    assert why(stack.attribute("Child", "Outputs.Odd")) == "the nested stack Child has no output Odd."


@pytest.mark.parametrize("location", ["./child.yaml", "parts/../child.yaml"])
def test_messages_name_a_nested_template_plainly(tmp_path: Path, location: str) -> None:
    (tmp_path / "parts").mkdir()
    (tmp_path / "child.yaml").write_text("Resources: {}")
    (tmp_path / "main.json").write_text(json.dumps({"Resources": {"Child": nested(location)}}))
    world = World(inputs=Inputs())
    world.add(read(tmp_path / "main.json"))
    assert [stack.document.source for stack in world.stacks[1:]] == [f"{tmp_path}/child.yaml"]


def test_a_nested_template_that_the_cdk_has_put_beside_is_found(tmp_path: Path) -> None:
    (tmp_path / "a.nested.template.json").write_text(json.dumps(template()))
    child = {**nested("https://s3.amazonaws.com/x"), "Metadata": {"aws:asset:path": "a.nested.template.json"}}
    (tmp_path / "main.json").write_text(json.dumps({"Resources": {"Child": child}}))
    assert load(tmp_path / "main.json").name == "Site"


def test_a_nested_template_of_a_url_is_read_from_the_file_of_that_name(tmp_path: Path) -> None:
    (tmp_path / "site.yaml").write_text(json.dumps(template()))
    url = {"Fn::Sub": "https://${AWS::AccountId}.s3.amazonaws.com/templates/site.yaml"}
    (tmp_path / "main.json").write_text(json.dumps({"Resources": {"Child": nested(url)}}))
    loaded = load(tmp_path / "main.json")
    assert [(notice.code, notice.where) for notice in loaded.notices] == [
        ("N-nested", f"{tmp_path / 'main.json'} Resources/Child")
    ]


def test_a_nested_template_that_is_elsewhere_leaves_its_outputs_open() -> None:
    values = template(
        {"Child": nested("https://s3.amazonaws.com/x")},
        DefaultCacheBehavior=running({"Fn::GetAtt": ["Child", "Outputs.Arn"]}),
    )
    error = the_error(values)
    assert "'Child-Outputs-Arn' has no code: what AWS makes of AWS::CloudFormation::Stack: 'Child.Outputs.Arn'" in error
    assert 'functions: {"Child.Outputs.Arn": {file: ...}}' in error
    code = {"functions": {"Child.Outputs.Arn": {"code": "function handler(event) { return event.request; }"}}}
    assert "Child-Outputs-Arn" in load(values, overlay=code).functions


def test_templates_that_nest_each_other_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "child.yaml"
    path.write_text(json.dumps({"Resources": {"Child": nested()}}))
    assert "stacks are nested more than 10 deep" in the_error(path)
    monkeypatch.setattr(module, "MAX_STACKS", 3)
    assert "there are more than 3 stacks" in the_error(path)


def test_parameters_that_no_template_has_are_worth_a_warning() -> None:
    notices = load(template(), parameters={"Stage": "dev"}).notices
    assert [(notice.code, notice.text) for notice in notices] == [
        ("N-parameter", "the parameter Stage was given, and no template has it.")
    ]


def test_the_first_of_two_equal_exports_counts() -> None:
    world = world_of("""
Outputs:
  A: {Value: 1, Export: {Name: x}}
  B: {Value: 2, Export: {Name: x}}
  C: {Value: 3, Export: {Name: !Ref None}}
  D: {Value: 4}
""")
    assert (world.exported("x"), world.exported("y"), world.output("t", "D"), world.output("u", "D")) == (
        1,
        None,
        4,
        None,
    )


def test_a_broken_nested_template_is_told_by_its_own_line(tmp_path: Path) -> None:
    (tmp_path / "child.yaml").write_text("Resources:\n  - [")
    (tmp_path / "main.json").write_text(json.dumps({"Resources": {"Child": nested()}}))
    with pytest.raises(ConfigurationError, match=r"child\.yaml:\d: is not YAML"):
        load(tmp_path / "main.json")


def test_what_a_parent_cannot_compute_its_child_cannot_either(tmp_path: Path) -> None:
    (tmp_path / "child.yaml").write_text(CHILD)
    child = {
        "Type": "AWS::CloudFormation::Stack",
        "Properties": {"TemplateURL": "child.yaml", "Parameters": {"Domain": {"Ref": "No"}}},
    }
    (tmp_path / "main.json").write_text(json.dumps({"Resources": {"Child": child}}))
    stack = World(inputs=Inputs()).add(read(tmp_path / "main.json"))
    assert why(stack.attribute("Child", "Outputs.Domain")).startswith("there is nothing named No")
