"""What came of a request, told in the words of an assertion."""

from __future__ import annotations

import gzip
import json
import zlib
from collections.abc import Callable, Iterator, Mapping
from typing import Any, get_args

import brotli
from starlette.datastructures import Headers

from edgeware.config.model import Distribution, EventType
from edgeware.core.access_log import Record
from edgeware.core.effects import Fetch, Invoke, Lookup
from edgeware.edge import Exchange
from edgeware.exceptions import UsageError
from edgeware.messages import Request
from edgeware.testing.snapshots import body_of, whole
from edgeware.trace import Step, Trace

_DECODERS: Mapping[str, Callable[[bytes], bytes]] = {
    "br": brotli.decompress,
    "deflate": zlib.decompress,
    "gzip": gzip.decompress,
}


class Outcome:
    """A request that the edge has answered, whoever sent it."""

    def __init__(self, exchange: Exchange, distribution: Distribution) -> None:
        self.exchange = exchange
        self._distribution = distribution
        self.request: Request = exchange.request
        """As the viewer sent it."""

    @property
    def trace(self) -> Trace:
        """Every step and the reason for it; ``trace.lines()`` are its lines of text."""
        return self.exchange.trace

    @property
    def status(self) -> int:
        """The status code; 0 where the viewer left before there was one."""
        response = self.trace.response
        return 0 if response is None else response.status

    @property
    def status_code(self) -> int:
        """The same under the name that most clients give it."""
        return self.status

    @property
    def headers(self) -> Headers:
        """The response's headers: ``headers["etag"]``, in any case; ``getlist`` for those that come twice."""
        response = self.trace.response
        return Headers(raw=[] if response is None else response.headers.raw)

    @property
    def x_cache(self) -> str:
        """``Hit from cloudfront`` and so on; empty where there is none."""
        return self.headers.get("x-cache", "")

    @property
    def age(self) -> int | None:
        """Seconds in the cache; None for a response that is not from there."""
        age = self.headers.get("age")
        return None if age is None else int(age)

    @property
    def request_id(self) -> str:
        """X-Amz-Cf-Id."""
        return self.exchange.request_id

    @property
    def cache_key(self) -> str | None:
        """What the object is stored under, a line for each part; None where the cache was not asked."""
        return next((step.effect.key for step in self._steps() if isinstance(step.effect, Lookup)), None)

    @property
    def origin_requests(self) -> tuple[Request, ...]:
        """All that origins were asked on behalf of this viewer: a failover or a custom error page asks again."""
        return tuple(step.effect.request for step in self._steps() if isinstance(step.effect, Fetch))

    @property
    def origin_request(self) -> Request | None:
        """What the application was asked first; None where it was not asked."""
        return next(iter(self.origin_requests), None)

    def ran(self, what: EventType | str) -> bool:
        """Whether a function ran at an event such as ``viewer-response``, or the function of this name did.

        UsageError for what is neither an event nor a function of the distribution.
        """
        effects = [step.effect for step in self._steps() if isinstance(step.effect, Invoke)]
        if any(what in (effect.event_type, effect.function.name) for effect in effects):
            return True
        names = sorted({function.name for function in self._distribution.functions.values()})
        if what not in names and what not in get_args(EventType):
            raise UsageError(
                f"ran({what!r}): there is no such event and no such function; events are "
                f"{', '.join(get_args(EventType))}, functions {', '.join(names) or 'there are none'}"
            )
        return False

    def report(self) -> Iterator[str]:
        """The request, the answer and the trace as lines of text."""
        query = f"?{self.request.query}" if self.request.query else ""
        yield f"{self.request.method} {self.request.path}{query} -> {self.status} {self.x_cache}".rstrip()
        yield from (f"  {line}" for line in self.trace.lines())

    def whole(self) -> dict[str, Any]:
        """The exchange as plain values, the same in each run; ``assert response == snapshot`` (syrupy) compares it."""
        return whole(self)

    def __eq__(self, other: object) -> bool:
        return self is other if isinstance(other, Outcome) else bool(self.whole() == other)

    __hash__ = object.__hash__

    def _steps(self) -> Iterator[Any]:
        """The steps of the viewer's own request; what the edge does in the background comes after the log's line."""
        for step in tuple(self.trace.steps):
            if isinstance(step, Record):
                return
            if isinstance(step, Step):
                yield step

    def __repr__(self) -> str:
        age = "" if self.age is None else f", age {self.age}"
        what = f"{self.request.method} {self.request.path}: {self.status} {self.x_cache}".rstrip()
        return f"<{type(self).__name__} {what}{age}>"


class Response(Outcome):
    """What a request of the site's own client got."""

    def __init__(self, exchange: Exchange, distribution: Distribution, body: bytes) -> None:
        super().__init__(exchange, distribution)
        self.body = body
        """The bytes on the wire, compressed if they are."""

    def whole(self) -> dict[str, Any]:
        """The exchange as plain values, with the body as it is without its encoding."""
        found = super().whole()
        return {**found, "response": {**found["response"], "body": body_of(self.content)}}

    @property
    def content(self) -> bytes:
        """The body without its Content-Encoding. UsageError for an encoding that is not br, gzip or deflate."""
        content = self.body
        for coding in reversed(self.headers.get("content-encoding", "").lower().split(",")):
            if content and coding.strip() not in ("", "identity"):
                content = _decoder(coding.strip())(content)
        return content

    @property
    def text(self) -> str:
        """The content as text, in the charset that Content-Type names, UTF-8 without."""
        _, _, charset = self.headers.get("content-type", "").lower().partition("charset=")
        return self.content.decode(charset.partition(";")[0].strip("\" '") or "utf-8", "replace")

    def json(self) -> Any:
        """The content read as JSON. ValueError where it is none."""
        return json.loads(self.content)


def _decoder(coding: str) -> Callable[[bytes], bytes]:
    try:
        return _DECODERS[coding]
    except KeyError:
        raise UsageError(f"the body is encoded as {coding!r}, which is not known here: .body has its bytes") from None
