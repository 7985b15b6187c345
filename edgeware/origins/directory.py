"""A directory stands for the origin, as an S3 bucket would: the bucket's answers in both worlds."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from http import HTTPStatus
from typing import TYPE_CHECKING

from starlette.types import Receive, Scope, Send

from edgeware.config.model import Directory
from edgeware.origins.bucket import Bucket, FileSlice
from edgeware.origins.website import WebsiteBucket

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment


def _bucket(directory: Directory) -> Bucket | WebsiteBucket:
    return Bucket(directory) if directory.website is None else WebsiteBucket(directory, directory.website)


class DirectoryOrigin:
    """A WSGI application that answers ``environ["edgeware.request"]`` out of a directory."""

    def __init__(self, directory: Directory) -> None:
        self._bucket = _bucket(directory)

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request, as PEP 3333 says."""
        answer = self._bucket.answer(environ["edgeware.request"])
        status = answer.response.status
        start_response(f"{status} {HTTPStatus(status).phrase}", list(answer.response.headers.lines))
        return [answer.response.body or b""] if answer.file is None else answer.file


class ASGIDirectoryOrigin:
    """The ASGI application for the same: it answers ``scope["edgeware.request"]``; files are read in threads."""

    def __init__(self, directory: Directory) -> None:
        self._bucket = _bucket(directory)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, as ASGI says."""
        answer = await asyncio.to_thread(self._bucket.answer, scope["edgeware.request"])
        lines = answer.response.headers
        headers = [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in lines]
        await send({"type": "http.response.start", "status": answer.response.status, "headers": headers})
        if answer.file is None:
            await send({"type": "http.response.body", "body": answer.response.body or b""})
            return
        try:
            await _send_file(answer.file, send)
        finally:
            answer.file.close()


async def _send_file(file: FileSlice, send: Send) -> None:
    chunk = b""
    while file.left:
        chunk = await asyncio.to_thread(next, file)
        await send({"type": "http.response.body", "body": chunk, "more_body": file.left > 0})
    if not chunk:
        await send({"type": "http.response.body", "body": b""})
