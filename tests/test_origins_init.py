from __future__ import annotations

import sys
from collections.abc import Callable

import pytest

from edgeware.config.model import App, Origin, Unmapped, Url
from edgeware.exceptions import MissingDependencyError, UsageError
from edgeware.messages import Request
from edgeware.origins import OriginUnreachable, asgi_origin, wsgi_origin
from tests.origins_worlds import WORLDS, World

GET = Request(method="GET", path="/")

worlds = pytest.mark.parametrize("ask", WORLDS.values(), ids=WORLDS)


@worlds
def test_an_unmapped_origin_fails_like_a_name_that_does_not_resolve(ask: World) -> None:
    origin = Origin(id="api", domain_name="api.example.com", target=Unmapped(why="nothing stands for it"))
    with pytest.raises(OriginUnreachable, match="origin api: nothing stands for it") as caught:
        ask(origin, GET)
    assert (caught.value.detail, caught.value.status) == ("OriginDnsError", 502)


@worlds
def test_the_wrapped_application_is_not_made_here(ask: World) -> None:
    with pytest.raises(OriginUnreachable, match="it is the wrapped application"):
        ask(Origin(id="app", domain_name="app.example.com", target=App()), GET)


@pytest.mark.parametrize("make", [wsgi_origin, asgi_origin])
def test_an_origin_url_without_its_library_names_the_extra(
    make: Callable[[Origin], object], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("url", "url_asgi"):
        monkeypatch.setitem(sys.modules, f"edgeware.origins.{name}", None)
    with pytest.raises(MissingDependencyError, match=r"pip install 'edgeware\[run\]'"):
        make(Origin(id="api", domain_name="api.example.com", target=Url(url="http://127.0.0.1:1")))


@pytest.mark.parametrize("make", [wsgi_origin, asgi_origin])
@pytest.mark.parametrize(
    "url", ["ftp://host", "localhost:8000", "http://", "http://host:many", "http://[::1", "http://" + "x" * 64]
)
def test_what_is_no_origin_url_is_refused(make: Callable[[Origin], object], url: str) -> None:
    with pytest.raises(UsageError, match="is not an origin URL"):
        make(Origin(id="api", domain_name="api.example.com", target=Url(url=url)))
