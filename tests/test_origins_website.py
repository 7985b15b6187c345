"""A directory as an S3 website endpoint."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from edgeware.config.model import Directory, Origin, RoutingRule, Website
from edgeware.messages import Headers, Request
from tests.origins_worlds import WORLDS, Heard, World

worlds = pytest.mark.parametrize("ask", WORLDS.values(), ids=WORLDS)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "docs" / "a b").mkdir(parents=True)
    (tmp_path / "index.html").write_bytes(b"home")
    (tmp_path / "docs" / "index.html").write_bytes(b"docs")
    (tmp_path / "docs" / "a b" / "index.html").write_bytes(b"a b")
    (tmp_path / "plain.txt").write_bytes(b"0123456789")
    (tmp_path / "404.html").write_bytes(b"<p>not here")
    (tmp_path / "empty").mkdir()
    return tmp_path


def asked(ask: World, root: Path, path: str, method: str = "GET", *lines: tuple[str, str], **more: Any) -> Heard:
    website = Website(**{"error": "404.html", **more.pop("website", {})})
    target = Directory(path=root, website=website, **more)
    origin = Origin(id="site", domain_name="site.s3-website-eu-west-1.amazonaws.com", target=target)
    return ask(origin, Request(method=method, path=path, headers=Headers(lines)))


@worlds
@pytest.mark.parametrize(
    ("path", "body"),
    [("/", b"home"), ("/docs/", b"docs"), ("/docs/index.html", b"docs"), ("/docs/a%20b/", b"a b")],
)
def test_a_folder_is_answered_with_its_index_document(ask: World, root: Path, path: str, body: bytes) -> None:
    heard = asked(ask, root, path)
    assert (heard.status, heard.body, heard.headers.get("content-type")) == (200, body, "text/html")


@worlds
@pytest.mark.parametrize(("path", "location"), [("/docs", "/docs/"), ("/docs/a+b", "/docs/a%20b/")])
def test_a_folder_without_its_slash_is_a_redirect(ask: World, root: Path, path: str, location: str) -> None:
    heard = asked(ask, root, path)
    assert (heard.status, heard.headers.get("location"), heard.body) == (302, location, b"")


@worlds
@pytest.mark.parametrize("path", ["/missing", "/missing/", "/empty", "/empty/", "/docs//", "/../secret"])
@pytest.mark.parametrize("not_found", [403, 404])
def test_what_is_missing_is_answered_with_the_error_document(ask: World, root: Path, path: str, not_found: int) -> None:
    heard = asked(ask, root, path, "GET", ("Range", "bytes=0-1"), not_found=not_found)
    assert (heard.status, heard.body) == (not_found, b"<p>not here")


@worlds
@pytest.mark.parametrize("error", [None, "nowhere.html"])
def test_without_an_error_document_s3_has_a_page_of_its_own(ask: World, root: Path, error: str | None) -> None:
    for not_found, code in ((403, b"AccessDenied"), (404, b"NoSuchKey")):
        heard = asked(ask, root, "/%3Cmissing%3E", website={"error": error}, not_found=not_found)
        assert heard.status == not_found
        assert code in heard.body
        assert b"&lt;missing&gt;" in heard.body
        assert heard.headers.get("content-type") == "text/html; charset=utf-8"


@worlds
def test_for_the_rest_it_is_a_bucket(ask: World, root: Path) -> None:
    whole = asked(ask, root, "/plain.txt")
    etag = whole.headers.get("etag") or ""
    assert (whole.status, whole.body) == (200, b"0123456789")
    assert asked(ask, root, "/plain.txt", "GET", ("If-None-Match", etag)).status == 304
    part = asked(ask, root, "/plain.txt", "GET", ("Range", "bytes=2-4"))
    assert (part.status, part.body) == (206, b"234")


@worlds
def test_it_answers_get_and_head_only(ask: World, root: Path) -> None:
    head = asked(ask, root, "/", "HEAD")
    assert (head.status, head.body, head.headers.get("content-length")) == (200, b"", "4")
    assert asked(ask, root, "/", "POST").status == 405


HOST = ("Host", "site.s3-website-eu-west-1.amazonaws.com")
RULES = (
    RoutingRule(key_prefix_equals="old/", replace_key_prefix_with="docs/"),
    RoutingRule(key_prefix_equals="plain", host_name="www.example.com", protocol="https", http_redirect_code=302),
    RoutingRule(key_prefix_equals="old/never", replace_key_with="x"),
    RoutingRule(
        key_prefix_equals="resized/", http_error_code_returned_equals=404, replace_key_prefix_with="resize?key="
    ),
    RoutingRule(http_error_code_returned_equals=404, replace_key_with="#!/sorry", http_redirect_code=307),
)


@worlds
@pytest.mark.parametrize(
    ("path", "status", "location"),
    [
        ("/old/a%20b", 301, f"http://{HOST[1]}/docs/a%20b"),
        ("/old/never", 301, f"http://{HOST[1]}/docs/never"),
        ("/plain.txt", 302, "https://www.example.com/plain.txt"),
        ("/resized/x.png", 301, f"http://{HOST[1]}/resize?key=x.png"),
        ("/missing", 307, f"http://{HOST[1]}/#!/sorry"),
        ("/docs/", 200, None),
        ("/docs", 302, "/docs/"),
    ],
)
def test_the_first_rule_that_applies_redirects(
    ask: World, root: Path, path: str, status: int, location: str | None
) -> None:
    heard = asked(ask, root, path, "GET", HOST, not_found=404, website={"routing_rules": RULES})
    assert (heard.status, heard.headers.get("location")) == (status, location)


@worlds
def test_a_rule_for_another_error_does_not_apply(ask: World, root: Path) -> None:
    heard = asked(ask, root, "/missing", "HEAD", HOST, not_found=403, website={"routing_rules": RULES})
    assert (heard.status, heard.body) == (403, b"")
