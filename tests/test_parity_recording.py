from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest
from starlette.types import Receive, Scope, Send

from edgeware.asgi import ASGIEdge
from edgeware.exceptions import UsageError
from edgeware.parity.recording import Archive, Recorder, recorded
from edgeware.parity.requests import read_requests
from tests.parity_sites import NATIVE, app, ask, edge

# What HAR 1.2 asks of an entry, an entry's request and its response.
ENTRY = {"startedDateTime", "time", "request", "response", "cache", "timings"}
REQUEST = {"method", "url", "httpVersion", "cookies", "headers", "queryString", "headersSize", "bodySize"}
RESPONSE = {
    "status",
    "statusText",
    "httpVersion",
    "cookies",
    "headers",
    "content",
    "redirectURL",
    "headersSize",
    "bodySize",
}
HEADERS = {"Authorization": "Bearer token-123", "Cookie": "k=cookie-123"}


def entries(path: Path) -> list[dict[str, Any]]:
    log = json.loads(path.read_text())["log"]
    assert (log["version"], log["creator"]["name"]) == ("1.2", "edgeware")
    found: list[dict[str, Any]] = log["entries"]
    for one in found:
        assert one.keys() >= ENTRY
        assert one["request"].keys() >= REQUEST
        assert one["response"].keys() >= RESPONSE
        assert one["response"]["content"].keys() >= {"size", "mimeType", "text"}
    return found


def test_every_exchange_is_an_entry_with_its_trace_and_reads_back(tmp_path: Path) -> None:
    path = tmp_path / "run.har"
    with recorded(edge(), path) as site:
        for _ in range(2):
            ask(site, "GET", "/?a=b")
            assert len(entries(path)) == len(read_requests(path)), "it is whole after each"
    first, second = entries(path)
    assert (path.stat().st_mode & 0o777) == 0o600
    assert first["request"]["url"] == "https://testserver/?a=b"
    assert first["request"]["queryString"] == [{"name": "a", "value": "b"}]
    assert first["response"]["content"] == {"size": 4, "mimeType": "text/plain; charset=utf-8", "text": "home"}
    assert (first["response"]["status"], first["response"]["statusText"]) == (200, "OK")
    assert [one["origin"] for one in first["_edgeware"]["fetches"]] == ["app"]
    assert second["_edgeware"]["fetches"] == []
    again = read_requests(path)
    assert [(one.method, one.target, one.host) for one in again] == [("GET", "/?a=b", "testserver")] * 2
    assert [one.answer and one.answer.x_cache for one in again] == ["Miss from cloudfront", "Hit from cloudfront"]


def test_no_secret_is_told_unless_it_is_wanted(tmp_path: Path) -> None:
    site = edge(
        default_behavior={"origin": "app", "origin_request_policy": "Managed-AllViewer"},
        origins={"app": {"headers": {"X-Origin-Secret": "between-us"}}},
    )
    for secrets in (False, True):
        path = tmp_path / f"{secrets}.har"
        with recorded(site, path, secrets=secrets) as served:
            ask(served, "GET", "/session", headers=HEADERS)
            ask(served, "GET", "/moved?Signature=sig-1234567&Key-Pair-Id=KEY-1234567")
        text = path.read_text()
        for secret in ("token-123", "cookie-123", "very-secret-session", "between-us", "sig-1234567", "KEY-1234567"):
            assert (secret in text) is secrets, secret
        first, second = entries(path)
        if not secrets:
            assert first["request"]["cookies"] == [{"name": "k", "value": "***"}]
            assert first["response"]["cookies"] == [{"name": "session", "value": "***"}]
            assert first["response"]["content"]["text"] == "hello ***"
            assert second["response"]["redirectURL"].endswith("/?Signature=***")


def test_bodies_are_text_or_base64_and_no_longer_than_the_limit(tmp_path: Path) -> None:
    path = tmp_path / "run.har"
    archive = Archive(path)
    recorder = Recorder(edge(), archive, max_body=4)
    ask(recorder, "POST", "/echo", content=b"\xff\x00")
    ask(recorder, "POST", "/echo", content=b"abcdef")
    archive.close()
    binary, long = entries(path)
    assert (binary["request"]["postData"]["text"], binary["request"]["postData"]["_encoding"]) == ("/wA=", "base64")
    assert (binary["response"]["content"]["text"], binary["response"]["content"]["encoding"]) == ("/wA=", "base64")
    assert (long["request"]["bodySize"], long["request"]["postData"]["text"]) == (6, "abcd")
    assert long["response"]["content"]["comment"] == "the first 4 of 6 bytes"
    assert long["response"]["statusText"] == ""
    with pytest.raises(UsageError, match="entry 2: its body was too long"):
        read_requests(path)


def test_an_application_that_raises_before_it_answers_leaves_no_entry(tmp_path: Path) -> None:
    async def raising(scope: Scope, receive: Receive, send: Send) -> None:
        raise RuntimeError("a fault of its own")

    path = tmp_path / "run.har"
    with recorded(ASGIEdge(raising, NATIVE), path) as site, pytest.raises(RuntimeError, match="a fault"):
        ask(site, "GET", "/")
    assert entries(path) == []


def test_an_exchange_that_the_edge_has_forgotten_has_no_trace(tmp_path: Path) -> None:
    path = tmp_path / "run.har"
    with recorded(ASGIEdge(app, NATIVE, history=0), path) as site:
        ask(site, "GET", "/")
    assert entries(path)[0]["_edgeware"] == {}


def test_one_process_goes_on_where_another_has_ended(tmp_path: Path) -> None:
    path = tmp_path / "run.har"
    for number in range(3):
        archive = Archive(path, continued=True)
        assert [one["n"] for one in json.loads(path.read_text())["log"]["entries"]] == list(range(number))
        archive.add({"n": number})
        archive.close()
    Archive(path).close()
    assert json.loads(path.read_text())["log"]["entries"] == []


def test_without_a_path_the_edge_is_served_as_it_is() -> None:
    site = edge()
    with recorded(site, None) as served:
        assert served is site


def test_a_file_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot be written"):
        Archive(tmp_path / "nowhere" / "run.har")


def test_what_is_no_http_request_passes(tmp_path: Path) -> None:
    passed: list[str] = []

    async def noting(scope: Scope, receive: Receive, send: Send) -> None:
        passed.append(scope["type"])

    async def never() -> Any:
        raise AssertionError("nobody asks")

    async def nobody(message: Any) -> None:
        raise AssertionError("nobody answers")

    with recorded(ASGIEdge(noting, NATIVE), tmp_path / "run.har") as site:

        async def connected() -> None:
            await site({"type": "websocket"}, never, nobody)

        asyncio.run(connected())
    assert passed == ["websocket"]
