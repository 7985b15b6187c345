"""The page's routes: server-rendered HTML, one script, one stylesheet."""

from __future__ import annotations

from threading import Event

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.routing import Mount
from starlette.staticfiles import StaticFiles

from edgeware.edge import Edge
from edgeware.inspector.cache_view import CacheView
from edgeware.inspector.computing import Computing
from edgeware.inspector.distribution_view import DistributionView
from edgeware.inspector.functions_view import FunctionsView
from edgeware.inspector.pages import HERE, Pages
from edgeware.inspector.replay_view import ReplayView
from edgeware.inspector.requests_view import RequestsView
from edgeware.inspector.stores_view import StoresView


def site(edge: Edge, closing: Event) -> Starlette:
    """The application; ``closing`` ends its streams."""
    pages = Pages(edge)
    computing = Computing()
    views = (DistributionView, CacheView, StoresView, ReplayView)
    routes = [route for view in views for route in view(edge, pages).routes]
    return Starlette(
        routes=[
            *RequestsView(edge, pages, computing, closing).routes,
            *FunctionsView(edge, pages, computing).routes,
            *routes,
            Mount("/static", StaticFiles(directory=HERE / "static")),
        ],
        exception_handlers={HTTPException: pages.error},
    )
