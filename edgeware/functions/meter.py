"""How much of its budget a run of a CloudFront Function uses. The child loads this module by its path.

AWS gives a number from 0 to 100 and does not say of what [test-function]. Here it is the processor time of the run, of
a budget in milliseconds. What a millisecond is on this machine, and at this moment, a fixed piece of JavaScript tells:
so the number is about the same on a slow machine and on a busy one. It is relative: good for comparing two functions,
or one with itself, and no promise of what AWS will show. Our own doing is not counted: reading scripts of the library,
collecting garbage between runs.
"""

from __future__ import annotations

import math
from time import perf_counter, thread_time  # a process's own clock ticks in milliseconds while a timer of it is armed
from types import ModuleType

FULL = 100.0
"""Percent; beyond, production stops a function."""
UNKNOWN = -1.0
"""Percent of a run that nobody needed to measure."""
BEYOND_HOPE = 10 * FULL
"""A run that has used so much is stopped, and not waited for."""
TRIES = 3
"""What else the machine does only ever adds to a run: one alone that was beyond the budget proves nothing."""
LOOKS = 3
"""Time that a virtual machine was not given counts as the run's: all at once, where a loop is seen again and again."""

# Chosen so that AWS's small samples come to a few percent, and a token check in JavaScript alone to nearly all.
REFERENCE_MILLISECONDS = 0.126
_REFERENCE = b"""
(function (tell) {
    for (var n = 0; n < 9; n++) {
        var text = '', sum = 0;
        for (var i = 0; i < 600; i++) {
            sum = (sum * 31 + i) & 65535;
            if (i % 20 === 0) text = (text + sum).slice(-40).replace(/1+/g, '-').split('-').join('.');
        }
        tell('round');
    }
})(call_python)
"""
_SECONDS_BETWEEN_REFERENCES = 0.05
_LEAST = 0.25
"""Of the budget in milliseconds of the clock: no machine is so quick that less could be more than the budget."""
_SHORTEST = 0.01
"""Seconds of the clock after which at the soonest a run is beyond hope: a machine may be slow."""


class Reference:
    """A context that runs the fixed piece of JavaScript, in the shape that dukpy's C module calls back."""

    _check_exported_function_exists = len

    def __init__(self, native: ModuleType) -> None:
        self._native = native
        self._ctx = native.create_context()
        self._times: list[float] = []
        self._last = 0.0

    def seconds(self) -> float:
        """Its processor time now, of the quickest of a few rounds."""
        self._times.clear()
        self._last = thread_time()
        self._native.eval_string(self, _REFERENCE, b"null")
        return min(self._times)

    def _call_python(self, _message: bytes, _arguments: bytes) -> bytes:
        now = thread_time()
        self._times.append(now - self._last)
        self._last = thread_time()
        return b"null"


class Use:
    """What a run has used.

    ``percent`` is of the budget, UNKNOWN where nobody needed to know. A run that is ``beyond`` it is stopped, and one
    that may be so by no doing of its own is to run ``again`` first.
    """

    __slots__ = ("again", "beyond", "percent", "seconds")

    def __init__(self, seconds: float, percent: float, *, beyond: bool, again: bool) -> None:
        self.seconds = seconds
        self.percent = percent
        self.beyond = beyond
        self.again = again


class Meter:
    """Counts the processor time of one run after another.

    ``budget`` is in milliseconds, 0 for none. ``every`` says whether each run is to be measured, or only those that may
    be beyond the budget.
    """

    def __init__(self, native: ModuleType, budget: float, *, every: bool) -> None:
        self._native = native
        self._budget = budget
        self._least = math.inf if not budget else 0.0 if every else _LEAST * budget / 1000
        self._most = max(_SHORTEST, BEYOND_HOPE / FULL * budget / 1000) if budget else math.inf
        self._reference: Reference | None = None
        self._millisecond = 0.0
        self._measured = 0.0
        self._tries = 0
        self._began = self._started = self._spent = 0.0
        self._pauses = self._looks = 0

    def begin(self) -> None:
        """A run begins."""
        self._pauses = self._looks = 0
        self._began = self._started = thread_time()

    def pause(self) -> None:
        """What follows is not the function's doing."""
        self._pauses += 1
        if self._pauses == 1:
            self._spent = thread_time() - self._started

    def resume(self) -> None:
        """The end of what a pause began."""
        self._pauses -= 1
        if self._pauses == 0:
            self._started = thread_time() - self._spent

    def read(self, *, stopped: bool = False, slowed: bool = False) -> Use:
        """What the run has used by now, at its end.

        ``stopped`` where it was not to go on, ``slowed`` where the next try will be quicker by our own doing.
        """
        seconds = self._seconds()
        if stopped:
            percent = self._percent(seconds)
            return Use(seconds, percent if percent > FULL else UNKNOWN, beyond=True, again=False)
        if seconds < self._least:
            self._tries = 0
            return Use(seconds, UNKNOWN, beyond=False, again=False)
        percent = self._percent(seconds)
        return Use(seconds, percent, beyond=percent > FULL, again=self._wants_another(percent, slowed=slowed))

    def is_hopeless(self, limit: float) -> bool:
        """Whether the run that is on will be beyond its budget, or has taken so many seconds with all that is ours.

        To be asked again and again while a run is on.
        """
        self._looks += 1
        return self._looks >= LOOKS and self._is_beyond_hope(limit)

    def _is_beyond_hope(self, limit: float) -> bool:
        return self._seconds() > self._most or thread_time() - self._began > limit

    def _seconds(self) -> float:
        return self._spent if self._pauses else thread_time() - self._started

    def _percent(self, seconds: float) -> float:
        if not self._budget:
            return UNKNOWN
        self._measure(_SECONDS_BETWEEN_REFERENCES)
        return FULL * seconds / self._millisecond / self._budget

    def _wants_another(self, percent: float, *, slowed: bool) -> bool:
        if slowed and percent > FULL:
            return True
        self._tries = self._tries + 1 if percent > FULL else TRIES
        if self._tries < TRIES:
            self._measure(0.0)
            return True
        self._tries = 0
        return False

    def _measure(self, age: float) -> None:
        """Find out what a millisecond is, if that was found out longer ago than an age in seconds."""
        if self._millisecond and perf_counter() - self._measured < age:
            return
        if self._reference is None:
            self._reference = Reference(self._native)
        self._millisecond = self._reference.seconds() / REFERENCE_MILLISECONDS
        self._measured = perf_counter()
