"""How many Lambda@Edge functions run at a moment [cloudfront-limits]."""

from __future__ import annotations

from threading import Lock


class Concurrency:
    """Counts runs up to a limit, or any number of them. Every method may be called from any thread."""

    def __init__(self, limit: int | None) -> None:
        self.limit = limit
        self._running = 0
        self._lock = Lock()

    def enter(self) -> bool:
        """Whether one more may run; each one that may has to leave."""
        if self.limit is None:
            return True
        with self._lock:
            if self._running >= self.limit:
                return False
            self._running += 1
            return True

    def leave(self, _: object = None) -> None:
        """One run is over."""
        with self._lock:
            self._running -= 1
