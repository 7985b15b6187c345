from __future__ import annotations

from edgeware.functions.notes import HEAD, MOST_ASKED, MOST_LOGGED, Notes


def test_what_a_run_says_stands_before_its_result() -> None:
    notes = Notes()
    assert notes.packed(7e-6, -1.0) == HEAD.pack(7, -100, 0, 0)
    assert notes.log(b'"a"') == b"true"
    assert notes.log(b'"b"') == b"true"
    assert notes.ask(b'["m",1]') == b"true"
    assert notes.packed(7e-6, 12.34) == HEAD.pack(7, 1234, 9, 9) + b'["a","b"]' + b'[["m",1]]'
    notes.forget()
    assert notes.packed(0, 1e99) == HEAD.pack(0, 10**9, 0, 0)


def test_a_run_that_says_too_much_is_told() -> None:
    notes = Notes()
    assert notes.log(b"x" * MOST_LOGGED) == b"false"
    assert notes.ask(b"x" * MOST_ASKED) == b"true"
    assert notes.ask(b"x") == b"false"
    assert HEAD.unpack_from(notes.packed(0, 0)) == (0, 0, MOST_LOGGED + 2, MOST_ASKED + 2)
