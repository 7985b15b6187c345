"""Request collapsing for the processes that share a directory: a key is led by whoever holds its place in a file.

The places are POSIX locks on ranges of one file, which cost two system calls. The kernel lets go of them with their
process, so there is no lease to renew and nothing to clean up. What came of a flight stands in its place: how many have
landed there, and whether the last one stored an object. Two keys may share a place: then one waits for the other for
nothing, and goes on.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from threading import Event, Lock, Thread

from edgeware.core.effects import Boarding
from edgeware.forking import forget_in_children

PLACES = 1 << 20
WIDTH = 8
"""Bytes of a place: the count of landings and, as the lowest bit, whether the last one stored an object."""
EVERY = 0.01
"""Seconds between two looks at what has landed elsewhere."""

Call = Callable[[Boarding], None]


class _Led:
    """The places that this process holds. A lock is the process's: the kernel does not tell its threads apart."""

    def __init__(self) -> None:
        self.forget()
        forget_in_children(self)

    def forget(self) -> None:
        """Begin anew: a process that was forked off has none of its parent's locks."""
        self.lock = Lock()
        self.places: set[tuple[Path, int]] = set()


_led = _Led()


class _Boarding:
    """Somebody who asked to lead, and what had landed at his place by then."""

    def __init__(self, place: int, call: Call) -> None:
        self.place = place
        self.call = call
        self.before = 0


class DiskFlights:
    """Who leads is told at once; a thread, as long as somebody waits, looks for those who have landed elsewhere."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory.absolute()
        self._file: int | None = None
        self._begin()
        forget_in_children(self)

    def _begin(self) -> None:
        self._lock = Lock()
        self._leading: dict[int, _Boarding] = {}
        self._waiting: list[_Boarding] = []
        self._looks = False

    def forget(self) -> None:
        """Begin anew in a process that was forked off. To close the file here takes no lock from the parent."""
        if self._file is not None:
            os.close(self._file)
            self._file = None
        self._begin()

    def close(self) -> None:
        """Whoever still waits leads, and nobody waits any more for those who lead."""
        self._give_up()
        with _led.lock:
            _led.places -= {(self._directory, place) for place in self._leading}
            self._leading.clear()
            if self._file is not None:
                os.close(self._file)
                self._file = None

    def board(self, key: str, call: Call) -> Callable[[bool], None]:
        """Call with LEAD, or with what came of the leader elsewhere; gives what is to be called at the end."""
        place = int.from_bytes(hashlib.sha256(key.encode("utf-8", "surrogatepass")).digest()[:4], "big") % PLACES
        boarding = _Boarding(place, call)
        try:
            with _led.lock:
                boarding.before = self._landings(place)
                leads = self._takes(boarding)
        except OSError:  # the disk is full, or gone: then everybody fetches for himself
            leads = True
        if leads:
            call(Boarding.LEAD)
        else:
            self._wait(boarding)
        return lambda stored: self._land(boarding, stored)

    def _land(self, boarding: _Boarding, stored: bool) -> None:
        with self._lock:
            if boarding in self._waiting:
                self._waiting.remove(boarding)
        with _led.lock:
            if self._leading.get(boarding.place) is boarding:
                del self._leading[boarding.place]
                _led.places.discard((self._directory, boarding.place))
                with suppress(OSError):  # the disk is full, or gone
                    self._let_go(boarding.place, stored)

    # --- the file; all of it while the lock is held -----------------------------------------------------------------

    def _opened(self) -> int:
        """The file, or the one that has come in the place of one that was removed."""
        if self._file is None or not os.fstat(self._file).st_nlink:
            if self._file is not None:
                os.close(self._file)
                self._file = None
            self._directory.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._file = os.open(self._directory / "flights", os.O_RDWR | os.O_CREAT, 0o600)
        return self._file

    def _landings(self, place: int) -> int:
        return int.from_bytes(os.pread(self._opened(), WIDTH, place * WIDTH), "big")

    def _takes(self, boarding: _Boarding) -> bool:
        place = boarding.place
        if (self._directory, place) in _led.places:
            return False
        try:
            fcntl.lockf(self._opened(), fcntl.LOCK_EX | fcntl.LOCK_NB, WIDTH, place * WIDTH)
        except (BlockingIOError, PermissionError):  # which of the two is the system's choice
            return False
        _led.places.add((self._directory, place))
        self._leading[place] = boarding
        return True

    def _let_go(self, place: int, stored: bool) -> None:
        """Write what came of the flight, and unlock its place: also if that cannot be written."""
        try:
            landed = (self._landings(place) >> 1) + 1
            os.pwrite(self._opened(), (landed << 1 | stored).to_bytes(WIDTH, "big"), place * WIDTH)
        finally:
            fcntl.lockf(self._opened(), fcntl.LOCK_UN, WIDTH, place * WIDTH)

    # --- those who wait ---------------------------------------------------------------------------------------------

    def _wait(self, boarding: _Boarding) -> None:
        with self._lock:
            self._waiting.append(boarding)
            if not self._looks:
                self._looks = True
                Thread(target=self._look, name="edgeware-flights", daemon=True).start()

    def _look(self) -> None:
        pause = Event()
        while self._anybody_waits():
            pause.wait(EVERY)
            try:
                for boarding in tuple(self._waiting):
                    self._ask(boarding)
            except OSError:
                self._give_up()

    def _anybody_waits(self) -> bool:
        with self._lock:
            self._looks = bool(self._waiting)
            return self._looks

    def _ask(self, boarding: _Boarding) -> None:
        with _led.lock:
            now = self._landings(boarding.place)
            landed = now != boarding.before
            leads = not landed and self._takes(boarding)  # its leader is gone without a word
        if landed:
            self._call(boarding, Boarding.STORED if now & 1 else Boarding.FAILED)
        elif leads:
            self._call(boarding, Boarding.LEAD)

    def _give_up(self) -> None:
        for boarding in tuple(self._waiting):
            self._call(boarding, Boarding.LEAD)

    def _call(self, boarding: _Boarding, outcome: Boarding) -> None:
        with self._lock:
            waits = boarding in self._waiting
            if waits:
                self._waiting.remove(boarding)
        if waits:
            boarding.call(outcome)
        else:  # it has left meanwhile
            self._land(boarding, stored=False)
