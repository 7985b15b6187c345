from __future__ import annotations

import json
from typing import Any

import pytest

from edgeware.config.model import CloudFrontFunction, Code
from edgeware.core.effects import Invoke, Invoked
from edgeware.functions.njs.findings import Runtime
from edgeware.functions.njs.reads import PARTS, parts_read
from edgeware.functions.workers import Workers

RUNTIME: Runtime = "cloudfront-js-2.0"


@pytest.mark.parametrize(
    ("source", "parts"),
    [
        ("function handler(event) { return event.response }", {"response"}),
        ("async function handler(e) { const r = e.response; e.request.x; return r }", {"response", "request"}),
        ("function handler() { return {statusCode: 200} }", set()),
        ("function handler(event) { // of the event.request\n return event\n.response /* event */ }", {"response"}),
        ("function handler(event) { var x = {event: 1}; x.event; return 'event' + event.response }", {"response"}),
        ("function f(event) { event.context } function handler(x) { f(x.viewer); event.version }", {"viewer"}),
        ("function handler(event) { event.response = {statusCode: 200}; return event.response }", {"response"}),
    ],
)  # fmt: skip
def test_what_a_handler_names_is_what_it_reads(source: str, parts: set[str]) -> None:
    assert parts_read(source, RUNTIME) == parts


@pytest.mark.parametrize(
    "body",
    [
        "return event",
        "return event['request']",
        "const {request} = event",
        "var e = event; return e.request",
        "for (var k in event) return event[k]",
        "return JSON.stringify(event)",
        "return {event}",
        "return ((event)).request",
        "return event.toString()",
        "return arguments[0].request",
        "return (() => arguments)()[0]",
        "return ev\\u0065nt.request",
        "return x[event]",
        "event = 1",
        "return `${event}`",
        "return f(...event)",
        "(",
    ],
)
def test_one_who_could_read_all_is_given_all(body: str) -> None:
    assert parts_read(f"function handler(event) {{ {body}; event.response }}", RUNTIME) == PARTS


@pytest.mark.parametrize(
    "source",
    [
        "var handler = function (event) { return event.response }",
        "const handler = (event) => event.response",
        "if (1) { function handler(event) { return event.response } }",
        "function handler(event) { return event.response } function handler(e) { return e }",
        "function handler(event) { return event.response } handler = function (e) { return e }",
        "function handler(event) { return event.response } var handler",
        "function f(handler) { return handler.x }",
        "function handler(...event) { return event.response }",
        "function handler({response}) { return response }",
        "",
    ],
)
def test_a_handler_that_is_not_plain_to_see_is_given_all(source: str) -> None:
    assert parts_read(source, RUNTIME) == PARTS


@pytest.mark.parametrize("own", ["", "Object.defineProperty({}, 'a', {value: 1}); "])
@pytest.mark.parametrize("reuse", [True, False])
def test_a_function_that_is_sent_less_does_the_same(own: str, reuse: bool) -> None:
    headers = {"a": {"value": "1"}}
    event: dict[str, Any] = {
        "version": "1.0",
        "context": {"eventType": "viewer-response"},
        "viewer": {"ip": "::1"},
        "request": {"method": "GET", "uri": "/x", "querystring": {}, "headers": headers, "cookies": {}},
        "response": {"statusCode": 200, "statusDescription": "OK", "headers": headers, "cookies": {}},
    }
    for what in ("response", "request", "viewer", "context", "version"):
        source = f"function handler(event) {{ {own}return {{statusCode: 200, x: event.{what}, r: event.response}} }}"
        effect = Invoke(CloudFrontFunction(name="fn", code=Code(text=source)), "viewer-response", event)
        with Workers(reuse=reuse) as some:
            for _ in range(3):
                answer = some.invoke(effect)
                invoked = answer if isinstance(answer, Invoked) else answer.result()
                assert invoked.output == {"statusCode": 200, "x": event[what], "r": event["response"]}
    assert json.dumps(event["request"]["headers"]) == json.dumps(headers)
