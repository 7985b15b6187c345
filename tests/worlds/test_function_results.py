"""Every rule for what a CloudFront Function returns: what the viewer gets, and what the log says."""

from __future__ import annotations

from typing import NamedTuple

import pytest

from edgeware.core.function_entries import DISALLOWED_HEADER, INVALID_VALUE, READ_ONLY_HEADER
from tests.worlds.apps import constant, page
from tests.worlds.conftest import NewViewer
from tests.worlds.sites import js, site

# werkzeug's lint asks for a Content-Length that RFC 9110 section 8.6 forbids.
pytestmark = pytest.mark.filterwarnings("ignore:204 responses must have an empty content length")

STRUCTURE, RESTRICTIONS = "functions-event-structure", "edge-function-restrictions-all"


class Row(NamedTuple):
    """A function that breaks one rule."""

    event_type: str
    code: str
    field: str
    rule: str
    page: str = STRUCTURE
    sentence: str = ""


def request(edit: str, field: str, rule: str, page: str = STRUCTURE, sentence: str = "") -> Row:
    return Row("viewer-request", f"var r = event.request; {edit}; return r", field, rule, page, sentence)


def response(edit: str, field: str, rule: str, page: str = STRUCTURE, sentence: str = "") -> Row:
    return Row("viewer-response", f"var r = event.response; {edit}; return r", field, rule, page, sentence)


LOWER_CASE = INVALID_VALUE.format("response.headers must have header names in lower case")
ROWS = {
    "nothing": Row("viewer-request", "return undefined", "the returned value", "must be event.request or a response"),
    "the event": Row("viewer-request", "return event", "the returned value", "must be event.request or a response"),
    "a request from viewer-response": Row(
        "viewer-response", "return event.request", "the returned value", "must be event.response or a response"
    ),
    "another method": request("r.method = 'PUT'", "request.method", "must stay GET"),
    "a uri without slash": request("r.uri = 'a'", "request.uri", "must be a string that begins with /"),
    "a uri that is no text": request("r.uri = {}", "request.uri", "must be a string that begins with /"),
    "a uri with a space": request("r.uri = '/a b'", "request.uri", "must be without spaces and control characters"),
    "a uri too long": request("r.uri = '/'.repeat(8192)", "request.uri", "must have fewer than 8192", RESTRICTIONS),
    "a query too long": request(
        "r.querystring = 'a'.repeat(8192)", "request.uri", "must have fewer than 8192", RESTRICTIONS
    ),
    "a query with a #": request("r.querystring = 'a=#'", "request.querystring", "must be without spaces", RESTRICTIONS),
    "a query that is a list": request("r.querystring = 1", "request.querystring", "must be an object with an entry"),
    "a parameter that is text": request(
        "r.querystring.a = '1'", "request.querystring['a']", "must be an object like {value: 'text'}"
    ),
    "a header that is text": request("r.headers['x-a'] = '1'", "request.headers['x-a']", "must be an object like"),
    "a header without value": request("r.headers['x-a'] = {}", "request.headers['x-a']", "must have a string as value"),
    "a header with a number": request(
        "r.headers['x-a'] = {value: 1}", "request.headers['x-a']", "must have a string as value"
    ),
    "a multiValue that is text": request(
        "r.headers['x-a'] = {multiValue: '1'}", "request.headers['x-a']", "must have a list as multiValue"
    ),
    "a header line that ends": request(
        "r.headers['x-a'] = {value: 'a\\r\\nb: c'}", "request.headers['x-a']", "must have a value without control"
    ),
    "a header with no name": request("r.headers[''] = {value: ''}", "request.headers['']", "must have a name of ASCII"),
    "a header name of spaces": request(
        "r.headers['a b'] = {value: ''}", "request.headers['a b']", "must have a name of ASCII"
    ),
    "a header in upper case": request(
        "r.headers['X-A'] = {value: '1'}", "request.headers['X-A']", "must have its name in lower case", STRUCTURE,
        LOWER_CASE.replace("response.", "request."),
    ),
    "a disallowed header": request(
        "r.headers['x-edge-a'] = {value: '1'}", "request.headers['x-edge-a']", "must not be set", RESTRICTIONS,
        DISALLOWED_HEADER,
    ),
    "a read-only header changed": request(
        "r.headers.host.value = 'b'", "request.headers['host']", "must stay as the event had it", RESTRICTIONS,
        READ_ONLY_HEADER,
    ),
    "a read-only header added": request(
        "r.headers.via = {value: 'b'}", "request.headers['via']", "must stay as the event had it", RESTRICTIONS,
        READ_ONLY_HEADER,
    ),
    "a read-only header deleted": request(
        "delete r.headers.host", "request.headers['host']", "must stay as the event had it", RESTRICTIONS,
        READ_ONLY_HEADER,
    ),
    "headers too large": request(
        "r.headers['x-a'] = {value: 'x'.repeat(32768)}", "request.headers", "must fit into 32768 bytes",
        "cloudfront-limits",
    ),
    "headers too many": request(
        "for (var i = 0; i < 4000; i++) r.headers['x-' + i] = {value: ''}", "request.headers", "must fit into 32768",
        "cloudfront-limits",
    ),
    "a cookie that ends": request(
        "r.cookies.a = {value: 'b\\n'}", "request.cookies['a']", "must have a value and attributes without control"
    ),
    "a cookie with no name": request("r.cookies[''] = {value: 'b'}", "request.cookies['']", "must have a name without"),
    "a status that is text": response("r.statusCode = '200'", "response.statusCode", "must be an integer from 100"),
    "a status of 99": response("r.statusCode = 99", "response.statusCode", "must be an integer from 100"),
    "a status of 101": response("r.statusCode = 101", "response.statusCode", "must be from 200 to 599"),
    "a description that ends": response(
        "r.statusDescription = 'a\\nb'", "response.statusDescription", "must be a string without control characters"
    ),
    "a response header in upper case": response(
        "r.headers['X-A'] = {value: '1'}", "response.headers['X-A']", "must have its name in lower case", STRUCTURE,
        LOWER_CASE,
    ),
    "a disallowed response header": response(
        "r.headers.connection = {value: 'close'}", "response.headers['connection']", "must not be set", RESTRICTIONS,
        DISALLOWED_HEADER,
    ),
    "a read-only response header": response(
        "r.headers.warning = {value: '1'}", "response.headers['warning']", "must stay as the event had it",
        RESTRICTIONS, READ_ONLY_HEADER,
    ),
    "attributes that are no text": response(
        "r.cookies.a = {value: '1', attributes: 1}", "response.cookies['a']", "must have a string as attributes"
    ),
    "a body that is a number": response("r.body = 1", "response.body", "must be a string, or an object with data"),
    "a body of no encoding": response("r.body = {data: 'a'}", "response.body.encoding", "must be 'text' or 'base64'"),
    "a body that is not base64": response(
        "r.body = {data: '*', encoding: 'base64'}", "response.body.data", "must be valid base64, as its encoding says"
    ),
}  # fmt: skip


@pytest.mark.parametrize("row", ROWS.values(), ids=ROWS)
def test_what_breaks_a_rule_is_a_502_and_the_log_names_rule_field_function_and_page(
    row: Row, viewer_of: NewViewer, caplog: pytest.LogCaptureFixture
) -> None:
    function = js(f"function handler(event) {{ {row.code}; }}", "broken")
    got = viewer_of(constant(page()), site({row.event_type: function})).get("/")
    assert (got.status, got.x_cache) == (502, "FunctionValidationError")
    body = got.body.decode().replace("&#x27;", "'")
    assert (row.sentence or f"The CloudFront function returned an invalid value: {row.field}") in body
    (line,) = [record.getMessage() for record in caplog.records if record.levelname == "WARNING"]
    assert line.startswith(f"GET /: {row.event_type}: broken returned what CloudFront refuses: {row.field} {row.rule}")
    assert line.endswith(f" [{row.page}]")


@pytest.mark.parametrize(
    ("event_type", "code", "doubt"),
    [
        ("viewer-request", "var r = event.request; r.headers.cookie = {value: 'a=1'}; return r", "'cookie'"),
        (
            "viewer-request",
            "return {statusCode: 302, headers: {'set-cookie': {value: 'a=1'}, 'content-type': {value: 'a/b'}}}",
            "'set-cookie'",
        ),
        ("viewer-response", "return {statusCode: 204, body: 'x'}", "response.body"),
    ],
    ids=["a request", "a response in the origin's place", "a response"],
)
def test_what_is_taken_but_may_not_be_meant_is_logged(
    event_type: str, code: str, doubt: str, viewer_of: NewViewer, caplog: pytest.LogCaptureFixture
) -> None:
    function = js(f"function handler(event) {{ {code}; }}", "odd")
    got = viewer_of(constant(page()), site({event_type: function})).get("/")
    assert got.status in {200, 204, 302}
    (line,) = [record.getMessage() for record in caplog.records if record.levelname == "WARNING"]
    assert line.startswith(f"GET /: {event_type}: odd returned what may not be meant: ")
    assert doubt in line
