"""Connections to an origin between two requests, over blocking sockets and over asyncio; and how long the edge waits.

A connection rests only when a whole answer was read and nothing is left on it, and it is taken only if nothing has come
meanwhile: what an origin sends unasked can never be another request's answer.
"""

from __future__ import annotations

import asyncio
import selectors
import socket
import ssl
import weakref
from collections import deque
from contextlib import suppress
from time import perf_counter
from typing import Any

from edgeware.config.model import Origin

CHUNK_BYTES = 65536
MAX_RESTING = 32


class Patience:
    """How long the edge waits for one answer: for each step of it, and for the whole [DownloadDistValuesOrigin]."""

    def __init__(self, origin: Origin) -> None:
        self._connection_timeout = origin.connection_timeout
        self._read_timeout = origin.read_timeout
        limit = origin.response_completion_timeout
        self._end = None if limit is None else perf_counter() + limit

    def for_connection(self) -> float:
        """Seconds until a connection has to be there. Raises TimeoutError when there is no time left."""
        return self._left(self._connection_timeout)

    def for_step(self) -> float:
        """Seconds until the next bytes have to be through. Raises TimeoutError when there is no time left."""
        return self._left(self._read_timeout)

    def _left(self, seconds: float) -> float:
        if self._end is None:
            return seconds
        left = self._end - perf_counter()
        if left <= 0:
            raise TimeoutError("the response completion timeout has passed")
        return min(seconds, left)


# --- blocking sockets -----------------------------------------------------------------------------------------------


class SocketPool:
    """Resting sockets, for any thread; each for so many seconds at most."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._resting: deque[tuple[float, socket.socket]] = deque()
        weakref.finalize(self, _close_all, self._resting)

    def take(self) -> socket.socket | None:
        """A connection on which nothing is to be read, or None."""
        with suppress(IndexError):
            while True:
                since, connection = self._resting.pop()  # the one that has rested least
                if perf_counter() - since < self._seconds and _is_quiet(connection):
                    return connection
                connection.close()
        return None

    def put(self, connection: socket.socket) -> None:
        """Let a connection rest, and close those that have rested too long, or are too many."""
        self._resting.append((perf_counter(), connection))
        with suppress(IndexError):
            while len(self._resting) > MAX_RESTING or perf_counter() - self._resting[0][0] >= self._seconds:
                self._resting.popleft()[1].close()


def _is_quiet(connection: socket.socket) -> bool:
    """Whether there is nothing to read: neither bytes nor the end."""
    with selectors.DefaultSelector() as selector:
        selector.register(connection, selectors.EVENT_READ)
        return not selector.select(0)


def _close_all(resting: deque[tuple[float, socket.socket]]) -> None:
    while resting:
        resting.pop()[1].close()


# --- asyncio --------------------------------------------------------------------------------------------------------


class StreamConnection(asyncio.StreamReader):
    """A connection in a loop: the reader, which counts what nobody has read yet, and the writer."""

    writer: asyncio.StreamWriter

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        super().__init__(loop=loop)
        self._unread = 0
        self._ended = False

    @classmethod
    async def open(cls, host: str, port: int, tls: ssl.SSLContext | None) -> StreamConnection:
        """Connect, as asyncio.open_connection does."""
        loop = asyncio.get_running_loop()
        reader = cls(loop)
        protocol = asyncio.StreamReaderProtocol(reader, loop=loop)
        transport, _ = await loop.create_connection(lambda: protocol, host, port, ssl=tls)
        reader.writer = asyncio.StreamWriter(transport, protocol, reader, loop)
        return reader

    @property
    def is_quiet(self) -> bool:
        """Whether there is nothing to read: neither bytes nor the end."""
        return not self._unread and not self._ended and self.exception() is None

    def feed_data(self, data: Any) -> None:
        """Bytes have come."""
        self._unread += len(data)
        super().feed_data(data)

    def feed_eof(self) -> None:
        """The origin sends no more."""
        self._ended = True
        super().feed_eof()

    async def read(self, n: int = -1) -> bytes:
        """The next bytes."""
        data = await super().read(n)
        self._unread -= len(data)
        return data

    async def close(self) -> None:
        """Leave the origin."""
        self.writer.transport.abort()  # a polite end of TLS could take its time
        with suppress(OSError):
            await self.writer.wait_closed()


class StreamPool:
    """Resting connections of each loop; each for so many seconds at most, and none longer than its loop."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._resting: weakref.WeakKeyDictionary[asyncio.AbstractEventLoop, list[_Resting]]
        self._resting = weakref.WeakKeyDictionary()

    def take(self) -> StreamConnection | None:
        """A connection on which nothing is to be read, or None."""
        resting = self._resting.get(asyncio.get_running_loop(), [])
        for one in reversed(resting):
            if one.connection.is_quiet:
                resting.remove(one)
                one.taken.set()
                return one.connection
        return None

    def put(self, connection: StreamConnection) -> None:
        """Let a connection rest. A task of the loop's sees to its end."""
        loop = asyncio.get_running_loop()
        resting = self._resting.setdefault(loop, [])
        one = _Resting(connection)
        resting.append(one)
        one.keeper = loop.create_task(one.rest(resting, 0 if len(resting) > MAX_RESTING else self._seconds))


class _Resting:
    """A connection between two requests."""

    keeper: asyncio.Task[None]

    def __init__(self, connection: StreamConnection) -> None:
        self.connection = connection
        self.taken = asyncio.Event()

    async def rest(self, among: list[_Resting], seconds: float) -> None:
        """Wait to be taken; else close, when the time is over or the loop ends."""
        try:
            with suppress(asyncio.TimeoutError):
                await asyncio.wait_for(self.taken.wait(), seconds)
        finally:
            if not self.taken.is_set():
                among.remove(self)
                await self.connection.close()
