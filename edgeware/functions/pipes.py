"""The child's ends of the two pipes to its parent. The child loads this module by its path."""

from __future__ import annotations

import os
import struct
from time import perf_counter

FRAME = struct.Struct(">IQ")
"""What stands before every payload, both ways: its length and the request id."""
LONGEST_WAIT = 0.001
"""Seconds that a payload out waits at most for the next."""


class Pipes:
    """Frames in and out; ``request_id`` is that of the last one in, and of every one out."""

    def __init__(self, source: int, sink: int) -> None:
        self.request_id = 0
        self._source = source
        self._sink = sink
        self._unread = bytearray()
        self._unsent = b""
        self._unsent_since = 0.0
        self._room = memoryview(bytearray(1 << 16))  # to read into: a new one each time would cost as much as the call

    def read(self) -> bytes:
        """Wait for the next payload. EOFError when the parent has closed its end."""
        data, room = self._unread, self._room
        size = 0 if data else self._receive()
        if size > FRAME.size:
            length, request_id = FRAME.unpack_from(room)
            if size == FRAME.size + length:  # one whole frame, as nearly always
                self.request_id = request_id
                return bytes(room[FRAME.size : size])
        data += room[:size]
        while not self._has_frame():
            data += room[: self._receive()]
        length, self.request_id = FRAME.unpack_from(data)
        payload = bytes(data[FRAME.size : FRAME.size + length])
        del data[: FRAME.size + length]
        return payload

    def _has_frame(self) -> bool:
        data = self._unread
        return len(data) >= FRAME.size and len(data) >= FRAME.size + FRAME.unpack_from(data)[0]

    def _receive(self) -> int:
        """How many bytes of the room are new."""
        self._flush()
        size = os.readv(self._source, (self._room,))
        if not size:
            raise EOFError
        return size

    def write(self, payload: bytes) -> None:
        """Send a payload: with that of the next frame, where that is here already, to wake the parent once for both."""
        if not self._unsent:
            self._unsent_since = perf_counter() if self._unread else 0.0
        self._unsent += FRAME.pack(len(payload), self.request_id) + payload
        if not self._has_frame() or perf_counter() - self._unsent_since >= LONGEST_WAIT:
            self._flush()

    def _flush(self) -> None:
        data, self._unsent = self._unsent, b""
        while data:
            data = data[os.write(self._sink, data) :]
