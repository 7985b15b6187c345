from __future__ import annotations

import os
from collections.abc import Iterator
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


@pytest.fixture
def ends() -> Iterator[tuple[Pipes, int, int]]:
    """A child's pipes, and the parent's ends of them."""
    source, feed = os.pipe()
    drain, sink = os.pipe()
    os.set_blocking(drain, False)
    yield Pipes(source, sink), feed, drain
    for descriptor in (source, feed, drain, sink):
        os.close(descriptor)


def frames(*numbers: int) -> bytes:
    return b"".join(FRAME.pack(1, number) + b"x" for number in numbers)


def answer_next(pipes: Pipes) -> None:
    pipes.write(pipes.read())


def test_answers_to_frames_that_came_together_go_together(ends: tuple[Pipes, int, int]) -> None:
    pipes, feed, drain = ends
    os.write(feed, frames(1, 2, 3) + frames(4)[:-1])
    for _ in range(2):
        answer_next(pipes)
        with pytest.raises(BlockingIOError):
            os.read(drain, 100)
    answer_next(pipes)
    assert os.read(drain, 100) == frames(1, 2, 3)
    os.write(feed, b"x")
    answer_next(pipes)
    assert os.read(drain, 100) == frames(4)


def test_an_answer_does_not_wait_long_for_the_next(
    ends: tuple[Pipes, int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("edgeware.functions.pipes.LONGEST_WAIT", 0.0)
    pipes, feed, drain = ends
    os.write(feed, frames(1, 2))
    for number in (1, 2):
        answer_next(pipes)
        assert os.read(drain, 100) == frames(number)


def test_an_answer_does_not_wait_for_a_frame_that_is_not_whole(ends: tuple[Pipes, int, int]) -> None:
    """What came before it was no run, and is not answered."""
    pipes, feed, drain = ends
    os.write(feed, frames(1, 2) + frames(3)[:-1])
    answer_next(pipes)
    pipes.read()
    os.write(feed, b"x")
    answer_next(pipes)
    assert os.read(drain, 100) == frames(1) + frames(3)
