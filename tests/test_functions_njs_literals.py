"""Each text is what njs 0.7.9 says of the program."""

from __future__ import annotations

import pytest

from tests.njs_errors import FIRST, errors, reported

UNEXPECTED = "SyntaxError: Unexpected token"


@pytest.mark.parametrize(
    ("code", "token"),
    [
        ("x =\n017", "01"),
        ("x =\n08", "08"),
        ("x =\n0777", "07"),
        ("x =\n09.5", "09"),
        ("x =\n10n", "n"),
        ("x =\n0x1fn", "n"),
        ("x =\n1.5n", "n"),
        ("x =\n1_000n", "n"),
        ("var\ncafé", "?"),
        ("x.\né", "?"),
        ("x = {\né: 1}", "?"),
        ("var\n\\u0061b = 1", "\\"),
        ("var\nstatic = 1", "static"),
        ("x = {let\n}", "}"),
        ("let\n= 1", "let"),
    ],
)
def test_a_name_or_a_number_is_refused_in_the_engines_words(code: str, token: str) -> None:
    line = 1 if token == "let" else 2
    assert reported(code) == f'{UNEXPECTED} "{token}" in {line}'


@pytest.mark.parametrize(
    ("code", "text"),
    [
        ("'\\1'", "Octal escape sequences can't be used in untagged template literals or in strict mode code"),
        ("'\\8'", "The escapes \\8 and \\9 can't be used in untagged template literals or in strict mode code"),
        ("'\\u{110000}'", 'Invalid Unicode code point "\\u{110000}"'),
        ("`\\u{110000}`", 'Invalid Unicode code point "\\u{110000}"'),
        ("'\\u{0000000061}'", 'Invalid Unicode code point "\\u{0000000061}"'),
        ("/a/gs", 'Invalid RegExp flags "gs"'),
        ("/a/gimsuy", 'Invalid RegExp flags "gims"'),
        ("/a/gg", 'Invalid RegExp flags "gg"'),
        ("/a/v", 'Invalid RegExp flags "v"'),
    ],
)
def test_a_literal_is_refused_in_the_engines_words(code: str, text: str) -> None:
    assert reported(code) == f"SyntaxError: {text} in 1"


@pytest.mark.parametrize(
    "code",
    [
        "0; 0.5; .5; 1.; 1e3; 1.5e-3; 0xfF; 0B11; 0o17; 0X1; 1..a",
        "1_000; 1_0.5_5; 1e1_0; .5_5; 0x1_f; 0b1_0; 0o1_7",
        "'\\0\\n\\x41\\u0041\\u{1f600}\\\n\\'\\q'",
        "/a/gimy; /(?<year>\\d{4})/; /(?<=a)b/; /[/]/",
        "x = {class: 1, let: 2, if: 3}.static",
        "$a_1 = 1",
    ],
)
def test_a_literal_of_the_language_passes(code: str) -> None:
    assert errors(code) == []


@pytest.mark.parametrize(
    ("code", "text"),
    [
        ("x = 1_000;", f'{UNEXPECTED} "_000"'),
        ("x = 0x1_f;", f'{UNEXPECTED} "_f"'),
        ("/a/y", 'SyntaxError: Invalid RegExp flags "y"'),
    ],
)
def test_the_first_runtime_has_no_separators_and_no_sticky_flag(code: str, text: str) -> None:
    assert reported(code, FIRST) == f"{text} in 1"
