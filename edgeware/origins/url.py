"""An HTTP server stands for the origin: a forwarding over blocking sockets for WSGI, and over asyncio for ASGI."""

from __future__ import annotations

import asyncio
import io
import socket
import ssl
from collections.abc import Awaitable, Callable, Iterable
from contextlib import suppress
from typing import IO, TYPE_CHECKING, Any

from starlette.types import Receive, Scope, Send
from werkzeug.exceptions import ClientDisconnected
from werkzeug.wsgi import get_input_stream

from edgeware.config.model import Origin, Url
from edgeware.origins.forwarding import Connect, Forwarding, Head, Piece, Read, ReadBody, Server, Step, Write, forward
from edgeware.origins.unreachable import OriginUnreachable

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

CHUNK_BYTES = 65536


class UrlOrigin:
    """A WSGI application that forwards ``environ["edgeware.request"]`` to an HTTP server.

    The body is that of ``wsgi.input``, if there is one; both bodies pass piece by piece. Raises OriginUnreachable, from
    the call or, when the body breaks off, from its iterator. Environment variables for proxies are not followed.
    """

    def __init__(self, target: Url, origin: Origin) -> None:
        self._server = Server.at(target)
        self._origin = origin
        self._tls = ssl.create_default_context() if self._server.tls else None

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request, as PEP 3333 says."""
        flow = forward(environ["edgeware.request"], self._server, self._origin)
        exchange = _SocketExchange(flow, self._connect, _input(environ))
        try:
            head = exchange.head()
            start_response(f"{head.status} {head.reason}", list(head.headers.lines))
        except BaseException:
            exchange.close()
            raise
        return exchange

    def _connect(self) -> socket.socket:
        server = self._server
        connection = socket.create_connection((server.host, server.port), self._origin.connection_timeout)
        try:
            if self._tls is not None:
                connection = self._tls.wrap_socket(connection, server_hostname=server.host)
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            connection.settimeout(self._origin.read_timeout)
        except BaseException:
            connection.close()
            raise
        return connection


def _input(environ: WSGIEnvironment) -> IO[bytes]:
    return get_input_stream(environ) if "wsgi.input" in environ else io.BytesIO()


class _SocketExchange:
    """A forwarding over a blocking socket: the head, then an iterable of the body for a WSGI server."""

    def __init__(self, flow: Forwarding[None], connect: Callable[[], socket.socket], body: IO[bytes]) -> None:
        self._flow = flow
        self._connect = connect
        self._body = body
        self._socket = socket.socket()

    def head(self) -> Head:
        """Run to the head of the answer."""
        head = self._advance()
        assert isinstance(head, Head)
        return head

    def __iter__(self) -> _SocketExchange:
        return self

    def __next__(self) -> bytes:
        """The next piece of the body, as soon as it is there."""
        piece = self._advance()
        if isinstance(piece, Piece):
            return piece.data
        self.close()
        raise StopIteration

    def close(self) -> None:
        """Leave the origin, whether it is done or not."""
        self._flow.close()
        self._socket.close()

    def _advance(self) -> Step | None:
        step = next(self._flow, None)
        with suppress(StopIteration):  # the flow's end
            while isinstance(step, (Connect, Write, Read, ReadBody)):
                step = self._perform(step)
            return step
        return None

    def _perform(self, step: Connect | Write | Read | ReadBody) -> Step:
        if isinstance(step, ReadBody):  # the viewer's failures are not the origin's
            return self._flow.send(self._read_body())
        try:
            answer = self._exchange(step)
        except OSError as error:
            return self._flow.throw(error)
        return self._flow.send(answer)

    def _read_body(self) -> bytes:
        try:
            return self._body.read(CHUNK_BYTES)
        except ClientDisconnected as error:
            raise OriginUnreachable("ClientHungUpRequest", 502, "the viewer left while sending") from error

    def _exchange(self, step: Connect | Write | Read) -> bytes:
        if isinstance(step, Read):
            return self._socket.recv(CHUNK_BYTES)
        if isinstance(step, Write):
            self._socket.sendall(step.data)
        else:
            self._socket.close()
            self._socket = self._connect()
        return b""


class ASGIUrlOrigin:
    """The ASGI application for the same: it forwards ``scope["edgeware.request"]``, without a thread.

    When the viewer leaves during the answer, the origin is left too and the application returns without an end to the
    body. Raises OriginUnreachable before the head, or instead of the rest of the body.
    """

    def __init__(self, target: Url, origin: Origin) -> None:
        self._server = Server.at(target)
        self._origin = origin
        self._tls = ssl.create_default_context() if self._server.tls else None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, as ASGI says."""
        flow = forward(scope["edgeware.request"], self._server, self._origin)
        exchange = _StreamExchange(flow, self._connect, self._origin.read_timeout, receive, send)
        try:
            await exchange.run()
        except _ViewerLeft:
            return
        finally:
            await exchange.close()

    async def _connect(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        opening = asyncio.open_connection(self._server.host, self._server.port, ssl=self._tls)
        return await asyncio.wait_for(opening, self._origin.connection_timeout)


class _ViewerLeft(Exception):  # noqa: N818 - not a failure
    """Nobody listens any more."""


class _StreamExchange:
    """A forwarding over asyncio's streams."""

    def __init__(
        self,
        flow: Forwarding[None],
        connect: Callable[[], Awaitable[tuple[asyncio.StreamReader, asyncio.StreamWriter]]],
        timeout: float,
        receive: Receive,
        send: Send,
    ) -> None:
        self._flow = flow
        self._connect = connect
        self._timeout = timeout
        self._receive = receive
        self._send = send
        self._reader = asyncio.StreamReader()
        self._writer: asyncio.StreamWriter | None = None
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
        if self._writer is not None:
            writer, self._writer = self._writer, None
            writer.transport.abort()  # a polite end of TLS could take its time
            with suppress(OSError):
                await writer.wait_closed()

    async def _send_head(self, head: Head) -> None:
        headers = [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in head.headers]
        await self._send({"type": "http.response.start", "status": head.status, "headers": headers})
        self._left = asyncio.ensure_future(self._viewer_leaves())

    async def _viewer_leaves(self) -> None:
        while (await self._receive())["type"] != "http.disconnect":
            pass

    async def _perform(self, step: Connect | Write | Read | ReadBody) -> Step | None:
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

    async def _exchange(self, step: Connect | Write | Read) -> bytes:
        if isinstance(step, Connect):
            await self._close_connection()
            self._reader, self._writer = await self._connect()
        elif isinstance(step, Write):
            assert self._writer is not None
            self._writer.write(step.data)
            await asyncio.wait_for(self._writer.drain(), self._timeout)
        else:
            return await self._read()
        return b""

    async def _read(self) -> bytes:
        reading = asyncio.ensure_future(self._reader.read(CHUNK_BYTES))
        waiting: set[asyncio.Future[Any]] = {reading} if self._left is None else {reading, self._left}
        try:
            done, _ = await asyncio.wait(waiting, timeout=self._timeout, return_when=asyncio.FIRST_COMPLETED)
        finally:
            reading.cancel()
        if reading in done:
            return reading.result()
        raise _ViewerLeft if done else TimeoutError
