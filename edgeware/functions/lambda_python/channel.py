"""The two pipes to the parent: frames of ``>IQ`` (length of the payload, request id) and JSON."""

from __future__ import annotations

import fcntl
import json
import os
import struct
from typing import Any

_HEAD = struct.Struct(">IQ")
# Above the numbers that a function's own files get, so that a stray write or close does not hit the protocol.
_LOWEST_DESCRIPTOR = 64


def set_aside(descriptor: int) -> int:
    """A copy of a descriptor under a high number that no child process of the function inherits."""
    return fcntl.fcntl(descriptor, fcntl.F_DUPFD_CLOEXEC, _LOWEST_DESCRIPTOR)


class Channel:
    """The frames to and from the parent, over two descriptors that it has left open."""

    def __init__(self, from_parent: int, to_parent: int) -> None:
        self._input, self._output = set_aside(from_parent), set_aside(to_parent)
        os.close(from_parent)
        os.close(to_parent)
        # A forked copy of the function must not keep the pipes open, nor speak for the function.
        os.register_at_fork(after_in_child=self._close)

    def receive(self) -> tuple[int, dict[str, Any]] | None:
        """The next frame's request id and payload; None at the end of the input."""
        head = self._read(_HEAD.size)
        if len(head) < _HEAD.size:
            return None
        length, request_id = _HEAD.unpack(head)
        payload = self._read(length)
        return (request_id, json.loads(payload)) if len(payload) == length else None

    def send(self, request_id: int, payload: str) -> None:
        """Write one frame; OSError when the parent is gone."""
        data = payload.encode()
        frame = memoryview(_HEAD.pack(len(data), request_id) + data)
        while frame:
            frame = frame[os.write(self._output, frame) :]

    def _read(self, size: int) -> bytes:
        """So many bytes, or those that came before the end."""
        data = bytearray()
        while len(data) < size and (chunk := os.read(self._input, size - len(data))):
            data += chunk
        return bytes(data)

    def _close(self) -> None:
        os.close(self._input)
        os.close(self._output)
