"""How much of the processor time that it may use a CloudFront Function uses [test-function].

AWS gives a number from 0 to 100 and does not say of what. Here it is the processor time of the call, of a budget of one
millisecond. What a millisecond is on this machine, and at this moment, a fixed function tells: so the number is about
the same on a slow machine and on a busy one. It is relative: good for comparing two functions, or one with itself, and
no promise of what AWS will show.
"""

from __future__ import annotations

from collections.abc import Callable

from edgeware.config.model import CloudFrontFunction, Code
from edgeware.core.effects import Invoked
from edgeware.core.given import Given

FULL = 100
"""Percent; beyond, production stops a function."""
ROUNDS = 151
"""How many runs make a steady number: what else the machine does only ever adds to one, so the quickest counts."""

# Chosen so that AWS's small samples come to a few percent, and a token check in JavaScript alone to nearly all.
REFERENCE_MILLISECONDS = 0.16
_REFERENCE = CloudFrontFunction(
    name="reference",
    code=Code(
        text="""
            function handler(event) {
                var text = '', sum = 0;
                for (var i = 0; i < 600; i++) {
                    sum = (sum * 31 + i) & 65535;
                    if (i % 20 === 0) text = (text + sum).slice(-40).replace(/1+/g, '-').split('-').join('.');
                }
                return { text: text, sum: sum };
            }
        """
    ),
)


class ComputeGauge:
    """Measures functions by what ``call`` says of their processor time; ``budget`` is in milliseconds."""

    def __init__(self, call: Callable[[CloudFrontFunction, Given], Invoked], budget: float) -> None:
        self._call = call
        self._budget = budget
        self._reference = 0.0

    def of_one(self, given: Given, seconds: float) -> int:
        """Percent of the budget that a run of so many seconds has used, by a reference that is measured once."""
        if not self._reference:
            self._reference = min(self._seconds(_REFERENCE, given) for _ in range(ROUNDS))
        return self._percent(seconds, self._reference)

    def of_many(self, function: CloudFrontFunction, given: Given, rounds: int) -> int:
        """Percent of the budget that a function uses on an event: its quickest run by the reference's, in turns."""
        runs = [(self._seconds(_REFERENCE, given), self._seconds(function, given)) for _ in range(rounds)]
        references, measured = zip(*runs, strict=True)
        return self._percent(min(measured), min(references))

    def _percent(self, seconds: float, reference: float) -> int:
        return round(FULL * seconds / reference * REFERENCE_MILLISECONDS / self._budget)

    def _seconds(self, function: CloudFrontFunction, given: Given) -> float:
        return self._call(function, given).seconds
