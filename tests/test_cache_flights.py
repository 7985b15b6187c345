"""Request collapsing, in one edge and in a fleet."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future

from edgeware.cache.flights import Flights
from edgeware.core.effects import Board, Boarding, Land

LEAD, STORED, FAILED = Boarding.LEAD, Boarding.STORED, Boarding.FAILED


class Leader:
    def __init__(self) -> None:
        self.flights: tuple[str, ...] = ()


class Fleet:
    """Flights elsewhere, played by the test."""

    def __init__(self) -> None:
        self.calls: list[Callable[[Boarding], None]] = []
        self.landed: list[bool] = []

    def board(self, key: str, call: Callable[[Boarding], None]) -> Callable[[bool], None]:
        self.calls.append(call)
        return self.landed.append


def ticket(boarding: Boarding | Future[Boarding]) -> Future[Boarding]:
    assert isinstance(boarding, Future)
    return boarding


def test_the_first_leads_and_the_others_are_called_when_it_lands() -> None:
    flights, leader = Flights(), Leader()
    assert flights.board(Board("k"), leader) is LEAD
    tickets = [ticket(flights.board(Board("k"), Leader())) for _ in range(3)]
    assert flights.waiting() == 3
    tickets[0].cancel()
    assert flights.waiting() == 2
    flights.land(Land("k", stored=True), leader)
    assert [one.result(0) for one in tickets[1:]] == [STORED] * 2
    assert flights.waiting() == 0
    assert flights.board(Board("k"), Leader()) is LEAD


def test_a_leader_that_leaves_lands_all_it_led_and_nothing_else() -> None:
    flights, leader, other = Flights(), Leader(), Leader()
    flights.board(Board("a"), leader)
    flights.board(Board("b"), leader)
    flights.board(Board("c"), other)
    tickets = [ticket(flights.board(Board(key), Leader())) for key in "abc"]
    flights.leave(leader)
    assert [one.done() for one in tickets] == [True, True, False]
    assert tickets[0].result() is FAILED
    flights.land(Land("c", stored=True), leader)
    flights.land(Land("never", stored=True), leader)
    assert not tickets[2].done()


def test_the_leader_here_waits_for_the_fleet_and_lands_there_too() -> None:
    fleet, leader = Fleet(), Leader()
    flights = Flights(fleet)
    leading = ticket(flights.board(Board("k"), leader))
    waiting = ticket(flights.board(Board("k"), Leader()))
    assert len(fleet.calls) == 1
    fleet.calls[0](LEAD)
    assert leading.result(0) is LEAD
    assert not waiting.done()
    flights.land(Land("k", stored=True), leader)
    assert waiting.result(0) is STORED
    assert fleet.landed == [True]


def test_what_came_of_the_leader_elsewhere_comes_to_everybody_here() -> None:
    for outcome in (STORED, FAILED):
        fleet, leader = Fleet(), Leader()
        flights = Flights(fleet)
        tickets = [ticket(flights.board(Board("k"), one)) for one in (leader, Leader(), Leader())]
        fleet.calls[0](outcome)
        assert [one.result(0) for one in tickets] == [outcome] * 3
        flights.leave(leader)
        assert fleet.landed == []
        flights.board(Board("k"), Leader())
        assert len(fleet.calls) == 2, "the next one boards anew"


def test_a_leader_that_leaves_while_the_fleet_decides_is_told_there() -> None:
    fleet, leader = Fleet(), Leader()
    flights = Flights(fleet)
    leading, waiting = ticket(flights.board(Board("k"), leader)), ticket(flights.board(Board("k"), Leader()))
    leading.cancel()
    flights.leave(leader)
    assert waiting.result(0) is FAILED
    assert fleet.landed == [False]
    next_leader = Leader()
    flights.board(Board("k"), next_leader)
    fleet.calls[0](STORED)
    assert next_leader.flights == ("k",), "a late call changes nothing for those who came after"
    after = ticket(flights.board(Board("k"), Leader()))
    assert not after.done()


def test_whoever_does_not_wait_learns_at_once_that_somebody_leads_or_leads_here_alone() -> None:
    fleet, leader = Fleet(), Leader()
    flights = Flights(fleet)
    assert flights.board(Board("k", waits=False), leader) is LEAD
    assert flights.board(Board("k", waits=False), Leader()) is Boarding.TAKEN
    waiting = ticket(flights.board(Board("k"), Leader()))
    flights.land(Land("k", stored=True), leader)
    assert waiting.result(0) is STORED
    assert (fleet.calls, fleet.landed) == ([], [])
