"""What goes on after the viewer got a stale object."""

from __future__ import annotations

from typing import Any

import pytest

from edgeware.core.cached_object import CachedObject
from edgeware.core.effects import Board, Boarding, Drain, Effect, Fetch, Fetched, Found, Land, Revalidate, Store
from edgeware.messages import Headers, Request, Response
from tests.playbook import GET, NOTHING, NOW, SENT, kinds, played, stored_object
from tests.test_core_lookup import in_the_window
from tests.worlds.sites import site


def behind(request: Request = GET, *, object: CachedObject | None = None, **answers: Any) -> list[Effect[Any]]:
    """What the flow behind an answer asks for."""
    found = Found(object or in_the_window(), 0)
    asked = played(site(), request, Lookup=found)
    flow = asked.only(Revalidate).flow()
    usual = {"Board": Boarding.LEAD, "Lookup": found, "Store": True, "Drain": SENT, **answers}
    effects = [next(flow)]
    while True:
        kind = kinds(effects[-1:])[0]
        try:
            effects.append(flow.send(usual.get(kind)))
        except StopIteration:
            return effects


LED = ["Board", "Lookup"]


def says(status: int, **headers: str) -> Fetched:
    return Fetched(Response(status=status, headers=Headers(headers.items())))


def stored(effects: list[Effect[Any]]) -> CachedObject:
    return next(effect.object for effect in effects if isinstance(effect, Store))


def test_a_confirmed_object_is_stored_with_its_new_lifetime() -> None:
    effects = behind(Fetch=says(304))
    assert kinds(effects) == [*LED, "Fetch", "Store", "Land"]
    assert stored(effects).fresh_until > NOW
    assert effects[-1].stored  # type: ignore[attr-defined]


def test_a_new_object_is_read_to_its_end_and_stored() -> None:
    effects = behind(Fetch=says(200))
    assert kinds(effects) == [*LED, "Fetch", "Drain", "Store", "Land"]
    assert isinstance(effects[3], Drain)


@pytest.mark.parametrize("more", [{}, {"stale_if_error_until": NOW - 1}], ids=["may stand in", "stale-if-error=0"])
def test_an_origin_that_fails_leaves_the_object_and_is_left_alone_for_a_while(more: dict[str, float]) -> None:
    effects = behind(object=in_the_window(**more), Fetch=says(503))
    assert (stored(effects).body, stored(effects).retry_after) == (b"stored", NOW + 10)


def test_a_client_error_takes_the_objects_place() -> None:
    assert stored(behind(Fetch=says(404))).status == 404


def test_what_is_not_stored_lands_all_the_same() -> None:
    effects = behind(Fetch=says(418))
    assert kinds(effects) == [*LED, "Fetch", "Land"]
    assert isinstance(effects[-1], Land)
    assert not effects[-1].stored


@pytest.mark.parametrize(("method", "asked_for"), [("GET", "GET"), ("HEAD", "GET")])
def test_the_whole_object_is_asked_for_without_the_viewers_body_and_conditions(method: str, asked_for: str) -> None:
    lines = [*GET.headers, ("Range", "bytes=0-1"), ("If-None-Match", '"other"')]
    fetch = behind(Request(method=method, path="/x", headers=Headers(lines)), Fetch=says(304))[2]
    assert isinstance(fetch, Fetch)
    assert (fetch.request.method, fetch.body) == (asked_for, b"")
    assert "range" not in fetch.request.headers
    assert fetch.request.headers.get_all("if-none-match") == ('"1"',)


def test_an_object_that_is_being_fetched_is_left_to_whoever_does() -> None:
    effects = behind(Board=Boarding.TAKEN)
    assert kinds(effects) == ["Board"]
    assert isinstance(effects[0], Board)
    assert not effects[0].waits


def test_so_is_one_that_somebody_has_fetched_meanwhile_and_one_that_is_gone() -> None:
    for found, is_stored in ((Found(stored_object(), 0), True), (NOTHING, False)):
        effects = behind(Lookup=found)
        assert kinds(effects) == [*LED, "Land"]
        assert effects[-1].stored is is_stored  # type: ignore[attr-defined]
