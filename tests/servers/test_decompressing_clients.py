"""Compressed answers over real connections, to a client that asks for them and decompresses by itself."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.servers.process import REPOSITORY, Server, serving

TEXT = "the quick brown fox " * 5000
DISTRIBUTION = """
version: 1
default_behavior: {origin: app, compress: true, cache_policy: CachingOptimized}
"""
APPS = {
    "uvicorn": f"""
from starlette.responses import PlainTextResponse
from edgeware import ASGIEdge

app = ASGIEdge(PlainTextResponse("{TEXT[:20]}" * 5000), distribution="edge.yaml")
""",
    "waitress": f"""
from werkzeug.wrappers import Response
from edgeware import WSGIEdge

app = WSGIEdge(Response("{TEXT[:20]}" * 5000, mimetype="text/plain"), distribution="edge.yaml")
""",
}
COMMANDS = {
    "uvicorn": "uvicorn --port {port} site_app:app",
    "waitress": "waitress --listen=127.0.0.1:{port} site_app:app",
}


@pytest.fixture(params=list(APPS))
def server(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Server]:
    (tmp_path / "site_app.py").write_text(APPS[request.param])
    (tmp_path / "edge.yaml").write_text(DISTRIBUTION)
    path = f"{REPOSITORY}:{tmp_path}"
    command = COMMANDS[request.param].split()
    with serving(command, tmp_path / "log", cwd=tmp_path, environment={"PYTHONPATH": path}) as running:
        yield running


@pytest.mark.parametrize(("accepted", "coding"), [("gzip", "gzip"), ("br", "br"), ("gzip, deflate, br", "br")])
def test_a_client_reads_the_text_on_a_miss_and_on_a_hit(server: Server, accepted: str, coding: str) -> None:
    with httpx.Client(base_url=f"http://127.0.0.1:{server.port}", trust_env=False) as client:
        for x_cache in ("Miss from cloudfront", "Hit from cloudfront"):
            answer = client.get("/", headers={"Accept-Encoding": accepted})
            assert answer.headers["x-cache"] == x_cache
            assert answer.headers["content-encoding"] == coding
            assert answer.text == TEXT
            assert answer.num_bytes_downloaded < len(TEXT) / 50
        plain = client.get("/", headers={"Accept-Encoding": "identity"})
        assert "content-encoding" not in plain.headers
        assert plain.text == TEXT
