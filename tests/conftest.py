"""What every test leaves as it was."""

from __future__ import annotations

import logging
import os
import signal
from collections.abc import Iterator

import pytest
from hypothesis import settings

# How long a case takes says how busy the machine is.
settings.register_profile("busy", deadline=None)
settings.load_profile("busy")
# A forked process that waits for a lock for ever would keep the whole run waiting, and nobody would know for what.
os.register_at_fork(after_in_child=lambda: signal.alarm(90))


@pytest.fixture(autouse=True)
def _logger_as_it_was() -> Iterator[None]:
    """`edgeware run` sets up the logger of its process, which here is that of all tests."""
    logger = logging.getLogger("edgeware")
    level, handlers, propagate = logger.level, list(logger.handlers), logger.propagate
    yield
    logger.setLevel(level)
    logger.handlers[:] = handlers
    logger.propagate = propagate
