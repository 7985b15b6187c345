"""An edge with something to look at: each kind of function, a cache, a secret."""

from __future__ import annotations

import json
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import urlopen

from werkzeug.test import Client, TestResponse
from werkzeug.wrappers import Request, Response

from edgeware import WSGIEdge
from edgeware.edge import Exchange
from edgeware.inspector import Inspector, inspected

SECRET = "s3cret-of-the-origin"
SCRIPT = "<script>document.title = 'taken'</script>"
HOSTILE = """
function handler(event) {
    console.log("<script>document.title = 'taken'</script>");
    var response = event.response;
    response.headers['x-hostile'] = {value: "<script>document.title = 'taken'</script>"};
    return response;
}
"""
TAGGING = """
function handler(event) {
    console.log('tagged');
    event.request.headers['x-tag'] = {value: 'one'};
    return event.request;
}
"""
FAILING = """
function handler(event) {
    var nothing;
    return nothing.uri;
}
"""


def distribution(**more: Any) -> dict[str, Any]:
    """The native form of a distribution; ``more`` is laid over it."""
    return {
        "version": 1,
        "name": "shop",
        "origins": {"app": {"local": "app", "headers": {"X-Key": SECRET}}},
        "functions": {
            "tag": {"code": TAGGING},
            "fail": {"code": FAILING},
            "hostile": {"code": HOSTILE},
        },
        "default_behavior": {"origin": "app", "cache_policy": "CachingOptimized", "viewer_request": "tag"},
        "behaviors": [
            {"path_pattern": "/fail/*", "origin": "app", "cache_policy": "CachingDisabled", "viewer_request": "fail"},
            {
                "path_pattern": "/hostile/*",
                "origin": "app",
                "cache_policy": "CachingDisabled",
                "viewer_response": "hostile",
            },
        ],
        **more,
    }


@Request.application
def app(request: Request) -> Response:
    """An origin that gives its secret away."""
    if request.path.startswith("/missing"):
        return Response("no such page", 404)
    return Response(
        f"{request.path}", headers={"Cache-Control": "max-age=60", "X-Echo": request.headers.get("X-Key", "-")}
    )


class Site:
    """The edge, and a viewer of it."""

    def __init__(self, described: Mapping[str, Any], **options: Any) -> None:
        self.middleware = WSGIEdge(app, described, **options)
        self.edge = self.middleware.edge
        self.viewer = Client(self.middleware)

    def get(self, path: str, **options: Any) -> TestResponse:
        answer = self.viewer.get(path, **options)
        answer.get_data()
        answer.close()
        return answer

    def seen(self, path: str, **options: Any) -> Exchange:
        """The exchange of a request."""
        self.get(path, **options)
        return self.edge.exchanges[-1]


@contextmanager
def sites(**more: Any) -> Iterator[Site]:
    site = Site(distribution(**more))
    try:
        yield site
    finally:
        site.edge.close()


def read(inspector: Inspector, path: str = "", **query: str) -> str:
    """A page's text."""
    asked = f"?{urlencode(query)}" if query else ""
    with urlopen(f"{inspector.url}{path}{asked}", timeout=30) as answer:
        return str(answer.read().decode())


def post(inspector: Inspector, path: str, value: object) -> tuple[int, Any]:
    """The status and the JSON that a post of JSON is answered with."""
    sent = value if isinstance(value, bytes) else json.dumps(value).encode()
    try:
        with urlopen(urllib.request.Request(inspector.url + path, sent, method="POST"), timeout=30) as answer:
            return answer.status, json.load(answer)
    except HTTPError as refused:
        with refused:
            return refused.code, json.load(refused)


@contextmanager
def watched(**more: Any) -> Iterator[tuple[Site, Inspector]]:
    """The edge with its page."""
    with sites(**more) as site:
        inspector = inspected(site.edge)
        try:
            yield site, inspector
        finally:
            inspector.close()
