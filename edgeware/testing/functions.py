"""Edge functions in tests, as ``aws cloudfront test-function`` runs them [test-function]."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from edgeware.config.model import EventType
from edgeware.functions.trial import ROUNDS, FunctionResult, Trial, function_of


class FunctionRunner(Trial):
    """Runs the function in a file on as many events as one likes: about 5,000 a second.

    ``runtime`` is ``cloudfront-js-2.0`` unless said otherwise, for a ``.py`` file ``python3.13``; ``handler`` is for
    Lambda@Edge. ``budget`` is what counts as 100 percent of compute, in milliseconds (``functions.meter``). ``clock``
    gives the seconds since the epoch that the function sees, ``seed`` makes its Math.random repeatable. It is a context
    manager: at its end the child processes end.

    FunctionError for code that is not there, UsageError for a runtime that is none.
    """

    def __init__(
        self,
        function: str | Path,
        *,
        runtime: str | None = None,
        handler: str | None = None,
        budget: float = 1.0,
        clock: Callable[[], float] | None = None,
        seed: int | None = None,
        key_value_store: str | Path | None = None,
    ) -> None:
        store = None if key_value_store is None else Path(key_value_store)
        found = function_of(Path(function), runtime, handler)
        super().__init__(found, budget=budget, clock=clock, seed=seed, key_value_store=store)


def run_function(
    function: str | Path,
    event: object,
    *,
    event_type: EventType | None = None,
    runtime: str | None = None,
    handler: str | None = None,
    budget: float = 1.0,
    clock: Callable[[], float] | None = None,
    seed: int | None = None,
    key_value_store: str | Path | None = None,
) -> FunctionResult:
    """Run the function in a file on one event, given as JSON values; see FunctionRunner for many, and for the rest.

    ``event_type`` is needed only where the event does not tell. UsageError for an event that no edge location would
    send.
    """
    options: dict[str, Any] = {"budget": budget, "clock": clock, "seed": seed, "key_value_store": key_value_store}
    runner = FunctionRunner(function, runtime=runtime, handler=handler, **options)
    with runner:
        return runner.run(event, event_type, rounds=ROUNDS)
