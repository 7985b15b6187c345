"""A CloudFront Function on an event of one's own making: what it is given, and what an edge location would say.

``aws cloudfront test-function`` runs a function and shows what it returned; it does not ask whether the edge would take
that [test-function]. These functions do both.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from edgeware.config.model import EventType
from edgeware.core import function_doubts
from edgeware.core.function_event import wire_of
from edgeware.core.function_result import apply_request, apply_response, final
from edgeware.core.given import Given, Judged, field, texts
from edgeware.core.invalid import Invalid
from edgeware.exceptions import UsageError
from edgeware.messages import Headers, Request, Response

EVENT_TYPES: tuple[EventType, ...] = ("viewer-request", "viewer-response")
_REQUEST_FIELDS = ("method", "uri", "querystring", "headers", "cookies")
_RESPONSE_FIELDS = ("statusCode", "statusDescription", "headers", "cookies", "body")
_ENTRY_FIELDS = ("value", "multiValue", "attributes")


def given(event: object, event_type: EventType | None = None) -> Given:
    """The event as an edge location would have built it: what a hand-made one leaves out is filled in.

    ``event_type`` is needed only where neither ``context.eventType`` nor a ``response`` tells. UsageError for what no
    function is ever given [functions-event-structure].
    """
    section = field(event, "event", dict)
    context = field(section.get("context", {}), "context", dict)
    kind = event_type or context.get("eventType") or ("viewer-response" if "response" in section else "viewer-request")
    if kind not in EVENT_TYPES:
        raise UsageError(f"The event is not valid: context.eventType must be one of {', '.join(EVENT_TYPES)}.")
    built: dict[str, Any] = {
        "version": "1.0",
        "context": {
            "distributionDomainName": "d111111abcdef8.cloudfront.net",
            "distributionId": "EDFDVBD6EXAMPLE",
            **texts(context, "context"),
            "eventType": kind,
        },
        "viewer": {"ip": "198.51.100.178", **texts(section.get("viewer", {}), "viewer")},
        "request": _request(field(section.get("request"), "request", dict)),
    }
    built["context"].setdefault("requestId", "4TyzHTaYWb1GX1qTfsHhEqV6HUDd_BzoBZnwfnvQc_1oF26ClkoUSEQ==")
    if kind == "viewer-response":
        built["response"] = _response(field(section.get("response"), "response", dict))
    return Given(kind, built, _sent_query(built["request"]) or None)


def judged(event: Given, output: object) -> Judged:
    """What a function returned in TestFunction's form, and what an edge location has against it and doubts."""
    result: Request | Response | Invalid
    if event.event_type == "viewer-request":
        request = _sent_request(event.value["request"])
        result, sent = final(apply_request(request, event.value, output)), {}
    else:
        sent = event.value["response"]
        result = final(apply_response(_sent_response(sent), event.value, output))
    shown = _shown(output)
    if isinstance(result, Invalid):
        return Judged(shown, result.findings)
    assert isinstance(output, dict), "anything else is refused"
    if isinstance(result, Response):
        return Judged(shown, doubts=tuple(function_doubts.of_response(sent, output, result)))
    return Judged(shown, doubts=tuple(function_doubts.of_request(output)))


# --- the event --------------------------------------------------------------------------------------------------------


def _request(section: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "method": field(section.get("method", "GET"), "request.method", str),
        "uri": field(section.get("uri"), "request.uri", str),
        "querystring": _entries(section, "request", "querystring"),
        "headers": _lowered(_entries(section, "request", "headers")),
        "cookies": _entries(section, "request", "cookies"),
    }


def _response(section: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "statusCode": field(section.get("statusCode"), "response.statusCode", int),
        "statusDescription": field(section.get("statusDescription", ""), "response.statusDescription", str),
        "headers": _lowered(_entries(section, "response", "headers")),
        "cookies": _entries(section, "response", "cookies"),
    }


def _entries(section: Mapping[str, Any], where: str, name: str) -> dict[str, dict[str, Any]]:
    where = f"{where}.{name}"
    return {key: _entry(value, f"{where}[{key!a}]") for key, value in field(section.get(name, {}), where, dict).items()}


def _entry(entry: object, where: str) -> dict[str, Any]:
    found = field(entry, where, dict)
    built: dict[str, Any] = {"value": field(found.get("value"), f"{where}.value", str)}
    if "attributes" in found:
        built["attributes"] = field(found["attributes"], f"{where}.attributes", str)
    if "multiValue" in found:
        repeated = field(found["multiValue"], f"{where}.multiValue", list)
        built["multiValue"] = [_entry(element, f"{where}.multiValue") for element in repeated]
    return built


def _lowered(entries: dict[str, Any]) -> dict[str, Any]:
    return {name.lower() if name.isascii() else name: entry for name, entry in entries.items()}


# --- the messages that an edge location would have built it of -------------------------------------------------------


def _sent_request(request: Mapping[str, Any]) -> Request:
    query = _sent_query(request)
    lines = [(wire_of(name), wire_of(entry["value"])) for name, entry in _each(request["headers"])]
    crumbs = "; ".join(f"{name}={entry['value']}" for name, entry in _each(request["cookies"]))
    if crumbs:
        lines.append(("Cookie", wire_of(crumbs)))
    return Request(method=request["method"], path=wire_of(request["uri"]), query=wire_of(query), headers=Headers(lines))


def _sent_query(request: Mapping[str, Any]) -> str:
    return "&".join(f"{name}={entry['value']}" for name, entry in _each(request["querystring"]))


def _sent_response(response: Mapping[str, Any]) -> Response:
    lines = [(wire_of(name), wire_of(entry["value"])) for name, entry in _each(response["headers"])]
    for name, entry in _each(response["cookies"]):
        attributes = f"; {entry['attributes']}" if "attributes" in entry else ""
        lines.append(("Set-Cookie", wire_of(f"{name}={entry['value']}{attributes}")))
    reason = wire_of(response["statusDescription"])
    return Response(status=response["statusCode"], reason=reason, headers=Headers(lines), body=b"")


def _each(entries: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for name, entry in entries.items():
        for element in entry.get("multiValue", (entry,)):
            yield name, element


# --- what TestFunction shows ------------------------------------------------------------------------------------------


def _shown(output: object) -> dict[str, Any] | None:
    """``{"request": ...}`` or ``{"response": ...}`` without what CloudFront does not know; None for neither."""
    if not isinstance(output, dict):
        return None
    if "statusCode" in output:
        return {"response": {"cookies": {}, **_known(output, _RESPONSE_FIELDS)}}
    if output.keys().isdisjoint(("uri", "method", "headers")):
        return None
    return {"request": {"cookies": {}, **_known(output, _REQUEST_FIELDS)}}


def _known(output: Mapping[str, Any], names: tuple[str, ...]) -> dict[str, Any]:
    return {name: _known_entries(name, output[name]) for name in names if name in output}


def _known_entries(name: str, value: object) -> object:
    if not isinstance(value, dict) or name == "body":
        return value
    return {key: _known_fields(entry) for key, entry in value.items()}


def _known_fields(entry: object) -> object:
    if not isinstance(entry, dict):
        return entry
    return {key: entry[key] for key in _ENTRY_FIELDS if key in entry}
