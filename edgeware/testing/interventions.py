"""Standing between the edge and its origins: to fail in their place, or to hold an answer back."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from threading import Event, Lock
from typing import TYPE_CHECKING, Any, Protocol

from starlette.types import ASGIApp, Receive, Scope, Send

from edgeware.asgi import ASGIEdge
from edgeware.config.model import Origin
from edgeware.edge import Edge
from edgeware.wsgi import WSGIEdge

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

TICK = 0.001
"""Seconds between two looks at who waits."""


class Intervention(Protocol):
    """What stands between the edge and an origin, in either world."""

    def asgi(self, app: ASGIApp) -> ASGIApp:
        """What is called in the place of an origin's ASGI application."""
        ...

    def wsgi(self, app: WSGIApplication) -> WSGIApplication:
        """What is called in the place of an origin's WSGI application."""
        ...


class OpenASGIEdge(ASGIEdge):
    """An ASGI edge that lets somebody stand between itself and its origins."""

    intervention: Intervention | None = None

    def origin(self, origin: Origin) -> ASGIApp:
        """The application that stands for an origin, or who stands before it."""
        app = super().origin(origin)
        return app if self.intervention is None else self.intervention.asgi(app)


class OpenWSGIEdge(WSGIEdge):
    """A WSGI edge that lets somebody stand between itself and its origins."""

    intervention: Intervention | None = None

    def origin(self, origin: Origin) -> WSGIApplication:
        """The application that stands for an origin, or who stands before it."""
        app = super().origin(origin)
        return app if self.intervention is None else self.intervention.wsgi(app)


class Failing:
    """Every origin answers 503."""

    def asgi(self, app: ASGIApp) -> ASGIApp:
        """An application that fails."""
        return self._asgi

    def wsgi(self, app: WSGIApplication) -> WSGIApplication:
        """An application that fails."""
        return self._wsgi

    async def _asgi(self, scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 503, "headers": [(b"content-type", b"text/plain")]})
        await send({"type": "http.response.body", "body": b"failing"})

    def _wsgi(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        start_response("503 Service Unavailable", [("Content-Type", "text/plain")])
        return [b"failing"]


class Holding:
    """The first request is held back at the origin until a second one, sent meanwhile, waits for it or goes past it."""

    def __init__(self, edge: Edge, send: Callable[[], Any]) -> None:
        self.second: Future[Any] | None = None
        """What the second request got; None where the first never came to an origin."""
        self._edge = edge
        self._send = send
        self._passed = Event()
        self._untaken = Lock()
        self._threads = ThreadPoolExecutor(1, "edgeware-second-viewer")

    def __enter__(self) -> Holding:
        return self

    def __exit__(self, *_: object) -> None:
        self._threads.shutdown()

    def asgi(self, app: ASGIApp) -> ASGIApp:
        """The application, held back once."""

        async def held(scope: Scope, receive: Receive, send: Send) -> None:
            if self._is_first():
                while not self._settled():
                    await asyncio.sleep(TICK)
            await app(scope, receive, send)

        return held

    def wsgi(self, app: WSGIApplication) -> WSGIApplication:
        """The application, held back once."""

        def held(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
            if self._is_first():
                while not self._settled():
                    self._passed.wait(TICK)
            return app(environ, start_response)

        return held

    def _is_first(self) -> bool:
        if not self._untaken.acquire(blocking=False):  # the second may be here before submit has returned
            self._passed.set()
            return False
        self.second = self._threads.submit(self._send)
        return True

    def _settled(self) -> bool:
        """Whether the second request waits for the first, has come to the origin itself, or has its answer."""
        assert self.second is not None
        return bool(self._edge.waiting()) or self._passed.is_set() or self.second.done()
