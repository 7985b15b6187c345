from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest

from edgeware.exceptions import UsageError
from edgeware.testing import Clock


def test_a_clock_stands_still_until_it_is_told() -> None:
    clock = Clock()
    began = clock()
    assert began == int(began) == clock()
    clock.advance(1.5, minutes=1, hours=1, days=1, weeks=1)
    assert clock() - began == 1.5 + 60 + 3600 + 86_400 + 7 * 86_400


def test_a_clock_starts_where_it_is_told() -> None:
    assert Clock(10)() == 10
    assert Clock(datetime(1970, 1, 1, 1, tzinfo=timezone(timedelta(hours=1))))() == 0
    assert repr(Clock(3)) == "Clock(3)"


def test_time_does_not_go_back_and_a_start_has_a_time_zone() -> None:
    with pytest.raises(UsageError, match="does not go back, and this would be by 3600 s"):
        Clock().advance(hours=-1)
    with pytest.raises(UsageError, match="say of which time zone"):
        Clock(datetime(2026, 1, 1))
