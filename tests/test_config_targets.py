from __future__ import annotations

from pathlib import Path

import pytest

from edgeware.config.loading import load
from edgeware.config.model import App, Directory, Layer, OtherApp, RoutingRule, Static, Target, Unmapped, Url, Website
from tests.fixtures.config.builders import native, refused, the_error


def site(local: object) -> dict[str, object]:
    origins = {"app": {"local": "app"}, "site": {"type": "s3", "local": local}}
    return native(origins=origins)


def rule(**said: object) -> dict[str, object]:
    return {"directory": ".", "website": {"routing_rules": [said]}}


@pytest.mark.parametrize(
    ("local", "target"),
    [
        ("app", App()),
        ("http://127.0.0.1:9001", Url(url="http://127.0.0.1:9001")),
        ({"app": "shop.api:app"}, OtherApp(import_string="shop.api:app")),
        ({"app": "api:Shop.app"}, OtherApp(import_string="api:Shop.app")),
        ({"url": "http://x.test", "preserve_host": False}, Url(url="http://x.test", preserve_host=False)),
    ],
)
def test_an_origin_has_a_local_target(local: object, target: Target) -> None:
    assert load(site(local)).origins["site"].target == target


@pytest.mark.parametrize(("said", "not_found"), [({}, 403), ({"not_found": 403}, 403), ({"not_found": 404}, 404)])
def test_a_directory_stands_for_a_bucket(tmp_path: Path, said: dict[str, object], not_found: int) -> None:
    (tmp_path / "dist").mkdir()
    target = load(site({"directory": "dist", **said}), base=tmp_path).origins["site"].target
    assert isinstance(target, Directory)
    assert (target.path, target.not_found) == (tmp_path / "dist", not_found)


@pytest.mark.parametrize(
    ("said", "website"),
    [
        ({"index": "home.html", "error": "errors/404.html"}, Website(index="home.html", error="errors/404.html")),
        ({"error": "404.html"}, Website(index="index.html", error="404.html")),
        ({}, Website()),
        (
            {
                "routing_rules": [
                    {"key_prefix_equals": "docs/", "replace_key_prefix_with": "documents/"},
                    {
                        "http_error_code_returned_equals": 404,
                        "host_name": "old.example.com",
                        "protocol": "https",
                        "http_redirect_code": 302,
                        "replace_key_with": "moved.html",
                    },
                ]
            },
            Website(
                routing_rules=(
                    RoutingRule(key_prefix_equals="docs/", replace_key_prefix_with="documents/"),
                    RoutingRule(
                        http_error_code_returned_equals=404,
                        host_name="old.example.com",
                        protocol="https",
                        http_redirect_code=302,
                        replace_key_with="moved.html",
                    ),
                )
            ),
        ),
    ],
)
def test_a_directory_stands_for_a_website_endpoint(tmp_path: Path, said: dict[str, object], website: Website) -> None:
    target = load(site({"directory": ".", "website": said}), base=tmp_path).origins["site"].target
    assert isinstance(target, Directory)
    assert target.website == website


def test_an_empty_mapping_names_nothing_yet() -> None:
    assert isinstance(load(site({})).origins["site"].target, Unmapped)


@pytest.mark.parametrize(
    ("local", "words"),
    [
        ("dist", "names nothing that can stand for an origin"),
        ("", "names nothing that can stand for an origin"),
        ({"path": "dist"}, "names nothing that can stand for an origin"),
        (5, "must be a mapping"),
        ("ftp://x.test", "is not an address"),
        ({"app": "shop"}, "is no import string"),
        ({"app": "os;print(1):x"}, "is no import string"),
        ({"directory": "nowhere"}, "there is no directory"),
        ({"directory": "a\0b"}, "there is no directory"),
        ({"directory": ".", "not_found": 410}, "must be 403 or 404"),
        ({"directory": ".", "website": {"index": "a/b"}}, "must be a file name, without a slash"),
        ({"directory": ".", "website": {"index": ""}}, "must be a file name, without a slash"),
        ({"directory": ".", "website": {"idnex": "x"}}, "'idnex' is not known here"),
        (rule(prefix="x"), "'prefix' is not known here"),
        (rule(http_redirect_code=200), "must be that of a redirect"),
        (rule(http_redirect_code=304), "must be that of a redirect"),
        (rule(replace_key_with="a", replace_key_prefix_with="b"), "S3 takes one of them"),
        ({"directory": ".", "website": {"routing_rules": [{}] * 51}}, "S3 takes 50 at most"),
        ({"directory": ".", "idnex": "x"}, "'idnex' is not known here"),
    ],
)
def test_what_cannot_stand_for_an_origin_is_refused(local: object, words: str) -> None:
    errors = refused(site(local))
    assert any(words in error for error in errors), errors


def test_the_message_says_where_and_what_to_do() -> None:
    assert the_error(site("dist")).startswith(
        "origins.site.local: names nothing that can stand for an origin. Say app,"
    )


def test_a_directory_has_a_prefix_others_beneath_and_an_index(tmp_path: Path) -> None:
    for name in ("dist", "old"):
        (tmp_path / name).mkdir()
    said = {"directory": "dist", "prefix": "/docs/", "index": "index.html", "beneath": [{"directory": "old"}]}
    assert load(site(said), base=tmp_path).origins["site"].target == Directory(
        path=tmp_path / "dist", prefix="docs/", index="index.html", beneath=(Layer(path=tmp_path / "old"),)
    )


def test_what_lies_beneath_is_read_as_strictly(tmp_path: Path) -> None:
    said = {"directory": ".", "index": "a/b", "beneath": [{"directory": "nowhere", "preefix": "x"}, {}]}
    errors = refused(site(said), base=tmp_path)
    assert [error.partition(": ")[0] for error in errors] == [
        "origins.site.local.beneath[0].directory",
        "origins.site.local.beneath[1].directory",
        "origins.site.local.beneath[0].preefix",
        "origins.site.local.index",
    ]


@pytest.mark.parametrize(
    ("said", "target"),
    [
        ({"status": 503, "body": "closed"}, Static(status=503, body="closed")),
        ({"status": 404}, Static(status=404)),
        ({"body": "hello"}, Static(body="hello")),
    ],
)
def test_a_fixed_answer_stands_for_an_origin(said: dict[str, object], target: Static) -> None:
    assert load(site(said)).origins["site"].target == target


@pytest.mark.parametrize("status", [0, 199, 600])
def test_a_fixed_answer_has_a_status(status: int) -> None:
    assert "is no status of an answer" in the_error(site({"status": status}))
