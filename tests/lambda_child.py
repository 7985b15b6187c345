"""The real child process of a Lambda@Edge function, over real pipes."""

from __future__ import annotations

import json
import os
import select
import shutil
import struct
import subprocess
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from textwrap import dedent
from types import TracebackType
from typing import Any

from edgeware.config.model import Code, LambdaFunction
from edgeware.functions.lambda_variables import reserved_variables
from edgeware.functions.node_lambda import SCRIPT
from edgeware.functions.output import Output

FIXTURES = Path(__file__).parent / "fixtures" / "lambda_python"
PATIENCE = 30
"""Seconds after which a child that says nothing has hung."""
NODE = shutil.which("node") or "node"


def variables(directory: Path, runtime: str, handler: str) -> dict[str, str]:
    function = LambdaFunction(name="shop-auth", code=Code(), runtime=runtime, handler=handler, version="7")
    return reserved_variables(function, handler, str(directory), 1_700_000_000)


class Child:
    """A child that runs a function, with a place to put things.

    A reply's ``logs`` are what the function has written since the one before.
    """

    def __init__(self, place: Path, command: Sequence[str], environment: dict[str, str]) -> None:
        self.directory = place / "code"
        self.scratch = place / "tmp"
        self.output_file = Output()
        from_parent, self._stdin = os.pipe()
        self._stdout, to_parent = os.pipe()
        self.process = subprocess.Popen(
            [*command, str(from_parent), str(to_parent)],
            stdin=subprocess.DEVNULL,
            stdout=self.output_file.fileno(),
            stderr=self.output_file.fileno(),
            pass_fds=(from_parent, to_parent),
            env=environment | {"HOST_SECRET": "1", "TMPDIR": str(self.scratch)},
        )
        os.close(from_parent)
        os.close(to_parent)
        self.started: dict[str, Any] = {}

    def __enter__(self) -> Child:
        request_id, self.started = self.receive()
        assert request_id == 0
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def write(self, data: bytes) -> None:
        rest = memoryview(data)
        while rest:
            rest = rest[os.write(self._stdin, rest) :]

    def send(self, request_id: int, payload: Any) -> None:
        data = json.dumps(payload).encode()
        self.write(struct.pack(">IQ", len(data), request_id) + data)

    def receive(self) -> tuple[int, Any]:
        length, request_id = struct.unpack(">IQ", self._read(12))
        reply = json.loads(self._read(length))
        return request_id, reply | {"logs": list(self.output_file.take())}

    def _read(self, size: int) -> bytes:
        data = b""
        while len(data) < size:
            assert select.select([self._stdout], [], [], PATIENCE)[0], "the child says nothing"
            chunk = os.read(self._stdout, size - len(data))
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

    def deafen(self) -> None:
        """Do not listen any more."""
        os.close(self._stdout)
        self._stdout = -1

    def close(self) -> int:
        """End the input and wait for the end of the process; the exit status."""
        for end in (self._stdin, self._stdout):
            with suppress(OSError):
                os.close(end)
            if end == self._stdin:
                self.process.wait(PATIENCE)
        self._stdin = self._stdout = -1
        self.output_file.close()
        return self.process.returncode


class PythonChild(Child):
    """``code`` is the source of ``app.py``. Further arguments are fields of the init frame."""

    def __init__(self, place: Path, code: str = "", handler: str = "app.handler", **init: Any) -> None:
        directory = _places(place, {"app.py": code})
        super().__init__(place, [sys.executable, "-I", "-m", "edgeware.functions.lambda_python"], _measured())
        known = variables(directory, "python3.13", handler)
        self.send(0, {"directory": str(directory), "handler": handler, "variables": known} | init)


class NodeChild(Child):
    """``code`` is the source of ``index.js``, or of several files by their names."""

    def __init__(
        self, place: Path, code: str | dict[str, str], handler: str = "index.handler", generation: int = 22
    ) -> None:
        directory = _places(place, {"index.js": code} if isinstance(code, str) else code)
        super().__init__(place, [NODE, str(SCRIPT)], variables(directory, f"nodejs{generation}.x", handler))
        self.send(0, {"directory": str(directory), "handler": handler, "generation": generation})


def _places(place: Path, files: dict[str, str]) -> Path:
    directory = place / "code"
    for name, code in files.items():
        file = directory / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(dedent(code), encoding="utf-8")
    (place / "tmp").mkdir()
    return directory


def _measured() -> dict[str, str]:
    """What makes the child's lines count when the tests are measured (``patch = subprocess`` of coverage)."""
    return {name: value for name, value in os.environ.items() if name == "COVERAGE_PROCESS_CONFIG"}
