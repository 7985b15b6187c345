"""Invalidations as batches: references, limits, delay."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

import pytest

from edgeware.cache import ledger as module
from edgeware.cache.ledger import Ledger
from edgeware.exceptions import UsageError
from tests.stores import until
from tests.worlds.sites import TurnableClock


class Kept:
    """Where the items go."""

    def __init__(self) -> None:
        self.items: list[str] = []
        self.raises: Exception | None = None
        self.tried = 0

    def __call__(self, items: Sequence[str]) -> None:
        self.tried += 1
        if self.raises is not None:
            raise self.raises
        self.items += items


@pytest.fixture
def kept() -> Kept:
    return Kept()


@pytest.fixture
def clock() -> TurnableClock:
    return TurnableClock()


@pytest.fixture
def ledger_of(kept: Kept, clock: TurnableClock) -> Callable[[float], Ledger]:
    return lambda delay: Ledger(kept, clock, delay)


LedgerOf = Callable[[float], Ledger]


def test_without_a_delay_it_takes_effect_at_once(ledger_of: LedgerOf, kept: Kept, clock: TurnableClock) -> None:
    made = ledger_of(0).create(["/a", "/b/*", "#Tag"])
    assert kept.items == ["/a", "/b/*", "#tag"]
    assert (made.status, made.paths, made.create_time) == ("Completed", ("/a", "/b/*", "#tag"), clock.now)
    assert re.fullmatch("I[A-Z0-9]{24}", made.id)


def test_with_a_delay_it_is_in_progress_until_its_time_has_come(
    ledger_of: LedgerOf, kept: Kept, clock: TurnableClock
) -> None:
    ledger = ledger_of(60)
    first = ledger.create(["/first"])
    clock.advance(30)
    ledger.create(["/second"])
    ledger.catch_up()
    assert (first.status, kept.items) == ("InProgress", [])
    clock.advance(30)
    ledger.catch_up()
    assert kept.items == ["/first"]
    found = ledger.get(first.id)
    assert found is not None
    assert found.status == "Completed"
    clock.advance(30)
    ledger.get(first.id)
    assert kept.items == ["/first", "/second"]
    assert ledger.get("never") is None


def test_the_same_reference_and_paths_are_the_same_invalidation(ledger_of: LedgerOf, kept: Kept) -> None:
    ledger = ledger_of(0)
    made = ledger.create(["/a", "#Red"], "deploy-1")
    assert ledger.create(["/a", "#red"], "deploy-1") == made
    assert kept.items == ["/a", "#red"], "nothing is invalidated a second time"
    assert ledger.create(["/a"], "deploy-2").id != made.id


@pytest.mark.parametrize("paths", [["/b"], ["/a", "/b"], ["/A"]])
def test_the_same_reference_for_other_paths_is_refused(ledger_of: LedgerOf, kept: Kept, paths: list[str]) -> None:
    ledger = ledger_of(0)
    ledger.create(["/a"], "deploy-1")
    with pytest.raises(UsageError, match="InvalidationBatchAlreadyExists"):
        ledger.create(paths, "deploy-1")
    assert kept.items == ["/a"]


def test_a_reference_that_is_repeated_in_time_tells_how_far_it_is(ledger_of: LedgerOf, clock: TurnableClock) -> None:
    ledger = ledger_of(60)
    assert ledger.create(["/a"], "r").status == "InProgress"
    assert ledger.create(["/a"], "r").status == "InProgress"
    clock.advance(60)
    assert ledger.create(["/a"], "r").status == "Completed"


def files(count: int) -> list[str]:
    return [f"/{number}" for number in range(count)]


def wildcards(count: int) -> list[str]:
    return [f"/{number}/*" for number in range(count)]


@pytest.mark.parametrize(
    ("paths", "says"),
    [
        (files(3001), "BatchTooLarge"),
        (wildcards(16), "0 paths and 16 wildcards would be in progress"),
    ],
)
def test_a_batch_has_its_limits(ledger_of: LedgerOf, kept: Kept, paths: list[str], says: str) -> None:
    with pytest.raises(UsageError, match=says):
        ledger_of(0).create(paths)
    assert kept.items == []


def test_what_is_in_progress_counts_and_what_is_through_does_not(ledger_of: LedgerOf, clock: TurnableClock) -> None:
    ledger = ledger_of(60)
    ledger.create([*files(2999), *wildcards(15)][:3000])
    ledger.create(wildcards(14))
    for too_many in (files(2), wildcards(1)):
        with pytest.raises(UsageError, match="TooManyInvalidationsInProgress"):
            ledger.create(too_many)
    ledger.create(["#tag"])
    clock.advance(60)
    ledger.catch_up()
    ledger.create([*files(2985), *wildcards(15)])


def test_what_the_store_raises_passes_through_and_nothing_was_done(ledger_of: LedgerOf, kept: Kept) -> None:
    ledger = ledger_of(0)
    kept.raises = ConnectionError("gone")
    with pytest.raises(ConnectionError):
        ledger.create(["/a"], "r")
    assert not ledger.pending
    kept.raises = None
    assert ledger.create(["/b"], "r").status == "Completed"
    assert kept.items == ["/b"]


def test_a_delayed_one_that_the_store_did_not_take_is_tried_again(
    ledger_of: LedgerOf, kept: Kept, clock: TurnableClock
) -> None:
    ledger = ledger_of(60)
    ledger.create(["/a"])
    clock.advance(60)
    kept.raises = ConnectionError("gone")
    with pytest.raises(ConnectionError):
        ledger.catch_up()
    kept.raises = None
    ledger.catch_up()
    assert (kept.items, ledger.pending) == (["/a"], [])


def test_references_are_not_remembered_for_ever(ledger_of: LedgerOf, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MAX_KNOWN", 2)
    ledger = ledger_of(0)
    first = ledger.create(["/a"], "1")
    for reference in ("2", "3"):
        ledger.create(["/a"], reference)
    assert ledger.create(["/a"], "1").id != first.id


def test_with_others_who_share_the_store_a_timer_does_what_is_due(
    kept: Kept, clock: TurnableClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "SHORTEST", 0.001)
    kept.raises = OSError("gone for a moment")
    ledger = Ledger(kept, clock, 0.001, rings=True)
    for path in ("/first", "/second"):
        ledger.create([path])
    clock.advance(1)
    until(lambda: kept.tried > 1, "the timer tries twice")
    kept.raises = None
    until(lambda: kept.items == ["/first", "/second"] and not ledger.pending, "everything is done")
    ledger.close()


def test_a_timer_that_is_stopped_does_nothing(kept: Kept, clock: TurnableClock) -> None:
    ledger = Ledger(kept, clock, 3600, rings=True)
    ledger.create(["/a"])
    timer = ledger._alarm
    assert timer is not None
    ledger.close()
    timer.join()
    timer.function()
    ledger.close()
    assert (kept.items, len(ledger.pending)) == ([], 1)
