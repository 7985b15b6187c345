"""The core played as questions and answers: no app, no loop, no thread."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from edgeware.config.model import CloudFrontFunction, Distribution, LambdaFunction
from edgeware.core.access_log import Record
from edgeware.core.admission import arrived
from edgeware.core.cached_object import CachedObject
from edgeware.core.decision import Decision
from edgeware.core.effects import Boarding, Delivery, Effect, Fetched, Found, Invoke, Invoked, Respond, Store
from edgeware.core.headers import EdgeLocation
from edgeware.core.lifecycle import lifecycle
from edgeware.core.prepared import PreparedDistribution
from edgeware.core.visit import Surroundings, Visit
from edgeware.messages import Headers, Request, Response
from tests.worlds.sites import js, py

VIA = "0123456789abcdef0123456789abcdef"
NOW = 1000.0
RECORD_LIMIT = 1000
OK = Fetched(Response(status=200, headers=Headers([("Content-Type", "text/plain")])))
SENT = Delivery(complete=True, size=0)
NOTHING = Found(None, 0)

GET = Request(method="GET", path="/x", headers=Headers([("Host", "www.example.com")]))
ECHO: dict[str, CloudFrontFunction | LambdaFunction] = {
    "viewer-request": js("function handler(e) {}"),
    "viewer-response": js("function handler(e) {}"),
    "origin-request": py("def handler(event, context): ..."),
    "origin-response": py("def handler(event, context): ..."),
}


def around(now: Callable[[], float]) -> Surroundings:
    """What a flow is given, with nothing left to chance."""
    return Surroundings(
        location=EdgeLocation(via=VIA),
        now=now,
        record_limit=RECORD_LIMIT,
        draw=lambda: 100.0,
    )


def visit_of(distribution: Distribution, request: Request = GET, now: float = NOW) -> tuple[Visit, list[Decision]]:
    """A visit that has just arrived, and where its decisions go."""
    decisions: list[Decision] = []
    visit = arrived(PreparedDistribution(distribution), request, around(lambda: now), "id", decisions.append)
    decisions.clear()
    return visit, decisions


def play(
    distribution: Distribution, request: Request, answers: Sequence[Any]
) -> tuple[list[Effect[Any] | Record], list[Decision]]:
    """Run the flow with these answers; the effects it asked for, and at its end the record."""
    decisions: list[Decision] = []
    flow = lifecycle(PreparedDistribution(distribution), request, around(lambda: NOW), "id", decisions.append)
    asked: list[Effect[Any] | Record] = [next(flow)]
    for answer in answers:
        try:
            asked.append(flow.send(answer))
        except StopIteration as end:
            asked.append(end.value)
            break
    return asked, decisions


def kinds(asked: Sequence[Effect[Any] | Record]) -> list[str]:
    return [effect.event_type if isinstance(effect, Invoke) else type(effect).__name__ for effect in asked]


def record(distribution: Distribution, x_cache: str = "Miss from cloudfront", size: int = 0) -> Record:
    """What is to be logged of a GET that took no time."""
    return Record(distribution, GET, "id", "LCL50-C1", x_cache, "", Response(status=200), size, NOW, NOW, NOW)


def echo(effect: Effect[Any]) -> Any:
    """The answer of a function that changes nothing."""
    assert isinstance(effect, Invoke)
    cf = effect.event["Records"][0]["cf"] if "Records" in effect.event else effect.event
    return Invoked(output=cf["response" if effect.event_type.endswith("response") else "request"])


@dataclass
class Played:
    """A flow that was run to its end."""

    asked: list[Effect[Any] | Record]
    decisions: list[Decision]

    def only(self, kind: type[Effect[Any]]) -> Any:
        """The one effect of a kind."""
        found = [effect for effect in self.asked if isinstance(effect, kind)]
        assert len(found) == 1, found
        return found[0]

    def invoke(self, event_type: str) -> Invoke:
        """The one function run at an event."""
        found = [effect for effect in self.asked if isinstance(effect, Invoke) and effect.event_type == event_type]
        assert len(found) == 1, found
        return found[0]

    @property
    def response(self) -> Response:
        """The head that the viewer got."""
        response: Response = self.only(Respond).response
        return response

    @property
    def stored(self) -> CachedObject:
        """The object that was put into the store."""
        object: CachedObject = self.only(Store).object
        return object

    @property
    def facts(self) -> Any:
        """What the access log was told."""
        record = self.asked[-1]
        assert isinstance(record, Record), record
        return record.facts()

    def said(self, step: str) -> list[str]:
        """The lines of the trace about a step."""
        return [decision.text for decision in self.decisions if decision.step == step]


def played(
    distribution: Distribution, request: Request = GET, *, now: Callable[[], float] = lambda: NOW, **answers: Any
) -> Played:
    """Run the flow to its end; ``answers`` by the name of the effect, with plausible ones for the rest.

    A callable is asked for its answer with the effect; underscores stand for the hyphens of event types.
    """
    usual: dict[str, Any] = {"Lookup": NOTHING, "Board": Boarding.LEAD, "Fetch": OK, "Store": True}
    usual |= {"Respond": SENT, "Drain": SENT}
    usual.update(answers)
    decisions: list[Decision] = []
    flow = lifecycle(PreparedDistribution(distribution), request, around(now), "id", decisions.append)
    asked: list[Effect[Any] | Record] = []
    effect = next(flow)
    while True:
        asked.append(effect)
        answer = usual.get(kinds([effect])[0].replace("-", "_"), echo if isinstance(effect, Invoke) else None)
        try:
            effect = flow.send(answer(effect) if callable(answer) else answer)
        except StopIteration as end:
            return Played(asked if end.value is None else [*asked, end.value], decisions)


def run(distribution: Distribution, request: Request = GET, **answers: Any) -> list[Effect[Any] | Record]:
    """What the flow asked for on its way to its end, and what it came to."""
    return played(distribution, request, **answers).asked


def stored_object(status: int = 200, body: bytes = b"stored", **more: Any) -> CachedObject:
    """An object that expires at 1060 and may stand in for a failing origin until 5000."""
    settings: dict[str, Any] = {
        "headers": Headers([("Content-Type", "text/plain"), ("ETag", '"1"')]),
        "path": "/x",
        "stored_at": NOW - 5,
        "fresh_until": NOW + 60,
        "stale_while_revalidate_until": more.get("fresh_until", NOW + 60),
        "stale_if_error_until": NOW + 4000,
    }
    return CachedObject(status=status, body=body, **{**settings, **more})
