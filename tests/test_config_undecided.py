"""What a plan does not know of a distribution, and has no expressions for."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from edgeware.config.loading import examine, load
from edgeware.config.loading.documents import Document
from edgeware.config.loading.terraform.resources import Resource, shown
from edgeware.config.loading.terraform.undecided import DISTRIBUTION
from edgeware.config.loading.terraform.unknowns import known
from edgeware.config.reading import Unresolved
from tests.fixtures.config.builders import refused

MODULE = "module.cdn."
FUNCTION = {"name": "f", "runtime": "cloudfront-js-2.0", "code": "x", "publish": True}


def resource(address: str, values: dict[str, Any]) -> dict[str, Any]:
    local = address.removeprefix(MODULE)
    return {"address": address, "type": local.partition(".")[0], "name": local.partition(".")[2], "values": values}


def plan(
    values: dict[str, Any], unknown: object, given: object = None, module: bool = False, **others: dict[str, Any]
) -> dict[str, Any]:
    """A plan of a distribution, in the root module or in one that is called, and of other resources."""
    address = f"{MODULE if module else ''}{DISTRIBUTION}.site"
    root = [resource(name.replace("__", "."), other) for name, other in others.items() if not name.startswith("m__")]
    inner = [resource(MODULE + name[3:].replace("__", "."), one) for name, one in others.items() if name[:3] == "m__"]
    (inner if module else root).append(resource(address, values))
    call = {"expressions": {"behavior": {"references": given}}, "module": {}}
    return {
        "format_version": "1.2",
        "planned_values": {
            "root_module": {"resources": root, "child_modules": [{"address": "module.cdn", "resources": inner}]}
        },
        "configuration": {"root_module": {"module_calls": {"cdn": call}}},
        "resource_changes": [{"address": address, "change": {"after_unknown": unknown}}],
    }


def found(source: dict[str, Any]) -> Resource:
    document = Document(values=source, base=Path())
    return next(one for one in known(document, shown(document)) if one.type == DISTRIBUTION)


def why(value: object) -> str:
    assert isinstance(value, Unresolved), value
    return value.why


def associated(**others: Any) -> object:
    """What a plan takes for the ARN of a function in a dynamic block."""
    values = {"default_cache_behavior": [{"function_association": [{"event_type": "viewer-request"}]}]}
    unknown = {"default_cache_behavior": [{"function_association": [{"function_arn": True}]}]}
    source = plan(values, unknown, **others)
    behavior: Any = found(source).values["default_cache_behavior"]
    return behavior[0]["function_association"][0]["function_arn"]


def test_the_only_function_of_a_plan_is_meant() -> None:
    arn = "arn:aws:cloudfront::123456789012:function/f"
    assert associated(aws_cloudfront_function__f=FUNCTION) == arn
    assert associated(aws_cloudfront_function__f=FUNCTION, module=True, given=["aws_cloudfront_function.f.arn"]) == arn
    assert associated(m__aws_cloudfront_function__f=FUNCTION, module=True) == arn


@pytest.mark.parametrize(
    "others",
    [
        {},
        {"aws_cloudfront_function__f": FUNCTION, "aws_cloudfront_function__g": {**FUNCTION, "name": "g"}},
        {"aws_cloudfront_function__f": FUNCTION, "module": True},
        {"aws_cloudfront_function__f": FUNCTION, "module": True, "given": ["aws_cloudfront_function.f.name", "var.x"]},
        {"m__aws_cloudfront_function__f": FUNCTION},
        {"aws_lambda_function__f": {"function_name": "f"}},
    ],
    ids=["none", "two", "not given", "something else of it", "inside of a module", "of another kind"],
)
def test_of_none_or_several_none_is_meant(others: dict[str, Any]) -> None:
    assert why(associated(**others)) == (
        "the plan does not know default_cache_behavior[0].function_association[0].function_arn."
    )


def test_a_guess_is_told() -> None:
    source = plan({"origin": [{"origin_id": "a"}]}, {"cache_policy_id": True}, aws_cloudfront_cache_policy__own={})
    (notice,) = found(source).notices
    assert (notice.code, notice.severity, notice.where) == ("N-guessed", "note", f"{DISTRIBUTION}.site.cache_policy_id")
    assert notice.text.startswith("it is aws_cloudfront_cache_policy.own, as it seems")


@pytest.mark.parametrize(
    ("values", "unknown", "left"),
    [
        ({"origin": []}, {"origin": True}, "origin"),
        ({}, {"origin": True}, "origin"),
        ({"origin": [{"domain_name": None}]}, {"origin": [{"domain_name": True}]}, "origin[0].domain_name"),
        ({"origin": [{}, {"custom_header": [{}]}]}, {"origin": [{}, {"custom_header": [{"value": True}]}]}, "value"),
    ],
)
def test_what_nobody_knows_is_marked(values: dict[str, Any], unknown: dict[str, Any], left: str) -> None:
    marked = str(found(plan(values, unknown)).values)
    assert "Unresolved" in marked
    assert f"{left}." in marked


@pytest.mark.parametrize(
    ("values", "unknown"),
    [
        ({"origin": [{"origin_id": "a"}]}, {"origin": [{"origin_id": True}]}),
        ({"comment": None}, {"comment": True, "arn": True, "domain_name": True, "etag": True}),
        ({"default_cache_behavior": [{"min_ttl": None}]}, {"default_cache_behavior": [{"min_ttl": True}]}),
        ({"origin": "odd"}, {"origin": [{"domain_name": True}]}),
        ({"origin": [5, {"origin_id": "b"}]}, {"origin": [{"domain_name": True}]}),
        ({"origin": None}, {"origin": False}),
        ({"origin": []}, 5),
    ],
)
def test_the_rest_stays_as_it_is(values: dict[str, Any], unknown: Any) -> None:
    assert "Unresolved" not in str(found(plan(values, unknown)).values)


def test_an_unknown_function_is_an_error_and_an_unknown_domain_a_warning(tmp_path: Path) -> None:
    behavior = {
        "target_origin_id": "app",
        "viewer_protocol_policy": "allow-all",
        "allowed_methods": ["GET", "HEAD"],
        "cached_methods": ["GET", "HEAD"],
        "cache_policy_id": "658327ea-f89d-4fab-a63d-7e88639e58f6",
        "lambda_function_association": [{"event_type": "viewer-request"}],
    }
    origin = {"origin_id": "app", "custom_origin_config": [{"origin_protocol_policy": "https-only"}]}
    values = {"enabled": True, "origin": [origin], "default_cache_behavior": [behavior]}
    associations = {"lambda_function_association": [{"lambda_arn": True}]}
    source = plan(values, {"origin": [{"domain_name": True}], "default_cache_behavior": [associations]})
    (error,) = refused(source)
    assert "the plan does not know default_cache_behavior[0].lambda_function_association[0].lambda_arn" in error
    assert "add to the overlay: functions:" in error
    path = tmp_path / "plan.json"
    path.write_text(json.dumps(source, indent=1))
    (warning,) = (notice for notice in examine(path).notices if notice.severity == "warn")
    line = path.read_text().splitlines().index('        "origin_id": "app",') + 1
    assert (warning.code, warning.where.split()[0]) == ("N-stand-in", f"{path}:{line - 1}")
    overlay = {"functions": {"*": {"code": "exports.handler = 1", "runtime": "nodejs22.x", "handler": "index.handler"}}}
    assert load(source, overlay=overlay).default_behavior.associations
