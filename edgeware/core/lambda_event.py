"""The event that a Lambda@Edge function gets [lambda-event-structure]."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from edgeware.config.model import Distribution, EventType, Origin
from edgeware.core.effects import RequestBody
from edgeware.core.lambda_headers import header_map, readable
from edgeware.core.lambda_origin import origin_block
from edgeware.messages import Request, Response

BODY_LIMIT: Mapping[EventType, int] = {"viewer-request": 40 * 1024, "origin-request": 1024 * 1024}
"""How many bytes of a request's body a function with Include Body sees [lambda-at-edge-function-restrictions]."""


def event(
    distribution: Distribution,
    event_type: EventType,
    request: Request,
    *,
    request_id: str,
    response: Response | None = None,
    origin: Origin | None = None,
    body: RequestBody | None = None,
) -> dict[str, Any]:
    """The event of one function run, as fresh JSON values.

    ``request`` is the viewer's in the viewer events and the one for the origin in the origin events (there without
    the origin's custom headers, which show in the origin block). ``response`` belongs to the response events,
    ``origin`` to the origin events (elsewhere it does not show), ``body`` to request events with Include Body: the
    exposed part, cut to BODY_LIMIT.
    """
    shown = _request(request)
    if origin is not None and event_type in ("origin-request", "origin-response"):
        shown["origin"] = origin_block(origin, request.scheme)
    if body is not None:
        shown["body"] = _body(body)
    cf: dict[str, Any] = {
        "config": {
            "distributionDomainName": distribution.domain_name,
            "distributionId": distribution.id,
            "eventType": event_type,
            "requestId": request_id,
        },
        "request": shown,
    }
    if response is not None:
        cf["response"] = _response(response)
    return {"Records": [{"cf": cf}]}


def _request(request: Request) -> dict[str, Any]:
    return {
        "clientIp": request.client_ip,
        "headers": header_map(request.headers),
        "method": request.method,
        "querystring": readable(request.query),
        "uri": readable(request.path),
    }


def _body(body: RequestBody) -> dict[str, Any]:
    return {
        "inputTruncated": body.truncated,
        "action": "read-only",
        "encoding": "base64",
        "data": b64encode(body.data).decode(),
    }


def _response(response: Response) -> dict[str, Any]:
    return {
        "headers": header_map(response.headers),
        "status": str(response.status),
        "statusDescription": readable(response.reason) or _phrase(response.status),
    }


def _phrase(status: int) -> str:
    """The standard phrase: what stands in for the reason that HTTP/2 origins do not send."""
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return ""
