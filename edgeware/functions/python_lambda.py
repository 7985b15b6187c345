"""Lambda@Edge functions in Python: what their children are told, and what they say."""

from __future__ import annotations

import json
import shutil
import sys
import tempfile
from collections.abc import Callable
from datetime import datetime, timezone
from pathlib import Path
from typing import Any
from uuid import uuid4

from edgeware.config.model import LambdaFunction
from edgeware.core.effects import Failure, Invoke, Invoked
from edgeware.core.lambda_result import UNPARSABLE
from edgeware.exceptions import FunctionError
from edgeware.functions.program import Limits
from edgeware.functions.source import path_of

LONGEST_TIMEOUT = 30
"""Seconds; viewer events have less in production, which is checked with the configuration."""


class PythonLambda:
    """A Python function's code at one moment."""

    def __init__(self, function: LambdaFunction, clock: Callable[[], float]) -> None:
        check(function)
        self._function = function
        self._clock = clock
        self._timeout = min(function.timeout, LONGEST_TIMEOUT)
        self.limits = Limits(start=10, call=self._timeout)
        self.command = (sys.executable, "-I", "-m", "edgeware.functions.lambda_python")
        self._private = tempfile.mkdtemp(prefix="edgeware-")
        self.directory, self._handler = self._place()

    def _place(self) -> tuple[str, str]:
        """Where the code is, and the handler's name there."""
        function, code = self._function, self._function.code
        module, _, attribute = function.handler.rpartition(".")
        if code.text is not None:
            file = Path(self._private, "code", f"{module.replace('.', '/')}.py")
            file.parent.mkdir(parents=True)
            file.write_text(code.text, encoding="utf-8")
            return str(Path(self._private, "code")), function.handler
        path = path_of(function).absolute()
        if path.is_dir():
            return str(path), function.handler
        return str(path.parent), f"{path.stem}.{attribute}"

    @property
    def environment(self) -> dict[str, str]:
        """The child's environment: where to put files that ``close`` removes."""
        return {"TMPDIR": self._private}

    @property
    def setup(self) -> bytes:
        """The init frame."""
        function = self._function
        init = {
            "directory": self.directory,
            "handler": self._handler,
            "runtime": function.runtime,
            "function_name": function.name,
            "function_version": function.version,
            "memory_size": function.memory_size,
            "timeout": self._timeout,
            "environment": {},
        }
        return json.dumps(init).encode()

    def ready(self, payload: bytes) -> Invoked:
        """Whether the module was imported and the handler found, and what it printed meanwhile."""
        return _invoked(json.loads(payload))

    def request(self, effect: Invoke, number: int) -> bytes:
        """A job: the event and how long it may take. Lambda's request id is not CloudFront's."""
        job = {"event": effect.event, "aws_request_id": str(uuid4()), "deadline_ms": self._timeout * 1000}
        return json.dumps(job).encode()

    def answer(self, payload: bytes, effect: Invoke) -> Invoked:
        """What the handler returned, or why it did not."""
        return _invoked(json.loads(payload))

    def late(self) -> Failure:
        """The line that Lambda writes to the log."""
        now = datetime.fromtimestamp(self._clock(), timezone.utc).isoformat(timespec="milliseconds")
        return Failure("timeout", f"{now[:23]}Z Task timed out after {self._timeout:.2f} seconds")

    def close(self) -> None:
        """Remove the private directory."""
        shutil.rmtree(self._private, ignore_errors=True)


def check(function: LambdaFunction) -> None:
    """FunctionError for a function that cannot run at all."""
    if function.runtime.startswith("nodejs"):
        raise FunctionError(
            f"The function {function.name} runs on {function.runtime}: Lambda@Edge handlers in Node.js come with a"
            " later version of edgeware. Until then, leave its association out, or write it in Python."
        )
    if not function.runtime.startswith("python"):
        raise FunctionError(
            f"The function {function.name} runs on {function.runtime}, which Lambda@Edge does not have."
        )
    if function.code.text is None:
        path_of(function)


def _invoked(reply: Any) -> Invoked:
    failure = reply.get("failure")
    failed = failure and Failure(failure["kind"], failure["message"], failure["where"])
    output = UNPARSABLE if reply.get("unparsable") else reply.get("output")
    return Invoked(output, failed, tuple(reply["logs"]), reply.get("seconds", 0.0))
