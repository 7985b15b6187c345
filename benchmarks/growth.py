"""How costs grow: ``python -m benchmarks.growth [--seconds 2] [--most] [--only TEXT ...] [--out FOLDER]``.

Requests a second, processor time and memory against connections, objects in the cache, behaviors, functions and bytes
of a body. ``--most`` goes to a million objects and 100 MB. In FOLDER there are then ``growth.md``, ``growth.json`` and
``growth.png``.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

from benchmarks import report
from benchmarks.cases import MISS, PATH
from benchmarks.load import CONNECTIONS, load
from benchmarks.servers import Running, serving
from benchmarks.sites import Site


class Point(NamedTuple):
    """What was measured at a size."""

    size: int
    rate: float
    """Requests a second."""
    cost: float
    """Seconds of processor time a request."""
    memory: float
    """The most that the server and its function workers have had, in MB."""


@dataclass(frozen=True, kw_only=True)
class Curve:
    """Something that grows."""

    name: str
    sizes: tuple[int, ...]
    site: Callable[[int], Site]
    paths: Callable[[int], list[str]]
    most: tuple[int, ...] = ()
    """Sizes that take long."""
    connections: bool = False
    """Whether the size is the number of connections."""


def _functions(count: int) -> Site:
    return Site(behaviors=(count + 1) // 2, functions=count, reuse=False)


CURVES = (
    Curve(
        name="connections, hits",
        sizes=(1, 4, 16, 64, 256),
        site=lambda size: Site(viewer_response="security_headers"),
        paths=lambda size: [PATH],
        connections=True,
    ),
    Curve(
        name="objects, hits",
        sizes=(10, 1000, 100_000),
        most=(1_000_000,),
        site=lambda size: Site(objects=size, store="memory:8GB"),
        paths=lambda size: [f"/object/{{any:{size}}}"],
    ),
    Curve(
        name="behaviors, misses",
        sizes=(1, 10, 25, 75),
        site=lambda size: Site(behaviors=size - 1, policy=MISS),
        paths=lambda size: ["/miss/{any:1000000}"],
    ),
    Curve(
        name="functions, each run",
        sizes=(1, 10, 50, 100),
        site=_functions,
        paths=lambda size: [f"/b{number}/a" for number in range((size + 1) // 2)],
    ),
    Curve(
        name="bytes, misses",
        sizes=(1 << 10, 1 << 16, 1 << 20, 10 << 20),
        most=(100 << 20,),
        site=lambda size: Site(policy=MISS),
        paths=lambda size: [f"/bytes/{size}"],
    ),
    Curve(
        name="bytes, hits",
        sizes=(1 << 10, 1 << 16, 1 << 20, 10 << 20),
        most=(50 << 20,),
        site=lambda size: Site(),
        paths=lambda size: [f"/bytes/{size}"],
    ),
)


def memory(server: Running) -> float:
    """The most memory that a server's processes have had so far, in MB."""
    total = 0
    for process in server.processes():
        status = Path(f"/proc/{process.pid}/status").read_text()
        total += int(status.partition("VmHWM:")[2].split()[0])
    return total / 1024


def measured(curve: Curve, size: int, seconds: float) -> Point:
    """One size, on a fresh server."""
    connections = size if curve.connections else CONNECTIONS
    with serving(curve.site(size)) as server:
        paths = curve.paths(size)
        load(server.port, paths, 1 + len(paths) // 5, connections, failures=True)  # each function has to start
        before = server.processor_seconds()
        found = load(server.port, paths, seconds, connections)
        cost = (server.processor_seconds() - before) / found.requests
        return Point(size, found.rate, cost, memory(server))


def cliffs(points: list[Point]) -> list[str]:
    """Steps at which the cost of a request grows faster than the size."""
    steps = pairwise(points)
    return [f"{one.size} → {two.size}" for one, two in steps if two.cost / one.cost > 1.2 * two.size / one.size]


def table(found: dict[str, list[Point]]) -> report.Table:
    """Every point; the last column names what grows worse than the size does."""
    lines = []
    for name, points in found.items():
        steep = set(cliffs(points))
        for before, point in zip([None, *points], points, strict=False):
            cliff = "worse than linear" if before and f"{before.size} → {point.size}" in steep else ""
            numbers = (f"{point.size:,}", f"{point.rate:,.0f}", f"{point.cost * 1e6:,.0f}", f"{point.memory:,.0f}")
            lines.append((name, *numbers, cliff))
    return report.Table(("what", "size", "requests/s", "CPU µs", "most MB", ""), lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=int, default=2, help="of load at each size")
    parser.add_argument("--most", action="store_true", help="also a million objects and 100 MB")
    parser.add_argument("--only", nargs="*", default=[], help="curves whose name holds this")
    parser.add_argument("--out", type=Path, default=Path("benchmark-results"))
    options = parser.parse_args()
    found: dict[str, list[Point]] = {}
    for curve in CURVES:
        if options.only and not any(text in curve.name for text in options.only):
            continue
        for size in curve.sizes + (curve.most if options.most else ()):
            point = measured(curve, size, options.seconds)
            found.setdefault(curve.name, []).append(point)
            print(f"{curve.name:20} {size:10,} {point.rate:9.0f} requests/s {point.memory:8.0f} MB", file=sys.stderr)
    options.out.mkdir(parents=True, exist_ok=True)
    text = f"{table(found).markdown()}\n\n{report.said()}\n"
    (options.out / "growth.md").write_text(text)
    (options.out / "growth.json").write_text(json.dumps({**report.circumstances(), "curves": found}, indent=1) + "\n")
    curves: dict[str, dict[str, dict[float, float]]] = {
        f"{name}: CPU µs a request": {name: {point.size: point.cost * 1e6 for point in points}}
        for name, points in found.items()
    }
    report.lines(options.out / "growth.png", curves)
    print(text)


if __name__ == "__main__":
    main()
