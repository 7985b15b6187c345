from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from typing import BinaryIO

import pytest

from edgeware.functions.pipes import FRAME, Pipes


def feeding(file: BinaryIO, data: bytes) -> None:
    with file:
        file.write(data)


def test_frames_are_read_one_by_one_to_the_end() -> None:
    source, feed = os.pipe()
    large = os.urandom(300_000)
    frames = b"".join(FRAME.pack(len(data), number) + data for number, data in enumerate((b"a", b"", large)))
    pipes = Pipes(source, -1)
    with ThreadPoolExecutor() as elsewhere:
        elsewhere.submit(feeding, os.fdopen(feed, "wb"), frames)
        found = [(pipes.read(), pipes.request_id) for _ in range(3)]
        assert found == [(b"a", 0), (b"", 1), (large, 2)]
        with pytest.raises(EOFError):
            pipes.read()
    os.close(source)


def test_a_payload_goes_out_under_the_id_that_came_in() -> None:
    drain, sink = os.pipe()
    large = os.urandom(300_000)
    pipes = Pipes(-1, sink)
    pipes.request_id = 9
    with ThreadPoolExecutor() as elsewhere, os.fdopen(drain, "rb") as file:
        answer = elsewhere.submit(file.read)
        pipes.write(large)
        os.close(sink)
        assert answer.result() == FRAME.pack(len(large), 9) + large
