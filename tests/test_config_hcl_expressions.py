"""Expressions of Terraform's language."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pytest

from edgeware.config.loading.terraform.hcl_expressions import evaluated
from edgeware.config.loading.terraform.hcl_syntax import Node, expression, parse
from edgeware.config.loading.terraform.hcl_values import stepped
from edgeware.config.reading import Unresolved

UNKNOWN = Unresolved(why="nobody knows it.", stand_in="who")
VALUES: Mapping[str, object] = {
    "text": "t",
    "list": ["a", "b"],
    "map": {"k": "v", "n": {"x": 1}},
    "rows": [{"id": 1}, {"id": 2}],
    "unknown": UNKNOWN,
    "none": None,
}


class Values:
    def named(self, steps: Sequence[object], names: Mapping[str, object]) -> object:
        known = {"var": VALUES, **names}
        return stepped(known.get(str(steps[0]), UNKNOWN), steps[1:])

    def file(self, path: str) -> str | Unresolved:
        return "Hello ${name}, ${1 + 1} $${kept}" if path == "there" else UNKNOWN


def value(text: str) -> object:
    return evaluated(expression(text), Values(), {})


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ('"a"', "a"),
        ('""', ""),
        ("1", 1),
        ("1.5", 1.5),
        ("true", True),
        ("null", None),
        ('"a\\n${var.text}$${b}%%{c}"', "a\nt${b}%{c}"),
        ('"${var.list}"', ["a", "b"]),
        ('"x${true}${2}"', "xtrue2"),
        ("[1, var.text]", [1, "t"]),
        ('{ a = 1, "b" = 2, (var.text) = 3, in = 4 }', {"a": 1, "b": 2, "t": 3, "in": 4}),
        ("(1)", 1),
        ("1 + 2 * 3 - 4 / 2 % 3", 5),
        ("7 / 2", 3.5),
        ("-1", -1),
        ("!true", False),
        ("1 < 2 && 2 <= 2 || false", True),
        ("1 > 2 || 2 >= 3", False),
        ("false && var.unknown", False),
        ("true || var.unknown", True),
        ("var.unknown && false", False),
        ('"1" + 1', 2),
        ("1 == 1.0", True),
        ("true == 1", False),
        ('"a" != "b"', True),
        ('true ? "a" : "b"', "a"),
        ('var.unknown ? "a" : "a"', "a"),
        ("true\n  && false", False),
        ("var.list[1]", "b"),
        ("var.list.0", "a"),
        ('var.map["k"]', "v"),
        ("var.map.n.x", 1),
        ("var.rows[*].id", [1, 2]),
        ("var.rows.*.id", [1, 2]),
        ("var.none[*]", []),
        ("var.text[*]", ["t"]),
        ("(var.map).k", "v"),
        ('{ a = "b" }.a', "b"),
        ("[for x in var.list : upper(x)]", ["A", "B"]),
        ('[for i, x in var.list : "${i}${x}" if x != "a"]', ["1b"]),
        ("{ for k, v in { a = 1 } : k => v + 1 }", {"a": 2}),
        ("{ for x in var.list : x => x }", {"a": "a", "b": "b"}),
        ("length(var.list)", 2),
        ("concat([], [var.list]...)", ["a", "b"]),
        ('join("-", var.list)', "a-b"),
        ("try(var.gone, var.map.gone, 1, 2)", 1),
        ("try(null, 1)", None),
        ('try(tonumber("a"), element([], 0), length(null), 1)', 1),
        ("can(var.gone)", False),
        ("can(1)", True),
        ("upper(1)", "1"),
        ('templatefile("there", { name = "you" })', "Hello you, 2 ${kept}"),
        ('file("there")', "Hello ${name}, ${1 + 1} $${kept}"),
    ],
)
def test_what_is_plain_is_computed(text: str, found: object) -> None:
    assert value(text) == found


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("var.unknown", "nobody knows it."),
        ("elsewhere", "nobody knows it."),
        ("var.unknown.x", "nobody knows it."),
        ("var.list[var.unknown]", "nobody knows it."),
        ("var.unknown + 1", "nobody knows it."),
        ("var.unknown == 1", "nobody knows it."),
        ("true && var.unknown", "nobody knows it."),
        ("-var.unknown", "nobody knows it."),
        ('var.unknown ? "a" : "b"', "nobody knows it."),
        ("upper(var.unknown)", "nobody knows it."),
        ("try(var.unknown)", "nobody knows it."),
        ("try(var.gone, var.unknown, 1)", "nobody knows it."),
        ("try(var.gone, var.list[9])", "there is no gone in the value."),
        ("can(var.unknown)", "nobody knows it."),
        ("[for x in var.unknown : x]", "nobody knows it."),
        ("[for x in var.list : x if var.unknown]", "nobody knows it."),
        ("{ for x in var.list : var.unknown => x }", "nobody knows it."),
        ("{ (var.unknown) = 1 }", "nobody knows it."),
        ('file("nowhere")', "nobody knows it."),
        ("var.list[9]", "there is no 9 in the value."),
        ("var.list.99999999999", "there is no ? in the value."),
        ("12345678901234567890", "the number is too long."),
        ("!1", "! needs true or false."),
        ('-"a"', "- needs a number."),
        ('"a" - 1', "- cannot be computed here."),
        ("1 / 0", "/ cannot be computed here."),
        ('"%{ if true }a%{ endif }"', "directives such as %{ if } are not computed here."),
        ("provider::aws::arn_parse(1)", "the function provider::aws::arn_parse is not computed here."),
        ("uuid()", "the function uuid is not computed here."),
        ("upper([])", "upper(...) cannot be computed from its arguments."),
        ('format("%5.2f", 1)', "format(...) cannot be computed from its arguments here."),
    ],
)
def test_the_rest_is_not_to_be_had(text: str, why: str) -> None:
    found = value(text)
    assert isinstance(found, Unresolved)
    assert found.why == why


def test_a_text_with_something_unknown_in_it_has_a_stand_in() -> None:
    for text in ('"a-${var.unknown}-b"', 'join("-", ["a", var.unknown, "b"])'):
        found = value(text)
        assert isinstance(found, Unresolved)
        assert found.stand_in == "a-who-b"


def test_heredocs_keep_their_lines_and_lose_their_indentation() -> None:
    file = parse("a = <<EOT\n  x ${var.text}\nEOT\nb = <<-EOT\n    if (x) {\n\n      y\n    }\n  EOT\n", "main.tf")
    assert evaluated(file.attributes["a"], Values(), {}) == "  x t\n"
    assert evaluated(file.attributes["b"], Values(), {}) == "if (x) {\n\n  y\n}\n"


def test_an_expression_that_the_grammar_has_and_nobody_here_knows() -> None:
    found = evaluated(Node("novelty", (), 1), Values(), {})
    assert isinstance(found, Unresolved)
    assert found.why == "this expression (novelty) is not understood here."
