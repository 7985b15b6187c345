"""What is measured: one small application, bare, behind the edge, or behind another cache."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import asdict, dataclass
from typing import Any

from edgeware import Edge
from edgeware.messages import Headers, Request

FRESH = "max-age=3600"
PRODUCTS = {"products": [{"id": n, "name": f"product {n}", "price": n * 1.5} for n in range(42)]}
"""2 KB of JSON, which a framework writes for each request that it answers."""
HEADERS = {"cache-control": FRESH, "etag": '"products"'}
PIECE = 64 * 1024

SECURITY_HEADERS = """
function handler(event) {
  var response = event.response;
  var headers = response.headers;
  headers['strict-transport-security'] = { value: 'max-age=63072000; includeSubdomains; preload'};
  headers['content-security-policy'] = { value: "default-src 'self';" };
  return response;
}
"""
DEFAULT_PAGE = """
function handler(event) {
  var request = event.request;
  if (request.uri.endsWith('/')) request.uri += 'index.html';
  request.headers['x-true-client-ip'] = { value: event.viewer.ip };
  return request;
}
"""
PYTHON = """
def handler(event, context):
    response = event["Records"][0]["cf"]["response"]
    response["headers"]["strict-transport-security"] = [{"value": "max-age=63072000"}]
    return response
"""
NODE = """
exports.handler = async (event) => {
  const { response } = event.Records[0].cf;
  response.headers["strict-transport-security"] = [{ value: "max-age=63072000" }];
  return response;
};
"""
FUNCTIONS: dict[str, dict[str, str]] = {
    "security_headers": {"kind": "cloudfront-function", "code": SECURITY_HEADERS},
    "default_page": {"kind": "cloudfront-function", "code": DEFAULT_PAGE},
    "loop": {"kind": "cloudfront-function", "code": "function handler(event) { while (true); }"},
    "raises": {"kind": "cloudfront-function", "code": "function handler(event) { throw new Error('no'); }"},
    "python": {"kind": "lambda-edge", "code": PYTHON, "runtime": "python3.13"},
    "node": {"kind": "lambda-edge", "code": NODE, "runtime": "nodejs22.x"},
    "exits": {
        "kind": "lambda-edge",
        "runtime": "python3.13",
        "code": "import os\ndef handler(event, context):\n    os._exit(1)\n",
    },
}
Associations = dict[str, str]
"""Function names by ``viewer_request`` and so on."""


@dataclass(frozen=True, kw_only=True)
class Site:
    """An application and what stands before it; goes to the server's process as JSON."""

    edge: str = "edgeware"
    """``edgeware``, ``hishel``, or ``none``."""
    world: str = "asgi"
    policy: str = "Managed-CachingOptimized"
    viewer_request: str = ""
    viewer_response: str = ""
    reuse: bool = True
    budget: float = 1.0
    """The edge's ``compute_budget``."""
    store: str = ""
    """A name as ``store=`` takes it; ``redis`` and ``disk`` get one of their own."""
    history: int = 100
    behaviors: int = 0
    """How many path patterns there are beside the default behavior: ``/b0/*``, ``/b1/*`` and so on."""
    functions: int = 0
    """How many functions those have, at their viewer events."""
    objects: int = 0
    """How many objects are in the cache at first: ``/object/0``, ``/object/1`` and so on."""
    faults: bool = False
    """Whether there are the behaviors ``/loop``, ``/raises`` and ``/exits``."""
    lag: bool = False
    """Whether the event loop's lag is measured."""

    def dumps(self) -> str:
        """As JSON."""
        return json.dumps(asdict(self))


def native(site: Site) -> dict[str, object]:
    """The distribution in the native form."""
    default: dict[str, object] = {"origin": "app", "cache_policy": site.policy}
    default.update(_associations({"viewer_request": site.viewer_request, "viewer_response": site.viewer_response}))
    behaviors = [_behavior(site, number) for number in range(site.behaviors)]
    if site.faults:
        events = {"loop": "viewer_request", "raises": "viewer_request", "exits": "origin_request"}
        behaviors += [{**default, "path_pattern": f"/{name}", event: name} for name, event in events.items()]
        behaviors.append({"origin": "app", "cache_policy": "Managed-CachingDisabled", "path_pattern": "/miss/*"})
    functions = {
        name: FUNCTIONS[name] for name in FUNCTIONS if any(name in one.values() for one in (default, *behaviors))
    }
    for number in range(site.functions):
        code = SECURITY_HEADERS if number % 2 else DEFAULT_PAGE
        functions[f"f{number}"] = {"kind": "cloudfront-function", "code": f"// {number}\n{code}"}
    return {"version": 1, "default_behavior": default, "behaviors": behaviors, "functions": functions}


def _behavior(site: Site, number: int) -> dict[str, object]:
    behavior: dict[str, object] = {"origin": "app", "cache_policy": site.policy, "path_pattern": f"/b{number}/*"}
    names = {event: f"f{2 * number + at}" for at, event in enumerate(("viewer_request", "viewer_response"))}
    return behavior | _associations({event: name for event, name in names.items() if int(name[1:]) < site.functions})


def _associations(functions: Associations) -> Associations:
    return {event: name for event, name in functions.items() if name}


def edge_of(site: Site, store: str) -> Edge:
    """The edge of a site, with its objects in its store."""
    options: dict[str, Any] = {"reuse_results": site.reuse, "history": site.history, "compute_budget": site.budget}
    edge = Edge(native(site), store=store or None, **options)
    fill(edge, site.objects)
    return edge


def fill(edge: Edge, objects: int) -> None:
    """Store that many objects of 100 bytes, by the key that their requests will have."""
    from edgeware.core.cached_object import CachedObject

    known = edge.clock()
    for number in range(objects):
        path = f"/object/{number}"
        lines = (
            ("Content-Type", "application/json"),
            ("Content-Length", "100"),
            ("Date", "Sat, 28 Nov 2026 20:00:00 GMT"),
        )
        whole = CachedObject(
            status=200,
            headers=Headers(lines),
            body=(b"%d " % number).ljust(100),
            path=path,
            stored_at=known,
            fresh_until=known + 86400,
            stale_while_revalidate_until=known + 86400,
            stale_if_error_until=known + 86400,
        )
        edge.store.put(edge.key(Request(method="GET", path=path)), whole)


def asgi(site: Site, store: str = "") -> Any:
    """The ASGI application of a site."""
    from starlette.applications import Starlette
    from starlette.requests import Request as Asked
    from starlette.responses import JSONResponse, Response, StreamingResponse
    from starlette.routing import Route

    async def products(request: Asked) -> Response:
        return JSONResponse(PRODUCTS, headers=HEADERS)

    async def slow(request: Asked) -> Response:
        await asyncio.sleep(0.005)
        return await products(request)

    async def sized(request: Asked) -> Response:
        length = request.path_params["length"]
        headers = {"cache-control": FRESH, "content-length": str(length)}
        return StreamingResponse(_pieces(length), media_type="application/octet-stream", headers=headers)

    async def breaks(request: Asked) -> Response:
        return StreamingResponse(_pieces(1000), headers={"content-length": "2000"})

    async def fails(request: Asked) -> Response:
        return Response("no", status_code=500)

    routes = [
        Route("/bytes/{length:int}", sized),
        Route("/slow/{rest:path}", slow),
        Route("/miss/breaks", breaks),
        Route("/miss/fails", fails),
        Route("/{rest:path}", products),
    ]
    bare = Starlette(routes=routes)
    if site.edge == "none":
        return bare
    if site.edge == "hishel":
        from hishel.asgi import ASGICacheMiddleware

        return ASGICacheMiddleware(bare)
    from edgeware import ASGIEdge

    return ASGIEdge(bare, edge=edge_of(site, store))


async def _pieces(length: int) -> AsyncIterator[bytes]:
    piece = b"x" * PIECE
    for start in range(0, length, PIECE):
        yield piece[: length - start]


def wsgi(site: Site, store: str = "") -> Any:
    """The WSGI application of a site."""
    from flask import Flask, Response, jsonify

    app = Flask(__name__)

    @app.get("/<path:rest>")
    def products(rest: str) -> Response:
        response = jsonify(PRODUCTS)
        response.headers.update(HEADERS)
        return response

    if site.edge == "none":
        return app
    from edgeware import WSGIEdge

    return WSGIEdge(app, edge=edge_of(site, store))


def function_times(edge: Edge) -> list[float]:
    """Seconds that each function call took, as the flow saw it."""
    return sorted(run.seconds for exchange in edge.exchanges for run in exchange.trace.functions)
