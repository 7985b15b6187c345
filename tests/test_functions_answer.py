"""What an answer that is none comes to; answers that are some, ``test_functions_crew.py`` asks for."""

from __future__ import annotations

from edgeware.core.effects import Failure
from edgeware.functions.answer import broken_off


def test_a_child_that_has_given_no_answer_is_a_failure_in_its_words() -> None:
    assert broken_off(OSError("no room")).failure == Failure("execution", "no room")
