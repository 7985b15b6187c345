from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from edgeware.config.loading import load
from edgeware.config.loading.key_value_stores import extended, imported
from edgeware.config.model import KeyValueStore
from edgeware.exceptions import ConfigurationError
from tests.fixtures.config.builders import FOLDER, native, refused


def held(store: object, base: Path = FOLDER) -> Mapping[str, str]:
    return load(native(key_value_stores={"s": store}), base=base).key_value_stores["s"].data


def test_a_store_holds_its_data_over_its_file() -> None:
    file = "functions/redirects.kvs.json"
    assert held(file) == {"redirect:/old/index.html": "/new/"}
    assert held({"file": file}) == {"redirect:/old/index.html": "/new/"}
    assert held({"data": {"a": "1", "b": 2}}) == {"a": "1", "b": "2"}
    assert held({"file": file, "data": {"redirect:/old/index.html": "/x", "a": "1"}}) == {
        "redirect:/old/index.html": "/x",
        "a": "1",
    }
    assert held(None) == {}


def test_a_flat_object_is_a_file_too(tmp_path: Path) -> None:
    (tmp_path / "s.json").write_text('{"a": "1", "data": "2"}')
    assert held("s.json", tmp_path) == {"a": "1", "data": "2"}


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ('{"data": [{"key": "a"}]}', "data[0].value: is missing"),
        ('{"data": [{"key": "a", "value": "s3cret"}, {"key": "a", "value": "s3cret"}]}', "the key 'a' stands twice"),
        ('{"data": [{"value": "s3cret"}]}', "is missing"),
        ('{"data": [{"key": "a", "value": ["s3cret"]}]}', "must be text, not a list"),
        ('{"data": [{"key": "a", "value": "s3cret", "more": 1}]}', "'more' is not known here"),
        ('{"data": [], "dta": []}', "'dta' is not known here"),
        ('{"a": {"b": "s3cret"}}', "must be text, not a mapping"),
        ("[1]", "holds no mapping"),
    ],
)
def test_a_file_that_cloudfront_would_not_import_is_refused(tmp_path: Path, content: str, words: str) -> None:
    (tmp_path / "s.json").write_text(content)
    errors = refused(native(key_value_stores={"s": "s.json"}), base=tmp_path)
    assert any(words in error for error in errors), errors
    assert "s3cret" not in "".join(errors)


@pytest.mark.parametrize(
    ("store", "words"),
    [
        ("none.json", "there is no file none.json"),
        ({"dat": {}}, "Did you mean 'data'?"),
        ({"data": ["a"]}, "a mapping"),
    ],
)
def test_a_store_that_cannot_be_filled_is_refused(store: object, words: str) -> None:
    errors = refused(native(key_value_stores={"s": store}))
    assert any(words in error for error in errors), errors


def test_a_store_knows_where_its_pairs_are_from_and_what_production_calls_it(tmp_path: Path) -> None:
    (tmp_path / "s.json").write_text('{"a": "1"}')
    given = {"file": "s.json", "data": {"b": "2"}, "id": "a1b2"}
    loaded = load(native(key_value_stores={"s": given}), base=tmp_path).key_value_stores["s"]
    assert (loaded.id, loaded.seeds) == ("a1b2", (tmp_path / "s.json", {"b": "2"}))
    assert imported(tmp_path / "s.json") == {"a": "1"}


def test_what_is_put_over_a_store_comes_after_its_own(tmp_path: Path) -> None:
    known = KeyValueStore(name="s", id="a1", data={"a": "1", "b": "1"})
    over = KeyValueStore(name="o", data={"b": "2"}, seeds=({"b": "2"},))
    both = extended(known, over)
    assert both == KeyValueStore(name="s", id="a1", data={"a": "1", "b": "2"})
    assert both.seeds == ({"a": "1", "b": "1"}, {"b": "2"})
    assert extended(both, replace(over, id="b2")).id == "b2"
    assert len(extended(both, over).seeds) == 3


def test_a_file_by_itself_is_held_to_the_quotas(tmp_path: Path) -> None:
    (tmp_path / "s.json").write_text(json.dumps({"a": "s" * 1025, "b": ["s3cret"]}))
    with pytest.raises(ConfigurationError) as raised:
        imported(tmp_path / "s.json")
    assert len(raised.value.problems) == 2
    assert "s3cret" not in str(raised.value)


def test_values_never_show() -> None:
    loaded = load(native(key_value_stores={"s": {"data": {"a": "s3cret"}}}))
    assert "s3cret" not in repr(loaded)
