"""The plugin in real runs of pytest, found by its entry point."""

from __future__ import annotations

import subprocess
import sys

import psutil
import pytest

pytest_plugins = "pytester"

STRICT = ("-W", "error", "--strict-markers", "-p", "no:cacheprovider")
SITE = """
import pytest

def wsgi(environ, start_response):
    start_response("200 OK", [("Content-Type", "text/plain"), ("X-Path", environ["PATH_INFO"])])
    return [b"hello"]

async def asgi(scope, receive, send):
    assert scope["type"] == "http"
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"text/plain")]})
    await send({"type": "http.response.body", "body": b"hello"})

DISTRIBUTION = {
    "version": 1,
    "origins": {"app": {"domain_name": "app.example.com"}},
    "default_behavior": {"origin": "app", "cache_policy": "Managed-CachingOptimized", "viewer_response": "security.js"},
}

def test_the_function_runs_on_the_hit(app, edge):
    site = edge(app, distribution=DISTRIBUTION)
    assert site.get("/").x_cache == "Miss from cloudfront"
    response = site.get("/")
    assert response.x_cache == "Hit from cloudfront"
    assert response.ran("viewer-response") and response.headers["x-function"] == "ran"
    site.clock.advance(days=2)
    assert site.get("/").x_cache == "Miss from cloudfront"
"""
FUNCTION = """
function handler(event) { event.response.headers['x-function'] = { value: 'ran' }; return event.response; }
"""


def write(pytester: pytest.Pytester, test: str) -> None:
    (pytester.path / "security.js").write_text(FUNCTION)
    pytester.makepyfile(SITE + test)


def children() -> set[int]:
    return {child.pid for child in psutil.Process().children(recursive=True)}


def test_a_site_is_made_in_either_world_and_leaves_no_child(pytester: pytest.Pytester) -> None:
    write(
        pytester,
        """
@pytest.fixture(params=[asgi, wsgi], ids=["asgi", "wsgi"])
def app(request):
    return request.param
""",
    )
    before = children()
    pytester.runpytest(*STRICT).assert_outcomes(passed=2)
    assert children() <= before


def test_the_trace_is_printed_where_a_test_fails_and_only_there(pytester: pytest.Pytester) -> None:
    write(
        pytester,
        """
app = pytest.fixture(lambda: wsgi)

def test_that_fails(edge):
    edge(wsgi, distribution=DISTRIBUTION)
    edge(wsgi, distribution=DISTRIBUTION).get("/failing")
    assert not "sic"
""",
    )
    result = pytester.runpytest(*STRICT)
    result.assert_outcomes(passed=1, failed=1)
    result.stdout.fnmatch_lines(
        [
            "*edgeware trace*",
            "GET /failing -> 200 Miss from cloudfront",
            "*behavior: *",
            "*viewer-response*security ran",
        ]
    )
    assert str(result.stdout).count("edgeware trace") == 1


def test_functions_are_called_and_leave_no_child(pytester: pytest.Pytester) -> None:
    (pytester.path / "security.js").write_text(FUNCTION)
    (pytester.path / "auth.py").write_text("def handler(event, context):\n    return {'status': '401'}\n")
    pytester.makepyfile("""
def test_calls(cloudfront_function, lambda_function):
    result = cloudfront_function("security.js", status_code=200)
    assert result.output["response"]["headers"]["x-function"] == {"value": "ran"}
    assert lambda_function("auth.py", handler="auth.handler", uri="/").output == {"status": "401"}
""")
    before = children()
    pytester.runpytest(*STRICT).assert_outcomes(passed=1)
    assert children() <= before


STORES = """
import sys, types
import pytest
from edgeware.cache.memory import MemoryStore

class Named(MemoryStore):
    def __init__(self, name):
        super().__init__()
        self.name = name

sys.modules["edgeware.cache.opening"] = types.SimpleNamespace(open_store=Named)
"""
ASKS = """
import pytest
from edgeware.testing import Site

def wsgi(environ, start_response):
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [b"hello"]

DISTRIBUTION = {
    "version": 1,
    "origins": {"app": {"domain_name": "app.example.com"}},
    "default_behavior": {"origin": "app", "cache_policy": "Managed-CachingOptimized"},
}

def name_of(edge):
    return getattr(edge(wsgi, distribution=DISTRIBUTION).store, "name", "memory")
"""


@pytest.fixture
def _opening(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever a test puts in its place is gone afterwards."""
    monkeypatch.delitem(sys.modules, "edgeware.cache.opening", raising=False)


@pytest.mark.usefixtures("_opening")
def test_one_suite_runs_on_the_stores_that_the_command_line_names(
    pytester: pytest.Pytester,
) -> None:
    pytester.makeconftest(STORES)
    pytester.makepyfile(
        ASKS
        + """
def test_any(edge):
    print("on", name_of(edge))

@pytest.mark.edgeware_store("memory", "redis://marked")
def test_marked(edge):
    print("on", name_of(edge))

def test_without():
    pass
"""
    )
    result = pytester.runpytest(*STRICT, "-v", "-s", "--edgeware-store=memory", "--edgeware-store=redis://named")
    result.assert_outcomes(passed=5)
    result.stdout.fnmatch_lines(
        [
            "*test_any[[]memory[]] on memory",
            "*test_any[[]redis[]] on redis://named",
            "*test_marked[[]memory[]] on memory",
            "*test_marked[[]redis[]] on redis://marked",
        ]
    )
    alone = pytester.runpytest(*STRICT, "-v", "-s", "--edgeware-store=disk", "-k", "test_any")
    alone.stdout.fnmatch_lines(["*::test_any on disk:*/edgeware-store"])


def test_an_unknown_store_and_a_marker_without_one_are_said_to_be(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(ASKS + "def test_any(edge):\n    name_of(edge)\n")
    result = pytester.runpytest(*STRICT, "--edgeware-store=tape:1")
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["*UsageError: the store 'tape:1' is of no kind that is known here*"])
    pytester.makepyfile(ASKS + "@pytest.mark.edgeware_store\ndef test_any(edge):\n    name_of(edge)\n")
    pytester.runpytest(*STRICT).stdout.fnmatch_lines(["*the marker edgeware_store names no store*"])


def test_who_uses_no_fixture_pays_for_nothing(pytester: pytest.Pytester) -> None:
    pytester.makepyfile("""
import sys

def test_nothing_is_imported():
    names = {name for name in sys.modules if name.startswith("edgeware")}
    assert names == {"edgeware", "edgeware.pytest_plugin"}
    assert not {"starlette", "werkzeug", "dukpy", "tree_sitter"} & set(sys.modules)
""")
    result = subprocess.run(
        [sys.executable, "-m", "pytest", *STRICT, "-p", "no:xdist"],
        cwd=pytester.path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stdout
