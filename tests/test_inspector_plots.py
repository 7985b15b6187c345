from __future__ import annotations

import pytest

from edgeware.inspector.masking import Secrets
from edgeware.inspector.plots import HEIGHT, SLICES, distribution, hit_ratio, origin_load
from edgeware.inspector.summary import summary
from tests.inspecting import sites


def test_the_plots_say_how_well_the_cache_does() -> None:
    with sites() as site:
        secrets = Secrets(site.edge.distribution)
        rows = [summary(site.seen("/a"), secrets) for _ in range(4)]
    assert hit_ratio(rows).text == "75 % of 4 requests were hits"
    assert [bar.height for bar in hit_ratio(rows).bars] == [0, HEIGHT, HEIGHT, HEIGHT]
    assert origin_load(rows).text == "an origin was asked for 1 of 4 requests"
    assert [bar.height for bar in origin_load(rows).bars] == [HEIGHT, 0, 0, 0]
    assert len(hit_ratio(rows * 20).bars) <= SLICES


def test_without_a_request_there_is_no_bar() -> None:
    assert hit_ratio([]).bars == origin_load([]).bars == distribution([]).bars == ()
    assert hit_ratio([]).text == "none of 0 requests were hits"


@pytest.mark.parametrize(("values", "filled"), [([1.0], 1), ([1.0, 1.0, 2.0], 2), ([0.0, 24.0, 12.5], 3)])
def test_the_distribution_counts_by_part_of_the_range(values: list[float], filled: int) -> None:
    plot = distribution(values)
    assert len([bar for bar in plot.bars if bar.height]) == filled
    assert max(bar.height for bar in plot.bars) == HEIGHT
    assert plot.text.startswith(f"{len(values)} calls, from {min(values):.3f} to {max(values):.3f} ms")
