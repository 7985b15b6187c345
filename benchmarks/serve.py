"""The process of a server under test: ``python -m benchmarks.serve SITE PORT REPORT`` until it is interrupted."""

from __future__ import annotations

import asyncio
import json
import logging
import os
import sys
from pathlib import Path
from typing import Any

from benchmarks.sites import Site, asgi, function_times, wsgi


class Lag:
    """Round an ASGI application: how late the event loop comes back from a millisecond's rest."""

    def __init__(self, app: Any) -> None:
        self.app = app
        self.seconds: list[float] = []
        self._task: asyncio.Task[None] | None = None

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if self._task is None:
            self._task = asyncio.create_task(self._watch())
        await self.app(scope, receive, send)

    async def _watch(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            due = loop.time() + 0.001
            await asyncio.sleep(0.001)
            self.seconds.append(loop.time() - due)


def site_of_environment() -> Any:
    """The WSGI application that gunicorn asks for."""
    return wsgi(Site(**json.loads(os.environ["BENCHMARK_SITE"])), os.environ.get("BENCHMARK_STORE", ""))


def main() -> None:
    import uvicorn

    text, port, report = sys.argv[1:4]
    site = Site(**json.loads(text))
    application = asgi(site, os.environ.get("BENCHMARK_STORE", ""))
    lag = Lag(application)
    if site.faults:
        logging.getLogger("edgeware").setLevel(logging.CRITICAL)  # they are wanted
    own = site.edge != "edgeware"  # the edge has a Server and a Date of its own, as README says
    uvicorn.run(
        lag if site.lag else application,
        server_header=own,
        date_header=own,
        port=int(port),
        loop="uvloop",
        http="httptools",
        log_level="critical",
        access_log=False,
    )
    found = {"lag": lag.seconds, "functions": function_times(application.edge) if site.edge == "edgeware" else []}
    Path(report).write_text(json.dumps(found))


if __name__ == "__main__":
    main()
