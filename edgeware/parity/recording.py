"""A run's exchanges as an HTTP archive (HAR 1.2), each with its trace as ``_edgeware``.

The file is whole after each entry: whatever ends the run, what is there can be read.
"""

from __future__ import annotations

import json
import os
from base64 import b64encode
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timezone
from http import HTTPStatus
from importlib.metadata import version
from pathlib import Path
from threading import Lock
from time import perf_counter
from typing import Any
from urllib.parse import parse_qsl

from starlette.types import ASGIApp, Message, Receive, Scope, Send
from werkzeug.http import parse_cookie

from edgeware.asgi import ASGIEdge
from edgeware.edge import Exchange
from edgeware.exceptions import UsageError
from edgeware.messages import Headers, Request, Response
from edgeware.parity.masking import Masking
from edgeware.parity.traces import trace_of
from edgeware.scope import read_request, read_response

MAX_BODY_BYTES = 1024 * 1024
"""Of each body so much is kept; what is longer is cut, and the entry says so."""
_END = b"\n]}}\n"


class Archive:
    """A HAR file that grows. UsageError where it cannot be written; only its owner may read it.

    ``continued`` goes on with the archive that is there, as one process does after another. Who reads the file at the
    moment in which an entry is written may get half of what was there before and half of what is there after.
    """

    def __init__(self, path: Path, *, continued: bool = False) -> None:
        begin = _head()
        try:
            descriptor = os.open(path, os.O_RDWR | os.O_CREAT | (0 if continued else os.O_TRUNC), 0o600)
            self._file = os.fdopen(descriptor, "r+b", buffering=0)
            size = self._file.seek(0, os.SEEK_END)
            if not size:
                size = self._file.write(begin + _END)
        except OSError as error:
            raise UsageError(f"{path} cannot be written: {error.strerror}.") from error
        self._at = size - len(_END)
        self._between = b"\n" if self._at == len(begin) else b",\n"
        self._lock = Lock()

    def add(self, entry: Mapping[str, Any]) -> None:
        """Write one more entry, and the end of the file behind it, at once."""
        text = json.dumps(entry).encode()
        with self._lock:
            self._file.seek(self._at)
            self._file.write(self._between + text + _END)
            self._at += len(self._between) + len(text)
            self._between = b",\n"

    def close(self) -> None:
        """No more entries."""
        self._file.close()


def _head() -> bytes:
    creator = {"name": "edgeware", "version": version("edgeware")}
    head = json.dumps({"log": {"version": "1.2", "creator": creator, "entries": []}})
    return head.removesuffix("]}}").encode()


class Recorder:
    """An ASGI application round an edge that writes down what passes.

    Secrets are masked unless ``secrets``; of a body ``max_body`` bytes are kept. The application is otherwise the edge.
    """

    def __init__(
        self, edge: ASGIEdge, archive: Archive, *, secrets: bool = False, max_body: int = MAX_BODY_BYTES
    ) -> None:
        self._edge = edge
        self._archive = archive
        self._secrets = secrets
        self._max_body = max_body

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection's scope, as ASGI says."""
        if scope["type"] != "http":
            await self._edge(scope, receive, send)
            return
        taken = _Taken(self._max_body)
        since, started = perf_counter(), self._edge.edge.clock()
        try:
            await self._edge(scope, taken.receiving(receive), taken.sending(send))
        finally:
            if taken.response is not None:
                masking = Masking(self._edge.edge.distribution, enabled=not self._secrets)
                request = read_request(scope, self._edge.edge.distribution.viewer)
                times = (started, perf_counter() - since)
                exchange = self._exchange(taken.response.headers)
                self._archive.add(entry(request, taken.response, taken, times, exchange, masking))

    def _exchange(self, headers: Headers) -> Exchange | None:
        request_id = headers.get("x-amz-cf-id")
        return next((one for one in reversed(self._edge.edge.exchanges) if one.request_id == request_id), None)


@contextmanager
def recorded(edge: ASGIEdge, path: Path | None, *, secrets: bool = False, continued: bool = False) -> Iterator[ASGIApp]:
    """The edge, with a recorder round it where there is a path."""
    if path is None:
        yield edge
        return
    archive = Archive(path, continued=continued)
    try:
        yield Recorder(edge, archive, secrets=secrets)
    finally:
        archive.close()


class Body:
    """The first bytes of a body, and how many there were."""

    def __init__(self, limit: int) -> None:
        self.data = b""
        self.size = 0
        self._limit = limit

    def feed(self, chunk: bytes) -> None:
        """Take the next piece."""
        self.data += bytes(chunk[: self._limit - len(self.data)])
        self.size += len(chunk)


class _Taken:
    """What passed of one request."""

    def __init__(self, limit: int) -> None:
        self.asked, self.answered = Body(limit), Body(limit)
        self.response: Response | None = None

    def receiving(self, receive: Receive) -> Receive:
        async def received() -> Message:
            message = await receive()
            self.asked.feed(message.get("body", b""))
            return message

        return received

    def sending(self, send: Send) -> Send:
        async def sent(message: Message) -> None:
            if message["type"] == "http.response.start":
                self.response = read_response(message)
            self.answered.feed(message.get("body", b""))
            await send(message)

        return sent


# --- an entry of HAR 1.2 --------------------------------------------------------------------------------------------


def entry(
    request: Request,
    response: Response,
    taken: _Taken,
    times: tuple[float, float],
    exchange: Exchange | None,
    masking: Masking,
) -> Mapping[str, Any]:
    """One exchange; ``times`` are its beginning, in seconds since the epoch, and how many it took."""
    masking.learn(request.headers, request.query, response.headers)
    milliseconds = round(times[1] * 1000, 3)
    return {
        "startedDateTime": datetime.fromtimestamp(times[0], timezone.utc).isoformat(timespec="milliseconds"),
        "time": milliseconds,
        "request": _request(request, taken.asked, masking),
        "response": _response(response, taken.answered, masking),
        "cache": {},
        "timings": {"send": 0, "wait": milliseconds, "receive": 0},
        "_edgeware": {} if exchange is None else trace_of(exchange, masking),
    }


def _request(request: Request, body: Body, masking: Masking) -> dict[str, Any]:
    query, headers = masking.query(request.query), masking.headers(request.headers)
    cookies = "; ".join(value for name, value in headers if name.lower() == "cookie")
    host = request.headers.get("host") or "localhost"
    told: dict[str, Any] = {
        "method": request.method,
        "url": masking.text(f"{request.scheme}://{host}{request.path}{'?' if query else ''}{query}"),
        "httpVersion": f"HTTP/{request.http_version}",
        "cookies": _pairs(parse_cookie(cookies).items(multi=True)),
        "headers": _pairs(headers),
        "queryString": _pairs(parse_qsl(query, keep_blank_values=True)),
        "headersSize": -1,
        "bodySize": body.size,
    }
    if body.size:
        text, encoding = _text(body, masking)
        told["postData"] = {"mimeType": request.headers.get("content-type") or "", "params": [], "text": text}
        told["postData"].update({"_encoding": "base64"} if encoding else {})
        told["postData"].update(_cut(body))
    return told


def _response(response: Response, body: Body, masking: Masking) -> dict[str, Any]:
    headers = masking.headers(response.headers)
    text, encoding = _text(body, masking)
    content: dict[str, Any] = {"size": body.size, "mimeType": response.headers.get("content-type") or "", "text": text}
    content.update({"encoding": "base64"} if encoding else {})
    content.update(_cut(body))
    return {
        "status": response.status,
        "statusText": _phrase(response.status),
        "httpVersion": "HTTP/1.1",
        "cookies": [_cookie(value) for name, value in headers if name.lower() == "set-cookie"],
        "headers": _pairs(headers),
        "content": content,
        "redirectURL": next((value for name, value in headers if name.lower() == "location"), ""),
        "headersSize": -1,
        "bodySize": body.size,
    }


def _pairs(pairs: Iterable[tuple[str, str]]) -> list[Mapping[str, str]]:
    return [{"name": name, "value": value} for name, value in pairs]


def _cookie(line: str) -> Mapping[str, str]:
    name, _, value = line.partition(";")[0].partition("=")
    return {"name": name.strip(), "value": value.strip()}


def _text(body: Body, masking: Masking) -> tuple[str, bool]:
    """The body as text with its secrets masked, or in base64."""
    try:
        return masking.text(body.data.decode("utf-8")), False
    except UnicodeDecodeError:
        return b64encode(body.data).decode("ascii"), True


def _cut(body: Body) -> Mapping[str, object]:
    if len(body.data) == body.size:
        return {}
    return {"comment": f"the first {len(body.data)} of {body.size} bytes", "_truncated": True}


def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return ""
