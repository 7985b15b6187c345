"""The calls of one turn of an event loop: those of one function go to its child together.

A call is two switches from process to process and little else, and each lets the other's data fall out of the
processor's caches. Where ten viewers have asked, ten calls are two switches as well.
"""

from __future__ import annotations

from asyncio import AbstractEventLoop, get_running_loop
from asyncio import Future as LoopFuture
from concurrent.futures import Future
from contextlib import suppress
from functools import partial
from time import perf_counter
from typing import NamedTuple

from edgeware.core.effects import Invoke, Invoked
from edgeware.functions.crew import Crew
from edgeware.functions.later import Later
from edgeware.functions.pool import MOST_TOGETHER, Pool

ALONE = 8
"""Calls that are made at once after one that has waited for others in vain, which costs it a third of its time."""


class _Waiting(NamedTuple):
    effect: Invoke
    number: int
    later: Later[Invoked]
    answer: LoopFuture[Invoked]


class Turn:
    """What is asked in one turn of a loop. Belongs to the loop's thread."""

    def __init__(self, loop: AbstractEventLoop) -> None:
        self.loop = loop
        self._waiting: dict[Pool, list[_Waiting]] = {}
        self._alone = 0

    def call(self, crew: Crew, pool: Pool, effect: Invoke, number: int) -> Invoked | Future[Invoked] | Later[Invoked]:
        """Ask a child of a pool, with whoever else asks one in this turn."""
        if self._alone:
            self._alone -= 1
            return crew.call(pool, effect, number)
        waiting = self._waiting.get(pool)
        if waiting is None:
            waiting = self._waiting[pool] = []
            self.loop.call_soon(self._ask, crew, pool)
        answer: LoopFuture[Invoked] = self.loop.create_future()
        later: Later[Invoked] = Later(answer)
        waiting.append(_Waiting(effect, number, later, answer))
        return later

    def _ask(self, crew: Crew, pool: Pool) -> None:
        waiting = self._waiting.pop(pool)
        if len(waiting) == 1:
            self._alone = ALONE
        self._ask_for(crew, pool, waiting)

    def _ask_for(self, crew: Crew, pool: Pool, waiting: list[_Waiting]) -> None:
        now, then = waiting[:MOST_TOGETHER], waiting[MOST_TOGETHER:]
        if then:
            self.loop.call_soon(self._ask_for, crew, pool, then)
        since = perf_counter()
        try:
            found = crew.call_all(pool, [(one.effect, one.number) for one in now])
        except Exception as error:  # a mistake of ours: whoever asked hears of it, and does not wait for ever
            for one in now:
                if not one.answer.cancelled():
                    one.answer.set_exception(error)
            return
        seconds = perf_counter() - since
        for one, invoked in zip(now, found, strict=True):
            if isinstance(invoked, Future):
                invoked.add_done_callback(partial(self._answered, one, since))
            else:
                _settle(one, invoked, seconds)

    def _answered(self, one: _Waiting, since: float, found: Future[Invoked]) -> None:
        """On whatever thread it is answered."""
        seconds = perf_counter() - since
        with suppress(RuntimeError):  # the loop is closed: nobody waits any more
            self.loop.call_soon_threadsafe(_settle, one, found.result(), seconds)


class Turns:
    """The turns of the event loop that an application runs in: another one where a server, or a test, has several."""

    def __init__(self) -> None:
        self._last: Turn | None = None

    def now(self) -> Turn | None:
        """That of the loop that this runs in."""
        try:
            loop = get_running_loop()
        except RuntimeError:  # of another library, or none
            return None
        turn = self._last
        if turn is None or turn.loop is not loop:
            turn = self._last = Turn(loop)
        return turn  # not what another thread, with a loop of its own, has put there meanwhile


def _settle(one: _Waiting, invoked: Invoked, seconds: float) -> None:
    one.later.seconds = seconds
    if not one.answer.done():  # whoever asked has been cancelled
        one.answer.set_result(invoked)
