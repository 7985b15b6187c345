from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from werkzeug.wrappers import Request, Response

from edgeware.testing import Site
from tests.worlds.sites import ALL_VIEWER, DISABLED, site

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment


def test_an_application_sees_the_request_as_it_was_on_the_wire() -> None:
    seen = []

    def app(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        request = Request(environ)
        seen.append((environ["REQUEST_URI"], request.path, request.args["q"], request.headers["x-a"], request.data))
        return Response("ok")(environ, start_response)

    with Site(app, site(cache_policy=DISABLED, origin_request_policy=ALL_VIEWER)) as shop:
        response = shop.post("/caf%C3%A9?q=%C3%BC", headers={"X-A": "1"}, body=b"data")
    assert response.text == "ok"
    assert seen == [("/caf%C3%A9?q=%C3%BC", "/café", "ü", "1", b"data")]
