"""origin-request: the whole application. What it answers is what the origin would have answered."""

from mangum import Mangum
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route


async def greet(request: Request) -> JSONResponse:
    name = request.query_params.get("name", "nobody")
    return JSONResponse({"hello": name}, headers={"Cache-Control": "max-age=60"})


async def echo(request: Request) -> JSONResponse:
    return JSONResponse({"you_said": (await request.body()).decode()}, status_code=201)


app = Starlette(routes=[Route("/api/greet", greet), Route("/api/echo", echo, methods=["POST"])])

# CloudFront counts the bytes itself, and refuses an answer that says Content-Length.
handler = Mangum(app, lifespan="off", exclude_headers=["Content-Length"])
