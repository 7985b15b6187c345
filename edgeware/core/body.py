"""Push transforms: what happens to a body on its way, chunk by chunk, without anybody holding the whole."""

from __future__ import annotations

from typing import Protocol


class Transform(Protocol):
    """A stage that a body passes. ``feed`` gives what may go on now, ``finish`` what is left at the end."""

    def feed(self, chunk: bytes) -> bytes:
        """Take a piece, give what goes on."""
        ...

    def finish(self) -> bytes:
        """The body is complete: give what is left."""
        ...


class Recorder:
    """Keeps a copy of what passes, up to ``limit`` bytes; beyond it the body passes unrecorded.

    With ``through`` the body passes that first, and what comes out of it is kept.
    """

    __slots__ = ("_chunks", "_limit", "_through", "overflowed", "size")

    def __init__(self, limit: int, through: Transform | None = None) -> None:
        self._limit = limit
        self._through = through
        self._chunks: list[bytes] = []
        self.size = 0
        self.overflowed = False

    def feed(self, chunk: bytes) -> bytes:
        """Keep the piece and pass it on."""
        return self._keep(chunk if self._through is None else self._through.feed(chunk))

    def _keep(self, chunk: bytes) -> bytes:
        self.size += len(chunk)
        if self.size > self._limit:
            self.overflowed = True
            self._chunks.clear()
        else:
            self._chunks.append(chunk)
        return chunk

    def finish(self) -> bytes:
        """What was held back on the way here."""
        return b"" if self._through is None else self._keep(self._through.finish())

    def body(self) -> bytes:
        """What was recorded; empty after an overflow."""
        return b"".join(self._chunks)
