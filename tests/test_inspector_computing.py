from __future__ import annotations

from edgeware.config.model import CloudFrontFunction, Code
from edgeware.functions.meter import FULL
from edgeware.functions.trial import Trial
from edgeware.inspector.computing import Computing
from tests.test_functions_attacks import children

BUSY = CloudFrontFunction(
    name="busy",
    code=Code(text="function handler(e) { for (var i = 0, s = 0; i < 2e4; i++) s += i % 7; return e.request }"),
)


def test_it_is_the_measure_of_a_trial_and_leaves_no_process_behind() -> None:
    before = children()
    computing = Computing()
    assert computing.percent(0.0) == 0
    assert computing.percent(1.0) > FULL
    assert computing.percent(0.002) >= computing.percent(0.001)
    assert children() == before
    with Trial(BUSY) as trial:
        assert trial.run({"request": {"uri": "/"}}, rounds=5).utilization > 0
