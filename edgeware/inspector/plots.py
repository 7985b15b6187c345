"""Small plots, as the numbers of an SVG 100 wide and 30 high."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from edgeware.inspector.summary import Summary

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
    """The share of requests that the cache answered, slice by slice of those that are kept, in their order."""
    hits = [row.x_cache.split(" ")[0] in HITS for row in rows]
    share = f"{100 * sum(hits) / len(hits):.0f} %" if hits else "none"
    return Plot(_bars([sum(one) / len(one) for one in _slices(hits)]), f"{share} of {len(rows)} requests were hits")


def origin_load(rows: Sequence[Summary]) -> Plot:
    """The share of requests for which an origin was asked, likewise."""
    asked = [row.asked_origin for row in rows]
    text = f"an origin was asked for {sum(asked)} of {len(rows)} requests"
    return Plot(_bars([sum(one) / len(one) for one in _slices(asked)]), text)


def distribution(values: Sequence[float]) -> Plot:
    """How many values fall into each of as many equal parts of their range, in milliseconds."""
    if not values:
        return Plot((), "no call is kept")
    low, high = min(values), max(values)
    step = (high - low) / SLICES or 1.0
    counts = [0] * SLICES
    for value in values:
        counts[min(int((value - low) / step), SLICES - 1)] += 1
    text = f"{len(values)} calls, from {low:.3f} to {high:.3f} ms of processor time"
    return Plot(_bars([count / max(counts) for count in counts]), text)


def _slices(values: Sequence[bool]) -> list[Sequence[bool]]:
    size = max(-(-len(values) // SLICES), 1)
    return [values[start : start + size] for start in range(0, len(values), size)]


def _bars(shares: Sequence[float]) -> tuple[Bar, ...]:
    width = 100 / SLICES
    return tuple(Bar(number * width + 0.3, width - 0.6, HEIGHT * share) for number, share in enumerate(shares))
