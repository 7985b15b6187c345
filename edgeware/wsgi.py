"""The WSGI driver: carries out what the edge's flow asks of a WSGI world (PEP 3333). It decides nothing."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sized
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from edgeware.config.model import App, Origin
from edgeware.core.delivery import BODILESS
from edgeware.core.effects import Delivery, Drain, Fetch, Fetched, ReadBody, Resolve, Respond, Revalidate
from edgeware.edge import Ask, Edge, Exchange, logger
from edgeware.environ import is_websocket, origin_environ, read_body, read_request
from edgeware.inspector import Inspector, inspected
from edgeware.messages import Headers, Response
from edgeware.origins import OriginUnreachable, wsgi_origin
from edgeware.origins.names import resolves

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

FRAMING = frozenset({"content-length", "transfer-encoding"})
BESIDE = 4
"""How many revalidations go on beside the requests of a server with several threads."""


class WSGIEdge:
    """An edge location round a WSGI application.

    ``distribution`` and the keyword arguments are those of Edge; an ``edge`` made before can be given instead. With
    ``inspect`` (True, or a mapping with ``port`` and ``token``) a page on a port of its own shows what the edge does.
    """

    def __init__(
        self,
        app: WSGIApplication,
        distribution: Any = None,
        *,
        edge: Edge | None = None,
        inspect: bool | Mapping[str, Any] = False,
        **options: Any,
    ) -> None:
        self.app = app
        self.edge = Edge(distribution, **options) if edge is None else edge
        self.inspector: Inspector | None = inspected(self.edge, inspect) if inspect else None
        self._origins: dict[Origin, WSGIApplication] = {}
        self.beside = ThreadPoolExecutor(BESIDE, "edgeware-revalidation")
        """What goes on beside the requests; the end of the process waits for it."""

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Serve one request, as PEP 3333 says."""
        if is_websocket(environ):  # some servers hand the connection itself to the application
            return self.app(environ, start_response)
        exchange = self.edge.exchange(read_request(environ, self.edge.distribution.viewer))
        driver = _Driver(self, exchange, environ, start_response)
        try:
            return driver.run()
        except BaseException:
            driver.close()
            raise

    def origin(self, origin: Origin) -> WSGIApplication:
        """The application that stands for an origin."""
        if isinstance(origin.target, App):
            return self.app
        if origin not in self._origins:
            self._origins[origin] = wsgi_origin(origin)
        return self._origins[origin]


class _Driver:
    """One viewer request: the exchange, and the server's environ and start_response."""

    def __init__(
        self, middleware: WSGIEdge, exchange: Exchange, environ: WSGIEnvironment, start_response: StartResponse
    ) -> None:
        self.exchange = exchange
        self._behind: list[Exchange] = []
        self._middleware = middleware
        self._environ = environ
        self._start_response = start_response
        self._answer = _Answer()
        self._last = b""

    def run(self) -> Iterable[bytes]:
        wanted = self._drive(self.exchange.start())
        if wanted is not None:
            return _Body(self._stream(wanted), self.close)
        self.close()
        if self._behind and not self._environ.get("wsgi.multithread"):
            return _Body(iter((self._last,)), self._run_behind)
        self._run_beside()
        return [self._last]

    def close(self) -> None:
        """End the exchange and the application's answer, as the server does with an iterable it has read."""
        try:
            self._answer.close()
        finally:
            self.exchange.close()

    def _run_behind(self) -> None:
        """Go on after the viewer has everything, in the server's own thread: the application may bear no other."""
        for exchange in self._behind:
            self._finish(exchange, exchange.start())

    def _run_beside(self) -> None:
        """The same where the server has several threads, and so the application bears another one: without waiting."""
        for exchange in self._behind:
            if (ask := exchange.start()) is None:
                continue
            try:
                self._middleware.beside.submit(self._finish, exchange, ask)
            except RuntimeError:  # the process is ending
                exchange.close()

    def _finish(self, exchange: Exchange, ask: Ask) -> None:
        """A failure is none of the answer's, which is complete: the server is not told of it."""
        driver = _Driver(self._middleware, exchange, self._environ, self._start_response)
        try:
            driver._drive(ask)
        except Exception:
            logger.exception("%s: what went on in the background failed", exchange.request.path)
        finally:
            driver.close()

    def _drive(self, ask: Ask) -> Respond | None:
        """Run the flow until it wants the fetched body to go to the viewer, or nothing more."""
        while ask is not None:
            if isinstance(ask, Fetch):
                answer: Any = self._fetch(ask)
            elif isinstance(ask, Drain):
                answer = self._drain(ask)
            elif isinstance(ask, Resolve):
                answer = resolves(ask.url)
            elif isinstance(ask, Revalidate):
                self._behind.append(self.exchange.behind(ask))
                answer = None
            elif isinstance(ask, ReadBody):
                answer = read_body(self._environ, ask.limit)
            elif isinstance(ask, Respond):
                self._start(ask.response)
                if ask.response.body is None:
                    return ask
                self._last = b"" if ask.bodiless else ask.response.body
                answer = Delivery(complete=True, size=len(self._last))
            else:
                answer = ask.result()  # type: ignore[union-attr]  # nothing comes in a later turn without a loop
            ask = self.exchange.resume(answer)
        return None

    def _start(self, response: Response) -> None:
        reason = response.reason or _phrase(response.status)
        lines = [line for line in response.headers.lines if line[0] != "Connection"]  # the server's business (PEP 3333)
        self._start_response(f"{response.status} {reason}", lines)

    def _fetch(self, fetch: Fetch) -> Fetched:
        self._answer.close()
        self._answer = _Answer()
        try:
            self._answer.call(self._middleware.origin(fetch.origin), origin_environ(self._environ, fetch))
            self._answer.measure(fetch.request.method)
        except OriginUnreachable as unreachable:
            return Fetched(Response(status=unreachable.status), unreachable.detail)
        if self._answer.response is None:
            return Fetched(Response(status=502), "OriginInvalidResponseError")
        return Fetched(self._answer.response)

    def _drain(self, drain: Drain) -> Delivery:
        size = 0
        try:
            for chunk in self._answer:
                size += len(chunk)
                drain.recorder.feed(chunk)
                if drain.recorder.overflowed:
                    return Delivery(complete=False, size=size)
        except OriginUnreachable:  # in the middle of its answer, which nobody needs
            return Delivery(complete=False, size=size)
        drain.recorder.finish()
        return Delivery(complete=True, size=size)

    def _stream(self, respond: Respond) -> Iterator[bytes]:
        """The fetched body, each piece at once; what completes the announced length waits for the flow's end."""
        sent = 0
        held = b""
        try:
            for piece in filter(None, self._pieces(respond)):
                if held:
                    yield held
                sent += len(piece)
                held = piece if sent == self._answer.announced else b""
                if not held:
                    yield piece
        except OriginUnreachable:  # raised on: the server must not end this body as if it were whole
            self._drive(self.exchange.resume(Delivery(complete=False, size=sent)))
            raise
        self._drive(self.exchange.resume(Delivery(complete=True, size=sent)))
        if held or not sent:  # an empty piece too: some servers send the head with the first one
            yield held

    def _pieces(self, respond: Respond) -> Iterator[bytes]:
        if respond.bodiless and not respond.transforms:
            return  # nobody needs it, and it may have no end
        for chunk in self._answer:
            for transform in respond.transforms:
                chunk = transform.feed(chunk)
            if not respond.bodiless:
                yield chunk
        tail = b""
        for transform in respond.transforms:
            tail = transform.feed(tail) + transform.finish()
        if not respond.bodiless:
            yield tail


class _Answer:
    """What an application answers: the head as soon as it is known, the body as it comes."""

    def __init__(self) -> None:
        self.response: Response | None = None
        self.announced: int | None = None
        self._written: deque[bytes] = deque()
        self._iterable: Iterable[bytes] = ()
        self._iterator: Iterator[bytes] = iter(())
        self._heard = False

    def call(self, app: WSGIApplication, environ: WSGIEnvironment) -> None:
        """Call the application and read until its head is final: with the first byte of the body, or its end."""
        self._iterable = app(environ, self._start_response)
        self._iterator = iter(self._iterable)
        while self.response is None or not any(self._written):
            try:
                self._written.append(next(self._iterator))
            except StopIteration:
                break
        self._heard = True

    def measure(self, method: str) -> None:
        """Say how long a body of one piece is, as a server in its place does (PEP 3333, Content-Length)."""
        response, iterable = self.response, self._iterable
        if response is None or not isinstance(iterable, Sized) or len(iterable) != 1:
            return
        if response.headers.has_any(FRAMING):
            return
        self._written.extend(self._iterator)
        size = sum(map(len, self._written))
        if size or (method != "HEAD" and response.status not in BODILESS):
            self.announced = size
            self.response = replace(response, headers=response.headers.set("Content-Length", str(size)))

    def _start_response(
        self, status: str, headers: list[tuple[str, str]], exc_info: Any = None, /
    ) -> Callable[[bytes], object]:
        if exc_info is not None and self._heard:
            raise exc_info[1].with_traceback(exc_info[2])
        if exc_info is None and self.response is not None:
            raise AssertionError("the application called start_response a second time, without exc_info")
        code, _, reason = status.partition(" ")
        self.response = Response(status=int(code), reason=reason, headers=Headers(headers))
        length = self.response.headers.get("content-length")
        self.announced = int(length) if length is not None and length.isdigit() else None
        return self._written.append

    def __iter__(self) -> Iterator[bytes]:
        while True:
            while self._written:
                yield self._written.popleft()
            try:
                self._written.append(next(self._iterator))
            except StopIteration:
                yield from self._written
                return

    def close(self) -> None:
        """Close the application's iterable, once."""
        iterable, self._iterable = self._iterable, ()
        close = getattr(iterable, "close", None)
        if close is not None:
            close()


class _Body:
    """An iterable for the server, with a close that always reaches the application."""

    def __init__(self, pieces: Iterator[bytes], close: Callable[[], None]) -> None:
        self._pieces = pieces
        self.close = close

    def __iter__(self) -> Iterator[bytes]:
        return self._pieces


def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "Unknown"
