"""What a process that was forked off must not touch: threads that are not there, connections that are its parent's."""

from __future__ import annotations

import os
import weakref
from typing import Protocol


class Forgets(Protocol):
    """Something that can begin anew in a forked process."""

    def forget(self) -> None:
        """Let go, without a word to the other side, of what belongs to the parent."""
        ...


_everyone: weakref.WeakSet[Forgets] = weakref.WeakSet()


def forget_in_children(one: Forgets) -> None:
    """Have something begin anew in every process that is forked off, as long as it is in use."""
    _everyone.add(one)


def _forget_all() -> None:
    for one in list(_everyone):
        one.forget()


os.register_at_fork(after_in_child=_forget_all)
