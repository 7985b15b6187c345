"""Edge functions in front of a real app: what they change, what they make, and what happens when they fail."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from edgeware.config.model import (
    CachePolicy,
    CloudFrontFunction,
    Code,
    LambdaFunction,
    OriginRequestPolicy,
    Selection,
)
from edgeware.core.error_page import FUNCTION_EXECUTION_ERROR, LAMBDA_EXECUTION_ERROR
from tests.worlds.apps import Asked, Says, constant, page
from tests.worlds.conftest import NewViewer
from tests.worlds.sites import ALL_VIEWER, js, py, site

# werkzeug's lint warns of every answer that nobody reads to its end.
pytestmark = pytest.mark.filterwarnings("ignore:Content-Length and the number of bytes")

EVERY_QUERY = CachePolicy(name="every-query", query_strings=Selection(mode="all"))
X_WHO = Selection(mode="whitelist", names=("X-Who",))


def request_js(edit: str) -> CloudFrontFunction:
    """A CloudFront Function that edits the request."""
    return js(f"function handler(event) {{ var request = event.request; {edit}; return request; }}")


def response_js(edit: str) -> CloudFrontFunction:
    """A CloudFront Function that edits the response."""
    return js(f"function handler(event) {{ var response = event.response; {edit}; return response; }}")


def request_py(edit: str) -> LambdaFunction:
    """A Lambda@Edge function that edits the request."""
    return py(
        f"def handler(event, context):\n    request = event['Records'][0]['cf']['request']\n    {edit}\n"
        "    return request\n"
    )


def response_py(edit: str) -> LambdaFunction:
    """A Lambda@Edge function that edits the response."""
    return py(
        "def handler(event, context):\n    cf = event['Records'][0]['cf']\n    response = cf['response']\n"
        f"    {edit}\n    return response\n"
    )


def returning_py(expression: str, before: str = "") -> LambdaFunction:
    """A Lambda@Edge function that returns whatever an expression gives."""
    return py(f"{before}\ndef handler(event, context):\n    return {expression}\n")


# --- requests that are edited ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("event_type", "function"),
    [
        ("viewer-request", request_js("request.uri = '/moved/' + request.uri.slice(1)")),
        ("viewer-request", request_py("request['uri'] = '/moved' + request['uri']")),
        ("origin-request", request_py("request['uri'] = '/moved' + request['uri']")),
    ],
    ids=["function", "lambda at viewer-request", "lambda at origin-request"],
)
def test_the_app_is_asked_for_the_uri_that_the_function_chose(
    event_type: str, function: Any, viewer_of: NewViewer
) -> None:
    viewer = viewer_of(constant(page()), site({event_type: function}))
    assert viewer.get("/a%20b").status == 200
    assert viewer.app.asked[0].path == "/moved/a%20b"


def test_two_uris_that_viewer_request_makes_one_are_one_object(viewer_of: NewViewer) -> None:
    function = request_js("if (request.uri.endsWith('/')) request.uri += 'index.html'")
    viewer = viewer_of(constant(page()), site({"viewer-request": function}))
    assert viewer.get("/docs/").x_cache == "Miss"
    assert viewer.get("/docs/index.html").x_cache == "Hit"


def test_two_uris_that_origin_request_makes_one_stay_two_objects(viewer_of: NewViewer) -> None:
    viewer = viewer_of(constant(page()), site({"origin-request": request_py("request['uri'] = '/same'")}))
    assert [viewer.get(path).x_cache for path in ("/a", "/b", "/a")] == ["Miss", "Miss", "Hit"]
    assert [asked.path for asked in viewer.app.asked] == ["/same", "/same"]


@pytest.mark.parametrize(
    ("policies", "reaches"),
    [
        ({}, False),
        ({"origin_request_policy": OriginRequestPolicy(name="who", headers=X_WHO)}, True),
        ({"cache_policy": CachePolicy(name="who", headers=X_WHO)}, True),
    ],
    ids=["no policy", "an origin request policy", "a cache policy"],
)
@pytest.mark.parametrize(
    "function",
    [
        request_js("request.headers['x-who'] = {value: 'fn'}"),
        request_py("request['headers']['x-who'] = [{'key': 'X-Who', 'value': 'fn'}]"),
    ],
    ids=["function", "lambda"],
)
def test_a_header_that_viewer_request_adds_reaches_the_app_only_through_a_policy(
    function: Any, policies: dict[str, Any], reaches: bool, viewer_of: NewViewer
) -> None:
    viewer = viewer_of(constant(page()), site({"viewer-request": function}, **policies))
    viewer.get("/")
    assert (viewer.app.asked[0].headers.get("x-who") == "fn") is reaches


def test_a_header_that_origin_request_adds_reaches_the_app_always(viewer_of: NewViewer) -> None:
    function = request_py("request['headers']['x-who'] = [{'key': 'X-Who', 'value': 'fn'}]")
    viewer = viewer_of(constant(page()), site({"origin-request": function}))
    viewer.get("/")
    assert viewer.app.asked[0].headers["x-who"] == "fn"


def test_a_header_in_the_key_splits_by_what_the_function_made_of_it(viewer_of: NewViewer) -> None:
    function = request_js("request.headers['x-who'] = {value: request.headers['x-who'].value[0]}")
    policy = CachePolicy(name="who", headers=X_WHO)
    viewer = viewer_of(constant(page()), site({"viewer-request": function}, cache_policy=policy))
    assert [viewer.get("/", X_Who=who).x_cache for who in ("anna", "alex", "bert")] == ["Miss", "Hit", "Miss"]


@pytest.mark.parametrize(
    "function",
    [
        request_js("delete request.querystring.utm"),
        request_py(
            "request['querystring'] = '&'.join(p for p in request['querystring'].split('&') if p[:4] != 'utm=')"
        ),
    ],
    ids=["function", "lambda"],
)
def test_a_query_string_that_viewer_request_cleaned_is_the_one_in_the_key(function: Any, viewer_of: NewViewer) -> None:
    viewer = viewer_of(constant(page()), site({"viewer-request": function}, cache_policy=EVERY_QUERY))
    assert [viewer.get(f"/?w=1&utm={source}").x_cache for source in "ab"] == ["Miss", "Hit"]
    assert viewer.app.asked[0].query == "w=1"


def test_a_cookie_that_viewer_request_sets_reaches_an_app_that_gets_cookies(viewer_of: NewViewer) -> None:
    function = request_js("request.cookies['group'] = {value: 'b'}")
    viewer = viewer_of(constant(page()), site({"viewer-request": function}, origin_request_policy=ALL_VIEWER))
    viewer.get("/", Cookie="a=1")
    assert viewer.app.asked[0].headers["cookie"] == "a=1; group=b"


def test_a_function_that_changes_nothing_changes_not_a_byte(viewer_of: NewViewer) -> None:
    functions = {"viewer-request": request_js(""), "viewer-response": response_js("")}
    lines = [("Content-Type", "text/plain"), ("X-Odd", "a,  b"), ("Set-Cookie", "a=1"), ("Set-Cookie", "b=2; Path=/")]
    says = Says(200, lines, (b"x",))
    got = [
        viewer_of(constant(says), site(attached, origin_request_policy=ALL_VIEWER)).get("/%7Ea?b=%20&c", X_Odd="1,  2")
        for attached in ({}, functions)
    ]
    own = ("x-amz-cf-id", "via", "date")
    assert list(got[0].headers.without(*own)) == list(got[1].headers.without(*own))


# --- responses that are made ----------------------------------------------------------------------------------------

TYPE = "TYPE = {'content-type': [{'value': 'text/plain'}]}"
TYPE_JS = "headers: {'content-type': {value: 'text/plain'}}"
REDIRECT_JS = js(
    """
function handler(event) {
  return {
    statusCode: 302,
    statusDescription: 'Found',
    headers: {
      location: {value: 'https://www.example.com/login?back=' + event.request.uri},
      'content-type': {value: 'text/plain'},
    },
    cookies: {one: {value: '1', attributes: 'Path=/; HttpOnly'}, two: {value: '2'}},
  };
}
"""
)
REDIRECT_PY = returning_py(
    "{'status': '302', 'headers': {'location': [{'key': 'Location', 'value': 'https://www.example.com/login?back='"
    " + event['Records'][0]['cf']['request']['uri']}], 'content-type': [{'value': 'text/plain'}],"
    " 'set-cookie': [{'value': 'one=1; Path=/; HttpOnly'}, {'value': 'two=2'}]}}"
)


@pytest.mark.parametrize(
    ("function", "x_cache"),
    [(REDIRECT_JS, "FunctionGeneratedResponse"), (REDIRECT_PY, "LambdaGeneratedResponse")],
    ids=["function", "lambda"],
)
def test_viewer_request_may_answer_itself_each_time_anew(function: Any, x_cache: str, viewer_of: NewViewer) -> None:
    viewer = viewer_of(constant(page()), site({"viewer-request": function}))
    for path in ("/private", "/private", "/other"):
        got = viewer.get(path)
        assert (got.status, got.body, got.x_cache) == (302, b"", x_cache)
        assert got.headers.get("location") == f"https://www.example.com/login?back={path}"
        assert got.headers.get_all("set-cookie") == ("one=1; Path=/; HttpOnly", "two=2")
        assert got.headers.get("content-length") == "0"
        assert "age" not in got.headers
    assert viewer.app.calls == 0


MAKES_PY = returning_py(
    "{'status': '200', 'statusDescription': 'Made', 'body': 'made for ' + event['Records'][0]['cf']['request']['uri'],"
    " 'headers': {'content-type': [{'value': 'text/plain'}]}}"
)


def test_what_origin_request_answers_is_cached_like_an_origins_answer(viewer_of: NewViewer) -> None:
    viewer = viewer_of(constant(page()), site({"origin-request": MAKES_PY}))
    got = [viewer.get("/a") for _ in range(3)]
    assert [one.x_cache for one in got] == ["LambdaGeneratedResponse", "Hit", "Hit"]
    assert {one.body for one in got} == {b"made for /a"}
    assert viewer.app.calls == 0
    assert [len(exchange.trace.functions) for exchange in viewer.edge.exchanges] == [1, 0, 0]


def test_what_origin_request_says_of_caching_counts(viewer_of: NewViewer) -> None:
    made = returning_py(
        "{'status': 200, 'headers': {'cache-control': [{'value': 'no-store'}], **TYPE}, 'body': 'x'}", TYPE
    )
    viewer = viewer_of(constant(page()), site({"origin-request": made}))
    assert [viewer.get("/a").x_cache for _ in range(2)] == ["LambdaGeneratedResponse"] * 2


def test_an_error_that_a_function_made_bears_the_functions_name(viewer_of: NewViewer) -> None:
    forbidden = js(f"function handler(event) {{ return {{statusCode: 403, {TYPE_JS}, body: 'not you'}}; }}")
    viewer = viewer_of(constant(page()), site({"viewer-request": forbidden}))
    got = viewer.get("/")
    assert (got.status, got.body, got.x_cache) == (403, b"not you", "FunctionGeneratedResponse")


@pytest.mark.parametrize("method", ["HEAD", "POST"])
def test_a_function_answers_any_method(method: str, viewer_of: NewViewer) -> None:
    made = js(f"function handler(event) {{ return {{statusCode: 200, {TYPE_JS}, body: event.request.method}}; }}")
    got = viewer_of(constant(page()), site({"viewer-request": made}))(method, "/")
    assert (got.status, got.body) == (200, b"" if method == "HEAD" else b"POST")
    assert got.headers.get("content-length") == "4"


# --- responses that are edited --------------------------------------------------------------------------------------


def test_what_origin_response_changes_is_stored(viewer_of: NewViewer) -> None:
    function = response_py("response['headers']['x-by'] = [{'key': 'X-By', 'value': 'origin-response'}]")
    viewer = viewer_of(constant(page(b"hello")), site({"origin-response": function}))
    got = [viewer.get("/") for _ in range(2)]
    assert [(one.x_cache, one.headers.get("x-by"), one.body) for one in got] == [
        ("Miss", "origin-response", b"hello"),
        ("Hit", "origin-response", b"hello"),
    ]


def test_a_body_that_origin_response_puts_in_its_place_is_stored(viewer_of: NewViewer) -> None:
    function = response_py("response.update(status='200', statusDescription='OK', body='<h1>sorry</h1>')")
    viewer = viewer_of(
        constant(Says(404, [("Content-Type", "text/html")], (b"no", b"thing"))), site({"origin-response": function})
    )
    for x_cache in ("Miss", "Hit"):
        got = viewer.get("/")
        assert (got.status, got.x_cache, got.body) == (200, x_cache, b"<h1>sorry</h1>")
        assert got.headers.get("content-length") == "14"


def test_what_origin_response_says_of_caching_counts(viewer_of: NewViewer) -> None:
    function = response_py("response['headers']['cache-control'] = [{'value': 'no-store'}]")
    viewer = viewer_of(constant(page(Cache_Control="max-age=60")), site({"origin-response": function}))
    assert [viewer.get("/").x_cache for _ in range(2)] == ["Miss", "Miss"]


@pytest.mark.parametrize(
    "function",
    [
        response_js("response.headers['x-for'] = event.request.headers['x-who']"),
        response_py("response['headers']['x-for'] = [{'value': cf['request']['headers']['x-who'][0]['value']}]"),
    ],
    ids=["function", "lambda"],
)
def test_what_viewer_response_changes_is_for_this_viewer_only(function: Any, viewer_of: NewViewer) -> None:
    viewer = viewer_of(constant(page()), site({"viewer-response": function}))
    got = [viewer.get("/", X_Who=who) for who in ("anna", "bert")]
    assert [(one.x_cache, one.headers.get("x-for")) for one in got] == [("Miss", "anna"), ("Hit", "bert")]


def test_cookies_of_the_origin_and_of_a_function_stay_lines_of_their_own(viewer_of: NewViewer) -> None:
    function = response_js("response.cookies['three'] = {value: '3', attributes: 'Secure'}")
    lines = [("Content-Type", "text/plain"), ("Set-Cookie", "one=1; Path=/"), ("Set-Cookie", "two=2")]
    viewer = viewer_of(
        constant(Says(200, lines, (b"x",))), site({"viewer-response": function}, origin_request_policy=ALL_VIEWER)
    )
    for x_cache in ("Miss", "Hit"):
        got = viewer.get("/")
        assert got.x_cache == x_cache
        assert got.headers.get_all("set-cookie") == ("one=1; Path=/", "two=2", "three=3; Secure")


def test_one_name_may_be_set_by_two_cookie_lines(viewer_of: NewViewer) -> None:
    function = response_js("response.cookies['a'] = {value: '1', multiValue: [{value: '1'}, {value: '2'}]}")
    viewer = viewer_of(constant(page()), site({"viewer-response": function}))
    assert viewer.get("/").headers.get_all("set-cookie") == ("a=1", "a=2")


def test_viewer_response_may_change_the_status_and_leave_out_the_body(viewer_of: NewViewer) -> None:
    function = response_js("response.statusCode = 304; response.body = ''; delete response.headers['content-type']")
    viewer = viewer_of(constant(page(b"hello")), site({"viewer-response": function}))
    for x_cache in ("Miss", "Hit"):
        got = viewer.get("/")
        assert (got.status, got.body, got.x_cache) == (304, b"", x_cache)


# --- request bodies -------------------------------------------------------------------------------------------------

UPPER_PY = py(
    """
import base64

def handler(event, context):
    request = event['Records'][0]['cf']['request']
    data = base64.b64decode(request['body']['data'])
    request['body'].update(action='replace', encoding='text', data=data.decode().upper())
    return request
"""
)


@pytest.mark.parametrize("event_type", ["viewer-request", "origin-request"])
def test_a_lambda_may_read_the_body_and_replace_it(event_type: str, viewer_of: NewViewer) -> None:
    viewer = viewer_of(constant(page()), site({event_type: UPPER_PY}, include_body=True))
    assert viewer("POST", "/", body=b"stra\xc3\x9fe").status == 200
    (asked,) = viewer.app.asked
    assert (asked.body, asked.headers["content-length"]) == (b"STRASSE", "7")


def test_a_lambda_that_only_reads_the_body_leaves_it_to_the_app(viewer_of: NewViewer) -> None:
    function = request_py("request['headers']['x-seen'] = [{'value': str(len(request['body']['data']))}]")
    viewer = viewer_of(constant(page()), site({"origin-request": function}, include_body=True))
    body = bytes(range(256)) * 12
    viewer("POST", "/", body=body)
    (asked,) = viewer.app.asked
    assert (asked.body, asked.headers["x-seen"]) == (body, "4096")


def test_a_function_does_not_see_the_body_and_the_app_gets_it(viewer_of: NewViewer) -> None:
    function = request_js("request.uri = '/' + ('body' in request)")
    viewer = viewer_of(constant(page()), site({"viewer-request": function}))
    viewer("POST", "/", body=b"hello")
    (asked,) = viewer.app.asked
    assert (asked.path, asked.body) == ("/false", b"hello")


# --- functions that fail --------------------------------------------------------------------------------------------

THROWS_JS = js("function handler(event) {\n  return event.no.such.thing;\n}")
THROWS_PY = py("def handler(event, context):\n    raise ValueError('nothing for you')\n")


@pytest.mark.parametrize(
    ("event_type", "function", "x_cache", "sentence"),
    [
        ("viewer-request", THROWS_JS, "FunctionExecutionError", FUNCTION_EXECUTION_ERROR),
        ("viewer-response", THROWS_JS, "FunctionExecutionError", FUNCTION_EXECUTION_ERROR),
        ("viewer-request", THROWS_PY, "LambdaExecutionError", LAMBDA_EXECUTION_ERROR),
        ("origin-request", THROWS_PY, "LambdaExecutionError", LAMBDA_EXECUTION_ERROR),
        ("origin-response", THROWS_PY, "LambdaExecutionError", LAMBDA_EXECUTION_ERROR),
        ("viewer-response", THROWS_PY, "LambdaExecutionError", LAMBDA_EXECUTION_ERROR),
        ("viewer-request", js("function handler(event) { return"), "FunctionExecutionError", FUNCTION_EXECUTION_ERROR),
        ("viewer-request", js("var handler = 1"), "FunctionExecutionError", FUNCTION_EXECUTION_ERROR),
        ("viewer-request", py("def handler("), "LambdaExecutionError", LAMBDA_EXECUTION_ERROR),
        ("viewer-request", py("import no_such_module"), "LambdaExecutionError", LAMBDA_EXECUTION_ERROR),
        ("viewer-request", py("handler = 1"), "LambdaExecutionError", LAMBDA_EXECUTION_ERROR),
        ("viewer-request", returning_py("{1, 2}"), "LambdaExecutionError", LAMBDA_EXECUTION_ERROR),
    ],
)
def test_a_function_that_fails_is_a_503_with_cloudfronts_sentence_and_nothing_of_ours(
    event_type: str, function: Any, x_cache: str, sentence: str, viewer_of: NewViewer
) -> None:
    viewer = viewer_of(constant(page()), site({event_type: function}))
    got = viewer.get("/")
    text = got.body.decode()
    assert (got.status, got.x_cache) == (503, x_cache)
    assert got.headers.get("content-type") == "text/html"
    assert got.headers.get("server") == "CloudFront"
    assert sentence.replace("'", "&#x27;") in text
    assert "<H1>503 ERROR</H1>" in text
    assert f"Request ID: {got.headers.get('x-amz-cf-id')}" in text
    assert "nothing for you" not in text
    assert "TypeError" not in text


def test_the_trace_and_the_log_say_where_a_function_failed(
    viewer_of: NewViewer, caplog: pytest.LogCaptureFixture
) -> None:
    viewer = viewer_of(constant(page()), site({"viewer-request": THROWS_JS}))
    viewer.get("/")
    (run,) = viewer.edge.exchanges[-1].trace.functions
    assert run.invoked.failure is not None
    assert "no" in run.invoked.failure.message
    assert str(run.invoked.failure.where).endswith(":2")
    (warning,) = [record.getMessage() for record in caplog.records if record.levelname == "WARNING"]
    assert warning.startswith("GET /: viewer-request: fn failed: ")
    assert ":2: " in warning


@pytest.mark.parametrize("event_type", ["viewer-request", "viewer-response"])
def test_code_that_production_does_not_begin_to_run_is_a_503_for_every_viewer(
    event_type: str, viewer_of: NewViewer, caplog: pytest.LogCaptureFixture
) -> None:
    function = js("function handler(event) {\n  for (const k of []) {}\n  return event.response || event.request;\n}")
    viewer = viewer_of(constant(page()), site({event_type: function}))
    for _ in range(2):
        got = viewer.get("/")
        assert (got.status, got.x_cache) == (503, "FunctionExecutionError")
        assert FUNCTION_EXECUTION_ERROR in got.body.decode()
    warning = f'GET /: {event_type}: fn failed: fn:2: SyntaxError: Token "of" not supported in this version in 2'
    assert [record.getMessage() for record in caplog.records if record.levelname == "WARNING"] == [warning] * 2


@pytest.mark.parametrize(
    ("event_type", "function", "x_cache", "sentence"),
    [
        (
            "viewer-request",
            request_js("request.headers['x-cache'] = {value: 'Hit'}"),
            "FunctionValidationError",
            "The CloudFront function tried to add a disallowed header",
        ),
        (
            "viewer-request",
            request_js("delete request.headers.host"),
            "FunctionValidationError",
            "The CloudFront function tried to add, delete, or change a read-only header.",
        ),
        (
            "viewer-response",
            response_js("response.headers['X-Upper'] = {value: '1'}"),
            "FunctionValidationError",
            "The CloudFront function returned an invalid value: response.headers must have header names in lower case.",
        ),
        (
            "viewer-response",
            js("function handler(event) { return event.request; }"),
            "FunctionValidationError",
            "The CloudFront function returned an invalid value: the returned value must be event.response",
        ),
        (
            "viewer-request",
            js("function handler(event) { return {statusCode: 103}; }"),
            "FunctionValidationError",
            "The CloudFront function returned an invalid value: response.statusCode must be from 200 to 599",
        ),
        (
            "viewer-request",
            returning_py("None"),
            "LambdaValidationError",
            "The Lambda function returned invalid JSON: The JSON output must be an object type.",
        ),
        (
            "origin-request",
            request_py("request['headers']['x-amz-cf-id'] = [{'value': '1'}]"),
            "LambdaValidationError",
            "The Lambda function result failed validation: The function tried to add a blacklisted header.",
        ),
        (
            "origin-response",
            response_py("response['headers']['transfer-encoding'] = [{'value': 'chunked'}]"),
            "LambdaValidationError",
            "The Lambda function result failed validation: The function tried to add, delete, or change a read-only"
            " header.",
        ),
        (
            "viewer-response",
            returning_py("event"),
            "LambdaValidationError",
            "The Lambda function returned an invalid entry in the headers object: Each header entry in the headers"
            " object must be an array.",
        ),
    ],
)
def test_a_result_that_cloudfront_refuses_is_a_502_with_the_reason(
    event_type: str, function: Any, x_cache: str, sentence: str, viewer_of: NewViewer
) -> None:
    viewer = viewer_of(constant(page()), site({event_type: function}))
    got = viewer.get("/")
    assert (got.status, got.x_cache) == (502, x_cache)
    assert sentence in got.body.decode()
    assert "<H1>502 ERROR</H1>" in got.body.decode()
    assert any(decision.warning for decision in viewer.edge.exchanges[-1].trace.decisions)


NONSENSE_JS = ["undefined", "null", "0", "NaN", "'text'", "[]", "{}", "event", "function () {}", "{statusCode: '200'}"]
NONSENSE_PY = ["None", "0", "float('nan')", "'text'", "[]", "{}", "event", "{'status': 99}", "{'statusCode': 200}"]


@pytest.mark.parametrize("event_type", ["viewer-request", "viewer-response"])
@pytest.mark.parametrize("expression", NONSENSE_JS)
def test_whatever_nonsense_a_function_returns_is_a_502(expression: str, event_type: str, viewer_of: NewViewer) -> None:
    function = js(f"function handler(event) {{ return {expression}; }}")
    got = viewer_of(constant(page()), site({event_type: function})).get("/")
    assert (got.status, got.x_cache) == (502, "FunctionValidationError")


@pytest.mark.parametrize("event_type", ["viewer-request", "origin-request", "origin-response", "viewer-response"])
@pytest.mark.parametrize("expression", NONSENSE_PY)
def test_whatever_nonsense_a_lambda_returns_is_a_502(expression: str, event_type: str, viewer_of: NewViewer) -> None:
    got = viewer_of(constant(page()), site({event_type: returning_py(expression)})).get("/")
    assert (got.status, got.x_cache) == (502, "LambdaValidationError")


ENDLESS = {
    "a loop": "while (true) {}",
    "a loop that catches": "while (true) { try { while (true) {} } catch (e) {} }",
    "a loop in a built-in": "[].indexOf.call({length: 2 ** 53 - 1}, 1)",
    "a recursion": "(function again() { again(); })()",
    "a string without end": "var s = 'x'; while (true) s += s",
}


@pytest.mark.parametrize("ending", ENDLESS.values(), ids=ENDLESS)
def test_a_function_without_end_is_a_503_and_the_next_viewer_is_served(ending: str, viewer_of: NewViewer) -> None:
    function = request_js(f"if (request.uri === '/slow') {{ {ending} }}")
    viewer = viewer_of(constant(page()), site({"viewer-request": function}))
    slow = viewer.get("/slow")
    assert (slow.status, slow.x_cache) == (503, "FunctionExecutionError")
    assert viewer.get("/quick").status == 200


ENDS_PROCESS = {
    "sys.exit": "import sys; sys.exit(3)",
    "os._exit": "import os; os._exit(3)",
    "a signal": "import os, signal; os.kill(os.getpid(), signal.SIGKILL)",
    "a closed pipe": "import os; os.closerange(0, 4096)",
}


@pytest.mark.parametrize("ending", ENDS_PROCESS.values(), ids=ENDS_PROCESS)
def test_a_lambda_that_ends_its_process_is_a_503_and_the_next_viewer_is_served(
    ending: str, viewer_of: NewViewer
) -> None:
    function = py(
        "def handler(event, context):\n"
        "    request = event['Records'][0]['cf']['request']\n"
        f"    if request['uri'] == '/bad': {ending}\n"
        "    return request\n"
    )
    viewer = viewer_of(constant(page()), site({"viewer-request": function}))
    bad = viewer.get("/bad")
    assert (bad.status, bad.x_cache) == (503, "LambdaExecutionError")
    assert viewer.get("/good").status == 200


def test_a_lambda_that_takes_too_long_is_a_503_and_the_next_viewer_is_served(viewer_of: NewViewer) -> None:
    function = py(
        "def handler(event, context):\n"
        "    request = event['Records'][0]['cf']['request']\n"
        "    while request['uri'] == '/slow': pass\n"
        "    return request\n",
        timeout=1,
    )
    viewer = viewer_of(constant(page()), site({"origin-request": function}))
    assert (viewer.get("/slow").status, viewer.get("/quick").status) == (503, 200)
    (run,) = viewer.edge.exchanges[0].trace.functions
    assert run.invoked.failure is not None
    assert run.invoked.failure.kind == "timeout"
    assert "Task timed out after 1.00 seconds" in run.invoked.failure.message


def test_megabytes_that_a_function_returns_arrive(viewer_of: NewViewer) -> None:
    function = response_js("response.body = 'x'.repeat(3000000)")
    viewer = viewer_of(constant(page(b"small")), site({"viewer-response": function}))
    for x_cache in ("Miss", "Hit"):
        got = viewer.get("/")
        assert (got.status, got.x_cache, got.body) == (200, x_cache, b"x" * 3_000_000)


def test_a_megabyte_that_a_lambda_returns_is_too_much(viewer_of: NewViewer) -> None:
    made = returning_py("{'status': 200, 'body': 'x' * 3_000_000}")
    got = viewer_of(constant(page()), site({"origin-request": made})).get("/")
    assert (got.status, got.x_cache) == (502, "LambdaValidationError")
    assert "exceeds the maximum size" in got.body.decode()


def test_megabytes_that_a_lambda_prints_disturb_nobody(viewer_of: NewViewer) -> None:
    function = request_py("print('x' * 3_000_000)")
    viewer = viewer_of(constant(page()), site({"viewer-request": function}))
    assert [viewer.get("/").x_cache for _ in range(2)] == ["Miss", "Hit"]


def test_nothing_of_a_failure_is_cached_and_a_mended_function_is_believed_at_once(
    viewer_of: NewViewer, tmp_path: Path
) -> None:
    code = tmp_path / "fn.js"
    code.write_text("function handler(event) { throw new Error('broken'); }")
    function = CloudFrontFunction(name="fn", code=Code(path=code))
    viewer = viewer_of(constant(page()), site({"viewer-request": function}))
    assert [viewer.get("/").status for _ in range(2)] == [503, 503]
    code.write_text("function handler(event) { return event.request; } // mended")
    got = viewer.get("/")
    assert (got.status, got.x_cache) == (200, "Miss")


@pytest.mark.parametrize(
    "broken", ["throw new Error('broken')", "return event.request", "while (true) {}"], ids=["fails", "lies", "loops"]
)
def test_the_object_is_stored_although_viewer_response(broken: str, viewer_of: NewViewer, tmp_path: Path) -> None:
    code = tmp_path / "fn.js"
    code.write_text(f"function handler(event) {{ {broken}; }}")
    function = CloudFrontFunction(name="fn", code=Code(path=code))
    chunks = Says(200, [("Content-Type", "text/plain")], (b"one ", b"two"))
    viewer = viewer_of(constant(chunks), site({"viewer-response": function}))
    assert [viewer.get("/").status in (502, 503) for _ in range(2)] == [True, True]
    assert viewer.app.calls == 1
    code.write_text("function handler(event) { return event.response; } // mended")
    got = viewer.get("/")
    assert (got.status, got.x_cache, got.body) == (200, "Hit", b"one two")
    assert viewer.app.calls == 1


def test_a_function_that_fails_for_one_viewer_is_there_for_another(viewer_of: NewViewer) -> None:
    def handler(asked: Asked) -> Says:
        return page(asked.path.encode())

    function = request_js("if (request.headers['x-who']) throw new Error('not you')")
    viewer = viewer_of(handler, site({"viewer-request": function}))
    assert [viewer.get("/a", **headers).status for headers in ({}, {"X_Who": "me"}, {})] == [200, 503, 200]


def test_a_hit_needs_no_further_run_of_a_function_that_reads_the_same(viewer_of: NewViewer) -> None:
    viewer = viewer_of(constant(page()), site({"viewer-response": response_js("response.headers.x = { value: '1' }")}))
    assert [viewer.get("/x").headers.get("x") for _ in range(3)] == ["1"] * 3
    runs = [exchange.trace.functions[0].invoked for exchange in viewer.edge.exchanges]
    assert [run.reused for run in runs] == [False, True, True]
    assert "did as it does" in "\n".join(viewer.edge.exchanges[-1].trace.lines())


def test_reuse_can_be_turned_off(viewer_of: NewViewer) -> None:
    tagged = site({"viewer-response": response_js("response.headers.x = { value: '1' }")})
    viewer = viewer_of(constant(page()), tagged, reuse_results=False)
    assert [viewer.get("/x").headers.get("x") for _ in range(3)] == ["1"] * 3
    assert not any(exchange.trace.functions[0].invoked.reused for exchange in viewer.edge.exchanges)
