from __future__ import annotations

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, StreamingResponse
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from edgeware.exceptions import UsageError
from edgeware.testing import Site
from tests.worlds.sites import site


def test_an_application_starts_up_once_and_shuts_down_at_the_end() -> None:
    happened = []

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[dict[str, str]]:
        happened.append("up")
        yield {"name": "state"}
        happened.append("down")

    async def home(request: Request) -> PlainTextResponse:
        return PlainTextResponse(request.state.name)

    with Site(Starlette(routes=[Route("/{x}", home)], lifespan=lifespan), site()) as shop:
        assert happened == []
        assert [shop.get("/a").text, shop.get("/b").text] == ["state", "state"]
        assert happened == ["up"]
    assert happened == ["up", "down"]


def test_an_application_that_does_not_start_says_why() -> None:
    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        raise OSError("no database")
        yield

    with (
        Site(Starlette(lifespan=lifespan), site()) as shop,
        pytest.raises(UsageError, match=r"(?s)startup failed: .*no data"),
    ):
        shop.get("/")


def test_a_site_that_nobody_asked_closes_too() -> None:
    Site(Starlette(), site()).close()


def test_a_500_of_the_frameworks_own_is_an_answer_and_the_reason_is_in_the_log(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async def fails(request: Request) -> PlainTextResponse:
        raise ZeroDivisionError("of the application")

    with Site(Starlette(routes=[Route("/", fails)]), site()) as shop, caplog.at_level(logging.ERROR, "edgeware"):
        assert shop.get("/").status == 500
    assert "ZeroDivisionError: of the application" in caplog.text


def test_a_stream_comes_whole_and_who_listens_hears_the_end() -> None:
    async def pieces() -> AsyncIterator[bytes]:
        yield b"a"
        yield b"b"

    async def stream(request: Request) -> StreamingResponse:
        return StreamingResponse(pieces())

    with Site(Starlette(routes=[Route("/", stream)]), site()) as shop:
        assert shop.get("/").body == b"ab"


def test_an_application_hears_that_the_viewer_has_gone_once_it_has_all() -> None:
    heard = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        assert scope["type"] == "http"
        heard.append((await receive())["type"])
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b""})
        heard.append((await receive())["type"])

    with Site(app, site()) as shop:
        shop.get("/")
    assert heard == ["http.request", "http.disconnect"]
