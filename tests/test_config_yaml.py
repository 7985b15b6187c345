from __future__ import annotations

import pytest
import yaml as pyyaml
from hypothesis import given
from hypothesis import strategies as st

from edgeware.config.loading import yaml
from edgeware.config.place import LinedList, LinedMapping
from edgeware.exceptions import ConfigurationError


def refusal(text: str) -> str:
    with pytest.raises(ConfigurationError) as caught:
        yaml.parse(text, "f.yaml")
    return str(caught.value)


@pytest.mark.parametrize("loader", ["CSafeLoader", "SafeLoader"])
@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("NO", "NO"),
        ("yes", "yes"),
        ("on", "on"),
        ("True", True),
        ("FALSE", False),
        ("~", None),
        ("", None),
        ("null", None),
        ("0123", "0123"),
        ("0o17", "0o17"),
        ("0x1F", "0x1F"),
        ("12:30:45", "12:30:45"),
        ("2012-10-17", "2012-10-17"),
        ("12", 12),
        ("-7", -7),
        ("+7", 7),
        ("0", 0),
        ("1_000", "1_000"),
        ("9999999999999999999999", "9999999999999999999999"),
        ("1.5", 1.5),
        (".5", 0.5),
        ("-1.5e3", -1500.0),
        ("12.", 12.0),
        ("12e34567", "12e34567"),
        (".inf", ".inf"),
        (".nan", ".nan"),
        ("'12'", "12"),
        ('"true"', "true"),
        ("! 12", "12"),
        ("!!str 12", "12"),
        ("!!int 12", 12),
        ("!!bool true", True),
        ("|\n  a\n  b\n", "a\nb\n"),
    ],
)
def test_a_scalar_is_read_by_the_core_schema_of_yaml_1_2(
    loader: str, text: str, value: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(yaml, "_LOADER", getattr(pyyaml, loader))
    mapping = yaml.parse(f"key: {text}", "f.yaml")
    assert mapping == {"key": value}
    assert isinstance(mapping, LinedMapping)
    assert type(mapping["key"]) is type(value)


def test_keys_are_always_text() -> None:
    assert yaml.parse("404: a\nNO: b\ntrue: c\n'': d", "f.yaml") == {"404": "a", "NO": "b", "true": "c", "": "d"}


def test_lines_are_kept_for_keys_and_items() -> None:
    mapping = yaml.parse("# a comment\na: 1\n\nb:\n  - x\n\n  - y: 1\n", "f.yaml")
    assert isinstance(mapping, LinedMapping)
    assert mapping.lines == {"a": 2, "b": 4}
    items = mapping["b"]
    assert isinstance(items, LinedList)
    assert items.lines == {0: 5, 1: 7}


def test_an_empty_text_is_nothing() -> None:
    assert yaml.parse("", "f.yaml") is None


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("a: !Ref X", {"a": {"Ref": "X"}}),
        ("a: !Condition X", {"a": {"Condition": "X"}}),
        ("a: !Sub '${X}'", {"a": {"Fn::Sub": "${X}"}}),
        ("a: !Join [',', [b]]", {"a": {"Fn::Join": [",", ["b"]]}}),
        ("a: !GetStackOutput {StackName: s}", {"a": {"Fn::GetStackOutput": {"StackName": "s"}}}),
        ("a: !!map {b: 1}", {"a": {"b": 1}}),
        ("a: !!seq [1]", {"a": [1]}),
    ],
)
def test_a_tag_of_a_template_becomes_its_long_form(text: str, value: object) -> None:
    assert yaml.parse(text, "f.yaml") == value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("a: &x [1, 2]\nb: *x", {"a": [1, 2], "b": [1, 2]}),
        ("a: &x k\n*x : 1", {"a": "k", "k": 1}),
        ("d: &x {p: 1, q: 2}\ne:\n  <<: *x\n  q: 3", {"d": {"p": 1, "q": 2}, "e": {"q": 3, "p": 1}}),
        ("e:\n  <<: [{p: 1}, {p: 2, q: 3}]", {"e": {"p": 1, "q": 3}}),
    ],
)
def test_aliases_and_merges_are_followed(text: str, value: object) -> None:
    assert yaml.parse(text, "f.yaml") == value


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("a: 1\nb: 2\na: 3", 3, "the key 'a' stands here and in line 1"),
        ("a: ]", 1, "is not YAML"),
        ("a: 1\n---\nb: 2", 2, "a second document"),
        ("? [a]\n: 1", 1, "a key must be text"),
        ("a: *x", 1, "the alias *x stands for nothing"),
        ("a: &x [*x]", 1, "the alias *x stands for nothing"),
        ("a:\n  <<: 5", 2, "'<<' takes a mapping"),
        ("a: !!binary aGk=", 1, "the tag tag:yaml.org,2002:binary is not read"),
        ("a: !!set {b: ~}", 1, "the tag tag:yaml.org,2002:set is not read"),
        ("a: !!python/object:os.system {}", 1, "is not read"),
        ("[" * 1000, 1, "is nested more than 200 levels deep"),
        ("a: 1\n\tb: 2", 2, "is not YAML"),
    ],
)
def test_what_is_wrong_is_told_with_its_line(text: str, line: int, words: str) -> None:
    message = refusal(text)
    assert message.startswith(f"f.yaml:{line}: ")
    assert words in message


def test_a_control_character_is_refused() -> None:
    assert refusal("a: \x01") == "f.yaml: is not YAML: control characters are not allowed."


@pytest.mark.parametrize("loader", ["CSafeLoader", "SafeLoader"])
def test_a_bomb_of_aliases_is_refused_and_never_unfolded(loader: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(yaml, "_LOADER", getattr(pyyaml, loader))
    rows = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    rows += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 30)]
    assert "the aliases stand for more than 100000 values" in refusal("\n".join(rows))


@given(st.text(max_size=60))
def test_any_text_is_read_or_refused(text: str) -> None:
    message = "f.yaml"
    try:
        yaml.parse(text.encode("utf-8", "replace").decode(), "f.yaml")
    except ConfigurationError as error:
        message = str(error)
    assert message.startswith("f.yaml")
