from __future__ import annotations

from edgeware import testing


def test_pytest_takes_no_name_for_a_test_where_a_test_module_imports_all() -> None:
    assert testing.__all__ == sorted(testing.__all__)
    assert not [name for name in testing.__all__ if name.lower().startswith("test")]
