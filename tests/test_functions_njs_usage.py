from __future__ import annotations

import pytest

from edgeware.functions.njs.findings import Refusal
from edgeware.functions.njs.script import Script
from edgeware.functions.njs.usage import Usage
from tests.njs_errors import SECOND


def found(source: str) -> list[Refusal]:
    return list(Usage(Script(source, SECOND)).findings())


def features(body: str, before: str = "") -> list[str]:
    """What is found in a handler."""
    source = f"{before}async function handler(event) {{ var request = event.request; {body} }}"
    return [one.feature for one in found(source)]


@pytest.mark.parametrize(
    "source",
    [
        "function handler(event) {}",
        "async function handler(event) {}",
        "var handler = function (event) {};",
        "const other = 1, handler = (event) => event.request;",
        "var a; handler = a;",
        "function* handler() {}",
    ],
)
def test_a_handler_is_a_name_at_top_level(source: str) -> None:
    assert found(source) == []


@pytest.mark.parametrize(
    "source",
    ["", "function handle(event) {}", "(function () { function handler() {} })();", "a(); b = 1;", "if (a) {}"],
)
def test_a_source_without_one_cannot_run(source: str) -> None:
    (one,) = found(source)
    assert (one.feature, one.severity, one.offset) == ("handler", "error", 0)
    assert one.message.startswith('"handler" is not defined')


@pytest.mark.parametrize(
    ("body", "feature"),
    [
        ("request.headers['X-A'] = {value: '1'};", "header-name"),
        ("event.request.headers['X-A'] = {value: '1'};", "header-name"),
        ("var headers = request.headers; headers['X-A'] = {value: '1'};", "header-name"),
        ("var r = event.response, h = r.headers; h['X-A'] = {value: '1'};", "header-name"),
        ("event.response.headers.Server = {value: '1'};", "header-name"),
        ("return {statusCode: 302, headers: {Location: {value: '/'}}};", "header-name"),
        ("return {statusCode: 302, headers: {'Location': {value: '/'}}};", "header-name"),
        ("request.headers['x-cache'] = {value: '1'};", "disallowed-header"),
        ("request.headers['X-Edge-A'] = {value: '1'};", "disallowed-header"),
        ("return {statusCode: 200, headers: {connection: {value: 'close'}}};", "disallowed-header"),
        ("request.headers.host = {value: 'a'};", "read-only-header"),
        ("request.headers.host.value = 'a';", "read-only-header"),
        ("request.headers['content-length'].value = '1';", "read-only-header"),
        ("delete request.headers.host;", "read-only-header"),
        ("delete event.response.headers['via'];", "read-only-header"),
        ("return {statusCode: 200, headers: {via: {value: 'a'}}};", "read-only-header"),
        ("request.headers['x-a'] = 'text';", "header-value"),
        ("request.headers['x-a'] = `${request.uri}`;", "header-value"),
        ("request.headers['x-a'] = [{key: 'X-A', value: 'a'}];", "header-value"),
        ("return {statusCode: 200, headers: {'x-a': 'text'}};", "header-value"),
    ],
)
def test_a_header_that_is_refused_is_an_error(body: str, feature: str) -> None:
    assert features(body) == [feature]


@pytest.mark.parametrize(
    "body",
    [
        "request.headers['x-a'] = {value: '1'}; request.headers.origin = {multiValue: []};",
        "var value = {value: '1'}; request.headers['x-a'] = value;",
        "request.headers['x-' + request.uri] = {value: '1'}; request.headers[request.uri] = {value: '1'};",
        "event.response.headers.host = {value: '1'}; delete event.response.headers['content-encoding'];",
        "delete request.headers.origin; delete request.headers[request.uri]; delete request.uri; void request.headers;",
        "var headers = {}; headers['X-A'] = 'text'; headers.host = 1;",
        "var other = {headers: {}}; other.headers['X-A'] = 'text';",
        "var headers = request.headers; var headers = {}; headers['X-A'] = 'text';",
        "return {statusCode: 200, headers: {['x-a']: {value: '1'}, 'x-b': {value: '2'}}, body: 'a'};",
        "return {statusCode: 200, headers: request.headers};",
        "return {headers: {'X-A': 'no response'}};",
        "var options = {status: 200, ['a']: 1, b() {}, request};",
        "request.uri = 'text'; request.uri.value = 'text'; request.querystring.A = {value: '1'};",
        "var a; a = 'text'; a += 'b';",
    ],
)
def test_what_is_right_or_not_certain_is_left_alone(body: str) -> None:
    assert features(body) == []


STORE = "import cf from 'cloudfront'; const kvs = cf.kvs('id'); "


@pytest.mark.parametrize(
    "body",
    [
        "const a = kvs.get('k'); request.uri = a;",
        "request.uri = '/' + kvs.get('k');",
        "if (kvs.exists('k')) return request;",
        "request.uri = `${kvs.get('k')}`;",
        "kvs.get('k').length;",
        "const a = kvs.get('k'); request.uri = String(a);",
        "request.uri = JSON.parse(kvs.get('k')).to;",
        "(kvs.count());",
        "kvs.meta();",
        "cf.kvs().get('k');",
    ],
)
def test_a_promise_that_nobody_awaits_is_an_error(body: str) -> None:
    assert features(body, STORE) == ["await"]


@pytest.mark.parametrize(
    "body",
    [
        "const a = await kvs.get('k');",
        "const a = await (kvs.get('k'));",
        "const a = kvs.get('k'); request.uri = await a;",
        "return kvs.get('k').then((v) => request).catch((e) => request);",
        "return kvs.get('k');",
        "const all = await Promise.all([kvs.get('a'), kvs.get('b')]);",
        "return new Promise(kvs.get('a'));",
        "const get = (k) => kvs.get(k);",
        "let v; v = kvs.get('k'); v = await v;",
        "const o = {a: kvs.get('k')}; await o.a;",
        "other(kvs.get('k'));",
        "const o = {}; o.later = kvs.get('k'); await o.later;",
        "var map = {get: 1}; map.get('k'); request.get('k'); kvs.close(); get('k'); other.a().get('k');",
    ],
)
def test_a_promise_that_somebody_has_is_fine(body: str) -> None:
    assert features(body, STORE) == []


def test_the_event_of_lambda_at_edge_is_known() -> None:
    (one,) = found("function handler(event) { return event.Records[0].cf.request; }")
    assert (one.feature, one.severity) == ("event", "warn")
