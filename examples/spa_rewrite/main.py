"""A single-page app: a CloudFront Function sends every page to one file, so that links into the app work.

uvicorn main:edge                               the app behind the edge
edgeware run main:app --distribution edge.yaml  the unchanged app behind the edge
"""

from pathlib import Path

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route

from edgeware import ASGIEdge

HERE = Path(__file__).resolve().parent
KEPT = {"Cache-Control": "public, max-age=3600"}


async def index(request: Request) -> HTMLResponse:
    return HTMLResponse('<!doctype html><title>Shop</title><script src="/app.js"></script>', headers=KEPT)


async def script(request: Request) -> Response:
    return Response("document.body.append(location.pathname)", media_type="text/javascript", headers=KEPT)


async def cart(request: Request) -> JSONResponse:
    return JSONResponse({"items": []})


app = Starlette(routes=[Route("/index.html", index), Route("/app.js", script), Route("/api/cart", cart)])

edge = ASGIEdge(app, distribution=HERE / "edge.yaml")
