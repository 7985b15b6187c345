"""What a child is told to run: the one interface of the two kinds of function."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple, Protocol, TypeAlias

from edgeware.core.effects import Failure, Invoke, Invoked
from edgeware.functions.key_value_store import MemoryKeyValueStore

Stdio: TypeAlias = Literal["pipes", "log", "terminal"]
"""What a child's standard input and output are: the pipes to its parent; nothing and the log; or the parent's own.

In the latter two cases the pipes have other descriptors, whose numbers end the command line."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How long to wait for children, in seconds."""

    start: float
    """For a new child to be ready."""
    call: float
    """For an answer, of the clock on the wall."""
    processor: float | None = None
    """A child that has not had this much processor time in a call gets more time on the wall: the machine is busy."""
    patience: float = 10
    """How many times the limit of a call it gets at most."""


class Part(NamedTuple):
    """What many requests have in common: a child is told it once, and they give its number."""

    number: int
    text: bytes


class Request(NamedTuple):
    """What a child is asked."""

    payload: bytes
    part: Part | None = None
    """What it must have been told before."""


class Program(Protocol):
    """A function's code at one moment, and how to speak with a child that runs it."""

    limits: Limits
    stdio: Stdio

    @property
    def store(self) -> MemoryKeyValueStore | None:
        """What the function may read: a child is told what is in it before a request, when it has changed."""
        ...

    @property
    def command(self) -> Sequence[str]:
        """The command line that starts a child."""
        ...

    @property
    def directory(self) -> str:
        """The child's working directory."""
        ...

    @property
    def environment(self) -> Mapping[str, str]:
        """The child's environment."""
        ...

    @property
    def setup(self) -> bytes:
        """The first frame's payload, with request id 0."""
        ...

    def ready(self, payload: bytes) -> Invoked:
        """What the child answered to the first frame: without a failure it is ready. Any exception for nonsense."""
        ...

    def request(self, effect: Invoke, number: int) -> Request:
        """What to ask a child."""
        ...

    def answer(self, payload: bytes, effect: Invoke) -> Invoked:
        """What the child answered. Any exception for nonsense."""
        ...

    def late(self, number: int) -> Failure:
        """What a call comes to that was killed; ``number`` is that of its request."""
        ...

    def close(self) -> None:
        """Remove what was made for the children."""
        ...
