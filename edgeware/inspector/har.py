"""The kept exchanges as an HTTP Archive (HAR 1.2), for a browser's own network panel. Bodies are not in it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timezone
from typing import Any
from urllib.parse import parse_qsl

from edgeware.core.access_log import LogFacts
from edgeware.edge import Exchange
from edgeware.inspector.masking import Secrets
from edgeware.inspector.summary import summary
from edgeware.messages import Headers, Request, Response


def har(exchanges: Iterable[Exchange], secrets: Secrets) -> dict[str, Any]:
    """An archive of the exchanges that have ended. Times are in milliseconds."""
    ended = ((one, one.trace.response, one.trace.facts) for one in exchanges)
    entries = [_entry(one, response, facts, secrets) for one, response, facts in ended if response and facts]
    return {"log": {"version": "1.2", "creator": {"name": "edgeware", "version": ""}, "entries": entries}}


def _entry(exchange: Exchange, response: Response, facts: LogFacts, secrets: Secrets) -> dict[str, Any]:
    row = summary(exchange, secrets)
    started = datetime.fromtimestamp(facts.finished_at - facts.time_taken, timezone.utc)
    return {
        "startedDateTime": started.isoformat(timespec="milliseconds"),
        "time": row.milliseconds,
        "request": _request(exchange.request, facts, secrets),
        "response": _response(response, facts, secrets),
        "cache": {},
        "timings": {"send": 0, "wait": row.milliseconds, "receive": 0},
        "_xCache": row.x_cache,
        "_behavior": row.behavior,
        "_functions": list(row.functions),
    }


def _request(request: Request, facts: LogFacts, secrets: Secrets) -> dict[str, Any]:
    host = request.headers.get("host") or facts.domain_name
    query = f"?{request.query}" if request.query else ""
    return {
        "method": secrets.text(request.method),
        "url": secrets.text(f"{request.scheme}://{host}{request.path}{query}"),
        "httpVersion": f"HTTP/{request.http_version}",
        "cookies": [],
        "headers": _lines(request.headers, secrets),
        "queryString": [
            {"name": secrets.text(name), "value": secrets.text(value)}
            for name, value in parse_qsl(request.query, keep_blank_values=True)
        ],
        "headersSize": -1,
        "bodySize": facts.request_body_size,
    }


def _response(response: Response, facts: LogFacts, secrets: Secrets) -> dict[str, Any]:
    return {
        "status": response.status,
        "statusText": response.reason,
        "httpVersion": "HTTP/1.1",
        "cookies": [],
        "headers": _lines(response.headers, secrets),
        "content": {"size": facts.response_body_size, "mimeType": response.headers.get("content-type") or ""},
        "redirectURL": secrets.text(response.headers.get("location") or ""),
        "headersSize": -1,
        "bodySize": facts.response_body_size,
    }


def _lines(headers: Headers, secrets: Secrets) -> list[dict[str, str]]:
    return [{"name": name, "value": value} for name, value in secrets.headers(headers)]
