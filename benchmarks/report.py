"""Tables in Markdown, numbers in JSON, plots with matplotlib, where that is installed."""

from __future__ import annotations

import json
import os
import platform
import sys
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from statistics import median
from typing import Any, NamedTuple


class Table(NamedTuple):
    """A head, and lines of as many cells; the first cell is text, the others are numbers."""

    head: Sequence[str]
    lines: Iterable[Sequence[str]]

    def markdown(self) -> str:
        """As a Markdown table, set in columns."""
        rows = [list(self.head), *(list(line) for line in self.lines)]
        widths = [max(len(row[at]) for row in rows) for at in range(len(self.head))]
        rows.insert(1, ["-" * (width - 1) + ("-" if at == 0 else ":") for at, width in enumerate(widths)])
        cells = [
            [cell.ljust(w) if at == 0 else cell.rjust(w) for at, (cell, w) in enumerate(zip(row, widths, strict=True))]
            for row in rows
        ]
        return "\n".join(f"| {' | '.join(row)} |" for row in cells)


def circumstances() -> dict[str, Any]:
    """The machine, and how busy it is."""
    return {
        "machine": platform.platform(),
        "python": platform.python_version(),
        "processors": os.cpu_count(),
        "load average": [round(value, 2) for value in os.getloadavg()],
    }


def said() -> str:
    """The circumstances as a line."""
    return ", ".join(f"{name} {value}" for name, value in circumstances().items())


def write(folder: Path, tables: Mapping[str, Table], results: Mapping[str, Any]) -> None:
    """Write tables and numbers into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    text = "\n\n".join(f"## {title}\n\n{table.markdown()}" for title, table in tables.items())
    (folder / "table.md").write_text(f"{text}\n\n{said()}\n")
    (folder / "results.json").write_text(json.dumps({**circumstances(), "results": results}, indent=1) + "\n")


def bars(file: Path, values: Mapping[str, Sequence[float]]) -> None:
    """The median of each as a bar, with its lowest and highest."""
    if (plots := _plots()) is None:
        return
    known = {name: found for name, found in values.items() if found}
    middles = [median(found) for found in known.values()]
    low = [middle - min(found) for middle, found in zip(middles, known.values(), strict=True)]
    high = [max(found) - middle for middle, found in zip(middles, known.values(), strict=True)]
    figure, axes = plots.subplots(figsize=(9, 0.32 * len(known) + 1))
    axes.barh(list(known), middles, xerr=[low, high], color="#4477aa", ecolor="#999999", capsize=2)
    axes.axvline(1, color="#cc3311", linewidth=1)
    axes.invert_yaxis()
    axes.set_xlabel("requests a second, to the bare application on the same server (1.00)")
    figure.tight_layout()
    figure.savefig(file, dpi=110)
    plots.close(figure)


def lines(file: Path, curves: Mapping[str, Mapping[str, Mapping[float, float]]]) -> None:
    """A plot for each title, with a curve for each name: both axes by powers of ten."""
    if (plots := _plots()) is None:
        return
    figure, grid = plots.subplots((len(curves) + 1) // 2, 2, figsize=(10, 3 * ((len(curves) + 1) // 2)), squeeze=False)
    for axes, (title, named) in zip(grid.flat, curves.items(), strict=False):
        for name, points in named.items():
            axes.plot(list(points), list(points.values()), marker="o", label=name)
        axes.set(xscale="log", title=title)
        axes.set_ylim(bottom=0)
        axes.legend(fontsize=7)
    for axes in grid.flat[len(curves) :]:
        axes.remove()
    figure.tight_layout()
    figure.savefig(file, dpi=110)
    plots.close(figure)


def _plots() -> Any:
    try:
        import matplotlib
    except ImportError:
        print("no plot, since matplotlib is not installed", file=sys.stderr)
        return None
    matplotlib.use("Agg")
    from matplotlib import pyplot

    return pyplot
