from __future__ import annotations

from edgeware.functions.concurrency import Concurrency


def test_no_more_than_the_limit_are_in_at_a_time() -> None:
    lambdas = Concurrency(2)
    assert [lambdas.enter() for _ in range(4)] == [True, True, False, False]
    lambdas.leave()
    assert [lambdas.enter() for _ in range(2)] == [True, False]


def test_without_a_limit_everybody_is_in() -> None:
    lambdas = Concurrency(None)
    assert all(lambdas.enter() for _ in range(1000))
