"""What the core may ask of the world. The core decides; whoever runs it performs.

An effect is a frozen value. ``answer = yield from Effect(...)`` asks it; the answer's type stands in the brackets of
the base class. Effects do not raise: what fails is an answer.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping
from enum import Enum
from typing import Any, Generic, Literal, NamedTuple, TypeAlias, TypeVar

from edgeware.config.model import CloudFrontFunction, EventType, LambdaFunction, Origin
from edgeware.core.body import Recorder, Transform
from edgeware.core.cached_object import CachedObject
from edgeware.messages import Request, Response, value

T = TypeVar("T")

FailureKind: TypeAlias = Literal["syntax", "execution", "timeout", "throttled"]
"""``syntax`` is code that its runtime does not even begin to run."""


class Effect(Generic[T]):
    """Something asked of the world, answered with a T."""

    __slots__ = ()

    def __iter__(self) -> Flow[T]:
        answer: T = yield self
        return answer


Flow: TypeAlias = Generator[Effect[Any], Any, T]


@value()
class Failure:
    """Why a function gave no result. ``where`` is ``file:line`` of the function's own source, where it is known."""

    kind: FailureKind
    message: str
    where: str | None = None


@value(kw_only=True)
class LambdaReport:
    """What Lambda reports of an invocation."""

    request_id: str
    """Lambda's own: it is not CloudFront's."""
    version: str
    milliseconds: float
    memory_size: int
    """MB, as configured."""
    max_memory_used: int
    """MB that the process has used at most, in all of its invocations."""
    init_milliseconds: float | None = None
    """What the code outside of the handler took, where the process was new."""


@value()
class Invoked:
    """What a function run gave: ``output``, the returned value as JSON has it, or the ``failure``."""

    output: object = None
    failure: Failure | None = None
    logs: tuple[str, ...] = ()
    seconds: float = 0.0
    """Processor time of the run, as far as the worker can tell."""
    requests: tuple[Any, ...] = ()
    """What it asked of the edge by methods of the module ``cloudfront``, in order: ``[method, argument, ...]`` each."""
    reused: bool = False
    """Whether nothing ran: the result is one that another run had for all that it looked at."""
    utilization: float | None = None
    """Percent of the processor time that it may use, where that was measured [test-function]."""
    report: LambdaReport | None = None
    """Of a Lambda@Edge function that was not killed."""


@value()
class Invoke(Effect[Invoked]):
    """Run an edge function on an event, in the shape AWS documents for its kind."""

    function: CloudFrontFunction | LambdaFunction
    event_type: EventType
    event: Mapping[str, Any]
    raw_query: str | None = None
    """What ``request.rawQueryString()`` gives [general-helper-methods]."""


@value()
class Found:
    """The object under a key, fresh or not; ``generation`` is the count of invalidations when it was looked up."""

    object: CachedObject | None
    generation: int


@value()
class Lookup(Effect[Found]):
    """Look an object up in the store."""

    key: str


class Boarding(Enum):
    """How a request came out of waiting for the same key."""

    LEAD = "lead"
    """Nobody is fetching this key: this request does, and the others wait until it lands."""
    STORED = "stored"
    """The leader stored an object: look it up."""
    FAILED = "failed"
    """The leader stored nothing: fetch for yourself."""
    TAKEN = "taken"
    """Somebody is fetching this key, and the request does not wait for it."""


@value()
class Board(Effect[Boarding]):
    """Request collapsing: lead the fetch of a key, or wait for the one who does."""

    key: str
    waits: bool = True
    """False: do not wait, but say that the key is taken."""


@value()
class Land(Effect[None]):
    """The leader is through: everybody who waits for the key goes on."""

    key: str
    stored: bool


@value()
class RequestBody:
    """The first bytes of a viewer's request body."""

    data: bytes
    truncated: bool


@value()
class ReadBody(Effect[RequestBody]):
    """Read up to ``limit`` bytes of the viewer's body; the origin still gets all of it."""

    limit: int


class Fetched(NamedTuple):
    """An origin's head; its body waits with the driver.

    ``error`` is the access log's error detail (such as ``OriginConnectError``) of a response that the edge had to make
    itself.
    """

    response: Response
    error: str | None = None


@value()
class Resolve(Effect[bool]):
    """Whether the host of an origin URL resolves."""

    url: str


@value()
class Fetch(Effect[Fetched]):
    """Send a request to an origin and wait for the head of its answer."""

    origin: Origin
    request: Request
    body: bytes | None = None
    """In place of the viewer's own body, when a function replaced it."""
    watched: bool = False
    """Whether the body must pass through the edge's hands (to be recorded or changed)."""


@value()
class Delivery:
    """How sending went. The last piece is still held back: it leaves when the flow asks for something else or ends."""

    complete: bool
    """Whether the body came to its end, with neither the origin nor the viewer leaving before."""
    size: int
    """Bytes of body that went, or will go, to the viewer."""


@value()
class Respond(Effect[Delivery]):
    """Send a head to the viewer and then its body.

    The body is the response's own, or else the fetched one, piece by piece through the transforms, the last piece held
    back.
    """

    response: Response
    transforms: tuple[Transform, ...] = ()
    bodiless: bool = False
    """The answer to a HEAD request, or a status that has no body: the head goes out, no byte of the body."""


@value()
class Drain(Effect[Delivery]):
    """Read the fetched body into a recorder, to its end or the recorder's limit; nothing of it goes to the viewer."""

    recorder: Recorder


@value()
class Store(Effect[bool]):
    """Put an object into the store. The answer says whether it was taken."""

    key: str
    object: CachedObject


@value()
class Revalidate(Effect[None]):
    """Run another flow once this one has ended and the viewer has everything."""

    flow: Callable[[], Flow[None]]
