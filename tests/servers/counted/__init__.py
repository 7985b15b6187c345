"""The example shops, each with a counter inside the edge: a line in a file for every request that reaches the app.

The file is the one that EDGEWARE_TEST_RUNS names. Each module here is one shop; its ``app`` is what a server runs.
"""

from __future__ import annotations

import os
from pathlib import Path

from starlette.types import ASGIApp, Receive, Scope, Send


def count(path: str) -> None:
    with Path(os.environ["EDGEWARE_TEST_RUNS"]).open("a", encoding="utf-8") as runs:
        runs.write(f"{path}\n")


class CountRuns:
    """For the frameworks whose middleware is ASGI's own."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            count(scope["path"])
        await self.app(scope, receive, send)
