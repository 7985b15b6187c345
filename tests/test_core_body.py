from __future__ import annotations

from edgeware.core.body import Recorder, Transform


def test_a_recorder_passes_every_piece_on_and_keeps_a_copy() -> None:
    recorder: Transform = Recorder(limit=6)
    assert [recorder.feed(b"abc"), recorder.feed(b"def"), recorder.finish()] == [b"abc", b"def", b""]
    assert isinstance(recorder, Recorder)
    assert recorder.body() == b"abcdef"
    assert (recorder.size, recorder.overflowed) == (6, False)


def test_beyond_its_limit_a_recorder_lets_the_body_pass_unrecorded() -> None:
    recorder = Recorder(limit=4)
    assert [recorder.feed(b"abc"), recorder.feed(b"de"), recorder.feed(b"f")] == [b"abc", b"de", b"f"]
    assert recorder.body() == b""
    assert (recorder.size, recorder.overflowed) == (6, True)


class Doubled:
    """A transform that keeps one letter back."""

    def __init__(self) -> None:
        self._kept = b""

    def feed(self, chunk: bytes) -> bytes:
        self._kept, gone = (self._kept + chunk * 2)[-1:], (self._kept + chunk * 2)[:-1]
        return gone

    def finish(self) -> bytes:
        return self._kept


def test_a_recorder_keeps_what_comes_out_of_the_transform_before_it() -> None:
    recorder = Recorder(100, Doubled())
    assert recorder.feed(b"ab") + recorder.feed(b"c") + recorder.finish() == b"ababcc"
    assert (recorder.body(), recorder.size) == (b"ababcc", 6)
