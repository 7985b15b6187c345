"""A Starlette app whose edge is compared with production, or with staging, on every pull request.

uvicorn main:edge                                    the app behind the edge
edgeware run main:app --distribution edge.yaml       the same, from outside; --record run.har makes a new requests file
edgeware compare main:app https://www.example.com --distribution edge.yaml --requests requests.txt --allow allow.yaml

.github/workflows/parity.yml is the last line as a GitHub workflow. edge.production.yaml stands for a production that
somebody has changed by hand.
"""

from pathlib import Path

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route

from edgeware import ASGIEdge

HERE = Path(__file__).resolve().parent


async def home(request: Request) -> Response:
    return HTMLResponse("<h1>Home</h1>", headers={"Cache-Control": "public, max-age=60"})


async def products(request: Request) -> Response:
    return JSONResponse([{"id": "mug", "price": 9.5}], headers={"Cache-Control": "no-store"})


app = Starlette(routes=[Route("/", home), Route("/api/products", products)])

edge = ASGIEdge(app, distribution=HERE / "edge.yaml")
