"""The file of CloudFront's standard log: W3C, 33 fields, rotated [standard-logs-reference]."""

from __future__ import annotations

import logging
from collections.abc import Callable
from contextlib import suppress
from logging.handlers import RotatingFileHandler, TimedRotatingFileHandler
from pathlib import Path
from queue import SimpleQueue
from threading import Lock, Thread
from typing import Any, Literal

from edgeware.core.access_log import HEADER, LogFacts, fields, line
from edgeware.exceptions import UsageError
from edgeware.forking import forget_in_children, pause_for_forks

logger = logging.getLogger("edgeware")

MAX_BYTES = 100 * 1024 * 1024
MAX_WAITING = 100_000
"""Lines that wait to be written; beyond them lines are lost, and requests go on."""

Facts = Callable[[], LogFacts]


class AccessLog:
    """A log file. Lines are put together and written on a thread of its own: a request only hands over the facts.

    The file is rotated before it is longer than ``max_bytes``, or each ``every`` hour or day (UTC), and ``backups``
    older ones stay beside it. What cannot be written is lost, and said in the log of this library once.
    UsageError for a file that cannot be opened.
    """

    def __init__(
        self,
        path: str | Path,
        *,
        max_bytes: int = MAX_BYTES,
        every: Literal["hour", "day"] | None = None,
        backups: int = 10,
    ) -> None:
        try:
            self._file = _BySize(path, max_bytes, backups) if every is None else _ByTime(path, every, backups)
        except OSError as error:
            raise UsageError(f"the access log cannot be written: {error}") from error
        self.forget()
        forget_in_children(self)
        pause_for_forks(self)

    def forget(self) -> None:
        """Begin anew: in a process that was forked off, the thread is not there."""
        self._lock = Lock()
        self._thread: Thread | None = None
        self._queue: SimpleQueue[Facts | None] = SimpleQueue()
        self._full = False

    def pause(self) -> None:
        """Let nobody write: in a forked process a file that was just written to would be locked for good."""
        self._file.acquire()

    def go_on(self) -> None:
        """The end of a pause."""
        self._file.release()

    def put(self, facts: Facts) -> None:
        """Write the line of a request, soon."""
        if self._thread is None:
            self._start()
        if self._queue.qsize() < MAX_WAITING:
            self._queue.put(facts)
        elif not self._full:
            self._full = True
            logger.warning("access log: more than %d lines wait to be written, some are lost", MAX_WAITING)

    def close(self) -> None:
        """Write what waits, and close the file. It is opened again when there is more."""
        with self._lock:
            thread, self._thread = self._thread, None
        if thread is not None:
            self._queue.put(None)
            thread.join()
        with suppress(OSError):  # what the disk has no room for has been said
            self._file.close()

    def _start(self) -> None:
        with self._lock:
            if self._thread is None:
                self._thread = Thread(target=self._write, args=(self._queue,), name="edgeware-access-log", daemon=True)
                self._thread.start()

    def _write(self, queue: SimpleQueue[Facts | None]) -> None:
        while (facts := queue.get()) is not None:
            self._file.handle(logging.makeLogRecord({"msg": line(fields(facts()))}))


class _W3C(logging.FileHandler):
    """Each file begins with its two header lines, and a line is just that."""

    _told = False

    def _open(self) -> Any:
        stream = super()._open()
        try:
            if not stream.tell():
                stream.write("".join(f"{text}\n" for text in HEADER))
                stream.flush()  # or a process that is forked off writes it once more
        except OSError:
            with suppress(OSError):
                stream.close()
            raise
        return stream

    def format(self, record: logging.LogRecord) -> str:
        return str(record.msg)

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - the name that logging calls
        if not self._told:
            self._told = True
            logger.warning("access log: %s cannot be written, and lines are lost", self.baseFilename, exc_info=True)


class _BySize(_W3C, RotatingFileHandler):
    def __init__(self, path: str | Path, max_bytes: int, backups: int) -> None:
        RotatingFileHandler.__init__(self, path, maxBytes=max_bytes, backupCount=backups, encoding="utf-8")


class _ByTime(_W3C, TimedRotatingFileHandler):
    def __init__(self, path: str | Path, every: Literal["hour", "day"], backups: int) -> None:
        when = {"hour": "H", "day": "MIDNIGHT"}[every]
        TimedRotatingFileHandler.__init__(self, path, when=when, backupCount=backups, encoding="utf-8", utc=True)
