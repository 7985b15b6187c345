"""The real child process of a Python function, over real pipes."""

from __future__ import annotations

import json
import os
import select
import struct
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from textwrap import dedent
from types import TracebackType
from typing import Any

FIXTURES = Path(__file__).parent / "fixtures" / "lambda_python"
PATIENCE = 30
"""Seconds after which a child that says nothing has hung."""


class Child:
    """A child that runs a function, with a place to put things. ``code`` is the source of its ``app.py``.

    Further arguments are fields of the init frame.
    """

    def __init__(self, place: Path, code: str = "", handler: str = "app.handler", **init: Any) -> None:
        self.directory = place / "code"
        self.directory.mkdir()
        (self.directory / "app.py").write_text(dedent(code), encoding="utf-8")
        self.scratch = place / "tmp"
        self.scratch.mkdir()
        self.process = subprocess.Popen(
            [sys.executable, "-I", "-m", "edgeware.functions.lambda_python"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            bufsize=0,
            env={"HOST_SECRET": "1", "TMPDIR": str(self.scratch)} | _measured(),
        )
        self.send(0, self.init(handler, **init))
        self.started: dict[str, Any] = {}

    def init(self, handler: str, **init: Any) -> dict[str, Any]:
        return {
            "directory": str(self.directory),
            "handler": handler,
            "runtime": "python3.13",
            "function_name": "shop-auth",
            "function_version": "7",
            "memory_size": 128,
            "timeout": 3,
            "environment": {},
        } | init

    def __enter__(self) -> Child:
        request_id, self.started = self.receive()
        assert request_id == 0
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def write(self, data: bytes) -> None:
        assert self.process.stdin is not None
        rest = memoryview(data)
        while rest:
            rest = rest[self.process.stdin.write(rest) :]

    def send(self, request_id: int, payload: Any) -> None:
        data = json.dumps(payload).encode()
        self.write(struct.pack(">IQ", len(data), request_id) + data)

    def receive(self) -> tuple[int, Any]:
        length, request_id = struct.unpack(">IQ", self._read(12))
        return request_id, json.loads(self._read(length))

    def _read(self, size: int) -> bytes:
        pipe = self.process.stdout
        assert pipe is not None
        data = b""
        while len(data) < size:
            assert select.select([pipe], [], [], PATIENCE)[0], "the child says nothing"
            chunk = pipe.read(size - len(data))
            if not chunk:
                raise EOFError
            data += chunk
        return data

    def call(self, event: Any = None, request_id: int = 1, deadline_ms: int = 3000) -> dict[str, Any]:
        self.send(
            request_id,
            {
                "event": event,
                "aws_request_id": "0a1b2c3d-0000-4000-8000-000000000001",
                "deadline_ms": deadline_ms,
            },
        )
        answered, reply = self.receive()
        assert answered == request_id
        assert isinstance(reply, dict)
        return reply

    def output(self, event: Any = None) -> Any:
        reply = self.call(event)
        assert "failure" not in reply, reply
        return reply["output"]

    def close(self) -> int:
        """End the input and wait for the end of the process; the exit status."""
        for pipe in (self.process.stdin, self.process.stdout):
            assert pipe is not None
            with suppress(BrokenPipeError):
                pipe.close()
            if pipe is self.process.stdin:
                self.process.wait(PATIENCE)
        return self.process.returncode


def _measured() -> dict[str, str]:
    """What makes the child's lines count when the tests are measured (``patch = subprocess`` of coverage)."""
    return {name: value for name, value in os.environ.items() if name == "COVERAGE_PROCESS_CONFIG"}
