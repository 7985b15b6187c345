"""An effect asks for itself and gives on its answer."""

from __future__ import annotations

import pytest

from edgeware.core.effects import Board, Boarding, Flow, Found, Invoked, Lookup


def asking(effect: Lookup) -> Flow[Found]:
    return (yield from effect)


def test_an_effect_is_yielded_and_its_answer_returned() -> None:
    effect, found = Lookup("key"), Found(None, 3)
    flow = asking(effect)
    assert next(flow) is effect
    with pytest.raises(StopIteration) as end:
        flow.send(found)
    assert end.value.value is found


def test_effects_are_values() -> None:
    assert Lookup("key") == Lookup("key") != Lookup("other")
    assert len({Lookup("key"), Lookup("key"), Board("key")}) == 2


def test_a_function_run_is_without_result_failure_and_output_until_told() -> None:
    assert Invoked() == Invoked(output=None, failure=None, logs=(), seconds=0.0)


def test_a_request_that_boards_leads_or_learns_how_the_leader_fared() -> None:
    assert {boarding.value for boarding in Boarding} == {"lead", "stored", "failed", "taken"}
