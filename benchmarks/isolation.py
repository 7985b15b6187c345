"""What other viewers feel of hostile functions: a quick function on one thread, attacks on others.

python benchmarks/isolation.py [calls]
"""

from __future__ import annotations

import sys
from concurrent.futures import Future
from threading import Event, Thread
from time import perf_counter
from typing import Any

from edgeware.config.model import CloudFrontFunction, Code
from edgeware.core.effects import Invoke, Invoked
from edgeware.functions.workers import Workers

ATTACKERS = 2
QUICK = "function handler(event) { event.request.headers['x-a'] = { value: '1' }; return event.request; }"
ATTACKS = {
    "nobody": "",
    "a loop": "for (;;);",
    "a loop in a built-in": "[].indexOf.call({ length: 2 ** 53 - 1 }, 1);",
    "a regular expression": "/(a+)+$/.test('a'.repeat(40) + 'b');",
    "memory": "var a = []; for (;;) a.push(new Array(1e5).fill(1));",
    "promises": "return (async () => { for (;;) await 1; })();",
}
EVENT: dict[str, Any] = {
    "version": "1.0",
    "context": {"eventType": "viewer-request"},
    "viewer": {"ip": "198.51.100.11"},
    "request": {"method": "GET", "uri": "/", "querystring": {}, "headers": {}, "cookies": {}},
}


def call(workers: Workers, function: CloudFrontFunction) -> Invoked:
    answer = workers.invoke(Invoke(function, "viewer-request", EVENT))
    return answer.result() if isinstance(answer, Future) else answer


def measure(attack: str, calls: int) -> list[float]:
    """The seconds that the quick function's calls took, sorted."""
    quick = CloudFrontFunction(name="quick", code=Code(text=QUICK))
    hostile = CloudFrontFunction(name="hostile", code=Code(text=f"function handler(event) {{ {attack} }}"))
    over = Event()
    times = []

    def go_on() -> None:
        while not over.is_set():
            call(workers, hostile)

    with Workers(reuse=False) as workers:
        call(workers, quick)
        threads = [Thread(target=go_on) for _ in range(ATTACKERS if attack else 0)]
        for thread in threads:
            thread.start()
        for _ in range(calls):
            start = perf_counter()
            assert call(workers, quick).failure is None
            times.append(perf_counter() - start)
        over.set()
        for thread in threads:
            thread.join()
    return sorted(times)


def main() -> None:
    calls = int(sys.argv[1]) if len(sys.argv) > 1 else 5000
    for name, attack in ATTACKS.items():
        times = measure(attack, calls)
        p50, p99 = times[calls // 2] * 1e6, times[calls * 99 // 100] * 1e6
        print(f"{name:24} p50 {p50:7.0f} us   p99 {p99:7.0f} us   longest {times[-1] * 1e3:6.1f} ms")


if __name__ == "__main__":
    main()
