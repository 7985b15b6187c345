"""A child process that runs one function, one request at a time."""

from __future__ import annotations

import os
import select
import signal
import struct
import subprocess
import time
from collections.abc import Mapping, Sequence
from types import MappingProxyType

from edgeware.functions.program import Program

FRAME = struct.Struct(">IQ")
"""What stands before every payload, both ways: its length and the request id."""
LARGEST_PAYLOAD = 32 << 20


class BrokenChildError(Exception):
    """The child ended, or said what no child says: it is of no use any more, and its request has failed."""


class Child:
    """The process and the two pipes to it. Nothing here ever blocks.

    Whoever holds a child is alone with it. It is started with the environment given, no open file but its pipes, and in
    a session of its own, so that an interrupt from the terminal goes to the parent alone. When the parent goes, however
    it goes, the child reads the end of its stdin and ends.
    """

    def __init__(
        self, command: Sequence[str], directory: str = "/", environment: Mapping[str, str] = MappingProxyType({})
    ) -> None:
        self.process = subprocess.Popen(  # noqa: S603 - our own interpreter and our own script
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=environment,
            cwd=directory,
            bufsize=0,
            start_new_session=True,
        )
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.stdin = self.process.stdin.fileno()
        self.stdout = self.process.stdout.fileno()
        os.set_blocking(self.stdin, False)
        os.set_blocking(self.stdout, False)
        self._poll = select.poll()
        self._poll.register(self.stdout, select.POLLIN)
        self._request_id = 0
        self._unsent = memoryview(b"")
        self._received = bytearray()
        self.program: Program | None = None
        """None as long as it is a spare one."""
        self.logs: tuple[str, ...] = ()
        """What the code wrote while the child started; it goes with the first answer."""
        self.idle_since = 0.0

    @property
    def running(self) -> Program:
        """What it was told to run."""
        assert self.program is not None
        return self.program

    @property
    def pid(self) -> int:
        """The process id."""
        return self.process.pid

    def send(self, request_id: int, payload: bytes) -> None:
        """Send a request, as much of it as the pipe takes; ``flush`` sends the rest.

        Raises BrokenChildError where the child is gone: it has not seen the request then.
        """
        self._request_id = request_id
        self._unsent = memoryview(FRAME.pack(len(payload), request_id) + payload)
        self.flush()

    def flush(self) -> bool:
        """Send more of the request; whether all of it is out."""
        try:
            while self._unsent:
                self._unsent = self._unsent[os.write(self.stdin, self._unsent) :]
        except BlockingIOError:
            return False
        except BrokenPipeError as error:
            raise BrokenChildError(self.ending()) from error
        return True

    def wait(self, milliseconds: int) -> bool:
        """Wait a little for something to receive."""
        return bool(self._poll.poll(milliseconds))

    def receive(self) -> bytes | None:
        """Read what is there; the answer, if that was the last of it.

        Raises BrokenChildError at the end of the pipe and for anything but one answer to the request that was sent.
        """
        try:
            data = os.read(self.stdout, 1 << 16)
        except BlockingIOError:
            return None
        if not data:
            raise BrokenChildError(self.ending())
        self._received += data
        return self._answer()

    def _answer(self) -> bytes | None:
        received = self._received
        if len(received) < FRAME.size:
            return None
        length, request_id = FRAME.unpack_from(received)
        end = FRAME.size + length
        if request_id != self._request_id or length > LARGEST_PAYLOAD or len(received) > end:
            raise BrokenChildError("the process that runs the function broke the protocol")
        if len(received) < end:
            return None
        payload = bytes(received[FRAME.size :])
        received.clear()
        return payload

    def processor_time(self) -> float | None:
        """Seconds of processor time it has used, where the system tells (Linux)."""
        try:
            return time.clock_gettime(~self.pid << 3 | 2)  # how Linux spells the clock of another process
        except OSError:
            return None

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
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.close()
        self.process.stdout.close()
        if self.process.returncode is None:
            self.process.returncode = 0  # or else Popen would wait for it, and warn
