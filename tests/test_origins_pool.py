"""Connections that serve one request after the other, and the time that an origin has."""

from __future__ import annotations

import asyncio
import gc
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from edgeware.config.model import Origin
from edgeware.origins.pool import MAX_RESTING, Patience, SocketPool, StreamConnection, StreamPool

ORIGIN = Origin(id="api", domain_name="api.example.com", connection_timeout=3, read_timeout=7)


@contextmanager
def listening() -> Iterator[socket.socket]:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(20)
        yield listener


def connected(listener: socket.socket) -> tuple[socket.socket, socket.socket]:
    """Both ends of a connection: the edge's and the origin's."""
    near = socket.create_connection(listener.getsockname(), 20)
    far, _ = listener.accept()
    return near, far


def until(true: Any) -> None:
    """Wait for something that another thread, or the kernel, brings about."""
    for _ in range(2000):
        if true():
            return
        threading.Event().wait(0.005)
    raise AssertionError("it never came about")


# --- the time that there is -----------------------------------------------------------------------------------------


def test_each_step_has_its_own_time() -> None:
    patience = Patience(ORIGIN)
    assert (patience.for_connection(), patience.for_step()) == (3, 7)


def test_nothing_may_take_longer_than_what_is_left_for_the_whole() -> None:
    patience = Patience(Origin(id="api", domain_name="api.example.com", response_completion_timeout=5, read_timeout=7))
    assert 0 < patience.for_step() <= 5
    assert 0 < patience.for_connection() <= 5


def test_when_the_whole_time_has_passed_there_is_none_for_anything() -> None:
    over = Patience(Origin(id="api", domain_name="api.example.com", response_completion_timeout=0))
    with pytest.raises(TimeoutError, match="response completion timeout"):
        over.for_step()


# --- blocking sockets -----------------------------------------------------------------------------------------------


def test_a_socket_is_taken_once() -> None:
    with listening() as listener:
        pool = SocketPool(60)
        near, far = connected(listener)
        pool.put(near)
        assert pool.take() is near
        assert pool.take() is None
        near.close()
        far.close()


@pytest.mark.parametrize("leaves", [False, True], ids=["sends unasked", "leaves"])
def test_a_socket_on_which_something_has_come_is_closed(leaves: bool) -> None:
    with listening() as listener:
        pool = SocketPool(60)
        near, far = connected(listener)
        pool.put(near)
        if leaves:
            far.close()
        else:
            far.sendall(b"HTTP/1.1 200 OK")
        until(lambda: pool.take() is None and near.fileno() == -1)
        far.close()


def test_a_socket_that_has_rested_too_long_is_closed() -> None:
    with listening() as listener:
        pool = SocketPool(0)
        near, far = connected(listener)
        pool.put(near)
        assert near.fileno() == -1
        far.close()


def test_no_more_than_so_many_rest_and_none_outlives_the_pool() -> None:
    with listening() as listener:
        pool = SocketPool(60)
        pairs = [connected(listener) for _ in range(MAX_RESTING + 1)]
        for near, _ in pairs:
            pool.put(near)
        assert [near.fileno() == -1 for near, _ in pairs] == [True] + [False] * MAX_RESTING
        del pool
        gc.collect()
        assert all(near.fileno() == -1 for near, _ in pairs)
        for _, far in pairs:
            far.close()


# --- asyncio --------------------------------------------------------------------------------------------------------


async def opened(listener: socket.socket) -> tuple[StreamConnection, socket.socket]:
    host, port = listener.getsockname()
    connection = await StreamConnection.open(host, port, None)
    far, _ = await asyncio.to_thread(listener.accept)
    return connection, far


async def turned(true: Any) -> None:
    """Let the loop turn until something has come about."""
    for _ in range(2000):
        if true():
            return
        await asyncio.wait({asyncio.ensure_future(asyncio.to_thread(threading.Event().wait, 0.005))})
    raise AssertionError("it never came about")


def test_a_stream_is_taken_once_and_by_its_own_loop() -> None:
    pool = StreamPool(60)

    async def first(listener: socket.socket) -> socket.socket:
        connection, far = await opened(listener)
        pool.put(connection)
        assert pool.take() is connection
        assert pool.take() is None
        pool.put(connection)
        return far

    async def second() -> None:
        assert pool.take() is None

    with listening() as listener:
        far = asyncio.run(first(listener))
        far.settimeout(20)
        assert far.recv(1) == b"", "the end of its loop is the connection's end"
        asyncio.run(second())
        far.close()


@pytest.mark.parametrize("leaves", [False, True], ids=["sends unasked", "leaves"])
def test_a_stream_on_which_something_has_come_is_passed_over(leaves: bool) -> None:
    async def main(listener: socket.socket) -> None:
        pool = StreamPool(60)
        connection, far = await opened(listener)
        pool.put(connection)
        if leaves:
            far.close()
        else:
            far.sendall(b"HTTP/1.1 200 OK")
        await turned(lambda: not connection.is_quiet)
        assert pool.take() is None
        far.close()

    with listening() as listener:
        asyncio.run(main(listener))


def test_what_was_read_is_nothing_that_is_left() -> None:
    async def main(listener: socket.socket) -> None:
        connection, far = await opened(listener)
        far.sendall(b"12345")
        await turned(lambda: not connection.is_quiet)
        assert await connection.read(3) == b"123"
        assert not connection.is_quiet
        assert await connection.read(3) == b"45"
        assert connection.is_quiet
        await connection.close()
        far.close()

    with listening() as listener:
        asyncio.run(main(listener))


def test_a_stream_that_has_rested_too_long_is_closed() -> None:
    async def main(listener: socket.socket) -> None:
        pool = StreamPool(0)
        connection, far = await opened(listener)
        pool.put(connection)
        await turned(connection.writer.is_closing)
        assert pool.take() is None
        far.close()

    with listening() as listener:
        asyncio.run(main(listener))


def test_no_more_than_so_many_streams_rest() -> None:
    async def main(listener: socket.socket) -> None:
        pool = StreamPool(60)
        pairs = [await opened(listener) for _ in range(MAX_RESTING + 1)]
        for connection, _ in pairs:
            pool.put(connection)
        await turned(pairs[-1][0].writer.is_closing)
        assert not any(connection.writer.is_closing() for connection, _ in pairs[:-1])
        for _, far in pairs:
            far.close()

    with listening() as listener:
        asyncio.run(main(listener))
