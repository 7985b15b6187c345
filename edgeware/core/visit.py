"""One viewer request on its way through the edge: what is known of it so far."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from edgeware.config.model import EventType, Origin
from edgeware.core.cached_object import CachedObject
from edgeware.core.compression import Compressor
from edgeware.core.decision import Decision
from edgeware.core.error_page import error_page
from edgeware.core.headers import EdgeLocation, XCache
from edgeware.core.prepared import Origins, PreparedBehavior, PreparedDistribution
from edgeware.messages import Request, Response, value

Clock: TypeAlias = Callable[[], float]


@value(kw_only=True)
class Surroundings:
    """What the flows of an edge are given of the world: values, and functions that give values."""

    location: EdgeLocation
    now: Clock
    """Seconds since the epoch."""
    record_limit: int
    """Bytes; a longer body passes without being stored."""
    draw: Callable[[], float]
    """A number from 0 up to, not including, 100: whether Server-Timing is sampled."""


@dataclass(slots=True)
class Visit:
    """The state of one lifecycle."""

    around: Surroundings
    request_id: str
    tell: Callable[[Decision], object]
    """Takes a line of the trace."""
    site: PreparedDistribution
    prepared: PreparedBehavior
    viewer: Request
    """As the viewer sent it."""
    request: Request
    """After viewer-request, with the CloudFront-* headers that the policies ask for."""
    viewer_facing: Request
    """After viewer-request, without them: what Lambda@Edge sees at the viewer's side."""
    started: float
    """Seconds since the epoch."""
    origins: Origins
    """Who may be asked: the behavior's, or what viewer-request chose."""
    origin: Origin
    """The one that is asked, or was asked last."""
    log_data: Mapping[EventType, str] | None = None
    """What functions gave to ``cf.logCustomData``, where any did."""
    body: bytes | None = None
    """What a function put in the place of the viewer's body."""
    key: str | None = None
    generation: int = 0
    part: CachedObject | None = None
    """A part of the object that is stored and fresh, but not the one asked for."""
    compressor: Compressor | None = None
    """What the body of the answer has to pass."""
    logged: bool = True
    """Whether the access log gets a line of it."""
    leads: bool = False
    """Whether others wait for this request's fetch."""

    def decide(self, step: str, text: str) -> None:
        """Write a line of the trace."""
        self.tell(Decision(step, text))

    def warn(self, step: str, text: str) -> None:
        """Write a line of the trace that belongs into the log too."""
        self.tell(Decision(step, text, warning=True))

    def page(self, status: int, sentence: str, x_cache: str = XCache.ERROR, detail: str = "") -> Answer:
        """The Answer for an error of the edge's own making."""
        page = error_page(status, sentence, request_id=self.request_id)
        policy_applies = "errors" in self.site.distribution.switches.rhp_on
        return Answer(response=page, x_cache=x_cache, detail=detail, final=True, policy_applies=policy_applies)


@value()
class Answer:
    """What the viewer will get, before the viewer-facing changes."""

    response: Response
    x_cache: str
    detail: str = ""
    """The access log's detailed result type, where it differs from the result type."""
    age: int | None = None
    final: bool = False
    """Whether viewer-response is skipped whatever the status: a function or the edge itself made this."""
    policy_applies: bool = True
    """Whether the response headers policy has a say."""
    generated: bool = False
    """Whether a function made it, now or when it was stored: no custom error response takes its place."""
    object: CachedObject | None = field(default=None)
    """To be stored under the visit's key, once its body is there."""

    def saying(self, response: Response) -> Answer:
        """The same with another response: of every hit that a function changes, so cheaper than replace()."""
        return Answer(
            response,
            self.x_cache,
            self.detail,
            self.age,
            self.final,
            self.policy_applies,
            self.generated,
            self.object,
        )
