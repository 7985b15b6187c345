"""Keeping away from what has just failed."""

from __future__ import annotations

import logging
from threading import Lock
from time import perf_counter

logger = logging.getLogger("edgeware")


class Breaker:
    """After a failure nobody tries for ``pause`` seconds, then one caller a pause, and everybody once that works.

    The log is told when it begins and when it ends.
    """

    def __init__(self, doing: str, pause: float) -> None:
        self.failures = 0
        self.broken = False
        self._doing = doing
        self._pause = pause
        self._closed_until = 0.0
        self._lock = Lock()

    def allows(self) -> bool:
        """Whether the caller should try."""
        if not self.broken:
            return True
        with self._lock:
            now = perf_counter()
            if now < self._closed_until:
                return False
            self._closed_until = now + self._pause
            return True

    def failed(self, why: str) -> None:
        """It did not work."""
        with self._lock:
            self.failures += 1
            first, self.broken = not self.broken, True
            self._closed_until = perf_counter() + self._pause
        if first:
            logger.warning("store: %s failed, and is left alone until it works again: %s", self._doing, why)

    def worked(self) -> None:
        """It did."""
        if self.broken:
            with self._lock:
                again, self.broken = self.broken, False
            if again:
                logger.warning("store: %s works again", self._doing)
