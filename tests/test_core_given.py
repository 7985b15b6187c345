from __future__ import annotations

from typing import Any

import pytest

from edgeware.core.given import field, texts
from edgeware.exceptions import UsageError


@pytest.mark.parametrize(("value", "kind"), [("a", str), (1, int), ({}, dict), ([], list)])
def test_a_field_of_the_right_type_is_given(value: Any, kind: Any) -> None:
    assert field(value, "x", kind) is value


@pytest.mark.parametrize(
    ("value", "kind", "problem"),
    [
        (None, str, "x is missing"),
        (1, str, "x must be a string"),
        (True, int, "x must be an integer"),
        ("1", int, "x must be an integer"),
        ([], dict, "x must be an object"),
        ({}, list, "x must be a list"),
    ],
)
def test_any_other_is_said_to_be_wrong(value: Any, kind: Any, problem: str) -> None:
    with pytest.raises(UsageError, match=f"^The event is not valid: {problem}\\.$"):
        field(value, "x", kind)


def test_a_section_of_texts_has_texts_only() -> None:
    assert texts({"a": "b"}, "viewer") == {"a": "b"}
    with pytest.raises(UsageError, match=r"viewer\.ip must be a string"):
        texts({"ip": 1}, "viewer")
