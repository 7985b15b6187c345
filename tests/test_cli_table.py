from __future__ import annotations

from edgeware.cli.table import table


def test_columns_are_as_wide_as_they_must_be() -> None:
    assert list(table(("a", "b"), [("long", "1"), ("x", "")])) == ["  a     b", "  long  1", "  x"]
