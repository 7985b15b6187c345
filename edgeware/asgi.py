"""The ASGI driver: carries out, in asyncio, what the edge's flow asks of an ASGI world. It decides nothing."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Mapping
from typing import Any

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from edgeware.config.model import App, Origin
from edgeware.core.body import Transform
from edgeware.core.effects import Delivery, Drain, Fetch, Fetched, ReadBody, RequestBody, Resolve, Respond, Revalidate
from edgeware.edge import Ask, Edge, Exchange, logger
from edgeware.functions.later import Later
from edgeware.functions.turn import Turns
from edgeware.inspector import Inspector, inspected
from edgeware.messages import Response
from edgeware.origins import OriginUnreachable, asgi_origin
from edgeware.origins.names import resolves_async
from edgeware.scope import BYPASSES, WITHHELD, origin_scope, read_request, read_response


class ASGIEdge:
    """An edge location round an ASGI application.

    ``distribution`` and the keyword arguments are those of Edge; an ``edge`` made before can be given instead. With
    ``inspect`` (True, or a mapping with ``port`` and ``token``) a page on a port of its own shows what the edge does.
    Everything but HTTP requests (websockets, lifespan) passes through. When the application has shut down, the edge's
    function workers end.
    """

    def __init__(
        self,
        app: ASGIApp,
        distribution: Any = None,
        *,
        edge: Edge | None = None,
        inspect: bool | Mapping[str, Any] = False,
        **options: Any,
    ) -> None:
        self.app = app
        self.edge = Edge(distribution, **options) if edge is None else edge
        self.inspector: Inspector | None = inspected(self.edge, inspect) if inspect else None
        self._origins: dict[Origin, ASGIApp] = {}
        self._turns = Turns()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection's scope, as ASGI says."""
        if scope["type"] == "http":
            exchange = self.edge.exchange(read_request(scope, self.edge.distribution.viewer))
            exchange.turns = self._turns
            driver = _Driver(self, exchange, scope, receive, send)
            await driver.run()
            for behind in driver.behind:
                await self._run_behind(behind, scope)
            return
        try:
            await self.app(scope, receive, send)
        finally:
            if scope["type"] == "lifespan":
                self.edge.close()

    async def _run_behind(self, exchange: Exchange, scope: Scope) -> None:
        """Go on after the viewer has everything, still in the server's own task, which a shutdown waits for."""
        try:
            await _Driver(self, exchange, scope, _never, _to_nobody).run()
        except Exception:  # the server would take it for a failure of an answer that is long complete
            logger.exception("%s: what went on in the background failed", exchange.request.path)

    def origin(self, origin: Origin) -> ASGIApp:
        """The application that stands for an origin."""
        if isinstance(origin.target, App):
            return self.app
        if origin not in self._origins:
            self._origins[origin] = asgi_origin(origin)
        return self._origins[origin]


async def _never() -> Message:
    """Receive from nobody, who never leaves."""
    message: asyncio.Future[Message] = asyncio.get_running_loop().create_future()
    return await message


async def _to_nobody(message: Message) -> None:
    """Send to nobody."""


class _Driver:
    """One viewer request: the exchange, and the viewer's receive and send."""

    __slots__ = ("_fetch", "_last", "_middleware", "behind", "exchange", "read", "receive", "scope", "send")

    def __init__(self, middleware: ASGIEdge, exchange: Exchange, scope: Scope, receive: Receive, send: Send) -> None:
        self.exchange = exchange
        self.behind: list[Exchange] = []
        """What goes on once this one has ended."""
        self.receive = receive
        self.send = send
        self.scope = scope
        self.read: deque[Message] | None = None
        """Pieces of the viewer's body that were read for a function; the origin gets them first."""
        self._middleware = middleware
        self._fetch: Fetch | None = None
        self._last: Message | None = None

    async def run(self) -> None:
        try:
            await self.drive(self.exchange.start())
            while self._fetch is not None:
                fetch, self._fetch = self._fetch, None
                await _Fetching(self, fetch).run(self._middleware.origin(fetch.origin))
        finally:
            self.exchange.close()

    async def drive(self, ask: Ask) -> Respond | Drain | None:
        """Run the flow until it wants the body of the running fetch (returned), or another fetch, or nothing."""
        while ask is not None:
            if isinstance(ask, Respond):
                response = ask.response
                head = {"type": "http.response.start", "status": response.status, "headers": response.headers.raw}
                await self.send(head)
                if response.body is None:
                    return ask
                body = b"" if ask.bodiless else response.body
                self._last = {"type": "http.response.body", "body": body}
                ask = self.exchange.resume(Delivery(True, len(body)))  # by position, which takes half the time
            elif isinstance(ask, Fetch):
                self._fetch = ask
                return None
            elif isinstance(ask, Drain):
                return ask
            elif isinstance(ask, ReadBody):
                ask = self.exchange.resume(await self._read(ask.limit))
            elif isinstance(ask, Resolve):
                ask = self.exchange.resume(await resolves_async(ask.url))
            elif isinstance(ask, Revalidate):
                self.behind.append(self.exchange.behind(ask))
                ask = self.exchange.resume(None)
            elif isinstance(ask, Later):
                answer = await ask.answer
                ask = self.exchange.resume(answer, ask.seconds)
            else:
                ask = self.exchange.resume(await asyncio.wrap_future(ask))
        if self._last is not None:
            last, self._last = self._last, None
            await self.send(last)
        return None

    def hold(self, message: Message) -> None:
        """Keep the last piece until the flow has ended: by then the object is stored."""
        self._last = message

    async def _read(self, limit: int) -> RequestBody:
        read = self.read = self.read or deque()
        size = sum(len(message.get("body", b"")) for message in read)
        while size <= limit and (not read or read[-1].get("more_body", False)):
            message = await self.receive()
            read.append(message)
            size += len(message.get("body", b""))
        data = b"".join(message.get("body", b"") for message in read)
        return RequestBody(data[:limit], truncated=len(data) > limit)


class _Fetching:
    """One call of an application as the origin. Its sends resume the flow, in the application's own task."""

    def __init__(self, driver: _Driver, fetch: Fetch) -> None:
        self._driver = driver
        self._fetch = fetch
        self._replacement = fetch.body
        self._wanted: Respond | Drain | None = None
        self._transforms: tuple[Transform, ...] = ()
        self._size = 0
        self._headed = False
        self._abandoned = False
        self._refused = False
        self._left = False
        self._lock = asyncio.Lock()  # an application may send from two tasks

    async def run(self, app: ASGIApp) -> None:
        try:
            await app(origin_scope(self._driver.scope, self._fetch), self.receive, self.send)
        except OriginUnreachable as unreachable:
            if not self._headed:
                await self._head(Fetched(Response(status=unreachable.status), unreachable.detail))
        except Exception:
            if not self._refused:
                raise
        if not self._headed:
            if not self._left:  # nothing is the right answer for nobody, and no failure for others to be told of
                await self._head(Fetched(Response(status=502), "OriginInvalidResponseError"))
        elif self._wanted is not None:
            self._wanted = None
            await self._driver.drive(self._driver.exchange.resume(Delivery(complete=False, size=self._size)))

    async def receive(self) -> Message:
        """The viewer's body or its replacement, and the truth about whether anybody still listens."""
        if self._abandoned:
            return {"type": "http.disconnect"}
        message = await self._received()
        self._left = message["type"] == "http.disconnect"
        return message

    async def _received(self) -> Message:
        if self._fetch.body is None:
            return self._driver.read.popleft() if self._driver.read else await self._driver.receive()
        if self._replacement is not None:
            body, self._replacement = self._replacement, None
            return {"type": "http.request", "body": body, "more_body": False}
        while (message := await self._driver.receive())["type"] == "http.request":
            pass
        return message

    async def send(self, message: Message) -> None:
        """What the application sends."""
        async with self._lock:
            if message["type"] == "http.response.start":
                await self._head(Fetched(read_response(message)))
            elif message["type"] == "http.response.body":
                await self._body(message)
            elif message["type"] in BYPASSES:
                await self._bypass(message)
            elif not self._abandoned and message["type"] not in WITHHELD:
                await self._driver.send(message)

    async def _head(self, fetched: Fetched) -> None:
        if self._headed:
            raise RuntimeError("the application sent a second http.response.start")
        self._headed = True
        self._want(await self._driver.drive(self._driver.exchange.resume(fetched)))

    def _want(self, wanted: Respond | Drain | None) -> None:
        self._wanted = wanted
        self._size = 0
        if isinstance(wanted, Respond):
            self._transforms = wanted.transforms
        elif isinstance(wanted, Drain):
            self._transforms = (wanted.recorder,)
        else:
            self._abandoned = True

    async def _body(self, message: Message) -> None:
        wanted = self._wanted
        more = message.get("more_body", False)
        if wanted is None:
            self._refuse(more=more)
            return
        chunk: bytes = message.get("body", b"")
        for transform in self._transforms:
            chunk = transform.feed(bytes(chunk))  # some applications use a buffer again
            chunk = chunk if more else chunk + transform.finish()
        if isinstance(wanted, Respond):
            chunk = b"" if wanted.bodiless else chunk  # an empty piece too: the server may hold up who sends it
            self._size += len(chunk)
            piece = {"type": "http.response.body", "body": chunk, "more_body": more}
            if not more:
                self._driver.hold(piece)
            elif chunk or not self._transforms:
                await self._driver.send(piece)
        if not more or (isinstance(wanted, Drain) and wanted.recorder.overflowed):
            await self._deliver(complete=not more)

    async def _bypass(self, message: Message) -> None:
        """A file that the server sends by itself: only offered where nobody looks at the body."""
        wanted = self._wanted
        more = message.get("more_body", False)
        if not isinstance(wanted, Respond):
            self._refuse(more=more)
        elif not more:
            self._driver.hold({"type": "http.response.body", "body": b""} if wanted.bodiless else message)
            await self._deliver(complete=True)
        elif not wanted.bodiless:
            await self._driver.send(message)

    async def _deliver(self, *, complete: bool) -> None:
        """The body is through: run on. A flow that wants it again has drained it, and gets no second one."""
        delivery = Delivery(complete=complete and not self._left, size=self._size)
        self._wanted = None
        self._abandoned = not complete
        await self._driver.drive(self._driver.exchange.resume(delivery))

    def _refuse(self, *, more: bool) -> None:
        """Nobody listens: a stream is told so, as by a server whose viewer has left (ASGI 2.4)."""
        if self._abandoned and more:
            self._refused = True
            raise OSError("the edge does not need the rest of this response")
