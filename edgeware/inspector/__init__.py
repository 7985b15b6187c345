"""The inspector: a page of its own server, on loopback, that shows what an edge did.

It only reads the edge's history, so it is no part of any request and changes no answer. Needs ``edgeware[inspect]``.
"""

from __future__ import annotations

import secrets
import socket
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Protocol

from edgeware.exceptions import MissingDependencyError

if TYPE_CHECKING:
    from edgeware.edge import Edge


class Inspector(Protocol):
    """A page that is served until ``close``, or the end of the process."""

    port: int
    url: str
    """Where the page is. Whoever knows it may see everything."""

    def close(self) -> None:
        """End the server, and wait for it."""
        ...


def inspected(edge: Edge, where: Mapping[str, Any] | bool = True) -> Inspector:
    """Serve the page for an edge, in a thread of its own, and say on standard error where.

    ``where`` may hold ``port``, the one to listen at on 127.0.0.1 (0 for any), and ``token``, the secret in the URL,
    which is made up unless given.
    MissingDependencyError without the packages, UsageError for a port that is taken.
    """
    try:
        from edgeware.inspector.server import InspectorServer
    except ImportError as error:
        raise MissingDependencyError(f"the inspector needs {error.name}: pip install 'edgeware[inspect]'") from error
    return InspectorServer(edge, **(where if isinstance(where, Mapping) else {}))


def place() -> Mapping[str, Any]:
    """A free port and a token, for a page that is to stay where it is while processes come and go."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        return {"port": free.getsockname()[1], "token": secrets.token_urlsafe(16)}
