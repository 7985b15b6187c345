from __future__ import annotations

import pytest

from edgeware.config.place import LinedList, LinedMapping, Place, guess, line_of, plain, shown, spelled


@pytest.mark.parametrize(
    ("words", "separator", "text"),
    [
        ((), ".", ""),
        (("a",), ".", "a"),
        (("behaviors", 0, "origin"), ".", "behaviors[0].origin"),
        (("CacheBehaviors", 0, "PathPattern"), "/", "CacheBehaviors/0/PathPattern"),
    ],
)
def test_words_are_spelled_as_the_format_does(words: tuple[str | int, ...], separator: str, text: str) -> None:
    assert spelled(words, separator) == text


@pytest.mark.parametrize(
    ("place", "text"),
    [
        (Place(), "the distribution"),
        (Place(source="f.yaml"), "f.yaml"),
        (Place(source="f.yaml", line=3, words=("a",)), "f.yaml:3 a"),
        (Place(line=3, words=("a",)), "a"),
        (Place(source="f.yaml", line=3).child("a").child(1, 5), "f.yaml:5 a[1]"),
        (Place(source="f.yaml", line=3).child("a"), "f.yaml:3 a"),
    ],
)
def test_a_place_names_file_line_and_words(place: Place, text: str) -> None:
    assert str(place) == text


@pytest.mark.parametrize(
    ("word", "known", "hint"),
    [
        ("orign", ("origin", "compress"), "Did you mean 'origin'?"),
        ("zzz", ("b", "a"), "Known here: a, b."),
        ("zzz", tuple("abcdefghijklm"), ""),
        ("zzz", (), ""),
    ],
)
def test_the_nearest_known_name_is_suggested(word: str, known: tuple[str, ...], hint: str) -> None:
    assert guess(word, known) == hint


def test_what_is_shown_of_a_source_is_short_and_plain() -> None:
    assert shown("a\nb") == "a\\nb"
    assert shown("x" * 81) == "x" * 77 + "..."
    assert shown("\ud800é") == "\\ud800é"
    assert plain("é" * 100) == "é" * 100


def test_only_values_with_lines_have_lines() -> None:
    mapping, items = LinedMapping(), LinedList()
    mapping.lines["a"] = 2
    items.lines[0] = 3
    assert (line_of(mapping, "a"), line_of(items, 0), line_of({}, "a"), line_of(mapping, "b")) == (2, 3, None, None)
