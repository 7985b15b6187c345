"""Sites on loopback for the tests of parity: servers that answer as they are told, and edges round an application."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import httpx
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp

from edgeware.asgi import ASGIEdge

Told = tuple[int, list[tuple[str, str]], bytes]

NATIVE: Mapping[str, Any] = {
    "version": 1,
    "name": "site",
    "default_behavior": {"origin": "app", "allowed_methods": "all", "cache_policy": "Managed-CachingOptimized"},
}


class Answering(ThreadingHTTPServer):
    """A server whose answers a function gives, and that keeps what it was asked."""

    daemon_threads = True

    def __init__(self, answer: Callable[[str, str], Told]) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.answer = answer
        self.asked: list[tuple[str, str, dict[str, str]]] = []

    @property
    def base(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class _Handler(BaseHTTPRequestHandler):
    def handle_one_request(self) -> None:
        self.raw_requestline = self.rfile.readline(65537)
        if not self.raw_requestline or not self.parse_request():
            self.close_connection = True
            return
        server = self.server
        assert isinstance(server, Answering)
        server.asked.append((self.command, self.path, dict(self.headers.items())))
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        status, headers, body = server.answer(self.command, self.path)
        self.send_response_only(status)
        for name, value in headers:
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)
        self.close_connection = True


@contextmanager
def answering(answer: Callable[[str, str], Told]) -> Iterator[Answering]:
    with Answering(answer) as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()


async def _home(request: Request) -> Response:
    return PlainTextResponse("home", headers={"Cache-Control": "max-age=60", "X-Origin": "yes"})


async def _session(request: Request) -> Response:
    answer = PlainTextResponse(f"hello {request.headers.get('authorization')}", headers={"Cache-Control": "no-store"})
    answer.set_cookie("session", "very-secret-session")
    return answer


async def _moved(request: Request) -> Response:
    return RedirectResponse(f"http://{request.headers['host']}/?Signature=a-long-signature")


async def _echo(request: Request) -> Response:
    return Response(await request.body(), 599, media_type="application/octet-stream")


app = Starlette(
    routes=[
        Route("/", _home),
        Route("/session", _session),
        Route("/moved", _moved),
        Route("/echo", _echo, methods=["POST"]),
    ]
)


def ask(site: ASGIApp, method: str, target: str, **more: Any) -> httpx.Response:
    """One request to an application, in this process."""

    async def asked() -> httpx.Response:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(site), base_url="http://testserver") as client:
            return await client.request(method, target, **more)

    return asyncio.run(asked())


def edge(**more: Any) -> ASGIEdge:
    return ASGIEdge(app, {**NATIVE, **more})
