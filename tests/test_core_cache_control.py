"""Cache-Control and HTTP dates as origins write them."""

from __future__ import annotations

import pytest

from edgeware.core.cache_control import cache_control, http_date
from edgeware.messages import Headers

NOW = 1767225600.0


@pytest.mark.parametrize(
    ("value", "directives"),
    [
        pytest.param("", {}, id="empty"),
        pytest.param("Max-Age=60 ,  Public", {"max-age": "60", "public": None}, id="names without case"),
        pytest.param('max-age="60"', {"max-age": "60"}, id="quoted"),
        pytest.param("max-age=1, max-age=2", {"max-age": "1"}, id="the first of duplicates"),
        pytest.param('no-cache="A, B", x', {"no-cache": "A, B", "x": None}, id="a comma inside quotes"),
        pytest.param('x="a, no-store', {"x": "a", "no-store": None}, id="an open quote hides nothing"),
        pytest.param("max-age = 5,no-cache=", {"max-age": "5", "no-cache": None}, id="blanks and empty values"),
        pytest.param('"max-age=1, no-store", public', {"public": None}, id="quotes where a name should be"),
    ],
)
def test_cache_control_is_read_leniently(value: str, directives: dict[str, str | None]) -> None:
    assert cache_control(Headers([("Cache-Control", value)])) == directives


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        (None, None),
        ("0", None),
        ("Thu, 01 Jan 2026 00:00:00 GMT", NOW),
        ("Sunday, 06-Nov-94 08:49:37 GMT", 784111777.0),
        ("Sun Nov  6 08:49:37 1994", 784111777.0),
        ("Thu, 01 Jan 2026 00:00:00 +" + "9" * 14, None),
    ],
)
def test_http_dates_come_in_three_forms(value: str | None, seconds: float | None) -> None:
    assert http_date(value) == seconds
