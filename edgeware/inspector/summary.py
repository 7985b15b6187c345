"""An exchange in one row: what the list shows, and what its filters ask."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from edgeware.core.effects import Fetch
from edgeware.edge import Edge, Exchange
from edgeware.inspector.masking import Secrets
from edgeware.trace import Step


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """One row. Texts are masked; times are in milliseconds."""

    id: str
    method: str
    path: str
    """With the query string."""
    status: int
    """0: there is no answer yet."""
    x_cache: str
    behavior: str
    functions: tuple[str, ...]
    milliseconds: float
    at: float
    """When it came, in seconds since the epoch; 0 where the access log does not tell yet."""
    started: str
    """The same as the time of day, or empty."""
    asked_origin: bool
    failed: bool
    """An error status, or something that the trace warns of."""


def summary(exchange: Exchange, secrets: Secrets) -> Summary:
    """The row of an exchange, as far as it has come."""
    request, trace = exchange.request, exchange.trace
    response, facts, steps = trace.response, trace.facts, tuple(trace.steps)
    status = response.status if response else 0
    at = facts.finished_at - facts.time_taken if facts else 0.0
    target = f"{request.path}?{request.query}" if request.query else request.path
    return Summary(
        id=exchange.request_id,
        method=secrets.text(request.method),
        path=secrets.text(target),
        status=status,
        x_cache=secrets.text(response.headers.get("x-cache") or "") if response else "",
        behavior=next((one.text for one in trace.decisions if one.step == "behavior"), ""),
        functions=tuple(run.name for run in trace.functions),
        milliseconds=(facts.time_taken if facts else trace.seconds) * 1000,
        at=at,
        started=f"{datetime.fromtimestamp(at):%H:%M:%S}" if facts else "",
        asked_origin=any(isinstance(step, Step) and isinstance(step.effect, Fetch) for step in steps),
        failed=status >= 400 or any(one.warning for one in trace.decisions),
    )


def kept(edge: Edge) -> tuple[Exchange, ...]:
    """The exchanges that the edge still knows, the oldest first."""
    return tuple(edge.exchanges.copy())  # copied in one go: other threads append


def found(edge: Edge, request_id: str) -> Exchange | None:
    """The exchange of an id, or None where it is forgotten."""
    return next((one for one in kept(edge) if one.request_id == request_id), None)
