"""The inspector's own server: one thread, one loopback port, a secret in the URL."""

from __future__ import annotations

import secrets
import socket
import sys
from threading import Event, Thread

from uvicorn import Config, Server

from edgeware.edge import Edge
from edgeware.exceptions import UsageError
from edgeware.inspector.gate import Gate
from edgeware.inspector.site import site

HOST = "127.0.0.1"


class InspectorServer:
    """The server of one edge's page."""

    def __init__(self, edge: Edge, *, port: int = 0, token: str | None = None) -> None:
        token = token or secrets.token_urlsafe(16)
        try:
            listener = socket.create_server((HOST, port))
        except OSError as error:
            raise UsageError(f"the inspector cannot listen at {HOST}, port {port}: {error}") from error
        self.port: int = listener.getsockname()[1]
        self.url = f"http://{HOST}:{self.port}/{token}/"
        self._closing = Event()
        app = Gate(site(edge, self._closing), port=self.port, token=token)
        self._server = Server(_config(app))
        self._thread = Thread(target=self._server.run, args=([listener],), name="edgeware-inspector", daemon=True)
        self._thread.start()
        print(f"edgeware: inspector: {self.url}", file=sys.stderr, flush=True)

    def close(self) -> None:
        """End the server, and wait for it."""
        self._closing.set()
        self._server.should_exit = True
        self._thread.join()


def _config(app: Gate) -> Config:
    return Config(
        app,
        interface="asgi3",
        loop="asyncio",
        http="h11",
        ws="none",
        lifespan="off",
        log_config=None,
        log_level="warning",
        access_log=False,
        proxy_headers=False,
        server_header=False,
        timeout_graceful_shutdown=2,
    )
