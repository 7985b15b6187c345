"""One answer to everything, in both worlds."""

from __future__ import annotations

import pytest

from edgeware.config.model import Origin, Static
from edgeware.messages import Request
from tests.origins_worlds import WORLDS, World

worlds = pytest.mark.parametrize("ask", WORLDS.values(), ids=WORLDS)


def origin(**static: object) -> Origin:
    return Origin(id="api", domain_name="api.example.com", target=Static(**static))  # type: ignore[arg-type]


@worlds
@pytest.mark.parametrize(
    ("method", "static", "status", "length", "body"),
    [
        ("GET", {"status": 503, "body": "é"}, 503, "2", "é".encode()),
        ("POST", {}, 200, "0", b""),
        ("HEAD", {"body": "hello"}, 200, "5", b""),
        ("GET", {"status": 204, "body": "unsent"}, 204, None, b""),
        ("GET", {"status": 299}, 299, "0", b""),
    ],
)
def test_a_fixed_answer(
    ask: World, method: str, static: dict[str, object], status: int, length: str | None, body: bytes
) -> None:
    heard = ask(origin(**static), Request(method=method, path="/x"))
    assert (heard.status, heard.headers.get("content-length"), heard.body) == (status, length, body)
