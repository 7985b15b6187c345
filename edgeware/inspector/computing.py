"""Compute utilization of the calls that viewers made: their processor time in the measure of ``test-function``."""

from __future__ import annotations

from concurrent.futures import Future
from threading import Lock

from edgeware.config.model import CloudFrontFunction
from edgeware.core.effects import Invoke, Invoked
from edgeware.core.function_trial import given
from edgeware.core.given import Given
from edgeware.functions.compute import ComputeGauge
from edgeware.functions.workers import Workers

BUDGET = 1.0
"""Milliseconds, as in ``edgeware test-function``."""
_EVENT = given({"request": {"uri": "/"}})


class Computing:
    """What a millisecond is on this machine is measured once, when the first is asked for. Any thread may ask."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._gauge: ComputeGauge | None = None

    def percent(self, seconds: float) -> int:
        """Of the processor time that a CloudFront Function may use, as a relative number [test-function]."""
        with self._lock:
            if self._gauge is None:
                self._gauge = _measured()
        return self._gauge.of_one(_EVENT, seconds)


def _measured() -> ComputeGauge:
    with Workers(reuse=False) as workers:

        def call(function: CloudFrontFunction, event: Given) -> Invoked:
            answer = workers.invoke(Invoke(function, event.event_type, event.value))
            return answer.result() if isinstance(answer, Future) else answer

        gauge = ComputeGauge(call, BUDGET)
        gauge.of_one(_EVENT, 0.0)  # it keeps what it has measured
    return gauge
