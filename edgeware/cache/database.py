"""The SQLite database of a store on disk: a connection a thread, made anew where the file is another one."""

from __future__ import annotations

import fcntl
import logging
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Lock, local

from edgeware.forking import forget_in_children

logger = logging.getLogger("edgeware")

BUSY_SECONDS = 1.0
"""How long a writer waits for another one."""

VERSION = 1
# The first generation is the time in microseconds: later than all that a database before this one can have known.
SCHEMA = """
CREATE TABLE objects (
  id INTEGER PRIMARY KEY, key BLOB NOT NULL UNIQUE, used INTEGER NOT NULL, size INTEGER NOT NULL, head BLOB NOT NULL);
CREATE INDEX objects_used ON objects (used);
CREATE TABLE bodies (id INTEGER PRIMARY KEY, body BLOB NOT NULL);
CREATE TABLE counts (name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE marks (mark TEXT PRIMARY KEY, generation INTEGER NOT NULL) WITHOUT ROWID;
CREATE INDEX marks_generation ON marks (generation);
INSERT INTO counts VALUES ('size', 0),
  ('generation', CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER) * 1000);
INSERT INTO counts SELECT 'floor', value FROM counts WHERE name = 'generation';
CREATE TRIGGER came AFTER INSERT ON objects BEGIN
  UPDATE counts SET value = value + new.size WHERE name = 'size'; END;
CREATE TRIGGER went AFTER DELETE ON objects BEGIN
  DELETE FROM bodies WHERE id = old.id;
  UPDATE counts SET value = value - old.size WHERE name = 'size'; END;
"""


class Database:
    """A database in a directory, which is made where it is not there. What is damaged is removed, and begins anew."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._file = directory / "objects.sqlite3"
        self._begin()
        forget_in_children(self)

    def _begin(self) -> None:
        self._here = local()
        self._lock = Lock()
        self._open: list[sqlite3.Connection] = []

    def close(self) -> None:
        """Close all connections. They are made anew when they are needed."""
        with self._lock:
            for connection in self._open:
                connection.close()
            self._open = []
            self._here = local()

    def forget(self) -> None:
        """In a process that was forked off: begin anew. To close an inherited connection is what SQLite forbids."""
        _inherited.extend(self._open)
        self._begin()

    @contextmanager
    def connection(self) -> Iterator[sqlite3.Connection]:
        """The connection of this thread to the file that is there now. A database that is damaged is removed."""
        identity = _identity(self._file)
        try:
            if identity is None or getattr(self._here, "identity", None) != identity:
                self._connect()
            database: sqlite3.Connection = self._here.database
            yield database
        except sqlite3.DatabaseError as error:
            # Its subclasses say that it is busy, or that the disk is full: nothing is wrong with what is there.
            if type(error) is sqlite3.DatabaseError or "no such table" in str(error):
                self._remove(error)
            raise

    def _connect(self) -> None:
        self._directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        before = getattr(self._here, "database", None)
        with self._alone():
            if self._file.exists() and not self._file.stat().st_size:
                self._unlink()  # emptied, or never written: what lies beside it is no part of it
            database = sqlite3.connect(self._file, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False)
            with self._lock:
                self._open = [one for one in self._open if one is not before] + [database]
            self._here.identity, self._here.tried = None, _identity(self._file)
            _prepare(database)
            self._here.database, self._here.identity = database, _identity(self._file)
            self._here.tried = self._here.identity
        if before is not None:
            before.close()

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """One process at a time makes a database, or removes one."""
        with (self._directory / "lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def _remove(self, error: Exception) -> None:
        """Remove a damaged database, unless another has taken its place. Connections elsewhere see that it is gone."""
        with self._alone():
            if _identity(self._file) == self._here.tried:
                logger.warning("store: the database in %s is damaged (%s): it is removed", self._directory, error)
                self._unlink()

    def _unlink(self) -> None:
        for suffix in ("-wal", "-shm", ""):
            self._file.with_name(self._file.name + suffix).unlink(missing_ok=True)


_inherited: list[sqlite3.Connection] = []


@contextmanager
def transaction(database: sqlite3.Connection) -> Iterator[None]:
    """All that is written inside, or nothing of it."""
    database.execute("BEGIN IMMEDIATE")
    try:
        yield
        database.execute("COMMIT")
    except BaseException:
        if database.in_transaction:  # some failures have rolled it back already
            database.execute("ROLLBACK")
        raise


def _prepare(database: sqlite3.Connection) -> None:
    """Make the tables, where nobody has."""
    database.text_factory = _text
    (version,) = database.execute("PRAGMA user_version").fetchone()
    if version not in (0, VERSION):
        raise sqlite3.DatabaseError(f"version {version}, not {VERSION}")
    database.execute("PRAGMA journal_mode = WAL")
    database.execute("PRAGMA synchronous = NORMAL")
    database.execute("PRAGMA journal_size_limit = 16777216")
    if version == 0:
        database.executescript(f"BEGIN IMMEDIATE; {SCHEMA} PRAGMA user_version = {VERSION}; COMMIT;")


def _text(stored: bytes) -> str:
    """Text that is damaged is no reason to stop."""
    return stored.decode("utf-8", "replace")


def _identity(file: Path) -> tuple[int, int] | None:
    """Which file it is: another one has come in its place where this is not what it was."""
    try:
        found = file.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino
