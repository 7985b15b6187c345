"""The database under the store on disk: damage, other versions, another process's doing."""

from __future__ import annotations

import os
import sqlite3
import stat
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import TypeVar

import pytest

from edgeware.cache import database as module
from edgeware.cache.database import Database, transaction
from edgeware.cache.disk import DiskStore
from tests.stores import fill, key

T = TypeVar("T")

FILE = "objects.sqlite3"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[DiskStore]:
    store = DiskStore(tmp_path / "cache")
    fill(store, body=os.urandom(100_000))
    yield store
    store.close()


def overwritten(file: Path) -> None:
    file.write_bytes(b"this is no database " * 5000)


def emptied(file: Path) -> None:
    file.write_bytes(b"")


def cut(file: Path) -> None:
    os.truncate(file, file.stat().st_size // 2)


def scribbled(file: Path) -> None:
    with file.open("r+b") as scribble:
        scribble.seek(4096)
        scribble.write(b"\xff" * 20_000)


def removed(file: Path) -> None:
    file.unlink()


def another(file: Path) -> None:
    file.unlink()
    with closing(sqlite3.connect(file)) as database, database:
        database.execute("CREATE TABLE other (x)")
        database.execute("PRAGMA user_version = 99")


def settled(ask: Callable[[], T]) -> T:
    """The answer in the end: the first time may fail, by which the damage is found and mended."""
    for _ in range(3):
        try:
            return ask()
        except (sqlite3.Error, OSError):
            continue
    raise AssertionError("the damage is not mended")


def found(store: DiskStore) -> object:
    return settled(lambda: store.get(key()).object)


@pytest.mark.parametrize("harm", [overwritten, emptied, cut, scribbled, removed, another])
@pytest.mark.parametrize("is_open", [True, False], ids=["while it is open", "between two runs"])
def test_a_damaged_database_is_a_miss_and_begins_anew(
    store: DiskStore, harm: Callable[[Path], None], is_open: bool
) -> None:
    before = found(store)
    if not is_open:
        store.close()
    harm(store.directory / FILE)
    assert found(store) in ((None, before) if is_open else (None,)), "what is still in the log beside it is no damage"
    object = settled(lambda: fill(store))
    assert found(store) == object
    with closing(DiskStore(store.directory)) as later:
        assert found(later) in (None, object), "whoever comes later may see that the file is damaged"


def test_the_log_says_that_a_database_was_removed(store: DiskStore, caplog: pytest.LogCaptureFixture) -> None:
    store.close()
    overwritten(store.directory / FILE)
    found(store)
    assert "is damaged (file is not a database): it is removed" in caplog.text


def test_whoever_has_a_removed_database_open_goes_over_to_the_new_one(store: DiskStore) -> None:
    other = DiskStore(store.directory)
    assert other.get(key()).object is not None
    store.close()
    removed(store.directory / FILE)
    object = fill(store, body=b"new")
    assert found(other) == object
    other.close()


def test_a_database_that_was_mended_by_another_is_not_removed_again(tmp_path: Path) -> None:
    database = Database(tmp_path)

    def use() -> None:
        with database.connection():
            (tmp_path / FILE).rename(tmp_path / "elsewhere")
            with closing(Database(tmp_path)) as other, other.connection():
                pass
            raise sqlite3.DatabaseError("damaged")

    with pytest.raises(sqlite3.DatabaseError):
        use()
    assert (tmp_path / FILE).exists()
    database.close()


def test_what_is_only_busy_is_not_removed(store: DiskStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "BUSY_SECONDS", 0.01)
    blocker = sqlite3.connect(store.directory / FILE, isolation_level=None)
    blocker.execute("BEGIN IMMEDIATE")
    other = DiskStore(store.directory)
    assert other.get(key()).object is not None, "readers do not wait for a writer"
    with pytest.raises(sqlite3.OperationalError, match="locked"):
        fill(other)
    blocker.execute("ROLLBACK")
    blocker.close()
    fill(other)
    assert store.get(key()).object is not None
    other.close()


def test_a_directory_that_cannot_be_made_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(OSError, match="file"), Database(tmp_path / "file" / "cache").connection():
        raise AssertionError("never")


def test_the_directory_is_for_its_owner_only(store: DiskStore) -> None:
    assert stat.S_IMODE(store.directory.stat().st_mode) == 0o700


def test_a_transaction_is_all_or_nothing(tmp_path: Path) -> None:
    database = Database(tmp_path)

    def fail(statement: str) -> None:
        with transaction(connection):
            connection.execute(statement)
            raise RuntimeError("halfway")

    with database.connection() as connection:
        for statement in ("UPDATE counts SET value = 7 WHERE name = 'size'", "ROLLBACK"):
            with pytest.raises(RuntimeError, match="halfway"):
                fail(statement)
        assert connection.execute("SELECT value FROM counts WHERE name = 'size'").fetchone() == (0,)
    database.close()
