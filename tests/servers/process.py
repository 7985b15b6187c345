"""A real server as a child process, and a viewer that talks to it."""

from __future__ import annotations

import http.client
import os
import secrets
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import psutil

REPOSITORY = Path(__file__).resolve().parent.parent.parent
PATIENCE = 30.0
"""Seconds until a step that should take one counts as failed."""
PAUSE = 0.05
"""Seconds between two attempts to connect."""


@dataclass(frozen=True)
class Answer:
    status: int
    headers: http.client.HTTPMessage
    body: bytes

    def header(self, name: str) -> str | None:
        value = self.headers[name]
        return None if value is None else str(value)


class Server:
    """A running server. ``tree`` is every process that it is made of."""

    def __init__(self, process: subprocess.Popen[bytes], port: int, log: Path) -> None:
        self.process = process
        self.port = port
        self._log = log

    @property
    def log(self) -> str:
        """What the server has printed so far."""
        return self._log.read_text(encoding="utf-8", errors="replace")

    def tree(self) -> list[psutil.Process]:
        root = psutil.Process(self.process.pid)
        return [root, *root.children(recursive=True)]

    def request(
        self, method: str, path: str, headers: Mapping[str, str] | None = None, body: bytes | None = None
    ) -> Answer:
        """One request on a connection of its own."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        try:
            connection.request(method, path, body=body, headers=dict(headers or {}))
            response = connection.getresponse()
            return Answer(response.status, response.headers, response.read())
        finally:
            connection.close()

    def get(self, path: str, **headers: str) -> Answer:
        return self.request("GET", path, {name.replace("_", "-"): value for name, value in headers.items()})

    def end(self, number: signal.Signals) -> None:
        self.process.send_signal(number)
        self.process.wait(PATIENCE)


def free_port() -> int:
    """A port that is free, below those that the system gives away by itself: to another one before it is used."""
    for _ in range(1000):
        port = 10_000 + secrets.randbelow(20_000)
        with socket.socket() as probe, suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port
    raise AssertionError("no port is free")


@contextmanager
def serving(
    command: Sequence[str], log: Path, *, cwd: Path = REPOSITORY, environment: Mapping[str, str] | None = None
) -> Iterator[Server]:
    """``python -m command`` with ``{port}`` filled in, once it takes connections; at the end it is gone for good."""
    port = free_port()
    arguments = [sys.executable, "-m", *(part.format(port=port) for part in command)]
    environ = {**os.environ, "PYTHONPATH": str(REPOSITORY), "PYTHONUNBUFFERED": "1", **(environment or {})}
    with log.open("wb") as output:
        process = subprocess.Popen(
            arguments, cwd=cwd, env=environ, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT
        )
    server = Server(process, port, log)
    try:
        wait_until_it_listens(server)
        yield server
    finally:
        process_tree = [] if process.poll() is not None else server.tree()
        for left in process_tree:
            with suppress(psutil.NoSuchProcess):
                left.kill()
        process.wait(PATIENCE)


def wait_until_it_listens(server: Server) -> None:
    for _ in range(int(PATIENCE / PAUSE)):
        with suppress(ConnectionRefusedError):
            socket.create_connection(("127.0.0.1", server.port), timeout=PATIENCE).close()
            return
        # The pause between two attempts; a server that has ended instead is told from one that is slow.
        with suppress(subprocess.TimeoutExpired):
            raise AssertionError(f"the server ended with {server.process.wait(PAUSE)}:\n{server.log}")
    raise AssertionError(f"the server does not listen after {PATIENCE} s:\n{server.log}")


def still_running(processes: Sequence[psutil.Process]) -> list[psutil.Process]:
    """Which of the processes have not ended, once they have had time to."""
    _, alive = psutil.wait_procs(processes, timeout=PATIENCE / 3)
    return [process for process in alive if not is_zombie(process)]


def is_zombie(process: psutil.Process) -> bool:
    """Ended, with nobody left to ask how: what remains of an orphan where the first process does not clean up."""
    try:
        return process.status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True
