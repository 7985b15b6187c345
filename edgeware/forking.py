"""What a process that was forked off must not touch: threads that are not there, connections that are its parent's."""

from __future__ import annotations

import os
import weakref
from threading import Lock
from typing import Protocol


class Forgets(Protocol):
    """Something that can begin anew in a forked process."""

    def forget(self) -> None:
        """Let go, without a word to the other side, of what belongs to the parent."""
        ...


class Pauses(Protocol):
    """Something that must not be in the middle of its work when the process forks."""

    def pause(self) -> None:
        """Wait until nothing is on, and keep it so."""
        ...

    def go_on(self) -> None:
        """The end of what a pause began, in the process that forked."""
        ...


_everyone: weakref.WeakSet[Forgets] = weakref.WeakSet()
_paused: weakref.WeakSet[Pauses] = weakref.WeakSet()
_forking = Lock()
_held: list[Pauses] = []
"""Those that are paused at this moment."""


def forget_in_children(one: Forgets) -> None:
    """Have something begin anew in every process that is forked off, as long as it is in use."""
    _everyone.add(one)


def pause_for_forks(one: Pauses) -> None:
    """Have something wait while the process forks: a lock that is held at that moment is held in the child for good."""
    _paused.add(one)


def _pause_all() -> None:
    _forking.acquire()  # of threads that fork at once, one after the other
    _held[:] = _paused
    for one in _held:
        one.pause()


def _go_on() -> None:
    while _held:
        _held.pop().go_on()
    _forking.release()


def _forget_all() -> None:
    _held.clear()
    _forking.release()
    for one in list(_everyone):
        one.forget()


os.register_at_fork(before=_pause_all, after_in_parent=_go_on, after_in_child=_forget_all)
