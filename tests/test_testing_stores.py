from __future__ import annotations

import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from edgeware.cache.memory import MemoryStore
from edgeware.exceptions import UsageError
from edgeware.testing import stores

OPENING = "edgeware.cache.opening"


class Opened(MemoryStore):
    """A store that says what was done to it."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.done = [name]

    def clear(self) -> None:
        self.done.append("clear")

    def close(self) -> None:
        self.done.append("close")


def test_memory_is_a_store_of_its_own_each_time(tmp_path: Path) -> None:
    first, second = stores.store_of("memory", tmp_path), stores.store_of("memory", tmp_path)
    assert isinstance(first, MemoryStore)
    assert first is not second
    stores.close(first)


@pytest.mark.parametrize(
    ("name", "opened"),
    [
        ("disk", "disk:{folder}"),
        ("disk:/var/cache", "disk:/var/cache"),
        ("redis://127.0.0.1:6379/{worker}", "redis://127.0.0.1:6379/3"),
    ],
)
def test_a_store_is_opened_by_its_name_begins_empty_and_is_closed(
    name: str, opened: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, OPENING, SimpleNamespace(open_store=Opened))
    monkeypatch.setenv("PYTEST_XDIST_WORKER", "gw3")
    store = stores.store_of(name, tmp_path)
    stores.close(store)
    assert isinstance(store, Opened)
    assert store.done == [opened.replace("{folder}", str(tmp_path)), "clear", "clear", "close"]


def test_a_name_that_says_nothing_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, OPENING, None)
    with pytest.raises(UsageError, match="'tape:' is of no kind that is known here"):
        stores.store_of("tape:", tmp_path)
