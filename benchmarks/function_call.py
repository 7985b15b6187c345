"""What one call of a CloudFront Function costs: a function that sets five security headers, on one thread.

python benchmarks/function_call.py [calls]
"""

from __future__ import annotations

import sys
from concurrent.futures import Future
from time import perf_counter
from typing import Any

from edgeware.config.model import CloudFrontFunction, Code
from edgeware.core.effects import Invoke
from edgeware.functions.workers import Workers

SECURITY_HEADERS = """
function handler(event) {
    var response = event.response;
    var headers = response.headers;
    headers['strict-transport-security'] = { value: 'max-age=63072000; includeSubdomains; preload' };
    headers['content-security-policy'] = { value: "default-src 'none'; img-src 'self'; script-src 'self'" };
    headers['x-content-type-options'] = { value: 'nosniff' };
    headers['x-frame-options'] = { value: 'DENY' };
    headers['x-xss-protection'] = { value: '1; mode=block' };
    return response;
}
"""
FUNCTIONS = {
    "sets 5 headers": SECURITY_HEADERS,
    "sets 5 headers, reads the request": SECURITY_HEADERS.replace(
        "return response", "if (event.request.uri === '/no') return event.request; return response"
    ),
    "returns at once": "function handler(event) { return event.response; }",
    "async": "async " + SECURITY_HEADERS.strip(),
}


def event() -> dict[str, Any]:
    return {
        "version": "1.0",
        "context": {
            "distributionDomainName": "d111111abcdef8.cloudfront.net",
            "distributionId": "EDFDVBD6EXAMPLE",
            "eventType": "viewer-response",
            "requestId": "EXAMPLEntjQpEXAMPLE_SG5Z-EXAMPLEPmPfEXAMPLEu3EqEXAMPLE==",
        },
        "viewer": {"ip": "198.51.100.11"},
        "request": {
            "method": "GET",
            "uri": "/media/index.mpd",
            "querystring": {"id": {"value": "42"}},
            "headers": {f"x-request-{n}": {"value": f"the value of request header {n}"} for n in range(15)},
            "cookies": {},
        },
        "response": {
            "statusCode": 200,
            "statusDescription": "OK",
            "headers": {f"x-response-{n}": {"value": f"the value of response header {n}"} for n in range(10)},
            "cookies": {},
        },
    }


def measure(code: str, calls: int) -> list[float]:
    effect = Invoke(CloudFrontFunction(name="f", code=Code(text=code)), "viewer-response", event())
    times = []
    with Workers(reuse=False) as workers:
        for _ in range(calls + calls // 10):
            start = perf_counter()
            answer = workers.invoke(effect)
            invoked = answer.result() if isinstance(answer, Future) else answer
            times.append(perf_counter() - start)
            assert invoked.failure is None, invoked.failure
    return sorted(times[calls // 10 :])


def main() -> None:
    calls = int(sys.argv[1]) if len(sys.argv) > 1 else 10000
    for name, code in FUNCTIONS.items():
        times = measure(code, calls)
        p50, p99 = times[len(times) // 2] * 1e6, times[len(times) * 99 // 100] * 1e6
        print(f"{name:36} p50 {p50:7.0f} us   p99 {p99:7.0f} us")


if __name__ == "__main__":
    main()
