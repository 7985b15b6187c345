"""The bodies in a Lambda@Edge result: their type, encoding and size, and the Content-Length that fits them."""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Mapping
from typing import Any

from edgeware.config.model import EventType
from edgeware.core.lambda_event import BODY_LIMIT
from edgeware.core.lambda_findings import BODY, BODY_ENCODING, Finding, finding
from edgeware.core.lambda_headers import STRUCTURE, Lines, wire
from edgeware.core.lambda_limits import CURRENT, LambdaLimits
from edgeware.messages import Headers

RESPONSE_LIMIT: Mapping[EventType, int] = {
    "viewer-request": 40 * 1024,
    "origin-request": 1024 * 1024,
    "origin-response": 1024 * 1024,
    "viewer-response": 40 * 1024,
}
"""Bytes of headers and body of a returned response, a base64 body counted as it is written [cloudfront-limits]."""

ENCODED_BODY_LIMIT: Mapping[EventType, int] = {"viewer-request": 54476, "origin-request": 1394606}
"""Characters of a returned request body in base64; as text it may have BODY_LIMIT bytes."""

GENERATED = "lambda-generating-http-responses"
BODY_ACCESS = "lambda-at-edge-function-restrictions"


def request_body(
    event_type: EventType, body: object, findings: list[Finding], limits: LambdaLimits = CURRENT
) -> bytes | None:
    """The bytes that replace the request's body, or None; edits without action ``replace`` count for nothing."""
    if not isinstance(body, dict):
        findings.append(finding(BODY, "body", "must be an object", STRUCTURE))
        return None
    action = body.get("action", "read-only")
    if action != "replace":
        if action != "read-only":
            findings.append(finding(BODY, "body.action", "must be read-only or replace", STRUCTURE))
        return None
    encoding, data = body.get("encoding", "base64"), body.get("data")
    if not isinstance(data, str):
        findings.append(finding(BODY, "body.data", "must be a string", STRUCTURE))
        return None
    limit = (ENCODED_BODY_LIMIT if encoding == "base64" else BODY_LIMIT)[event_type]
    if len(wire(data)) > limit and not limits.truncates_bodies:
        findings.append(finding(BODY, "body.data", f"must be {limit} bytes at most in this event", BODY_ACCESS))
    content = _decoded(data, encoding, BODY_ACCESS, findings)
    return content[: BODY_LIMIT[event_type]] if limits.truncates_bodies else content


def response_body(
    event_type: EventType, returned: Mapping[str, Any], lines: Lines, findings: list[Finding]
) -> bytes | None:
    """The bytes of a returned body, or None where the result has none."""
    body = returned.get("body")
    if "body" in returned and not isinstance(body, str):
        findings.append(finding(BODY, "body", "must be a string", GENERATED))
        return None
    if header_size(lines) + len(wire(body or "")) > RESPONSE_LIMIT[event_type]:
        findings.append(too_large("body", event_type))
    return None if body is None else _decoded(body, returned.get("bodyEncoding", "text"), GENERATED, findings)


def too_large(field: str, event_type: EventType) -> Finding:
    """The finding about a response over its RESPONSE_LIMIT."""
    limit = RESPONSE_LIMIT[event_type]
    return finding(BODY, field, f"headers and body must be {limit} bytes at most in this event", "cloudfront-limits")


def header_size(lines: Lines) -> int:
    """What headers count against RESPONSE_LIMIT: the bytes of their names and values."""
    return sum(len(key) + len(wire(value)) for entries in lines.values() for key, value in entries)


def _decoded(data: str, encoding: object, page: str, findings: list[Finding]) -> bytes:
    if encoding == "text":
        return data.encode(errors="replace")
    if encoding != "base64":
        findings.append(finding(BODY_ENCODING, "body", "the encoding must be text or base64", page))
        return b""
    try:
        return b64decode(data, validate=True)
    except ValueError:
        findings.append(finding(BODY_ENCODING, "body", "is not valid base64", page))
        return b""


def unmeasured(headers: Headers) -> Headers:
    """The headers of a message that has no body at all."""
    return headers.without("content-length", "transfer-encoding")


def measured(headers: Headers, body: bytes) -> Headers:
    """The headers of a message whose body was replaced: the edge itself counts."""
    return headers.without("transfer-encoding").set("Content-Length", str(len(body)))


def measured_as(headers: Headers, length: str | None) -> Headers:
    """The headers over the origin's own body, whose length no function can change; without the header it is chunked."""
    given = headers.get("content-length")
    if given is None or given == length:
        return headers
    return headers.without("content-length") if length is None else headers.set("Content-Length", length)
