from __future__ import annotations

import pytest

from edgeware.config.loading.environment import interpolated


@pytest.mark.parametrize(
    ("text", "filled", "unset"),
    [
        ("plain", "plain", ()),
        ("a ${SET} b", "a value b", ()),
        ("${SET}${SET}", "valuevalue", ()),
        ("${SET:-x}", "value", ()),
        ("${UNSET:-x y}", "x y", ()),
        ("${UNSET:-}", "", ()),
        ("${EMPTY}", "", ()),
        ("${EMPTY:-x}", "x", ()),
        ("a${UNSET}b", "ab", ("UNSET",)),
        ("$SET {SET} ${1}", "$SET {SET} ${1}", ()),
    ],
)
def test_variables_are_filled_in(
    text: str, filled: str, unset: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SET", "value")
    monkeypatch.setenv("EMPTY", "")
    monkeypatch.delenv("UNSET", raising=False)
    assert interpolated(text) == (filled, unset)
