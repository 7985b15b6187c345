"""The child process and its main loop; the package's docstring has the protocol."""

from __future__ import annotations

import json
import logging
import os
import sys
import time
from collections.abc import Iterable
from contextlib import suppress
from io import TextIOWrapper
from queue import SimpleQueue
from threading import Thread
from typing import Any, NoReturn

from edgeware.functions.lambda_python.channel import Channel
from edgeware.functions.lambda_python.environment import Context, clear_away, furnish, make_scratch
from edgeware.functions.lambda_python.failures import failure, log_lines
from edgeware.functions.lambda_python.handler import Handler, call, find_handler, marshal
from edgeware.functions.lambda_python.memory import confine, end_as_lambda_does, peak


class RequestIdFilter(logging.Filter):
    """Puts the id of the current invocation into each log record."""

    aws_request_id = ""

    def filter(self, record: logging.LogRecord) -> bool:
        """Let everything pass."""
        record.aws_request_id = self.aws_request_id
        return True


class Instance:
    """One instance of a function: brought up by the init frame, then one invocation at a time."""

    def __init__(self, init: dict[str, Any], scratch: str) -> None:
        self._init = init
        self._directory = init["directory"] = os.path.abspath(init["directory"])  # noqa: PTH100
        self._scratch = scratch
        self._request_id = RequestIdFilter()
        self._handler: Handler | None = None
        self._failure: dict[str, Any] = {}
        self._variables: dict[str, str] = {}
        self._memory: int | None = init.get("memory")
        self._init_milliseconds: float | None = None
        self._set_up_logging()

    def bring_up(self) -> str:
        """Import the function's module. Answers the init frame."""
        started = time.perf_counter()
        try:
            self._variables = furnish(self._init, self._scratch)
            if self._memory is not None:
                confine(self._memory)
            self._handler = find_handler(self._init["handler"], self._directory)
            self._init_milliseconds = (time.perf_counter() - started) * 1000
        except MemoryError:  # pragma: no cover - the process dies of it
            end_as_lambda_does("")
        except Exception as error:
            self._failure = failure(error, self._directory, "")
            return _reply(f'"failure": {json.dumps(self._failure)}', log_lines(self._failure))
        return _reply('"ok": true')

    def invoke(self, job: dict[str, Any]) -> str:
        """Answer a job's frame."""
        if self._handler is None:
            return _reply(f'"failure": {json.dumps(self._failure)}, "seconds": 0.0')
        request_id = job["aws_request_id"]
        self._request_id.aws_request_id = request_id
        os.environ["_X_AMZN_TRACE_ID"] = _trace_id(request_id)
        context = Context(self._variables, request_id, job["deadline_ms"])
        started, begun = time.process_time(), time.perf_counter()
        lines: tuple[str, ...] = ()
        try:
            outcome = _outcome(marshal(call(self._handler, job["event"], context)))
        except MemoryError:  # pragma: no cover - the process dies of it
            end_as_lambda_does(request_id)
        except Exception as error:
            failed = failure(error, self._directory, request_id)
            outcome, lines = f'"failure": {json.dumps(failed)}', log_lines(failed)
        seconds = time.process_time() - started
        return _reply(f'{outcome}, "seconds": {seconds}, {self._report(request_id, begun)}', lines)

    def _report(self, request_id: str, begun: float) -> str:
        """What Lambda reports of an invocation; one that has used too much memory has no answer."""
        used = peak()
        if self._memory is not None and used > self._memory:  # pragma: no cover - the process dies of it
            _reply("")
            end_as_lambda_does(request_id)
        report: dict[str, Any] = {"request_id": request_id, "peak": used}
        report["milliseconds"] = (time.perf_counter() - begun) * 1000
        if self._init_milliseconds is not None:
            report["init"], self._init_milliseconds = self._init_milliseconds, None
        return f'"report": {json.dumps(report)}'

    def _set_up_logging(self) -> None:
        """The root handler that a function finds in place: its records go the way of its prints."""
        form = "[%(levelname)s]\t%(asctime)s.%(msecs)03dZ\t%(aws_request_id)s\t%(message)s"
        formatter = logging.Formatter(form, "%Y-%m-%dT%H:%M:%S")
        formatter.converter = time.gmtime
        handler = logging.StreamHandler(sys.stdout)
        handler.setFormatter(formatter)
        handler.addFilter(self._request_id)
        logging.getLogger().addHandler(handler)


def _reply(members: str, lines: Iterable[str] = ()) -> str:
    """A reply of these members, which are written as JSON, when everything that goes to the log is there."""
    for stream in (sys.stdout, sys.stderr, sys.__stdout__, sys.__stderr__):
        # The function may have put anything in their place.
        with suppress(Exception):
            stream.flush()  # type: ignore[union-attr]
    with suppress(OSError):
        for line in lines:
            os.write(1, f"{line}\n".encode(errors="replace"))
    return f"{{{members}}}"


def _outcome(text: str | None) -> str:
    return '"output": null, "unparsable": true' if text is None else f'"output": {text}'


def _trace_id(request_id: str) -> str:
    """A trace id as X-Ray writes it, not sampled; the request id gives the digits."""
    digits = request_id.replace("-", "").ljust(32, "0")
    return f"Root=1-{digits[:8]}-{digits[8:32]};Parent={digits[:16]};Sampled=0"


class Process:
    """The process and its end: standard input, the queue of jobs, and the scratch directory to remove."""

    def __init__(self) -> None:
        self._id = os.getpid()
        self._channel = Channel(int(sys.argv.pop(1)), int(sys.argv.pop(1)))
        for stream in (sys.stdout, sys.stderr):
            assert isinstance(stream, TextIOWrapper)
            stream.reconfigure(encoding="utf-8", errors="replace", line_buffering=True)
        self._scratch = make_scratch()
        self._jobs: SimpleQueue[tuple[int, dict[str, Any]]] = SimpleQueue()

    def run(self) -> NoReturn:
        """Answer frames until the input ends, the function ends the process, or the parent is gone."""
        Thread(target=self._receive, daemon=True).start()
        try:
            self._serve()
        except SystemExit as error:
            self.end(error.code if isinstance(error.code, int) else int(error.code is not None))
        except BaseException:
            self.end(1)

    def end(self, code: int) -> NoReturn:
        """End at once, with threads and forked copies of the function or without them."""
        try:
            if os.getpid() == self._id:
                clear_away(self._scratch)
        finally:
            os._exit(code)

    def _receive(self) -> None:
        try:
            while (frame := self._channel.receive()) is not None:
                self._jobs.put(frame)
        finally:
            self.end(0)

    def _serve(self) -> NoReturn:
        request_id, init = self._jobs.get()
        instance = Instance(init, self._scratch)
        self._channel.send(request_id, instance.bring_up())
        while True:
            request_id, job = self._jobs.get()
            self._channel.send(request_id, instance.invoke(job))
