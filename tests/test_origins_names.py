from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable

import pytest

from edgeware.origins import names

WORLDS: dict[str, Callable[[str], bool]] = {
    "wsgi": names.resolves,
    "asgi": lambda url: asyncio.run(names.resolves_async(url)),
}


@pytest.mark.parametrize("ask", WORLDS.values(), ids=WORLDS)
def test_a_name_that_resolved_is_not_looked_up_again(
    ask: Callable[[str], bool], monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def getaddrinfo(host: str, port: None) -> None:
        asked.append(host)
        if len(asked) == 1:
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(names, "_resolved", set())
    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    assert [ask("https://shop.example:8443/x") for _ in range(3)] == [False, True, True]
    assert asked == ["shop.example", "shop.example"]


def test_what_is_no_url_is_told_by_whoever_connects() -> None:
    assert names.resolves("http://[::1")
