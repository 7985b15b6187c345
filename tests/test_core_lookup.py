"""The object under a key, and who waits for whose fetch."""

from __future__ import annotations

from typing import Any

import pytest

from edgeware.config.switches import Switches
from edgeware.core.effects import Board, Found, Land, Lookup, Revalidate, Store
from edgeware.messages import Request
from tests.playbook import GET, NOW, kinds, played, stored_object
from tests.worlds.sites import ALL_VIEWER, site


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
    assert kinds(asked.asked) == ["Lookup", "Board", "Lookup", "Land", "Revalidate", "Respond", "Record"]
    assert asked.only(Land).stored


def in_the_window(**more: Any) -> Any:
    return stored_object(**{"fresh_until": NOW - 1, "stale_while_revalidate_until": NOW + 5, **more})


def test_an_object_in_its_window_answers_and_is_revalidated() -> None:
    asked = played(site(), Lookup=Found(in_the_window(), 0))
    assert kinds(asked.asked) == ["Lookup", "Revalidate", "Respond", "Record"]
    assert (asked.response.body, asked.response.headers.get("x-cache")) == (b"stored", "Hit from cloudfront")
    assert asked.only(Revalidate).flow is not None


def test_it_is_not_revalidated_while_the_origin_that_failed_is_left_alone() -> None:
    asked = played(site(), Lookup=Found(in_the_window(retry_after=NOW + 1), 0))
    assert kinds(asked.asked) == ["Lookup", "Respond", "Record"]


HEAD = Request(method="HEAD", path="/x", headers=GET.headers)
STORING_HEAD = {"switches": Switches(store_head=True)}


def test_the_answer_to_a_head_may_be_stored_for_others_apart_from_those_to_get() -> None:
    asked = played(site(distribution=STORING_HEAD), HEAD)
    assert kinds(asked.asked) == ["Lookup", "Lookup", "Fetch", "Store", "Respond", "Record"]
    keys = [effect.key for effect in asked.asked if isinstance(effect, (Lookup, Store))]
    assert keys == [keys[0], f"{keys[0]}\nm:HEAD", f"{keys[0]}\nm:HEAD"]
    assert asked.response.body == b""


def test_a_head_that_finds_an_expired_object_stores_nothing_in_its_place() -> None:
    expired = Found(stored_object(fresh_until=NOW - 1), 0)
    asked = played(site(distribution=STORING_HEAD), HEAD, Lookup=expired)
    assert kinds(asked.asked) == ["Lookup", "Fetch", "Respond", "Record"]


def test_requests_may_wait_for_one_another_while_cookies_are_forwarded() -> None:
    collapsing = site(origin_request_policy=ALL_VIEWER, distribution={"switches": Switches(collapse_with_cookies=True)})
    assert any(isinstance(effect, Board) for effect in played(collapsing).asked)
    assert not any(isinstance(effect, Board) for effect in played(site(origin_request_policy=ALL_VIEWER)).asked)
