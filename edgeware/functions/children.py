"""Every child process of a crew, and one that is ready before it is needed."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from threading import Lock

from edgeware.functions.child import BrokenChildError, Child
from edgeware.functions.javascript import JavaScript
from edgeware.functions.program import Program


class Children:
    """The children there are. ``end`` and ``stop`` are for any thread, the rest is for the dispatcher's only."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._all: set[Child] = set()
        self._spare: Child | None = None

    def end(self, children: Iterable[Child]) -> None:
        """End some, and leave nothing of them behind."""
        for child in children:
            child.kill()
            with self._lock:
                self._all.discard(child)

    def stop(self) -> None:
        """Stop all, once the dispatcher has ended; only the owner of a child closes its pipes, and may be reading."""
        with self._lock:
            children, spare, self._spare = list(self._all), self._spare, None
        for child in children:
            child.stop()
        self.end([] if spare is None else [spare])

    def forget(self) -> None:
        """In a process that was forked off: close what was inherited, and leave the children to their parent."""
        for child in self._all:
            child.forget()

    def start(self, program: Program) -> Child:
        """A child that has been sent what it is to run: the spare one where it fits, else a new one. Raises OSError."""
        spare, self._spare = (self._spare, None) if isinstance(program, JavaScript) else (None, self._spare)
        if spare is not None:
            try:
                return _set_up(spare, program)
            except BrokenChildError:
                self.end([spare])
        child = self._new(program)
        with suppress(BrokenChildError):  # that it is gone already comes out when it is waited for
            _set_up(child, program)
        return child

    def keep_a_spare(self, program: Program) -> None:
        """Any JavaScript child runs any CloudFront Function: with a warm one, a kill costs the next call nothing."""
        if self._spare is None and isinstance(program, JavaScript):
            with suppress(OSError):
                self._spare = self._new(program)

    def _new(self, program: Program) -> Child:
        child = Child(program.command, program.directory, program.environment, program.stdio)
        with self._lock:
            self._all.add(child)
        return child


def _set_up(child: Child, program: Program) -> Child:
    child.program = program
    child.send(0, program.setup)
    return child
