"""Requests from an HTTP archive, version 1.2: what browsers save, and what `edgeware run --record` writes."""

from __future__ import annotations

import json
from base64 import b64decode
from collections.abc import Iterator, Mapping
from typing import Any

from edgeware.config.canonical import MASK
from edgeware.exceptions import UsageError
from edgeware.messages import Headers
from edgeware.parity.saved import SavedAnswer, SavedRequest, saved, split_url


def requests(text: str, name: str) -> Iterator[SavedRequest]:
    """The requests of a HAR file's entries. UsageError, with the entry's number, for what is none."""
    try:
        entries = json.loads(text)["log"]["entries"]
        listed = list(entries) if isinstance(entries, list) else None
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise UsageError(f"{name} is no HAR: {error!r}.") from error
    if listed is None:
        raise UsageError(f"{name} is no HAR: log.entries is no list.")
    for number, entry in enumerate(listed, 1):
        where = f"{name}: entry {number}"
        try:
            request = _request(entry, where)
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise UsageError(f"{where} is no request: {error!r}.") from error
        yield request


def _request(entry: Mapping[str, Any], where: str) -> SavedRequest:
    request = entry["request"]
    host, target = split_url(request["url"], where)
    lines = _lines(request)
    return saved(
        request["method"],
        target,
        lines,
        where,
        host=next((value for name, value in lines if name.lower() == "host"), host),
        body=_body(request.get("postData"), where),
        answer=_answer(entry.get("response")),
    )


def _lines(message: Mapping[str, Any]) -> list[tuple[str, str]]:
    return [(str(line["name"]), str(line["value"])) for line in message.get("headers", [])]


def _body(data: Mapping[str, Any] | None, where: str) -> bytes:
    if not data:
        return b""
    if data.get("_truncated"):
        raise UsageError(f"{where}: its body was too long to be recorded whole, so it cannot be sent: take it out.")
    text = str(data.get("text") or "")
    return b64decode(text, validate=True) if data.get("_encoding") == "base64" else text.encode()


def _answer(response: Mapping[str, Any] | None) -> SavedAnswer | None:
    """A browser notes status 0 for a request that had no answer."""
    if not response or not int(response.get("status", 0)):
        return None
    headers = Headers(_lines(response))
    return SavedAnswer(
        status=int(response["status"]),
        x_cache=headers.get("x-cache") or "",
        headers=headers,
        body=_answered(response.get("content") or {}),
    )


def _answered(content: Mapping[str, Any]) -> bytes | None:
    """The body of an answer, unless it was cut, or something in it masked."""
    text = content.get("text")
    if not isinstance(text, str) or content.get("_truncated") or MASK in text:
        return None
    if content.get("encoding") != "base64":
        return text.encode()
    try:
        return b64decode(text, validate=True)
    except ValueError:
        return None
