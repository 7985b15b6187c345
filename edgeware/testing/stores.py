"""The stores that one suite runs on, by the names that ``Edge(store=...)`` takes."""

from __future__ import annotations

import os
from pathlib import Path

from edgeware.cache.opening import open_store
from edgeware.cache.store import Store


def store_of(name: str, folder: Path) -> Store:
    """A store by its name, with nothing in it. ``disk`` alone is one in a ``folder`` that is the test's own.

    ``{worker}`` in a name is the number of the pytest-xdist worker, so that each may have a database of its own.
    UsageError for a name that says nothing here, MissingDependencyError for a missing extra.
    """
    worker = os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")
    store = open_store(f"disk:{folder}" if name == "disk" else name.replace("{worker}", worker))
    store.clear()
    return store


def close(store: Store) -> None:
    """Let a store forget everything, and let go of what it holds."""
    store.clear()
    store.close()
