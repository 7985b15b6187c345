from __future__ import annotations

from edgeware.functions.crew import Crew
from tests.test_functions_crew import crew, get, javascript, only_child, pool, spare

__all__ = ["crew"]


def test_a_javascript_child_leaves_a_warm_spare_one_behind_that_takes_its_place(crew: Crew) -> None:
    some = pool(crew, javascript())
    assert get(crew, some, "hello").output == "hello"
    warm = spare(crew)
    only_child(some).stop()
    assert get(crew, some, "hello").output == "hello"
    assert only_child(some) is warm
    assert spare(crew) is not warm


def test_a_spare_child_that_died_is_not_used(crew: Crew) -> None:
    some = pool(crew, javascript())
    get(crew, some, "hello")
    dead = spare(crew)
    dead.stop()
    only_child(some).stop()
    assert get(crew, some, "hello").output == "hello"
    assert only_child(some) is not dead


def test_other_kinds_of_function_leave_the_spare_child_alone(crew: Crew) -> None:
    get(crew, pool(crew, javascript()), "hello")
    warm = spare(crew)
    get(crew, pool(crew), "hello")
    assert spare(crew) is warm
