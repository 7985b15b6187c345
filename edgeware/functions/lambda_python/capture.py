"""What a function writes to its standard output and error, kept as the lines of its log."""

from __future__ import annotations

import os
import select
import sys
from contextlib import suppress
from threading import Lock, Thread

from edgeware.functions.lambda_python.channel import set_aside

LIMIT = 256 * 1024
"""Bytes that are kept of one invocation's output."""

# At least what a pipe holds, so that one read empties it and an endless writer holds up nobody.
_PIPE_CAPACITY = 1024 * 1024


class Capture:
    """Puts a pipe in the place of descriptors 1 and 2. A thread empties it, so that no writer has to wait."""

    def __init__(self) -> None:
        reader, writer = os.pipe()
        os.set_blocking(reader, False)
        os.dup2(writer, 1)
        os.dup2(writer, 2)
        # With a writer of our own the pipe never ends, even when the function closes its output.
        self._reader, self._writer = set_aside(reader), set_aside(writer)
        os.close(reader)
        os.close(writer)
        sys.stdout = open(1, "w", buffering=1, encoding="utf-8", closefd=False)  # noqa: SIM115
        sys.stderr = open(2, "w", buffering=1, encoding="utf-8", closefd=False)  # noqa: SIM115
        self._lock = Lock()
        self._kept, self._left_out = bytearray(), 0
        Thread(target=self._watch, daemon=True).start()

    def take(self) -> list[str]:
        """The lines written since the last call."""
        for stream in (sys.stdout, sys.stderr, sys.__stdout__, sys.__stderr__):
            # The function may have put anything in their place.
            with suppress(Exception):
                stream.flush()  # type: ignore[union-attr]
        self._drain()
        with self._lock:
            kept, left_out = self._kept, self._left_out
            self._kept, self._left_out = bytearray(), 0
        lines = kept.decode(errors="replace").removesuffix("\n").split("\n") if kept else []
        return [*lines, f"... and {left_out} bytes more that are not kept"] if left_out else lines

    def _watch(self) -> None:
        while True:
            select.select([self._reader], [], [])
            self._drain()

    def _drain(self) -> None:
        with self._lock, suppress(BlockingIOError):
            chunk = os.read(self._reader, _PIPE_CAPACITY)
            room = LIMIT - len(self._kept)
            self._kept += chunk[:room]
            self._left_out += max(0, len(chunk) - room)
