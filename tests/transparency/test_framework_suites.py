"""The plugin that runs a framework's own suite behind an edge, on a suite of four tests."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

PLUGIN = Path(__file__).parent / "plugin"
SUITE = """
import httpx
import pytest
from flask import Flask, request
from starlette.applications import Starlette
from starlette.responses import JSONResponse
from starlette.routing import Route
from starlette.testclient import TestClient

flask = Flask("flask")


@flask.get("/")
def index():
    return dict(request.headers)


def test_starlette():
    app = Starlette(routes=[Route("/", lambda request: JSONResponse(dict(request.headers)))])
    client = TestClient(app)
    response = client.get("/", headers={"connection": "close"})
    assert client.app.routes
    assert sorted(response.headers) == ["content-length", "content-type"]
    assert response.json()["connection"] == "close"
    assert "via" not in response.json()


def test_flask():
    response = flask.test_client().get("/")
    assert sorted(response.headers.keys()) == ["Content-Length", "Content-Type"]
    assert sorted(response.json) == ["Host", "User-Agent"]


def test_a_method_that_cloudfront_does_not_know():
    assert flask.test_client().open("/", method="PROPFIND").status_code == 405


def test_what_is_the_same():
    assert flask.test_client().get("/missing").status_code == 404
"""


@pytest.mark.parametrize(
    ("plugin", "outcome"),
    [
        pytest.param(None, {"passed": 4}, id="without an edge"),
        pytest.param("raw", {"failed": 3, "passed": 1}, id="behind an edge"),
        pytest.param("quiet", {"failed": 1, "passed": 3}, id="behind an edge whose headers are hidden"),
    ],
)
def test_a_suite_is_run_behind_an_edge(tmp_path: Path, plugin: str | None, outcome: dict[str, int]) -> None:
    (tmp_path / "test_suite.py").write_text(SUITE, encoding="utf-8")
    options = [] if plugin is None else ["-p", "framework_suites"]
    run = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-W", "ignore", "-p", "no:cacheprovider", "--tb=no", *options, tmp_path],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(PLUGIN), "EDGEWARE_EDGE": plugin or ""},
        capture_output=True,
        text=True,
        check=False,
    )
    told = run.stdout.strip().splitlines()[-1]
    assert {name: int(told.split(f" {name}")[0].split()[-1]) for name in outcome} == outcome, run.stdout
    assert run.returncode == ("failed" in outcome)
