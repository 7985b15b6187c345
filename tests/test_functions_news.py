"""What a child is told beside its requests."""

from __future__ import annotations

from edgeware.functions.news import MOST_PARTS, News
from edgeware.functions.pipes import FRAME
from edgeware.functions.program import Part


def told(news: News, number: int) -> bytes:
    frame = news.before(None, Part(number, b"[]"))
    assert not frame or FRAME.unpack_from(frame) == (len(frame) - FRAME.size, 0)
    return frame[FRAME.size :]


def test_a_part_is_told_once() -> None:
    news = News()
    assert [told(news, number) for number in (1, 2, 1, 2)] == [b"f1 []", b"f2 []", b"", b""]
    assert news.before(None, None) == b""


def test_of_too_many_parts_a_child_is_told_to_forget_the_others() -> None:
    news = News()
    for number in range(MOST_PARTS):
        assert told(news, number) == b"f%d []" % number
    assert told(news, MOST_PARTS) == b"F%d []" % MOST_PARTS
    assert told(news, 0) == b"f0 []"
    assert told(news, MOST_PARTS) == b""
