"""The list as it grows, by server-sent events [WHATWG HTML, server-sent events]."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from threading import Event

from edgeware.edge import Edge, Exchange
from edgeware.inspector.summary import kept

SECONDS_BETWEEN_LOOKS = 0.2
"""Only while a page is open: the edge itself tells nobody anything, and so it costs a request nothing."""


async def events(edge: Edge, row: Callable[[Exchange], str], closing: Event) -> AsyncIterator[str]:
    """An event for each exchange that is new or has come further: ``{"id", "row"}``, the row as HTML."""
    told: dict[str, int] = {}
    yield "retry: 500\n\n"
    while not closing.is_set():
        now = {one.request_id: (len(one.trace.steps), one) for one in kept(edge)}
        for request_id, (steps, exchange) in now.items():
            if told.get(request_id) != steps:
                yield f"data: {json.dumps({'id': request_id, 'row': row(exchange)})}\n\n"
        told = {request_id: steps for request_id, (steps, _) in now.items()}
        yield ": still here\n\n"  # a page that has gone shows by this only
        await asyncio.sleep(SECONDS_BETWEEN_LOOKS)
