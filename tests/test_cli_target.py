from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from edgeware.cli.target import load_app, local_origin
from edgeware.config.model import Directory, Url
from edgeware.exceptions import UsageError
from edgeware.origins.wsgi_bridge import WSGIBridge

SITE = """
import functools

async def asgi(scope, receive, send): ...
class ASGI:
    async def __call__(self, scope, receive, send): ...
class PlainASGI:
    def __call__(self, scope, receive, send): ...
def wsgi(environ, start_response): ...
class WSGI:
    def __call__(self, environ, start_response, *, option=None): ...
def decorated(app):
    @functools.wraps(app)
    def wrapper(*args, **kwargs):
        return app(*args, **kwargs)
    return wrapper

class Unclear:
    __signature__ = 1
    def __call__(self): ...

unclear = Unclear()
asgi_object, plain_asgi, wsgi_object = ASGI(), PlainASGI(), WSGI()
asgi_lambda = lambda scope, receive, send: None
decorated_wsgi = decorated(wsgi)
partial_asgi = functools.partial(asgi)
partial_wsgi = functools.partial(lambda config, environ, start_response: None, {})

class Site:
    app = asgi_object
site = Site()

def make_asgi(config=None, debug=False): return asgi_object
def make_wsgi(): return wsgi
def make_broken(): raise KeyError("DATABASE_URL")
def make_nothing(): return None
text = "an app"
def one(argument): ...
"""


@pytest.fixture(autouse=True)
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    (tmp_path / "site_for_tests.py").write_text(SITE)
    (tmp_path / "broken_for_tests.py").write_text("import os\n\n1 / 0\n")
    (tmp_path / "unfinished_for_tests.py").write_text("def (:\n")
    (tmp_path / "ending_for_tests.py").write_text("import sys\nsys.exit(3)\n")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", list(sys.path))
    yield
    for name in [name for name in sys.modules if name.endswith("_for_tests")]:
        del sys.modules[name]


@pytest.mark.parametrize(
    "name",
    ["asgi", "asgi_object", "plain_asgi", "asgi_lambda", "partial_asgi", "site.app"],
)
def test_an_asgi_application_is_known_by_its_shape(name: str) -> None:
    assert not isinstance(load_app(f"site_for_tests:{name}"), WSGIBridge)


def test_applications_may_be_loaded_one_after_the_other() -> None:
    assert load_app("site_for_tests:asgi") is load_app("site_for_tests:asgi")


@pytest.mark.parametrize("name", ["wsgi", "wsgi_object", "decorated_wsgi", "partial_wsgi"])
def test_a_wsgi_application_is_known_by_its_shape_and_bridged(name: str) -> None:
    assert isinstance(load_app(f"site_for_tests:{name}"), WSGIBridge)


@pytest.mark.parametrize(("name", "bridged"), [("make_asgi", False), ("make_wsgi", True)])
def test_a_factory_is_called(name: str, bridged: bool) -> None:
    assert isinstance(load_app(f"site_for_tests:{name}", factory=True), WSGIBridge) == bridged


@pytest.mark.parametrize(
    ("target", "factory", "message"),
    [
        ("main.py:", False, "is no import string: write module:attribute"),
        (":app", False, "is no import string"),
        ("nowhere_at_all:app", False, "importing nowhere_at_all from .* failed: ModuleNotFoundError: No module named"),
        ("broken_for_tests:app", False, r"ZeroDivisionError: division by zero \(.*broken_for_tests.py:3\)"),
        ("unfinished_for_tests:app", False, "failed: SyntaxError"),
        ("ending_for_tests:app", False, r"importing ending_for_tests from .* failed: SystemExit: 3 \(.*:2\)"),
        ("site_for_tests:nope", False, "site_for_tests was imported, but there is no 'nope' in it"),
        ("site_for_tests:site.nope", False, "there is no 'site.nope' in it"),
        ("site_for_tests:text", False, "is a str, which is no application: .* then add --factory"),
        ("site_for_tests:one", False, "is a function, which is no application"),
        ("site_for_tests:make_asgi", False, "is it a factory"),
        ("site_for_tests:ASGI", False, "is the class ASGI, which is no application"),
        ("site_for_tests:text", True, "is a str and cannot be called: leave --factory out"),
        ("site_for_tests:make_broken", True, r"calling site_for_tests:make_broken\(\) failed: KeyError.*DATABASE_URL"),
        ("site_for_tests:make_nothing", True, "is a NoneType, which is no application"),
    ],
)
def test_what_cannot_be_loaded_says_what_was_tried(target: str, factory: bool, message: str) -> None:
    with pytest.raises(UsageError, match=message):
        load_app(target, factory=factory)


def test_a_callable_without_a_signature_is_no_application() -> None:
    with pytest.raises(UsageError, match="is a Unclear, which is no application"):
        load_app("site_for_tests:unclear")


def test_an_address_is_an_origin_url() -> None:
    assert local_origin("http://127.0.0.1:8000") == Url(url="http://127.0.0.1:8000")
    assert local_origin("https://localhost") == Url(url="https://localhost")


@pytest.mark.parametrize(
    "target", ["http://", "http://127.0.0.1:99999", "https://[::1", "http://127.0.0.1/\x01", "http://u:secret@x/"]
)
def test_what_is_no_address_of_a_server_is_refused(target: str) -> None:
    with pytest.raises(UsageError, match="the origin URL is not of the form http://host") as refused:
        local_origin(target)
    assert "secret" not in str(refused.value)


def test_a_directory_is_an_origin() -> None:
    Path("dist").mkdir()
    assert local_origin("dist") == Directory(path=Path("dist"))


def test_an_import_string_is_no_origin() -> None:
    assert local_origin("main:app") is None


def test_what_is_none_of_the_three_is_refused() -> None:
    for target in ("dist", ""):
        with pytest.raises(UsageError, match=f"'{target}' is nothing to run: no directory of that name is here"):
            local_origin(target)
