"""What one call of a CloudFront Function costs, beside stock dukpy in the same run.

    python -m benchmarks.function_call [--rounds N] [--calls N] [--out FOLDER]

`edgeware` calls the function in its child process, the way there and back and the isolation included, and no result is
reused. `kept` is `evaljs` of an interpreter that is kept, `fresh` that of a new one for each call: the isolation that
stock dukpy has to offer. Where production has crypto or a store, stock dukpy has JavaScript and a table in the source.
All take turns, batch after batch in random order, so that a machine that is slow for a while is slow for all of them;
ratios are taken within a round, and the table gives their medians. It needs psutil, and on a machine that others use
too look at the processor time, which is the child's as well.
"""

from __future__ import annotations

import argparse
import json
import platform
import secrets
import sys
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from time import CLOCK_PROCESS_CPUTIME_ID, clock_gettime, perf_counter

import dukpy
import psutil

from benchmarks.function_cases import STORE, Case, cases
from edgeware.config.model import CloudFrontFunction, Code
from edgeware.core.effects import Invoke
from edgeware.functions.javascript import Budget
from edgeware.functions.workers import Workers

CONTESTANTS = ("edgeware", "kept", "fresh")
TITLES = {
    "calls_per_second": "calls/s",
    "p50_us": "p50 us",
    "p99_us": "p99 us",
    "of_kept": "of kept",
    "of_fresh": "of fresh",
    "cpu_us": "CPU us",
    "cpu_of_kept": "of kept",
    "cpu_of_fresh": "of fresh",
}
FRESH_SHARE = 5
"""A fresh interpreter makes so many times fewer calls: each takes a millisecond or two."""


def edgeware(case: Case, workers: Workers) -> Callable[[], object]:
    """A call in a child process."""
    reads = STORE.name if "cloudfront" in case.ours else None
    function = CloudFrontFunction(name=case.name, code=Code(text=case.ours), key_value_store=reads)
    effect = Invoke(function, case.event_type, case.event)

    def call() -> object:
        answer = workers.invoke(effect)
        invoked = answer.result() if isinstance(answer, Future) else answer
        assert invoked.failure is None, invoked.failure
        return invoked.output

    return call


def kept(case: Case) -> Callable[[], object]:
    """A call of an interpreter that runs them all."""
    interpreter, source = dukpy.JSInterpreter(), f"{case.stock};handler(dukpy.event)"
    return lambda: interpreter.evaljs(source, event=case.event)


def fresh(case: Case) -> Callable[[], object]:
    """A call of an interpreter of its own."""
    source = f"{case.stock};handler(dukpy.event)"
    return lambda: dukpy.JSInterpreter().evaljs(source, event=case.event)


@dataclass(frozen=True)
class Batch:
    """Calls one after another: seconds of each in order of length, and of processor time of one on average."""

    times: list[float]
    processor: float


def batch(call: Callable[[], object], calls: int) -> Batch:
    """Make calls."""
    times, before = [], processor_time()
    for _ in range(calls):
        start = perf_counter()
        call()
        times.append(perf_counter() - start)
    return Batch(sorted(times), (processor_time() - before) / calls)


def processor_time() -> float:
    """Seconds that this process and its children have used, to the microsecond on Linux."""
    clocks = [~child.pid << 3 | 2 for child in psutil.Process().children()]
    return sum(map(clock_gettime, [CLOCK_PROCESS_CPUTIME_ID, *clocks]))


def percentile(times: list[float], percent: float) -> float:
    return times[min(len(times) - 1, int(len(times) * percent / 100))]


Times = dict[tuple[str, str], list[Batch]]
"""The batches of each case and contestant, one a round."""


def measure(rounds: int, calls: int) -> Times:
    """Warm all up, see that each does its work, and let them take turns."""
    found: Times = {}
    stores = {STORE.name: STORE}
    with Workers(reuse=False, budget=Budget(0), soft_limit=5, hard_limit=30, stores=stores) as workers:
        contestants = {}
        for case in cases():
            for name, call in zip(CONTESTANTS, (edgeware(case, workers), kept(case), fresh(case)), strict=True):
                assert case.proof in json.dumps(call()), (case.name, name)
                batch(call, calls // 10)
                contestants[case.name, name] = call
        for number in range(rounds):
            for key in sorted(contestants, key=lambda _: secrets.randbits(32)):
                share = FRESH_SHARE if key[1] == "fresh" else 1
                found.setdefault(key, []).append(batch(contestants[key], max(1, calls // share)))
            print(f"round {number + 1} of {rounds}", file=sys.stderr)
    return found


def ratio(found: Times, one: tuple[str, str], other: tuple[str, str]) -> tuple[float, float]:
    """How two contestants compare, round by round: by the median of the calls, and by processor time."""
    rounds = list(zip(found[one], found[other], strict=True))
    by_clock = median(percentile(ours.times, 50) / percentile(theirs.times, 50) for ours, theirs in rounds)
    return round(by_clock, 3), round(median(ours.processor / theirs.processor for ours, theirs in rounds), 3)


def rows(found: Times) -> list[dict[str, str | float]]:
    """A row for each case and contestant, in microseconds."""
    table: list[dict[str, str | float]] = []
    for case in cases():
        for name in CONTESTANTS:
            batches = found[case.name, name]
            times = sorted(time for one in batches for time in one.times)
            row: dict[str, str | float] = {"function": case.name, "by": name}
            row["calls_per_second"] = round(len(times) / sum(times))
            row["p50_us"], row["p99_us"] = (round(percentile(times, percent) * 1e6, 1) for percent in (50, 99))
            row["cpu_us"] = round(median(one.processor for one in batches) * 1e6, 1)
            for other in ("kept", "fresh"):
                row[f"of_{other}"], row[f"cpu_of_{other}"] = ratio(found, (case.name, name), (case.name, other))
            table.append(row)
    return table


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=10)
    parser.add_argument("--calls", type=int, default=500, help="of each contestant in a round")
    parser.add_argument("--out", type=Path, default=Path("benchmark-results"))
    options = parser.parse_args()
    found = measure(options.rounds, options.calls)
    table = rows(found)
    print(f"{'function':28} {'by':8}" + "".join(f"{title:>10}" for title in TITLES.values()))
    for row in table:
        print(f"{row['function']:28} {row['by']:8}" + "".join(f"{row[key]:10}" for key in TITLES))
    checks = [case.name for case in cases()][-2:]
    crypto = ratio(found, (checks[0], "edgeware"), (checks[1], "edgeware"))
    print("token check with the crypto module, of the same in JavaScript alone: {} (CPU {})".format(*crypto))
    result = {"machine": platform.platform(), "python": platform.python_version(), "rows": table}
    options.out.mkdir(parents=True, exist_ok=True)
    (options.out / "function_call.json").write_text(json.dumps({**result, "crypto_of_pure": crypto}, indent=2) + "\n")


if __name__ == "__main__":
    main()
