"""Texts with interpolations in them."""

from __future__ import annotations

import pytest

from edgeware.config.loading.terraform import hcl_syntax
from edgeware.config.loading.terraform.hcl_syntax import Node
from edgeware.config.loading.terraform.hcl_templates import DIRECTIVE, heredoc, template
from edgeware.config.reading import Unresolved


def shown(node: Node) -> object:
    """A stand-in for the evaluation: the line is there, the value is not of interest."""
    return "V"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("plain {x} $x", "plain {x} $x"),
        ("a${x}b${y.z}", "aVbV"),
        ('a${f({ k = "}" })}b', "aVb"),
        ("`$${x}` and %%{y}", "`${x}` and %{y}"),
        ("", ""),
    ],
)
def test_interpolations(text: str, found: str) -> None:
    assert template(text, shown) == found


def test_a_lone_interpolation_is_the_value_itself() -> None:
    assert template("${x}", lambda node: ["a", 1]) == ["a", 1]
    assert template("${x}${x}", lambda node: 1) == "11"


def test_directives_are_not_computed() -> None:
    assert template("a%{ if x }b%{ endif }", shown) is DIRECTIVE


def test_without_the_extra_a_template_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hcl_syntax, "find_spec", lambda name: None)
    found = template("a-${var.x}", shown)
    assert isinstance(found, Unresolved)
    assert (found.why, found.stand_in) == ("the interpolation var.x is not read.", "a-var.x")
    assert "edgeware[hcl]" in found.hint


@pytest.mark.parametrize("text", ["a${", "a${~ x ~}", "a${= =}"])
def test_what_is_no_interpolation_is_not_understood(text: str) -> None:
    found = template(text, shown)
    assert isinstance(found, Unresolved)
    assert "is not understood here" in found.why


def test_heredocs() -> None:
    assert heredoc("<<A\n  x\nA\n", trimmed=False) == "  x\n"
    assert heredoc("<<-A\n  x\n\n    y\n  A\n", trimmed=True) == "x\n\n  y\n"
    assert heredoc("<<-A\nA\n", trimmed=True) == ""
