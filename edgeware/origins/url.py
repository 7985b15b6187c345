"""An HTTP server stands for the origin: a forwarding over blocking sockets, for WSGI."""

from __future__ import annotations

import io
import socket
from collections.abc import Callable, Iterable
from contextlib import suppress
from typing import IO, TYPE_CHECKING

from werkzeug.exceptions import ClientDisconnected
from werkzeug.wsgi import get_input_stream

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
from edgeware.origins.pool import CHUNK_BYTES, Patience, SocketPool
from edgeware.origins.unreachable import OriginUnreachable

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment


class UrlOrigin:
    """A WSGI application that forwards ``environ["edgeware.request"]`` to an HTTP server.

    The body is that of ``wsgi.input``, if there is one; both bodies pass piece by piece. Raises OriginUnreachable, from
    the call or, when the body breaks off, from its iterator. Environment variables for proxies are not followed.
    """

    def __init__(self, target: Url, origin: Origin) -> None:
        self._server = Server.at(target)
        self._origin = origin
        self._tls = tls_context(target, self._server)
        self._pool = SocketPool(origin.keepalive_timeout)

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request, as PEP 3333 says."""
        flow = forward(environ["edgeware.request"], self._server, self._origin)
        exchange = _SocketExchange(flow, self._connect, self._pool, Patience(self._origin), _input(environ))
        try:
            head = exchange.head()
            start_response(f"{head.status} {head.reason}", list(head.headers.lines))
        except BaseException:
            exchange.close()
            raise
        return exchange

    def _connect(self, seconds: float) -> socket.socket:
        server = self._server
        connection = socket.create_connection((server.host, server.port), seconds)
        try:
            if self._tls is not None:
                connection = self._tls.wrap_socket(connection, server_hostname=server.host)
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        except BaseException:
            connection.close()
            raise
        return connection


def _input(environ: WSGIEnvironment) -> IO[bytes]:
    return get_input_stream(environ) if "wsgi.input" in environ else io.BytesIO()


class _SocketExchange:
    """A forwarding over a blocking socket: the head, then an iterable of the body for a WSGI server."""

    def __init__(
        self,
        flow: Forwarding[None],
        connect: Callable[[float], socket.socket],
        pool: SocketPool,
        patience: Patience,
        body: IO[bytes],
    ) -> None:
        self._flow = flow
        self._connect = connect
        self._pool = pool
        self._patience = patience
        self._body = body
        self._socket: socket.socket | None = None

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
        self._close_connection()

    def _close_connection(self) -> None:
        if self._socket is not None:
            connection, self._socket = self._socket, None
            connection.close()

    def _advance(self) -> Step | None:
        step = next(self._flow, None)
        with suppress(StopIteration):  # the flow's end
            while isinstance(step, (Connect, Keep, Write, Read, ReadBody)):
                step = self._perform(step)
            return step
        return None

    def _perform(self, step: Connect | Keep | Write | Read | ReadBody) -> Step:
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

    def _exchange(self, step: Connect | Keep | Write | Read) -> bytes:
        if isinstance(step, Connect):
            return self._connected(step)
        assert self._socket is not None
        if isinstance(step, Keep):
            connection, self._socket = self._socket, None
            self._pool.put(connection)
            return b""
        self._socket.settimeout(self._patience.for_step())
        if isinstance(step, Read):
            return self._socket.recv(CHUNK_BYTES)
        self._socket.sendall(step.data)
        return b""

    def _connected(self, step: Connect) -> bytes:
        self._close_connection()
        seconds = self._patience.for_connection()
        self._socket = self._pool.take() if step.may_reuse else None
        if self._socket is not None:
            return REUSED
        self._socket = self._connect(seconds)
        return b""
