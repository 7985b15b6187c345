"""A request once more, changed, beside the one that was: on an edge of its own, with the origin's answer of then.

So a replay asks no application for anything, changes nothing there, and may be of any method.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response as Page
from starlette.routing import Route

from edgeware.config.model import Distribution
from edgeware.core.effects import Fetch, Fetched, Lookup
from edgeware.edge import Edge, Exchange
from edgeware.inspector.changes import between
from edgeware.inspector.explanation import driven
from edgeware.inspector.headers import lines
from edgeware.inspector.pages import Pages
from edgeware.inspector.path import stations
from edgeware.inspector.summary import found, summary
from edgeware.messages import Headers, Response
from edgeware.trace import Step

DEVICES = ("desktop", "mobile", "tablet", "smarttv", "android", "ios")


class ReplayView:
    """The route of a replay."""

    def __init__(self, edge: Edge, pages: Pages) -> None:
        self._edge = edge
        self._pages = pages
        self.routes = [Route("/requests/{id}/replay", self.replay)]

    def replay(self, request: Request) -> Page:
        """The form; with ``headers`` in the query, the two side by side."""
        first = found(self._edge, request.path_params["id"])
        if first is None:
            raise HTTPException(404, "The edge does not know this request any more: it keeps the last ones only.")
        asked, secrets = request.query_params, self._pages.secrets
        headers = asked.get("headers")
        shown = "\n".join(f"{name}: {value}" for name, value in secrets.headers(first.request.headers))
        country, device = asked.get("country", "").strip().upper(), asked.get("device", "")
        both = []
        if headers is not None:
            second = self._again(first, lines(headers), country, device)
            both = [(title, self._drawn(one)) for title, one in (("As it was", first), ("Replayed", second))]
        return self._pages.page(
            request,
            "replay.html",
            row=summary(first, secrets),
            headers=shown if headers is None else headers,
            country=country,
            device=device,
            devices=DEVICES,
            both=both,
            changes=between(_answer(first), _answer(second), secrets) if headers is not None else (),
        )

    def _again(self, first: Exchange, headers: Headers, country: str, device: str) -> Exchange:
        distribution = _elsewhere(self._edge.distribution, country, device)
        apart = Edge(distribution, clock=self._edge.clock)
        try:
            return driven(apart, replace(first.request, headers=headers), _fetched(first))
        finally:
            apart.close()

    def _drawn(self, exchange: Exchange) -> dict[str, Any]:
        secrets = self._pages.secrets
        return {
            "row": summary(exchange, secrets),
            "stations": stations(exchange, self._edge.distribution, secrets),
            "head": secrets.headers(_answer(exchange)),
        }


def _elsewhere(distribution: Distribution, country: str, device: str) -> Distribution:
    """The distribution for a viewer of a country, with a device, where these are given."""
    changed: dict[str, Any] = {"country": country, "geography": ()} if country else {}
    if device in DEVICES:
        changed["device"] = device
    return replace(distribution, viewer=replace(distribution.viewer, **changed))


def _fetched(exchange: Exchange) -> Fetched:
    """What the origin had answered: this time, or when the object was stored; without its body, which is not kept."""
    for step in exchange.trace.steps:
        if not isinstance(step, Step):
            continue
        if isinstance(step.effect, Fetch):
            answer: Fetched = step.answer
            return answer
        if isinstance(step.effect, Lookup) and (stored := step.answer.object) is not None:
            return Fetched(Response(status=stored.status, headers=stored.headers))
    return Fetched(Response(status=200))


def _answer(exchange: Exchange) -> Headers:
    response = exchange.trace.response
    return response.headers if response else Headers()
