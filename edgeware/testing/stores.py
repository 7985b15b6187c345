"""The stores that one suite runs on, by the names that ``Edge(store=...)`` takes."""

from __future__ import annotations

import os
from importlib import import_module
from pathlib import Path
from typing import cast

from edgeware.cache.memory import MemoryStore
from edgeware.cache.store import Store
from edgeware.exceptions import UsageError


def store_of(name: str, folder: Path) -> Store:
    """A store by its name, with nothing in it. ``disk`` alone is one in a ``folder`` that is the test's own.

    ``{worker}`` in a name is the number of the pytest-xdist worker, so that each may have a database of its own.
    UsageError for a name that says nothing here, MissingDependencyError for a missing extra.
    """
    if name == "memory":
        return MemoryStore()
    try:
        opening = import_module("edgeware.cache.opening")
    except ImportError as error:
        raise UsageError(f"the store {name!r} is of no kind that is known here: memory") from error
    worker = os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")
    store = cast(Store, opening.open_store(f"disk:{folder}" if name == "disk" else name.replace("{worker}", worker)))
    store.clear()
    return store


def close(store: Store) -> None:
    """Let a store forget everything, and let go of what it holds."""
    store.clear()
    closes = getattr(store, "close", None)
    if closes is not None:
        closes()
