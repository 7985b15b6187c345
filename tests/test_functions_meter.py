"""The meter, of a machine that takes as long as it is told."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from edgeware.config.model import CloudFrontFunction, Code
from edgeware.core.effects import Invoke, Invoked
from edgeware.functions import meter, worker
from edgeware.functions.javascript import Budget, engine
from edgeware.functions.meter import BEYOND_HOPE, LOOKS, REFERENCE_MILLISECONDS, UNKNOWN, Meter, Reference, Use
from edgeware.functions.njs.syntax import check
from edgeware.functions.workers import Workers

NATIVE = worker.load(engine())


class Machine:
    """Has a clock of its own; its reference takes ``slowness`` times as long as where the numbers were chosen."""

    def __init__(self) -> None:
        self.now = 0.0
        self.slowness = 1.0
        self.references = 0

    def reference(self) -> float:
        self.references += 1
        return REFERENCE_MILLISECONDS / 1000 * self.slowness

    def run(self, it: Meter, milliseconds: float, *, stopped: bool = False) -> Use:
        it.begin()
        self.now += milliseconds / 1000
        return it.read(stopped=stopped)


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch) -> Machine:
    made = Machine()
    monkeypatch.setattr(meter, "thread_time", lambda: made.now)
    monkeypatch.setattr(meter, "perf_counter", lambda: made.now)
    monkeypatch.setattr(Reference, "seconds", lambda _: made.reference())
    return made


def test_a_run_is_told_in_percent_of_the_budget(machine: Machine) -> None:
    use = machine.run(Meter(NATIVE, 2.0, every=True), 0.5)
    assert use.percent == pytest.approx(25)
    assert (use.beyond, use.again) == (False, False)
    assert use.seconds == pytest.approx(0.0005)


@pytest.mark.parametrize("slowness", [0.3, 1, 3])
def test_a_slower_machine_gives_the_same_number(machine: Machine, slowness: float) -> None:
    machine.slowness = slowness
    assert machine.run(Meter(NATIVE, 1.0, every=True), 0.6 * slowness).percent == pytest.approx(60)


def test_a_run_that_cannot_be_beyond_the_budget_is_not_measured(machine: Machine) -> None:
    it = Meter(NATIVE, 1.0, every=False)
    assert machine.run(it, 0.2).percent == UNKNOWN
    assert machine.references == 0
    assert machine.run(it, 0.5).percent == pytest.approx(50)
    assert machine.references == 1


def test_without_a_budget_nothing_is_measured(machine: Machine) -> None:
    assert machine.run(Meter(NATIVE, 0, every=True), 9).percent == UNKNOWN
    assert machine.references == 0


def test_what_a_millisecond_is_is_found_out_again_after_a_while(machine: Machine) -> None:
    it = Meter(NATIVE, 1.0, every=True)
    machine.run(it, 0.5)
    machine.slowness = 2
    assert machine.run(it, 0.5).percent == pytest.approx(50)
    machine.now += 1
    assert machine.run(it, 0.5).percent == pytest.approx(25)


def test_a_run_beyond_the_budget_runs_three_times_before_it_counts(machine: Machine) -> None:
    it = Meter(NATIVE, 1.0, every=False)
    uses = [machine.run(it, 1.5) for _ in range(6)]
    assert [use.again for use in uses] == [True, True, False] * 2
    assert all(use.beyond for use in uses)


def test_one_bad_moment_stops_nobody(machine: Machine) -> None:
    it = Meter(NATIVE, 1.0, every=False)
    assert machine.run(it, 1.5).again
    use = machine.run(it, 0.8)
    assert (use.again, use.beyond) == (False, False)
    assert machine.run(it, 1.5).again


def test_a_bad_moment_of_the_reference_stops_nobody(machine: Machine) -> None:
    it = Meter(NATIVE, 1.0, every=False)
    machine.run(it, 0.5)
    machine.slowness = 2
    assert machine.run(it, 1.5).again
    use = machine.run(it, 1.5)
    assert use.percent == pytest.approx(75)
    assert (use.again, use.beyond) == (False, False)


def test_a_moment_that_the_machine_did_not_have_stops_nobody(machine: Machine) -> None:
    it = Meter(NATIVE, 1.0, every=False)
    assert machine.run(it, 99).again
    assert not machine.run(it, 0.1).beyond


def test_what_goes_on_and_on_is_beyond_hope(machine: Machine) -> None:
    it = Meter(NATIVE, 1.0, every=False)
    it.begin()
    machine.now += BEYOND_HOPE / 100 / 1000 * 1.01
    assert [it.is_hopeless(1.0) for _ in range(LOOKS + 1)] == [False] * (LOOKS - 1) + [True] * 2
    it.begin()
    assert [it.is_hopeless(1.0) for _ in range(LOOKS)] == [False] * LOOKS
    machine.now += 0.005
    assert (it.is_hopeless(1.0), it.is_hopeless(0.004)) == (False, True)


def test_a_run_that_we_slowed_down_proves_nothing(machine: Machine) -> None:
    it = Meter(NATIVE, 1.0, every=False)
    it.begin()
    machine.now += 9
    assert it.read(slowed=True).again
    it.begin()
    assert not it.read(slowed=True).again


def test_a_run_that_was_stopped_is_beyond_any_budget(machine: Machine) -> None:
    use = machine.run(Meter(NATIVE, 0, every=False), 50, stopped=True)
    assert (use.percent, use.beyond, use.again) == (UNKNOWN, True, False)


def test_a_pause_does_not_count(machine: Machine) -> None:
    it = Meter(NATIVE, 1.0, every=True)
    it.begin()
    for step in (None, it.pause, it.pause, it.resume, it.resume, it.pause):
        if step is not None:
            step()
        machine.now += 0.0001
    assert it.read().percent == pytest.approx(20)
    it.resume()
    assert it.read().percent == pytest.approx(20)


def test_the_reference_takes_time_and_is_code_that_production_would_run() -> None:
    assert 0 < Reference(NATIVE).seconds() < 1
    assert check(f"var f = {meter._REFERENCE.decode().strip()}", "cloudfront-js-1.0") == ()


# --- in a real child ------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def measuring() -> Iterator[Workers]:
    with Workers(budget=Budget(1000, measured=True), soft_limit=5, hard_limit=30, reuse=False) as some:
        yield some


def lowest(some: Workers, source: str) -> float:
    effect = Invoke(CloudFrontFunction(name="fn", code=Code(text=source)), "viewer-request", {"request": {"uri": "/"}})
    return min(answered(some, effect).utilization or 0 for _ in range(30))


def answered(some: Workers, effect: Invoke) -> Invoked:
    answer = some.invoke(effect)
    return answer if isinstance(answer, Invoked) else answer.result()


LOOP = "function handler(event) { for (var i = 0; i < 20000; i++); return 1 }"


def test_twice_the_work_is_twice_the_number(measuring: Workers) -> None:
    once, twice = lowest(measuring, LOOP), lowest(measuring, LOOP.replace("20000", "40000"))
    assert 1.4 * once < twice < 2.9 * once


def test_what_our_own_doing_takes_does_not_count(measuring: Workers) -> None:
    plain = lowest(measuring, LOOP)
    assert lowest(measuring, f"async {LOOP}") < 1.5 * plain  # the C module collects garbage round it
    own = LOOP.replace("return", "Object.defineProperty({}, 'x', {value: Buffer.from('a')}); return")
    assert lowest(measuring, own) < 1.5 * plain  # a context of its own, which reads the scripts of the library


def test_beyond_the_budget_a_run_is_stopped_and_the_next_is_not() -> None:
    source = "function handler(event) { for (var i = 0; i < event.n; i++); return event.n }"
    function = CloudFrontFunction(name="fn", code=Code(text=source))
    with Workers(budget=Budget(2.0), soft_limit=5, hard_limit=30, reuse=False) as some:
        many, few = (answered(some, Invoke(function, "viewer-request", {"n": n})) for n in (200_000, 10))
    assert many.failure is not None
    assert many.failure.kind == "timeout"
    assert "% of the processor time that it may use" in many.failure.message
    assert (few.failure, few.output) == (None, 10)
