from __future__ import annotations

from pathlib import Path

import pytest

from edgeware.testing import FunctionResult, FunctionRunner, run_function

REWRITE = """
function handler(event) {
    var request = event.request;
    if (request.uri.endsWith('/')) request.uri += 'index.html';
    return request;
}
"""


@pytest.fixture
def rewrite(tmp_path: Path) -> Path:
    path = tmp_path / "rewrite.js"
    path.write_text(REWRITE)
    return path


def test_a_function_is_run_on_an_event(rewrite: Path) -> None:
    result = run_function(rewrite, {"request": {"uri": "/docs/"}})
    assert isinstance(result, FunctionResult)
    assert result.ok
    assert result.output["request"]["uri"] == "/docs/index.html"
    assert run_function(str(rewrite), {"request": {"uri": "/a"}}, seed=1, clock=lambda: 1.0).ok


def test_a_runner_takes_many_events_and_sees_that_the_file_changes(rewrite: Path) -> None:
    with FunctionRunner(rewrite, runtime="cloudfront-js-1.0") as runner:
        uris = [runner.run({"request": {"uri": uri}}).output["request"]["uri"] for uri in ("/", "/a", "/b/")]
        assert uris == ["/index.html", "/a", "/b/index.html"]
        rewrite.write_text("const a = 1;")
        assert 'Token "const"' in runner.run({"request": {"uri": "/"}}).error


def test_a_python_handler_too(tmp_path: Path) -> None:
    (tmp_path / "app.py").write_text("def handler(event, context):\n    return {'status': '204'}\n")
    cf = {"config": {"eventType": "origin-request"}, "request": {"uri": "/"}}
    result = run_function(tmp_path / "app.py", {"Records": [{"cf": cf}]}, handler="app.handler")
    assert result.output == {"status": "204"}
