"""Redirects that live in a key value store: a CloudFront Function looks them up, the app never hears of them.

uvicorn main:edge                               the app behind the edge
edgeware run main:app --distribution edge.yaml  the unchanged app behind the edge

While it runs, change a redirect; the next request sees it:

edgeware kvs put /sale /autumn-sale -d edge.yaml
"""

from pathlib import Path

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from edgeware import ASGIEdge

HERE = Path(__file__).resolve().parent


async def page(request: Request) -> PlainTextResponse:
    return PlainTextResponse(f"This is {request.url.path}.\n", headers={"Cache-Control": "public, max-age=60"})


app = Starlette(routes=[Route("/{path:path}", page)])

edge = ASGIEdge(app, distribution=HERE / "edge.yaml")
