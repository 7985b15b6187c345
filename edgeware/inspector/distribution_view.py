"""The view of the distribution: its behaviors in order, and what happens to a URL."""

from __future__ import annotations

from collections.abc import Sequence

from starlette.requests import Request
from starlette.responses import Response as Page
from starlette.routing import Route

from edgeware.core.effects import Fetched
from edgeware.edge import Edge
from edgeware.exceptions import UsageError
from edgeware.inspector.explanation import ORDER, driven, explained, request_for
from edgeware.inspector.headers import lines
from edgeware.inspector.pages import Pages
from edgeware.messages import Headers, Response


class DistributionView:
    """The routes of ``distribution``."""

    def __init__(self, edge: Edge, pages: Pages) -> None:
        self._edge = edge
        self._pages = pages
        self.routes = [Route("/distribution", self.distribution)]

    def distribution(self, request: Request) -> Page:
        """The page; with ``url`` and perhaps ``method`` and ``headers`` in the query, the explanation too."""
        asked = request.query_params
        method, url, headers = asked.get("method", "GET"), asked.get("url", ""), asked.get("headers", "")
        said, behavior, error = self._said(method, url, lines(headers)) if url else ((), "", "")
        return self._pages.page(
            request,
            "distribution.html",
            distribution=self._edge.distribution,
            events=ORDER,
            method=method,
            url=url,
            headers=headers,
            sections=said,
            matched=behavior,
            error=error,
        )

    def _said(self, method: str, url: str, headers: Headers) -> tuple[Sequence[tuple[str, list[str]]], str, str]:
        try:
            return *self._explained(method, url, headers), ""
        except UsageError as error:
            return (), "", self._pages.secrets.text(str(error))

    def _explained(self, method: str, url: str, headers: Headers) -> tuple[Sequence[tuple[str, list[str]]], str]:
        """Sections of the explanation, and the behavior. On an edge of its own, so nothing of it is kept."""
        distribution = self._edge.distribution
        request = request_for(distribution, method, url, headers)
        apart = Edge(distribution, clock=self._edge.clock)
        try:
            exchange = driven(apart, request, Fetched(Response(status=200)))
        finally:
            apart.close()
        sections: list[tuple[str, list[str]]] = []
        for line in explained(distribution, exchange):
            if line.startswith("  "):
                sections[-1][1].append(self._pages.secrets.text(line.strip()))
            else:
                sections.append((line, []))
        return sections, exchange.trace.decisions[0].text
