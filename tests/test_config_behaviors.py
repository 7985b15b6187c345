from __future__ import annotations

from dataclasses import replace

import pytest

from edgeware.config.model import (
    ALL_METHODS,
    READ_AND_OPTIONS,
    READ_METHODS,
    CacheBehavior,
    KeyGroup,
)
from edgeware.config.validation.behaviors import matches
from tests.fixtures.config.builders import DEFAULT, DISTRIBUTION, breaches, listed, patterns
from tests.vectors_path import load

SYNTAX = load("path_pattern_vectors.json")["pattern_syntax"]


@pytest.mark.parametrize(
    ("pattern", "path", "taken"),
    [
        ("/404.html", "/404.html", True),
        ("errors/*", "/errors/a/b.html", True),
        ("/a?.html", "/ab.html", True),
        ("/a?.html", "/a.html", False),
        ("*.html", "/x/y.html", True),
        ("*.html", "/x/y.HTML", False),
        ("/a.c", "/abc", False),
    ],
)
def test_a_pattern_takes_a_path(pattern: str, path: str, taken: bool) -> None:
    assert matches(pattern, path) is taken


def test_v10_every_behavior_but_the_default_has_a_pattern() -> None:
    assert breaches(patterns("/a"), "V10") == []
    assert breaches(listed(DEFAULT), "V10") == [("error", "behaviors[0].path_pattern")]
    last = replace(DISTRIBUTION, behaviors=(replace(DEFAULT, path_pattern="/a"),))
    assert breaches(last, "V10") == [("error", "default_behavior.path_pattern")]


@pytest.mark.parametrize("pattern", ["*", "/*"])
def test_v10_a_pattern_for_everything_shadows_the_default(pattern: str) -> None:
    assert breaches(patterns(pattern), "V10") == [("warn", "behaviors[0].path_pattern")]


@pytest.mark.parametrize(
    ("texts", "found"),
    [
        (("/a", "/b"), []),
        (("/a", "/b", "/a"), [("error", "behaviors[2].path_pattern")]),
        (("*.jpg", "/*.jpg"), [("warn", "behaviors[1].path_pattern")]),
    ],
)
def test_v11_a_pattern_stands_once(texts: tuple[str, ...], found: list[tuple[str, str]]) -> None:
    assert breaches(patterns(*texts), "V11") == found


@pytest.mark.parametrize("row", SYNTAX, ids=lambda row: repr(row["pattern"][:20]))
def test_v12_a_pattern_has_some_characters_only(row: dict[str, object]) -> None:
    found = breaches(patterns(str(row["pattern"])), "V12")
    assert found == ([] if row["valid"] else [("error", "behaviors[0].path_pattern")])


def test_v12_a_pattern_has_255_characters_at_most() -> None:
    assert breaches(patterns("x" * 255), "V12") == []
    assert breaches(patterns("x" * 256), "V12") == [("error", "behaviors[0].path_pattern")]


def with_methods(allowed: frozenset[str], cached: frozenset[str]) -> CacheBehavior:
    return replace(DEFAULT, allowed_methods=allowed, cached_methods=cached)


@pytest.mark.parametrize(
    ("allowed", "cached", "fields"),
    [
        (READ_METHODS, READ_METHODS, []),
        (READ_AND_OPTIONS, READ_AND_OPTIONS, []),
        (ALL_METHODS, READ_METHODS, []),
        (READ_METHODS, READ_AND_OPTIONS, ["cached_methods"]),
        (frozenset({"GET"}), READ_METHODS, ["allowed_methods"]),
        (frozenset(), READ_METHODS, ["allowed_methods"]),
        (READ_METHODS | {"POST"}, READ_METHODS, ["allowed_methods"]),
        (ALL_METHODS | {"TRACE"}, READ_METHODS, ["allowed_methods"]),
        (ALL_METHODS, frozenset({"GET"}), ["cached_methods"]),
        (ALL_METHODS, READ_METHODS | {"POST"}, ["cached_methods"]),
    ],
)
def test_v13_methods_come_in_sets(allowed: frozenset[str], cached: frozenset[str], fields: list[str]) -> None:
    source = replace(DISTRIBUTION, behaviors=(with_methods(allowed, cached),))
    assert breaches(source, "V13") == [("error", f"default_behavior.{field}") for field in fields]


def test_v37_there_are_75_behaviors_4_key_groups_and_5_keys() -> None:
    many = [f"/{number}" for number in range(76)]
    assert breaches(patterns(*many[:75]), "V37") == []
    assert breaches(patterns(*many), "V37") == [("warn", "behaviors")]
    five = replace(DISTRIBUTION, behaviors=(replace(DEFAULT, trusted_key_groups=tuple("abcde")),))
    assert breaches(five, "V37") == [("warn", "default_behavior.trusted_key_groups")]
    groups = {
        name: KeyGroup(name=name, public_keys={str(number): "PEM" for number in range(count)})
        for name, count in (("small", 5), ("large", 6))
    }
    assert breaches(replace(DISTRIBUTION, key_groups=groups), "V37") == [("warn", "key_groups.large")]


def test_a_key_group_that_is_trusted_exists() -> None:
    trusting = replace(DISTRIBUTION, behaviors=(replace(DEFAULT, trusted_key_groups=("g",)),))
    assert breaches(trusting, "N-key-group") == [("error", "default_behavior.trusted_key_groups")]
    assert breaches(replace(trusting, key_groups={"g": KeyGroup(name="g")}), "N-key-group") == []


@pytest.mark.parametrize(
    ("texts", "shadowed"),
    [
        (("/a*", "/ab"), True),
        (("/a*", "/a/*"), True),
        (("*.jpg", "/img/*.jpg"), True),
        (("/img/*.jpg", "*.jpg"), False),
        (("/a*b", "/ab"), True),
        (("/ab*ba", "/aba"), False),
        (("/a", "/ab"), False),
        (("/a?*", "/abc"), False),
        (("/a*b*", "/ab"), False),
        (("/a*", "/*a"), False),
        (("/x/*", "/a*", "/ab"), True),
    ],
)
def test_v39_a_pattern_that_an_earlier_one_covers_is_never_reached(texts: tuple[str, ...], shadowed: bool) -> None:
    found = [("warn", f"behaviors[{len(texts) - 1}].path_pattern")] if shadowed else []
    assert breaches(patterns(*texts), "V39") == found
