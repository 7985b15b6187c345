"""The clock of a site under test: it stands still until it is told."""

from __future__ import annotations

from datetime import datetime, timedelta
from time import time  # noqa: TID251 - where a test's time begins

from edgeware.exceptions import UsageError


class Clock:
    """Seconds since the epoch, as ``Edge(clock=...)`` wants them.

    It begins at this moment, in whole seconds, or at ``start``: seconds since the epoch, or a datetime with a time
    zone. UsageError for a datetime without one.
    """

    def __init__(self, start: float | datetime | None = None) -> None:
        self.now = int(time()) if start is None else _seconds(start)
        """Seconds since the epoch."""

    def __call__(self) -> float:
        """The time, in seconds since the epoch."""
        return self.now

    def advance(
        self, seconds: float = 0, *, minutes: float = 0, hours: float = 0, days: float = 0, weeks: float = 0
    ) -> None:
        """Let time go by, all arguments together. UsageError for a time that would go back."""
        passed = timedelta(weeks=weeks, days=days, hours=hours, minutes=minutes, seconds=seconds).total_seconds()
        if passed < 0:
            raise UsageError(f"clock.advance: time does not go back, and this would be by {-passed:g} s")
        self.now += passed

    def __repr__(self) -> str:
        return f"Clock({self.now!r})"


def _seconds(start: float | datetime) -> float:
    if not isinstance(start, datetime):
        return start
    if start.tzinfo is None:
        raise UsageError(f"the clock cannot start at {start}: say of which time zone, such as tzinfo=timezone.utc")
    return start.timestamp()
