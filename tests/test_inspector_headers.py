from __future__ import annotations

from edgeware.inspector.headers import lines


def test_a_line_is_a_header_and_what_is_none_is_passed_over() -> None:
    text = "Host: a.example:80\n\nno colon\n: nameless\n X-A :  b \r\nX-Euro: €\nEmpty:"
    assert lines(text).lines == (("Host", "a.example:80"), ("X-A", "b"), ("Empty", ""))
