"""The picture of a request: the stations on its path, which of them it passed, and why not the others."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

from edgeware.config.model import CacheBehavior, CloudFrontFunction, Distribution
from edgeware.core.decision import PAGES, Decision
from edgeware.core.effects import (
    Board,
    Drain,
    Fetch,
    Invoke,
    Land,
    Lookup,
    ReadBody,
    Resolve,
    Respond,
    Revalidate,
    Store,
)
from edgeware.edge import Exchange
from edgeware.inspector.changes import Change, between, by
from edgeware.inspector.masking import Secrets
from edgeware.inspector.source import Line, excerpt
from edgeware.messages import Headers
from edgeware.trace import FunctionRun, Step

State: TypeAlias = Literal["ran", "skipped", "failed"]

VIEWER, CACHE, ORIGIN, STORE, ANSWER = "viewer", "cache", "origin", "store", "answer"
STATIONS = (
    VIEWER,
    "viewer-request",
    CACHE,
    "origin-request",
    ORIGIN,
    "origin-response",
    STORE,
    "viewer-response",
    ANSWER,
)
"""In the order that a request passes them [lambda-cloudfront-trigger-events]; the viewer stands at both ends."""

_OF_EFFECT = {
    Lookup: CACHE,
    Board: CACHE,
    Land: CACHE,
    ReadBody: VIEWER,
    Fetch: ORIGIN,
    Drain: ORIGIN,
    Resolve: ORIGIN,
    Revalidate: ORIGIN,
    Store: STORE,
    Respond: ANSWER,
}
_OF_DECISION = {
    "behavior": VIEWER,
    "viewer protocol policy": VIEWER,
    "signature": VIEWER,
    "request": VIEWER,
    "compression": STORE,
    "origin group": ORIGIN,
    "custom error response": ORIGIN,
}
"""Where a decision stands that does not carry its station's name."""

_EVENTS = "lambda-cloudfront-trigger-events"


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One run of a function at a station, as text."""

    name: str
    event: str
    output: str
    logs: tuple[str, ...]
    seconds: float
    """Of processor time."""
    scripted: bool
    """A CloudFront Function, whose processor time is limited."""
    error: str
    where: str
    excerpt: tuple[Line, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Station:
    """A station. ``offset`` and ``width`` place its time bar, in percent of the whole."""

    name: str
    state: State
    why: tuple[str, ...]
    milliseconds: float
    offset: float
    width: float
    changes: tuple[Change, ...]
    head: tuple[tuple[str, str], ...]
    runs: tuple[Run, ...]


def stations(exchange: Exchange, distribution: Distribution, secrets: Secrets) -> tuple[Station, ...]:
    """The nine stations of an exchange, in order."""
    trip = _Trip(exchange, distribution, secrets)
    return tuple(trip.station(name) for name in STATIONS)


class _Trip:
    """An exchange's trace, sorted by station."""

    def __init__(self, exchange: Exchange, distribution: Distribution, secrets: Secrets) -> None:
        self._request = exchange.request
        self._trace = exchange.trace
        self._distribution = distribution
        self._secrets = secrets
        self._steps: Mapping[str, list[Step]] = {name: [] for name in STATIONS}
        self._said: Mapping[str, list[Decision]] = {name: [] for name in STATIONS}
        self._offsets: dict[str, float] = {}
        self._total = 0.0
        for step in tuple(self._trace.steps):
            if isinstance(step, Decision):
                self._said.get(_OF_DECISION.get(step.step, step.step), self._said[VIEWER]).append(step)
            elif isinstance(step, Step) and (name := _station_of(step)) is not None:
                self._steps[name].append(step)
                self._offsets.setdefault(name, self._total)
                self._total += step.seconds
        self._runs = self._trace.functions

    def station(self, name: str) -> Station:
        steps = self._steps[name]
        seconds = sum(step.seconds for step in steps)
        whole = self._total or 1.0
        runs = [run for run in self._runs if run.event_type == name]
        return Station(
            name=name,
            state=self._state(name, runs),
            why=tuple(self._secrets.text(line) for line in self._why(name)),
            milliseconds=seconds * 1000,
            offset=100 * self._offsets.get(name, 0.0) / whole,
            width=100 * seconds / whole,
            changes=self._changes(name, runs),
            head=self._head(name),
            runs=tuple(self._run(run) for run in runs),
        )

    def _state(self, name: str, runs: Sequence[FunctionRun]) -> State:
        if any(run.invoked.failure is not None for run in runs) or any(one.warning for one in self._said[name]):
            return "failed"
        if name == ORIGIN and any(isinstance(one.effect, Fetch) and one.answer.error for one in self._steps[name]):
            return "failed"
        return "ran" if self._steps[name] or name == VIEWER else "skipped"

    def _why(self, name: str) -> tuple[str, ...]:
        said = [_line(one, name) for one in self._said[name]]
        return tuple(said) or self._outcome(name) or self._reason(name)

    def _outcome(self, name: str) -> tuple[str, ...]:
        """What came of a station of which the trace gives no reason."""
        effects = [(step.effect, step.answer) for step in self._steps[name]]
        if any(isinstance(effect, Lookup) for effect, _ in effects):
            return ("nothing is stored under this key",)
        asked = [(effect, answer) for effect, answer in effects if isinstance(effect, Fetch)]
        return tuple(f"{fetch.origin.id} answered {got.response.status}" for fetch, got in asked)

    def _reason(self, name: str) -> tuple[str, ...]:
        """Why nothing happened at a station."""
        if self._steps[name] or name in (VIEWER, ANSWER):
            return ()
        if name in ("viewer-request", "origin-request", "origin-response", "viewer-response"):
            behavior = self._behavior()
            if behavior is not None and name not in behavior.associations:
                return (f"the behavior has no function here [{_EVENTS}]",)
        if name == STORE and self._steps[ORIGIN]:
            return ("nothing of it is stored [Expiration]",)
        if self._steps[CACHE] and not self._steps[ORIGIN]:
            return (f"the answer came from the cache, so the origin is not asked [{_EVENTS}]",)
        return (f"the request was answered before it came here [{_EVENTS}]",)

    def _behavior(self) -> CacheBehavior | None:
        said = {one.text for one in self._said[VIEWER] if one.step == "behavior"}
        listed = (one for one in self._distribution.behaviors if (one.path_pattern or "Default (*)") in said)
        return next(listed, None)

    def _changes(self, name: str, runs: Sequence[FunctionRun]) -> tuple[Change, ...]:
        if name == ORIGIN:
            sent = [step.effect.request.headers for step in self._steps[name] if isinstance(step.effect, Fetch)]
            return between(self._request.headers, sent[-1], self._secrets) if sent else ()
        if name == ANSWER:
            before, response = self._before_answer(), self._trace.response
            return between(before, response.headers, self._secrets) if response and before else ()
        return tuple(change for run in runs for change in by(run, self._secrets))

    def _before_answer(self) -> Headers | None:
        """The head that the viewer's was made of: the origin's, or the stored object's."""
        fetched = [step.answer.response.headers for step in self._steps[ORIGIN] if isinstance(step.effect, Fetch)]
        stored = [step.answer.object for step in self._steps[CACHE] if isinstance(step.effect, Lookup)]
        return fetched[-1] if fetched else next((one.headers for one in stored if one is not None), None)

    def _head(self, name: str) -> tuple[tuple[str, str], ...]:
        """The headers as they are at a station."""
        if name == VIEWER:
            return self._secrets.headers(self._request.headers)
        if name == ANSWER and self._trace.response:
            return self._secrets.headers(self._trace.response.headers)
        if name == CACHE:
            keys = dict.fromkeys(step.effect.key for step in self._steps[name] if isinstance(step.effect, Lookup))
            return tuple(("cache key", self._secrets.text(key)) for key in keys)
        return ()

    def _run(self, run: FunctionRun) -> Run:
        invoked, text = run.invoked, self._secrets.text
        failure = invoked.failure
        invokes = [step.effect for step in self._steps[run.event_type] if isinstance(step.effect, Invoke)]
        function = next(one.function for one in invokes if one.event is run.event)
        lines = excerpt(function, failure.where) if failure else ()
        return Run(
            name=run.name,
            event=self._secrets.json(run.event),
            output="" if failure else self._secrets.json(invoked.output),
            logs=tuple(text(line) for line in invoked.logs),
            seconds=invoked.seconds,
            scripted=isinstance(function, CloudFrontFunction),
            error=text(failure.message) if failure else "",
            where=text(failure.where or "") if failure else "",
            excerpt=tuple(line._replace(text=text(line.text)) for line in lines),
        )


def _line(said: Decision, station: str) -> str:
    """A decision, with the AWS page that tells of such."""
    text = said.text if said.step == station else f"{said.step}: {said.text}"
    page = PAGES.get(said.step)
    return text if page is None or text.endswith("]") else f"{text} [{page}]"


def _station_of(step: Step) -> str | None:
    effect = step.effect
    return effect.event_type if isinstance(effect, Invoke) else _OF_EFFECT.get(type(effect))
