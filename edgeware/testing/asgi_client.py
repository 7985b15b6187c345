"""A viewer of an ASGI application: one event loop in a thread of its own, so that a test need not be a coroutine."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from typing import Any
from urllib.parse import unquote_to_bytes

from anyio.from_thread import BlockingPortal, start_blocking_portal
from starlette.types import ASGIApp, Message, Scope

from edgeware.exceptions import UsageError
from edgeware.testing.answer import Answer

logger = logging.getLogger("edgeware")

VIEWER = ("127.0.0.1", 40000)
"""Where requests come from, unless the distribution's viewer says otherwise."""


class ASGIClient:
    """Sends requests to an ASGI application, which starts up with the first and shuts down at the end."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._stack = ExitStack()
        self._portal: BlockingPortal | None = None
        self._lifespan = _Lifespan(app)

    def send(self, method: str, target: str, headers: Sequence[tuple[str, str]], body: bytes) -> Answer:
        """Send a request. What the application raises passes through where it has not answered."""
        return self._started().call(self.ask, method, target, headers, body)

    async def ask(self, method: str, target: str, headers: Sequence[tuple[str, str]], body: bytes) -> Answer:
        """The same inside of the loop."""
        visit = _Visit(body)
        try:
            await self._app(self._scope(method, target, headers), visit.receive, visit.send)
        except Exception:
            if not visit.ended.is_set():
                raise
            logger.exception("%s %s: the application raised after its answer", method, target)
        return Answer(visit.request_id, b"".join(visit.pieces))

    def close(self) -> None:
        """Shut the application down, and end the loop."""
        if self._portal is not None:
            self._portal.call(self._lifespan.shutdown)
            self._portal = None
            self._stack.close()

    def _started(self) -> BlockingPortal:
        if self._portal is None:
            self._portal = self._stack.enter_context(start_blocking_portal("asyncio"))
            self._portal.call(self._lifespan.startup)
        return self._portal

    def _scope(self, method: str, target: str, headers: Sequence[tuple[str, str]]) -> Scope:
        path, _, query = target.partition("?")
        return {
            "type": "http",
            "asgi": {"version": "3.0", "spec_version": "2.4"},
            "http_version": "1.1",
            "method": method,
            "scheme": "http",
            "path": unquote_to_bytes(path).decode("utf-8", "replace"),
            "raw_path": path.encode("latin-1"),
            "root_path": "",
            "query_string": query.encode("latin-1"),
            "headers": [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in headers],
            "client": VIEWER,
            "server": ("127.0.0.1", 80),
            "state": dict(self._lifespan.state),
        }


class _Visit:
    """One request: its receive and send."""

    def __init__(self, body: bytes) -> None:
        self.request_id = ""
        self.pieces: list[bytes] = []
        self.ended = asyncio.Event()
        self._body: bytes | None = body

    async def receive(self) -> Message:
        if self._body is None:
            await self.ended.wait()
            return {"type": "http.disconnect"}
        body, self._body = self._body, None
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.request_id = dict(message["headers"])[b"x-amz-cf-id"].decode("latin-1")
        else:  # the body: nothing else is offered or passed on
            self.pieces.append(message.get("body", b""))
            if not message.get("more_body", False):
                self.ended.set()


class _Lifespan:
    """The start and the end of an application; of one that knows no lifespan, nothing (ASGI lifespan 2.0)."""

    def __init__(self, app: ASGIApp) -> None:
        self.state: dict[str, Any] = {}
        self._app = app
        self._task: asyncio.Task[None] | None = None

    async def startup(self) -> None:
        """Start up. UsageError where the application says that it cannot."""
        self._asked: asyncio.Queue[str] = asyncio.Queue()
        self._said: asyncio.Queue[Mapping[str, Any]] = asyncio.Queue()
        self._task = asyncio.ensure_future(self._run())
        await self._do("startup")

    async def shutdown(self) -> None:
        """Shut down. UsageError where the application says that it cannot."""
        if self._task is not None and not self._task.done():
            await self._do("shutdown")
            await self._task

    async def _do(self, what: str) -> None:
        self._asked.put_nowait(f"lifespan.{what}")
        said = await self._said.get()
        if said["type"] == f"lifespan.{what}.failed":
            raise UsageError(f"the application's {what} failed: {said.get('message', '')}")

    async def _run(self) -> None:
        scope = {"type": "lifespan", "asgi": {"version": "3.0", "spec_version": "2.0"}, "state": self.state}

        async def receive() -> Message:
            return {"type": await self._asked.get()}

        async def send(message: Message) -> None:
            self._said.put_nowait(message)

        try:
            await self._app(scope, receive, send)
        except Exception as error:  # it has no lifespan, or it has said that it failed
            logger.debug("the application has no lifespan: %r", error)
        finally:
            self._said.put_nowait({"type": "ended"})
