"""Origins that break off in the middle of their answers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import pytest

from edgeware.config.model import Origin, Url
from edgeware.origins import OriginUnreachable
from tests.origins_worlds import Connection, scripted
from tests.worlds.apps import constant, page
from tests.worlds.conftest import NewViewer
from tests.worlds.sites import js, site

INSTEAD = js("function handler(event) { event.response.body = 'instead'; return event.response; }")
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 10\r\n\r\n"


def answering(answer: bytes) -> Any:
    def script(connection: Connection) -> None:
        connection.head()
        connection.socket.sendall(answer)

    return script


@contextmanager
def origin_that_says(*answers: bytes) -> Iterator[Origin]:
    with scripted(*map(answering, answers)) as url:
        yield Origin(id="app", domain_name="app.example.com", target=Url(url=url), connection_attempts=1)


# A WSGI server learns from an exception that there is no more, an ASGI server from the application's return.
@pytest.mark.filterwarnings("ignore:Content-Length and the number of bytes")
def test_half_an_answer_is_passed_on_as_half_an_answer_and_logged_and_not_stored(viewer_of: NewViewer) -> None:
    lines: list[Mapping[str, str]] = []
    with origin_that_says(HEAD + b"half", HEAD + b"0123456789") as origin:
        viewer = viewer_of(constant(page()), site(origin=origin), access_log=lines.append)
        try:
            assert viewer.get("/").body == b"half"
        except OriginUnreachable:
            assert viewer.world == "wsgi"
        assert [(line["sc-status"], line["x-edge-result-type"]) for line in lines] == [("200", "Miss")]
        assert "store: not stored: the body ended after 4 bytes of 10" in viewer.edge.exchanges[-1].trace.lines()
        got = viewer.get("/")
        assert (got.x_cache, got.body) == ("Miss", b"0123456789")
        assert viewer.get("/").x_cache == "Hit"


def test_half_an_answer_that_the_viewer_does_not_get_disturbs_nobody(viewer_of: NewViewer) -> None:
    with origin_that_says(HEAD + b"half", HEAD + b"0123456789") as origin:
        viewer = viewer_of(constant(page()), site({"viewer-response": INSTEAD}, origin=origin))
        for x_cache in ("Miss", "Miss", "Hit"):
            got = viewer.get("/")
            assert (got.status, got.body, got.x_cache) == (200, b"instead", x_cache)
