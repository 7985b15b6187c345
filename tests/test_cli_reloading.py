from __future__ import annotations

import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING

import pytest
from uvicorn import Config

from edgeware.cli.reloading import Reloader
from tests.servers.process import PATIENCE

if TYPE_CHECKING:
    from _typeshed import TraceFunction


@contextmanager
def handled(number: signal.Signals, handler: Callable[[int, FrameType | None], None]) -> Iterator[None]:
    before = signal.signal(number, handler)
    try:
        yield
    finally:
        signal.signal(number, before)


def late(number: int, frame: FrameType | None) -> None:
    raise AssertionError("the process waits for a lock that it holds itself")


def interrupted(step: Callable[[], None]) -> int:
    """Take a step, with a Ctrl-C before every line that it runs; how many lines those were."""
    lines = 0

    def trace(frame: FrameType, event: str, argument: object) -> TraceFunction:
        nonlocal lines
        if event == "line":
            lines += 1
            signal.raise_signal(signal.SIGINT)
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        step()
    finally:
        sys.settrace(before)
    return lines


@pytest.mark.parametrize("step", ["pause", "signal_handler"])
def test_ctrl_c_ends_it_wherever_it_meets_it(step: str, tmp_path: Path) -> None:
    config = Config("nothing:app", reload=True, reload_dirs=[str(tmp_path)], reload_delay=0, log_config=None)
    reloader = Reloader(config, target=lambda sockets: None, sockets=[])
    steps: dict[str, Callable[[], None]] = {
        "pause": reloader.pause,
        "signal_handler": lambda: reloader.signal_handler(signal.SIGTERM, None),
    }
    with handled(signal.SIGINT, reloader.signal_handler), handled(signal.SIGALRM, late):
        signal.setitimer(signal.ITIMER_REAL, PATIENCE)
        try:
            with suppress(StopIteration):
                assert interrupted(steps[step]) > 1
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
    reloader.signal_handler(signal.SIGINT, None)  # another one, which has nothing left to do
    assert reloader.should_exit.is_set()
    with pytest.raises(StopIteration):
        reloader.pause()


def test_it_goes_on_as_long_as_nobody_ends_it(tmp_path: Path) -> None:
    config = Config("nothing:app", reload=True, reload_dirs=[str(tmp_path)], reload_delay=0, log_config=None)
    reloader = Reloader(config, target=lambda sockets: None, sockets=[])
    reloader.pause()
    assert not reloader.should_exit.is_set()
    reloader.signal_handler(signal.SIGTERM, None)
    with pytest.raises(StopIteration):
        reloader.pause()
