"""Requests a second through the edge, side by side in one run: python benchmarks/run.py [--json FILE]

Every case is a fresh uvicorn (uvloop, httptools) on this machine; wrk (a Debian package) is the load, with 16
connections on one thread. The cases take turns, round after round, so that a machine that is slow for a while is slow
for all of them; ratios are taken within a round, and the table gives their medians.
"""

from __future__ import annotations

import argparse
import json
import platform
import re
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psutil

CASES = ("bare", "hit", "hit + function", "disk hit", "redis hit", "miss")
NEEDS = {"redis hit": "redis-server"}
"""Cases that are left out where this program is not installed."""
PATH = "/api/products"
CONNECTIONS = 16


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for(port: int, server: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 20  # noqa: TID251 - a benchmark's own time
    while time.monotonic() < deadline and server.poll() is None:  # noqa: TID251
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
    sys.exit("the server under test did not start")


def processor_time(pid: int) -> float:
    """Seconds that a server and its function workers have used."""
    server = psutil.Process(pid)
    return sum(sum(process.cpu_times()[:2]) for process in (server, *server.children(recursive=True)))


def load(port: int, seconds: float) -> float:
    """Requests a second."""
    command = ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{seconds:g}s", f"http://127.0.0.1:{port}{PATH}"]
    output = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    if "Non-2xx" in output or "Socket errors" in output:
        sys.exit(f"the load failed:\n{output}")
    found = re.search(r"Requests/sec:\s+([\d.]+)", output)
    if found is None:
        sys.exit(f"wrk said nothing of requests a second:\n{output}")
    return float(found[1])


def measure(case: str, seconds: float, pinned: bool) -> tuple[float, float, list[float]]:
    """One fresh server: requests a second, processor time a request and the times of its functions, in seconds."""
    port = free_port()
    with tempfile.TemporaryDirectory() as directory:
        report = Path(directory) / "functions.json"
        command = [sys.executable, str(Path(__file__).with_name("server.py")), case, str(port), str(report)]
        server = subprocess.Popen(["taskset", "-c", "0", *command] if pinned else command)
        try:
            wait_for(port, server)
            load(port, 1)
            before = processor_time(server.pid)
            rate = load(port, seconds)
            processor = (processor_time(server.pid) - before) / (rate * seconds)
        finally:
            server.send_signal(signal.SIGINT)
            server.wait(20)
        times = json.loads(report.read_text()) if report.exists() else []
    return rate, processor, times


def percentile(values: list[float], percent: float) -> float:
    return values[min(len(values) - 1, int(len(values) * percent / 100))]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=int, default=3, help="of load in each case of a round")
    parser.add_argument("--json", type=Path, default=Path("benchmark.json"))
    parser.add_argument(
        "--pin", action="store_true", help="keep server and workers on one core, as in production sizing"
    )
    options = parser.parse_args()
    if shutil.which("wrk") is None:
        sys.exit("wrk is not installed: apt-get install wrk")
    cases = tuple(case for case in CASES if case not in NEEDS or shutil.which(NEEDS[case]))
    rates: dict[str, list[float]] = {case: [] for case in cases}
    costs: dict[str, list[float]] = {case: [] for case in cases}
    times: list[float] = []
    for number in range(options.rounds):
        for case in cases[number % len(cases) :] + cases[: number % len(cases)]:
            rate, cost, function_times = measure(case, options.seconds, options.pin)
            rates[case].append(rate)
            costs[case].append(cost)
            times.extend(function_times)
            print(f"round {number + 1}: {case:15} {rate:9.0f} requests/s", file=sys.stderr)
    ratios = {case: [rate / bare for rate, bare in zip(rates[case], rates["bare"], strict=True)] for case in cases}
    times.sort()
    print(f"{'case':15} {'requests/s':>11} {'ratio to bare':>14} {'lowest':>7} {'highest':>8} {'CPU us/request':>15}")
    for case in cases:
        row = ratios[case]
        rate, ratio = statistics.median(rates[case]), statistics.median(row)
        cost = statistics.median(costs[case]) * 1e6
        print(f"{case:15} {rate:11.0f} {ratio:14.2f} {min(row):7.2f} {max(row):8.2f} {cost:15.0f}")
    function = {f"p{percent}_ms": percentile(times, percent) * 1000 for percent in (50, 99)} if times else {}
    print(", ".join(f"function {name} {value:.3f}" for name, value in function.items()))
    result = {
        "machine": platform.platform(),
        "python": platform.python_version(),
        "connections": CONNECTIONS,
        "requests_per_second": rates,
        "ratio_to_bare": ratios,
        "processor_seconds_per_request": costs,
        "function": function,
    }
    options.json.write_text(json.dumps(result, indent=2) + "\n")


if __name__ == "__main__":
    main()
