from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from starlette.types import Message

from edgeware.config.model import Directory, Origin
from edgeware.messages import Headers, Request
from edgeware.origins import asgi_origin
from tests.origins_worlds import WORLDS, World

worlds = pytest.mark.parametrize("ask", WORLDS.values(), ids=WORLDS)


@pytest.fixture
def origin(tmp_path: Path) -> Origin:
    (tmp_path / "a.txt").write_bytes(b"hello")
    (tmp_path / "empty").touch()
    (tmp_path / "large").write_bytes(b"x" * 200_000)
    return Origin(id="site", domain_name="site.s3.amazonaws.com", type="s3", target=Directory(path=tmp_path))


@worlds
@pytest.mark.parametrize(
    ("method", "path", "status", "body"),
    [
        pytest.param("GET", "/a.txt", 200, b"hello", id="an object"),
        pytest.param("HEAD", "/a.txt", 200, b"", id="its head"),
        pytest.param("GET", "/empty", 200, b"", id="an empty object"),
        pytest.param("GET", "/large", 200, b"x" * 200_000, id="a large object"),
        pytest.param("HEAD", "/missing", 403, b"", id="no object"),
    ],
)
def test_a_directory_answers(ask: World, origin: Origin, method: str, path: str, status: int, body: bytes) -> None:
    heard = ask(origin, Request(method=method, path=path))
    assert (heard.status, heard.body) == (status, body)


@worlds
def test_a_range_is_answered_in_part(ask: World, origin: Origin) -> None:
    headers = Headers([("Range", "bytes=1-3")])
    heard = ask(origin, Request(method="GET", path="/a.txt", headers=headers))
    assert (heard.status, heard.headers.get("content-range"), heard.body) == (206, "bytes 1-3/5", b"ell")


@worlds
def test_errors_are_xml(ask: World, origin: Origin) -> None:
    heard = ask(origin, Request(method="GET", path="/missing"))
    assert (heard.status, heard.headers.get("content-type")) == (403, "application/xml")
    assert b"<Code>AccessDenied</Code>" in heard.body


def test_the_file_is_closed_when_sending_fails(origin: Origin) -> None:
    async def send(message: Message) -> None:
        if message["type"] == "http.response.body":
            raise OSError("nobody listens")

    async def receive() -> Message:
        raise AssertionError("a directory reads no body")

    async def exchange() -> None:
        scope = {"type": "http", "edgeware.request": Request(method="GET", path="/large")}
        await asgi_origin(origin)(scope, receive, send)

    with pytest.raises(OSError, match="nobody listens"):  # and no ResourceWarning for the file
        asyncio.run(exchange())
