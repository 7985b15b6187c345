from __future__ import annotations

from base64 import b64encode
from typing import Any

import pytest

from edgeware.config.model import EventType
from edgeware.core import lambda_findings as lines_of_page
from edgeware.core.lambda_body import (
    ENCODED_BODY_LIMIT,
    RESPONSE_LIMIT,
    header_size,
    measured,
    measured_as,
    request_body,
    response_body,
    unmeasured,
)
from edgeware.core.lambda_findings import Finding
from edgeware.core.lambda_limits import LIMITS as PROFILES
from edgeware.messages import Headers
from tests.vectors_path import load

LIMITS = load("lambda_edge_limits.json")
VIEWER: EventType = "viewer-request"


def replaced(body: Any, event_type: EventType = VIEWER) -> tuple[bytes | None, list[str]]:
    findings: list[Finding] = []
    return request_body(event_type, body, findings), [found.message for found in findings]


def returned(output: dict[str, Any], event_type: EventType = VIEWER) -> tuple[bytes | None, list[str]]:
    findings: list[Finding] = []
    lines = {"x": [("x" * 10, "é" * 5)]}
    return response_body(event_type, output, lines, findings), [found.message for found in findings]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({}, None),
        ({"action": "read-only", "data": 5, "encoding": "x"}, None),
        ({"action": "replace", "data": "YQ=="}, b"a"),
        ({"action": "replace", "data": "YQ==", "encoding": "base64"}, b"a"),
        ({"action": "replace", "data": "é\ud800", "encoding": "text"}, b"\xc3\xa9?"),
        ({"action": "replace", "data": ""}, b""),
    ],
    ids=["none", "read-only ignores edits", "base64 by default", "base64", "text", "empty"],
)
def test_a_request_body_is_replaced_by(body: Any, expected: bytes | None) -> None:
    assert replaced(body) == (expected, [])


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ("text", lines_of_page.BODY),
        (None, lines_of_page.BODY),
        ({"action": "append"}, lines_of_page.BODY),
        ({"action": ["replace"]}, lines_of_page.BODY),
        ({"action": "replace"}, lines_of_page.BODY),
        ({"action": "replace", "data": {}}, lines_of_page.BODY),
        ({"action": "replace", "data": "YQ"}, lines_of_page.BODY_ENCODING),
        ({"action": "replace", "data": "é==="}, lines_of_page.BODY_ENCODING),
        ({"action": "replace", "data": "", "encoding": "hex"}, lines_of_page.BODY_ENCODING),
        ({"action": "replace", "data": "", "encoding": None}, lines_of_page.BODY_ENCODING),
    ],
    ids=str,
)
def test_a_request_body_is_refused(body: Any, message: str) -> None:
    assert replaced(body)[1] == [message]


@pytest.mark.parametrize("event_type", ["viewer-request", "origin-request"])
def test_a_replaced_request_body_has_a_limit(event_type: EventType) -> None:
    limit = LIMITS["request_body_returned"]["text"][event_type]
    text = {"action": "replace", "encoding": "text", "data": "a" * limit}
    assert replaced(text, event_type) == (b"a" * limit, [])
    assert replaced(text | {"data": "a" * (limit - 1) + "é"}, event_type)[1] == [lines_of_page.BODY]
    raw = b"\x00" * (ENCODED_BODY_LIMIT[event_type] // 4 * 3)
    encoded = {"action": "replace", "data": b64encode(raw).decode()}
    assert replaced(encoded, event_type) == (raw, [])
    assert replaced({"action": "replace", "data": encoded["data"] + "AAAA"}, event_type)[1] == [lines_of_page.BODY]


@pytest.mark.parametrize("event_type", ["viewer-request", "origin-request"])
def test_the_limit_of_base64_is_the_documented_one(event_type: EventType) -> None:
    documented = LIMITS["request_body_returned"]["base64_encoded_text"][event_type]
    assert str(ENCODED_BODY_LIMIT[event_type]) in documented


@pytest.mark.parametrize(
    ("output", "expected"),
    [
        ({}, None),
        ({"bodyEncoding": "hex"}, None),
        ({"body": ""}, b""),
        ({"body": "été"}, "été".encode()),
        ({"body": "été", "bodyEncoding": "text"}, "été".encode()),
        ({"body": "/wA=", "bodyEncoding": "base64"}, b"\xff\x00"),
    ],
    ids=str,
)
def test_a_response_body_is(output: dict[str, Any], expected: bytes | None) -> None:
    assert returned(output) == (expected, [])


@pytest.mark.parametrize(
    ("output", "message"),
    [
        ({"body": None}, lines_of_page.BODY),
        ({"body": {"a": 1}}, lines_of_page.BODY),
        ({"body": "%%", "bodyEncoding": "base64"}, lines_of_page.BODY_ENCODING),
        ({"body": "a", "bodyEncoding": "gzip"}, lines_of_page.BODY_ENCODING),
    ],
    ids=str,
)
def test_a_response_body_is_refused(output: dict[str, Any], message: str) -> None:
    assert returned(output)[1] == [message]


@pytest.mark.parametrize("event_type", sorted(RESPONSE_LIMIT))
def test_headers_and_body_share_a_limit(event_type: EventType) -> None:
    limit = LIMITS["generated_response_bytes"][event_type]
    assert RESPONSE_LIMIT[event_type] == limit
    room = limit - header_size({"x": [("x" * 10, "é" * 5)]})
    assert room == limit - 20
    assert returned({"body": "a" * room}, event_type)[1] == []
    assert returned({"body": "a" * (room + 1)}, event_type)[1] == [lines_of_page.BODY]


def test_base64_counts_as_it_is_written() -> None:
    body = b64encode(bytes(39 * 1024)).decode()
    assert returned({"body": body, "bodyEncoding": "base64"})[1] == [lines_of_page.BODY]


def test_a_replaced_body_is_counted_anew() -> None:
    headers = Headers([("content-length", "5"), ("Transfer-Encoding", "chunked"), ("X-A", "1")])
    assert measured(headers, b"abc").lines == (("Content-Length", "3"), ("X-A", "1"))
    assert measured(Headers(), b"").lines == (("Content-Length", "0"),)
    assert unmeasured(headers).lines == (("X-A", "1"),)


@pytest.mark.parametrize(
    ("given", "length", "expected"),
    [("5", "5", "5"), ("6", "5", "5"), ("6", None, None), (None, "5", None)],
    ids=["left alone", "changed", "added", "deleted"],
)
def test_nobody_changes_the_length_of_the_origins_body(
    given: str | None, length: str | None, expected: str | None
) -> None:
    headers = Headers([] if given is None else [("content-length", given)])
    assert measured_as(headers, length).get("Content-Length") == expected


@pytest.mark.parametrize("encoding", ["text", "base64"])
def test_in_2023_a_replaced_body_was_cut_off(encoding: str) -> None:
    data = "x" * 60_000 if encoding == "text" else b64encode(b"x" * 60_000).decode()
    findings: list[Finding] = []
    body = {"action": "replace", "data": data, "encoding": encoding}
    assert request_body(VIEWER, body, findings, PROFILES["2023"]) == b"x" * 40 * 1024
    assert findings == []
