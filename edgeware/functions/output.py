"""What a child writes to its standard output and error: the log of the function that it runs."""

from __future__ import annotations

import fcntl
import os
import tempfile

LIMIT = 256 * 1024
"""Bytes that are kept of what is written between two looks."""
_ROOM = 4 * 1024 * 1024


class Output:
    """A file without a name, which the child writes to and its parent reads.

    No writer ever waits for a reader, and nothing is lost when the child is killed.
    """

    def __init__(self) -> None:
        self._file = tempfile.TemporaryFile(buffering=0)  # noqa: SIM115 - open as long as the child
        fcntl.fcntl(self._file, fcntl.F_SETFL, os.O_APPEND)
        self._taken = 0
        self._rest: tuple[str, ...] = ()

    def fileno(self) -> int:
        """The descriptor to write to."""
        return self._file.fileno()

    def take(self) -> tuple[str, ...]:
        """The lines written since the last call."""
        if self._file.closed:
            rest, self._rest = self._rest, ()
            return rest
        size = os.fstat(self._file.fileno()).st_size
        if size == self._taken:
            return ()
        kept = os.pread(self._file.fileno(), min(size - self._taken, LIMIT), self._taken)
        left_out = size - self._taken - len(kept)
        self._taken = size
        if size > _ROOM:
            os.ftruncate(self._file.fileno(), 0)
            self._taken = 0
        lines = kept.decode(errors="replace").removesuffix("\n").split("\n")
        return (*lines, f"... and {left_out} bytes more that are not kept") if left_out else tuple(lines)

    def close(self) -> None:
        """Let go of the file; what nobody has taken yet can still be taken."""
        if not self._file.closed:
            self._rest = self.take()
            self._file.close()
