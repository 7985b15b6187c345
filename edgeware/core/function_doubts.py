"""What a function returned that has another effect than its author will have meant [functions-event-structure].

None of it is refused. What becomes of it no page says, so each line names what is done here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from edgeware.messages import Response

_FRAMING = ("content-length", "transfer-encoding")
_NO_BODY = frozenset({204, 304})


def of_request(output: Mapping[str, Any]) -> Iterator[str]:
    """What is doubtful in a request that a function returned and that is accepted."""
    if "cookie" in output.get("headers", ()):
        yield "request.headers['cookie'] has no effect: cookies are set in request.cookies"
    uri = output.get("uri", "")
    for sign in "?#":
        if sign in uri:
            what = "which becomes a part of the path: a query string is set in request.querystring"
            yield f"request.uri has a {sign}, {what}"
    if "body" in output:
        yield "request.body has no effect: a CloudFront Function never touches the body of a request"


def of_response(sent: Mapping[str, Any], output: Mapping[str, Any], made: Response) -> Iterator[str]:
    """What is doubtful in a response that a function returned and that became ``made``.

    ``sent`` is the event's response, or nothing where there was none.
    """
    headers: Mapping[str, Any] = output.get("headers", {})
    if "set-cookie" in headers:
        yield "response.headers['set-cookie'] has no effect: cookies are set in response.cookies"
    for name in _FRAMING:
        if name in headers and _is_another(headers[name], sent.get("headers", {}).get(name), made.headers.get(name)):
            yield f"response.headers['{name}'] has no effect: the edge frames the body itself"
    if "body" in output:
        yield from _of_body(headers, output["body"], made)


def _is_another(entry: Mapping[str, Any], sent: Mapping[str, Any] | None, made: str | None) -> bool:
    return entry != sent and entry.get("value") != made


def _of_body(headers: Mapping[str, Any], body: Any, made: Response) -> Iterator[str]:
    coding = headers.get("content-encoding", {}).get("value", "identity")
    plain = isinstance(body, str) or body["encoding"] == "text"
    if plain and made.body and coding != "identity":
        yield (
            f"response.headers['content-encoding'] says {coding!a}, but response.body is plain text: viewers cannot "
            "read it unless the function deletes the header"
        )
    if body and made.status in _NO_BODY:
        yield f"response.body has no effect: a response with the status {made.status} has no body"
