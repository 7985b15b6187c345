"""Compute utilization of the calls that viewers made: their processor time in the measure of ``test-function``."""

from __future__ import annotations

from concurrent.futures import Future
from threading import Lock

from edgeware.config.model import CloudFrontFunction, Code
from edgeware.core.effects import Invoke
from edgeware.core.function_trial import given
from edgeware.functions.javascript import Budget
from edgeware.functions.workers import Workers

BUDGET = Budget(1.0, measured=True)
"""As in ``edgeware test-function``."""
_LOOP = "function handler(event) { for (var i = 0; i < 5000; i++); return event.request }"
_FUNCTION = CloudFrontFunction(name="loop", code=Code(text=_LOOP))


class Computing:
    """What a millisecond is on this machine is measured once, when the first is asked for. Any thread may ask."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._seconds = 0.0

    def percent(self, seconds: float) -> int:
        """Of the processor time that a CloudFront Function may use, as a relative number [test-function]."""
        with self._lock:
            if not self._seconds:
                self._seconds = _one_percent()
        return round(seconds / self._seconds)


def _one_percent() -> float:
    """The processor time in seconds that counts as one percent now."""
    event = given({"request": {"uri": "/"}})
    with Workers(budget=BUDGET, hard_limit=10, reuse=False) as workers:  # seconds: the machine may be busy
        answer = workers.invoke(Invoke(_FUNCTION, event.event_type, event.value))
        run = answer.result() if isinstance(answer, Future) else answer
    assert run.utilization
    return run.seconds / run.utilization
