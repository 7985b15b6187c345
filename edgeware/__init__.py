"""A faithful CloudFront edge location round any Python web app.

The names below are imported when they are first used: a child process that runs a function, and ``edgeware --help``,
need none of them.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from edgeware.asgi import ASGIEdge
    from edgeware.cache.memory import MemoryStore
    from edgeware.config.model import Distribution
    from edgeware.edge import Edge
    from edgeware.exceptions import (
        ConfigurationError,
        EdgewareError,
        FunctionError,
        MissingDependencyError,
        UsageError,
    )
    from edgeware.wsgi import WSGIEdge

__all__ = [
    "ASGIEdge",
    "ConfigurationError",
    "Distribution",
    "Edge",
    "EdgewareError",
    "FunctionError",
    "MemoryStore",
    "MissingDependencyError",
    "UsageError",
    "WSGIEdge",
]

_HOMES = {
    "ASGIEdge": "asgi",
    "Distribution": "config.model",
    "Edge": "edge",
    "MemoryStore": "cache.memory",
    "WSGIEdge": "wsgi",
}


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES.get(name, 'exceptions')}"), name)


def __dir__() -> list[str]:
    return __all__
