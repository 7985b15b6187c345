"""An object as bytes, for stores outside of this process. What comes back is believed only with its checksums."""

from __future__ import annotations

import json
from dataclasses import fields
from functools import lru_cache
from typing import Any
from zlib import crc32

from edgeware.core.cached_object import CachedObject
from edgeware.messages import Headers

FORMAT = 1
_NAMES = tuple(field.name for field in fields(CachedObject) if field.name not in ("headers", "body"))
_CHECKSUM = 8
HEADS = 1000
"""How many heads are remembered: the same bytes say the same, and their headers keep what follows from them."""


class CorruptRecordError(ValueError):
    """Bytes that are not what was written, or that another version has written."""


def head_of(key: str, object: CachedObject) -> bytes:
    """Everything but the body, and the body's length and checksum. The body goes beside it, as it is, uncopied."""
    values = {name: getattr(object, name) for name in _NAMES}
    body = [len(object.body), crc32(object.body)]
    text = json.dumps([FORMAT, key, body, object.headers.lines, values], separators=(",", ":")).encode("ascii")
    return b"%08x" % crc32(text) + text


def key_and_object(head: bytes, body: bytes | None) -> tuple[str, CachedObject, int]:
    """The key, the object and the length of its body; without a body, an object that has none.

    CorruptRecordError for what was not written just so by this version.
    """
    key, length, checksum, headers, values = _read(head)
    if body is not None and (len(body) != length or crc32(body) != checksum):
        raise CorruptRecordError("the body is not as it was written")
    return key, CachedObject(headers=headers, body=body or b"", **values), length


@lru_cache(maxsize=HEADS)
def _read(head: bytes) -> tuple[str, int, int, Headers, dict[str, Any]]:
    """What a head says: key, the body's length and checksum, headers, and the other fields of an object."""
    text = head[_CHECKSUM:]
    if head[:_CHECKSUM] != b"%08x" % crc32(text):
        raise CorruptRecordError("the head is not as it was written")
    try:
        written, key, (length, checksum), lines, values = json.loads(text)
        headers, values = Headers(map(tuple, lines)), _as_they_were(values)
        CachedObject(headers=headers, body=b"", **values)  # takes these fields, and no others
    except (TypeError, ValueError) as error:
        raise CorruptRecordError("another version wrote this") from error
    if written != FORMAT:
        raise CorruptRecordError("another version wrote this")
    return key, length, checksum, headers, values


def object_of(key: str, head: bytes, body: bytes) -> CachedObject:
    """The object that was written under a key. CorruptRecordError for anything else."""
    written, object, _ = key_and_object(head, body)
    if written != key:
        raise CorruptRecordError("this is the object of another key")
    return object


def _as_they_were(values: dict[str, Any]) -> dict[str, Any]:
    """JSON knows no tuples, and an object has no lists."""
    return {name: tuple(value) if isinstance(value, list) else value for name, value in values.items()}
