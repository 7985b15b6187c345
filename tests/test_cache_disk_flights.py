"""One fetch for all processes that share a directory."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from queue import Queue

import pytest

from edgeware.cache import disk_flights as module
from edgeware.cache.disk_flights import DiskFlights
from edgeware.core.effects import Boarding
from tests.servers.process import PATIENCE, REPOSITORY
from tests.stores import until

LEAD, STORED, FAILED = Boarding.LEAD, Boarding.STORED, Boarding.FAILED

NewFlights = Callable[[], DiskFlights]


@pytest.fixture
def new(tmp_path: Path) -> Iterator[NewFlights]:
    """Flights of an edge each; edges of one process keep each other waiting as processes do."""
    made: list[DiskFlights] = []

    def new() -> DiskFlights:
        made.append(DiskFlights(tmp_path / "cache"))
        return made[-1]

    yield new
    for flights in made:
        flights.close()
    assert not {place for place in module._led.places if place[0] == tmp_path / "cache"}


class Boarder:
    """Somebody who boards, and what he was called with."""

    def __init__(self, flights: DiskFlights, key: str = "k") -> None:
        self.calls: Queue[Boarding] = Queue()
        self.land = flights.board(key, self.calls.put)

    def called(self) -> Boarding:
        return self.calls.get(timeout=PATIENCE)


LEADER = """
import sys
from pathlib import Path
from edgeware.cache.disk_flights import DiskFlights
land = DiskFlights(Path(sys.argv[1])).board("k", lambda boarding: print(boarding, flush=True))
if sys.stdin.readline():
    land(True)
    print("landed", flush=True)
    sys.stdin.readline()
"""


@contextmanager
def leader_elsewhere(directory: Path) -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen(
        [sys.executable, "-c", LEADER, str(directory)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        cwd=REPOSITORY,
        env={**os.environ, "PYTHONPATH": str(REPOSITORY)},
    )
    with process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"Boarding.LEAD\n"
        yield process
        process.kill()


@pytest.mark.parametrize(("stored", "outcome"), [(True, STORED), (False, FAILED)])
def test_one_leads_at_once_and_the_others_hear_what_came_of_it(
    new: NewFlights, stored: bool, outcome: Boarding
) -> None:
    leader = Boarder(new())
    assert leader.calls.get_nowait() is LEAD
    others = [Boarder(new()) for _ in range(3)]
    elsewhere = Boarder(new(), "another key")
    assert elsewhere.calls.get_nowait() is LEAD
    assert all(other.calls.empty() for other in others)
    leader.land(stored)
    assert [other.called() for other in others] == [outcome] * 3
    for boarder in (*others, elsewhere, leader):
        boarder.land(stored)
    assert Boarder(new()).called() is LEAD


def test_the_leader_may_be_another_process(new: NewFlights, tmp_path: Path) -> None:
    with leader_elsewhere(tmp_path / "cache") as process:
        waiting = Boarder(new())
        assert waiting.calls.empty()
        assert process.stdin is not None
        process.stdin.write(b"\n")
        process.stdin.flush()
        assert waiting.called() is STORED


def test_whoever_waits_goes_on_waiting_as_long_as_somebody_leads(
    new: NewFlights, monkeypatch: pytest.MonkeyPatch
) -> None:
    leader, flights, looked = Boarder(new()), new(), Queue[bool]()
    takes = flights._takes

    def looking(boarding: module._Boarding) -> bool:
        looked.put(takes(boarding))
        return False

    monkeypatch.setattr(flights, "_takes", looking)
    waiting = Boarder(flights)
    assert [looked.get(timeout=PATIENCE) for _ in range(3)] == [False] * 3
    assert waiting.calls.empty()
    leader.land(True)
    assert (leader.called(), waiting.called()) == (LEAD, STORED)


def test_when_the_leader_is_killed_one_after_the_other_leads(new: NewFlights, tmp_path: Path) -> None:
    with leader_elsewhere(tmp_path / "cache") as process:
        waiting = [Boarder(new()) for _ in range(3)]
        assert all(boarder.calls.empty() for boarder in waiting)
        process.kill()
        until(lambda: any(not boarder.calls.empty() for boarder in waiting), "somebody leads")
        heir = next(boarder for boarder in waiting if not boarder.calls.empty())
        assert heir.called() is LEAD
        heir.land(True)
        assert [boarder.called() for boarder in waiting if boarder is not heir] == [STORED] * 2


def test_whoever_leaves_while_it_waits_is_not_called(new: NewFlights) -> None:
    leader, flights = Boarder(new()), new()
    leaver, patient = Boarder(flights), Boarder(flights)
    leaver.land(False)
    leader.land(True)
    assert patient.called() is STORED
    assert leaver.calls.empty()


def test_whoever_leaves_just_when_it_is_to_lead_lets_the_next_one_lead(new: NewFlights) -> None:
    leader, flights = Boarder(new()), new()
    waiting = Boarder(flights)
    (boarding,) = flights._waiting
    waiting.land(False)
    leader.land(False)
    assert flights._takes(boarding)
    flights._call(boarding, LEAD)
    assert waiting.calls.empty()
    assert Boarder(new()).called() is LEAD


def test_whoever_waits_when_the_flights_are_closed_leads_and_they_go_on(new: NewFlights) -> None:
    leading, waits = new(), new()
    leader, waiting = Boarder(leading), Boarder(waits)
    waits.close()
    waits.close()
    assert waiting.called() is LEAD
    leading.close()
    after = Boarder(waits)
    assert after.called() is LEAD
    leader.land(True)
    waiting.land(True)
    assert Boarder(new()).calls.empty(), "who lands after the end lets go of nobody else's place"
    after.land(True)


def test_a_file_that_was_removed_is_made_anew(new: NewFlights, tmp_path: Path) -> None:
    flights = new()
    leader = Boarder(flights)
    shutil.rmtree(tmp_path / "cache")
    leader.land(True)
    assert Boarder(flights).called() is LEAD
    assert (tmp_path / "cache" / "flights").stat().st_mode & 0o777 == 0o600


def test_where_the_directory_cannot_be_everybody_leads(new: NewFlights, tmp_path: Path) -> None:
    leader, flights = Boarder(new()), new()
    waiting = Boarder(flights)
    shutil.rmtree(tmp_path / "cache")
    (tmp_path / "cache").write_text("in the way")
    assert waiting.called() is LEAD
    waiting.land(True)
    leader.land(True)
    assert Boarder(flights).called() is LEAD


@pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")
def test_a_process_that_was_forked_off_leads_nothing_and_keeps_nobody_from_it(new: NewFlights) -> None:
    flights = new()
    first, unused = Boarder(flights, "before"), new()
    child = os.fork()
    if child == 0:
        waiting, own = Boarder(flights, "before"), Boarder(flights, "child")
        fine = waiting.calls.empty() and own.called() is LEAD and unused.board("child", print) is not None
        os._exit(0 if fine else 1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    other = Boarder(new(), "before")
    assert other.calls.empty(), "the child's end has not let go of the parent's place"
    first.land(True)
    assert other.called() is STORED
