"""An API and a static site behind the edge that a SAM template describes: the template itself is read.

uvicorn main:edge                                           the API and the site behind the edge
edgeware run main:app --distribution edgeware.local.yaml    the unchanged API behind the same edge
"""

from pathlib import Path

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from edgeware import ASGIEdge

HERE = Path(__file__).resolve().parent


async def products(request: Request) -> JSONResponse:
    return JSONResponse([{"id": "mug", "price": 9.5}])


app = Starlette(routes=[Route("/api/products", products)])

edge = ASGIEdge(app, distribution=HERE / "edgeware.local.yaml")
