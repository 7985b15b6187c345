"""Side by side: ``python -m benchmarks [--rounds 5] [--seconds 3] [--only TEXT ...] [--out FOLDER]``.

Each case is a fresh server on this machine. The cases take turns, round after round, so that a machine that is slow for
a while is slow for all of them; ratios are taken within a round, and the table has their medians. It ends with what
``benchmarks.micro`` measures. In FOLDER there are then ``table.md``, ``results.json`` and ``plot.png``.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

from benchmarks import micro, report
from benchmarks.cases import CASES, Case
from benchmarks.load import load
from benchmarks.servers import serving

WARM_UP = 1.0


@dataclass
class Row:
    """What a case came to, a value a round."""

    case: Case
    rates: list[float] = field(default_factory=list)
    """Requests a second."""
    costs: list[float] = field(default_factory=list)
    """Seconds of processor time a request, of all of the server's processes."""
    p99: list[float] = field(default_factory=list)
    """Seconds."""


def measure(row: Row, seconds: float) -> None:
    """One round of a case."""
    case = row.case
    with serving(case.site, case.front) as server:
        load(server.port, [case.path], WARM_UP, headers=case.headers, failures=True)
        before = server.processor_seconds()
        found = load(server.port, [case.path], seconds, headers=case.headers)
        row.costs.append((server.processor_seconds() - before) / found.requests)
        row.rates.append(found.rate)
        row.p99.append(found.p99)


def in_turns(cases: list[Case], rounds: int, seconds: float) -> Iterator[dict[str, Row]]:
    """All that is known after each round. Each begins with another case."""
    rows = {case.name: Row(case) for case in cases}
    order = list(rows.values())
    for number in range(rounds):
        first = number * max(1, len(order) // rounds) % len(order)
        for row in (*order[first:], *order[:first]):
            measure(row, seconds)
            print(f"round {number + 1}: {row.case.name:40} {row.rates[-1]:9.0f} requests/s", file=sys.stderr)
        yield rows


def ratios(rows: dict[str, Row], row: Row) -> list[float]:
    """A case's requests a second to those of the case it is compared with, round by round."""
    against = rows.get(row.case.against)
    return [rate / other for rate, other in zip(row.rates, against.rates, strict=True)] if against else []


def by_processor(rows: dict[str, Row], row: Row) -> str:
    """The same by processor time, of which others on the machine take less away."""
    against = rows.get(row.case.against)
    if against is None:
        return ""
    return f"{median(other / cost for cost, other in zip(row.costs, against.costs, strict=True)):.2f}"


def table(rows: dict[str, Row]) -> report.Table:
    """The medians, and the lowest and highest ratio."""
    lines = []
    for row in rows.values():
        found = ratios(rows, row)
        spread = (f"{median(found):.2f}", f"{min(found):.2f} – {max(found):.2f}") if found else ("", "")
        cost, p99 = f"{median(row.costs) * 1e6:.0f}", f"{median(row.p99) * 1e3:.2f}"
        numbers = (f"{median(row.rates):,.0f}", *spread, by_processor(rows, row), cost, p99)
        lines.append((row.case.name, *numbers, row.case.target))
    return report.Table(("case", "requests/s", "ratio", "spread", "by CPU", "CPU µs", "p99 ms", "target"), lines)


def chosen(only: list[str]) -> list[Case]:
    """The cases whose name holds one of these texts, and those they are compared with. Says what cannot be measured."""
    names = {case.name for case in CASES if not only or any(text in case.name for text in only)}
    names |= {case.against for case in CASES if case.name in names}
    cases = [case for case in CASES if case.name in names]
    for case in cases:
        if case.lacks():
            print(f"left out: {case.name}, since {case.lacks()} is not installed", file=sys.stderr)
    return [case for case in cases if not case.lacks()]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=int, default=3, help="of load in each case of a round")
    parser.add_argument("--only", nargs="*", default=[], help="cases whose name holds this")
    parser.add_argument("--no-micro", action="store_true", help="leave the micro part out")
    parser.add_argument("--out", type=Path, default=Path("benchmark-results"))
    options = parser.parse_args()
    rows: dict[str, Row] = {}
    for rows in in_turns(chosen(options.only), options.rounds, options.seconds):
        write(options.out, rows, {"Side by side": table(rows)})
    if not options.no_micro:
        write(options.out, rows, {"Side by side": table(rows), "Part by part": micro.table()})
    report.bars(options.out / "plot.png", {name: ratios(rows, row) for name, row in rows.items()})
    print((options.out / "table.md").read_text())


def write(folder: Path, rows: dict[str, Row], tables: dict[str, report.Table]) -> None:
    """What is known so far: a run that is broken off has not been in vain."""
    results = {
        row.case.name: {"rates": row.rates, "ratios": ratios(rows, row), "costs": row.costs, "p99": row.p99}
        for row in rows.values()
    }
    report.write(folder, tables, results)


if __name__ == "__main__":
    main()
