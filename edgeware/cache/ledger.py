"""The invalidations of an edge: their batches, their limits, and when they take effect [Invalidation]."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from string import ascii_uppercase, digits
from threading import Lock, Timer
from typing import Literal

from edgeware.core.invalidation import checked
from edgeware.exceptions import UsageError

MAX_FILES = 3000
"""Paths without a wildcard, and tags, that may be in progress at a time; for tags (unconfirmed)."""
MAX_WILDCARDS = 15
SHORTEST = 1.0
"""Seconds between two tries of a store that does not work."""
MAX_KNOWN = 1000
"""How many invalidations are remembered for their CallerReference."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Invalidation:
    """An invalidation, as ``aws cloudfront create-invalidation`` tells of it."""

    id: str
    status: Literal["InProgress", "Completed"]
    create_time: float
    """Seconds since the epoch."""
    paths: tuple[str, ...]
    """In order: paths, and ``#`` and a cache tag."""
    caller_reference: str


class Ledger:
    """What was asked for, and what has still to be done: ``delay`` seconds after it was asked for, by the clock.

    ``apply`` makes the items of an invalidation gone. Whoever looks something up has what is due done first; with
    ``rings`` a timer does it too, for others who share the store while nobody looks anything up here.
    """

    def __init__(
        self,
        apply: Callable[[Sequence[str]], None],
        clock: Callable[[], float],
        delay: float,
        *,
        rings: bool = False,
    ) -> None:
        self.pending: list[Invalidation] = []
        self._rings = rings
        self._alarm: Timer | None = None
        self._apply = apply
        self._clock = clock
        self._delay = delay
        self._known: dict[str, Invalidation] = {}
        self._lock = Lock()

    def create(self, paths: Sequence[str], caller_reference: str | None = None) -> Invalidation:
        """Take an invalidation up; the one before it where the reference and the paths are the same.

        UsageError names what CloudFront refuses. What the store raises passes through: then nothing was done.
        """
        items = checked(paths)
        reference = f"edgeware-{secrets.token_hex(8)}" if caller_reference is None else caller_reference
        with self._lock:
            before = self._known.get(reference)
            if before is not None:
                return self._again(before, items)
            self._check_limits(items)
            made = Invalidation(
                id=_new_id(), status="InProgress", create_time=self._clock(), paths=items, caller_reference=reference
            )
            self.pending.append(made)
            try:
                self._catch_up()
            except Exception:
                self.pending.remove(made)
                raise
            self._known[reference] = made
            self._set_alarm()
            while len(self._known) > MAX_KNOWN:
                del self._known[next(iter(self._known))]
            return self._as_it_stands(made)

    def get(self, id: str) -> Invalidation | None:
        """What has become of an invalidation, by its id."""
        with self._lock:
            self._catch_up()
            return next((self._as_it_stands(one) for one in self._known.values() if one.id == id), None)

    def catch_up(self) -> None:
        """Do what is due by now."""
        with self._lock:
            self._catch_up()

    def close(self) -> None:
        """Stop the timer. What is pending is done by whoever looks something up."""
        with self._lock:
            alarm, self._alarm = self._alarm, None
        if alarm is not None:
            alarm.cancel()

    def _set_alarm(self) -> None:
        if self.pending and self._rings and self._alarm is None:
            seconds = self.pending[0].create_time + self._delay - self._clock()
            self._alarm = Timer(max(seconds, SHORTEST), self._ring)
            self._alarm.daemon = True
            self._alarm.start()

    def _ring(self) -> None:
        with self._lock:
            if self._alarm is None:  # closed
                return
            self._alarm = None
            with suppress(Exception):  # a store that does not work: once more in a moment
                self._catch_up()
            self._set_alarm()

    def _catch_up(self) -> None:
        while self.pending and self.pending[0].create_time + self._delay <= self._clock():
            self._apply(self.pending[0].paths)
            del self.pending[0]

    def _as_it_stands(self, made: Invalidation) -> Invalidation:
        return made if made in self.pending else replace(made, status="Completed")

    def _again(self, before: Invalidation, items: tuple[str, ...]) -> Invalidation:
        if before.paths != items:
            raise UsageError(
                f"CallerReference {before.caller_reference!r} was used for other paths: each batch needs a new one "
                "(InvalidationBatchAlreadyExists)"
            )
        self._catch_up()
        return self._as_it_stands(before)

    def _check_limits(self, items: tuple[str, ...]) -> None:
        if len(items) > MAX_FILES:
            raise UsageError(f"{len(items)} paths: CloudFront takes {MAX_FILES} in an invalidation (BatchTooLarge)")
        waiting = [*items, *(item for one in self.pending for item in one.paths)]
        wildcards = sum(item.endswith("*") for item in waiting)
        if len(waiting) - wildcards > MAX_FILES or wildcards > MAX_WILDCARDS:
            raise UsageError(
                f"{len(waiting) - wildcards} paths and {wildcards} wildcards would be in progress: CloudFront takes "
                f"{MAX_FILES} and {MAX_WILDCARDS} (TooManyInvalidationsInProgress)"
            )


def _new_id() -> str:
    return "I" + "".join(secrets.choice(ascii_uppercase + digits) for _ in range(24))
