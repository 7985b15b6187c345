"""What a run says beside its result: the lines of console.log, and what it asks of the edge.

The child loads this module by its path.
"""

from __future__ import annotations

import struct

HEAD = struct.Struct(">IiII")
MOST_LOGGED = 64 << 10
MOST_ASKED = 64 << 10
MOST_PERCENT = 1e7


class Notes:
    """Both lists of the run that is on, each entry as the JSON text it came in."""

    def __init__(self) -> None:
        self._logs: list[bytes] = []
        self._requests: list[bytes] = []
        self._logged = self._asked = 0

    def forget(self) -> None:
        """A run begins: it has said nothing yet."""
        if self._logs or self._requests:
            self._logs, self._requests = [], []
        self._logged = self._asked = 0

    def log(self, text: bytes) -> bytes:
        """Keep a line, and say as JSON whether there is room for more. The parent cuts to the byte."""
        self._logs.append(text)
        self._logged += len(text)
        return b"true" if self._logged < MOST_LOGGED else b"false"

    def ask(self, text: bytes) -> bytes:
        """Keep what is asked of the edge, and say as JSON whether there was room for it."""
        self._asked += len(text)
        if self._asked > MOST_ASKED:
            return b"false"
        self._requests.append(text)
        return b"true"

    def packed(self, seconds: float, percent: float) -> bytes:
        """What stands before a result: the run's processor time, that of its budget, and the lists with their sizes."""
        if not self._logs and not self._requests:
            return HEAD.pack(int(seconds * 1e6), int(min(percent, MOST_PERCENT) * 100), 0, 0)
        logs, requests = _array(self._logs), _array(self._requests)
        head = HEAD.pack(int(seconds * 1e6), int(min(percent, MOST_PERCENT) * 100), len(logs), len(requests))
        return head + logs + requests


def _array(texts: list[bytes]) -> bytes:
    return b"[" + b",".join(texts) + b"]" if texts else b""
