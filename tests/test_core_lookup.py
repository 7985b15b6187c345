"""The object under a key, and who waits for whose fetch."""

from __future__ import annotations

from typing import Any

import pytest

from edgeware.core.effects import Board, Boarding, Found, Land, Revalidate
from tests.playbook import NOW, kinds, played, stored_object
from tests.worlds.sites import site


@pytest.mark.parametrize(
    ("times", "boards"),
    [
        pytest.param({"stored_at": NOW - 5, "fresh_until": NOW - 1}, True, id="it was fresh once"),
        pytest.param({"stored_at": NOW - 5, "fresh_until": NOW - 5}, False, id="it was never fresh"),
    ],
)
def test_nobody_waits_for_an_object_that_is_never_fresh(times: dict[str, Any], boards: bool) -> None:
    asked = played(site(), Lookup=Found(stored_object(**times), 0))
    assert any(isinstance(effect, Board) for effect in asked.asked) is boards


def test_one_that_leads_and_finds_an_object_to_revalidate_lands_first() -> None:
    found = iter([Found(None, 0), Found(in_the_window(), 0)])
    asked = played(site(), Lookup=lambda effect: next(found))
    assert kinds(asked.asked) == [*["Lookup", "Board", "Lookup", "Land", "Board"], "Revalidate", "Respond", "Record"]
    assert asked.only(Land).stored


def in_the_window(**more: Any) -> Any:
    return stored_object(**{"fresh_until": NOW - 1, "stale_while_revalidate_until": NOW + 5, **more})


def test_an_object_in_its_window_answers_and_is_revalidated() -> None:
    asked = played(site(), Lookup=Found(in_the_window(), 0))
    assert kinds(asked.asked) == ["Lookup", "Board", "Revalidate", "Respond", "Record"]
    assert (asked.response.body, asked.response.headers.get("x-cache")) == (b"stored", "Hit from cloudfront")
    assert not asked.only(Board).waits
    assert asked.only(Revalidate).key == asked.only(Board).key


def test_it_is_not_revalidated_twice_at_a_time() -> None:
    asked = played(site(), Lookup=Found(in_the_window(), 0), Board=Boarding.TAKEN)
    assert kinds(asked.asked) == ["Lookup", "Board", "Respond", "Record"]


def test_nor_while_the_origin_that_failed_is_left_alone() -> None:
    asked = played(site(), Lookup=Found(in_the_window(retry_after=NOW + 1), 0))
    assert kinds(asked.asked) == ["Lookup", "Respond", "Record"]
