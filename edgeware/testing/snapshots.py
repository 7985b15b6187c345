"""A whole exchange as plain values, the same in each run: what ``assert response == snapshot`` compares."""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from edgeware.messages import Headers, Request
from edgeware.parity.normalising import headers_of
from edgeware.parity.sending import Received

if TYPE_CHECKING:
    from edgeware.testing.outcome import Outcome


def whole(outcome: Outcome) -> dict[str, Any]:
    """The exchange. Ids, dates and what else differs each time are only said to be there."""
    asked = outcome.origin_request
    return {
        "request": _request(outcome.request),
        "response": {"status": outcome.status, "headers": _headers(outcome, Headers(outcome.headers.items()))},
        "x_cache": outcome.x_cache,
        "age": outcome.age,
        "cache_key": outcome.cache_key,
        "functions": [f"{run.event_type}: {run.name}" for run in outcome.trace.functions],
        "origin_request": None if asked is None else {**_request(asked), "headers": _headers(outcome, asked.headers)},
        "decisions": [f"{one.step}: {one.text}" for one in outcome.trace.decisions],
    }


def body_of(body: bytes) -> str:
    """A body as text, or what identifies it."""
    try:
        return body.decode()
    except UnicodeDecodeError:
        return f"{len(body)} bytes, SHA-256 {sha256(body).hexdigest()}"


def _request(request: Request) -> dict[str, Any]:
    return {"method": request.method, "target": f"{request.path}{'?' if request.query else ''}{request.query}"}


def _headers(outcome: Outcome, headers: Headers) -> Mapping[str, str]:
    base = f"https://{outcome.request.headers.get('host')}"
    found = headers_of(Received(headers=headers), base)
    return {name: "\n".join(found[name]) for name in sorted(found)}
