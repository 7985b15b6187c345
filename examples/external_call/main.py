"""A Lambda@Edge function that asks another HTTP service before it lets a request on to the origin.

uvicorn main:service --port 8001                the service: which features a visitor gets
uvicorn main:edge                               the app behind the edge
edgeware run main:app --distribution edge.yaml  the same with the unchanged app

At the edge a function has no environment variables of its own. It finds the service's address in a custom header of the
origin, as it would in production. Where the service does not answer, the page comes without features.
"""

from pathlib import Path

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse
from starlette.routing import Route

from edgeware import ASGIEdge

HERE = Path(__file__).resolve().parent


async def features(request: Request) -> JSONResponse:
    return JSONResponse(["new-checkout"] if request.query_params.get("plan") == "pro" else [])


async def page(request: Request) -> PlainTextResponse:
    return PlainTextResponse(f"features: {request.headers.get('x-features') or 'none'}\n")


service = Starlette(routes=[Route("/features", features)])
app = Starlette(routes=[Route("/", page)])
edge = ASGIEdge(app, distribution=HERE / "edge.yaml")
