from __future__ import annotations

import sys

import pytest
from starlette.types import Receive, Scope, Send

from edgeware.asgi import ASGIEdge
from edgeware.exceptions import MissingDependencyError, UsageError
from edgeware.parity.local import serving
from edgeware.parity.saved import saved
from edgeware.parity.sending import Received
from tests.parity_sites import NATIVE, edge


def test_an_answer_comes_with_its_exchange() -> None:
    with serving(edge()) as site:
        for x_cache in ("Miss from cloudfront", "Hit from cloudfront"):
            received, exchange = site.sent(saved("GET", "/", [], "f:1"))
            assert (received.status, received.headers.get("x-cache")) == (200, x_cache)
            assert exchange is not None
            assert exchange.request_id == received.headers.get("x-amz-cf-id")
            assert received.headers.get_all("server") == ("CloudFront",)
        assert site.exchange(Received()) is None


def test_a_host_that_the_distribution_knows_is_kept() -> None:
    with serving(edge(aliases=["www.example.com", "b.example.com"])) as site:
        hosts = []
        for host in ("b.example.com", "elsewhere.example"):
            _, exchange = site.sent(saved("GET", "/", [], "f:1", host=host))
            assert exchange is not None
            hosts.append(exchange.request.headers.get("host"))
        assert hosts == ["b.example.com", "www.example.com"]


def test_an_application_that_does_not_start_ends_it() -> None:
    async def broken(scope: Scope, receive: Receive, send: Send) -> None:
        assert scope["type"] == "lifespan"
        await receive()
        await send({"type": "lifespan.startup.failed", "message": ""})

    with pytest.raises(UsageError, match="did not start"), serving(ASGIEdge(broken, NATIVE)) as site:
        assert site.send(saved("GET", "/", [], "f:1")).failure


def test_without_uvicorn_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "uvicorn", None)
    with pytest.raises(MissingDependencyError, match=r"edgeware\[run\]"), serving(edge()):
        raise AssertionError("it is served all the same")
