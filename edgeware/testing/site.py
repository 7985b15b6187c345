"""A site under test: an application behind an edge, a viewer who asks it, and a clock that can be turned."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from edgeware.cache.store import Store
from edgeware.config.model import Distribution, Overlay
from edgeware.edge import Edge
from edgeware.exceptions import UsageError
from edgeware.messages import Headers
from edgeware.origins.application import described, kind
from edgeware.testing.answer import Answer
from edgeware.testing.asgi_client import ASGIClient
from edgeware.testing.clock import Clock
from edgeware.testing.interventions import Intervention, OpenASGIEdge, OpenWSGIEdge
from edgeware.testing.outcome import Outcome, Response
from edgeware.testing.placing import distribution_of
from edgeware.testing.recordings import Recorded
from edgeware.testing.states import States, Tour
from edgeware.testing.wsgi_client import WSGIClient

if TYPE_CHECKING:
    from django.test import Client as DjangoClient

HISTORY = 1000
"""How many exchanges a site remembers."""


class Site:
    """An application behind an edge location.

    ``app`` is an ASGI or WSGI application, an origin URL, or a Path of a folder. ``distribution`` is whatever
    ``Distribution.load`` takes, ``named`` the one of several in it, ``parameters`` and ``overlay`` as there. ``clock``
    is where the time begins. Further keyword arguments are Edge's.

    UsageError for what is no application, and where the distribution would not ask it.
    """

    def __init__(
        self,
        app: Any,
        distribution: Distribution | str | Path | Mapping[str, object],
        *,
        named: str | None = None,
        parameters: Mapping[str, str] | None = None,
        overlay: Overlay | Sequence[Overlay] | None = None,
        clock: float | datetime | None = None,
        store: Store | None = None,
        **options: Any,
    ) -> None:
        speaks = "wsgi" if isinstance(app, str | Path) else kind(app)
        if speaks is None:
            raise UsageError(f"{described(app)} is no ASGI or WSGI application, no origin URL and no Path of a folder")
        found = distribution_of(distribution, app, named=named, parameters=parameters, overlay=overlay)
        self.clock = Clock(clock)
        self.edge = Edge(found, clock=self.clock, store=store, **{"history": HISTORY, **options})
        self.app: OpenASGIEdge | OpenWSGIEdge
        """The application with the edge round it: what other test clients are to be given."""
        self._client: ASGIClient | WSGIClient
        if speaks == "asgi":
            self.app = OpenASGIEdge(app, edge=self.edge)
            self._client = ASGIClient(self.app)
        else:
            self.app = OpenWSGIEdge(app, edge=self.edge)
            self._client = WSGIClient(self.app)

    @property
    def distribution(self) -> Distribution:
        """The distribution as it was read, with the application in its place."""
        return self.edge.distribution

    @property
    def store(self) -> Store:
        """Where objects rest."""
        return self.edge.store

    @property
    def exchanges(self) -> tuple[Outcome, ...]:
        """All requests so far, from whatever client, the last 1000 of them."""
        return tuple(Outcome(exchange, self.distribution) for exchange in self.edge.exchanges)

    def outcome(self, response: Any) -> Outcome:
        """What the edge knows of a response that any other client got, or of an X-Amz-Cf-Id.

        UsageError for a response that is none of this site's.
        """
        id = response if isinstance(response, str) else response.headers.get("x-amz-cf-id")
        for exchange in reversed(self.edge.exchanges):
            if exchange.request_id == id:
                return Outcome(exchange, self.distribution)
        what = "it has no X-Amz-Cf-Id" if id is None else f"its X-Amz-Cf-Id is {id}"
        raise UsageError(f"the response is not of this site, or not of its last {self.edge.exchanges.maxlen}: {what}")

    def request(
        self,
        method: str,
        target: str,
        *,
        headers: Mapping[str, str] | Sequence[tuple[str, str]] = (),
        body: bytes | str = b"",
    ) -> Response:
        """Send a request; ``target`` is a path, percent-encoded, with or without a query string.

        Host is the distribution's first alias, or its domain name, unless given. There is no Accept-Encoding unless
        given. What the application raises passes through where it has not answered.
        """
        if not target.startswith("/"):
            raise UsageError(f"{target!r} is no path of this site: it begins with /")
        data = body.encode() if isinstance(body, str) else body
        lines = Headers(headers.items() if isinstance(headers, Mapping) else headers)
        if "host" not in lines:
            lines = Headers([("Host", self._host()), *lines])
        if data and "content-length" not in lines:
            lines = lines.add("Content-Length", str(len(data)))
        return self._told(self._client.send(method, target, lines.lines, data))

    def send(self, recorded: Recorded) -> Response:
        """Send a recorded request again; to the host of then where the distribution knows it."""
        request = recorded.request
        known = request.host in (*self.distribution.aliases, self.distribution.domain_name)
        host = [("Host", request.host)] if known else []
        return self.request(request.method, request.target, headers=[*host, *request.headers], body=request.body)

    def get(self, target: str, **more: Any) -> Response:
        """Send a GET; ``headers`` as in ``request``."""
        return self.request("GET", target, **more)

    def head(self, target: str, **more: Any) -> Response:
        """Send a HEAD; ``headers`` as in ``request``."""
        return self.request("HEAD", target, **more)

    def post(self, target: str, **more: Any) -> Response:
        """Send a POST; ``headers`` and ``body`` as in ``request``."""
        return self.request("POST", target, **more)

    def put(self, target: str, **more: Any) -> Response:
        """Send a PUT; ``headers`` and ``body`` as in ``request``."""
        return self.request("PUT", target, **more)

    def patch(self, target: str, **more: Any) -> Response:
        """Send a PATCH; ``headers`` and ``body`` as in ``request``."""
        return self.request("PATCH", target, **more)

    def delete(self, target: str, **more: Any) -> Response:
        """Send a DELETE; ``headers`` and ``body`` as in ``request``."""
        return self.request("DELETE", target, **more)

    def options(self, target: str, **more: Any) -> Response:
        """Send an OPTIONS; ``headers`` and ``body`` as in ``request``."""
        return self.request("OPTIONS", target, **more)

    def django_client(self, **defaults: Any) -> DjangoClient:
        """A ``django.test.Client`` whose requests come to this site; ``defaults`` are those of Django's own.

        CSRF is checked as for any viewer. What it gets is Django's response: ``outcome`` says what the edge did.
        """
        from edgeware.testing.django_client import EdgeClient

        return EdgeClient(self, **defaults)

    def invalidate(self, *paths: str) -> None:
        """Make objects gone, as ``aws cloudfront create-invalidation`` does [Invalidation]."""
        self.edge.create_invalidation(paths)

    def states(self, target: str, *, headers: Mapping[str, str] | None = None) -> States:
        """Put a URL through every state that the cache knows, and give the responses by name.

        The names are those of ``edgeware.testing.states.STATES``; ``unreachable`` says which of them the URL cannot be
        in, and why. Everything in the cache is invalidated, and the clock is ahead afterwards.
        """
        return Tour(self, target, headers or {}).states()

    @contextmanager
    def intervened(self, intervention: Intervention) -> Iterator[None]:
        """Let somebody stand between the edge and its origins for a while."""
        self.app.intervention = intervention
        try:
            yield
        finally:
            self.app.intervention = None

    def report(self) -> str:
        """All exchanges with their traces, for people."""
        return "\n".join(line for outcome in self.exchanges for line in outcome.report())

    def close(self) -> None:
        """Shut the application down and end the function workers."""
        self._client.close()
        if isinstance(self.app, OpenWSGIEdge):
            self.app.beside.shutdown()
        self.edge.close()

    def __enter__(self) -> Site:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _told(self, answer: Answer) -> Response:
        return Response(self.outcome(answer.request_id).exchange, self.distribution, answer.body)

    def _host(self) -> str:
        names = [alias for alias in self.distribution.aliases if "*" not in alias]
        return (names or [self.distribution.domain_name])[0]
