"""The site in Starlette."""

from __future__ import annotations

from collections.abc import AsyncIterator

from starlette.applications import Starlette
from starlette.background import BackgroundTask
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, RedirectResponse, Response, StreamingResponse
from starlette.routing import Mount, Route

from tests.transparency.sites import COOKIE, FILE, LATIN, PIECES, digest, seen, uploaded

METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]


async def echo(request: Request) -> Response:
    return JSONResponse(
        {
            "method": request.method,
            "path": [request.scope["root_path"], request.url.path, request.scope["raw_path"].decode("latin-1")],
            "url": str(request.url),
            "query": request.scope["query_string"].decode("latin-1"),
            "headers": seen(request.headers.items()),
            "cookies": request.cookies,
            "client": request.client and request.client.host,
            "body": digest(await request.body()),
        }
    )


async def cookies(request: Request) -> Response:
    response = Response("set")
    response.set_cookie("a", COOKIE, max_age=60)
    response.set_cookie("b", "2", path="/x", httponly=True)
    response.raw_headers.append((b"x-latin", LATIN.encode("latin-1")))
    return response


async def redirect(request: Request) -> Response:
    return RedirectResponse(request.url_for("echo", rest="there"))


async def upload(request: Request) -> Response:
    return JSONResponse(uploaded(request.headers["content-type"], await request.body()))


async def stream(request: Request) -> Response:
    async def pieces() -> AsyncIterator[bytes]:
        for piece in PIECES:
            yield piece

    return StreamingResponse(pieces(), media_type="text/plain")


async def file(request: Request) -> Response:
    return FileResponse(FILE)


async def nothing(request: Request) -> Response:
    return Response(status_code=204)


async def background(request: Request) -> Response:
    return Response("done", background=BackgroundTask(lambda: None))


async def broken(request: Request) -> Response:
    raise ValueError("broken before the head")


async def half(request: Request) -> Response:
    async def pieces() -> AsyncIterator[bytes]:
        yield b"half"
        raise ValueError("broken after the head")

    return StreamingResponse(pieces(), headers={"Cache-Control": "max-age=60"})


ROUTES = [
    Route("/echo/{rest:path}", echo, methods=METHODS, name="echo"),
    Route("/cookies", cookies),
    Route("/redirect", redirect),
    Mount("/folder", routes=[Route("/", echo)]),
    Route("/upload", upload, methods=["POST"]),
    Route("/stream", stream),
    Route("/file", file),
    Route("/nothing", nothing),
    Route("/background", background),
    Route("/broken", broken),
    Route("/half", half),
]
app = Starlette(routes=ROUTES)
debugged = Starlette(routes=ROUTES, debug=True)
