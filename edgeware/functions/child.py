"""A child process that runs one function, one request after the other."""

from __future__ import annotations

import os
import resource
import select
import signal
import subprocess
import time
from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from types import MappingProxyType
from typing import Any

from edgeware.functions import handover
from edgeware.functions.news import News
from edgeware.functions.output import Output
from edgeware.functions.pipes import FRAME
from edgeware.functions.program import Part, Program, Request, Stdio

LARGEST_PAYLOAD = 32 << 20
FILE_SIZE = 512 << 20
"""Bytes of a file that a Lambda function writes: /tmp has no more [lambda-at-edge-function-restrictions]."""


class BrokenChildError(Exception):
    """The child ended, or said what no child says: it is of no use any more, and its request has failed."""


class Child:
    """The process and the two pipes to it. Nothing here ever blocks.

    Whoever holds a child is alone with it. It is started with the environment given, no open file but its pipes and its
    log, and in a session of its own, so that an interrupt from the terminal goes to the parent alone. When the parent
    goes, however it goes, the child reads the end of its pipe and ends.
    """

    def __init__(
        self,
        command: Sequence[str],
        directory: str = "/",
        environment: Mapping[str, str] = MappingProxyType({}),
        stdio: Stdio = "pipes",
    ) -> None:
        self.output = Output() if stdio == "log" else None
        from_parent, self.stdin = os.pipe()
        self.stdout, to_parent = os.pipe()
        try:
            self.process = subprocess.Popen(  # noqa: S603 - our own interpreter and our own script
                command if stdio == "pipes" else [*command, str(from_parent), str(to_parent)],
                **_standard_streams(stdio, from_parent, to_parent, self.output),
                env=environment,
                cwd=directory,
                start_new_session=True,
            )
        except OSError:
            self._close()
            raise
        finally:
            os.close(from_parent)
            os.close(to_parent)
        if stdio != "pipes":
            _limit_files(self.process.pid)
        self.place = handover.Place(self.process.pid, anywhere=stdio != "pipes")
        os.set_blocking(self.stdin, False)
        os.set_blocking(self.stdout, False)
        self._poll = _poll_of(self.stdout)
        self._asked: deque[int] = deque()  # the ids of the requests that it has not answered
        self._news = News()
        self._unsent: bytes | memoryview = b""
        self._received = bytearray()
        self.program: Program | None = None
        """None as long as it is a spare one."""
        self.logs: tuple[str, ...] = ()
        """What the code wrote while the child started, where it is not in the output; it goes with the first answer."""
        self.idle_since = 0.0
        self._forgotten = False

    @property
    def running(self) -> Program:
        """What it was told to run."""
        assert self.program is not None
        return self.program

    @property
    def pid(self) -> int:
        """The process id."""
        return self.process.pid

    def send(self, request_id: int, payload: bytes, part: Part | None = None) -> None:
        """Send a request, and a part of it that it only gives the number of, as much as the pipe takes now.

        ``flush`` sends the rest.

        Raises BrokenChildError where the child is gone: it has not seen the request then.
        """
        self._unsent = self._frames(request_id, payload, part)
        self.flush()

    def send_all(self, requests: Iterable[tuple[int, Request]]) -> None:
        """The same for several requests at once, which are answered in this order."""
        self._unsent = b"".join([self._frames(request_id, *request) for request_id, request in requests])
        self.flush()

    def _frames(self, request_id: int, payload: bytes, part: Part | None) -> bytes:
        self._asked.append(request_id)
        return self._news.before(self.program, part) + FRAME.pack(len(payload), request_id) + payload

    def flush(self) -> bool:
        """Send more of the request; whether all of it is out."""
        try:
            while self._unsent:
                sent = os.write(self.stdin, self._unsent)
                self._unsent = b"" if sent == len(self._unsent) else memoryview(self._unsent)[sent:]
        except BlockingIOError:
            return False
        except BrokenPipeError as error:
            raise BrokenChildError(self.ending()) from error
        return True

    def wait(self, milliseconds: int, *, beside: bool = False) -> bool:
        """Wait a little for something to receive, and a few milliseconds more where there is nothing.

        ``beside`` is that of ``handover.Place.wait``.
        """
        return bool(self.place.wait(self._poll.poll, milliseconds, beside=beside))

    def receive(self) -> bytes | None:
        """Read what is there; the next answer, if that was the last of it.

        Raises BrokenChildError at the end of the pipe and for anything but one answer to each request that was sent,
        in their order.
        """
        if self.has_received and (answer := self._answer()) is not None:
            return answer
        try:
            data = os.read(self.stdout, 1 << 16)
        except BlockingIOError:
            return None
        if not data:
            raise BrokenChildError(self.ending())
        if not self._received and len(data) >= FRAME.size:
            length, request_id = FRAME.unpack_from(data)
            if length == len(data) - FRAME.size and len(self._asked) == 1 and request_id == self._asked[0]:
                self._asked.clear()
                return data[FRAME.size :]  # one whole answer, as nearly always
        self._received += data
        return self._answer()

    def _answer(self) -> bytes | None:
        received = self._received
        if len(received) < FRAME.size:
            return None
        length, request_id = FRAME.unpack_from(received)
        end = FRAME.size + length
        expected = self._asked and request_id == self._asked[0] and length <= LARGEST_PAYLOAD
        if not expected or (len(received) > end and len(self._asked) == 1):
            raise BrokenChildError("the process that runs the function broke the protocol")
        if len(received) < end:
            return None
        self._asked.popleft()
        payload = bytes(received[FRAME.size : end])
        del received[:end]
        return payload

    @property
    def has_received(self) -> bool:
        """Whether there is something of an answer here that ``receive`` has not given."""
        return bool(self._received)

    def processor_time(self) -> float | None:
        """Seconds of processor time it has used, where the system tells (Linux)."""
        try:
            return time.clock_gettime(~self.pid << 3 | 2)  # how Linux spells the clock of another process
        except OSError:
            return None

    def allow(self, seconds: float | None) -> None:
        """Let the system end it after so much more processor time, or never (Linux).

        Not even a loop outlives a parent that was killed then. Threads of the child's own use more time than passes.
        """
        used = self.processor_time()
        if used is not None:
            _limit(self.pid, "RLIMIT_CPU", None if seconds is None else int(used + 8 * seconds) + 1)

    def written(self) -> tuple[str, ...]:
        """The lines of its log that nobody has been given yet, also when it has ended."""
        logs, self.logs = self.logs, ()
        return logs if self.output is None else logs + self.output.take()

    def ending(self) -> str:
        """Stop it, and say how it had ended, if it had."""
        try:
            code = self.process.wait(timeout=0.1)
        except subprocess.TimeoutExpired:
            self.stop()
            return "the process that runs the function closed its pipe"
        how = f"was ended by {signal.Signals(-code).name}" if code < 0 else f"exited with status {code}"
        return f"the process that runs the function {how}"

    def stop(self) -> None:
        """End it, whatever it does. The pipes stay with whoever holds the child."""
        self.process.kill()
        self.process.wait()

    def kill(self) -> None:
        """End it and leave nothing of it behind."""
        self.stop()
        self.forget()

    def forget(self) -> None:
        """Close this process's ends of the pipes. The child of another process, after a fork, is no longer ours."""
        if not self._forgotten:
            self._forgotten = True
            self._close()
        if self.process.returncode is None:
            self.process.returncode = 0  # or else Popen would wait for it, and warn

    def _close(self) -> None:
        os.close(self.stdin)
        os.close(self.stdout)
        if self.output is not None:
            self.output.close()


def _standard_streams(stdio: Stdio, from_parent: int, to_parent: int, output: Output | None) -> dict[str, Any]:
    if stdio == "pipes":
        return {"stdin": from_parent, "stdout": to_parent, "stderr": subprocess.DEVNULL}
    if output is None:
        return {"pass_fds": (from_parent, to_parent)}
    streams = {"stdin": subprocess.DEVNULL, "stdout": output.fileno(), "stderr": output.fileno()}
    return {"pass_fds": (from_parent, to_parent)} | streams


def _poll_of(descriptor: int) -> select.poll:
    poll = select.poll()
    poll.register(descriptor, select.POLLIN)
    return poll


def _limit_files(pid: int) -> None:
    _limit(pid, "RLIMIT_FSIZE", FILE_SIZE)
    _limit(pid, "RLIMIT_CORE", 0)


def _limit(pid: int, name: str, value: int | None) -> None:
    """Set a soft limit of another process, where the system can do that (Linux)."""
    if hasattr(resource, "prlimit"):
        limit = getattr(resource, name)
        with suppress(OSError, ValueError):  # it is gone, or its hard limit is lower
            _, hard = resource.prlimit(pid, limit)
            resource.prlimit(pid, limit, (hard if value is None else value, hard))
