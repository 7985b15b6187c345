"""The same answer to everything stands for the origin, in both worlds."""

from __future__ import annotations

from collections.abc import Iterable
from http import HTTPStatus
from typing import TYPE_CHECKING

from starlette.types import Receive, Scope, Send

from edgeware.config.model import Static

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

_BODILESS = (204, 304)


class StaticOrigin:
    """Applications that answer with one status and one text."""

    def __init__(self, static: Static) -> None:
        self._status = static.status
        self._body = b"" if static.status in _BODILESS else static.body.encode()
        self._headers = [("Content-Type", "text/plain; charset=utf-8"), ("Content-Length", str(len(self._body)))]
        if static.status in _BODILESS:
            self._headers = []

    def wsgi(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request, as PEP 3333 says."""
        known = {status.value: status.phrase for status in HTTPStatus}
        start_response(f"{self._status} {known.get(self._status, 'Unknown')}", list(self._headers))
        return [self._shown(environ["edgeware.request"].method)]

    async def asgi(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, as ASGI says."""
        headers = [(name.lower().encode(), value.encode()) for name, value in self._headers]
        await send({"type": "http.response.start", "status": self._status, "headers": headers})
        await send({"type": "http.response.body", "body": self._shown(scope["edgeware.request"].method)})

    def _shown(self, method: str) -> bytes:
        return b"" if method == "HEAD" else self._body
