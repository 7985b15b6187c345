"""The same requests to the same site, with and without an edge round it: neither side is to notice."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import override_settings

from tests.transparency import edges
from tests.transparency.edges import Way
from tests.transparency.exchanges import Answer, Asks, ask_asgi, ask_wsgi
from tests.transparency.sites import FILE, LATIN, digest, django_site, fastapi_site, flask_site, starlette_site

FORM = ("Content-Type", "multipart/form-data; boundary=cut")
UPLOAD = (
    b'--cut\r\nContent-Disposition: form-data; name="title"\r\n\r\na\xc3\xa9\r\n'
    b'--cut\r\nContent-Disposition: form-data; name="f"; filename="f.bin"\r\n'
    b"Content-Type: application/octet-stream\r\n\r\n" + bytes(range(256)) * 300 + b"\r\n--cut--\r\n"
)
REQUESTS = {
    "get": Asks("GET", "/echo/a"),
    "head": Asks("HEAD", "/echo/a"),
    "options": Asks("OPTIONS", "/echo/a"),
    "post": Asks("POST", "/echo/a", (("Content-Type", "application/json"),), b'{"a": [1, 2, 3]}'),
    "put": Asks("PUT", "/echo/a", (), b"raw \0 bytes \xff"),
    "patch": Asks("PATCH", "/echo/a", (), b"x"),
    "delete": Asks("DELETE", "/echo/a"),
    "an encoded path": Asks("GET", "/echo/a%2Fb%20c/%C3%BC/%ff//.."),
    "a query string": Asks("GET", "/echo/a?b=%FF&b=+&&c&d=%26"),
    "a query string without anything": Asks("GET", "/echo/a?"),
    "headers": Asks("GET", "/echo/a", (("Accept", "text/*;q=0.5"), ("X-Empty", ""), ("X-Latin", LATIN))),
    "cookies": Asks("GET", "/echo/a", (("Cookie", "a=1; b=2; c=x=y"),)),
    "authorization": Asks("GET", "/echo/a", (("Authorization", "Basic YTpi"),)),
    "cookies that are set": Asks("GET", "/cookies"),
    "a redirect": Asks("GET", "/redirect"),
    "a missing slash": Asks("GET", "/folder"),
    "a missing page": Asks("GET", "/missing"),
    "a method that the page has not": Asks("DELETE", "/upload"),
    "an upload": Asks("POST", "/upload", (FORM,), UPLOAD),
    "a stream": Asks("GET", "/stream"),
    "the head of a stream": Asks("HEAD", "/stream"),
    "a file": Asks("GET", "/file"),
    "the head of a file": Asks("HEAD", "/file"),
    "a part of a file": Asks("GET", "/file", (("Range", "bytes=2-5"),)),
    "a part that is not there": Asks("GET", "/file", (("Range", "bytes=99999999-"),)),
    "a file that has not changed": Asks("GET", "/file", (("If-Modified-Since", "Fri, 01 Jan 2100 00:00:00 GMT"),)),
    "no content": Asks("GET", "/nothing"),
    "work after the response": Asks("GET", "/background"),
    "an error before the head": Asks("GET", "/broken"),
    "an error after the head": Asks("GET", "/half"),
}
# Requests that the cache itself answers or changes are for the tests of the cache.
SITES = ["starlette", "fastapi", "django by asgi", "flask", "django by wsgi"]
ASGI_SITES: dict[str, Any] = {
    "starlette": starlette_site.app,
    "fastapi": fastapi_site.app,
    "django by asgi": django_site.asgi_app,
}
WSGI_SITES: dict[str, Any] = {"flask": flask_site.app, "django by wsgi": django_site.app}


def ask(app: Any, asks: Asks, way: Way = "bare", **more: Any) -> Answer:
    if app in WSGI_SITES.values() or app is flask_site.debugged:
        return ask_wsgi(edges.wsgi(app, way), asks, **more)
    return asyncio.run(ask_asgi(edges.asgi(app, way), asks, **more))


@pytest.fixture(params=SITES)
def app(request: pytest.FixtureRequest) -> Any:
    return {**ASGI_SITES, **WSGI_SITES}[request.param]


@pytest.mark.parametrize("asks", REQUESTS.values(), ids=REQUESTS)
def test_an_edge_that_passes_everything_on_changes_nothing(app: Any, asks: Asks) -> None:
    bare, behind = ask(app, asks), ask(app, asks, "caching disabled")
    assert behind.seen_by_the_viewer() == bare.seen_by_the_viewer()
    assert list(filter(None, behind.pieces)) == list(filter(None, bare.pieces))
    for name in ("x-cache", "via", "x-amz-cf-pop", "x-amz-cf-id", "server", "date"):
        assert len(behind.header(name)) == (behind.status != 0), name


@pytest.mark.parametrize("asks", REQUESTS.values(), ids=REQUESTS)
def test_an_edge_that_caches_changes_nothing_the_first_time(app: Any, asks: Asks) -> None:
    bare, behind = ask(app, asks), ask(app, asks, "caching optimized")
    assert behind.seen_by_the_viewer() == bare.seen_by_the_viewer()


def test_the_requests_reach_the_site_and_not_only_its_page_for_what_is_missing(app: Any) -> None:
    assert str(ask(app, REQUESTS["get"]).status)[:3] == "200"
    assert json.loads(ask(app, REQUESTS["post"]).body)["body"] == digest(REQUESTS["post"].body)
    assert json.loads(ask(app, REQUESTS["an upload"]).body)[1] == ["f.bin", digest(bytes(range(256)) * 300)]
    assert ask(app, REQUESTS["a file"]).body == FILE.read_bytes()
    assert len(ask(app, REQUESTS["cookies that are set"]).header("set-cookie")) == 2
    assert ask(app, REQUESTS["an error after the head"]).error == "ValueError: broken after the head"


def test_a_site_below_a_path_is_at_home_there(app: Any) -> None:
    if app in ASGI_SITES.values():
        more: dict[str, Any] = {"root_path": "/below", "path": "/below/folder/", "raw_path": b"/below/folder/"}
    else:
        more = {"SCRIPT_NAME": "/below", "PATH_INFO": "/folder/", "REQUEST_URI": "/below/folder/"}
    bare, behind = (ask(app, Asks("GET", "/below/folder/"), way, **more) for way in ("bare", "caching disabled"))
    assert str(bare.status)[:3] == "200"
    assert behind.seen_by_the_viewer() == bare.seen_by_the_viewer()


@pytest.fixture(params=["starlette", "fastapi", "flask", "django by asgi", "django by wsgi"])
def debugged(request: pytest.FixtureRequest) -> Iterator[Any]:
    """A site whose errors become pages for its makers."""
    apps = {"starlette": starlette_site.debugged, "fastapi": fastapi_site.debugged, "flask": flask_site.debugged}
    with override_settings(DEBUG=True):
        yield apps.get(request.param) or {**ASGI_SITES, **WSGI_SITES}[request.param]


def test_a_page_for_debugging_stays_the_frameworks_own(debugged: Any) -> None:
    asks = Asks("GET", "/broken", (("Accept", "text/html"),))
    bare, *behind = (ask(debugged, asks, way) for way in edges.WAYS)
    assert str(bare.status)[:3] == "500"
    assert b"ValueError" in bare.body
    for answer in behind:
        assert (answer.status, answer.error, _title(answer)) == (bare.status, bare.error, _title(bare))
        assert answer.header("x-cache") == ["Error from cloudfront"]
        assert b"edgeware/asgi.py" not in answer.body
        assert b"edgeware/wsgi.py" not in answer.body


def _title(answer: Answer) -> bytes:
    found = re.search(rb"<title>(.*?)</title>", answer.body, re.DOTALL)
    assert found is not None
    return found[1]
