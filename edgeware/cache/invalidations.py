"""Invalidations as marks: an object is judged when it is looked up, no store is searched [Invalidation]."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from threading import Lock

from edgeware.core.cached_object import CachedObject

MAX_MARKS = 10_000
"""How many are kept; with more, the older half goes, and with it every object that is older than those."""


class Invalidations:
    """The marks made so far; ``generation`` counts them, and nothing that is older than ``floor`` counts as stored.

    A mark gets the generation after it. An object carries the generation at which its request was looked up, and a
    matching mark of a later generation makes it gone. A mark speaks of one distribution: its domain name stands first,
    as in a key, then a line feed.
    """

    def __init__(self) -> None:
        self.generation = 0
        self.floor = 0
        self._exact: dict[str, int] = {}
        self._prefixes: dict[str, int] = {}
        self._lengths: tuple[int, ...] = ()
        self._lock = Lock()

    def mark(self, marks: Sequence[str]) -> None:
        """Make marks, at once."""
        with self._lock:
            self._learn([(mark, self.generation + 1) for mark in marks])
            self.generation += 1

    def learn(self, generation: int, floor: int, marks: Iterable[tuple[str, int]]) -> None:
        """Take over what others have marked."""
        with self._lock:
            self._learn(marks)
            self.floor = max(self.floor, floor)
            self.generation = max(self.generation, generation)  # another thread may have learnt more meanwhile

    def _learn(self, marks: Iterable[tuple[str, int]]) -> None:
        for mark, generation in marks:
            if mark.endswith("*"):
                self._prefixes[mark[:-1]] = generation
            else:
                self._exact[mark] = generation
        if len(self._exact) + len(self._prefixes) > MAX_MARKS:
            self._forget_half()
        self._lengths = tuple({len(prefix) for prefix in self._prefixes})

    def _forget_half(self) -> None:
        generations = sorted([*self._exact.values(), *self._prefixes.values()])
        self.floor = floor = generations[len(generations) // 2]
        # New ones, since others are looking things up in the old.
        self._exact = {mark: made for mark, made in self._exact.items() if made > floor}
        self._prefixes = {mark: made for mark, made in self._prefixes.items() if made > floor}

    def cover(self, key: str, object: CachedObject) -> bool:
        """Whether a mark that came after the object's request names its path and keyed query string, or a tag."""
        asked = object.generation
        if asked == self.generation:
            return False
        if asked < self.floor:
            return True
        scope = key[: key.find("\n") + 1]
        target = f"{scope}{object.path}?{object.query}" if object.query else scope + object.path
        exact, prefixes = self._exact, self._prefixes
        return (
            exact.get(target, 0) > asked
            or any(exact.get(f"{scope}#{tag}", 0) > asked for tag in object.tags)
            or any(prefixes.get(target[:length], 0) > asked for length in self._lengths)
        )
