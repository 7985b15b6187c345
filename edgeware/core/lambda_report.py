"""What Lambda writes round the output of an invocation [python-logging]."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from math import ceil

from edgeware.core.effects import LambdaReport


def log_lines(report: LambdaReport, written: Iterable[str]) -> Iterator[str]:
    """The log of one invocation: what the function has written, between the lines START, END and REPORT."""
    yield f"START RequestId: {report.request_id} Version: {report.version}"
    yield from written
    yield f"END RequestId: {report.request_id}"
    took = report.milliseconds
    line = f"REPORT RequestId: {report.request_id}\tDuration: {took:.2f} ms\tBilled Duration: {ceil(took)} ms"
    line += f"\tMemory Size: {report.memory_size} MB\tMax Memory Used: {report.max_memory_used} MB"
    if report.init_milliseconds is not None:
        line += f"\tInit Duration: {report.init_milliseconds:.2f} ms"
    yield line
