"""What a child is told beside its requests: what is in the key value store, and what many requests have in common."""

from __future__ import annotations

from edgeware.functions.pipes import FRAME
from edgeware.functions.program import Part, Program

MOST_PARTS = 256
"""Of requests that a child keeps. It forgets all of them when there would be more."""


class News:
    """What one child has been told. ``njs/host.py`` is the other side."""

    def __init__(self) -> None:
        self._store_version = 0
        self._parts: set[int] = set()

    def before(self, program: Program | None, part: Part | None) -> bytes:
        """The frames to send before a request that refers to a part: nothing, most of the time."""
        told = b"" if part is None or part.number in self._parts else self._of_part(part)
        store = None if program is None else program.store
        if store is None or store.version == self._store_version:
            return told
        self._store_version, content = store.frame()
        return told + _frame(content)

    def _of_part(self, part: Part) -> bytes:
        begin = b"f"
        if len(self._parts) >= MOST_PARTS:
            self._parts.clear()
            begin = b"F"
        self._parts.add(part.number)
        return _frame(b"%s%d %s" % (begin, part.number, part.text))


def _frame(content: bytes) -> bytes:
    return FRAME.pack(len(content), 0) + content
