from __future__ import annotations

import json
from pathlib import Path

import pytest

from edgeware.config.loading import load
from tests.fixtures.config.builders import refused, said, the_error
from tests.fixtures.config.templates import distribution, resource, template


def test_of_several_distributions_one_is_named_by_any_of_its_names() -> None:
    first, second = distribution(Comment="first"), distribution(Comment="second", Aliases=["two.example"])
    second["Metadata"] = {"aws:cdk:path": "Web/Dist/Resource"}
    values = {"Resources": {"A": first, "B": second}}
    lines = refused(values)
    assert lines[0].startswith("the mapping: holds 2 distributions; say which one, in an overlay distribution: A, ")
    assert lines[1:] == ("  A  first  app.example", "  Web/Dist  second  app.example  two.example")
    for name in ("B", "Web/Dist", "Web/Dist/Resource", "stack.B", "second", "two.example", "Web/*"):
        assert load(values, distribution=name).name == "second"
    assert load(values, overlay={"distribution": "A"}).name == "first"


def test_without_a_comment_the_logical_id_is_its_name() -> None:
    assert (load(template()).name, load(template(Comment="shop")).name) == ("Site", "shop")


CONDITIONS = {
    "Prod": {"Fn::Equals": [{"Ref": "Stage"}, "prod"]},
    "Made": {"Fn::And": [{"Condition": "Prod"}, {"Fn::Not": [{"Fn::Equals": [{"Ref": "Other"}, ""]}]}]},
}


def conditional(**parameters: object) -> dict[str, object]:
    values = template()
    site = values["Resources"]["Site"]  # type: ignore[index]
    site["Condition"] = "Made"
    return {**values, "Conditions": CONDITIONS, "Parameters": parameters}


def test_where_a_condition_forbids_it_condition_and_parameters_are_named() -> None:
    values = conditional(Stage={"Type": "String", "Default": "dev"}, Other={"Type": "String", "Default": "x"})
    assert the_error(values) == (
        "Resources/Site: the distribution is not made, since its condition Made is false. "
        "Give other parameters: --parameter Other=... --parameter Stage=..."
    )
    assert load(values, parameters={"Stage": "prod"}).name == "Site"


def test_where_no_parameter_helps_none_is_named() -> None:
    values = {**conditional(), "Conditions": {"Made": {"Fn::Equals": ["a", "b"]}}}
    assert the_error(values).endswith("its condition Made is false.")
    circle = {
        "A": {"Condition": "B"},
        "B": {"Condition": "A"},
        "Made": {"Fn::And": [{"Fn::Equals": [1, 2]}, {"Condition": "A"}]},
    }
    assert "is false" in the_error({**conditional(), "Conditions": circle})


def test_where_it_cannot_be_decided_it_is_taken_to_be_made() -> None:
    (notice,) = said(conditional(Stage={"Type": "String", "Default": "prod"}, Other={"Type": "String"}), "N-condition")
    assert "cannot be decided: the parameter Other has no value. It is taken to be." in notice.text


@pytest.mark.parametrize(
    ("config", "words"),
    [
        ({"Ref": "None"}, "there is nothing named None in the template"),
        (5, "the DistributionConfig of Site is no mapping"),
        (None, "the DistributionConfig of Site is no mapping"),
    ],
)
def test_what_is_no_distribution_is_refused_with_its_line(tmp_path: Path, config: object, words: str) -> None:
    path = tmp_path / "t.json"
    values = {"Resources": {"Site": resource("CloudFront::Distribution", DistributionConfig=config)}}
    path.write_text(json.dumps(values, indent=1))
    error = the_error(path)
    assert error.startswith(f"{path}:6: ")
    assert words in error


def test_a_template_without_a_distribution_says_so() -> None:
    assert "the mapping: holds no distribution." in the_error({"Resources": {}})


def test_how_long_errors_are_cached_is_told_where_the_template_leaves_it_open() -> None:
    responses = [
        {"ErrorCode": 404, "ErrorCachingMinTTL": 0},
        {"ErrorCode": "503", "ErrorCachingMinTTL": {"Ref": "AWS::NoValue"}},
    ]
    values = template(CustomErrorResponses=responses)
    assert [(notice.where, notice.severity) for notice in said(values, "N-error-caching")] == [
        ("CustomErrorResponses/1", "note")
    ]
    assert load(values).custom_error_responses[503].error_caching_min_ttl == 10
    assert "must be a mapping" in the_error(template(CustomErrorResponses=[5]))


def test_a_list_in_which_conditions_leave_items_out() -> None:
    origins = [
        {
            "Id": "app",
            "DomainName": "a.example",
            "CustomOriginConfig": {"HTTPPort": "8080", "OriginProtocolPolicy": "http-only"},
        },
        {"Fn::If": ["Off", {"Id": "b", "DomainName": "b.example", "CustomOriginConfig": {}}, {"Ref": "AWS::NoValue"}]},
    ]
    values = {**template(Origins=origins, Enabled="false"), "Conditions": {"Off": {"Fn::Equals": ["a", "b"]}}}
    loaded = load(values)
    assert list(loaded.origins) == ["app"]
    assert (loaded.enabled, loaded.origins["app"].http_port) == (False, 8080)
