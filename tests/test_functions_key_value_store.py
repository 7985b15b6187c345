from __future__ import annotations

import json
import logging
import os
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edgeware.config.model import KeyValueStore
from edgeware.exceptions import UsageError
from edgeware.functions.key_value_store import MemoryKeyValueStore
from edgeware.functions.njs.host import Host


def made(clock: Callable[[], float] = lambda: 0.0, **more: object) -> MemoryKeyValueStore:
    return MemoryKeyValueStore(KeyValueStore(name="s", **more), clock)  # type: ignore[arg-type]


def save(path: Path, text: str, modified: int) -> None:
    path.write_text(text, encoding="utf-8")
    os.utime(path, ns=(modified, modified))


def test_it_begins_with_what_is_configured_and_changes() -> None:
    store = made(data={"a": "1"})
    store.put("b", "2")
    store.put("a", "3")
    assert (store.get("a"), store.get("c"), len(store), "b" in store) == ("3", None, 2, True)
    store.delete("b")
    assert store.items() == {"a": "3"}
    with pytest.raises(UsageError, match="no such key"):
        store.delete("b")


def test_every_change_is_a_version_that_children_are_told_once() -> None:
    now = [10.0]
    store = made(lambda: now[0], data={"a": "1"})
    version, frame = store.frame()
    assert store.frame() == (version, frame)
    now[0] = 20.25
    store.put("b", "é\n")
    assert store.version != version
    head, *lines = store.frame()[1].decode().split("\n")
    assert head[:1] == "k"
    assert json.loads(head[1:]) == {
        "creationDateTime": "1970-01-01T00:00:10.000Z",
        "lastUpdatedDateTime": "1970-01-01T00:00:20.250Z",
        "keyCount": 2,
    }
    assert lines == ['"a"', '"1"', '"b"', '"é\\n"']


@pytest.mark.parametrize(
    ("key", "value", "words"),
    [
        ("", "1", "has 0 bytes; 1 to 512"),
        ("k" * 513, "1", "has 513 bytes"),
        ("é" * 257, "1", "has 514 bytes"),
        ("k", "é" * 513, "the value of 'k' has 1026 bytes"),
    ],
)
def test_a_quota_is_kept_and_no_value_shown(key: str, value: str, words: str) -> None:
    store = made()
    with pytest.raises(UsageError, match=words) as raised:
        store.put(key, value)
    assert "éé" not in str(raised.value) or "é" in key
    assert len(store) == 0
    store.put("k" * 512, "v" * 1024)


def test_a_store_has_five_megabytes_at_most() -> None:
    store = made(data={f"{n:04}": "v" * 1020 for n in range(5120)})
    with pytest.raises(UsageError, match="keys and values have 5242882 bytes together"):
        store.put("k", "v")
    store.put("0000", "v")
    store.put("k", "v")


def test_which_ids_open_it() -> None:
    assert made().ids is None
    assert made(id="a-1").ids == {"a-1": True, "s": True}


def test_a_changed_file_is_imported_anew_below_what_stands_over_it(tmp_path: Path) -> None:
    file = tmp_path / "s.json"
    save(file, '{"data": [{"key": "a", "value": "1"}]}', 1)
    store = made(data={"a": "1", "b": "2"}, seeds=(file, {"b": "2"}))
    store.put("c", "3")
    store.refresh()
    assert store.items() == {"a": "1", "b": "2", "c": "3"}
    save(file, '{"a": "9", "b": "9"}', 2)
    store.refresh()
    assert store.items() == {"a": "9", "b": "2"}


@pytest.mark.parametrize("text", ["{", '{"data": [{"key": "a"}, {"key": "a"}]}', json.dumps({"a": "s3cret" * 1000})])
def test_a_file_that_cannot_be_used_changes_nothing_and_is_told(
    tmp_path: Path, text: str, caplog: pytest.LogCaptureFixture
) -> None:
    file = tmp_path / "s.json"
    save(file, '{"a": "1"}', 1)
    store = made(data={"a": "1"}, seeds=(file, {}))
    save(file, text, 2)
    with caplog.at_level(logging.WARNING, "edgeware"):
        store.refresh()
        store.refresh()
    assert store.items() == {"a": "1"}
    (record,) = caplog.records
    assert "key value store 's' stays as it was" in record.getMessage()
    assert "s3cret" not in record.getMessage()
    file.unlink()
    store.refresh()
    assert store.items() == {"a": "1"}


@given(st.dictionaries(st.text(min_size=1, max_size=20), st.text(max_size=20), max_size=5))
def test_a_child_finds_every_key_that_it_is_told(pairs: dict[str, str]) -> None:
    host = Host()
    store = made(data=pairs)
    _, frame = store.frame()
    host.take(frame[1:])
    assert json.loads(host.answer(b"K"))["keyCount"] == len(pairs)
    assert host.answer(b'k"no such key, ever"') == b"0"
    for key, value in pairs.items():
        spelled = json.dumps(key, ensure_ascii=False).encode("utf-8", "replace")
        assert json.loads(host.answer(b"k" + spelled)) == value.encode("utf-8", "replace").decode()
