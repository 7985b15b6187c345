"""Requests one after the other to one origin, over connections that are used again: both worlds."""

from __future__ import annotations

import asyncio
import gc
import socket
from collections.abc import Callable
from contextlib import closing, suppress
from dataclasses import replace
from typing import Any

import pytest
from starlette.types import Message

from edgeware.config.model import Origin, Url
from edgeware.messages import Headers, Request
from edgeware.origins import OriginUnreachable, asgi_origin, wsgi_origin
from tests.origins_worlds import Connection, scripted

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n%d!"
Ask = Callable[[Origin, list[Request]], list[bytes]]


def origin(url: str, **more: Any) -> Origin:
    return Origin(id="api", domain_name="api.example.com", target=Url(url=url), connection_attempts=1, **more)


def one_after_the_other_wsgi(api: Origin, requests: list[Request]) -> list[bytes]:
    application = wsgi_origin(api)
    bodies = []
    for request in requests:
        answer: Any = application({"edgeware.request": request}, lambda *_: lambda _: None)
        with closing(answer):
            bodies.append(b"".join(answer))
    del application, answer
    gc.collect()  # an exception on the way holds on to what it passed, and so to the resting connections
    return bodies


def one_after_the_other_asgi(api: Origin, requests: list[Request]) -> list[bytes]:
    async def every() -> list[bytes]:
        application = asgi_origin(api)
        return [await one(application, request) for request in requests]

    async def one(application: Any, request: Request) -> bytes:
        pieces: list[bytes] = []
        messages: list[Message] = [{"type": "http.request"}]

        async def receive() -> Message:
            return messages.pop() if messages else await asyncio.get_running_loop().create_future()

        async def send(message: Message) -> None:
            pieces.append(message.get("body", b""))

        await application({"type": "http", "edgeware.request": request}, receive, send)
        return b"".join(pieces)

    return asyncio.run(every())


worlds = pytest.mark.parametrize("ask", [one_after_the_other_wsgi, one_after_the_other_asgi], ids=["wsgi", "asgi"])


def request(method: str = "GET") -> Request:
    return Request(method=method, path="/", headers=Headers([("Host", "api.example.com")]))


def answering(*answers: bytes) -> Callable[[Connection], None]:
    """A connection that answers so many requests and then waits until it is left."""

    def script(connection: Connection) -> None:
        for answer in answers:
            connection.head()
            connection.socket.sendall(answer)
        connection.until_left()

    return script


@worlds
def test_one_connection_serves_many_requests(ask: Ask) -> None:
    with scripted(answering(*[OK % number for number in range(5)])) as url:
        assert ask(origin(url), [request()] * 5) == [b"%d!" % number for number in range(5)]


@worlds
def test_what_an_answer_leaves_behind_ends_the_connection(ask: Ask) -> None:
    with scripted(answering(OK % 1 + b"HTTP/1.1 200 OK\r\n\r\nfor somebody else"), answering(OK % 2)) as url:
        assert ask(origin(url), [request()] * 2) == [b"1!", b"2!"]


@worlds
def test_a_connection_that_the_origin_closed_costs_nobody_an_answer(ask: Ask) -> None:
    def once(connection: Connection) -> None:
        connection.head()
        connection.socket.sendall(OK % 1)

    def reads_and_leaves(connection: Connection) -> None:
        connection.head()
        connection.socket.sendall(OK % 2)
        connection.head()

    with scripted(once, reads_and_leaves, answering(OK % 3)) as url:
        assert ask(origin(url), [request()] * 3) == [b"1!", b"2!", b"3!"]


@worlds
def test_a_post_never_goes_over_a_used_connection(ask: Ask) -> None:
    resting: list[socket.socket] = []

    def stays(connection: Connection) -> None:
        connection.head()
        connection.socket.sendall(OK % 1)
        resting.append(connection.socket.dup())

    with scripted(stays, answering(OK % 2)) as url:
        assert ask(origin(url), [request(), request("POST")]) == [b"1!", b"2!"]
        resting[0].close()


@worlds
def test_the_whole_answer_has_its_time(ask: Ask) -> None:
    def goes_on(connection: Connection) -> None:
        connection.head()
        connection.socket.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\n")
        with suppress(OSError):
            while True:
                connection.socket.sendall(b"x" * 1024)

    with scripted(goes_on) as url, pytest.raises(OriginUnreachable, match="OriginCommError") as caught:
        ask(origin(url, response_completion_timeout=1), [request()])
    assert caught.value.status == 504


@worlds
def test_a_first_byte_after_the_whole_time_is_too_late_for_another_attempt(ask: Ask) -> None:
    with scripted(Connection.until_left) as url, pytest.raises(OriginUnreachable) as caught:
        ask(replace(origin(url, response_completion_timeout=1), connection_attempts=3), [request()])
    assert (caught.value.detail, caught.value.status) == ("OriginCommError", 504)
