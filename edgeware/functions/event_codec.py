"""An event on its way into a JavaScript child, and what the handler returned on its way back.

The two shapes that nearly every event has cross as flat lists of text, which both sides build and read several times
faster than nested objects; a result that is the event's own object, changed, comes back as what changed. Anything else
crosses as plain JSON. ``trampoline.js`` and ``sharing.js`` are the other side.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

_REQUEST = ("version", "context", "viewer", "request")
_RESPONSE = ("version", "context", "viewer", "request", "response")
_REQUEST_KEYS = ("method", "uri", "querystring", "headers", "cookies")
_RESPONSE_KEYS = ("statusCode", "statusDescription", "headers", "cookies")

_encode = json.JSONEncoder(separators=(",", ":"), check_circular=False).encode


def encode(
    event: Mapping[str, Any], now: int, seed: int, raw_query: str | None = None, *, recorded: bool = False
) -> bytes:
    """The input of a run: the event, the time in milliseconds, a 32-bit seed. Pure ASCII, so that any text passes.

    ``raw_query`` is what ``request.rawQueryString()`` gives. A ``recorded`` run tells what it read (recording.js).
    """
    keys = (*event,)
    if keys == _RESPONSE:
        request, response = _flat_request(event["request"]), _flat_response(event["response"])
    elif keys == _REQUEST:
        request, response = _flat_request(event["request"]), None
    else:
        return _payload([now, seed, dict(event)])
    if request is None or (response is None and keys == _RESPONSE):
        return _payload([now, seed, dict(event)])
    if raw_query is not None:
        request.append(raw_query)
    return _payload(
        [now, seed, event["version"], event["context"], event["viewer"], request, response], recorded=recorded
    )


def _payload(value: list[Any], *, recorded: bool = False) -> bytes:
    """Text with characters beyond U+FFFF, or with halves of them, is marked: they need care (``characters.js``)."""
    text = _encode(value)
    if "\\ud" in text:
        text = text[:-1] + ",1]"
    elif recorded:
        text = text[:-1] + ",2]"
    return text.encode()


def _flat_request(request: Any) -> list[Any] | None:
    if not isinstance(request, dict) or (*request,) != _REQUEST_KEYS:
        return None
    query, headers, cookies = _flat(request["querystring"]), _flat(request["headers"]), _flat(request["cookies"])
    if query is None or headers is None or cookies is None:
        return None
    return [request["method"], request["uri"], query, headers, cookies]


def _flat_response(response: Any) -> list[Any] | None:
    if not isinstance(response, dict) or (*response,) != _RESPONSE_KEYS:
        return None
    headers, cookies = _flat(response["headers"]), _flat(response["cookies"])
    if headers is None or cookies is None:
        return None
    return [response["statusCode"], response["statusDescription"], headers, cookies]


def _flat(entries: Any) -> list[Any] | None:
    """``[name, value, ...]``; an entry with more than a value stands whole."""
    if not isinstance(entries, dict):
        return None
    flat: list[Any] = []
    for name, entry in entries.items():
        if not isinstance(entry, dict):
            return None
        value = entry.get("value")
        flat += (name, value) if isinstance(value, str) and len(entry) == 1 else (name, entry)
    return flat


def decode(result: str, event: Mapping[str, Any]) -> object:
    """The value that the handler returned, from a result of kind ``d`` or ``j``; some exception for nonsense."""
    value = json.loads(result[1:])
    if result[0] == "j":
        return value
    if result[0] != "d":
        raise ValueError(result[0])
    if "response" in event:
        return _response(value, event["response"])
    return _request(value, event["request"])


def _request(changes: list[Any], request: Mapping[str, Any]) -> dict[str, Any]:
    method, uri, query, headers, cookies = changes
    return {
        "method": method,
        "uri": uri,
        "querystring": query if isinstance(query, str) else _entries(query, request["querystring"]),
        "headers": _entries(headers, request["headers"]),
        "cookies": _entries(cookies, request["cookies"]),
    }


def _response(changes: list[Any], response: Mapping[str, Any]) -> dict[str, Any]:
    status, description, headers, cookies = changes
    return {
        "statusCode": status,
        "statusDescription": description,
        "headers": _entries(headers, response["headers"]),
        "cookies": _entries(cookies, response["cookies"]),
    }


def _entries(changes: list[Any], known: Mapping[str, Any]) -> dict[str, Any]:
    names = (*known,)
    entries: dict[str, Any] = {}
    rest = iter(changes)
    for item in rest:
        if isinstance(item, int):
            name = names[item]
            entries[name] = {"value": known[name]["value"]}
        else:
            entry = next(rest)
            entries[item] = {"value": entry} if isinstance(entry, str) else entry
    return entries
