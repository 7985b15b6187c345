"""Each country sees its own products: rendered at origin-request by Lambda@Edge, and cached for each country.

uvicorn main:edge                                    the page behind the edge, rendered in Python
edgeware run main:app --distribution edge.yaml       the same from the command line
edgeware run main:app --distribution edge.node.yaml  rendered in Node.js

No origin is asked for the page, so the app has only what the page does not: here, a list of countries. In the file,
viewer.country says where the viewer is taken to be.
"""

from pathlib import Path

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from edgeware import ASGIEdge

HERE = Path(__file__).resolve().parent


async def countries(request: Request) -> JSONResponse:
    return JSONResponse(["DE", "GB"], headers={"Cache-Control": "max-age=60"})


app = Starlette(routes=[Route("/api/countries", countries)])
edge = ASGIEdge(app, distribution=HERE / "edge.yaml")
