"""One request to an HTTP server, as a flow that asks for input and output and does none.

A driver carries out step after step and answers with bytes: what was read for Read and ReadBody, none for the others.
Where Connect, Write or Read fail it throws the OSError (a TimeoutError for a timeout) into the flow. So attempts,
framing and the names of failures stand once, and run over blocking sockets as over asyncio. h11 reads and writes HTTP:
it sends a target as it is, refuses what is malformed and notices a body that is cut short.

A connection serves one request after the other, but only those that may be sent twice, since an origin may close it at
any time. It is kept only where nothing is left on it: what an origin leaves behind can reach no other request.
"""

from __future__ import annotations

import socket
import ssl
from collections.abc import Generator, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias, TypeVar
from urllib.parse import quote, urlsplit

import h11
from werkzeug.http import is_hop_by_hop_header, parse_set_header

from edgeware.config.headers import is_header_value
from edgeware.config.model import READ_METHODS, Origin, Url
from edgeware.exceptions import UsageError
from edgeware.messages import Headers, Request
from edgeware.origins.unreachable import OriginUnreachable

REUSED = b"reused"
# The longest head that an origin may send.
MAX_HEAD_BYTES = 65536
# What a request target can carry (RFC 9112 section 3.2); anything else would break the request line.
TARGET_CHARACTERS = "".join(map(chr, range(0x21, 0x7F)))

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Connect:
    """Open a connection in place of the one before. Answered with REUSED for one that was used before."""

    may_reuse: bool = False


@dataclass(frozen=True, slots=True)
class Keep:
    """The connection has nothing left on it and may be used again."""


@dataclass(frozen=True, slots=True)
class Write:
    """Send bytes to the origin."""

    data: bytes


@dataclass(frozen=True, slots=True)
class Read:
    """Wait for the next bytes from the origin; none: it has closed the connection."""


@dataclass(frozen=True, slots=True)
class ReadBody:
    """Wait for the next bytes of the request's body; none: it is complete."""


@dataclass(frozen=True, slots=True)
class Head:
    """The head of the answer is there."""

    status: int
    reason: str
    headers: Headers


@dataclass(frozen=True, slots=True)
class Piece:
    """Bytes of the answer's body are there; ``last`` where it is known already that no more follow."""

    data: bytes
    last: bool


Step: TypeAlias = "Connect | Keep | Write | Read | ReadBody | Head | Piece"
Forwarding: TypeAlias = Generator[Step, bytes, T]


@dataclass(frozen=True, slots=True)
class Server:
    """Where the origin's stand-in listens."""

    host: str
    port: int
    tls: bool
    authority: str
    """What its own Host header would be."""
    prefix: str
    """Put before every path."""
    preserve_host: bool
    added: Headers
    """Sent in the place of what the request has under their names."""

    @classmethod
    def at(cls, target: Url) -> Server:
        """Read an origin URL. UsageError where it is none."""
        try:
            parts = urlsplit(target.url)
            port = parts.port
            (parts.hostname or "").encode("idna")  # a resolver would stumble over what is no host name
        except ValueError as error:
            raise UsageError(f"{target.url!r} is not an origin URL: {error}") from error
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise UsageError(f"{target.url!r} is not an origin URL: write http://host[:port] or https://host[:port]")
        tls = parts.scheme == "https"
        return cls(
            host=parts.hostname,
            port=(443 if tls else 80) if port is None else port,
            tls=tls,
            authority=parts.netloc.rpartition("@")[2],
            prefix=parts.path.rstrip("/"),
            preserve_host=target.preserve_host,
            added=Headers(target.headers),
        )


def tls_context(target: Url, server: Server) -> ssl.SSLContext | None:
    """How the server's certificate is checked, as the target says; None for HTTP. UsageError for a broken file."""
    if not server.tls:
        return None
    try:
        context = ssl.create_default_context(cafile=target.verify if isinstance(target.verify, Path) else None)
    except OSError as error:
        raise UsageError(f"{target.verify} holds no certificates in PEM form: {error}") from error
    if target.verify is False:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context


def forward(request: Request, server: Server, origin: Origin) -> Forwarding[None]:
    """Send a request and hand on the answer; the timeouts are the driver's.

    Connecting is tried ``connection_attempts`` times, and a GET or HEAD that is not answered in time is sent as often
    [DownloadDistValuesOrigin]. Redirects are not followed, nothing is decoded. Raises OriginUnreachable.
    """
    body = yield ReadBody()
    may_repeat = may_reuse = request.method in READ_METHODS and not body
    retries = origin.connection_attempts - 1 if may_repeat else 0
    while True:
        wire = h11.Connection(h11.CLIENT, max_incomplete_event_size=MAX_HEAD_BYTES)
        reused = yield from _connect(origin.connection_attempts, may_reuse)
        try:
            yield from _send(wire, request, server, body)
            response = yield from _response(wire)
            break
        except OriginUnreachable as unreachable:
            if reused and unreachable.status != 504 and not wire.trailing_data[0]:
                may_reuse = False  # closed while it rested: no attempt of this request's
                continue
            if unreachable.status != 504 or not retries:
                raise
            retries -= 1
    yield Head(response.status_code, response.reason.decode("latin-1"), _response_headers(response))
    yield from _body(wire)
    if wire.our_state is wire.their_state is h11.DONE and wire.trailing_data == (b"", False):
        yield Keep()


def _connect(attempts: int, may_reuse: bool) -> Forwarding[bool]:
    while True:
        try:
            answer = yield Connect(may_reuse)
            return answer == REUSED
        except OSError as error:
            attempts -= 1
            if attempts <= 0:
                raise _unconnected(error) from error


def _unconnected(error: OSError) -> OriginUnreachable:
    if isinstance(error, socket.gaierror):
        return OriginUnreachable("OriginDnsError", 502, str(error))
    if isinstance(error, TimeoutError):
        return OriginUnreachable("OriginCommError", 504, "no connection in time")
    why = str(error)
    if isinstance(error, ssl.SSLCertVerificationError):
        why = f"certificate: {error.verify_message} (to trust it, give the target verify: false or a PEM file)"
    return OriginUnreachable("OriginConnectError", 502, why)


def _send(wire: h11.Connection, request: Request, server: Server, body: bytes) -> Forwarding[None]:
    try:
        # An origin may have answered and gone without hearing a request out: reading will tell.
        with _failures(wire, "OriginWriteError"), suppress(BrokenPipeError, ConnectionResetError):
            yield from _write(wire, _request_head(request, server, body), body)
    except h11.LocalProtocolError as error:
        raise OriginUnreachable("OriginWriteError", 502, f"HTTP cannot carry this request: {error}") from error


def _write(wire: h11.Connection, head: h11.Request, body: bytes) -> Forwarding[None]:
    data = wire.send(head) or b""
    while body:
        yield Write(data + (wire.send(h11.Data(data=body)) or b""))
        data = b""
        body = yield ReadBody()
    data += wire.send(h11.EndOfMessage()) or b""
    if data:
        yield Write(data)


def _request_head(request: Request, server: Server, body: bytes) -> h11.Request:
    target = f"{server.prefix}{request.path}" + (f"?{request.query}" if request.query else "")
    host = request.headers.get("host") if server.preserve_host else None
    lines = [("Host", server.added.get("host") or host or server.authority)]
    kept = _end_to_end(request.headers.without("host", "content-length", *server.added.names()))
    lines += [(name, value.strip()) for name, value in (*kept, *server.added.without("host"))]
    lines += [("Connection", "Keep-Alive"), *_framing(request.headers.get("content-length"), body)]
    return h11.Request(
        method=request.method.encode("latin-1"),
        target=quote(target, safe=TARGET_CHARACTERS, encoding="latin-1", errors="replace"),
        headers=[(name.encode("latin-1"), value.encode("latin-1")) for name, value in lines],
    )


def _framing(length: str | None, body: bytes) -> list[tuple[str, str]]:
    if not body:
        return [] if length is None else [("Content-Length", "0")]
    return [("Transfer-Encoding", "chunked")] if length is None else [("Content-Length", length)]


def _end_to_end(headers: Headers) -> Headers:
    """Without what concerns one connection only (RFC 9110 section 7.6.1)."""
    named = parse_set_header(headers.joined("connection"))
    gone = [name for name in headers.names() if is_hop_by_hop_header(name) or name in named]
    return headers.without("proxy-connection", *gone)


def _response_headers(response: h11.Response) -> Headers:
    raw = response.headers.raw_items()
    headers = Headers([(name.decode("latin-1"), value.decode("latin-1")) for name, value in raw])
    for name, value in headers:
        if not is_header_value(value):  # h11 takes it, and a server would fail to pass it on
            raise OriginUnreachable("OriginInvalidResponseError", 502, f"control characters in the header {name}")
    if "transfer-encoding" in headers:
        headers = headers.without("content-length")  # RFC 9112 section 6.3: the coding decides
    return _end_to_end(headers)


def _response(wire: h11.Connection) -> Forwarding[h11.Response]:
    while True:
        event = yield from _next(wire)
        if isinstance(event, h11.Response):  # before it come at most 1xx heads, which concern this hop only
            return event


def _body(wire: h11.Connection) -> Forwarding[None]:
    event = yield from _next(wire)
    while isinstance(event, h11.Data):
        data = bytes(event.data)
        with _failures(wire, "OriginReadError"):
            event = wire.next_event()  # only what has come already: a piece never waits for the next one
        yield Piece(data, last=isinstance(event, h11.EndOfMessage))
        if event is h11.NEED_DATA:
            event = yield from _next(wire)


def _next(wire: h11.Connection) -> Forwarding[object]:
    with _failures(wire, "OriginReadError"):
        while (event := wire.next_event()) is h11.NEED_DATA:
            data = yield Read()
            wire.receive_data(data)
    return event


@contextmanager
def _failures(wire: h11.Connection, detail: str) -> Iterator[None]:
    """Name what goes wrong in the access log's words."""
    try:
        yield
    except TimeoutError as error:
        raise OriginUnreachable("OriginCommError", 504, "no answer in time") from error
    except OSError as error:
        raise OriginUnreachable(detail, 502, str(error)) from error
    except h11.RemoteProtocolError as error:
        raise OriginUnreachable(_complaint(wire, error), 502, str(error)) from error


def _complaint(wire: h11.Connection, error: h11.RemoteProtocolError) -> str:
    _, closed = wire.trailing_data
    if closed:
        return "OriginReadError"
    return "OriginHeaderTooBigError" if error.error_status_hint == 431 else "OriginInvalidResponseError"
