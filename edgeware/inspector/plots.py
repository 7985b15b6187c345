"""Small plots, as the numbers of an SVG 100 wide and 30 high."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, TypeVar

from edgeware.inspector.summary import Summary

T = TypeVar("T")
SLICES = 24
HEIGHT = 30.0
HITS = ("Hit", "RefreshHit")


class Bar(NamedTuple):
    """A bar from the ground up, in the units of the SVG."""

    x: float
    width: float
    height: float


class Plot(NamedTuple):
    """Bars, and what they say in a sentence."""

    bars: tuple[Bar, ...]
    text: str


def hit_ratio(rows: Sequence[Summary]) -> Plot:
    """The share of requests that the cache answered, slice by slice of the time in which they came."""
    shares = [_hits(one) / len(one) if one else 0.0 for one in _over_time(rows)]
    share = f"{100 * _hits(rows) / len(rows):.0f} %" if rows else "none"
    return Plot(_bars(shares), f"{share} of {len(rows)} requests were hits{_when(rows)}")


def origin_load(rows: Sequence[Summary]) -> Plot:
    """The requests for which an origin was asked, likewise; the highest bar is the most of them in one slice."""
    counts = [_asked(one) for one in _over_time(rows)]
    text = f"an origin was asked for {_asked(rows)} of {len(rows)} requests{_when(rows)}"
    return Plot(_bars(_parts(counts)), text)


def distribution(values: Sequence[float], form: str) -> Plot:
    """How many values fall into each of as many equal parts of their range; ``form`` writes one with its unit."""
    if not values:
        return Plot((), "no call is kept")
    counts = [len(one) for one in _sliced(values, values)]
    text = f"{len(values)} calls, from {form.format(min(values))} to {form.format(max(values))}"
    return Plot(_bars(_parts(counts)), text)


def _hits(rows: Sequence[Summary]) -> int:
    return sum(row.x_cache.split(" ")[0] in HITS for row in rows)


def _asked(rows: Sequence[Summary]) -> int:
    return sum(row.asked_origin for row in rows)


def _over_time(rows: Sequence[Summary]) -> list[list[Summary]]:
    known = [row for row in rows if row.at]
    return _sliced(known, [row.at for row in known])


def _when(rows: Sequence[Summary]) -> str:
    known = sorted((row.at, row.started) for row in rows if row.at)
    return f", {known[0][1]} to {known[-1][1]}" if known else ""


def _sliced(ones: Sequence[T], values: Sequence[float]) -> list[list[T]]:
    """Each in the slice of the range that its value falls into; all in the first where there is no range."""
    slices: list[list[T]] = [[] for _ in range(SLICES)]
    low, high = min(values, default=0.0), max(values, default=0.0)
    step = (high - low) / SLICES or 1.0
    for one, value in zip(ones, values, strict=True):
        slices[min(int((value - low) / step), SLICES - 1)].append(one)
    return slices


def _parts(counts: Sequence[int]) -> list[float]:
    most = max(counts) or 1
    return [count / most for count in counts]


def _bars(shares: Sequence[float]) -> tuple[Bar, ...]:
    width = 100 / SLICES
    return tuple(Bar(number * width + 0.3, width - 0.6, HEIGHT * share) for number, share in enumerate(shares))
