"""The load: wrk where it is installed (a Debian package), else a client in Python, slower than what it measures."""

from __future__ import annotations

import asyncio
import json
import re
import shutil
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from secrets import randbelow
from time import perf_counter

CONNECTIONS = 16
SCRIPT = Path(__file__).with_name("wrk.lua")
NOTHING: Mapping[str, str] = {}
_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)


@dataclass(frozen=True)
class Load:
    """What came of a load. Times are seconds."""

    requests: int
    seconds: float
    p50: float
    p99: float
    refused: int
    """Answers with a status of 400 or more."""
    broken: int
    """Requests without an answer."""

    @property
    def rate(self) -> float:
        """Requests a second."""
        return self.requests / self.seconds


def load(
    port: int,
    paths: Sequence[str],
    seconds: float,
    connections: int = CONNECTIONS,
    headers: Mapping[str, str] = NOTHING,
    *,
    failures: bool = False,
) -> Load:
    """Ask for paths in turn, over that many connections. RuntimeError for errors, unless ``failures`` are wanted.

    One answer in a hundred may be a refusal: on a busy machine a function is now and then stopped at its budget.
    """
    if shutil.which("wrk"):
        found = _wrk(port, paths, seconds, connections, headers)
    else:
        found = asyncio.run(_python(port, paths, seconds, connections, headers))
    if not failures and (found.refused * 100 > found.requests or found.broken or not found.requests):
        raise RuntimeError(f"the load failed: {found}")
    return found


def _wrk(port: int, paths: Sequence[str], seconds: float, connections: int, headers: Mapping[str, str]) -> Load:
    command = ["wrk", "-t1", f"-c{connections}", f"-d{max(1, round(seconds))}s", "--timeout", "20s", "-s", str(SCRIPT)]
    arguments = [str(randbelow(10**6)), *(f"header:{name}={value}" for name, value in headers.items()), *paths]
    output = subprocess.run([*command, f"http://127.0.0.1:{port}", "--", *arguments], capture_output=True, text=True)
    if output.returncode:
        raise RuntimeError(f"wrk failed: {output.stdout}{output.stderr}")
    return Load(**json.loads(output.stdout.splitlines()[-1]))


async def _python(
    port: int, paths: Sequence[str], seconds: float, connections: int, headers: Mapping[str, str]
) -> Load:
    started = perf_counter()
    client = Client(port, headers)
    numbers = count()
    await asyncio.gather(*(client.go_on(expanded(paths, numbers), started + seconds) for _ in range(connections)))
    times = sorted(client.times) or [0.0]
    p50, p99 = (times[int(len(times) * share)] for share in (0.5, 0.99))
    return Load(len(client.times), perf_counter() - started, p50, p99, client.refused, client.broken)


def expanded(paths: Sequence[str], numbers: Iterator[int]) -> Iterator[str]:
    """The paths in turn, with what stands for numbers filled in, without end."""
    for number in numbers:
        path = paths[number % len(paths)].replace("{burst}", str(number // CONNECTIONS))
        yield re.sub(r"\{any:(\d+)\}", lambda most: str(randbelow(int(most[1]))), path)


class Client:
    """Asks over connections that stay open, and notes the seconds that each answer took."""

    def __init__(self, port: int, headers: Mapping[str, str] = NOTHING) -> None:
        self.times: list[float] = []
        self.refused = 0
        self.broken = 0
        self._port = port
        self._lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())

    async def go_on(self, paths: Iterator[str], until: float) -> None:
        """Ask for one path after the other over one connection, and over a new one where that broke."""
        while perf_counter() < until:
            try:
                reader, writer = await asyncio.open_connection("127.0.0.1", self._port)
            except OSError:
                self.broken += 1
                continue
            try:
                while perf_counter() < until:
                    started = perf_counter()
                    await self.ask(reader, writer, next(paths))
                    self.times.append(perf_counter() - started)
            except (OSError, EOFError):
                self.broken += 1
            finally:
                writer.close()

    async def ask(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, path: str) -> int:
        """One request, and all of its answer: the status."""
        writer.write(f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n{self._lines}\r\n".encode())
        head = await reader.readuntil(b"\r\n\r\n")
        status = int(head[9:12])
        if (length := _LENGTH.search(head)) is not None:
            await reader.readexactly(int(length[1]))
        elif b"chunked" in head:
            await _chunks(reader)
        self.refused += status >= 400
        return status


async def _chunks(reader: asyncio.StreamReader) -> None:
    while size := int(await reader.readuntil(b"\r\n"), 16):
        await reader.readexactly(size + 2)
    await reader.readexactly(2)
