"""A static site and an API behind the edge that Terraform describes: main.tf is what is deployed, plan.json its plan.

edgeware run main:app --distribution local.yaml         the site from site/, the API from the app below
edgeware explain local.yaml GET /docs/                  which behavior, which functions, which key
edgeware import plan.json --print                       what was read of the plan
"""

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route


async def hello(request: Request) -> PlainTextResponse:
    return PlainTextResponse(f"Hello from the API, asked by {request.headers.get('x-asked-by', 'nobody')}.\n")


app = Starlette(routes=[Route("/api/hello", hello)])
