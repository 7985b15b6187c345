"""What a child process that runs hostile code gives up before it starts. The child loads this module by its path."""

from __future__ import annotations

import resource

ADDRESS_SPACE = 1 << 30


def confine() -> None:  # pragma: no cover - irrevocable, so only ever run in a child; the tests ask a real one
    """Give up, for good, what no function needs: files, other processes, memory without end."""
    for limit, value in (
        (resource.RLIMIT_AS, ADDRESS_SPACE),
        (resource.RLIMIT_NOFILE, 0),
        (resource.RLIMIT_NPROC, 0),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        try:
            resource.setrlimit(limit, (value, value))
        except (OSError, ValueError):
            continue  # a system that has no such limit, or a stricter one
