from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edgeware.config.loading import lined_json
from edgeware.config.place import LinedList, LinedMapping

VALUES: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


@given(VALUES, st.sampled_from([None, 0, 2, "\t"]))
def test_the_value_is_the_standard_library_s(value: object, indent: int | str | None) -> None:
    assert lined_json.parse(json.dumps(value, indent=indent)) == value


@given(st.dictionaries(st.text(), st.lists(st.integers() | st.text(), min_size=1), min_size=1))
def test_every_key_and_item_has_the_line_that_an_indented_dump_gives_it(values: dict[str, list[object]]) -> None:
    text = json.dumps(values, indent=2)
    found = lined_json.parse(text)
    assert isinstance(found, LinedMapping)
    lines = text.split("\n")
    for key, items in values.items():
        assert lines[found.lines[key] - 1] == f"  {json.dumps(key)}: ["
        inner = found[key]
        assert isinstance(inner, LinedList)
        for index, item in enumerate(items):
            assert lines[inner.lines[index] - 1].rstrip(",") == f"    {json.dumps(item)}"


def test_a_text_of_one_line_and_a_huge_one_have_no_lines(monkeypatch: pytest.MonkeyPatch) -> None:
    assert type(lined_json.parse('{"a": 1}')) is dict
    monkeypatch.setattr(lined_json, "MAX_CHARACTERS", 4)
    assert type(lined_json.parse('{\n"a": 1\n}')) is dict


@pytest.mark.parametrize("text", ["", "{", '{"a": 1, "a": 2}', "[1,]"])
def test_what_is_no_json_is_a_value_error(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        lined_json.parse(text)
