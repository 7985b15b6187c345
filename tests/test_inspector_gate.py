from __future__ import annotations

import http.client
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest

from edgeware.inspector import Inspector, inspected
from edgeware.inspector.gate import HEADERS
from tests.inspecting import sites


@pytest.fixture(scope="module")
def inspector() -> Iterator[Inspector]:
    with sites() as site:
        inspector = inspected(site.edge)
        yield inspector
        inspector.close()


def asked(
    inspector: Inspector, path: str | None = None, method: str = "GET", **headers: str
) -> http.client.HTTPResponse:
    connection = http.client.HTTPConnection("127.0.0.1", inspector.port, timeout=30)
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    connection.request(method, urlsplit(inspector.url).path if path is None else path, headers=named)
    response = connection.getresponse()
    response.read()
    connection.close()
    return response


def test_whoever_has_the_url_sees_the_page(inspector: Inspector) -> None:
    assert asked(inspector).status == 200
    assert asked(inspector, Host=f"localhost:{inspector.port}").status == 200
    assert asked(inspector, Sec_Fetch_Site="none").status == 200
    assert asked(inspector, Origin=f"http://127.0.0.1:{inspector.port}", Sec_Fetch_Site="same-origin").status == 200


@pytest.mark.parametrize("path", ["/", "/wrong/", "/wr%C3%B6ng/", "/%ff/", "//", "/wrong/static/inspector.js"])
def test_without_the_token_there_is_nothing(inspector: Inspector, path: str) -> None:
    assert asked(inspector, path).status == 404


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1", "127.0.0.1:1", "localhost.evil.example", "", "[::1]"])
def test_another_host_is_refused(inspector: Inspector, host: str) -> None:
    assert asked(inspector, Host=host).status == 421


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("Sec_Fetch_Site", "cross-site"),
        ("Sec_Fetch_Site", "same-site"),
        ("Origin", "http://evil.example"),
        ("Origin", "null"),
        ("Origin", "http://localhost:1"),
    ],
)
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_another_site_is_refused(inspector: Inspector, name: str, value: str, method: str) -> None:
    path = urlsplit(inspector.url).path + ("clear" if method == "POST" else "")
    assert asked(inspector, path, method, **{name: value}).status == 403


@pytest.mark.parametrize(
    ("path", "status"),
    [("", 200), ("static/inspector.js", 200), ("requests.har", 200), ("requests/none", 404), ("nowhere", 404)],
)
def test_every_answer_forbids_framing_foreign_content_and_keeping(inspector: Inspector, path: str, status: int) -> None:
    answer = asked(inspector, urlsplit(inspector.url).path + path)
    assert answer.status == status
    assert {name: answer.headers.get_all(name) for name in HEADERS} == {name: [text] for name, text in HEADERS.items()}


def test_a_refusal_carries_them_too(inspector: Inspector) -> None:
    answer = asked(inspector, "/wrong/")
    assert answer.headers["X-Frame-Options"] == "DENY"
    assert "unsafe" not in answer.headers["Content-Security-Policy"]


def test_only_a_post_changes_anything(inspector: Inspector) -> None:
    assert asked(inspector, urlsplit(inspector.url).path + "clear").status == 405
