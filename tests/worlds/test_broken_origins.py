"""Origins that break off in the middle of their answers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import pytest

from edgeware.config.model import Origin, Unmapped, Url
from edgeware.origins import OriginUnreachable
from tests.origins_worlds import Connection, scripted
from tests.worlds.apps import constant, page
from tests.worlds.conftest import NewViewer
from tests.worlds.sites import TurnableClock, js, site

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


@pytest.mark.parametrize(
    ("target", "detail"),
    [
        (Unmapped(why="nobody said"), "OriginDnsError"),
        (Url(url="http://127.0.0.1:9"), "OriginConnectError"),
    ],
    ids=["nothing stands for it", "nobody listens"],
)
def test_an_origin_that_is_not_there_is_a_502_and_the_log_says_why(
    target: Any, detail: str, viewer_of: NewViewer, clock: TurnableClock
) -> None:
    lines: list[Mapping[str, str]] = []
    origin = Origin(id="app", domain_name="app.example.com", target=target, connection_attempts=1)
    viewer = viewer_of(constant(page()), site(origin=origin), access_log=lines.append)
    for _ in range(2):
        got = viewer.get("/")
        assert (got.status, got.x_cache) == (502, "Error")
        assert b"no usable answer from the origin" in got.body
        clock.advance(10)
    assert [line["x-edge-detailed-result-type"] for line in lines] == [detail, detail]
    assert viewer.app.calls == 0


def test_an_origin_that_does_not_speak_http_is_a_502(viewer_of: NewViewer) -> None:
    lines: list[Mapping[str, str]] = []
    with origin_that_says(b"SSH-2.0-OpenSSH\r\n\r\n") as origin:
        viewer = viewer_of(constant(page()), site(origin=origin), access_log=lines.append)
        assert viewer.get("/").status == 502
    assert lines[0]["x-edge-detailed-result-type"] == "OriginInvalidResponseError"
