from __future__ import annotations

from collections.abc import Iterator

import pytest

from edgeware.config.model import CloudFrontFunction, Code
from edgeware.core.effects import Invoked
from edgeware.core.function_trial import given
from edgeware.core.given import Given
from edgeware.functions.compute import ROUNDS, ComputeGauge

FUNCTION = CloudFrontFunction(name="fn", code=Code(text=""))
EVENT = given({"request": {"uri": "/"}})


class Machine:
    """Takes as long for its calls as it is told, in microseconds."""

    def __init__(self, reference: Iterator[float], function: Iterator[float]) -> None:
        self._times = {"reference": reference, "fn": function}
        self.calls: list[str] = []

    def __call__(self, function: CloudFrontFunction, event: Given) -> Invoked:
        self.calls.append(function.name)
        return Invoked(seconds=next(self._times[function.name]) / 1e6)


def steady(microseconds: float) -> Iterator[float]:
    while True:
        yield microseconds


def test_the_reference_takes_a_sixth_of_a_budget_of_one_millisecond() -> None:
    machine = Machine(steady(300), steady(300))
    assert ComputeGauge(machine, budget=1.0).of_many(FUNCTION, EVENT, 3) == 16
    assert ComputeGauge(machine, budget=0.5).of_many(FUNCTION, EVENT, 3) == 32


def test_a_machine_that_is_slower_gives_the_same_number() -> None:
    for factor in (1, 3):
        assert ComputeGauge(Machine(steady(200 * factor), steady(750 * factor)), 1.0).of_many(FUNCTION, EVENT, 5) == 60


def test_a_bad_moment_does_not_count() -> None:
    machine = Machine(iter([200, 200, 9000, 200, 200]), iter([9000, 100, 150, 100, 900]))
    assert ComputeGauge(machine, 1.0).of_many(FUNCTION, EVENT, 5) == 8


def test_the_two_take_turns() -> None:
    machine = Machine(steady(1), steady(1))
    ComputeGauge(machine, 1.0).of_many(FUNCTION, EVENT, 2)
    assert machine.calls == ["reference", "fn"] * 2


def test_for_single_runs_the_reference_is_measured_once() -> None:
    machine = Machine(steady(160), steady(0))
    gauge = ComputeGauge(machine, 1.0)
    assert [gauge.of_one(EVENT, seconds) for seconds in (0.0001, 0.001, 0.002)] == [10, 100, 200]
    assert machine.calls == ["reference"] * ROUNDS


@pytest.mark.parametrize("name", ["reference"])
def test_the_reference_is_code_that_production_would_run(name: str) -> None:
    from edgeware.functions import compute
    from edgeware.functions.njs.syntax import check

    text = compute._REFERENCE.code.text
    assert text is not None
    assert compute._REFERENCE.name == name
    assert check(text, "cloudfront-js-2.0") == ()
