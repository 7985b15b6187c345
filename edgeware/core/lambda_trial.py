"""A Lambda@Edge function on an event of one's own making: what it is given, and what an edge location would say."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from edgeware.config.model import EventType
from edgeware.core.given import Given, Judged, field
from edgeware.core.invalid import Invalid
from edgeware.core.lambda_result import UNPARSABLE, Forward, apply_request, apply_response
from edgeware.exceptions import UsageError
from edgeware.messages import Headers, Request, Response

EVENT_TYPES: tuple[EventType, ...] = ("viewer-request", "origin-request", "origin-response", "viewer-response")


def given(event: object, event_type: EventType | None = None) -> Given:
    """The event as it is, once all is there that an edge location sends [lambda-event-structure].

    ``event_type`` is needed only where ``config.eventType`` does not tell. UsageError for what is no such event.
    """
    section = field(event, "event", dict)
    records = field(section.get("Records"), "Records", list)
    cf = field(field(records[0] if records else None, "Records[0]", dict).get("cf"), "Records[0].cf", dict)
    config = field(cf.get("config", {}), "config", dict)
    kind = event_type or config.get("eventType")
    if kind not in EVENT_TYPES:
        raise UsageError(f"The event is not valid: config.eventType must be one of {', '.join(EVENT_TYPES)}.")
    built = {**cf, "config": {**config, "eventType": kind}, "request": _request(cf)}
    if kind.endswith("-response"):
        built["response"] = _response(cf)
    return Given(kind, {"Records": [{"cf": built}]})


def judged(event: Given, output: object) -> Judged:
    """What a function returned, and what an edge location has against it.

    The origin that an origin-request function changes is not looked at: the event does not say all of it.
    """
    cf = event.value["Records"][0]["cf"]
    result: Forward | Response | Invalid
    if event.event_type.endswith("-request"):
        result = apply_request(event.event_type, _sent_request(cf["request"]), event.value, output, origin=None)
    else:
        result = apply_response(event.event_type, _sent_response(cf["response"]), event.value, output)
    shown = None if output is UNPARSABLE else output
    return Judged(shown, result.findings if isinstance(result, Invalid) else ())


def _request(cf: Mapping[str, Any]) -> dict[str, Any]:
    section = field(cf.get("request"), "request", dict)
    filled: dict[str, Any] = {"clientIp": "198.51.100.178", "method": "GET", "querystring": "", "headers": {}}
    found = {**filled, **section, "uri": field(section.get("uri"), "request.uri", str)}
    for name in ("method", "querystring"):
        field(found[name], f"request.{name}", str)
    return {**found, "headers": _header_lists(found, "request")}


def _response(cf: Mapping[str, Any]) -> dict[str, Any]:
    section = field(cf.get("response"), "response", dict)
    found: dict[str, Any] = {"statusDescription": "", "headers": {}, **section}
    if not field(found.get("status"), "response.status", str).isdecimal():
        raise UsageError("The event is not valid: response.status must be digits.")
    field(found["statusDescription"], "response.statusDescription", str)
    return {**found, "headers": _header_lists(found, "response")}


def _header_lists(message: Mapping[str, Any], where: str) -> dict[str, list[dict[str, str]]]:
    where = f"{where}.headers"
    found = field(message["headers"], where, dict).items()
    return {
        name: [_line(line, name, where) for line in field(lines, f"{where}[{name!a}]", list)] for name, lines in found
    }


def _line(line: object, name: str, where: str) -> dict[str, str]:
    entry = field(line, f"{where}[{name!a}]", dict)
    return {
        "key": field(entry.get("key", name), f"{where}[{name!a}].key", str),
        "value": field(entry.get("value"), f"{where}[{name!a}].value", str),
    }


def _sent_request(request: Mapping[str, Any]) -> Request:
    headers = _headers(request)
    return Request(method=request["method"], path=request["uri"], query=request["querystring"], headers=headers)


def _sent_response(response: Mapping[str, Any]) -> Response:
    reason = response["statusDescription"]
    return Response(status=int(response["status"]), reason=reason, headers=_headers(response), body=b"")


def _headers(message: Mapping[str, Any]) -> Headers:
    return Headers([(line["key"], line["value"]) for lines in message["headers"].values() for line in lines])
