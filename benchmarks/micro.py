"""Part by part: a step of the lifecycle, a call, a start, an import, an object. ``python -m benchmarks.micro``"""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future
from pathlib import Path
from statistics import median
from time import perf_counter, process_time
from typing import Any

from benchmarks import lambda_call, report
from benchmarks.cases import MISS, PATH
from benchmarks.load import load
from benchmarks.servers import REPOSITORY, Running, compiled, free_port, serving
from benchmarks.sites import DEFAULT_PAGE, FUNCTIONS, SECURITY_HEADERS, Site, asgi, edge_of, fill
from edgeware.config.model import CloudFrontFunction, Code, LambdaFunction
from edgeware.core.admission import arrived, refusal
from edgeware.core.effects import Invoke
from edgeware.core.headers import EdgeLocation, XCache, to_viewer
from edgeware.core.storing import answers, hit
from edgeware.core.visit import Surroundings, Visit
from edgeware.functions.workers import Workers
from edgeware.messages import Request
from edgeware.scope import read_request

SCOPE: dict[str, Any] = {
    "type": "http",
    "http_version": "1.1",
    "method": "GET",
    "scheme": "http",
    "path": PATH,
    "raw_path": PATH.encode(),
    "query_string": b"",
    "root_path": "",
    "client": ("127.0.0.1", 50000),
    "server": ("127.0.0.1", 8000),
    "headers": [(b"host", b"127.0.0.1:8000"), (b"user-agent", b"curl/8"), (b"accept", b"*/*")],
}
Value = tuple[str, float, str, str]
"""A name, a number, its unit, and what is wanted."""


TRIES = 10
CALLS = 500


def micros(calls: Mapping[str, Callable[[], object]]) -> dict[str, float]:
    """Microseconds of processor time that each call takes: in turns, and the best try, which others disturbed least."""
    best = dict.fromkeys(calls, float("inf"))
    for _ in range(TRIES):
        for name, call in calls.items():
            started = process_time()
            for _ in range(CALLS):
                call()
            best[name] = min(best[name], (process_time() - started) / CALLS * 1e6)
    return best


def steps() -> Iterator[Value]:
    """What a hit consists of."""
    edge = edge_of(Site(), "")
    viewer = edge.distribution.viewer
    asked = read_request(SCOPE, viewer)
    site = edge._prepared
    location = EdgeLocation(via="0" * 32)
    around = Surroundings(location=location, now=edge.clock, record_limit=1 << 26, draw=lambda: 0.0)

    def arriving(request: Request) -> Visit:
        return arrived(site, request, around, "id", lambda decision: None)

    fill(edge, 1)
    visit = arriving(Request(method="GET", path="/object/0", headers=asked.headers))
    key = visit.prepared.cache_key.of(visit.request)
    stored = edge.store.get(key).object
    assert stored is not None
    answer = hit(visit, stored)
    parts: dict[str, Callable[[], object]] = {
        "read the request": lambda: read_request(SCOPE, viewer),
        "match the behavior, admit": lambda: refusal(arriving(asked)),
        "make the cache key": lambda: visit.prepared.cache_key.of(visit.request),
        "look the object up": lambda: edge.store.get(key),
        "judge and answer a hit": lambda: answers(visit, stored) and hit(visit, stored),
        "add the edge's headers": lambda: to_viewer(
            answer.response, XCache.HIT, "id", location, "1.1", "Sat, 28 Nov 2026 20:00:00 GMT", 5
        ),
    }
    for name, found in micros(parts).items():
        yield f"step: {name}", found, "µs", ""
    edge.close()


def requests() -> Iterator[Value]:
    """Whole requests, without a server."""
    sites = {
        "the bare application": Site(edge="none"),
        "a hit": Site(),
        "a hit, its function's result known": Site(viewer_response="security_headers"),
        "a miss": Site(policy=MISS),
    }
    applications = {name: asgi(site) for name, site in sites.items()}
    loop = asyncio.new_event_loop()

    def asked(application: Any) -> Callable[[], object]:
        async def ask() -> None:
            await application(SCOPE, _nothing, _nothing)

        loop.run_until_complete(ask())
        return lambda: loop.run_until_complete(ask())

    for name, found in micros({name: asked(application) for name, application in applications.items()}).items():
        yield f"request: {name}", found, "µs", ""
    loop.close()
    for application in applications.values():
        if hasattr(application, "edge"):
            application.edge.close()


async def _nothing(message: object = None) -> dict[str, Any]:
    return {"type": "http.request", "body": b"", "more_body": False}


def calls() -> Iterator[Value]:
    """What a call of a function costs, where it runs and where its result is known."""
    with Workers(reuse=False) as runs, Workers() as reuses:
        for name, code in {"viewer-response": SECURITY_HEADERS, "viewer-request": DEFAULT_PAGE}.items():
            effect = Invoke(CloudFrontFunction(name="f", code=Code(text=code)), name, _event(name))  # type: ignore[arg-type]
            for how, workers in {"run": runs, "known": reuses}.items():
                times = _timed(workers, effect, 2000)
                yield f"function call, {name}, {how}, median", median(times) * 1e6, "µs", ""
                yield f"function call, {name}, {how}, p99", times[len(times) * 99 // 100] * 1e6, "µs", ""
    for runtime, name in {"python3.13": "python", "nodejs22.x": "node"}.items():
        function = LambdaFunction(
            name="f", code=Code(text=FUNCTIONS[name]["code"]), runtime=runtime, handler="index.handler"
        )
        effect = Invoke(function, "viewer-response", lambda_call.event())
        warm, cold = lambda_call.row(lambda_call.warm(effect, 2000)), lambda_call.row(lambda_call.cold(effect, 5))
        yield f"Lambda@Edge in {runtime}, warm", warm["calls_per_second"], "calls/s", ""
        yield f"Lambda@Edge in {runtime}, warm, p99", warm["p99_ms"], "ms", ""
        yield f"Lambda@Edge in {runtime}, cold", cold["p50_ms"], "ms", ""


def _event(event_type: str) -> dict[str, Any]:
    headers = {f"x-header-{n}": {"value": f"the value of header {n}"} for n in range(10)}
    event: dict[str, Any] = {"version": "1.0", "context": {"eventType": event_type, "requestId": "EXAMPLE"}}
    event["viewer"] = {"ip": "198.51.100.11"}
    event["request"] = {"method": "GET", "uri": "/", "querystring": {}, "headers": headers, "cookies": {}}
    if event_type == "viewer-response":
        event["response"] = {"statusCode": 200, "statusDescription": "OK", "headers": headers, "cookies": {}}
    return event


def _timed(workers: Workers, effect: Invoke, count: int) -> list[float]:
    times = []
    for _ in range(count):
        started = perf_counter()
        answer = workers.invoke(effect)
        invoked = answer.result() if isinstance(answer, Future) else answer
        times.append(perf_counter() - started)
        assert invoked.failure is None, invoked.failure
    return sorted(times[count // 10 :])


def imports() -> Iterator[Value]:
    """What the import costs beside its dependencies', in processes that take turns."""
    names = _run("import sys; from edgeware import ASGIEdge; print(*sys.modules)").split()
    theirs = [name for name in names if name.isascii() and name.partition(".")[0] not in ("edgeware", "__main__")]
    start = (
        f"from time import process_time as now\nfrom importlib import import_module\nnames = {theirs!r}\nstart = now()"
    )
    # The dependencies first, so that nothing of theirs counts as ours.
    code = f"{start}\nfor name in names: import_module(name)\nmiddle = now()\nfrom edgeware import ASGIEdge\n"
    times = [_run(code + "print(middle - start, now() - middle)").split() for _ in range(9)]
    yield "import of ASGIEdge, beside its dependencies", min(float(time[1]) for time in times) * 1e3, "ms", "< 150"
    yield "import of its dependencies", min(float(time[0]) for time in times) * 1e3, "ms", ""


def _run(code: str) -> str:
    command = [sys.executable, "-c", code]
    return subprocess.run(command, check=True, capture_output=True, text=True, cwd=REPOSITORY, env=compiled()).stdout


APP = """
async def app(scope, receive, send):
    if scope["type"] == "http":
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"2")]})
        await send({"type": "http.response.body", "body": b"ok"})
"""


def starts() -> Iterator[Value]:
    """From the start of a process to its first answer, one that a function has changed."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "bare.py").write_text(APP)
        (folder / "behind.py").write_text(
            "from bare import app\nfrom edgeware import ASGIEdge\napp = ASGIEdge(app, distribution='edge.json')\n"
        )
        distribution = {
            "version": 1,
            "default_behavior": {"origin": "app", "viewer_response": "f"},
            "functions": {"f": FUNCTIONS["security_headers"]},
        }
        (folder / "edge.json").write_text(json.dumps(distribution))
        quiet = ["--log-level", "critical", "--no-access-log"]
        commands = {
            "uvicorn, the bare application": ["-m", "uvicorn", "bare:app", *quiet],
            "uvicorn, behind the edge": ["-m", "uvicorn", "behind:app", *quiet],
            "edgeware run": ["-m", "edgeware", "run", "bare:app", "--distribution", "edge.json"],
        }
        found: dict[str, list[tuple[float, float]]] = {name: [] for name in commands}
        for _ in range(5):
            for name, command in commands.items():
                found[name].append(_first_answer(command, folder))
        for name, times in found.items():
            target = "< 400" if "edge" in name else ""
            yield f"first answer after the start: {name}", median(seconds for seconds, _ in times) * 1e3, "ms", target
            yield f"processor time until then: {name}", min(seconds for _, seconds in times) * 1e3, "ms", target


def _first_answer(command: list[str], folder: Path) -> tuple[float, float]:
    """Seconds, and seconds of processor time of the server and its function workers."""
    port = free_port()
    started = perf_counter()
    server = subprocess.Popen(
        [sys.executable, *command, "--port", str(port)],
        cwd=folder,
        env=compiled(),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        asyncio.run(_answered(port, server))
        seconds = perf_counter() - started
        return seconds, Running(port, server, folder).processor_seconds()
    finally:
        server.terminate()
        server.wait(30)


async def _answered(port: int, server: subprocess.Popen[bytes]) -> None:
    while server.poll() is None:
        try:
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
        except OSError:
            await asyncio.sleep(0.002)
            continue
        writer.write(b"GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
        head = await reader.readuntil(b"\r\n\r\n")
        writer.close()
        if not head.startswith(b"HTTP/1.1 200"):
            raise RuntimeError(f"the first answer was {head!r}")
        return
    raise RuntimeError("the server ended before it answered")


def memory() -> Iterator[Value]:
    """What an object takes in the store in memory beside its body, with the headers that an application sends."""
    code = (
        "import gc, psutil; from benchmarks.sites import Site, edge_of, fill; edge = edge_of(Site(), 'memory:4GB')\n"
        "def taken(): gc.collect(); return psutil.Process().memory_info().rss\n"
        "fill(edge, 100); before = taken(); fill(edge, 20100); print((taken() - before) / 20000 - 100)"
    )
    yield "memory of a thousand objects beside their bodies", float(_run(code)) / 1.024, "KB", "≤ 2048"


def latency() -> Iterator[Value]:
    """What 16 viewers feel: the function's share, and loops that run away in one request of forty."""
    for how, reuse in {"known": True, "run": False}.items():
        site = Site(viewer_response="security_headers", reuse=reuse, history=100_000)
        with serving(site) as server:
            load(server.port, [PATH], 1)
            load(server.port, [PATH], 3)
            report = server.report
            server.process.send_signal(2)
            server.process.wait(60)
            times = json.loads(report.read_text())["functions"]
        yield f"function's share of a hit, {how}, p99", times[len(times) * 99 // 100] * 1e3, "ms", "< 1"
    for paths, name in (([PATH], "nobody"), ([PATH] * 39 + ["/loop"], "while(true) in one request of forty")):
        site = Site(viewer_response="security_headers", faults=True, lag=True)
        with serving(site) as server:
            load(server.port, [PATH], 1)
            found = load(server.port, paths, 4, failures=True)
            server.process.send_signal(2)
            server.process.wait(60)
            lag = sorted(json.loads(server.report.read_text())["lag"])
        yield f"event loop's lag, {name}, p99", lag[len(lag) * 99 // 100] * 1e3, "ms", "< 5"
        yield f"requests, {name}", found.rate, "requests/s", ""


def trial() -> Iterator[Value]:
    """``edgeware test-function`` on a thousand events, and on one: the start."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "function.js").write_text(SECURITY_HEADERS)
        found = {}
        for count in (1, 1000):
            events = folder / str(count)
            events.mkdir()
            for number in range(count):
                event = _event("viewer-response")
                event["request"]["uri"] = f"/{number}"
                (events / f"{number:04}.json").write_text(json.dumps(event))
            command = [
                sys.executable,
                "-m",
                "edgeware",
                "test-function",
                str(folder / "function.js"),
                "--events",
                str(events),
            ]
            times = []
            for _ in range(3):
                started = perf_counter()
                subprocess.run(command, check=True, capture_output=True, env=compiled())
                times.append(perf_counter() - started)
            found[count] = min(times)
        yield "test-function, one event", found[1] * 1e3, "ms", ""
        yield "test-function, the 999 events after it", (found[1000] - found[1]) * 1e3, "ms", "< 1000"


PARTS = {
    "steps": steps,
    "requests": requests,
    "calls": calls,
    "imports": imports,
    "starts": starts,
    "memory": memory,
    "latency": latency,
    "trial": trial,
}


def table(parts: list[str] | None = None) -> report.Table:
    """Everything, or some parts."""
    lines = []
    for part in parts or PARTS:
        for name, value, unit, target in PARTS[part]():
            print(f"{name:60} {value:10.2f} {unit}", file=sys.stderr)
            lines.append((name, f"{value:,.1f}", unit, target))
    return report.Table(("part", "", "unit", "target"), lines)


def main() -> None:
    print(table(sys.argv[1:]).markdown())


if __name__ == "__main__":
    main()
