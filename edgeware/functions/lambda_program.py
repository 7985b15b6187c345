"""Lambda@Edge functions: what their children are told, and what they say, whatever the language."""

from __future__ import annotations

import json
import shutil
import tempfile
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timezone
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from edgeware.config.model import LambdaFunction
from edgeware.core.effects import Failure, Invoke, Invoked, LambdaReport
from edgeware.core.lambda_result import UNPARSABLE
from edgeware.functions.lambda_variables import reserved_variables
from edgeware.functions.program import Limits, Request, Stdio
from edgeware.functions.source import path_of

LONGEST_TIMEOUT = 30
"""Seconds [cloudfront-limits]."""
LONGEST_START = 10
"""Seconds that Lambda gives to the code outside of the handler [lambda-runtime-environment]."""
DEBUGGED = 7 * 24 * 3600
"""Seconds that a function has in which somebody looks at each line."""


class LambdaProgram(ABC):
    """A function's code at one moment.

    ``debugged`` gives the child the terminal of its parent, and time without end.
    """

    store = None
    suffix: str
    """That of the file which inline code becomes."""

    def __init__(self, function: LambdaFunction, clock: Callable[[], float], *, debugged: bool = False) -> None:
        self.function = function
        self.debugged = debugged
        self.stdio: Stdio = "terminal" if debugged else "log"
        self._clock = clock
        self._timeout = DEBUGGED if debugged else min(function.timeout, LONGEST_TIMEOUT)
        self.limits = Limits(start=DEBUGGED if debugged else LONGEST_START, call=self._timeout)
        self._series = uuid4().int
        self.private = tempfile.mkdtemp(prefix="edgeware-")
        self.directory, self.handler = self._place()

    @property
    @abstractmethod
    def command(self) -> Sequence[str]:
        """The command line that starts a child."""

    @property
    @abstractmethod
    def environment(self) -> dict[str, str]:
        """The child's environment."""

    @property
    @abstractmethod
    def setup(self) -> bytes:
        """The init frame."""

    @staticmethod
    @abstractmethod
    def split(handler: str) -> tuple[str, str]:
        """The module and the name in it that a handler string stands for."""

    def variables(self) -> dict[str, str]:
        """The variables of the Lambda environment, for one more process."""
        return reserved_variables(self.function, self.handler, self.directory, self._clock())

    def _place(self) -> tuple[str, str]:
        """Where the code is, and the handler's name there."""
        code, handler = self.function.code, self.function.handler
        module, name = self.split(handler)
        if code.text is not None:
            file = Path(self.private, "code", f"{module}{self.suffix}")
            file.parent.mkdir(parents=True)
            file.write_text(code.text, encoding="utf-8")
            return str(Path(self.private, "code")), handler
        path = path_of(self.function).absolute()
        return (str(path), handler) if path.is_dir() else (str(path.parent), f"{path.stem}.{name}")

    def ready(self, payload: bytes) -> Invoked:
        """Whether the module was loaded and the handler found."""
        return _invoked(json.loads(payload))

    def request(self, effect: Invoke, number: int) -> Request:
        """A job: the event and how long it may take. Lambda's request id is not CloudFront's."""
        request_id = self._request_id(number)
        job = {"event": effect.event, "aws_request_id": request_id, "deadline_ms": self._timeout * 1000}
        return Request(json.dumps(job).encode())

    def answer(self, payload: bytes, effect: Invoke) -> Invoked:
        """What the handler returned, or why it did not."""
        reply = json.loads(payload)
        invoked = _invoked(reply)
        said = reply.get("report")
        return invoked if said is None else replace(invoked, report=self._report(**said))

    def _report(self, request_id: str, milliseconds: float, peak: int, init: float | None = None) -> LambdaReport:
        return LambdaReport(
            request_id=request_id,
            version=self.function.version,
            milliseconds=milliseconds,
            memory_size=self.function.memory_size,
            max_memory_used=peak,
            init_milliseconds=init,
        )

    def late(self, number: int) -> Failure:
        """The line that Lambda writes to the log."""
        now = datetime.fromtimestamp(self._clock(), timezone.utc).isoformat(timespec="milliseconds")
        took = f"Task timed out after {self._timeout:.2f} seconds"
        return Failure("timeout", f"{now[:23]}Z {self._request_id(number)} {took}")

    def close(self) -> None:
        """Remove the private directory."""
        shutil.rmtree(self.private, ignore_errors=True)

    def _request_id(self, number: int) -> str:
        return str(UUID(int=(self._series + number) % (1 << 128), version=4))


def _invoked(reply: Any) -> Invoked:
    failure = reply.get("failure")
    failed = failure and Failure(failure["kind"], failure["message"], failure["where"])
    output = UNPARSABLE if reply.get("unparsable") else reply.get("output")
    return Invoked(output, failed, (), reply.get("seconds", 0.0))
