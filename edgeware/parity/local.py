"""The local edge, served in this process on a loopback port of its own, so that its traces are at hand."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from threading import Thread
from typing import Any

from edgeware.asgi import ASGIEdge
from edgeware.edge import Exchange
from edgeware.exceptions import MissingDependencyError, UsageError
from edgeware.parity.saved import SavedRequest
from edgeware.parity.sending import Received, Site

PATIENCE = 70.0
"""Seconds that the server has to end in."""


class LocalSite(Site):
    """A site whose exchanges can be looked at."""

    def __init__(self, edge: ASGIEdge, base: str, host: str | None = None) -> None:
        distribution = edge.edge.distribution
        self.known = (*distribution.aliases, distribution.domain_name)
        super().__init__(base, host=host or self.known[0])
        self.edge = edge.edge

    def sent(self, request: SavedRequest) -> tuple[Received, Exchange | None]:
        """The answer to a request, and the exchange; its Host where the distribution knows it, else ours."""
        received = self.send(request, request.host if request.host in self.known else None)
        return received, self.exchange(received)

    def exchange(self, received: Received) -> Exchange | None:
        """The exchange that gave an answer, while the edge still keeps it."""
        request_id = received.headers.get("x-amz-cf-id")
        return next((one for one in reversed(self.edge.exchanges.copy()) if one.request_id == request_id), None)


@contextmanager
def serving(edge: ASGIEdge, host: str | None = None) -> Iterator[LocalSite]:
    """Serve the edge while the block runs, its application's startup and shutdown included.

    MissingDependencyError without uvicorn, UsageError for an application that does not start.
    """
    try:
        from uvicorn import Config, Server
    except ImportError as error:
        raise MissingDependencyError("a local edge needs uvicorn: pip install 'edgeware[run]'") from error
    listener = socket.create_server(("127.0.0.1", 0))
    base = f"http://127.0.0.1:{listener.getsockname()[1]}"
    options: dict[str, Any] = {"interface": "asgi3", "log_config": None, "access_log": False}
    # What the edge says itself, as under `edgeware run`.
    options |= {"server_header": False, "date_header": False, "proxy_headers": False}
    server = Server(Config(edge, timeout_graceful_shutdown=1, **options))
    thread = Thread(target=_serve, args=(server, listener), daemon=True, name="local-edge")
    thread.start()
    try:
        yield LocalSite(edge, base, host)
    finally:
        server.should_exit = True
        thread.join(PATIENCE)
        edge.edge.close()
    if not server.started:
        raise UsageError("the application did not start; what it says of it stands above.")


def _serve(server: Any, listener: socket.socket) -> None:
    with listener, suppress(SystemExit):  # where the application does not start, nobody is to wait for an answer
        server.run(sockets=[listener])
