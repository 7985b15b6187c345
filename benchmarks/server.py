"""The servers under test: one small Starlette app, bare and behind the edge. Started by run.py, one at a time."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

PRODUCTS = {"products": [{"id": n, "name": f"product {n}", "price": n * 1.5} for n in range(42)]}
SECURITY_HEADERS = """
function handler(event) {
  var response = event.response;
  var headers = response.headers;
  headers['strict-transport-security'] = { value: 'max-age=63072000; includeSubdomains; preload'};
  headers['content-security-policy'] = { value: "default-src 'self';" };
  return response;
}
"""


async def products(request: Request) -> Response:
    return JSONResponse(PRODUCTS)


@contextmanager
def store(case: str) -> Iterator[str | None]:
    """The name of a case's store; its directory and its server are gone at the end."""
    with tempfile.TemporaryDirectory() as folder:
        if case == "disk hit":
            yield f"disk:{folder}"
        elif case == "redis hit":
            command = ["redis-server", "--port", "0", "--unixsocket", f"{folder}/redis", "--save", "", "--dir", folder]
            server = subprocess.Popen(command, stdout=subprocess.DEVNULL)
            try:
                yield f"unix://{folder}/redis"
            finally:
                server.kill()
                server.wait()
        else:
            yield None


def app(case: str, store: str | None) -> object:
    """The ASGI application of a case of run.py."""
    bare = Starlette(routes=[Route("/api/products", products)])
    if case == "bare":
        return bare
    from edgeware import ASGIEdge

    behavior: dict[str, object] = {"origin": "app", "cache_policy": "Managed-CachingOptimized"}
    if case == "miss":
        behavior["cache_policy"] = "Managed-CachingDisabled"
    native: dict[str, object] = {"version": 1, "default_behavior": behavior}
    if case == "hit + function":
        behavior["viewer_response"] = "security_headers"
        native["functions"] = {"security_headers": {"kind": "cloudfront-function", "code": SECURITY_HEADERS}}
    return ASGIEdge(bare, distribution=native, store=store)


def function_times(edge: object) -> list[float]:
    """Seconds that each function call took, as the flow saw it."""
    exchanges = edge.exchanges  # type: ignore[attr-defined]
    return sorted(run.seconds for exchange in exchanges for run in exchange.trace.functions)


def main() -> None:
    """Serve a case on a port until terminated; leave the function times behind."""
    import uvicorn

    case, port, report = sys.argv[1:4]
    with store(case) as name:
        application = app(case, name)
        uvicorn.run(
            application,  # type: ignore[arg-type]
            port=int(port),
            loop="uvloop",
            http="httptools",
            log_level="critical",
            access_log=False,
        )
    if hasattr(application, "edge"):
        Path(report).write_text(json.dumps(function_times(application.edge)))


if __name__ == "__main__":
    os.environ.setdefault("PYTHONHASHSEED", "0")
    main()
