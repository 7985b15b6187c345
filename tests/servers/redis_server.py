"""A Redis server of the tests' own, on a free port, that can be killed and started again."""

from __future__ import annotations

import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from redis import Redis, RedisError

from tests.servers.process import PATIENCE, PAUSE, free_port


class RedisServer:
    """A server that keeps nothing on disk."""

    def __init__(self, folder: Path) -> None:
        self.port = free_port()
        self.url = f"redis://127.0.0.1:{self.port}/0"
        self._folder = folder
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it, and wait until it answers."""
        command = ["redis-server", "--port", str(self.port), "--save", "", "--bind", "127.0.0.1", "--dir"]
        self._process = subprocess.Popen([*command, str(self._folder)], stdout=subprocess.DEVNULL)
        for _ in range(int(PATIENCE / PAUSE)):
            with suppress(RedisError):
                self.client().ping()
                return
            with suppress(subprocess.TimeoutExpired):
                raise AssertionError(f"redis-server ended with {self._process.wait(PAUSE)}")
        raise AssertionError("redis-server does not answer")

    def client(self) -> Redis:
        """A client for the test itself."""
        return Redis(port=self.port, socket_timeout=PATIENCE)

    def kill(self) -> None:
        """End it as a power cut does."""
        assert self._process is not None
        self._process.kill()
        self._process.wait(PATIENCE)

    def stop(self) -> None:
        """Have it answer nobody, without closing a connection."""
        assert self._process is not None
        self._process.send_signal(signal.SIGSTOP)

    def go_on(self) -> None:
        """Have it answer again."""
        assert self._process is not None
        self._process.send_signal(signal.SIGCONT)


@contextmanager
def redis_server(folder: Path) -> Iterator[RedisServer]:
    """A running server, gone at the end."""
    server = RedisServer(folder)
    server.start()
    try:
        yield server
    finally:
        server.kill()
