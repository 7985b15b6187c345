"""One suite, two worlds: every test here runs on ASGI and on WSGI."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, TypeAlias

import pytest

from edgeware.config.model import Distribution
from tests.worlds.apps import App, Handler
from tests.worlds.sites import TurnableClock
from tests.worlds.viewers import ASGIViewer, WSGIViewer

Viewer: TypeAlias = ASGIViewer | WSGIViewer
NewViewer: TypeAlias = Callable[..., Viewer]


@pytest.fixture
def clock() -> TurnableClock:
    return TurnableClock()


@pytest.fixture(params=[ASGIViewer, WSGIViewer], ids=["asgi", "wsgi"])
def viewer_of(request: pytest.FixtureRequest, clock: TurnableClock) -> Iterator[NewViewer]:
    """Makes a viewer of an edge round an app that answers as the handler says."""
    edges = []

    def new(handler: Handler, distribution: Distribution, **options: Any) -> Viewer:
        viewer: Viewer = request.param(App(handler), distribution, clock=clock, **options)
        edges.append(viewer.edge)
        return viewer

    yield new
    for edge in edges:
        edge.close()
