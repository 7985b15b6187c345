"""Another application as an origin, by its import string."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from edgeware.config.model import Origin, OtherApp
from edgeware.exceptions import UsageError
from edgeware.messages import Request
from edgeware.origins import asgi_origin, wsgi_origin
from edgeware.origins.application import imported, kind
from tests.origins_worlds import ask_wsgi

APPS = """
async def asgi(scope, receive, send):
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": b"asgi"})


def wsgi(environ, start_response):
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [b"wsgi"]


class Shop:
    app = staticmethod(wsgi)


number = 5
"""


@pytest.fixture(autouse=True)
def module(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", list(sys.path))
    (tmp_path / "other_apps.py").write_text(APPS, encoding="utf-8")
    (tmp_path / "broken_app.py").write_text("raise RuntimeError('no')\n", encoding="utf-8")
    yield "other_apps"
    for name in ("other_apps", "broken_app"):
        sys.modules.pop(name, None)


def origin(import_string: str) -> Origin:
    return Origin(id="api", domain_name="api.example.com", target=OtherApp(import_string=import_string))


def test_a_wsgi_application_answers_for_the_origin_of_a_wsgi_edge() -> None:
    heard = ask_wsgi(origin("other_apps:Shop.app"), Request(method="GET", path="/"))
    assert (heard.status, heard.body) == (200, b"wsgi")


def test_in_asgi_both_kinds_do() -> None:
    found = asgi_origin(origin("other_apps:asgi"))
    assert found is imported("other_apps:asgi")
    assert type(asgi_origin(origin("other_apps:wsgi"))).__name__ == "WSGIBridge"


def test_a_wsgi_edge_cannot_call_an_asgi_application() -> None:
    with pytest.raises(UsageError, match="origin api: other_apps:asgi is an ASGI application"):
        wsgi_origin(origin("other_apps:asgi"))


@pytest.mark.parametrize(
    ("import_string", "words"),
    [
        ("other_apps", "is no import string"),
        (":app", "is no import string"),
        ("other_apps:missing", "there is no 'missing' in it"),
        ("broken_app:app", r"failed: RuntimeError: no \(.*broken_app.py:1\)"),
        ("no_such_module:app", "failed: ModuleNotFoundError"),
        ("other_apps:number", "other_apps:number is a int, which is no ASGI or WSGI application"),
        ("other_apps:Shop", "is the class Shop, which is no ASGI or WSGI application"),
    ],
)
def test_what_leads_to_no_application_is_said(import_string: str, words: str) -> None:
    for make in (asgi_origin, wsgi_origin):
        with pytest.raises(UsageError, match=words):
            make(origin(import_string))


def test_what_has_no_signature_is_no_application() -> None:
    assert kind(type) is None
    assert kind(iter) is None
