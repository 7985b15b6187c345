"""One fetch for all who share a Redis server."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path
from queue import Queue
from typing import Any

import pytest
from redis import Redis

from edgeware.cache.redis_flights import RedisFlights
from edgeware.core.effects import Boarding
from tests.servers.process import PATIENCE, REPOSITORY
from tests.servers.redis_server import RedisServer, redis_server
from tests.stores import until

LEAD, STORED, FAILED = Boarding.LEAD, Boarding.STORED, Boarding.FAILED
PREFIX = "edgeware:"

NewFlights = Callable[..., RedisFlights]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RedisServer]:
    with redis_server(tmp_path_factory.mktemp("redis")) as server:
        yield server


@pytest.fixture
def new(server: RedisServer) -> Iterator[NewFlights]:
    """Flights of one process each: a lease of a minute, and a look round every hundredth of a second."""
    made: list[RedisFlights] = []
    server.client().flushall()

    def new(url: str = server.url, **options: Any) -> RedisFlights:
        client = Redis.from_url(url, socket_timeout=PATIENCE)
        made.append(RedisFlights(client, PREFIX, **{"lease": 60.0, "every": 0.01, **options}))
        return made[-1]

    yield new
    for flights in made:
        flights.close()


class Boarder:
    """Somebody who boards, and what he was called with."""

    def __init__(self, flights: RedisFlights, key: str = "k") -> None:
        self.calls: Queue[Boarding] = Queue()
        self.land = flights.board(key, self.calls.put)

    def called(self) -> Boarding:
        return self.calls.get(timeout=PATIENCE)


def test_one_leads_and_the_others_hear_what_came_of_it(new: NewFlights) -> None:
    for stored, outcome in ((True, STORED), (False, FAILED)):
        leader = Boarder(new())
        assert leader.called() is LEAD
        others = [Boarder(new()) for _ in range(2)]
        elsewhere = Boarder(new(), "another key")
        assert elsewhere.called() is LEAD
        assert all(other.calls.empty() for other in others)
        leader.land(stored)
        until(lambda: any(not other.calls.empty() for other in others), "somebody hears of it")  # noqa: B023
        for other in sorted(others, key=lambda other: other.calls.empty()):
            assert other.called() in (outcome, LEAD), "or it was quicker than the message, and leads"
            other.land(stored)
        elsewhere.land(False)


def test_the_message_comes_before_the_next_look_round(new: NewFlights) -> None:
    for _ in range(10):
        leader, flights = Boarder(new(every=PATIENCE)), new(every=PATIENCE)
        assert leader.called() is LEAD
        other = Boarder(flights)
        until(lambda: flights._waiting, "the other one waits")  # noqa: B023
        leader.land(True)
        outcome = other.called()
        if outcome is STORED:
            return
        assert outcome is LEAD, "it has not looked before the leader was there"
        other.land(False)
    pytest.fail("no message came")


def test_two_in_one_process_board_like_any_two(new: NewFlights) -> None:
    flights = new()
    leader, other = Boarder(flights), Boarder(flights)
    assert leader.called() is LEAD
    leader.land(True)
    assert other.called() in (STORED, LEAD)
    other.land(True)


def test_the_lease_of_a_slow_leader_is_renewed(new: NewFlights, server: RedisServer) -> None:
    leader = Boarder(flights := new(lease=1.0))
    assert leader.called() is LEAD
    (name,) = server.client().scan_iter("edgeware:flight:*")
    seen: list[int] = []

    def renewed() -> bool:
        left = server.client().pttl(name)
        seen.append(left)
        return any(later > earlier for earlier, later in pairwise(seen))

    until(renewed, "the lease gets longer again")
    assert flights._led
    leader.land(False)
    until(lambda: not server.client().exists(name), "the lease ends with the flight")


def test_when_the_leader_is_gone_without_a_word_another_leads(new: NewFlights, server: RedisServer) -> None:
    leader = f"""
import os, sys
from queue import Queue
from redis import Redis
from edgeware.cache.redis_flights import RedisFlights
calls = Queue()
flights = RedisFlights(Redis.from_url({server.url!r}), {PREFIX!r}, lease=1.0, every=0.01)
flights.board("k", calls.put)
print(calls.get(), flush=True)
sys.stdin.read()
"""
    process = subprocess.Popen(
        [sys.executable, "-c", leader],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        cwd=REPOSITORY,
        env={**os.environ, "PYTHONPATH": str(REPOSITORY)},
    )
    with process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"Boarding.LEAD\n"
        waiting = [Boarder(new()) for _ in range(3)]
        process.kill()
    for _ in waiting:
        until(lambda: any(not boarder.calls.empty() for boarder in waiting), "somebody is called")
        heir = next(boarder for boarder in waiting if not boarder.calls.empty())
        assert heir.called() in (LEAD, STORED)
        heir.land(True)


def test_whoever_leaves_while_it_waits_is_not_called_and_holds_up_nobody(new: NewFlights) -> None:
    leader, flights = Boarder(new()), new()
    assert leader.called() is LEAD
    leaver, patient = Boarder(flights), Boarder(flights)
    until(lambda: len(next(iter(flights._waiting.values()), ())) == 2, "both wait")
    leaver.land(False)
    until(lambda: len(next(iter(flights._waiting.values()))) == 1, "one has left")
    leader.land(True)
    assert patient.called() in (STORED, LEAD)
    patient.land(True)
    assert leaver.calls.empty()


def test_a_lease_that_was_lost_is_not_released_for_somebody_else(new: NewFlights, server: RedisServer) -> None:
    leader = Boarder(new())
    assert leader.called() is LEAD
    (name,) = server.client().scan_iter("edgeware:flight:*")
    server.client().set(name, "another one's")
    leader.land(True)
    after = Boarder(new(), "afterwards")
    assert after.called() is LEAD
    assert server.client().get(name) == b"another one's"


def test_without_a_server_everybody_leads_at_once(new: NewFlights, caplog: pytest.LogCaptureFixture) -> None:
    flights = new("redis://127.0.0.1:1/0")
    boarders = [Boarder(flights, f"key {number % 2}") for number in range(6)]
    assert [boarder.called() for boarder in boarders] == [LEAD] * 6
    for boarder in boarders:
        boarder.land(True)
    assert caplog.text.count("sharing a fetch failed") == 1


def test_whoever_waits_when_the_server_dies_leads(tmp_path: Path, new: NewFlights) -> None:
    with redis_server(tmp_path) as mortal:
        leader, flights = Boarder(new(mortal.url)), new(mortal.url)
        assert leader.called() is LEAD
        other = Boarder(flights)
        until(lambda: flights._waiting, "the other one waits")
        mortal.kill()
        assert other.called() is LEAD
        leader.land(True)
        mortal.start()

        def used_again() -> bool:
            again = Boarder(flights)
            assert again.called() is LEAD
            again.land(True)
            return not flights._breaker.broken

        until(used_again, "the server is used again")


def test_whoever_waits_when_the_flights_are_closed_leads_and_they_go_on(new: NewFlights) -> None:
    leader = Boarder(new())
    assert leader.called() is LEAD
    flights = new()
    waiting = Boarder(flights)
    until(lambda: flights._waiting, "it waits")
    flights.close()
    flights.close()
    assert waiting.called() is LEAD
    leader.land(True)
    again = Boarder(flights, "again")
    assert again.called() is LEAD
    again.land(True)


@pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")
def test_a_process_that_was_forked_off_boards_by_itself(new: NewFlights) -> None:
    flights = new()
    first = Boarder(flights, "before")
    assert first.called() is LEAD
    child = os.fork()
    if child == 0:
        boarder = Boarder(flights, "child")
        os._exit(0 if boarder.called() is LEAD else 1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    first.land(True)
