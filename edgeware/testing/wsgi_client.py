"""A viewer of a WSGI application, in the thread of the test."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING
from urllib.parse import unquote_to_bytes

from werkzeug.datastructures import Headers
from werkzeug.test import EnvironBuilder, run_wsgi_app

from edgeware.testing.answer import Answer

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication, WSGIEnvironment


class WSGIClient:
    """Sends requests to a WSGI application."""

    def __init__(self, app: WSGIApplication) -> None:
        self._app = app

    def send(self, method: str, target: str, headers: Sequence[tuple[str, str]], body: bytes) -> Answer:
        """Send a request. What the application raises passes through."""
        pieces, _, head = run_wsgi_app(self._app, _environ(method, target, headers, body), buffered=True)
        return Answer(head["X-Amz-Cf-Id"], b"".join(pieces))

    def close(self) -> None:
        """Nothing: it keeps nothing."""


def _environ(method: str, target: str, headers: Sequence[tuple[str, str]], body: bytes) -> WSGIEnvironment:
    """One thread, so that what goes on behind an answer has come to its end with it."""
    path, _, query = target.partition("?")
    builder = EnvironBuilder(method=method, headers=Headers(list(headers)), data=body, multithread=False)
    try:
        environ = builder.get_environ()
    finally:
        builder.close()
    environ.update(
        PATH_INFO=unquote_to_bytes(path).decode("latin-1"),
        QUERY_STRING=query,
        REMOTE_ADDR="127.0.0.1",
        REMOTE_PORT="40000",
        RAW_URI=target,
        REQUEST_URI=target,
    )
    return environ
