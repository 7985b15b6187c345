"""An answer that comes in a later turn of the event loop."""

from __future__ import annotations

from collections.abc import Awaitable
from dataclasses import dataclass
from typing import Generic, TypeVar

T = TypeVar("T")


@dataclass(slots=True, eq=False)
class Later(Generic[T]):
    """Something for the driver to await."""

    answer: Awaitable[T]
    seconds: float = 0.0
    """What it took, once it is there; that the loop had other things to do, before and after, is not in it."""
