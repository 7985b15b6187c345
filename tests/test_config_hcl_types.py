"""Types of variables that let attributes be left out."""

from __future__ import annotations

import pytest

from edgeware.config.loading.terraform.hcl_syntax import Node, expression
from edgeware.config.loading.terraform.hcl_types import completed


def literal(node: Node) -> object:
    return node.nodes[0].text


@pytest.mark.parametrize(
    ("kind", "value", "found"),
    [
        ("string", "a", "a"),
        ("any", {"a": 1}, {"a": 1}),
        ("object({ a = string, b = optional(number, 5) })", {"a": "x"}, {"a": "x", "b": "5"}),
        ("object({ a = optional(string) })", {}, {"a": None}),
        ("object({ a = optional(string, 5) })", {"a": "x"}, {"a": "x"}),
        ("object({ a = string })", {}, {}),
        ("object({ a = string })", None, None),
        ("object(any)", {"a": 1}, {"a": 1}),
        ("list(object({ a = optional(number, 1) }))", [{}, {"a": 2}], [{"a": "1"}, {"a": 2}]),
        ("map(object({ a = optional(number, 1) }))", {"k": {}}, {"k": {"a": "1"}}),
        ("object({ a = optional(object({ b = optional(number, 1) })) })", {"a": {}}, {"a": {"b": "1"}}),
        ("set(string)", "no list", "no list"),
        ("list()", [1], [1]),
    ],
)
def test_what_is_left_out_is_filled_in(kind: str, value: object, found: object) -> None:
    assert completed(value, expression(kind), literal) == found
