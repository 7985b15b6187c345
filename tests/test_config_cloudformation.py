from __future__ import annotations

import json
from pathlib import Path

import pytest

from edgeware.config.loading import load
from edgeware.config.loading.formats import is_template
from tests.fixtures.config.builders import FOLDER, the_error
from tests.fixtures.config.templates import template


@pytest.mark.parametrize(
    ("values", "expected"),
    [({"Resources": {}}, True), ({"AWSTemplateFormatVersion": "2010-09-09"}, True), ({"version": 1}, False)],
)
def test_a_template_is_known_by_what_it_holds(values: dict[str, object], expected: bool) -> None:
    assert is_template(values) is expected


def test_yaml_with_anchors_merge_keys_and_unknown_tags(tmp_path: Path) -> None:
    path = tmp_path / "any.name"
    path.write_text("""
Description: !Unknown tags are read
Resources:
  Site:
    Type: AWS::CloudFront::Distribution
    DependsOn: [Other]
    Properties:
      DistributionConfig:
        Enabled: yes
        Origins: [{Id: app, DomainName: a.example, CustomOriginConfig: {OriginProtocolPolicy: https-only}}]
        DefaultCacheBehavior: &behavior
          TargetOriginId: app
          ViewerProtocolPolicy: allow-all
          CachePolicyId: 4135ea2d-6df8-44a3-9df3-4b5a84be39ad
        CacheBehaviors:
          - {<<: *behavior, PathPattern: /a, ViewerProtocolPolicy: https-only}
        Restrictions: {GeoRestriction: {RestrictionType: whitelist, Locations: [NO, DE]}}
  Other: {Type: AWS::New::Thing, Properties: !New {x: [!Y z]}}
""")
    loaded = load(path)
    assert [behavior.viewer_protocol_policy for behavior in loaded.behaviors] == ["https-only", "allow-all"]
    assert loaded.geo_restriction.locations == {"NO", "DE"}


def test_inputs_of_an_importing_file_reach_the_template(tmp_path: Path) -> None:
    values = {**template(Comment={"Fn::Sub": "${Stage} ${AWS::Region}"}), "Parameters": {"Stage": {"Type": "String"}}}
    (tmp_path / "t.json").write_text(json.dumps(values))
    overlay = tmp_path / "edgeware.local.yaml"
    overlay.write_text("version: 1\nimport: t.json\nregion: eu-west-1\nparameters: {Stage: dev}\norigins: {app: app}\n")
    assert load(overlay).name == "dev eu-west-1"
    assert load(overlay, parameters={"Stage": "test"}).name == "test eu-west-1"


def test_references_that_lead_too_deep_are_one_message() -> None:
    deep: object = "x"
    for _ in range(3000):
        deep = {"Fn::Join": ["", [deep]]}
    assert the_error(template(Comment=deep)) == "the mapping: is nested too deeply."


def test_the_function_of_the_sample_keeps_its_code() -> None:
    overlay = {"outputs": {"network-stack-AppDomain": "app.internal.example"}}
    loaded = load(FOLDER / "cfn" / "shop.template.yaml", overlay=overlay)
    assert "x-served-by'] = { value: 'shop' }" in (loaded.functions["tag"].code.text or "")
    assert loaded.functions["auth"].code.path == FOLDER / "lambda" / "auth"
    assert (loaded.functions["headers"].code.text or "").startswith("def handler")


def test_ids_that_are_made_up_are_the_same_every_time() -> None:
    first, second = (load(FOLDER / "cfn" / "shop.template.yaml") for _ in range(2))
    assert first == second
