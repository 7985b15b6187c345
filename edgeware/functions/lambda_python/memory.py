"""The memory of a function: how much it has used, and what becomes of one that uses more than it has."""

from __future__ import annotations

import os
import resource
import signal
from contextlib import suppress
from typing import NoReturn

HEADROOM = 512
"""MB that a process may have allocated beyond its memory without using them, such as the stacks of threads."""
MB = 1 << 20


def confine(megabytes: int) -> None:
    """Let no handler take all memory of the machine before it is looked at: beyond this, Python raises MemoryError."""
    limit = (megabytes + HEADROOM) * MB
    with suppress(ValueError, OSError):  # there is a lower limit already
        resource.setrlimit(resource.RLIMIT_DATA, (limit, limit))


def peak() -> int:
    """The most MB of memory that this process has used so far; 0 where the system does not tell."""
    with suppress(OSError), open("/proc/self/status", "rb") as status:  # noqa: PTH123 (pathlib doubles the time to start)
        for line in status:
            if line.startswith(b"VmHWM:"):
                return int(line.split()[1]) // 1024
    return 0


def end_as_lambda_does(
    request_id: str,
) -> NoReturn:  # pragma: no cover - nothing is left to tell
    """Write what Lambda writes of a process that has used more memory than the function has, and die of it."""
    said = f"RequestId: {request_id} Error: Runtime exited with error: signal: killed\nRuntime.ExitError\n"
    with suppress(OSError):
        os.write(1, said.encode())
    os.kill(os.getpid(), signal.SIGKILL)
    raise AssertionError("nobody survives that")
