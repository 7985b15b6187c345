"""Every rule for what a Lambda@Edge function returns: what the viewer gets, and what the log says."""

from __future__ import annotations

from typing import NamedTuple

import pytest

from edgeware.core import lambda_findings as says
from tests.worlds.apps import constant, page
from tests.worlds.conftest import NewViewer
from tests.worlds.sites import ALL_VIEWER, DISABLED, py, site

RESULT = "The Lambda function result failed validation: "
READ_ONLY = f"{RESULT}The function tried to add, delete, or change a read-only header."
DISALLOWED = f"{RESULT}The function tried to add a blacklisted header."
BODY = f"{RESULT}The body is not a string, is not an object, or exceeds the maximum size."
HEADERS = "The Lambda function returned an invalid entry in the headers object: "
NO_ARRAY = f"{HEADERS}Each header entry in the headers object must be an array."
NO_OBJECT = "The Lambda function returned invalid JSON: The JSON output must be an object type."
NO_JSON = "The Lambda function returned invalid json: The json output is not parsable"
ORIGIN = "The Lambda function returned an invalid origin configuration: "
ORIGIN_HEADERS = f"{ORIGIN}One or more HeaderName or HeaderValue values are invalid."
DOMAIN = f"{ORIGIN}The value of DomainName is invalid."
# These have been seen in production. The others continue the same families.

# Does what the viewer's header says.
OBEDIENT = """
def handler(event, context):
    cf = event["Records"][0]["cf"]
    made = {"status": "200", "headers": {}}
    names = {"event": event, "request": cf["request"], "response": cf.get("response"), "made": made}
    exec(cf["request"]["headers"]["x-do"][0]["value"], names)
    return names["result"]
"""


class Row(NamedTuple):
    """A result that breaks one rule."""

    code: str
    sentence: str
    log: str


REQUEST = [
    Row("result = None", NO_OBJECT, "result: must be an object"),
    Row("result = 'text'", NO_OBJECT, "result: must be an object"),
    Row("result = [request]", NO_OBJECT, "result: must be an object"),
    Row("result = {'a': float('nan')}", NO_JSON, "result: is not JSON"),
    Row("result = event", NO_ARRAY, "the handler returned the whole event"),
    Row("result = {'statusCode': 200, 'body': 'x'}", BODY, "this is a response for API Gateway"),
    Row(
        "request['headers']['location'] = {'value': '/'}; result = request",
        NO_ARRAY,
        "headers.location: must be an array",
    ),
    Row(
        "request['headers']['x-a'] = [{'value': 5}]; result = request",
        says.HEADER_VALUE,
        "header :x-a has one or more entries whose value is neither string nor array of strings.",
    ),
    Row(
        "request['headers']['x-a'] = [{'key': 'X-B', 'value': '1'}]; result = request",
        says.HEADER_NAME,
        "headers.x-a: the key",
    ),
    Row(
        "request['headers']['x a'] = [{'value': '1'}]; result = request",
        says.HEADER_NAME,
        "headers.x a: is not a header name",
    ),
    Row(
        "request['headers']['x-a'] = [{'value': 'a\\rb'}]; result = request",
        says.HEADER_CHARACTER,
        "the function returned an invalid header, invalid character : '%0D' in header value, headerName : X-A.",
    ),
    Row("request['headers'] = 5; result = request", says.HEADERS_NOT_AN_OBJECT, "headers: must be an object"),
    Row(
        "request['headers']['x-cache'] = [{'value': 'Hit'}]; result = request",
        DISALLOWED,
        "headers.x-cache: functions may not",
    ),
    Row(
        "request['headers']['x-edge-a'] = [{'value': '1'}]; result = request",
        DISALLOWED,
        "headers.x-edge-a: functions may not",
    ),
    Row(
        "request['headers']['via'] = [{'value': 'me'}]; result = request",
        READ_ONLY,
        "read-only header, headerName : Via.",
    ),
    Row(
        "request['headers']['content-length'] = [{'value': '1'}]; result = request",
        READ_ONLY,
        "the function tried to add read-only header, headerName : Content-Length.",
    ),
    Row("request['uri'] = 'index.html'; result = request", says.URI, "uri: must be a path that begins with a slash"),
    Row("request['uri'] = '/a b'; result = request", says.URI, "uri: must be a path that begins with a slash"),
    Row("del request['uri']; result = request", says.URI, "uri: must be a path"),
    Row("request['uri'] = '/' * 8192; result = request", says.URI, "uri: must be shorter than 8192 characters"),
    Row(
        "request['querystring'] = 'a#b'; result = request",
        says.QUERY_STRING,
        "querystring: must be a string without space",
    ),
    Row("request['querystring'] = {'a': 1}; result = request", says.QUERY_STRING, "querystring: must be a string"),
    Row("request['method'] = 'PUT'; result = request", says.READ_ONLY_FIELD, "method: must stay as it is"),
    Row("request['clientIp'] = '1.2.3.4'; result = request", says.READ_ONLY_FIELD, "clientIp: must stay as it is"),
    Row("request['body'] = 'text'; result = request", BODY, "body: must be an object"),
    Row("request['body'] = {'action': 'replace', 'data': 5}; result = request", BODY, "body.data: must be a string"),
    Row(
        "request['body'] = {'action': 'append', 'data': ''}; result = request",
        BODY,
        "body.action: must be read-only or",
    ),
    Row(
        "request['body'] = {'action': 'replace', 'data': '*'}; result = request",
        says.BODY_ENCODING,
        "body: is not valid base64",
    ),
    Row(
        "request['body'] = {'action': 'replace', 'encoding': 'utf8', 'data': ''}; result = request",
        says.BODY_ENCODING,
        "body: the encoding must be text or base64",
    ),
    Row(
        "request['body'] = {'action': 'replace', 'encoding': 'text', 'data': 'x' * 1100000}; result = request",
        BODY,
        "bytes at most in this event",
    ),
    Row("made['status'] = '199'; result = made", says.STATUS, "status: must be a number from 200 to 599"),
    Row("made['status'] = 'OK'; result = made", says.STATUS, "status: must be a number from 200 to 599"),
    Row(
        "made['statusDescription'] = 'a\\nb'; result = made",
        says.STATUS_DESCRIPTION,
        "statusDescription: must be a string",
    ),
    Row(
        "made['headers']['content-length'] = [{'value': '0'}]; result = made", READ_ONLY, "headerName : Content-Length."
    ),
    Row(
        "made['headers']['keep-alive'] = [{'value': '5'}]; result = made",
        DISALLOWED,
        "headers.keep-alive: functions may not",
    ),
    Row("made['body'] = 5; result = made", BODY, "body: must be a string"),
    Row("made['body'] = 'x' * 1100000; result = made", BODY, "headers and body must be"),
    Row(
        "made['body'] = '*'; made['bodyEncoding'] = 'base64'; result = made",
        says.BODY_ENCODING,
        "body: is not valid base64",
    ),
    Row(
        "made['bodyEncoding'] = 'gzip'; made['body'] = ''; result = made",
        says.BODY_ENCODING,
        "body: the encoding must be",
    ),
    Row(
        "made.update(status='204', body='x'); result = made",
        says.BODY_NOT_ALLOWED,
        "body: a response of status 204 has none",
    ),
]
VIEWER_REQUEST = [
    *REQUEST,
    Row(
        "del request['headers']['host']; result = request",
        READ_ONLY,
        "tried to delete read-only header, headerName : Host.",
    ),
    Row(
        "request['headers']['cloudfront-viewer-country'] = [{'value': 'DE'}]; result = request",
        DISALLOWED,
        "headers.cloudfront-viewer-country: viewer-request may not add",
    ),
    Row("made['body'] = 'x' * 41000; result = made", BODY, "headers and body must be 40960 bytes at most"),
    Row("result = {}", READ_ONLY, "tried to delete read-only header, headerName : Host."),
]
ORIGIN_REQUEST = [
    *REQUEST,
    Row(
        "request['headers'].pop('via'); result = request",
        READ_ONLY,
        "tried to delete read-only header, headerName : Via.",
    ),
    Row("request['origin'] = {}; result = request", says.ORIGIN_KIND, "origin: must have exactly one of custom and s3"),
    Row(
        "request['origin']['custom']['domainName'] = '1.2.3.4'; result = request",
        DOMAIN,
        "origin.custom.domainName: must be a DNS",
    ),
    Row(
        "request['origin']['custom']['port'] = '443'; result = request",
        says.ORIGIN + "The value of Port is invalid.",
        "origin.custom.port: must be the number 80",
    ),
    Row(
        "request['origin']['custom']['customHeaders']['host'] = [{'value': 'a'}]; result = request",
        ORIGIN_HEADERS,
        "origin.customHeaders.host: cannot be sent as a custom header",
    ),
    Row(
        "request['origin']['custom']['customHeaders']['x-do'] = [{'value': 'a'}]; result = request",
        ORIGIN_HEADERS,
        "origin.customHeaders.x-do: stands in request.headers as well",
    ),
]
ORIGIN_RESPONSE = [
    Row("result = None", NO_OBJECT, "result: must be an object"),
    Row("result = request", says.STATUS, "return event.Records[0].cf.response"),
    Row(
        "response['headers']['transfer-encoding'] = [{'value': 'x'}]; result = response",
        READ_ONLY,
        "the function tried to add read-only header, headerName : Transfer-Encoding.",
    ),
    Row(
        "response['headers']['connection'] = [{'value': 'close'}]; result = response",
        DISALLOWED,
        "headers.connection: functions",
    ),
    Row("response['status'] = '600'; result = response", says.STATUS, "status: must be a number from 200 to 599"),
    Row("response['body'] = {}; result = response", BODY, "body: must be a string"),
    Row("response['body'] = 'x' * 1100000; result = response", BODY, "headers and body must be 1048576 bytes at most"),
    Row(
        "response['headers']['x-a'] = [{'value': None}]; result = response",
        says.HEADER_VALUE,
        "header :x-a has one or more",
    ),
]
VIEWER_RESPONSE = [
    Row("result = None", NO_OBJECT, "result: must be an object"),
    Row("result = request", says.STATUS, "return event.Records[0].cf.response"),
    Row("response['status'] = '201'; result = response", says.STATUS_READ_ONLY, "status: must stay 200"),
    Row(
        "response['body'] = ''; result = response",
        says.BODY_NOT_ALLOWED,
        "body: viewer-response cannot give or change a body",
    ),
    Row(
        "response['headers']['content-length'] = [{'value': '1'}]; result = response",
        READ_ONLY,
        "headerName : Content-Length.",
    ),
    Row(
        "response['headers']['warning'] = [{'value': '1'}]; result = response",
        READ_ONLY,
        "to add read-only header, headerName : Warn",
    ),
    Row(
        "response['headers']['x-amz-cf-id'] = [{'value': '1'}]; result = response",
        DISALLOWED,
        "headers.x-amz-cf-id: functions",
    ),
    Row(
        "response['headers']['x-a'] = [{'value': 'x' * 41000}]; result = response",
        BODY,
        "headers and body must be 40960 bytes",
    ),
]
TABLE = {
    "viewer-request": VIEWER_REQUEST,
    "origin-request": ORIGIN_REQUEST,
    "origin-response": ORIGIN_RESPONSE,
    "viewer-response": VIEWER_RESPONSE,
}


@pytest.mark.parametrize("event_type", TABLE)
def test_what_cloudfront_refuses_is_a_502_with_its_sentence_and_its_line_in_the_log(
    event_type: str, viewer_of: NewViewer
) -> None:
    function = py(OBEDIENT, name="shop-auth", timeout=20)
    distribution = site({event_type: function}, cache_policy=DISABLED, origin_request_policy=ALL_VIEWER)
    viewer = viewer_of(constant(page()), distribution)
    for row in TABLE[event_type]:
        got = viewer.get("/x", x_do=row.code)
        assert (got.status, got.x_cache) == (502, "LambdaValidationError"), row
        assert row.sentence.replace("'", "&#x27;") in got.body.decode(), row
        exchange = viewer.edge.exchanges[-1]
        (first, *_) = [decision.text for decision in exchange.trace.decisions if decision.warning]
        opening = f"shop-auth returned what CloudFront refuses: ({exchange.request_id}) ERROR Validation error: "
        assert first.startswith(f"{opening}Lambda function result failed validation, ")
        assert row.log in first, row
