"""An HTTP server stands for the origin: a forwarding over asyncio, for ASGI."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from starlette.types import Receive, Scope, Send

from edgeware.config.model import Origin, Url
from edgeware.origins.forwarding import (
    REUSED,
    Connect,
    Forwarding,
    Head,
    Keep,
    Piece,
    Read,
    ReadBody,
    Server,
    Step,
    Write,
    forward,
    tls_context,
)
from edgeware.origins.pool import CHUNK_BYTES, Patience, StreamConnection, StreamPool
from edgeware.origins.unreachable import OriginUnreachable


class ASGIUrlOrigin:
    """An ASGI application that forwards ``scope["edgeware.request"]`` to an HTTP server, without a thread.

    When the viewer leaves during the answer, the origin is left too and the application returns without an end to the
    body. Raises OriginUnreachable before the head, or instead of the rest of the body.
    """

    def __init__(self, target: Url, origin: Origin) -> None:
        self._server = Server.at(target)
        self._origin = origin
        self._tls = tls_context(target, self._server)
        self._pool = StreamPool(origin.keepalive_timeout)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, as ASGI says."""
        flow = forward(scope["edgeware.request"], self._server, self._origin)
        exchange = _StreamExchange(flow, self._connect, self._pool, Patience(self._origin), receive, send)
        try:
            await exchange.run()
        except _ViewerLeft:
            return
        finally:
            await exchange.close()

    async def _connect(self, seconds: float) -> StreamConnection:
        opening = StreamConnection.open(self._server.host, self._server.port, self._tls)
        return await asyncio.wait_for(opening, seconds)


class _ViewerLeft(Exception):  # noqa: N818 - not a failure
    """Nobody listens any more."""


class _StreamExchange:
    """A forwarding over asyncio's streams."""

    def __init__(
        self,
        flow: Forwarding[None],
        connect: Callable[[float], Awaitable[StreamConnection]],
        pool: StreamPool,
        patience: Patience,
        receive: Receive,
        send: Send,
    ) -> None:
        self._flow = flow
        self._connect = connect
        self._pool = pool
        self._patience = patience
        self._receive = receive
        self._send = send
        self._connection: StreamConnection | None = None
        self._more = True
        self._left: asyncio.Future[None] | None = None
        """Done when the viewer has left; watched once the head is out: before that, an answer is worth having."""

    async def run(self) -> None:
        """Run the flow to its end, and send what the viewer gets."""
        step = next(self._flow, None)
        last = False
        while step is not None:
            if isinstance(step, Head):
                await self._send_head(step)
                step = next(self._flow, None)
            elif isinstance(step, Piece):
                last = step.last
                await self._send({"type": "http.response.body", "body": step.data, "more_body": not last})
                step = next(self._flow, None)
            else:
                step = await self._perform(step)
        if not last:
            await self._send({"type": "http.response.body", "body": b""})

    async def close(self) -> None:
        """Leave the origin, whether it is done or not."""
        self._flow.close()
        if self._left is not None:
            self._left.cancel()
        await self._close_connection()

    async def _close_connection(self) -> None:
        if self._connection is not None:
            connection, self._connection = self._connection, None
            await connection.close()

    async def _send_head(self, head: Head) -> None:
        headers = [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in head.headers]
        await self._send({"type": "http.response.start", "status": head.status, "headers": headers})
        self._left = asyncio.ensure_future(self._viewer_leaves())

    async def _viewer_leaves(self) -> None:
        while (await self._receive())["type"] != "http.disconnect":
            pass

    async def _perform(self, step: Connect | Keep | Write | Read | ReadBody) -> Step | None:
        try:
            if isinstance(step, ReadBody):  # the viewer's failures are not the origin's
                return self._flow.send(await self._read_body())
            try:
                answer = await self._exchange(step)
            except asyncio.TimeoutError:  # before Python 3.11 this is not the built-in one
                return self._flow.throw(TimeoutError())
            except OSError as error:
                return self._flow.throw(error)
            return self._flow.send(answer)
        except StopIteration:
            return None

    async def _read_body(self) -> bytes:
        while self._more:
            message = await self._receive()
            if message["type"] == "http.disconnect":
                raise OriginUnreachable("ClientHungUpRequest", 502, "the viewer left while sending")
            self._more = message.get("more_body", False)
            if message.get("body"):
                return bytes(message["body"])
        return b""

    async def _exchange(self, step: Connect | Keep | Write | Read) -> bytes:
        if isinstance(step, Connect):
            return await self._connected(step)
        assert self._connection is not None
        if isinstance(step, Keep):
            connection, self._connection = self._connection, None
            self._pool.put(connection)
        elif isinstance(step, Write):
            self._connection.writer.write(step.data)
            await asyncio.wait_for(self._connection.writer.drain(), self._patience.for_step())
        else:
            return await self._read(self._connection)
        return b""

    async def _connected(self, step: Connect) -> bytes:
        await self._close_connection()
        seconds = self._patience.for_connection()
        self._connection = self._pool.take() if step.may_reuse else None
        if self._connection is not None:
            return REUSED
        self._connection = await self._connect(seconds)
        return b""

    async def _read(self, connection: StreamConnection) -> bytes:
        seconds = self._patience.for_step()
        reading = asyncio.ensure_future(connection.read(CHUNK_BYTES))
        waiting: set[asyncio.Future[Any]] = {reading} if self._left is None else {reading, self._left}
        try:
            done, _ = await asyncio.wait(waiting, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
        finally:
            reading.cancel()
        if reading in done:
            return reading.result()
        raise _ViewerLeft if done else TimeoutError
