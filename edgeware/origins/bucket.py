"""A stand-in for an S3 bucket: what its REST interface answers to GET and HEAD, out of a directory.

Status codes, headers and error names are S3's, the wording is ours.
"""

from __future__ import annotations

import mimetypes
import os
import stat
from dataclasses import dataclass, replace
from datetime import datetime, timezone
from functools import lru_cache
from hashlib import md5
from pathlib import Path
from typing import BinaryIO
from urllib.parse import unquote_plus
from xml.sax.saxutils import escape

from werkzeug.http import http_date, parse_date, parse_etags, parse_if_range_header, parse_range_header

from edgeware.config.model import READ_METHODS, Directory, Layer
from edgeware.messages import Headers, Request, Response
from edgeware.origins.unreachable import OriginUnreachable

CHUNK_BYTES = 65536
# The tables built in, not those of the machine, so that an object has the same type everywhere ...
TYPES = mimetypes.MimeTypes()
# ... and under every Python: names that came, or changed, after 3.10.
for _type, _suffix in (
    ("text/javascript", ".js"),
    ("text/javascript", ".mjs"),
    ("text/markdown", ".md"),
    ("image/avif", ".avif"),
    ("image/webp", ".webp"),
    ("font/woff", ".woff"),
    ("font/woff2", ".woff2"),
):
    TYPES.add_type(_type, _suffix)


class Bucket:
    """The decisions: what a request is answered with.

    A key is the decoded path without its first slash, in exactly the case and spelling of the file; ``+`` is a space,
    as at S3. There are no listings, no index documents unless ``index`` asks for them, and nothing outside the
    directory has a key.
    """

    def __init__(self, directory: Directory) -> None:
        self._objects = Objects(directory)
        self._index = directory.index
        self._not_found = directory.not_found

    def answer(self, request: Request) -> Answer:
        """The head and what follows it. Reads the file system."""
        if request.method not in READ_METHODS:
            return _error(405, "MethodNotAllowed", "This bucket answers GET and HEAD only.", {"Method": request.method})
        key = unquote_plus(request.path[1:])
        if self._index is not None and (not key or key.endswith("/")):
            key += self._index
        found = self._objects.at(key) if key else None
        answer = self._missing(key) if found is None else selected(found, request.headers)
        return answer.without_body() if request.method == "HEAD" else answer

    def _missing(self, key: str) -> Answer:
        # Without a key S3 would list the bucket, which nobody may here.
        if self._not_found == 403 or not key:
            return _error(403, "AccessDenied", "No permission, or no such object and no permission to know that.")
        return _error(404, "NoSuchKey", "There is no object of this key.", {"Key": key})


class Objects:
    """What lies in a bucket: the files of its directories, each under its prefix, the first that has a key."""

    def __init__(self, directory: Directory) -> None:
        layers = (Layer(path=directory.path, prefix=directory.prefix), *directory.beneath)
        self._layers = [(one.path.resolve(), one.prefix) for one in layers]

    def at(self, key: str) -> S3Object | None:
        """The object under a key, or None where there is none that may be read."""
        for root, prefix in self._layers:
            found = S3Object.at(root, key[len(prefix) :]) if key.startswith(prefix) else None
            if found is not None:
                return found
        return None


class S3Object:
    """An open file and what S3 would keep with it."""

    def __init__(self, path: str, file: BinaryIO, status: os.stat_result) -> None:
        self.file = file
        self.size = status.st_size
        self.modified = datetime.fromtimestamp(int(status.st_mtime), timezone.utc)
        self.md5 = _md5(path, status.st_mtime_ns, status.st_size)
        self.content_type = TYPES.guess_type(path)[0] or "binary/octet-stream"

    @classmethod
    def at(cls, root: Path, key: str) -> S3Object | None:
        """The object under a key, or None where there is none that may be read."""
        try:
            path = os.path.realpath(f"{root}/{key}", strict=True)
            if not Path(path).is_relative_to(root) or not _is_spelt(root, key):
                return None
            if not stat.S_ISREG(os.stat(path).st_mode):  # noqa: PTH116 - opening a pipe would wait for its writer
                return None
            file = open(path, "rb")  # noqa: PTH123, SIM115 - the answer closes it
        except (OSError, ValueError):  # ValueError: a NUL
            return None
        return cls(path, file, os.fstat(file.fileno()))

    def headers(self) -> Headers:
        """What every answer about this object carries."""
        return Headers(
            [
                ("Last-Modified", http_date(self.modified)),
                ("ETag", f'"{self.md5}"'),
                ("Accept-Ranges", "bytes"),
                ("Content-Type", self.content_type),
                ("Server", "AmazonS3"),
            ]
        )


def _is_spelt(root: Path, key: str) -> bool:
    """Whether every part of the key is a name in its directory: not so for ``..``, ``.``, nothing, or another case."""
    folder = root
    for name in key.split("/"):
        if name not in os.listdir(folder):  # noqa: PTH208 - names, not paths
            return False
        folder = folder / name
    return True


@lru_cache(maxsize=4096)
def _md5(path: str, mtime_ns: int, size: int) -> str:
    """The digest of a file as it is at a time."""
    digest = md5(usedforsecurity=False)
    with Path(path).open("rb") as file:
        while chunk := file.read(CHUNK_BYTES):
            digest.update(chunk)
    return digest.hexdigest()


class FileSlice:
    """Bytes of an open file, piece by piece. ``left`` counts those that are still to come."""

    def __init__(self, file: BinaryIO, start: int, size: int) -> None:
        file.seek(start)
        self._file = file
        self.left = size

    def __iter__(self) -> FileSlice:
        return self

    def __next__(self) -> bytes:
        """The next piece. Raises OriginUnreachable when the file has become shorter."""
        if not self.left:
            self.close()
            raise StopIteration
        chunk = self._file.read(min(CHUNK_BYTES, self.left))
        if not chunk:
            raise OriginUnreachable("OriginReadError", 502, f"{self._file.name} became shorter while it was read")
        self.left -= len(chunk)
        return chunk

    def close(self) -> None:
        """Close the file."""
        self._file.close()


@dataclass(frozen=True, slots=True)
class Answer:
    """A head, and a file's bytes or none."""

    response: Response
    file: FileSlice | None = None

    def without_body(self) -> Answer:
        """The answer to HEAD in place of GET."""
        if self.file is not None:
            self.file.close()
        return Answer(replace(self.response, body=b""))


def _error(status: int, code: str, message: str, details: dict[str, str] | None = None) -> Answer:
    parts = {"Code": code, "Message": message, **(details or {})}
    text = "".join(f"<{name}>{escape(printable(value))}</{name}>" for name, value in parts.items())
    body = f'<?xml version="1.0" encoding="UTF-8"?>\n<Error>{text}</Error>'.encode()
    lines = [("Content-Type", "application/xml"), ("Content-Length", str(len(body))), ("Server", "AmazonS3")]
    if status == 405:
        lines.append(("Allow", "GET, HEAD"))
    return Answer(Response(status=status, headers=Headers(lines), body=body))


def printable(text: str) -> str:
    """XML has no place for control characters."""
    return "".join(character if character.isprintable() else "\N{REPLACEMENT CHARACTER}" for character in text)


def selected(found: S3Object, asked: Headers) -> Answer:
    """What is answered of an object that is there: conditions and ranges (RFC 9110 sections 13.2.2 and 14.2)."""
    headers = found.headers()
    failed = _failed_condition(found, asked)
    if failed is not None:
        found.file.close()
        return _error(412, "PreconditionFailed", "A condition of the request does not hold.", {"Condition": failed})
    if _is_not_modified(found, asked):
        found.file.close()
        return Answer(Response(status=304, headers=headers.without("content-type"), body=b""))
    wanted = _range(found, asked)
    if wanted is None:
        whole = headers.add("Content-Length", str(found.size))
        return Answer(Response(status=200, headers=whole), FileSlice(found.file, 0, found.size))
    return _part(found, headers, *wanted)


def _failed_condition(found: S3Object, asked: Headers) -> str | None:
    if_match = asked.joined("if-match")
    if if_match is not None:
        return None if parse_etags(if_match).contains(found.md5) else "If-Match"
    since = parse_date(asked.get("if-unmodified-since"))
    return "If-Unmodified-Since" if since is not None and found.modified > since else None


def _is_not_modified(found: S3Object, asked: Headers) -> bool:
    if_none_match = asked.joined("if-none-match")
    if if_none_match is not None:
        return parse_etags(if_none_match).contains_weak(found.md5)
    since = parse_date(asked.get("if-modified-since"))
    return since is not None and found.modified <= since


def _range(found: S3Object, asked: Headers) -> tuple[int, int] | None:
    """First byte and end of the range asked for, or None for the whole: no range, one not valid, or several of them."""
    parsed = parse_range_header(asked.get("range"))
    if parsed is None or parsed.units != "bytes" or len(parsed.ranges) != 1:
        return None
    if_range = asked.get("if-range")
    if if_range is not None:
        condition = parse_if_range_header(if_range)
        if condition.etag != found.md5 and condition.date != found.modified:
            return None
    first, end = parsed.ranges[0]
    first = max(first + found.size, 0) if first < 0 else first
    return first, found.size if end is None else min(end, found.size)


def _part(found: S3Object, headers: Headers, first: int, end: int) -> Answer:
    if first >= found.size:
        found.file.close()
        answer = _error(416, "InvalidRange", "No byte of the object is in the range asked for.")
        unsatisfied = answer.response.headers.add("Content-Range", f"bytes */{found.size}")
        return replace(answer, response=replace(answer.response, headers=unsatisfied))
    headers = headers.add("Content-Range", f"bytes {first}-{end - 1}/{found.size}")
    headers = headers.add("Content-Length", str(end - first))
    return Answer(Response(status=206, headers=headers), FileSlice(found.file, first, end - first))
