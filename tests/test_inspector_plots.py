from __future__ import annotations

from dataclasses import replace

import pytest

from edgeware.inspector.masking import Secrets
from edgeware.inspector.plots import HEIGHT, SLICES, distribution, hit_ratio, origin_load
from edgeware.inspector.summary import Summary, summary
from tests.inspecting import sites


@pytest.fixture(scope="module")
def rows() -> list[Summary]:
    """A miss and three hits, one every ten seconds, and a request that is not over."""
    with sites() as site:
        secrets = Secrets(site.edge.distribution)
        seen = [summary(site.seen("/a"), secrets) for _ in range(4)]
    timed = [replace(row, at=1000.0 + 10 * number, started=f"at {number}") for number, row in enumerate(seen)]
    return [*timed, replace(seen[0], at=0.0, x_cache="", asked_origin=False)]


def test_the_plots_say_how_well_the_cache_does_over_time(rows: list[Summary]) -> None:
    assert hit_ratio(rows).text == "60 % of 5 requests were hits, at 0 to at 3"
    assert origin_load(rows).text == "an origin was asked for 1 of 5 requests, at 0 to at 3"
    hits, load = ([bar.height for bar in plot(rows).bars] for plot in (hit_ratio, origin_load))
    assert [number for number, height in enumerate(hits) if height == HEIGHT] == [8, 16, SLICES - 1]
    assert [number for number, height in enumerate(load) if height] == [0]
    assert sum(hits) == 3 * HEIGHT


def test_requests_of_one_moment_are_one_bar(rows: list[Summary]) -> None:
    plot = hit_ratio([replace(row, at=1000.0) for row in rows[:4]])
    assert [bar.height for bar in plot.bars if bar.height] == [HEIGHT * 3 / 4]


def test_without_a_request_there_is_no_height() -> None:
    for plot in (hit_ratio([]), origin_load([]), distribution([], "{}")):
        assert not [bar for bar in plot.bars if bar.height]
    assert hit_ratio([]).text == "none of 0 requests were hits"


@pytest.mark.parametrize(("values", "filled"), [([1.0], 1), ([1.0, 1.0, 2.0], 2), ([0.0, 24.0, 12.5], 3)])
def test_the_distribution_counts_by_part_of_the_range(values: list[float], filled: int) -> None:
    plot = distribution(values, "{:.0f} %")
    assert len([bar for bar in plot.bars if bar.height]) == filled
    assert max(bar.height for bar in plot.bars) == HEIGHT
    assert plot.text == f"{len(values)} calls, from {min(values):.0f} % to {max(values):.0f} %"
