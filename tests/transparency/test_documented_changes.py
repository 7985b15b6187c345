"""What an application does notice of an edge that passes everything on: this, and nothing else.

Source: [RequestAndResponseBehaviorCustomOrigin].
"""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from starlette.types import Receive, Scope, Send

from tests.transparency import edges
from tests.transparency.exchanges import Answer, Asks, ask_asgi, ask_wsgi


class Origin:
    """Keeps the request headers that it sees, in either world, and answers with the headers that it is given."""

    def __init__(self, *headers: tuple[str, str]) -> None:
        self.headers = list(headers)
        self.saw: dict[str, str] = {}

    async def asgi(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.saw = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
        raw = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in self.headers]
        await send({"type": "http.response.start", "status": 200, "headers": raw})
        await send({"type": "http.response.body", "body": b"hello"})

    def wsgi(self, environ: dict[str, Any], start_response: Any) -> list[bytes]:
        self.saw = {k[5:].replace("_", "-").lower(): v for k, v in environ.items() if k.startswith("HTTP_")}
        start_response("200 OK", list(self.headers))
        return [b"hello"]

    def ask(self, world: str, asks: Asks) -> Answer:
        if world == "wsgi":
            return ask_wsgi(edges.wsgi(self.wsgi, "caching disabled"), asks)
        return asyncio.run(ask_asgi(edges.asgi(self.asgi, "caching disabled"), asks))


@pytest.fixture(params=["asgi", "wsgi"])
def world(request: pytest.FixtureRequest) -> str:
    world: str = request.param
    return world


@pytest.mark.parametrize(
    ("sent", "changed"),
    [
        pytest.param({}, {}, id="nothing"),
        pytest.param({"connection": "close"}, {"connection": "Keep-Alive"}, id="connection"),
        pytest.param({"x-forwarded-for": "192.0.2.1"}, {"x-forwarded-for": "192.0.2.1,198.51.100.7"}, id="forwarded"),
        pytest.param({"cookie": "b=2; a=1;c"}, {"cookie": "a=1; b=2"}, id="cookies sorted and in pairs"),
        pytest.param({"accept-encoding": "gzip;q=0.1, br"}, {}, id="codings as they are"),
        pytest.param({"expect": "100-continue", "te": "trailers"}, {"expect": None, "te": None}, id="hop by hop"),
        pytest.param({"x-real-ip": "192.0.2.1"}, {"x-real-ip": None}, id="whom another proxy saw"),
        pytest.param({"x-forwarded-proto": "https"}, {"x-forwarded-proto": None}, id="what another proxy spoke"),
        pytest.param({"authorization": "x", "referer": "y", "range": "bytes=0-1", "origin": "z"}, {}, id="end to end"),
    ],
)
def test_these_request_headers_change(world: str, sent: dict[str, str], changed: dict[str, str | None]) -> None:
    origin = Origin()
    origin.ask(world, Asks("GET", "/", tuple(sent.items())))
    own = {"connection": "Keep-Alive", "x-forwarded-for": "198.51.100.7"}
    expected = {"host": "www.example.com", "user-agent": "test", **sent, **own, **changed}
    via, request_id = origin.saw.pop("via"), origin.saw.pop("x-amz-cf-id")
    assert via.endswith(".cloudfront.net (CloudFront)")
    assert len(request_id) == 56
    assert origin.saw == {name: value for name, value in expected.items() if value is not None}


@pytest.mark.parametrize(
    ("sent", "got"),
    [
        pytest.param([], [], id="nothing"),
        pytest.param([("x-a", "1"), ("x-a", "2")], [("x-a", "1"), ("x-a", "2")], id="two lines"),
        pytest.param(
            [("server", "own"), ("date", "then")], [("server", "own"), ("date", "then")], id="server and date"
        ),
        pytest.param([("via", "1.1 own"), ("x-cache", "HIT"), ("age", "9")], [], id="what another cache says"),
        pytest.param([("vary", "Accept, Cookie, X-Any")], [("vary", "Accept, Cookie, X-Any")], id="vary"),
        pytest.param([("upgrade", "h2c"), ("trailer", "x-sum")], [], id="hop by hop"),
    ],
)
def test_these_response_headers_change(world: str, sent: list[tuple[str, str]], got: list[tuple[str, str]]) -> None:
    answer = Origin(*sent).ask(world, Asks("GET", "/"))
    own = {name: value for name, value in answer.headers if (name, value) not in sent}
    lower = {name.lower() for name in own}
    assert {"x-cache", "via", "x-amz-cf-pop", "x-amz-cf-id"} <= lower
    # A WSGI server says how long a body of one piece is, and so does the edge in its place.
    assert lower <= edges.RESPONSE_HEADERS | ({"content-length"} if world == "wsgi" else set())
    assert [line for line in answer.headers if line in sent] == got
    assert len(answer.header("server")) == len(answer.header("date")) == 1


@pytest.mark.parametrize(
    "asks",
    [
        pytest.param(Asks("GET", "/", (), b"a body"), id="a GET with a body"),
        pytest.param(Asks("TRACE", "/"), id="TRACE"),
        pytest.param(Asks("PROPFIND", "/"), id="PROPFIND"),
        pytest.param(Asks("QUERY", "/", (), b"a body"), id="QUERY"),
    ],
)
def test_these_requests_are_refused(world: str, asks: Asks) -> None:
    origin = Origin()
    answer = origin.ask(world, asks)
    assert str(answer.status)[:3] == "403"
    assert origin.saw == {}
