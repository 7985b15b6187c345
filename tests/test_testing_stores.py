from __future__ import annotations

from pathlib import Path

import pytest

from edgeware.cache.disk import DiskStore
from edgeware.cache.memory import MemoryStore
from edgeware.exceptions import UsageError
from edgeware.testing import stores
from tests.stores import fill, key


def test_memory_is_a_store_of_its_own_each_time(tmp_path: Path) -> None:
    first, second = stores.store_of("memory", tmp_path), stores.store_of("memory", tmp_path)
    assert isinstance(first, MemoryStore)
    assert first is not second
    stores.close(first)


@pytest.mark.parametrize(
    ("name", "directory"), [("disk", "own"), ("disk:{other}", "other"), ("disk:{other}/{worker}", "other/3")]
)
def test_a_store_is_opened_by_its_name_begins_empty_and_is_left_empty(
    name: str, directory: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTEST_XDIST_WORKER", "gw3")
    name = name.replace("{other}", str(tmp_path / "other"))
    for _ in range(2):
        store = stores.store_of(name, tmp_path / "own")
        assert isinstance(store, DiskStore)
        assert store.directory == tmp_path / directory
        assert store.get(key()).object is None
        fill(store)
        store.close()
    stores.close(store)
    assert list(store.listing()) == []
    store.close()


def test_a_name_that_says_nothing_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="'tape:' is of no kind that is known here"):
        stores.store_of("tape:", tmp_path)
