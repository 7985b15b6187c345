"""What a Lambda@Edge function returned: checked as CloudFront checks it, and put into effect.

The checks run in one order and all of them run, so that a developer sees everything that is wrong at once; the first
finding is the one that the viewer's page tells. Nothing that JSON can say makes these functions raise.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final, TypeAlias

from edgeware.config.model import EventType, Origin
from edgeware.core.function_headers import LAMBDA_READ_ONLY
from edgeware.core.invalid import Invalid
from edgeware.core.lambda_body import (
    BODY_ACCESS,
    GENERATED,
    RESPONSE_LIMIT,
    header_size,
    measured,
    measured_as,
    request_body,
    response_body,
    too_large,
    unmeasured,
)
from edgeware.core.lambda_findings import (
    BODY,
    BODY_NOT_ALLOWED,
    DISALLOWED_HEADER,
    ENTRY_NOT_AN_ARRAY,
    NOT_AN_OBJECT,
    NOT_PARSABLE,
    READ_ONLY_FIELD,
    STATUS,
    STATUS_DESCRIPTION,
    STATUS_READ_ONLY,
    Finding,
    finding,
    refused,
)
from edgeware.core.lambda_headers import (
    STRUCTURE,
    HeaderMap,
    Lines,
    disallowed,
    edited,
    read_header_map,
    read_only,
    wire,
)
from edgeware.core.lambda_limits import CURRENT, LambdaLimits
from edgeware.core.lambda_origin import changed_origin
from edgeware.core.lambda_url import check_url
from edgeware.messages import Headers, Request, Response

UNPARSABLE: Final = object()
"""Stands in for the output of a function whose result was not JSON at all, such as a bare NaN."""

# Request headers mean nothing in a response, so that of the event's read-only headers only these are refused there.
_REFUSED_WHEN_GENERATED: Mapping[EventType, frozenset[str]] = {
    "viewer-request": LAMBDA_READ_ONLY["viewer-request"],
    "origin-request": frozenset({"content-length", "transfer-encoding", "via"}),
}
_BODILESS = (204, 304)
_STATUS = re.compile(r"[2-5][0-9]{2}")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")

_Object: TypeAlias = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Forward:
    """The request goes on: to the cache after viewer-request, to the origin after origin-request."""

    request: Request
    origin: Origin | None = None
    """Where to. Changed by the function if it is not the very object that was passed in."""
    body: bytes | None = None
    """In place of the viewer's body, or None. The request's Content-Length fits it."""


# --- entry points ---------------------------------------------------------------------------------------------------


def apply_request(
    event_type: EventType,
    request: Request,
    sent_event: Mapping[str, Any],
    output: object,
    *,
    origin: Origin | None,
    limits: LambdaLimits = CURRENT,
) -> Forward | Response | Invalid:
    """What a viewer-request or origin-request function decided: go on, answer, or nothing that CloudFront takes.

    ``request`` and ``origin`` are those that ``sent_event`` was made of, ``output`` any JSON value or UNPARSABLE. A
    ``status`` makes the output a response [lambda-generating-http-responses].
    """
    returned = _returned_object(output)
    if isinstance(returned, Invalid):
        return returned
    if "status" in returned:
        return _generated(event_type, returned)
    body = returned.get("body")
    if "statusCode" in returned and "body" in returned and not isinstance(body, dict):
        what = "this is a response for API Gateway; CloudFront reads it as a request, whose body must be an object"
        return refused([finding(BODY, "body", what, STRUCTURE)])
    return _forwarded(event_type, request, sent_event["Records"][0]["cf"]["request"], returned, origin, limits)


def apply_response(
    event_type: EventType,
    response: Response,
    sent_event: Mapping[str, Any],
    output: object,
    *,
    keeps_status: bool = True,
) -> Response | Invalid:
    """The response after an origin-response or viewer-response function.

    Its body is bytes where the function replaced it (empty where it dropped it) and the given response's otherwise.
    ``keeps_status``: another status at viewer-response is refused, otherwise it counts for nothing.
    """
    returned = _returned_object(output)
    if isinstance(returned, Invalid):
        return returned
    sent = sent_event["Records"][0]["cf"]["response"]
    if event_type == "viewer-response":
        return _viewer_response(response, sent, returned, keeps_status)
    return _origin_response(response, sent, returned)


def _returned_object(output: object) -> _Object | Invalid:
    if output is UNPARSABLE:
        return refused([finding(NOT_PARSABLE, "result", "is not JSON", STRUCTURE)])
    if not isinstance(output, dict):
        what = "must be an object, the request or the response of the event"
        return refused([finding(NOT_AN_OBJECT, "result", what, STRUCTURE)])
    if "Records" in output and "headers" not in output:
        what = "the handler returned the whole event; return event.Records[0].cf.request or .response"
        return refused([finding(ENTRY_NOT_AN_ARRAY, "result", what, STRUCTURE)])
    return output


# --- a request that goes on -----------------------------------------------------------------------------------------


def _forwarded(
    event_type: EventType,
    request: Request,
    sent: _Object,
    returned: _Object,
    origin: Origin | None,
    limits: LambdaLimits,
) -> Forward | Invalid:
    findings: list[Finding] = []
    lines = read_header_map(returned.get("headers", {}), sent["headers"], findings)
    findings.extend(_check_headers(event_type, lines, sent["headers"]))
    findings.extend(check_url(sent, returned))
    if event_type == "origin-request" and origin is not None:
        block = returned.get("origin", sent["origin"])
        origin = changed_origin(origin, sent, block, frozenset(lines), findings, limits)
    body = request_body(event_type, returned.get("body", {}), findings, limits)
    findings.extend(_check_read_only_fields(sent, returned))
    if findings:
        return refused(findings)
    headers = edited(request.headers, sent["headers"], lines)
    path = request.path if returned["uri"] == sent["uri"] else wire(returned["uri"])
    query = returned.get("querystring", "")
    query = request.query if query == sent["querystring"] else wire(query)
    headers = headers if body is None else measured(headers, body)
    return Forward(replace(request, path=path, query=query, headers=headers), origin, body)


def _check_headers(event_type: EventType, lines: Lines, sent: HeaderMap) -> list[Finding]:
    """The lists of names, for an edited message."""
    findings = disallowed(lines)
    if event_type == "viewer-request" and "cloudfront-viewer-country" in lines.keys() - sent.keys():
        what = "viewer-request may not add this header"
        findings.append(finding(DISALLOWED_HEADER, "headers.cloudfront-viewer-country", what, BODY_ACCESS))
    return findings + read_only(lines, sent, LAMBDA_READ_ONLY[event_type])


def _check_read_only_fields(sent: _Object, returned: _Object) -> list[Finding]:
    changed = [name for name in ("method", "clientIp") if returned.get(name) != sent[name]]
    seen, body = sent.get("body"), returned.get("body")
    if isinstance(seen, dict) and isinstance(body, dict):
        truncated = seen["inputTruncated"]
        changed += ["body.inputTruncated"] if body.get("inputTruncated", truncated) != truncated else []
    return [finding(READ_ONLY_FIELD, name, "must stay as it is in the event", STRUCTURE) for name in changed]


# --- responses ------------------------------------------------------------------------------------------------------


def _generated(event_type: EventType, returned: _Object) -> Response | Invalid:
    """A response in the place of the cache's or the origin's."""
    findings: list[Finding] = []
    lines = read_header_map(returned.get("headers", {}), {}, findings)
    status = _status(returned["status"], findings)
    reason = _reason(returned.get("statusDescription", ""), "", findings)
    findings.extend(disallowed(lines))
    findings.extend(read_only(lines, {}, _REFUSED_WHEN_GENERATED[event_type]))
    body = response_body(event_type, returned, lines, findings)
    # At viewer-request the very presence of a body is refused, as the guide has it.
    unwanted = body is not None and (event_type == "viewer-request" or body != b"")
    if status == 204 and unwanted:
        findings.append(finding(BODY_NOT_ALLOWED, "body", "a response of status 204 has none", GENERATED))
    if findings:
        return refused(findings)
    content = body or b""
    headers = edited(Headers(), {}, lines)
    headers = headers if status in _BODILESS else measured(headers, content)
    return Response(status=status, headers=headers, reason=wire(reason), body=content)


def _origin_response(response: Response, sent: _Object, returned: _Object) -> Response | Invalid:
    findings: list[Finding] = []
    lines = read_header_map(returned.get("headers", {}), sent["headers"], findings)
    status = response.status
    if returned.get("status") != sent["status"]:
        status = _status(returned.get("status"), findings)
    reason = _reason(returned.get("statusDescription", ""), sent["statusDescription"], findings)
    findings.extend(_check_headers("origin-response", lines, sent["headers"]))
    body = response_body("origin-response", returned, lines, findings)
    if body if status in _BODILESS else response.status == 304 and body is not None:
        findings.append(finding(BODY_NOT_ALLOWED, "body", "a response of status 204 or 304 has none", GENERATED))
    if findings:
        return refused(findings)
    as_sent = (status, reason) == (response.status, sent["statusDescription"])
    headers = edited(response.headers, sent["headers"], lines)
    edits = replace(response, status=status, reason=response.reason if as_sent else wire(reason))
    if body is None:
        return replace(edits, headers=measured_as(headers, response.headers.get("content-length")))
    headers = unmeasured(headers) if status in _BODILESS else measured(headers, body)
    return replace(edits, headers=headers, body=body)


def _viewer_response(response: Response, sent: _Object, returned: _Object, keeps_status: bool) -> Response | Invalid:
    """Only headers can be edited here; the description counts for nothing."""
    findings: list[Finding] = []
    lines = read_header_map(returned.get("headers", {}), sent["headers"], findings)
    findings.extend(_check_status_kept(returned.get("status"), sent["status"]) if keeps_status else ())
    findings.extend(_check_headers("viewer-response", lines, sent["headers"]))
    if "body" in returned:
        what = "viewer-response cannot give or change a body"
        findings.append(finding(BODY_NOT_ALLOWED, "body", what, GENERATED))
    elif header_size(lines) > RESPONSE_LIMIT["viewer-response"]:
        findings.append(too_large("headers", "viewer-response"))
    if findings:
        return refused(findings)
    return replace(response, headers=edited(response.headers, sent["headers"], lines))


def _check_status_kept(value: object, sent: str) -> list[Finding]:
    findings: list[Finding] = []
    if value == sent or str(_status(value, findings)) == sent or findings:
        return findings
    return [finding(STATUS_READ_ONLY, "status", f"must stay {sent}: viewer-response cannot change it", STRUCTURE)]


def _status(value: object, findings: list[Finding]) -> int:
    """The status as a number; what is not one is a finding and counts as 200."""
    if (isinstance(value, int) and 200 <= value <= 599) or (isinstance(value, str) and _STATUS.fullmatch(value)):
        return int(value)
    what = "must be a number from 200 to 599, as a number or a string"
    if value is None:
        what += "; without it this is not a response (return event.Records[0].cf.response, not the request)"
    findings.append(finding(STATUS, "status", what, GENERATED))
    return 200


def _reason(value: object, sent: str, findings: list[Finding]) -> str:
    if isinstance(value, str) and (value == sent or not _CONTROL.search(value)):
        return value
    what = "must be a string without control characters"
    findings.append(finding(STATUS_DESCRIPTION, "statusDescription", what, GENERATED))
    return ""
