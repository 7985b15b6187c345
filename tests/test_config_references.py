from __future__ import annotations

from typing import Any

import pytest

from edgeware.config.loading.terraform.references import References
from edgeware.config.loading.terraform.resources import Resource
from edgeware.config.place import Place


def resource(address: str, module: tuple[str, ...] = (), **values: object) -> Resource:
    local = address.rpartition("module.")[2].partition(".")[2] if module else address
    kind, name = local.removeprefix("data.").partition("[")[0].split(".")
    managed = not local.startswith("data.")
    return Resource(address=address, type=kind, name=name, managed=managed, module=module, values=values, place=Place())


def refers(*references: str) -> dict[str, Any]:
    return {"references": list(references)}


CONFIGURATION: dict[str, Any] = {
    "resources": [{"address": "d.site", "expressions": {"x": refers("a.b.arn")}}],
    "module_calls": {
        "edge": {
            "expressions": {
                "given": refers("a.b.arn"),
                "fixed": {"constant_value": "five"},
                "loop": refers("module.edge.loop"),
            },
            "module": {
                "outputs": {
                    "arn": {"expression": refers("l.f.qualified_arn", "l.f")},
                    "given": {"expression": refers("var.given")},
                    "fixed": {"expression": refers("var.fixed")},
                    "loop": {"expression": refers("var.loop")},
                    "nothing": {"expression": refers("local.x")},
                },
                "resources": [],
            },
        }
    },
}
RESOURCES = [
    resource("a.b", arn="arn-b", id="id-b"),
    resource('m.n["one"]', id="one"),
    resource('m.n["two"]', id="two"),
    resource("data.p.q", id="id-q"),
    resource("module.edge.l.f", ("edge",), qualified_arn="arn-f"),
    resource('module.edge["k"].l.g[0]', ("edge",), qualified_arn="arn-g"),
]
REFERENCES = References(
    configuration=CONFIGURATION, variables={"name": {"value": "shop"}, "none": {}}, resources=RESOURCES
)
SITE = resource("d.site")


@pytest.mark.parametrize(
    ("references", "key", "value"),
    [
        (["a.b.arn", "a.b"], "x", "arn-b"),
        (["a.b"], "function_arn", "arn-b"),
        (["a.b"], "cache_policy_id", "id-b"),
        (["data.p.q.id"], "x", "id-q"),
        (['m.n["two"].id'], "x", "two"),
        (["m.n[*].id"], "x", "one"),
        (["module.edge.arn", "module.edge"], "x", "arn-f"),
        (['module.edge["k"].arn'], "x", "arn-f"),
        (["module.edge.given"], "x", "arn-b"),
        (["module.edge.fixed"], "x", "five"),
        (["var.name"], "x", "shop"),
        (["local.x", "a.b.arn"], "x", "arn-b"),
        (["module.edge.loop"], "x", None),
        (["module.edge.nothing"], "x", None),
        (["module.none.x"], "x", None),
        (["module.edge"], "x", None),
        (["var.none"], "x", None),
        (["var.other"], "x", None),
        (["each.value"], "x", None),
        (["a.c.id"], "x", None),
        (["a"], "x", None),
        (["path"], "x", None),
        ([], "x", None),
    ],
)
def test_a_reference_leads_to_a_value(references: list[str], key: str, value: object) -> None:
    assert REFERENCES.value(references, SITE, key) == value


def test_an_instance_refers_to_the_instance_of_its_own_key() -> None:
    two = resource('d.other["two"]')
    assert REFERENCES.value(["m.n.id"], two, "x") == "two"


def test_a_list_has_a_value_for_each_reference_that_leads_to_one() -> None:
    assert REFERENCES.values(["a.b.arn", "a.b", "data.p.q.id", "data.p.q"], SITE, "function_arn") == ["arn-b", "id-q"]


def test_expressions_are_found_by_the_local_address() -> None:
    assert REFERENCES.expressions(SITE) == {"x": refers("a.b.arn")}
    assert REFERENCES.expressions(resource("a.b")) == {}
    assert REFERENCES.expressions(resource("module.edge.l.f", ("edge",))) == {}


def test_an_arn_and_a_version_in_one_text_are_the_qualified_arn() -> None:
    function = resource("aws_lambda_function.f", arn="arn", version="3", qualified_arn="arn:3")
    known = References(configuration={}, variables={}, resources=[function])
    references = ["aws_lambda_function.f.arn", "aws_lambda_function.f", "aws_lambda_function.f.version"]
    assert known.value(references, function, "lambda_arn") == "arn:3"
    assert known.value(references[:2], function, "lambda_arn") == "arn"
