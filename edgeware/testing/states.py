"""One URL in every state that the cache knows, so that a test can say what holds in all of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager
from typing import Any, Protocol

from edgeware.core.cached_object import CachedObject
from edgeware.core.effects import Board, Boarding, Store
from edgeware.core.headers import XCache
from edgeware.edge import Edge
from edgeware.testing.clock import Clock
from edgeware.testing.interventions import Failing, Holding, Intervention
from edgeware.testing.outcome import Response
from edgeware.trace import Step

_TELLING = frozenset(
    {"behavior", "cache", "store", "origin", "request", "signature", "viewer-request", "origin-request"}
)
"""The steps whose decisions say why a state was not reached."""


class Asked(Protocol):
    """What is needed of a site."""

    edge: Edge
    clock: Clock

    def request(self, method: str, target: str, *, headers: Mapping[str, str]) -> Response:
        """Send a request."""
        ...

    def invalidate(self, *paths: str) -> None:
        """Make objects gone."""
        ...

    def intervened(self, intervention: Intervention) -> AbstractContextManager[None]:
        """Let somebody stand between the edge and its origins."""
        ...


class States(Mapping[str, Response]):
    """The responses by the name of their state, and why the others cannot be reached."""

    def __init__(self, reached: Mapping[str, Response], unreachable: Mapping[str, str]) -> None:
        self._reached = reached
        self.unreachable = unreachable
        """The reason for each state that the URL never is in, under this distribution and with this application."""

    def __getitem__(self, name: str) -> Response:
        if name in self.unreachable:
            raise KeyError(f"{name} cannot be reached: {self.unreachable[name]}")
        return self._reached[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._reached)

    def __len__(self) -> int:
        return len(self._reached)

    def __repr__(self) -> str:
        return f"<States {', '.join(self)}; unreachable: {', '.join(self.unreachable) or 'none'}>"


class _Unreachable(Exception):  # noqa: N818 - not a failure
    """A state that the URL cannot be in, and why."""


class Tour:
    """Puts a URL through its states, one after the other, each from a cache that an invalidation has emptied."""

    def __init__(self, site: Asked, target: str, headers: Mapping[str, str]) -> None:
        self._site = site
        self._target = target
        self._headers = headers

    def states(self) -> States:
        """All of them."""
        reached: dict[str, Response] = {}
        unreachable: dict[str, str] = {}
        for name, reach in STATES.items():
            self._site.invalidate("/*")
            try:
                reached[name] = reach(self)
            except _Unreachable as why:
                unreachable[name] = str(why)
        self._site.invalidate("/*")  # nothing of the errors and the time that has gone by stays behind
        return States(reached, unreachable)

    def miss(self) -> Response:
        """Nothing is stored: the origin answers."""
        response = self._ask()
        return _taken(response, response.x_cache == XCache.MISS)

    def hit(self) -> Response:
        """The object is stored and fresh."""
        self._stored()
        response = self._ask()
        return _taken(response, response.x_cache == XCache.HIT)

    def stale(self) -> Response:
        """The object has expired and is served all the same, while it is fetched anew (stale-while-revalidate)."""
        object = self._stored()
        if object.stale_while_revalidate_until <= object.fresh_until:
            raise _Unreachable("the origin allows no stale-while-revalidate, or the maximum TTL leaves no time for it")
        self._go_to(object.fresh_until)
        response = self._ask()
        return _taken(response, response.x_cache == XCache.HIT)

    def revalidated(self) -> Response:
        """The object has expired, and the origin says that it is still the same."""
        self._expired()
        response = self._ask()
        if response.x_cache == XCache.REFRESH_HIT:
            return response
        asked = response.origin_request
        if asked is not None and asked.headers.has_any(frozenset({"if-none-match", "if-modified-since"})):
            raise _Unreachable(f"the origin answers {response.status}, not 304, to If-None-Match and If-Modified-Since")
        raise _Unreachable(f"the origin is asked without If-None-Match and If-Modified-Since: {_why(response)}")

    def error(self) -> Response:
        """Nothing is stored, and the origin fails."""
        with self._site.intervened(Failing()):
            response = self._ask()
        return _taken(response, response.origin_request is not None)

    def stale_on_error(self) -> Response:
        """The object has expired, and stands in for an origin that fails."""
        self._expired()
        with self._site.intervened(Failing()):
            response = self._ask()
        return _taken(response, response.x_cache == XCache.HIT)

    def invalidated(self) -> Response:
        """The object was stored, and an invalidation has made it gone."""
        self._stored()
        self._site.invalidate("/*")
        return self.miss()

    def collapsed(self) -> Response:
        """Somebody else is fetching the object, and the request waits for that."""
        with Holding(self._site.edge, self._ask) as holding, self._site.intervened(holding):
            first = self._ask()
        if holding.second is None:
            raise _Unreachable(_why(first))
        response: Response = holding.second.result()
        return _taken(response, _waited(response))

    def range(self) -> Response:
        """The first byte of a stored object."""
        self._stored()
        response = self._ask(Range="bytes=0-0")
        return _taken(response, response.status == 206)

    def head(self) -> Response:
        """HEAD, where the answer to a GET is stored if it can be."""
        expected = self._ask().status
        response = self._ask("HEAD")
        return _taken(response, response.status == expected)

    def compressed(self) -> Response:
        """For a viewer who accepts Brotli and gzip."""
        response = self._ask(**{"Accept-Encoding": "gzip, br"})
        if "content-encoding" not in response.headers:
            what = f"{response.headers.get('content-type')}, {response.headers.get('content-length', 'unknown')} bytes"
            raise _Unreachable(f"neither the origin nor the edge compresses this one: {what}: {_why(response)}")
        return response

    def _ask(self, method: str = "GET", **more: str) -> Response:
        return self._site.request(method, self._target, headers={**self._headers, **more})

    def _stored(self) -> CachedObject:
        """The object, fresh in the cache."""
        response = self._ask()
        for step in response.trace.steps:
            if isinstance(step, Step) and isinstance(step.effect, Store) and step.answer:
                object = step.effect.object
                if object.status < 400 and object.fresh_until > self._site.clock():
                    return object
        raise _Unreachable(_why(response))

    def _expired(self) -> None:
        """The object in the cache, no longer fresh, nor good for stale-while-revalidate."""
        object = self._stored()
        self._go_to(max(object.fresh_until, object.stale_while_revalidate_until))

    def _go_to(self, moment: float) -> None:
        self._site.clock.advance(moment - self._site.clock())


STATES: Mapping[str, Callable[[Tour], Response]] = {
    "miss": Tour.miss,
    "hit": Tour.hit,
    "stale": Tour.stale,
    "revalidated": Tour.revalidated,
    "error": Tour.error,
    "stale_on_error": Tour.stale_on_error,
    "invalidated": Tour.invalidated,
    "collapsed": Tour.collapsed,
    "range": Tour.range,
    "head": Tour.head,
    "compressed": Tour.compressed,
}


def _taken(response: Response, reached: bool) -> Response:
    if not reached:
        raise _Unreachable(_why(response))
    return response


def _waited(response: Response) -> bool:
    waited = (Boarding.STORED, Boarding.FAILED)
    steps: list[Any] = response.trace.steps
    return any(isinstance(step, Step) and isinstance(step.effect, Board) and step.answer in waited for step in steps)


def _why(response: Response) -> str:
    """What came instead, and the edge's own reasons for it."""
    reasons = [
        f"{decision.step}: {decision.text}" for decision in response.trace.decisions if decision.step in _TELLING
    ]
    return "; ".join([f"the answer was {response.status} {response.x_cache}", *reasons])
