from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edgeware.config.model import Selection, SelectionMode
from edgeware.core.selection import cookie_pairs, glob, query_parts, takes
from edgeware.messages import Headers


@pytest.mark.parametrize(
    ("mode", "listed", "other"),
    [
        ("none", False, False),
        ("whitelist", True, False),
        ("all", True, True),
        ("allExcept", False, True),
        ("allViewer", True, True),
        ("allViewerAndWhitelistCloudFront", True, True),
    ],
)
def test_each_mode_takes_what_its_name_says(mode: SelectionMode, listed: bool, other: bool) -> None:
    selection = Selection(mode=mode, names=("a", "b"))
    assert (takes(selection, "b"), takes(selection, "c")) == (listed, other)


@pytest.mark.parametrize(
    ("listed", "name", "wildcards", "ignore_case", "taken"),
    [
        pytest.param("a", "A", False, False, False, id="case counts"),
        pytest.param("Accept", "aCCEPT", False, True, True, id="case of headers does not"),
        pytest.param("user_*", "user_1", False, False, False, id="a star is a character"),
        pytest.param("user_*", "user_*", False, False, True, id="and matches itself"),
        pytest.param("user_*", "user_1", True, False, True, id="a star in legacy cookies is any text"),
        pytest.param("u?", "u1", True, False, True, id="a question mark is one character"),
        pytest.param("u?", "u12", True, False, False, id="and only one"),
        pytest.param("[ab]", "a", True, False, False, id="brackets are characters"),
        pytest.param("[ab]", "[ab]", True, False, True, id="and match themselves"),
        pytest.param("USER_*", "user_1", True, True, True, id="wildcards without case"),
    ],
)
def test_names_are_compared_as_asked(listed: str, name: str, wildcards: bool, ignore_case: bool, taken: bool) -> None:
    selection = Selection(mode="whitelist", names=(listed,))
    assert takes(selection, name, wildcards=wildcards, ignore_case=ignore_case) is taken


def test_a_pattern_of_many_stars_does_not_take_forever() -> None:
    assert glob("*a" * 12 + "b").match("a" * 8192) is None


@pytest.mark.parametrize(
    ("lines", "pairs"),
    [
        pytest.param([], (), id="no cookie line"),
        pytest.param(["a=1; b=2"], (("a", "1"), ("b", "2")), id="two cookies"),
        pytest.param(["b=2", "a=1"], (("b", "2"), ("a", "1")), id="two lines, in order"),
        pytest.param(["a=1;a=2"], (("a", "1"), ("a", "2")), id="duplicates stay"),
        pytest.param(["$Version=1; a=1"], (("a", "1"),), id="dollar names are dropped"),
        pytest.param(["junk; a=1; =x; ;"], (("a", "1"),), id="what is no pair is dropped"),
        pytest.param(['a="x=y"; b='], (("a", '"x=y"'), ("b", "")), id="values stay as they are"),
    ],
)
def test_cookies_are_read_from_all_lines(lines: list[str], pairs: tuple[tuple[str, str], ...]) -> None:
    assert cookie_pairs(Headers([("Cookie", line) for line in lines])) == pairs


@pytest.mark.parametrize(
    ("query", "parts"),
    [
        ("", ()),
        ("a=1&b=2&a=3", (("a", "a=1"), ("b", "b=2"), ("a", "a=3"))),
        ("a&a=", (("a", "a"), ("a", "a="))),
        ("color=red;size=large", (("color", "color=red;size=large"),)),
        ("%61=%2F", (("%61", "%61=%2F"),)),
    ],
)
def test_only_ampersands_cut_a_query_string(query: str, parts: tuple[tuple[str, str], ...]) -> None:
    assert query_parts(query) == parts


@given(st.text())
def test_the_parts_of_a_query_string_make_it_up_again(query: str) -> None:
    assert "&".join(part for _, part in query_parts(query)) == query


@given(st.lists(st.text()))
def test_no_cookie_line_is_too_strange_to_read(lines: list[str]) -> None:
    assert all(name and "=" not in name for name, _ in cookie_pairs(Headers([("cookie", line) for line in lines])))
