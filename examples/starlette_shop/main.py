"""A small Starlette shop behind a CloudFront edge.

uvicorn main:edge                               the shop behind the edge
edgeware run main:app --distribution edge.yaml  the unchanged app behind the edge
"""

from pathlib import Path

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from edgeware import ASGIEdge

HERE = Path(__file__).resolve().parent


async def home(request: Request) -> HTMLResponse:
    return HTMLResponse('<!doctype html><title>Shop</title><h1>Mug</h1><img src="/images/product.png" alt="A mug">')


async def products(request: Request) -> JSONResponse:
    return JSONResponse([{"id": "mug", "name": "Mug", "price": 9.5, "image": "/images/product.png"}])


app = Starlette(
    routes=[
        Route("/", home),
        Route("/api/products", products),
        Mount("/images", StaticFiles(directory=HERE.parent / "shared" / "images")),
    ]
)

edge = ASGIEdge(app, distribution=HERE / "edge.yaml")
