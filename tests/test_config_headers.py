from __future__ import annotations

import pytest

from edgeware.config.headers import is_header_name, is_header_value


@pytest.mark.parametrize(
    ("name", "good"), [("X-Env", True), ("x_1!", True), ("", False), ("X A", False), ("X:", False), ("\xe9", False)]
)
def test_a_name_is_a_token(name: str, good: bool) -> None:
    assert is_header_name(name) is good


@pytest.mark.parametrize(
    ("value", "good"),
    [("", True), ("a\tb \xe9", True), ("a\nb", False), ("\0", False), ("\x7f", False), ("\u2603", False)],
)
def test_a_value_is_one_line_of_latin_1(value: str, good: bool) -> None:
    assert is_header_value(value) is good
