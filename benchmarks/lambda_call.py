"""What one call of a Lambda@Edge handler costs, warm and cold, in Python and in Node.js, on one thread.

python benchmarks/lambda_call.py [calls] [--json FILE]
"""

from __future__ import annotations

import argparse
import json
import platform
from collections.abc import Callable
from concurrent.futures import Future
from pathlib import Path
from time import perf_counter
from typing import Any

from edgeware.config.model import Code, LambdaFunction
from edgeware.core.effects import Invoke
from edgeware.functions.workers import Workers

PYTHON = """
def handler(event, context):
    response = event["Records"][0]["cf"]["response"]
    headers = response["headers"]
    headers["strict-transport-security"] = [{"key": "Strict-Transport-Security", "value": "max-age=63072000"}]
    return response
"""
NODE = """
exports.handler = async (event) => {
  const { response } = event.Records[0].cf;
  response.headers["strict-transport-security"] = [
    { key: "Strict-Transport-Security", value: "max-age=63072000" },
  ];
  return response;
};
"""
FUNCTIONS = {"python3.13": PYTHON, "nodejs22.x": NODE, "nodejs24.x": NODE}
COLD = 20


def headers(kind: str, count: int) -> dict[str, Any]:
    return {
        f"x-{kind}-{n}": [{"key": f"X-{kind}-{n}", "value": f"the value of {kind} header {n}"}] for n in range(count)
    }


def event() -> dict[str, Any]:
    config = {
        "distributionDomainName": "d111111abcdef8.cloudfront.net",
        "distributionId": "EDFDVBD6EXAMPLE",
        "eventType": "viewer-response",
        "requestId": "EXAMPLEntjQpEXAMPLE_SG5Z-EXAMPLEPmPfEXAMPLEu3EqEXAMPLE==",
    }
    request = {
        "clientIp": "198.51.100.11",
        "headers": headers("request", 15),
        "method": "GET",
        "querystring": "id=42",
        "uri": "/media/index.mpd",
    }
    response = {"headers": headers("response", 10), "status": "200", "statusDescription": "OK"}
    return {"Records": [{"cf": {"config": config, "request": request, "response": response}}]}


def timed(workers: Workers, effect: Invoke) -> float:
    start = perf_counter()
    answer = workers.invoke(effect)
    invoked = answer.result() if isinstance(answer, Future) else answer
    assert invoked.failure is None, invoked.failure
    return perf_counter() - start


def warm(effect: Invoke, calls: int) -> list[float]:
    with Workers() as workers:
        return [timed(workers, effect) for _ in range(calls + calls // 10)][calls // 10 :]


def cold(effect: Invoke, calls: int) -> list[float]:
    """The first call of a fresh process: start, import, and one event."""
    times = []
    for _ in range(calls):
        with Workers() as workers:
            times.append(timed(workers, effect))
    return times


def row(times: list[float]) -> dict[str, float]:
    ordered = sorted(times)
    p50, p99 = (ordered[min(len(ordered) - 1, int(len(ordered) * share))] * 1000 for share in (0.5, 0.99))
    return {"calls_per_second": len(times) / sum(times), "p50_ms": p50, "p99_ms": p99}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("calls", nargs="?", type=int, default=5000)
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    kinds: dict[str, tuple[Callable[[Invoke, int], list[float]], int]] = {
        "warm": (warm, options.calls),
        "cold": (cold, COLD),
    }
    result: dict[str, Any] = {"machine": platform.platform(), "python": platform.python_version()}
    print(f"{'runtime':12} {'':5} {'calls/s':>9} {'p50 ms':>8} {'p99 ms':>8}")
    for runtime, code in FUNCTIONS.items():
        function = LambdaFunction(name="f", code=Code(text=code), runtime=runtime, handler="index.handler")
        for kind, (measure, calls) in kinds.items():
            found = row(measure(Invoke(function, "viewer-response", event()), calls))
            result[f"{runtime} {kind}"] = found
            numbers = f"{found['calls_per_second']:9.0f} {found['p50_ms']:8.3f} {found['p99_ms']:8.3f}"
            print(f"{runtime:12} {kind:5} {numbers}")
    if options.json:
        options.json.write_text(json.dumps(result, indent=2) + "\n")


if __name__ == "__main__":
    main()
