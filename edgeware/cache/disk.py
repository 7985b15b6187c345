"""A store on disk that survives restarts and is safe for several processes: one SQLite database in a directory.

SQLite and not a library on top of it: the objects, their total size and the marks of invalidations have to change in
one transaction, and what lies on a disk is read without pickle.
"""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from threading import Lock

from edgeware.cache.database import Database, transaction
from edgeware.cache.disk_flights import DiskFlights
from edgeware.cache.invalidations import MAX_MARKS, Invalidations
from edgeware.cache.record import CorruptRecordError, head_of, key_and_object, object_of
from edgeware.cache.store import Entry
from edgeware.core.cached_object import CachedObject
from edgeware.core.effects import Boarding, Found

logger = logging.getLogger("edgeware")

DEFAULT_MAX_BYTES = 1024 * 1024 * 1024
MAX_USED = 10_000
"""How many uses are remembered until something is written."""

ADD = """
INSERT INTO objects (key, used, size, head) VALUES (?, (SELECT coalesce(max(used), 0) + 1 FROM objects), ?, ?)"""
USE = "UPDATE objects SET used = (SELECT max(used) + 1 FROM objects) WHERE key = ?"
MARK = "INSERT OR REPLACE INTO marks SELECT ?, value FROM counts WHERE name = 'generation'"
RAISE_FLOOR = """
UPDATE counts SET value = (SELECT generation FROM marks ORDER BY generation LIMIT 1 OFFSET ?) WHERE name = 'floor'"""


class DiskStore:
    """Objects in a directory, of at most ``max_bytes``; about the least recently used goes first.

    What is damaged is a miss, and is removed: an object by itself, a database as a whole. ``directory`` is made where
    it is not there, for its owner only; it has to be on a local disk.
    """

    threads = 8

    def __init__(self, directory: str | Path, max_bytes: int = DEFAULT_MAX_BYTES) -> None:
        self.directory = Path(directory)
        self._max_bytes = max_bytes
        self._database = Database(self.directory)
        self._flights = DiskFlights(self.directory)
        self._lock = Lock()
        self._invalidations = Invalidations()
        self._used: dict[bytes, None] = {}

    # --- what a store does ------------------------------------------------------------------------------------------

    def get(self, key: str) -> Found:
        """The object under a key, fresh or not, unless an invalidation covers it."""
        name = _bytes(key)
        with self._database.connection() as database:
            generation = self._generation(database)
            row = database.execute(
                "SELECT head, body FROM objects JOIN bodies USING (id) WHERE key = ?", (name,)
            ).fetchone()
            object = None if row is None else _read(key, *row)
            if row is not None and object is None:
                self.delete(key)
        # One that is covered stays: whoever has looked it up in vain will replace it, if nobody else just has.
        if object is None or self._invalidations.cover(key, object):
            return Found(None, generation)
        self._use(name)
        return Found(object, generation)

    def put(self, key: str, object: CachedObject) -> bool:
        """Keep an object; False where it is larger than the whole store, or older than all that it may hold."""
        if object.size > self._max_bytes:
            self.delete(key)
            return False
        head, name = head_of(key, object), _bytes(key)
        with self._database.connection() as database:
            self._generation(database)
            if object.generation < self._invalidations.floor:
                return False
            with transaction(database):
                self._write_uses(database)
                database.execute("DELETE FROM objects WHERE key = ?", (name,))
                added = database.execute(ADD, (name, object.size, head))
                database.execute("INSERT INTO bodies VALUES (?, ?)", (added.lastrowid, object.body))
                self._make_room(database)
        return True

    def delete(self, key: str) -> None:
        """Forget an object."""
        with self._database.connection() as database:
            database.execute("DELETE FROM objects WHERE key = ?", (_bytes(key),))

    def invalidate(self, marks: Sequence[str]) -> None:
        """Make every object gone that one of these marks names, for all processes and for good."""
        with self._database.connection() as database:
            self._generation(database)
            database.execute("PRAGMA synchronous = FULL")  # an object may be lost in a power cut, but no mark
            with transaction(database):
                database.execute("UPDATE counts SET value = value + 1 WHERE name = 'generation'")
                database.executemany(MARK, [(mark,) for mark in marks])
                _limit_marks(database)
            database.execute("PRAGMA synchronous = NORMAL")

    def listing(self) -> Iterator[Entry]:
        """What is in it."""
        with self._database.connection() as database:
            self._generation(database)
            rows = database.execute("SELECT head, size FROM objects").fetchall()
        for head, size in rows:
            with suppress(CorruptRecordError):
                key, object, _ = key_and_object(head, None)
                if not self._invalidations.cover(key, object):
                    yield Entry(key, object, size)

    def clear(self) -> None:
        """Forget every object."""
        with self._database.connection() as database:
            database.execute("DELETE FROM objects")

    def close(self) -> None:
        """Write down what was used last, and close the database; end the flights."""
        self._flights.close()
        with suppress(sqlite3.Error, OSError), self._database.connection() as database, transaction(database):
            self._write_uses(database)
        self._database.close()

    def board(self, key: str, call: Callable[[Boarding], None]) -> Callable[[bool], None]:
        """Lead the fetch of a key for all who share the directory, or wait for the one who does."""
        return self._flights.board(key, call)

    def _generation(self, database: sqlite3.Connection) -> int:
        """The count of invalidations, when all marks up to it are known here too."""
        known = self._invalidations.generation
        generation: int
        (generation,) = database.execute("SELECT value FROM counts WHERE name = 'generation'").fetchone()
        if generation < known:  # a new database, and the clock was set back: nothing may be older than what is known
            generation = known + 1
            counts = "UPDATE counts SET value = max(value, ?) WHERE name IN ('generation', 'floor')"
            database.execute(counts, (generation,))
        if generation != known:
            (floor,) = database.execute("SELECT value FROM counts WHERE name = 'floor'").fetchone()
            marks = database.execute("SELECT mark, generation FROM marks WHERE generation > ?", (known,)).fetchall()
            self._invalidations.learn(generation, floor, marks)
        return generation

    def _make_room(self, database: sqlite3.Connection) -> None:
        total = database.execute("SELECT value FROM counts WHERE name = 'size'")
        while total.fetchone()[0] > self._max_bytes:
            database.execute("DELETE FROM objects WHERE id = (SELECT id FROM objects ORDER BY used LIMIT 1)")
            total = database.execute("SELECT value FROM counts WHERE name = 'size'")

    # --- who was used last ------------------------------------------------------------------------------------------

    def _use(self, name: bytes) -> None:
        """Remember a use. It is written with the next object, since only then somebody has to go."""
        with self._lock:
            self._used.pop(name, None)
            self._used[name] = None
            if len(self._used) > MAX_USED:
                del self._used[next(iter(self._used))]

    def _write_uses(self, database: sqlite3.Connection) -> None:
        with self._lock:
            used, self._used = self._used, {}
        database.executemany(USE, [(name,) for name in used])


def _limit_marks(database: sqlite3.Connection) -> None:
    (count,) = database.execute("SELECT count(*) FROM marks").fetchone()
    if count > MAX_MARKS:
        database.execute(RAISE_FLOOR, (count // 2,))
        database.execute("DELETE FROM marks WHERE generation <= (SELECT value FROM counts WHERE name = 'floor')")


def _read(key: str, head: bytes, body: bytes) -> CachedObject | None:
    try:
        return object_of(key, head, body)
    except (CorruptRecordError, TypeError) as error:  # TypeError: the database says that it is another type
        logger.warning("store: an object is damaged (%s): it is removed", error)
        return None


def _bytes(key: str) -> bytes:
    return key.encode("utf-8", "surrogatepass")
