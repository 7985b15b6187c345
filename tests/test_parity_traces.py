from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from edgeware.asgi import ASGIEdge
from edgeware.parity.local import serving
from edgeware.parity.masking import Masking
from edgeware.parity.saved import saved
from edgeware.parity.traces import trace_of
from tests.parity_sites import app

SITE: dict[str, Any] = {
    "version": 1,
    "default_behavior": {
        "origin": "app",
        "cache_policy": "keyed",
        "viewer_request": "log.js",
    },
    "cache_policies": {"keyed": {"cookies": "all", "headers": {"include": ["Authorization"]}, "query_strings": "all"}},
    "origins": {"app": {"headers": {"X-Origin-Secret": "between-us"}}},
}
LOG = """
function handler(event) {
    console.log(event.request.headers.authorization.value);
    if (event.request.uri === '/throw') throw new Error('no ' + event.request.headers.authorization.value);
    event.request.headers['x-new'] = {value: '1'};
    return event.request;
}
"""
HEADERS = [("Authorization", "Bearer token-123"), ("Cookie", "k=cookie-123")]


def traced(path: str, tmp_path: Path, *, enabled: bool = True) -> dict[str, Any]:
    (tmp_path / "log.js").write_text(LOG)
    site = {**SITE, "default_behavior": {**SITE["default_behavior"], "viewer_request": str(tmp_path / "log.js")}}
    edge = ASGIEdge(app, site)
    with serving(edge) as served:
        received, exchange = served.sent(saved("GET", path, HEADERS, "f:1"))
        assert exchange is not None
        masking = Masking(edge.edge.distribution, enabled=enabled)
        masking.learn(exchange.request.headers, exchange.request.query, received.headers)
        found: dict[str, Any] = json.loads(json.dumps(trace_of(exchange, masking)))
        return found


def test_a_trace_tells_keys_fetches_functions_and_decisions_without_a_secret(tmp_path: Path) -> None:
    trace = traced("/?a=b&Signature=sig-123", tmp_path)
    (key,) = trace["cacheKeys"]
    assert key[1:] == ["/", "q:a=b&Signature=***", "h:authorization", "c:k"]
    (fetch,) = trace["fetches"]
    assert (fetch["origin"], fetch["status"], fetch["error"]) == ("app", 200, None)
    assert {"name": "X-Origin-Secret", "value": "***"} in fetch["headers"]
    (function,) = trace["functions"]
    assert (function["eventType"], function["name"], function["changed"]) == ("viewer-request", "log", ["x-new"])
    assert (function["failure"], function["logs"]) == (None, ["***"])
    assert {"step": "behavior", "text": "Default (*)"} in trace["decisions"]
    assert "-123" not in json.dumps(trace)
    assert "between-us" not in json.dumps(trace)


def test_a_function_that_failed_says_why(tmp_path: Path) -> None:
    trace = traced("/throw", tmp_path)
    assert "***" in trace["functions"][0]["failure"]
    assert trace["fetches"] == []


def test_nothing_is_masked_where_nothing_shall_be(tmp_path: Path) -> None:
    trace = traced("/?Signature=sig-123", tmp_path, enabled=False)
    assert trace["cacheKeys"][0][1:] == [
        "/",
        "q:Signature=sig-123",
        "h:authorization:Bearer token-123",
        "c:k=cookie-123",
    ]
