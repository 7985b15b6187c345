"""The event of a CloudFront Function: a message as handler code sees it [functions-event-structure].

This runs for every request of a behavior with a function, hits included: one pass over the lines, no regular
expression, and nothing parsed that is not there.
"""

from __future__ import annotations

from collections.abc import Iterable
from http import HTTPStatus
from typing import Any, Literal

from edgeware.config.model import Distribution
from edgeware.core.function_headers import is_disallowed
from edgeware.messages import Headers, Request, Response

_PHRASES = {status.value: status.phrase for status in HTTPStatus}


def event(
    distribution: Distribution,
    event_type: Literal["viewer-request", "viewer-response"],
    request: Request,
    response: Response | None,
    request_id: str,
) -> dict[str, Any]:
    """The event handed to ``handler``; ``response`` is None for viewer-request [functions-event-structure].

    ``request.rawQueryString`` is a function of the runtime and so not part of this value [general-helper-methods].
    """
    built: dict[str, Any] = {
        "version": "1.0",
        "context": {
            "distributionDomainName": distribution.domain_name,
            "distributionId": distribution.id,
            "eventType": event_type,
            "requestId": request_id,
        },
        "viewer": {"ip": request.client_ip},
        "request": _request(request),
    }
    if response is not None:
        built["response"] = _response(response)
    return built


def _response(response: Response) -> dict[str, Any]:
    """The same object for every hit on one stored response: nobody changes it."""
    built: dict[str, Any] | None
    status, reason, built = response.headers.noted("event.response") or (0, "", None)
    if built is None or status != response.status or reason != response.reason:
        built = _built_response(response)
        response.headers.note("event.response", response.status, response.reason, built)
    return built


def text_of(wire: str) -> str:
    """Text of the wire as a function reads it: UTF-8, and ISO-8859-1 where the bytes are not UTF-8.

    ``wire`` holds one character a byte [edge-function-restrictions-all].
    """
    if wire.isascii():
        return wire
    try:
        return wire.encode("latin-1").decode("utf-8")
    except UnicodeError:
        return wire


def utf8_of(text: str) -> bytes:
    """A function's text as bytes.

    Half a surrogate pair becomes U+FFFD, as in the runtime, whose strings are UTF-8.
    """
    if text.isascii():
        return text.encode()
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace").encode()


def wire_of(text: str) -> str:
    """A function's text as it goes out: UTF-8, one character a byte [edge-function-restrictions-all]."""
    return text if text.isascii() else utf8_of(text).decode("latin-1")


def header_key(wire: str) -> str:
    """A header's name as a function reads it: only ASCII letters are lowered [edge-function-restrictions-all]."""
    if wire.isascii():
        return wire.lower()
    return "".join(letter.lower() if letter.isascii() else letter for letter in text_of(wire))


def parameters(query: str) -> list[str]:
    """The parameters of a query string as they stand, undecoded."""
    return [piece for piece in text_of(query).split("&") if piece]


def cookies(lines: Iterable[str]) -> list[str]:
    """The cookies of all Cookie lines as they stand, undecoded.

    No library does this: those that parse cookies also unquote them, and CloudFront hands them over as received.
    """
    pieces = [piece.strip() for line in lines for piece in text_of(line).split(";")]
    return [piece for piece in pieces if piece]


def name_and_value(piece: str) -> tuple[str, str]:
    """``name=value`` taken apart; a bare ``name`` has the empty value."""
    name, _, value = piece.partition("=")
    return name, value


def set_cookie(line: str) -> tuple[str, dict[str, Any]]:
    """A Set-Cookie line as name and entry; ``attributes`` is all behind the first semicolon, word for word."""
    pair, semicolon, attributes = text_of(line).partition(";")
    name, value = name_and_value(pair)
    entry = {"value": value.strip()}
    if semicolon:
        entry["attributes"] = attributes.strip()
    return name.strip(), entry


def _request(request: Request) -> dict[str, Any]:
    headers, lines = _headers(request.headers, "cookie")
    return {
        "method": request.method,
        "uri": text_of(request.path),
        "querystring": _pairs(parameters(request.query)) if request.query else {},
        "headers": headers,
        "cookies": _pairs(cookies(lines)) if lines else {},
    }


def _built_response(response: Response) -> dict[str, Any]:
    headers, lines = _headers(response.headers, "set-cookie")
    set_cookies: dict[str, dict[str, Any]] = {}
    for line in lines:
        _add(set_cookies, *set_cookie(line))
    return {
        "statusCode": response.status,
        "statusDescription": text_of(response.reason) or _PHRASES.get(response.status, ""),
        "headers": headers,
        "cookies": set_cookies,
    }


def _headers(headers: Headers, cookie_line: str) -> tuple[dict[str, dict[str, Any]], list[str]]:
    """The map of what a function may see, and the lines that go into the cookies instead."""
    found: dict[str, dict[str, Any]] = {}
    cookie_values: list[str] = []
    for name, value in headers.lines:
        # isascii() stands here as well because two calls a line would be a third of this function's time.
        key = name.lower() if name.isascii() else header_key(name)
        if key == cookie_line:
            cookie_values.append(value)
        elif key in found:
            _add(found, key, {"value": text_of(value)})
        elif not is_disallowed(key):
            found[key] = {"value": value if value.isascii() else text_of(value)}
    return found, cookie_values


def _pairs(pieces: list[str]) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {}
    for piece in pieces:
        name, value = name_and_value(piece)
        _add(found, name, {"value": value})
    return found


def _add(found: dict[str, dict[str, Any]], name: str, entry: dict[str, Any]) -> None:
    """Put an entry under its name. ``multiValue`` is there for repeated names only, and repeats the first."""
    first = found.get(name)
    if first is None:
        found[name] = entry
    elif "multiValue" in first:
        first["multiValue"].append(entry)
    else:
        first["multiValue"] = [dict(first), entry]
