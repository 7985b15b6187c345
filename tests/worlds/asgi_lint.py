"""A lint for both sides of an ASGI application: what goes in and what comes out is as the ASGI specification says."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from starlette.types import ASGIApp, Message, Receive, Scope, Send


class ASGILint:
    """Checks scope, receive and send of every HTTP request; an AssertionError names what is wrong."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        _check_scope(scope)
        state = {"started": False, "ended": False}

        async def checked_send(message: Message) -> None:
            _check_sent(message, state)
            await send(message)

        async def checked_receive() -> Message:
            message = await receive()
            assert message["type"] in ("http.request", "http.disconnect"), message["type"]
            assert isinstance(message.get("body", b""), bytes)
            return message

        await self.app(scope, checked_receive, checked_send)


def _check_scope(scope: Scope) -> None:
    assert isinstance(scope["method"], str)
    assert scope["method"].isupper()
    assert isinstance(scope["path"], str)
    assert scope["path"].startswith("/")
    assert isinstance(scope.get("raw_path", b""), bytes)
    assert isinstance(scope["query_string"], bytes)
    _check_headers(scope["headers"])


def _check_headers(headers: Any) -> None:
    for name, value in headers:
        assert isinstance(name, bytes)
        assert name == name.lower()
        assert name
        assert isinstance(value, bytes)
        assert not set(value) & set(b"\r\n\0")


def _check_sent(message: Mapping[str, Any], state: dict[str, bool]) -> None:
    assert not state["ended"], "a message after the last"
    if message["type"] == "http.response.start":
        assert not state["started"], "a second head"
        state["started"] = True
        assert isinstance(message["status"], int)
        assert 200 <= message["status"] <= 599
        _check_headers(message["headers"])
    else:
        assert message["type"] == "http.response.body", message["type"]
        assert state["started"], "a body before the head"
        assert isinstance(message.get("body", b""), bytes)
        state["ended"] = not message.get("more_body", False)
