"""Who may see the page: a browser on this machine that was given the URL, and no other site in that browser."""

from __future__ import annotations

from secrets import compare_digest

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

NAMES = ("127.0.0.1", "localhost")
OWN_SITE = ("same-origin", "none")
"""Sec-Fetch-Site of a request that no other site made [W3C Fetch Metadata]; ``none`` is a URL typed or opened."""

HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "X-Frame-Options": "DENY",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cache-Control": "no-store",
}
"""On every answer. Referrer-Policy keeps the token in the URL from other sites."""


class Gate:
    """Round the page: refuses what is not for it, and takes the token off the path.

    Another Host is a name that an attacker bound to this address (DNS rebinding): 421. Another site's request is 403,
    a wrong token 404.
    """

    def __init__(self, app: ASGIApp, *, port: int, token: str) -> None:
        self._app = app
        self._token = token.encode()
        self._hosts = frozenset(f"{name}:{port}" for name in NAMES)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request, or refuse it."""

        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(HEADERS)
            await send(message)

        refusal = self._refusal(scope)
        if refusal is not None:
            await refusal(scope, receive, guarded)
            return
        root = "/" + scope["path"].split("/")[1]
        await self._app(dict(scope, root_path=root), receive, guarded)

    def _refusal(self, scope: Scope) -> PlainTextResponse | None:
        headers = Headers(scope=scope)
        host = headers.get("host", "")
        if host not in self._hosts:
            return PlainTextResponse("The inspector has no such host.\n", 421)
        if headers.get("sec-fetch-site", "none") not in OWN_SITE or headers.get("origin", f"http://{host}") != (
            f"http://{host}"
        ):
            return PlainTextResponse("The inspector answers no other site.\n", 403)
        token = scope["path"].split("/")[1]
        if not compare_digest(token.encode("utf-8", "replace"), self._token):
            return PlainTextResponse("Nothing is here: the inspector's whole URL stands in the terminal.\n", 404)
        return None
