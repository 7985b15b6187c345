"""Many requests to functions that now and then raise, hang and die: nobody else notices, and nothing is left behind.

EDGEWARE_SOAK is how many requests there are; ``tox -e soak`` sends ten thousand.
"""

from __future__ import annotations

import http.client
import os
import signal
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psutil

from tests.servers.process import PATIENCE, Server, serving, still_running

REQUESTS = int(os.environ.get("EDGEWARE_SOAK", "600"))
CONNECTIONS = 8
ORDERS = {197: "hang", 53: "die", 41: "raise", 31: "nonsense"}
"""Every so many requests, what the function is to do; else it answers."""
DOCUMENTED = {
    "answer": (200, "Miss from cloudfront"),
    "raise": (503, "LambdaExecutionError from cloudfront"),
    "hang": (503, "LambdaExecutionError from cloudfront"),
    "die": (503, "LambdaExecutionError from cloudfront"),
    "nonsense": (502, "LambdaValidationError from cloudfront"),
}
WARM = 200
"""Requests after which memory is measured first."""


def order(number: int) -> str:
    return next((order for every, order in ORDERS.items() if number % every == 0), "answer")


def ask(server: Server, numbers: list[int]) -> Counter[str]:
    """One connection's requests, one after the other; each that was not answered as documented is counted."""
    wrong: Counter[str] = Counter()
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=PATIENCE)
    for number in numbers:
        language, wish = ("python", "node")[number % 2], order(number)
        connection.request("GET", f"/{language}?{wish}")
        response = connection.getresponse()
        body = response.read()
        if (response.status, response.headers["X-Cache"]) != DOCUMENTED[wish]:
            wrong[f"{language} {wish}: {response.status} {response.headers['X-Cache']}"] += 1
        if wish == "answer" and body != f"/{language}".encode():
            wrong[f"{language}: {body[:20]!r}"] += 1
    connection.close()
    return wrong


def ask_all(server: Server, numbers: range) -> Counter[str]:
    with ThreadPoolExecutor(CONNECTIONS) as viewers:
        shares = [list(numbers[share::CONNECTIONS]) for share in range(CONNECTIONS)]
        return sum(viewers.map(lambda share: ask(server, share), shares), Counter[str]())


def test_functions_that_fail_harm_nobody_else_and_leave_nothing_behind(tmp_path: Path) -> None:
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    command = "uvicorn tests.soak_site:edge --log-level warning --port {port}".split()
    with serving(command, tmp_path / "log", environment={"TMPDIR": str(scratch)}) as server:
        process = psutil.Process(server.process.pid)
        descriptors = process.num_fds()
        assert ask_all(server, range(1, WARM)) == {}, server.log
        memory = process.memory_info().rss
        assert ask_all(server, range(WARM, REQUESTS)) == {}, server.log
        children = process.children()
        assert len(children) <= 2 * 8, "no more than each function may have"
        # Two pipes and a log for each child; the selector, its pipe, and a connection that has not been closed yet.
        assert process.num_fds() <= descriptors + 3 * len(children) + 3 + CONNECTIONS
        assert process.memory_info().rss < 1.3 * memory + 20e6
        processes = server.tree()
        server.end(signal.SIGINT)
        assert still_running(processes) == []
    assert list(scratch.iterdir()) == []
    assert "Traceback" not in server.log
