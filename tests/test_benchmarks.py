"""The benchmarks can be run, and mean what they say. They measure nothing here."""

from __future__ import annotations

import re
from itertools import count, islice
from pathlib import Path

import pytest

from benchmarks import growth, micro, steady
from benchmarks.__main__ import Row, ratios, table
from benchmarks.cases import CASES
from benchmarks.growth import CURVES, Point
from benchmarks.load import expanded
from benchmarks.report import Table
from benchmarks.sites import Site, edge_of, native
from benchmarks.steady import Part
from edgeware.config.loading import load
from edgeware.messages import Request

NAMES = [case.name for case in CASES]
SITES = list(dict.fromkeys([*(case.site for case in CASES if case.site.edge == "edgeware"), steady.SITE]))


def test_each_case_is_compared_with_one_that_is_measured() -> None:
    assert len(set(NAMES)) == len(NAMES)
    assert {case.against for case in CASES} <= set(NAMES)


@pytest.mark.parametrize("site", SITES)
def test_cloudfront_takes_the_distribution_of_each_case(site: Site) -> None:
    assert load(native(site)).default_behavior.cache_policy.name == site.policy


@pytest.mark.parametrize("curve", CURVES, ids=lambda curve: curve.name)
def test_cloudfront_takes_the_distribution_at_the_end_of_each_curve(curve: growth.Curve) -> None:
    size = (curve.sizes + curve.most)[-1]
    assert len(load(native(curve.site(size))).behaviors) <= 75
    assert curve.paths(size)


def test_objects_that_are_there_at_first_are_hits() -> None:
    edge = edge_of(Site(objects=3), "")
    try:
        asked = [edge.key(Request(method="GET", path=f"/object/{number}")) for number in range(4)]
        assert [edge.store.get(key).object is not None for key in asked] == [True, True, True, False]
    finally:
        edge.close()


def test_ratios_are_taken_within_a_round() -> None:
    bare, hit = (next(case for case in CASES if case.name == name) for name in ("Starlette", "hit"))
    rows = {"Starlette": Row(bare, [100, 10], [0.01, 0.1], [1, 1]), "hit": Row(hit, [150, 20], [0.005, 0.05], [1, 1])}
    assert ratios(rows, rows["hit"]) == [1.5, 2.0]
    assert re.search(r"\| hit +\| +85 \| +1.75 \| 1.50 – 2.00 \| +2.00 \|", table(rows).markdown())


def test_a_table_is_set_in_columns() -> None:
    assert Table(("a", "b"), [("long name", "1")]).markdown() == (
        "| a         | b |\n| --------- | -: |\n| long name | 1 |".replace("| -: |", "| : |")
    )


def test_paths_are_asked_for_in_turn_with_numbers_filled_in() -> None:
    assert list(islice(expanded(["/a", "/{burst}"], count(31)), 2)) == ["/1", "/a"]
    assert re.fullmatch("/[0-9]", next(expanded(["/{any:10}"], count())))


def test_what_grows_faster_than_its_size_is_named() -> None:
    points = [Point(1, 0, 1.0, 0), Point(10, 0, 5.0, 0), Point(20, 0, 50.0, 0)]
    assert growth.cliffs(points) == ["10 → 20"]


def test_what_is_not_as_it_was_at_first_is_named() -> None:
    first = Part(requests=1, p50=0.1, p99=0.1, memory=100, descriptors=10, processes=3, threads=3)
    last = Part(requests=1, p50=0.1, p99=0.5, memory=200, descriptors=99, processes=3, threads=3)
    assert list(steady.judged([first] * 10, [])) == []
    assert list(steady.judged([first] * 5 + [last] * 5, ["/: 500"])) == [
        "memory grows",
        "descriptors grow: 10, then 99",
        "the 99th percentile went from 100.0 ms to 500.0 ms",
        "/: 500",
    ]


def test_steps_and_whole_requests_are_measured(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(micro, "TRIES", 1)
    monkeypatch.setattr(micro, "CALLS", 1)
    found = [*micro.steps(), *micro.requests()]
    assert [unit for _, _, unit, _ in found] == ["µs"] * 10
    assert all(value > 0 for _, value, _, _ in found)


def test_the_load_script_is_there() -> None:
    assert "function request()" in (Path(growth.__file__).parent / "wrk.lua").read_text()
