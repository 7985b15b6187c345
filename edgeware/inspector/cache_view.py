"""The view of the cache: what is in it, how well it does, and invalidations."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from edgeware.edge import Edge
from edgeware.exceptions import UsageError
from edgeware.inspector.objects import MOST, rows
from edgeware.inspector.pages import Pages
from edgeware.inspector.plots import hit_ratio, origin_load
from edgeware.inspector.summary import kept, summary


class CacheView:
    """The routes of ``cache``."""

    def __init__(self, edge: Edge, pages: Pages) -> None:
        self._edge = edge
        self._pages = pages
        self.routes = [
            Route("/cache", self.cache),
            Route("/cache/invalidations", self.invalidate, methods=["POST"]),
        ]

    def cache(self, request: Request) -> Response:
        """The page."""
        seen = [summary(one, self._pages.secrets) for one in kept(self._edge)]
        plots = {"Hit ratio": hit_ratio(seen), "Origin load": origin_load(seen)}
        return self._pages.page(
            request, "cache.html", objects=rows(self._edge, self._pages.secrets), plots=plots, most=MOST
        )

    async def invalidate(self, request: Request) -> Response:
        """Invalidate ``{"path": ...}``; 400 with the reason for what CloudFront refuses."""
        try:
            self._edge.create_invalidation([str((await request.json())["path"])])
        except UsageError as error:
            return JSONResponse({"error": str(error)}, 400)
        except (ValueError, LookupError, TypeError):
            return JSONResponse({"error": 'The body is not of the form {"path": ...}.'}, 400)
        return JSONResponse({})
