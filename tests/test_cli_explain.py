from __future__ import annotations

from pathlib import Path

import pytest

from edgeware.cli import main

FILE = """
version: 1
default_root_object: index.html
origins: {app: {domain_name: app.example, origin_path: /v1, headers: {X-Secret: s3cret}, local: app}}
cache_policies: {own: {min_ttl: 5, default_ttl: 60, max_ttl: 600, gzip: true, headers: {include: [X-A]},
  cookies: {include: [c]}, query_strings: {include: [w]}}}
default_behavior: {origin: app, allowed_methods: all}
behaviors:
  - {path_pattern: /api/*, origin: app}
  - {path_pattern: /img/*, origin: app, cache_policy: own, viewer_request: fn.js, viewer_response: after.js}
  - {path_pattern: /write/*, origin: app, allowed_methods: all, origin_request: fn.py}
"""
BEFORE = "function handler(event) { event.request.uri = '/img/b.png'; return event.request; }"
AFTER = "function handler(event) { return event.response; }"
LAMBDA = """
def handler(event, context):
    return event["Records"][0]["cf"]["request"]
"""


@pytest.fixture
def file(tmp_path: Path) -> str:
    (tmp_path / "fn.js").write_text(BEFORE)
    (tmp_path / "after.js").write_text(AFTER)
    (tmp_path / "fn.py").write_text(LAMBDA)
    (tmp_path / "edge.yaml").write_text(FILE)
    return str(tmp_path / "edge.yaml")


def told(capsys: pytest.CaptureFixture[str], *words: str) -> dict[str, list[str]]:
    """What `edgeware explain` prints, by its sections."""
    assert main(["explain", *words]) == 0
    sections: dict[str, list[str]] = {}
    for line in capsys.readouterr().out.splitlines():
        if line.startswith("  "):
            sections[list(sections)[-1]].append(line.strip())
        else:
            sections[line] = []
    return sections


def test_a_miss_is_explained_from_the_behavior_to_the_lifetime(file: str, capsys: pytest.CaptureFixture[str]) -> None:
    found = told(
        *(
            capsys,
            file,
            "get",
            "/img/a.png?w=1&x=2",
            "-H",
            "X-A: 1",
            "-H",
            "Cookie: c=1; d=2",
            "-H",
            "Accept-Encoding: gzip",
        ),
        *("--response-header", "Cache-Control: max-age=100"),
    )
    assert found["behavior"] == [
        "/img/*: the first pattern in order that takes the path; before it /api/* did not",
        "origin: app",
        "viewer protocol policy: allow-all",
        "cache policy: own",
        "origin request policy: none",
        "response headers policy: none",
    ]
    assert found["functions"] == ["viewer-request: fn ran", "viewer-response: after ran"]
    assert found["cache key"][1:] == [
        "path: /img/b.png",
        "query string: w=1",
        "header: x-a:1",
        "cookie: c=1",
        "accept-encoding: gzip",
    ]
    assert found["the origin receives"][0] == "GET /v1/img/b.png?w=1 at app (app.example)"
    assert "X-Secret: ***" in found["the origin receives"]
    assert "Host: app.example" in found["the origin receives"]
    assert "fresh for 100 seconds" in found["lifetime"]
    assert found["the viewer gets"][0] == "200"
    assert "X-Cache: Miss from cloudfront" in found["the viewer gets"]


def test_what_is_never_cached_says_so(file: str, capsys: pytest.CaptureFixture[str]) -> None:
    found = told(capsys, file, "POST", "/write/x")
    assert found["functions"] == ["origin-request: fn ran"]
    assert found["cache key"] == ["not looked up: caching is disabled, or this method is never cached"]
    assert found["lifetime"] == ["nothing is stored"]


def test_a_function_that_takes_the_body_gets_an_empty_one(
    file: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    attached = "origin_request: {lambda: fn.py, include_body: true}"
    text = f"version: 1\ndefault_behavior: {{origin: app, allowed_methods: all, {attached}}}\n"
    (tmp_path / "body.yaml").write_text(text)
    found = told(capsys, str(tmp_path / "body.yaml"), "POST", "/", "-H", "Host: www.example", "-H", "Content-Length: 0")
    assert found["functions"] == ["origin-request: fn ran"]
    assert found["the viewer gets"][0] == "200"


def test_an_error_has_a_lifetime_of_its_own(file: str, capsys: pytest.CaptureFixture[str]) -> None:
    found = told(capsys, file, "GET", "/img/a.png", "--status", "404")
    assert "fresh for 10 seconds" in found["lifetime"]
    # Nothing runs at viewer-response for an error.
    assert found["functions"][1] == "viewer-response: after did not run"


def test_a_refused_request_reaches_no_origin(file: str, capsys: pytest.CaptureFixture[str]) -> None:
    found = told(capsys, file, "POST", "/img/a.png")
    assert found["the origin receives"] == ["nothing: it is not asked"]
    assert found["functions"] == ["viewer-request: fn did not run", "viewer-response: after did not run"]
    assert found["the viewer gets"][0] == "403"


def test_the_default_behavior_takes_the_rest(file: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert told(capsys, file, "GET", "/")["behavior"][0] == "default: no pattern takes the path"
    (tmp_path / "one.yaml").write_text("version: 1\naliases: [www.example]\ndefault_behavior: {origin: app}\n")
    found = told(capsys, str(tmp_path / "one.yaml"), "GET", "x")
    assert found["behavior"][0] == "default: there is no other"
    assert found["functions"] == ["none"]


def test_it_redirects_where_the_edge_does(file: str, capsys: pytest.CaptureFixture[str]) -> None:
    Path(file).write_text("version: 1\ndefault_behavior: {origin: app, viewer_protocol_policy: redirect-to-https}\n")
    found = told(capsys, file, "GET", "/", "--viewer", "scheme=http")
    assert "viewer protocol policy: redirect-to-https: the viewer came over HTTP; no function runs" in found["and"]
    assert found["the viewer gets"][0] == "301"


def test_a_distribution_that_cannot_be_served_is_not_explained(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "edge.yaml").write_text("version: 1\ndefault_behavior: {origin: nope}\n")
    assert main(["explain", str(tmp_path / "edge.yaml"), "GET", "/"]) == 2
    assert "there is no origin 'nope'" in capsys.readouterr().err


def test_a_status_and_a_header_must_be_possible(file: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", file, "GET", "/", "--status", "999"]) == 2
    assert "999 is no status" in capsys.readouterr().err
    for method, url, message in (("GET", "http://[a/", "is neither a path nor a URL"), ("G T", "/", "is no method")):
        assert main(["explain", file, method, url]) == 2
        assert message in capsys.readouterr().err
    with pytest.raises(SystemExit):
        main(["explain", file, "GET", "/", "-H", "x"])
    assert "is not of the form 'NAME: VALUE'" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("path", "sent"),
    [("/a b\u00fc", "/a%20b%C3%BC"), ("/\udc80", "/%80"), ("/%41%zz", "/%41%zz"), ("/\x7f", "/%7F")],
)
def test_what_cannot_stand_in_a_url_is_encoded(
    path: str, sent: str, file: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["explain", file, "GET", path]) == 0
    assert f"{sent} at " in capsys.readouterr().out


def test_a_path_may_begin_with_two_slashes_and_what_is_no_url_is_wrong_usage(
    file: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["explain", file, "GET", "//x/y"]) == 0
    assert "//x/y at " in capsys.readouterr().out
    assert main(["explain", file, "GET", "http://[::1/"]) == 2
    assert "'http://[::1/' is neither a path nor a URL: Invalid IPv6 URL" in capsys.readouterr().err
