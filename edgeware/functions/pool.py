"""The children of one function, and the calls that wait for one of them. Holds no lock: Workers has one for all."""

from __future__ import annotations

from collections import deque
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import NamedTuple

from edgeware.core.effects import Invoke, Invoked
from edgeware.functions.child import Child
from edgeware.functions.javascript import JavaScript
from edgeware.functions.program import Program, Request
from edgeware.functions.source import Watch

MOST_TOGETHER = 10
"""Calls that a child is asked at once: an event loop waits for all of them."""


class Asked(NamedTuple):
    """What a child is asked, and for what."""

    effect: Invoke
    number: int
    request: Request


@dataclass(slots=True, eq=False)
class Call:
    """A call that was not answered at once."""

    effect: Invoke
    number: int
    """Its request id, unique among all calls of a Workers."""
    request: Request
    alone: bool = False
    """Whether a child has ended that was asked this and others: it must not happen to them again."""
    future: Future[Invoked] = field(default_factory=Future)

    def __post_init__(self) -> None:
        # A function that runs cannot be taken back; from here on nobody but us settles the future.
        self.future.set_running_or_notify_cancel()

    def settle(self, invoked: Invoked) -> None:
        """Answer it."""
        self.future.set_result(invoked)


@dataclass(slots=True, eq=False)
class Pool:
    """The children of one function."""

    program: Program
    watch: Watch
    limit: int
    """How many children there may be."""
    idle: list[Child] = field(default_factory=list)
    """Ready for a call, the one used last at the end."""
    waiting: deque[Call] = field(default_factory=deque)
    size: int = 0
    """How many children there are: starting, busy or idle."""
    starting: int = 0
    """How many of them are not ready yet."""
    patient: bool = True
    """Whether a caller waits for an answer: the last one was quick."""
    retired: list[Program] = field(default_factory=list)
    """Programs of code that has changed since; busy children may still run them."""

    @property
    def may_grow(self) -> bool:
        """Whether a call that waits is worth one more child.

        Another that is about to be ready will have answered many calls of a CloudFront Function by then.
        """
        return self.size < self.limit and not (self.starting and isinstance(self.program, JavaScript))

    def grow(self) -> None:
        """One more child is starting."""
        self.size += 1
        self.starting += 1

    def take_next(self) -> list[Call]:
        """The calls that wait and that a child may be asked now: several, where each is answered in a moment."""
        taken = [self.waiting.popleft()]
        if self.patient and isinstance(self.program, JavaScript) and not taken[0].alone:
            while self.waiting and len(taken) < MOST_TOGETHER and not self.waiting[0].alone:
                taken.append(self.waiting.popleft())
        return taken

    def take_waiting(self) -> list[Call]:
        """A child has not come up, and the calls that waited for it do so no more."""
        self.size -= 1
        self.starting -= 1
        calls = list(self.waiting)
        self.waiting.clear()
        return calls

    def surplus(self, idle_before: float) -> list[Child]:
        """Take out the idle children that have not been used since. One child stays in any case."""
        others = self.idle[:-1] if self.size == len(self.idle) else self.idle
        surplus = [child for child in others if child.idle_since < idle_before]
        self.idle = [child for child in self.idle if child not in surplus]
        self.size -= len(surplus)
        return surplus

    def replace(self, program: Program) -> list[Child]:
        """Run other code from now on; the idle children, which are to end. Busy ones end when they are through."""
        self.retired.append(self.program)
        self.program = program
        return self.take_idle()

    def take_idle(self) -> list[Child]:
        """Take out all idle children."""
        idle, self.idle = self.idle, []
        self.size -= len(idle)
        return idle
