"""One request to one base URL. No redirect is followed, no proxy asked, and nobody else's host."""

from __future__ import annotations

from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from threading import Event, Lock
from time import perf_counter
from urllib.parse import urlsplit

from edgeware.exceptions import UsageError
from edgeware.messages import Headers
from edgeware.parity.saved import SavedRequest

MAX_BODY_BYTES = 64 * 1024 * 1024
TIMEOUT = 65.0
"""Seconds; an origin may take 60 before CloudFront gives up [DownloadDistValuesOrigin]."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """What came back; or why nothing did (``failure``, and status 0)."""

    status: int = 0
    headers: Headers = field(default_factory=Headers)
    body: bytes = b""
    seconds: float = 0.0
    failure: str = ""


class Pace:
    """No more than so many requests a second; None: as they come."""

    def __init__(self, rate: float | None) -> None:
        self._gap = 0.0 if rate is None else 1.0 / rate
        self._next = 0.0
        self._lock = Lock()
        self._never = Event()

    def wait(self) -> None:
        """Come back when it is one's turn."""
        with self._lock:
            now = perf_counter()
            turn = max(now, self._next)
            self._next = turn + self._gap
        if turn > now:
            self._never.wait(turn - now)


class Site:
    """What stands at a base URL such as ``https://d111111abcdef8.cloudfront.net``. UsageError for another URL."""

    def __init__(self, base: str, *, host: str | None = None, rate: float | None = None) -> None:
        try:
            parts = urlsplit(base)
            self._port = parts.port
        except ValueError as error:
            raise UsageError(f"{base!r} is no base URL: {error}.") from error
        if parts.scheme not in ("http", "https") or not parts.hostname or parts.path.strip("/") or parts.query:
            raise UsageError(f"{base!r} is no base URL of the form https://host: leave path and query string out.")
        self.base = f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}"
        self.host = host or parts.netloc.rpartition("@")[2]
        self._address = parts.hostname
        self._kind = HTTPSConnection if parts.scheme == "https" else HTTPConnection
        self._pace = Pace(rate)

    def send(self, request: SavedRequest, host: str | None = None) -> Received:
        """The answer to a request, whose Host is ours unless another is given."""
        self._pace.wait()
        connection = self._kind(self._address, self._port, timeout=TIMEOUT)
        since = perf_counter()
        try:
            _put(connection, request, host or self.host)
            response = connection.getresponse()
            body = response.read(MAX_BODY_BYTES)
            headers = Headers(response.getheaders())
            return Received(status=response.status, headers=headers, body=body, seconds=perf_counter() - since)
        except (OSError, HTTPException, ValueError) as error:
            return Received(failure=f"{type(error).__name__}: {error}", seconds=perf_counter() - since)
        finally:
            connection.close()


def _put(connection: HTTPConnection, request: SavedRequest, host: str) -> None:
    connection.putrequest(request.method, request.target, skip_host=True, skip_accept_encoding=True)
    connection.putheader("Host", host)
    for name, value in request.headers:
        connection.putheader(name, value.encode("latin-1"))
    if request.body or request.method not in ("GET", "HEAD", "OPTIONS", "DELETE"):
        connection.putheader("Content-Length", str(len(request.body)))
    connection.putheader("Connection", "close")
    connection.endheaders(request.body or None)
