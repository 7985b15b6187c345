"""Two versions of a page, told apart at the edge by Lambda@Edge functions in Python.

uvicorn main:edge                               the pages behind the edge
edgeware run main:app --distribution edge.yaml  the unchanged app behind the edge
"""

from pathlib import Path

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from edgeware import ASGIEdge

HERE = Path(__file__).resolve().parent


async def page(request: Request) -> PlainTextResponse:
    variant: str = request.path_params["variant"]
    asked_by = request.headers.get("x-asked-by", "nobody")
    return PlainTextResponse(
        f"This is version {variant}, asked for by {asked_by}.\n", headers={"Cache-Control": "public, max-age=60"}
    )


app = Starlette(routes=[Route("/{variant:str}/offer", page)])

edge = ASGIEdge(app, distribution=HERE / "edge.yaml")
