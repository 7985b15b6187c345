"""Django's own test client, asking a site: its views are reached through the edge."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.handlers.wsgi import WSGIRequest
from django.http import HttpResponse
from django.test import Client
from django.test.client import ClientHandler

from edgeware.environ import read_request

if TYPE_CHECKING:
    from edgeware.testing.outcome import Response
    from edgeware.testing.site import Site


class EdgeResponse(HttpResponse):
    """What the viewer got, in Django's form, with what the client asks of a response."""

    wsgi_request: WSGIRequest

    @property
    def url(self) -> str:
        """Where a redirect leads to."""
        return self.headers["Location"]


class EdgeHandler(ClientHandler):
    """Stands where Django's client calls the application itself."""

    def __init__(self, site: Site) -> None:
        super().__init__()
        self._site = site

    def __call__(self, environ: dict[str, Any]) -> Any:
        """The response to a request in the client's form."""
        asked = read_request(environ, self._site.distribution.viewer)
        target = f"{asked.path}?{asked.query}" if asked.query else asked.path
        headers = [line for line in asked.headers if line[1]]  # the client's Cookie may be empty
        body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        response = _response(self._site.request(asked.method, target, headers=headers, body=body))
        response.wsgi_request = WSGIRequest(environ)
        return response


def _response(answer: Response) -> EdgeResponse:
    response = EdgeResponse(answer.body, status=answer.status)
    del response.headers["Content-Type"]
    for name in dict.fromkeys(answer.headers):
        if name.lower() != "set-cookie":
            response.headers[name] = ", ".join(answer.headers.getlist(name))
    for line in answer.headers.getlist("set-cookie"):
        response.cookies.load(line)
    return response


class EdgeClient(Client):
    """``django.test.Client`` for a site, whatever world its application is of."""

    def __init__(self, site: Site, **defaults: Any) -> None:
        super().__init__(**defaults)
        self.handler = EdgeHandler(site)
