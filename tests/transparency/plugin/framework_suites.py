"""Run a framework's own test suite with every application behind an edge.

A pytest plugin. In the unpacked source of starlette, fastapi, flask or werkzeug, with that project's own test
requirements and edgeware installed, and the folder of this file on PYTHONPATH:

    python -m pytest                                            as it is
    EDGEWARE_EDGE=raw python -m pytest -p framework_suites      behind an edge
    EDGEWARE_EDGE=quiet python -m pytest -p framework_suites    and what the edge writes of itself hidden

What Starlette's and FastAPI's TestClient, httpx's ASGITransport, and werkzeug's and Flask's test Client call is then an
edge with the managed policies CachingDisabled and AllViewer and all methods that CloudFront knows. ``quiet`` hides
what an edge is documented to write into either head, so that what still fails is another difference. To be expected
are: methods that CloudFront refuses, GET with a body, cookies that are no ``name=value``, trailers, a status outside
200 to 599, headers of proxies before the edge, an environ without the keys that PEP 3333 asks for.
"""

from __future__ import annotations

import importlib
import os
from collections.abc import Iterable, MutableMapping
from typing import Any

from starlette import testclient
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from werkzeug import test

from edgeware import ASGIEdge, WSGIEdge
from edgeware.config.loading import load

# Nothing of the tests beside this file is imported: most suites have a package of that name themselves.
DISTRIBUTION = load(
    {
        "version": 1,
        "default_behavior": {
            "origin": "app",
            "allowed_methods": "all",
            "cache_policy": "Managed-CachingDisabled",
            "origin_request_policy": "Managed-AllViewer",
            "viewer_protocol_policy": "allow-all",
        },
    }
)
# What an edge writes into a request, the last two only where the viewer sent none.
REQUEST_HEADERS = frozenset({"via", "x-forwarded-for", "x-amz-cf-id", "connection", "host", "user-agent"})
# What it writes into a response, the last two only where the origin sent none.
RESPONSE_HEADERS = frozenset({"x-cache", "via", "x-amz-cf-pop", "x-amz-cf-id", "server", "date"})
AS_IT_CAME = "edgeware.tests.as_it_came"


def pytest_configure() -> None:
    """Put an edge round every application of the suite that is about to run."""
    wrap(quiet=os.environ.get("EDGEWARE_EDGE") == "quiet")


def wrap(*, quiet: bool) -> None:
    """From now on, test clients call an edge in the application's place."""
    _wrap_first_argument(testclient.TestClient, quiet)
    for name in ("httpx", "httpx2"):
        try:
            _wrap_first_argument(importlib.import_module(name).ASGITransport, quiet)
        except ImportError:
            continue
    run = test.run_wsgi_app
    edges: dict[int, tuple[Any, Any]] = {}  # with the application, so that its id stays its own

    def run_wsgi_app(app: Any, environ: Any, buffered: bool = False) -> Any:
        _, edge = edges.setdefault(id(app), (app, WSGIBehind(app, quiet)))
        return run(edge, environ, buffered)

    test.run_wsgi_app = run_wsgi_app


def _wrap_first_argument(client: Any, quiet: bool) -> None:
    init = client.__init__

    def __init__(self: Any, app: Any, *arguments: Any, **more: Any) -> None:  # noqa: N807
        app = app if testclient._is_asgi3(app) else testclient._WrapASGI2(app)
        init(self, ASGIBehind(app, quiet), *arguments, **more)

    client.__init__ = __init__


class _Behind:
    """An edge that has the attributes of its application too: tests look at them."""

    application: Any

    def __getattr__(self, name: str) -> Any:
        return getattr(self.application, name)


class ASGIBehind(_Behind, ASGIEdge):
    """An ASGI application behind an edge."""

    def __init__(self, application: ASGIApp, quiet: bool) -> None:
        self.application = application
        ASGIEdge.__init__(self, _as_it_came(application) if quiet else application, DISTRIBUTION)
        self._quiet = quiet

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_quietly(message: Message) -> None:
            if message["type"] == "http.response.start":
                message = {**message, "headers": [h for h in message["headers"] if not _is_own(h[0].decode("latin-1"))]}
            await send(message)

        if self._quiet and scope["type"] == "http":
            scope = {**scope, AS_IT_CAME: list(scope["headers"])}
            await ASGIEdge.__call__(self, scope, receive, send_quietly)
        else:
            await ASGIEdge.__call__(self, scope, receive, send)


def _as_it_came(application: ASGIApp) -> ASGIApp:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            came = dict(scope[AS_IT_CAME])
            headers = [(name, came.get(name) if _is_written(name.decode()) else v) for name, v in scope["headers"]]
            scope = {key: value for key, value in scope.items() if key != AS_IT_CAME}
            scope["headers"] = [(name, value) for name, value in headers if value is not None]
        await application(scope, receive, send)

    return app


class WSGIBehind(_Behind, WSGIEdge):
    """A WSGI application behind an edge."""

    def __init__(self, application: Any, quiet: bool) -> None:
        def app(environ: MutableMapping[str, Any], start_response: Any) -> Iterable[bytes]:
            came = environ.pop(AS_IT_CAME, {})
            for key in [key for key in environ if quiet and _is_written(key[5:].replace("_", "-").lower())]:
                environ[key] = came.get(key)
                if environ[key] is None:
                    del environ[key]
            answer: Iterable[bytes] = application(environ, start_response)
            return answer

        self.application = application
        WSGIEdge.__init__(self, app, DISTRIBUTION)
        self._quiet = quiet

    def __call__(self, environ: Any, start_response: Any) -> Iterable[bytes]:
        def start_quietly(status: str, headers: list[tuple[str, str]], *exc_info: Any) -> Any:
            return start_response(status, [line for line in headers if not _is_own(line[0])], *exc_info)

        environ = {**environ, AS_IT_CAME: dict(environ)} if self._quiet else environ
        return WSGIEdge.__call__(self, environ, start_quietly if self._quiet else start_response)


def _is_own(name: str) -> bool:
    return name.lower() in RESPONSE_HEADERS


def _is_written(name: str) -> bool:
    return name in REQUEST_HEADERS
