"""Terraform's language as a tree."""

from __future__ import annotations

import pytest

from edgeware.config.loading.terraform import hcl_syntax
from edgeware.config.loading.terraform.hcl_syntax import Node, expression, installed, parse, unescaped
from edgeware.exceptions import ConfigurationError


def test_the_extra_is_there() -> None:
    assert installed()


def test_blocks_have_labels_lines_attributes_and_blocks() -> None:
    file = parse('# a word\nresource "kind" name {\n  in = 1\n  origin {\n    id = 2\n  }\n}\n', "main.tf")
    (block,) = file.named("resource")
    assert (block.labels, block.line, block.source) == (("kind", "name"), 2, "main.tf")
    assert block.attributes["in"].line == 3
    assert block.named("origin")[0].attributes["id"].line == 5


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("a = 1\nb = = 2\n", "main.tf:2: is not Terraform's language from here on."),
        ("a {", "main.tf:1: is not Terraform's language from here on."),
        ('a = "x', "main.tf:1: is not Terraform's language from here on."),
        ("a = 1\na = 2\n", "main.tf:2: a is there twice, in line 1 too."),
    ],
)
def test_what_is_no_hcl_is_refused_with_its_line(text: str, problem: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        parse(text, "main.tf")
    assert caught.value.problems == (problem,)


def test_a_file_has_a_size(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hcl_syntax, "MAX_BYTES", 3)
    with pytest.raises(ConfigurationError, match="is larger than"):
        parse("a = 1", "main.tf")


def test_what_the_parser_itself_cannot_do_is_no_hcl_either(monkeypatch: pytest.MonkeyPatch) -> None:
    from lark.exceptions import LarkError

    def broken(text: str) -> None:
        raise LarkError

    monkeypatch.setattr("hcl2.api.parses_to_tree", broken)
    with pytest.raises(ConfigurationError, match=r"main\.tf: is not Terraform's language"):
        parse("a = 1", "main.tf")


def test_an_expression_is_one_value() -> None:
    assert expression("1").kind == "expr_term"
    with pytest.raises(ConfigurationError):
        expression("1\nx = 2")


def test_a_node_without_a_text_has_an_empty_one() -> None:
    assert Node("x", (Node("y", (), 1),), 1).text == ""


@pytest.mark.parametrize(
    ("text", "value"),
    [
        (r"a\n\t\r\"\\b", 'a\n\t\r"\\b'),
        (r"\u00e9\U0001F600", "é😀"),
        (r"\ud800\q", r"\ud800\q"),
        (r"\UFFFFFFFF", r"\UFFFFFFFF"),
    ],
)
def test_escapes(text: str, value: str) -> None:
    assert unescaped(text) == value
