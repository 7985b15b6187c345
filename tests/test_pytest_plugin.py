"""The plugin in real runs of pytest, found by its entry point."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from tests.servers.redis_server import redis_server

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


def test_a_recording_is_a_fixture(pytester: pytest.Pytester) -> None:
    entry = {
        "request": {"method": "GET", "url": "https://a.example/"},
        "response": {"status": 404, "headers": [{"name": "X-Cache", "value": "Error from cloudfront"}]},
    }
    (pytester.path / "run.har").write_text(json.dumps({"log": {"version": "1.2", "entries": [entry]}}))
    pytester.makepyfile(
        ASKS
        + """
def test_as_it_was(edge, recording):
    site = edge(wsgi, distribution=DISTRIBUTION)
    for then in recording("run.har"):
        assert then.differences(site.send(then), ignore=["cache-state", "content-type"]) == []
"""
    )
    result = pytester.runpytest(*STRICT)
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["*status: 200 now, 404 then*", "*edgeware trace*"])


def test_a_whole_exchange_is_a_snapshot(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        ASKS
        + """
@pytest.mark.parametrize("target", ["/a", "/b"])
def test_it(edge, snapshot, target):
    site = edge(wsgi, distribution=DISTRIBUTION)
    assert site.get(target) == snapshot
    assert site.get(target) == snapshot
"""
    )
    pytester.runpytest(*STRICT, "-p", "syrupy", "--snapshot-update").assert_outcomes(passed=2)
    (kept,) = pytester.path.glob("__snapshots__/*.ambr")
    text = kept.read_text()
    for line in ("'x_cache': 'Hit from cloudfront'", "'body': 'hello'", "'via': '(present)'", "'origin_request': None"):
        assert line in text
    pytester.runpytest(*STRICT, "-p", "syrupy").assert_outcomes(passed=2)
    kept.write_text(text.replace("'body': 'hello'", "'body': 'other'"))
    pytester.runpytest(*STRICT, "-p", "syrupy").assert_outcomes(failed=2)


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
    site = edge(wsgi, distribution=DISTRIBUTION)
    assert [site.get("/").x_cache for _ in range(2)] == ["Miss from cloudfront", "Hit from cloudfront"]
    return type(site.store).__name__
"""


def test_one_suite_runs_on_the_stores_that_the_command_line_names(pytester: pytest.Pytester, tmp_path: Path) -> None:
    with redis_server(tmp_path) as server:
        pytester.makepyfile(
            ASKS
            + f"""
def test_any(edge):
    print("on", name_of(edge))

@pytest.mark.edgeware_store("memory", "{server.url}")
def test_marked(edge):
    print("on", name_of(edge))

def test_without():
    pass
"""
        )
        result = pytester.runpytest(*STRICT, "-v", "-s", "--edgeware-store=memory", f"--edgeware-store={server.url}")
        result.assert_outcomes(passed=5)
        result.stdout.fnmatch_lines(
            [
                "*test_any[[]memory[]] on MemoryStore",
                "*test_any[[]redis[]] on RedisStore",
                "*test_marked[[]memory[]] on MemoryStore",
                "*test_marked[[]redis[]] on RedisStore",
            ]
        )
        assert server.client().info("stats")["total_connections_received"] > 2
    alone = pytester.runpytest(*STRICT, "-v", "-s", "--edgeware-store=disk", "-k", "test_any")
    alone.stdout.fnmatch_lines(["*::test_any on DiskStore"])


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
