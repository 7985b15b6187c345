"""The site in FastAPI."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

from fastapi import BackgroundTasks, FastAPI, Request, Response
from fastapi.responses import FileResponse, RedirectResponse, StreamingResponse

from tests.transparency.sites import COOKIE, FILE, LATIN, PIECES, digest, seen, uploaded


async def echo(request: Request, rest: str = "") -> dict[str, Any]:
    return {
        "method": request.method,
        "path": [request.scope["root_path"], request.url.path, request.scope["raw_path"].decode("latin-1")],
        "url": str(request.url),
        "query": request.scope["query_string"].decode("latin-1"),
        "headers": seen(request.headers.items()),
        "cookies": request.cookies,
        "client": request.client and request.client.host,
        "body": digest(await request.body()),
    }


def cookies(response: Response) -> str:
    response.set_cookie("a", COOKIE, max_age=60)
    response.set_cookie("b", "2", path="/x", httponly=True)
    response.raw_headers.append((b"x-latin", LATIN.encode("latin-1")))
    return "set"


def redirect(request: Request) -> Response:
    return RedirectResponse(request.url_for("echo", rest="there"))


async def upload(request: Request) -> list[Any]:
    return uploaded(request.headers["content-type"], await request.body())


def stream() -> Response:
    return StreamingResponse(iter(PIECES), media_type="text/plain")


def file() -> Response:
    return FileResponse(FILE)


def nothing() -> None:
    return None


def background(tasks: BackgroundTasks) -> str:
    tasks.add_task(lambda: None)
    return "done"


def broken() -> None:
    raise ValueError("broken before the head")


def half() -> Response:
    async def pieces() -> AsyncIterator[bytes]:
        yield b"half"
        raise ValueError("broken after the head")

    return StreamingResponse(pieces(), headers={"Cache-Control": "max-age=60"})


def site(*, debug: bool) -> FastAPI:
    app = FastAPI(debug=debug)
    for path, view in (
        ("/cookies", cookies),
        ("/redirect", redirect),
        ("/stream", stream),
        ("/file", file),
        ("/background", background),
        ("/broken", broken),
        ("/half", half),
        ("/folder/", echo),
    ):
        app.get(path, response_model=None)(view)
    app.api_route("/echo/{rest:path}", methods=["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"], name="echo")(echo)
    app.post("/upload")(upload)
    app.get("/nothing", status_code=204)(nothing)
    return app


app = site(debug=False)
debugged = site(debug=True)
