"""An event on its way into a JavaScript child, and what the handler returned on its way back.

The two shapes that nearly every event has cross as flat lists of text, which both sides build and read several times
faster than nested objects; a result that is the event's own object, changed, comes back as what changed. Anything else
crosses as plain JSON. ``trampoline.js`` and ``sharing.js`` are the other side.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from itertools import count
from typing import Any

from edgeware.functions.njs.reads import PARTS
from edgeware.functions.program import Part, Request

_REQUEST = ("version", "context", "viewer", "request")
_RESPONSE = ("version", "context", "viewer", "request", "response")
_REQUEST_KEYS = ("method", "uri", "querystring", "headers", "cookies")
_FRONT = ("version", "context", "viewer")
_RESPONSE_KEYS = ("statusCode", "statusDescription", "headers", "cookies")

MOST_RESPONSES = 256
"""Of which something is kept."""

_encode = json.JSONEncoder(separators=(",", ":"), check_circular=False).encode


class EventCodec:
    """Encodes the events of one function, and decodes its results.

    ``parts`` are those of the event that the function may look at: of an event with a response the others are not
    sent. The edge gives the same response object for every hit on one stored response, and nobody changes one: what
    was made of it is kept, and from the second time on a child is told its number. Any thread may ask.
    """

    def __init__(self, parts: frozenset[str] = PARTS) -> None:
        self._parts = parts
        self._responses: dict[int, _Response] = {}
        self._numbers = count(1)

    def encode(
        self, event: Mapping[str, Any], now: int, seed: int, raw_query: str | None = None, *, recorded: bool = False
    ) -> Request:
        """The input of a run: the event, the time in milliseconds, a 32-bit seed. Pure ASCII: any text passes.

        ``raw_query`` is what ``request.rawQueryString()`` gives. A ``recorded`` run tells what it read (recording.js).
        """
        request = response = part = None
        keys = (*event,)
        if keys == _RESPONSE:
            response, part = self._response(event["response"]).sent(self._numbers)
            request = self._request(event["request"], raw_query) if "request" in self._parts else "0"
        elif keys == _REQUEST:
            request, response = self._request(event["request"], raw_query), "null"
        if request is None or response is None:
            return Request(_marked(f"[{now},{seed},{_encode(dict(event))}]"))
        front = ",".join([_encode(event[part]) if part in self._parts else "0" for part in _FRONT])
        return Request(_marked(f"[{now},{seed},{front},{request},{response}]", recorded=recorded), part)

    def decode(self, result: str, event: Mapping[str, Any]) -> object:
        """The value that the handler returned, from a result of kind ``d`` or ``j``; some exception for nonsense.

        For the same result from the same response object it is the same object.
        """
        if result[0] == "j" or "response" not in event:
            return _decoded(result, event)
        known = self._response(event["response"])
        last, output = known.last
        if last != result:
            output = _decoded(result, event)
            known.last = (result, output)
        return output

    def _request(self, request: Any, raw_query: str | None) -> str | None:
        flat = _flat_request(request)
        if flat is None:
            return None
        return _encode(flat if raw_query is None else [*flat, raw_query])

    def _response(self, response: Any) -> _Response:
        known = self._responses.get(id(response))
        if known is None or known.value is not response:
            if len(self._responses) >= MOST_RESPONSES:
                self._responses = {}
            flat = _flat_response(response)
            known = self._responses[id(response)] = _Response(response, flat)
        return known


class _Response:
    """A response of an event; the last result that came of it, and what that says."""

    __slots__ = ("_is_part", "_sent", "last", "value")

    def __init__(self, value: Any, flat: list[Any] | None) -> None:
        self.value = value
        self.last: tuple[str, object] = ("", None)
        self._sent: tuple[str | None, Part | None] = (None if flat is None else _encode(flat), None)
        # A run gets its own copy of text and numbers, but not of what is more.
        self._is_part = flat is not None and all(isinstance(value, str) for value in (*flat[2], *flat[3]))

    def sent(self, numbers: Iterator[int]) -> tuple[str | None, Part | None]:
        """Its text, None where only the whole event will do; from the second time on a number, and what it is of."""
        sent = self._sent
        if self._is_part and sent[0] is not None:
            self._is_part = False
            if "\\ud" not in sent[0]:
                part = Part(next(numbers), sent[0].encode())
                self._sent = (str(part.number), part)
        return sent


def _marked(text: str, *, recorded: bool = False) -> bytes:
    """Text with characters beyond U+FFFF, or with halves of them, is marked: they need care (``characters.js``).

    A recorded run has a mark that nothing else can end with: neither an event nor a response's number.
    """
    if "\\ud" in text:
        text = text[:-1] + ",1]"
    elif recorded:
        text = text[:-1] + ",true]"
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
        flat.append(name)
        value = entry.get("value")
        flat.append(value if len(entry) == 1 and isinstance(value, str) else entry)
    return flat


def _decoded(result: str, event: Mapping[str, Any]) -> object:
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
