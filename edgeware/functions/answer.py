"""What the answer of a child comes to, or its end."""

from __future__ import annotations

from dataclasses import replace

from edgeware.core.effects import Failure, Invoke, Invoked
from edgeware.functions.child import BrokenChildError, Child

UNREADABLE = "the process that runs the function gave an answer that cannot be read"


def read(child: Child, payload: bytes, effect: Invoke) -> Invoked:
    """A child's answer. BrokenChildError where it is none."""
    try:
        invoked = child.running.answer(payload, effect)
    except Exception as error:  # whatever a process in which hostile code ran may have sent
        raise BrokenChildError(f"{UNREADABLE}: {error!r}") from error
    logs = child.written()
    return replace(invoked, logs=logs + invoked.logs) if logs else invoked


def broken_off(how: object, child: Child | None = None) -> Invoked:
    """The answer of a child that has given none, and how that came about."""
    return Invoked(failure=Failure("execution", str(how)), logs=() if child is None else child.written())
