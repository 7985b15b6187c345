from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from edgeware.config.loading.documents import Document
from edgeware.config.loading.terraform.resources import shown
from edgeware.config.loading.terraform.unknowns import known

CONSTANT, REFERS = "constant_value", "references"


def filled(
    values: dict[str, Any],
    expressions: dict[str, Any],
    unknown: dict[str, Any] | None = None,
    others: dict[str, dict[str, Any]] | None = None,
) -> dict[str, Any]:
    """The values of a resource d.site of a plan, once all is filled in that can be."""
    resources = [{"address": "d.site", "type": "d", "name": "site", "values": values}]
    for address, other in (others or {}).items():
        kind, name = address.split(".")
        resources.append({"address": address, "type": kind, "name": name, "values": other})
    changes = [] if unknown is None else [{"address": "d.site", "change": {"after_unknown": unknown}}]
    document = Document(
        values={
            "format_version": "1.2",
            "planned_values": {"root_module": {"resources": resources}},
            "configuration": {"root_module": {"resources": [{"address": "d.site", "expressions": expressions}]}},
            "resource_changes": changes,
        },
        base=Path(),
    )
    found = dict(next(one for one in known(document, shown(document)) if one.address == "d.site").values)
    found.pop("id")
    return found


def refers(*names: str) -> dict[str, Any]:
    return {REFERS: list(names)}


OTHERS = {"a.b": {"arn": "arn-b"}, "a.c": {"arn": "arn-c"}, "l.f": {"url": "https://x.example/"}}


@pytest.mark.parametrize(
    ("values", "unknown", "found"),
    [
        ({}, None, "arn-b"),
        ({}, {"x": True}, "arn-b"),
        ({"x": None}, {"x": True}, "arn-b"),
        ({"x": None}, {}, None),
        ({"x": "known"}, {"x": True}, "known"),
        ({"x": []}, None, ["arn-b"]),
        ({"x": []}, {"x": True}, ["arn-b"]),
        ({"x": []}, {}, []),
    ],
)
def test_what_is_absent_is_unknown_and_what_is_null_may_be_meant(
    values: dict[str, Any], unknown: dict[str, Any] | None, found: object
) -> None:
    assert filled(values, {"x": refers("a.b.arn", "a.b")}, unknown, OTHERS)["x"] == found


def test_what_leads_nowhere_is_the_same_text_on_both_sides() -> None:
    values = {"origin": [{"domain_name": "x"}, {"domain_name": "y"}], "default_cache_behavior": [{}]}
    expressions = {
        "origin": [
            {"domain_name": {CONSTANT: "y"}, "origin_id": refers("local.second")},
            {"domain_name": {CONSTANT: "x"}, "origin_id": refers("local.first")},
        ],
        "default_cache_behavior": [{"target_origin_id": refers("local.first")}],
    }
    found = filled(values, expressions)
    assert [origin["origin_id"] for origin in found["origin"]] == ["local.first", "local.second"]
    assert found["default_cache_behavior"][0]["target_origin_id"] == "local.first"


def test_a_set_is_paired_by_its_constants_and_a_list_by_its_places() -> None:
    values = {"set": [{"event_type": "b"}, {"event_type": "a"}], "list": [{}, {}, {}], "gone": "x"}
    expressions = {
        "set": [
            {"event_type": {CONSTANT: "a"}, "arn": refers("a.b.arn")},
            {"event_type": {CONSTANT: "b"}, "arn": refers("a.c.arn")},
        ],
        "list": [{"arn": refers("a.c.arn")}, {"arn": refers("a.b.arn")}],
        "gone": [{}],
        "alone": {"arn": refers("a.b.arn")},
    }
    found = filled(values, expressions, {"set": [{"arn": True}]}, OTHERS)
    assert [one["arn"] for one in found["set"]] == ["arn-c", "arn-b"]
    # A dynamic block has one expression, or fewer than it has blocks.
    assert [one["arn"] for one in found["list"]] == ["arn-c", "arn-b", "arn-c"]
    assert found["gone"] == "x"


def test_a_list_that_leads_nowhere_stays_as_it_is() -> None:
    assert filled({"items": []}, {"items": refers("local.x")}) == {"items": []}


def test_a_block_that_is_no_list_is_filled_too() -> None:
    assert filled({"one": {}}, {"one": {"x": refers("a.b.arn")}}, None, OTHERS)["one"] == [{"x": "arn-b"}]
    assert filled({"none": [{}]}, {"none": []})["none"] == [{}]


def test_a_domain_name_loses_the_scheme_that_a_function_would_take_off() -> None:
    assert filled({}, {"domain_name": refers("l.f.url")}, None, OTHERS)["domain_name"] == "x.example"


def test_with_one_origin_every_unknown_target_is_that_one() -> None:
    values = {
        "origin": [{"origin_id": "app"}],
        "default_cache_behavior": [{}],
        "ordered_cache_behavior": [{"target_origin_id": "x"}, {}, "odd"],
    }
    found = filled(values, {"comment": {}})
    assert found["default_cache_behavior"][0]["target_origin_id"] == "app"
    assert found["ordered_cache_behavior"][0]["target_origin_id"] == "x"
    assert found["ordered_cache_behavior"][1]["target_origin_id"] == "app"
