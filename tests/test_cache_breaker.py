"""Keeping away from what has just failed."""

from __future__ import annotations

import pytest

from edgeware.cache import breaker as module
from edgeware.cache.breaker import Breaker


@pytest.fixture
def now(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    now = [100.0]
    monkeypatch.setattr(module, "perf_counter", lambda: now[0])
    return now


def test_after_a_failure_one_caller_a_pause_tries(now: list[float]) -> None:
    breaker = Breaker("looking up", 1.0)
    assert [breaker.allows() for _ in range(3)] == [True] * 3
    breaker.failed("it is gone")
    assert [breaker.allows() for _ in range(3)] == [False] * 3
    now[0] += 1.0
    assert [breaker.allows() for _ in range(3)] == [True, False, False]
    breaker.failed("it is gone")
    now[0] += 0.5
    assert not breaker.allows()
    now[0] += 0.5
    assert breaker.allows()
    breaker.worked()
    assert [breaker.allows() for _ in range(3)] == [True] * 3
    assert breaker.failures == 2


def test_the_log_is_told_once_that_it_began_and_once_that_it_ended(caplog: pytest.LogCaptureFixture) -> None:
    breaker = Breaker("looking up", 1.0)
    breaker.worked()
    assert caplog.messages == []
    breaker.failed("it is gone")
    breaker.failed("it is gone")
    breaker.worked()
    breaker.worked()
    assert caplog.messages == [
        "store: looking up failed, and is left alone until it works again: it is gone",
        "store: looking up works again",
    ]


def test_it_ends_once_where_two_find_out_at_the_same_time(caplog: pytest.LogCaptureFixture) -> None:
    breaker = Breaker("looking up", 1.0)
    breaker.failed("it is gone")

    class Twin:
        """The lock, in which another one is quicker."""

        def __enter__(self) -> None:
            breaker.broken = False

        def __exit__(self, *_: object) -> None: ...

    breaker._lock = Twin()  # type: ignore[assignment]
    breaker.worked()
    assert "looking up works again" not in caplog.text
