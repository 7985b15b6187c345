"""The view of the requests: the list, live, and one of them as a picture of its path."""

from __future__ import annotations

from threading import Event

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from edgeware.edge import Edge
from edgeware.inspector.computing import Computing
from edgeware.inspector.har import har
from edgeware.inspector.live import events
from edgeware.inspector.pages import Pages
from edgeware.inspector.path import stations
from edgeware.inspector.summary import found, kept, summary


class RequestsView:
    """The routes of the list and of a request; ``closing`` ends the streams."""

    def __init__(self, edge: Edge, pages: Pages, computing: Computing, closing: Event) -> None:
        self._edge = edge
        self._pages = pages
        self._computing = computing
        self._closing = closing
        self.routes = [
            Route("/", self.requests),
            Route("/requests/{id}", self.request),
            Route("/live", self.stream),
            Route("/clear", self.clear, methods=["POST"]),
            Route("/requests.har", self.archive),
        ]

    async def requests(self, request: Request) -> Response:
        """The list."""
        distribution = self._edge.distribution
        return self._pages.page(
            request,
            "requests.html",
            behaviors=[one.path_pattern or "Default (*)" for one in distribution.behaviors],
            functions=sorted({one.name for one in distribution.functions.values()}),
        )

    def request(self, request: Request) -> Response:
        """One request; in a thread, since compute utilization may have to be measured first."""
        exchange = found(self._edge, request.path_params["id"])
        if exchange is None:
            raise HTTPException(404, "The edge does not know this request any more: it keeps the last ones only.")
        return self._pages.page(
            request,
            "request.html",
            row=summary(exchange, self._pages.secrets),
            stations=stations(exchange, self._edge.distribution, self._pages.secrets),
            percent=self._computing.percent,
        )

    async def stream(self, _: Request) -> Response:
        """The rows, as they come."""
        rows = events(self._edge, self._pages.row, self._closing)
        return StreamingResponse(rows, media_type="text/event-stream")

    async def clear(self, _: Request) -> Response:
        """Forget what was kept."""
        self._edge.exchanges.clear()
        return Response(status_code=204)

    async def archive(self, _: Request) -> Response:
        """All that is kept, as a file."""
        name = {"Content-Disposition": 'attachment; filename="edgeware.har"'}
        return JSONResponse(har(kept(self._edge), self._pages.secrets), headers=name)
