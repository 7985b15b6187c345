"""Values of Terraform's language, and their bounds."""

from __future__ import annotations

import pytest

from edgeware.config.loading.terraform import hcl_values
from edgeware.config.loading.terraform.hcl_values import bounded, equal, missing, operated, pairs, stepped, uncomputed
from edgeware.config.reading import Unresolved


def test_values_have_a_size(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hcl_values, "MAX_ITEMS", 5)
    monkeypatch.setattr(hcl_values, "MAX_TEXT", 5)
    assert bounded([1, {"a": 2}]) == [1, {"a": 2}]
    assert isinstance(bounded([[1, 2], [3, 4]]), Unresolved)
    assert isinstance(bounded("abcdef"), Unresolved)
    assert bounded("abcde") == "abcde"


def test_numbers_have_a_size() -> None:
    assert isinstance(operated("*", 10**20, 10**20), Unresolved)
    assert operated("-", 3, 1.0) == 2
    assert operated("<", 1, 2) is True


def test_what_is_unknown_is_found_first() -> None:
    unknown = uncomputed("why\n")
    assert unknown.why == r"why\n"
    assert missing(1, unknown) is unknown
    assert missing(1, 2) is None
    assert operated("+", 1, unknown) is unknown


def test_steps_lead_into_values() -> None:
    assert stepped({"a": [{"b": 1}]}, ("a", 0, "b")) == 1
    assert stepped({"a": [{"b": 1}]}, ("a", "0", "b")) == 1
    assert isinstance(stepped("text", ("a",)), Unresolved)


def test_pairs_of_maps_lists_and_the_rest() -> None:
    assert pairs({"a": 1}) == [("a", 1)]
    assert pairs(["x"]) == [(0, "x")]
    assert pairs(5) == []


def test_true_is_not_one() -> None:
    assert not equal(True, 1)
    assert equal(True, True)
    assert equal(1, 1.0)
