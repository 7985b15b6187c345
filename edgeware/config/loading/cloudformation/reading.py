"""Candidates none of whose readers dies of a template that is nested too deeply."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import TypeVar

from edgeware.config.loading.candidates import Candidate
from edgeware.exceptions import ConfigurationError

T = TypeVar("T")


def guarded(source: str, read: Callable[[], Sequence[Candidate]]) -> Sequence[Candidate]:
    """The candidates. Raises ConfigurationError, now or when one of them is read, where Python's stack ends."""
    return [replace(one, read=partial(_shallow, source, one.read)) for one in _shallow(source, read)]


def _shallow(source: str, read: Callable[[], T]) -> T:
    try:
        return read()
    except RecursionError:
        raise ConfigurationError([f"{source}: is nested too deeply."]) from None
