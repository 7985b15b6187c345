from __future__ import annotations

from pathlib import Path

import pytest

from edgeware.config.canonical import canonical
from edgeware.config.loading import load
from edgeware.config.model import Url
from tests.fixtures.config.builders import native, refused, the_error

PEM = Path(__file__).parent / "localhost.pem"
SECRET = "s3cret"


def site(local: object) -> dict[str, object]:
    return native(origins={"app": {"local": "app"}, "api": {"local": local}})


def of(**said: object) -> dict[str, object]:
    return {"url": "https://x.test", **said}


@pytest.mark.parametrize(
    ("local", "url"),
    [
        ("https://origin.test/", "https://origin.test"),
        ("http://[::1]:9001", "http://[::1]:9001"),
        ({"url": "http://127.0.0.1:9001"}, "http://127.0.0.1:9001"),
        ("http://${EDGE_HOST}:${EDGE_PORT:-80}", "http://origin.test:80"),
        ({"url": "http://${EDGE_HOST}"}, "http://origin.test"),
    ],
)
def test_a_server_has_an_address(local: object, url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EDGE_HOST", "origin.test")
    assert load(site(local)).origins["api"].target == Url(url=url)


def test_headers_are_added_for_a_server(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EDGE_TOKEN", SECRET)
    target = load(site(of(headers={"Authorization": "Bearer ${EDGE_TOKEN}", "X-Port": 80}))).origins["api"].target
    assert target == Url(url="https://x.test", headers=(("Authorization", f"Bearer {SECRET}"), ("X-Port", "80")))
    assert SECRET not in repr(target)


@pytest.mark.parametrize(
    ("said", "verify"),
    [({}, True), ({"verify": True}, True), ({"verify": False}, False), ({"verify": "localhost.pem"}, PEM)],
)
def test_a_server_shows_a_certificate(said: dict[str, object], verify: bool | Path) -> None:
    assert load(site(of(**said)), base=PEM.parent).origins["api"].target == Url(url="https://x.test", verify=verify)


@pytest.mark.parametrize(
    ("local", "words"),
    [
        ("http://", "is not an address"),
        ("http://x.test/path", "is not an address"),
        ("http://x.test:99999", "is not an address"),
        ("http://x.test:0", "is not an address"),
        ("http://user:s3cret@x.test", "is not an address"),
        ({"url": "http://user:s3cret@x.test"}, "is not an address"),
        ("http://${EDGE_UNSET}:80", "the environment variable EDGE_UNSET is not set"),
        (of(headers={"X-A": "${EDGE_UNSET}"}), "headers.X-A: the environment variable EDGE_UNSET is not set"),
        (of(headers={"X A": SECRET}), "headers.X A: is no header that HTTP could carry"),
        (of(headers={"X-A": f"{SECRET}\r\nX-B: c"}), "headers.X-A: is no header that HTTP could carry"),
        (of(headers={"Content-Length": "5"}), "concerns one connection"),
        (of(headers={"Transfer-Encoding": "chunked"}), "concerns one connection"),
        (of(headers=[SECRET]), "headers: must be a mapping"),
        (of(headers={"X-A": [SECRET]}), "headers.X-A: must be text"),
        (of(verify="nowhere.pem"), "verify: there is no file"),
        (of(verify="a\0b"), "verify: there is no file"),
        (of(verify="test_config_servers.py"), "holds no certificates in PEM form"),
        (of(verify=1), "verify: must be true or false"),
        (of(verifi=False), "'verifi' is not known here. Did you mean 'verify'?"),
    ],
)
def test_what_is_no_server_is_refused(local: object, words: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("EDGE_UNSET", raising=False)
    errors = refused(site(local), base=PEM.parent)
    assert any(words in error for error in errors), errors
    assert SECRET not in "".join(errors)


def test_every_variable_that_is_missing_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("EDGE_ONE", "EDGE_TWO"):
        monkeypatch.delenv(name, raising=False)
    errors = refused(site("http://${EDGE_ONE}:${EDGE_TWO}"))
    assert [("EDGE_ONE" in error, "EDGE_TWO" in error) for error in errors] == [(True, False), (False, True)]
    assert "write ${EDGE_ONE:-default}" in errors[0]


def test_an_overlay_says_the_same() -> None:
    overlay = {"origins": {"api": of(headers={"X-Env": "dev"}, verify=False)}}
    target = load(site("none"), overlay=overlay).origins["api"].target
    assert target == Url(url="https://x.test", headers=(("X-Env", "dev"),), verify=False)
    assert "is no header" in the_error(site("none"), overlay={"origins": {"api": of(headers={"": "x"})}})


def test_headers_are_masked_where_a_distribution_is_printed() -> None:
    text = canonical(load(site(of(headers={"X-Key": SECRET}, verify="localhost.pem")), base=PEM.parent), PEM.parent)
    assert '"headers": {\n          "X-Key": "***"\n        },\n        "verify": "localhost.pem"' in text
    assert SECRET not in text
    assert '"verify": false' in canonical(load(site(of(verify=False))))
