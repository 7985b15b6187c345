"""Request collapsing: who leads the fetch of a key, and who waits."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from functools import partial
from threading import Lock
from typing import Protocol

from edgeware.cache.store import SharedFlights
from edgeware.core.effects import Board, Boarding, Land


class Leader(Protocol):
    """Who boards: a request, with the keys whose flights it leads."""

    flights: tuple[str, ...]


class Flight:
    """A fetch under way: who leads it, who waits for it, and how the fleet is told that it has landed."""

    __slots__ = ("land_elsewhere", "leader", "tickets")

    def __init__(self, leader: Leader) -> None:
        self.leader = leader
        self.tickets: list[Future[Boarding]] = []
        self.land_elsewhere: Callable[[bool], None] | None = None


class Flights:
    """The flights of one edge. With ``shared`` ones, the leader here boards there: one fetch for the whole fleet."""

    def __init__(self, shared: SharedFlights | None = None) -> None:
        self._flights: dict[str, Flight] = {}
        self._lock = Lock()
        self._shared = shared

    def board(self, effect: Board, leader: Leader) -> Boarding | Future[Boarding]:
        """Lead, or a ticket that is called when the leader lands; without waiting, the word that somebody leads."""
        key = effect.key
        with self._lock:
            flight = self._flights.get(key)
            if flight is not None and not effect.waits:
                return Boarding.TAKEN
            if flight is not None:
                ticket: Future[Boarding] = Future()
                flight.tickets.append(ticket)
                return ticket
            flight = self._flights[key] = Flight(leader)
            leader.flights = (*leader.flights, key)
        if self._shared is None or not effect.waits:  # to ask the fleet takes time, and each process asks but once
            return Boarding.LEAD
        ticket = Future()
        flight.land_elsewhere = self._shared.board(key, partial(self._called, key, flight, ticket))
        return ticket.result() if ticket.done() else ticket

    def land(self, effect: Land, leader: Leader) -> None:
        """Call everybody who waits for the key, here and in the fleet."""
        key, stored = effect.key, effect.stored
        leader.flights = tuple(led for led in leader.flights if led != key)
        with self._lock:
            flight = self._flights.get(key)
        if flight is not None and flight.leader is leader:
            self._land_here(key, flight, stored=stored)
            if flight.land_elsewhere is not None:
                flight.land_elsewhere(stored)

    def waiting(self) -> int:
        """How many tickets are out and not given back."""
        with self._lock:
            return sum(not ticket.cancelled() for flight in self._flights.values() for ticket in flight.tickets)

    def leave(self, leader: Leader) -> None:
        """Land every flight that the request still leads: it stored nothing."""
        for key in leader.flights:
            self.land(Land(key, stored=False), leader)

    def _called(self, key: str, flight: Flight, ticket: Future[Boarding], boarding: Boarding) -> None:
        """The fleet's answer. Where somebody else led, nobody here does any more."""
        if boarding is not Boarding.LEAD:
            self._land_here(key, flight, stored=boarding is Boarding.STORED)
        _call(ticket, boarding)

    def _land_here(self, key: str, flight: Flight, *, stored: bool) -> None:
        with self._lock:
            if self._flights.get(key) is flight:
                del self._flights[key]
            tickets, flight.tickets = flight.tickets, []
        for ticket in tickets:  # outside the lock: they may run anything
            _call(ticket, Boarding.STORED if stored else Boarding.FAILED)


def _call(ticket: Future[Boarding], boarding: Boarding) -> None:
    if ticket.set_running_or_notify_cancel():  # asyncio cancels it with the task that waits
        ticket.set_result(boarding)
