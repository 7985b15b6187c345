"""What a CloudFront Function returned, checked and applied to the message that it was given.

The pages: [functions-event-structure] for shapes and precedence, [edge-function-restrictions-all] for what may not be
touched. What nobody changed goes out byte for byte, what was changed as UTF-8. The result is hostile JSON: whatever it
is, the answer is a message or an Invalid, never an exception.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any, TypeVar
from urllib.parse import quote

from edgeware.core.function_entries import (
    RESTRICTIONS,
    Change,
    Findings,
    NameMap,
    Value,
    check_cookies,
    check_headers,
    field_value,
    has_control,
    placed,
    with_headers,
)
from edgeware.core.function_event import (
    cookies,
    header_key,
    name_and_value,
    parameters,
    set_cookie,
    text_of,
    utf8_of,
)
from edgeware.core.invalid import Invalid
from edgeware.messages import Headers, Request, Response

Result = TypeVar("Result")

MAX_URI_AND_QUERY = 8191
"""Characters of both and the question mark [edge-function-restrictions-all]."""
MAX_HEAD = 32768
"""Bytes of a request without its body [cloudfront-limits]."""

_PATH_CHARACTERS = "!$%&'()*+,/:;=@[]|~"
_QUERY_CHARACTERS = _PATH_CHARACTERS + "?\\^`{}"
_CONTROL_OR_SPACE = re.compile(r"[\x00-\x20\x7f]")
_NOT_IN_QUERY = re.compile(r"[\x00-\x20\x7f#]")
_NO_CONTENT = frozenset({*range(100, 200), 204, 304})
_FRAMING = ("content-length", "transfer-encoding")

_QUERY = NameMap("request.querystring")
_REQUEST_HEADERS = NameMap("request.headers")
_REQUEST_COOKIES = NameMap("request.cookies")
_RESPONSE_HEADERS = NameMap("response.headers")
_RESPONSE_COOKIES = NameMap("response.cookies", attributed=True)
_NOTHING_SENT: Mapping[str, Any] = {"statusDescription": "", "headers": {}, "cookies": {}}


def apply_request(request: Request, sent: Mapping[str, Any], output: object) -> Request | Response | Invalid:
    """What viewer-request goes on with: the request, or the response that the function made.

    ``sent`` is the whole event that was built for ``request``, ``output`` what the function returned. Where nothing
    was changed, ``request`` itself comes back. A response has a body, if only an empty one, and its Content-Length.
    """
    original = sent["request"]
    if output == original:
        return request
    if not isinstance(output, dict):
        return _shapeless("must be event.request or a response with a statusCode, not a bare value or nothing at all")
    if "statusCode" in output:
        return _respond(Response(status=200), _NOTHING_SENT, {"body": "", **output})
    if output.keys().isdisjoint(("uri", "method", "headers")):
        return _shapeless("must be event.request or a response with a statusCode, not the event or some other object")
    return _go_on(request, original, output)


def apply_response(response: Response, sent: Mapping[str, Any], output: object) -> Response | Invalid:
    """What viewer-response sends; ``sent`` and ``output`` as for ``apply_request``.

    A body that the function gave takes the place of ``response``'s own, and Content-Length counts it. As long as the
    body stays, so do Content-Length and Transfer-Encoding: they belong to the bytes, which the function never saw.
    """
    original = sent["response"]
    if output == original:
        return response
    if not isinstance(output, dict) or "statusCode" not in output:
        return _shapeless("must be event.response or a response with a statusCode")
    return _respond(response, original, output)


def final(result: Result) -> Result | Invalid:
    """A function's result, or a refusal of the statuses 100 to 199: they end no answer (RFC 9110 section 15.2)."""
    if isinstance(result, Response) and result.status < 200:
        findings = Findings()
        findings.add("response.statusCode", f"must be from 200 to 599: nothing can be answered with a {result.status}")
        return findings.invalid()
    return result


def _shapeless(what: str) -> Invalid:
    findings = Findings()
    findings.add("the returned value", what)
    return findings.invalid()


# --- a request ------------------------------------------------------------------------------------------------------


def _go_on(request: Request, sent: Mapping[str, Any], output: Mapping[str, Any]) -> Request | Invalid:
    findings = Findings()
    if output.get("method") != sent["method"]:
        findings.add("request.method", f"must stay {sent['method']}: a function cannot change it")
    path, query = _target(request, sent, output, findings)
    headers = _REQUEST_HEADERS.changes(sent["headers"], output.get("headers", {}), findings)
    check_headers("request.headers", headers, "viewer-request", findings)
    crumbs = output.get("cookies", {})
    changed_cookies = _REQUEST_COOKIES.changes(sent["cookies"], crumbs, findings)
    check_cookies("request.cookies", changed_cookies, findings)
    if findings.lines:
        return findings.invalid()
    lines = with_headers(request.headers, headers, "cookie")
    if changed_cookies:
        lines = _with_cookies(lines, changed_cookies, crumbs)
    return _within_quota(request.asking(path, query, lines))


def _target(
    request: Request, sent: Mapping[str, Any], output: Mapping[str, Any], findings: Findings
) -> tuple[str, str]:
    """Path and query string as they go out, percent-encoded where a changed text would be no request target."""
    raw_query = text_of(request.query)
    uri = _uri(sent["uri"], output.get("uri"), findings)
    query = _query(raw_query, sent["querystring"], output.get("querystring", {}), findings)
    if uri == sent["uri"] and query == raw_query:
        return request.path, request.query
    if len(uri) + len(query) + bool(query) > MAX_URI_AND_QUERY:
        what = f"must have fewer than {MAX_URI_AND_QUERY + 1} characters, query string included"
        findings.add("request.uri", what, page=RESTRICTIONS)
        return "", ""
    path = request.path if uri == sent["uri"] else quote(utf8_of(uri), safe=_PATH_CHARACTERS)
    return path, request.query if query == raw_query else quote(utf8_of(query), safe=_QUERY_CHARACTERS)


def _uri(sent: str, uri: object, findings: Findings) -> str:
    if uri == sent:
        return sent
    if not isinstance(uri, str) or not uri.startswith("/"):
        findings.add("request.uri", "must be a string that begins with /")
    elif _CONTROL_OR_SPACE.search(uri):
        findings.add("request.uri", "must be without spaces and control characters: percent-encode them")
    else:
        return uri
    return ""


def _query(raw: str, sent: Mapping[str, Any], returned: Any, findings: Findings) -> str:
    """The query string that an object or a string asks for; an untouched object asks for the very text that came."""
    if isinstance(returned, str):
        query = returned
    else:
        changed = _QUERY.changes(sent, returned, findings)
        query = "&".join(_rebuilt(parameters(raw), changed, returned)) if changed else raw
    if query != raw and _NOT_IN_QUERY.search(query):
        what = "must be without spaces, control characters and #: percent-encode them"
        findings.add("request.querystring", what, page=RESTRICTIONS)
    return query


def _rebuilt(pieces: list[str], changed: Mapping[str, Change], order: Iterable[str]) -> list[str]:
    """``name=value`` pieces in the order of the returned map, those as they stood that nobody changed."""
    before: dict[str, list[str]] = {}
    for piece in pieces:
        before.setdefault(_name(piece), []).append(piece)
    rebuilt: list[str] = []
    for name in order:
        rebuilt += placed(before.get(name, ()), _name, {name: changed[name]} if name in changed else {}, _pair)
    return rebuilt


def _name(piece: str) -> str:
    return name_and_value(piece)[0]


def _pair(name: str, value: Value) -> str:
    return f"{name}={value[0]}"


def _with_cookies(headers: Headers, changed: Mapping[str, Change], order: Iterable[str]) -> Headers:
    """One Cookie line in the place of all."""
    line = "; ".join(_rebuilt(cookies(headers.get_all("cookie")), changed, order))
    return headers.set("Cookie", field_value(line)) if line else headers.without("cookie")


def _within_quota(request: Request) -> Request | Invalid:
    if request.headers.size + len(request.method) + len(request.path) + len(request.query) <= MAX_HEAD:
        return request
    findings = Findings()
    what = f"must fit into {MAX_HEAD} bytes, uri and query string included"
    findings.add("request.headers", what, page="cloudfront-limits")
    return findings.invalid()


# --- a response -----------------------------------------------------------------------------------------------------


def _respond(response: Response, sent: Mapping[str, Any], output: Mapping[str, Any]) -> Response | Invalid:
    findings = Findings()
    status = _status(output["statusCode"], findings)
    reason = _reason(response, sent, output, findings)
    headers = _RESPONSE_HEADERS.changes(sent["headers"], output.get("headers", {}), findings)
    # A response that was made in viewer-request is held to this list as well: it is no request.
    check_headers("response.headers", headers, "viewer-response", findings)
    cookie_lines = _RESPONSE_COOKIES.changes(sent["cookies"], output.get("cookies", {}), findings)
    check_cookies("response.cookies", cookie_lines, findings)
    body = _body(output, findings)
    if findings.lines:
        return findings.invalid()
    lines = with_headers(response.headers, headers, "set-cookie", *_FRAMING)
    if cookie_lines:
        lines = Headers(placed(lines, _set_cookie_name, cookie_lines, _set_cookie_line))
    return _framed(Response(status=status, reason=reason, headers=lines, body=response.body), response, body)


def _status(code: object, findings: Findings) -> int:
    # JSON knows no integers: 200.0 is one.
    if isinstance(code, (int, float)) and not isinstance(code, bool) and 100 <= code <= 599 and code == int(code):
        return int(code)
    findings.add("response.statusCode", "must be an integer from 100 to 599")
    return 0


def _reason(response: Response, sent: Mapping[str, Any], output: Mapping[str, Any], findings: Findings) -> str:
    if "statusDescription" not in output:
        return response.reason if output["statusCode"] == response.status else ""
    description = output["statusDescription"]
    if description == sent.get("statusDescription"):
        return response.reason
    if isinstance(description, str) and not has_control(description):
        return field_value(description)
    findings.add("response.statusDescription", "must be a string without control characters")
    return ""


def _body(output: Mapping[str, Any], findings: Findings) -> bytes | None:
    """The bytes that the function gave, or None where it left the body alone."""
    if "body" not in output:
        return None
    body = output["body"]
    if isinstance(body, str):
        return utf8_of(body)
    if not isinstance(body, dict) or not isinstance(body.get("data"), str):
        findings.add("response.body", "must be a string, or an object with data and encoding")
    elif body.get("encoding") == "text":
        return utf8_of(body["data"])
    elif body.get("encoding") == "base64":
        return _decoded(body["data"], findings)
    else:
        findings.add("response.body.encoding", "must be 'text' or 'base64'")
    return None


def _decoded(data: str, findings: Findings) -> bytes | None:
    try:
        return base64.b64decode(data, validate=True)
    except ValueError:
        findings.add("response.body.data", "must be valid base64, as its encoding says")
        return None


def _framed(changed: Response, response: Response, body: bytes | None) -> Response:
    """The response with the right body and a Content-Length that fits it."""
    if changed.status in _NO_CONTENT and (body is not None or changed.status != response.status):
        return replace(changed, headers=changed.headers.without(*_FRAMING), body=b"")
    if body is not None:
        headers = changed.headers.without("transfer-encoding").set("Content-Length", str(len(body)))
        return replace(changed, headers=headers, body=body)
    return response if changed == response else changed


def _set_cookie_name(line: tuple[str, str]) -> str | None:
    return set_cookie(line[1])[0] if header_key(line[0]) == "set-cookie" else None


def _set_cookie_line(name: str, value: Value) -> tuple[str, str]:
    text, attributes = value
    return "Set-Cookie", field_value(f"{name}={text}; {attributes}" if attributes else f"{name}={text}")
