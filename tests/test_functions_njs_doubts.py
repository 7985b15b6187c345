from __future__ import annotations

import pytest

from tests.njs_errors import FIRST, errors, warnings


@pytest.mark.parametrize(
    ("code", "feature"),
    [
        ("console.log('a', b)", "console"),
        ("console.error('a')", "console"),
        ("x = Array.from(y)", "array-methods"),
        ("x = y.toSorted()", "array-methods"),
        ("x = [].toReversed()", "array-methods"),
        ("x = y.z.toSpliced(1)", "array-methods"),
        ("x = y.sort((a, b) => a.q < b.q)", "sort"),
        ("x = y.sort((a, b) => a >= b)", "sort"),
        ("x = async () => 1", "async-closure"),
        ("x = async function () {}", "async-closure"),
        ("x = {async m() {}}", "async-closure"),
        ("function f() { async function g() {} }", "async-closure"),
        ("x = '😀'", "astral"),
        ("x = `😀`", "astral"),
        ("x = /😀/", "astral"),
        ("x = '\\u{1F600}'", "astral"),
        ("x = '\\u{10abcd}'", "astral"),
    ],
)
def test_what_may_differ_in_production_is_warned_of(code: str, feature: str) -> None:
    assert errors(code) == []
    assert warnings(code) == [feature]


@pytest.mark.parametrize(
    "code",
    [
        "console.log(`a ${b}`)",
        "console.log(a /* the event */)",
        "x = y.sort(); z = log(1, 2); Array.of(1)",
        "x = y.sort((a, b) => a - b); x = y.sort((a, b) => { return b - a }); x = y.sort(z, (a, b) => a - b)",
        "x = y.filter((a, b) => a < b)",
        "async function handler() {}",
        "x = 'é€'; y = '\\u{20ac}'; // 😀",
    ],
)
def test_what_is_the_same_everywhere_is_not(code: str) -> None:
    assert warnings(code) == []


def test_the_first_runtime_has_no_such_methods_at_all_and_says_so_when_it_runs() -> None:
    assert warnings("x = Array.from(y); z = y.toSorted();", FIRST) == []
