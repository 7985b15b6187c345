from __future__ import annotations

import asyncio
import json
from threading import Event

from edgeware.inspector.live import events
from tests.inspecting import sites


def test_a_row_comes_once_for_each_state_of_an_exchange() -> None:
    async def told() -> list[str]:
        closing = Event()
        heard: list[str] = []
        with sites() as site:
            site.get("/a")
            async for event in events(site.edge, lambda exchange: exchange.request.path, closing):
                if event.startswith("data: "):
                    heard.append(json.loads(event[6:])["row"])
                elif event.startswith(":"):
                    if len(heard) == 2:
                        closing.set()
                    elif site.edge.exchanges[-1].request.path == "/a":
                        site.get("/b")
        return heard

    assert asyncio.run(told()) == ["/a", "/b"]
