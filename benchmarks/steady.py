"""Mixed load with faults: ``python -m benchmarks.steady [--minutes 30] [--out FOLDER]``. Exit code 1: not steady.

Sixteen viewers ask for hits, misses and large bodies through functions of both kinds. One in twelve meets a fault: a
function that raises or never ends, a handler whose process dies, an origin that fails or breaks off, and a viewer who
leaves in the middle. In the end memory, descriptors and processes are as after the first tenth of the time, and the
99th percentile of the requests without a fault is within three times that of the first tenth.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass
from itertools import cycle, islice
from pathlib import Path
from time import perf_counter

import psutil

from benchmarks import report
from benchmarks.load import CONNECTIONS, Client
from benchmarks.servers import Running, serving
from benchmarks.sites import Site

PARTS = 10
"""Into how many parts the time is cut."""
GOOD = (
    "/api/products",
    "/api/products?page={number}",
    "/miss/{number}",
    "/bytes/65536",
    "/object/{few}",
    "/bytes/1048576",
)
FAULTS = ("/raises", "/loop", "/miss/fails", "/exits", "/miss/breaks", "leave")
FAULT_IN = 12
SITE = Site(
    viewer_request="default_page",
    viewer_response="security_headers",
    budget=0,  # a busy machine would have functions stopped that do nothing wrong
    store="memory:32MB",
    objects=100,
    faults=True,
)


@dataclass(frozen=True)
class Part:
    """What was seen at the end of a part of the time."""

    requests: int
    p50: float
    """Seconds, of the requests without a fault; so is ``p99``."""
    p99: float
    memory: float
    """MB of the server and its function workers."""
    descriptors: int
    processes: int
    threads: int


class Viewer:
    """Asks without end; notes the seconds of what is not meant to fail."""

    def __init__(self, port: int, number: int) -> None:
        self.times: list[float] = []
        self.requests = 0
        self.wrong: list[str] = []
        """Answers that should not have been."""
        self._port = port
        self._good = cycle(GOOD)
        self._faults = cycle(islice(cycle(FAULTS), number % len(FAULTS), number % len(FAULTS) + len(FAULTS)))
        self._number = number

    async def go_on(self, until: float) -> None:
        client = Client(self._port)
        while perf_counter() < until:
            with suppress(OSError, EOFError):
                reader, writer = await asyncio.open_connection("127.0.0.1", self._port)
                try:
                    while perf_counter() < until:
                        await self._next(client, reader, writer)
                finally:
                    writer.close()

    async def _next(self, client: Client, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.requests += 1
        if self.requests % FAULT_IN == 0:
            fault = next(self._faults)
            if fault == "leave":
                writer.write(b"GET /bytes/1048576 HTTP/1.1\r\nHost: a\r\n\r\n")
                await reader.readexactly(100)
                raise EOFError
            await client.ask(reader, writer, fault)
            return
        number = self.requests * CONNECTIONS + self._number
        path = next(self._good).format(number=number, few=number % 100)
        started = perf_counter()
        status = await client.ask(reader, writer, path)
        self.times.append(perf_counter() - started)
        if status != 200:
            self.wrong.append(f"{path}: {status}")


def looked_at(server: Running) -> tuple[float, int, int, int]:
    """Memory in MB, descriptors, processes and threads."""
    memory, descriptors, threads, processes = 0, 0, 0, server.processes()
    for process in processes:
        with suppress(psutil.NoSuchProcess):
            memory += process.memory_info().rss
            descriptors += process.num_fds()
            threads += process.num_threads()
    return memory / 1e6, descriptors, len(processes), threads


async def parts(server: Running, seconds: float) -> tuple[list[Part], list[str]]:
    """The parts, and what was answered wrongly."""
    viewers = [Viewer(server.port, number) for number in range(CONNECTIONS)]
    started = perf_counter()
    found = []
    tasks = [asyncio.create_task(viewer.go_on(started + seconds)) for viewer in viewers]
    for number in range(1, PARTS + 1):
        await asyncio.sleep(max(0.0, started + seconds * number / PARTS - perf_counter() - 0.01))
        times = sorted(time for viewer in viewers for time in viewer.times)
        for viewer in viewers:
            viewer.times.clear()
        p50, p99 = (times[int(len(times) * share)] for share in (0.5, 0.99))
        part = Part(len(times), p50, p99, *looked_at(server))
        found.append(part)
        print(f"{number}: {part}", file=sys.stderr)
    await asyncio.gather(*tasks)
    return found, [wrong for viewer in viewers for wrong in viewer.wrong]


def judged(found: list[Part], wrong: list[str]) -> Iterator[str]:
    """What is not as it was at first."""
    first, rest = found[0], found[1:]
    least = min(part.memory for part in rest[: len(rest) // 2])
    if min(part.memory for part in rest[len(rest) // 2 :]) > least * 1.1 + 5:
        yield "memory grows"
    # Function workers come and go with the load: what leaks is what is there even when there are few of them.
    for name in ("descriptors", "processes", "threads"):
        before = max(getattr(part, name) for part in found[: len(found) // 2])
        after = min(getattr(part, name) for part in found[-2:])
        if after > before + 8:
            yield f"{name} grow: {before}, then {after}"
    if max(part.p99 for part in rest) > 3 * first.p99:
        yield f"the 99th percentile went from {first.p99 * 1e3:.1f} ms to {max(part.p99 for part in rest) * 1e3:.1f} ms"
    yield from wrong[:10]


def table(found: list[Part]) -> report.Table:
    """The parts in order."""
    head = ("part", "requests", "p50 ms", "p99 ms", "MB", "descriptors", "processes", "threads")
    lines = []
    for number, part in enumerate(found, 1):
        times = (f"{part.p50 * 1e3:.1f}", f"{part.p99 * 1e3:.1f}", f"{part.memory:.0f}")
        counts = (str(part.descriptors), str(part.processes), str(part.threads))
        lines.append((str(number), f"{part.requests:,}", *times, *counts))
    return report.Table(head, lines)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=float, default=30)
    parser.add_argument("--out", type=Path, default=Path("benchmark-results"))
    options = parser.parse_args()
    with serving(SITE) as server:
        found, wrong = asyncio.run(parts(server, options.minutes * 60))
    said = list(judged(found, wrong))
    options.out.mkdir(parents=True, exist_ok=True)
    text = (
        f"{table(found).markdown()}\n\n{options.minutes:g} minutes, {report.said()}\n\n{'; '.join(said) or 'steady'}\n"
    )
    (options.out / "steady.md").write_text(text)
    values = {**report.circumstances(), "parts": [asdict(part) for part in found], "said": said}
    (options.out / "steady.json").write_text(json.dumps(values, indent=1) + "\n")
    print(text)
    return 1 if said else 0


if __name__ == "__main__":
    sys.exit(main())
