"""An ASGI application that is the origin itself: served as a Lambda@Edge function, through the package mangum.

uvicorn main:edge                               everything behind the edge
edgeware run main:app --distribution edge.yaml  the same from the command line

Under /api/ the function answers at origin-request, and its answers are cached like an origin's. Everything else comes
from the app that the edge stands in front of. Deployed, mangum and starlette lie beside function/app.py; here those of
this Python do.
"""

from pathlib import Path

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from edgeware import ASGIEdge

HERE = Path(__file__).resolve().parent


async def home(request: Request) -> PlainTextResponse:
    return PlainTextResponse("from the origin\n")


app = Starlette(routes=[Route("/", home)])
edge = ASGIEdge(app, distribution=HERE / "edge.yaml")
