"""An API and a static site behind the edge that a CDK app describes: what `cdk synth` has written is read.

uvicorn main:edge                                 the API and the site behind the edge
edgeware run main:app --distribution cdk.out      the unchanged API behind the same edge

There is no overlay: the site comes from the assets of the bucket's deployment, and the API is the only origin left.
After a change to app.js, run `npm install aws-cdk-lib constructs && npx cdk synth -q`.
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

edge = ASGIEdge(app, distribution=HERE / "cdk.out")
