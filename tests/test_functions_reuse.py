"""Results that are known before the function runs: never another than the run would give."""

from __future__ import annotations

import json
import random  # noqa: TID251 - to write programs by a seed
from collections.abc import Iterator, Sequence
from concurrent.futures import Future
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from edgeware.config.model import CloudFrontFunction, Code
from edgeware.core.effects import Invoke, Invoked
from edgeware.functions import reuse
from edgeware.functions.javascript import Budget
from edgeware.functions.reuse import CREDIT
from edgeware.functions.workers import Workers

PROGRAMS_A_SOURCE = 25
HOW: dict[str, Any] = {"clock": lambda: 1.7e9, "seed": 5, "budget": Budget(0)}


@pytest.fixture(scope="module")
def both() -> Iterator[tuple[Workers, Workers]]:
    """Workers that reuse results and workers that do not; the same clock, the same dice."""
    with Workers(**HOW) as one, Workers(**HOW, reuse=False) as other:
        yield one, other


def event(**given: Any) -> dict[str, Any]:
    """An event of viewer-request, or of viewer-response where ``status`` is given."""
    event_type = "viewer-response" if "status" in given else "viewer-request"
    query = given.get("query", {})
    built: dict[str, Any] = {
        "version": "1.0",
        "context": {
            "distributionDomainName": "d111111abcdef8.cloudfront.net",
            "distributionId": "EDFDVBD6EXAMPLE",
            "eventType": event_type,
            "requestId": given.get("id", "id"),
        },
        "viewer": {"ip": given.get("ip", "192.0.2.1")},
        "request": {
            "method": given.get("method", "GET"),
            "uri": given.get("uri", "/"),
            "querystring": query,
            "headers": given.get("headers", {}),
            "cookies": {},
        },
    }
    if "status" in given:
        built["response"] = {
            "statusCode": given["status"],
            "statusDescription": "OK",
            "headers": given.get("response_headers", {}),
            "cookies": {},
        }
    return built


def entries(**values: str) -> dict[str, Any]:
    return {name: {"value": value} for name, value in values.items()}


def call(workers: Workers, code: str, sent: dict[str, Any]) -> Invoked:
    function = CloudFrontFunction(name="f", code=Code(text=code))
    raw_query = "&".join(f"{name}={entry['value']}" for name, entry in sent["request"]["querystring"].items())
    answer = workers.invoke(Invoke(function, sent["context"]["eventType"], sent, raw_query))
    return answer.result() if isinstance(answer, Future) else answer


def results(both: tuple[Workers, Workers], code: str, *events: dict[str, Any]) -> list[bool]:
    """Which events' results were reused. Each must be what the run gives, key by key and in the same order."""
    reused = []
    for sent in events:
        one, other = (call(workers, code, json.loads(json.dumps(sent))) for workers in both)
        assert (json.dumps(one.output), one.failure, one.logs) == (json.dumps(other.output), other.failure, other.logs)
        assert not other.reused
        reused.append(one.reused)
    return reused


SECURITY_HEADERS = """
function handler(event) {
    var response = event.response;
    var headers = response.headers;
    headers['strict-transport-security'] = { value: 'max-age=63072000' };
    delete headers['server'];
    return response;
}
"""


def test_what_nobody_looked_at_does_not_matter(both: tuple[Workers, Workers]) -> None:
    answers = [
        event(status=200, uri="/a", id="1"),
        event(status=304, uri="/b", id="2", ip="::1", response_headers=entries(server="a", etag="b")),
        event(status=200, method="HEAD", headers=entries(host="h"), response_headers=entries(etag="c")),
    ]
    assert results(both, SECURITY_HEADERS, *answers) == [False, True, True]


def test_the_same_answer_is_the_same_object_for_the_same_part_of_an_event(both: tuple[Workers, Workers]) -> None:
    sent, code = event(status=200), SECURITY_HEADERS.replace("server", "via")
    first, second, third = ([call(workers, code, sent) for workers in both] for _ in range(3))
    assert (first[0].reused, second[0].reused) == (False, True)
    assert second[0] is third[0]
    assert second[1] is not third[1]


def test_what_was_looked_at_decides(both: tuple[Workers, Workers]) -> None:
    code = (
        "function handler(event) { var r = event.request; if (r.uri.endsWith('/')) r.uri += 'index.html'; return r; }"
    )
    asked = [event(uri="/"), event(uri="/a"), event(uri="/", method="HEAD"), event(uri="/a/"), event(uri="/a")]
    assert results(both, code, *asked) == [False, False, True, False, True]


def test_an_answer_of_the_functions_own_is_reused(both: tuple[Workers, Workers]) -> None:
    code = """
    function handler(event) {
        var country = event.request.headers['cloudfront-viewer-country'];
        if (!country) return event.request;
        console.log('from', country.value);
        return { statusCode: 302, headers: { location: { value: '/' + country.value } } };
    }
    """
    asked = [
        event(uri="/a"),
        event(uri="/b"),
        *(event(headers={"cloudfront-viewer-country": {"value": c}}) for c in "XYX"),
    ]
    assert results(both, code, *asked) == [False, True, False, False, True]


@pytest.mark.parametrize(
    "body",
    [
        "r.headers.a = { value: String(Date.now()) }",
        "r.headers.a = { value: String(new Date()) }",
        "r.headers.a = { value: String(Math.random()) }",
        "Object.preventExtensions(r)",
        "r.headers[7] = { value: 'a' }",
        "r.headers.a = undefined",
        "r.querystring.a.multiValue.length = 0",
        "r.headers.__proto__ = { a: { value: 'b' } }",
        "var child = Object.create(r.headers); child.a = { value: 'b' }; r.uri = '/' + Object.keys(child).join()",
        "return event",
    ],
)
def test_what_may_come_out_otherwise_the_next_time_is_not_reused(both: tuple[Workers, Workers], body: str) -> None:
    code = f"function handler(event) {{ var r = event.request; {body}; return r; }}"
    sent = event(query={"a": {"value": "1", "multiValue": [{"value": "1"}, {"value": "2"}]}})
    assert results(both, code, sent, sent) == [False, False]


def test_a_failure_is_not_reused(both: tuple[Workers, Workers]) -> None:
    code = "function handler(event) { return event.request.headers.a.b.c; }"
    assert results(both, code, event(), event()) == [False, False]


def test_a_function_that_is_never_the_same_is_soon_left_alone(both: tuple[Workers, Workers]) -> None:
    code = "function handler(event) { event.request.uri = '/' + event.context.requestId; return event.request; }"
    reused = results(both, code, *(event(id=str(number)) for number in range(CREDIT + 3)))
    assert not any(reused)
    assert results(both, code, event(id="0"), event(id=str(CREDIT + 2))) == [True, False]


def test_names_that_javascript_sorts_are_not_taken_for_others(both: tuple[Workers, Workers]) -> None:
    code = "function handler(event) { event.request.querystring.a = { value: '1' }; return event.request; }"
    plain, numbers = event(query=entries(c="1", b="2")), event(query={"2": {"value": "1"}, "1": {"value": "2"}})
    assert results(both, code, numbers, plain, numbers, plain) == [False, False, False, True]


def test_parts_of_lists_are_looked_at_too(both: tuple[Workers, Workers]) -> None:
    code = """
    function handler(event) {
        var m = (event.request.querystring.a || {}).multiValue || [];
        event.request.uri = '/' + m.length + (m[1] || {}).value + (m[2] ? 1 : 0) + Object.keys(m).join();
        if (m[1]) m[1].value = 'c';
        return event.request;
    }
    """
    one = event(query={"a": {"value": "1", "multiValue": [{"value": "1"}, {"value": "2"}]}})
    other = event(query={"a": {"value": "1", "multiValue": [{"value": "1"}, {"value": "3"}]}})
    assert results(both, code, one, other, event(), one, other, event()) == [False] * 3 + [True] * 3


def test_there_is_a_limit_to_what_is_kept(both: tuple[Workers, Workers], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reuse, "MOST_LEAVES", 2)
    code = "function handler(event) { event.request.uri += event.request.method; return event.request; }"
    asked = [event(uri=uri) for uri in ("/a", "/b", "/a", "/c", "/a", "/c")]
    assert results(both, code, *asked) == [False, False, True, False, False, True]


def test_the_place_of_a_run_counts_as_read(both: tuple[Workers, Workers]) -> None:
    code = """
    import cf from 'cloudfront';
    function handler(event) { return { statusCode: 200, body: JSON.stringify(cf.edgeLocation) }; }
    """
    assert results(both, code, event(), event(status=200), event()) == [False] * 3


# --- any function ---------------------------------------------------------------------------------------------------

NAMES = ("a", "host", "toString", "x-y", "constructor")
VALUES = ("", "1", "b", "/c")


class Writer:
    """Writes programs that do with an event whatever comes to mind."""

    def __init__(self, seed: int) -> None:
        self.dice = random.Random(seed)

    def program(self) -> str:
        lines = " ".join(self.statement(2) for _ in range(self.dice.randint(1, 5)))
        start = "var q = event.request, r = event.response || q, h = r.headers, t = '';"
        return f"function (event) {{ {start} {lines} {self.end()} }}"

    def pick(self, *choices: str) -> str:
        return self.dice.choice(choices)

    def name(self) -> str:
        return repr(self.dice.choice(NAMES))

    def map(self) -> str:
        return self.pick("h", "r.headers", "q.headers", "q.querystring", "q.cookies", "r.cookies")

    def text(self) -> str:
        name, map_ = self.name(), self.map()
        return self.pick(
            repr(self.dice.choice(VALUES)),
            "q.uri",
            "q.method",
            "t",
            "String(r.statusCode)",
            "event.viewer.ip",
            f"({map_}[{name}] || {{}}).value",
            f"Object.keys({map_}).join()",
            f"String({name} in {map_})",
            f"JSON.stringify({map_})",
            "String(q.rawQueryString())",
            f"String({map_}.hasOwnProperty({name}))",
            "JSON.stringify(event.context)",
            "String(Math.random())",
            f"JSON.stringify({map_}[{name}])",
        )

    def entry(self) -> str:
        return self.pick(
            f"{{ value: {self.text()} }}",
            f"{self.map()}[{self.name()}]",
            f"{{ value: {self.text()}, multiValue: [{{ value: {self.text()} }}] }}",
        )

    def statement(self, depth: int) -> str:
        name, map_, text = self.name(), self.map(), self.text()
        simple = [
            f"{map_}[{name}] = {self.entry()};",
            f"delete {map_}[{name}];",
            f"if ({map_}[{name}]) {map_}[{name}].value += {text};",
            f"t += {text};",
            f"q.uri = '/' + {text};",
            f"console.log({text});",
            f"r.headers = {self.pick('h', '{}', 'q.headers', 'Object.assign({}, h)')};",
            f"for (var k in {map_}) t += k + {map_}[k].value;",
            f"h = {map_};",
            f"q.querystring = {self.pick(text, map_, '{}')};",
            f"var e = {map_}[{name}] || {{}}; e.value = {text};",
            f"if ({map_}[{name}] && {map_}[{name}].multiValue) {map_}[{name}].multiValue[0].value = {text};",
            f"delete r.headers; r.headers = {{ a: {self.entry()} }};",
        ]
        if depth and self.dice.random() < 0.3:
            condition = self.pick(
                f"{map_}[{name}]", f"{text} === {self.text()}", f"{name} in {map_}", "r.statusCode > 200"
            )
            return f"if ({condition}) {{ {self.statement(depth - 1)} }} else {{ {self.statement(depth - 1)} }}"
        return self.dice.choice(simple)

    def end(self) -> str:
        return self.pick(
            "return r;",
            "return r;",
            "return r;",
            "return q;",
            "r.headers.t = { value: t }; return r;",
            "return { statusCode: 302, headers: { location: { value: t } } };",
            "return { statusCode: 200, headers: r.headers, cookies: q.cookies };",
            "return JSON.parse(JSON.stringify(r));",
            "return Object.assign({}, r);",
            "return t;",
        )

    def event(self, program: int) -> dict[str, Any]:
        def some(*names: str) -> dict[str, Any]:
            return entries(**{name: self.dice.choice(VALUES) for name in names if self.dice.random() < 0.6})

        query: dict[str, Any] = some(*NAMES[:2])
        if self.dice.random() < 0.3:
            query["m"] = {"value": "1", "multiValue": [{"value": "1"}, {"value": "2"}]}
        given: dict[str, Any] = {
            "ip": self.dice.choice(("192.0.2.1", "::1")),
            "uri": self.dice.choice(VALUES) or "/",
            "query": query,
            "headers": {"program": {"value": str(program)}} | some(*NAMES),
            "id": str(self.dice.randint(0, 1)),
        }
        if self.dice.random() < 0.5:
            given |= {"status": self.dice.choice((200, 304)), "response_headers": some(*NAMES)}
        return event(**given)


def source(programs: Sequence[str]) -> str:
    return (
        f"var programs = [{','.join(programs)}];"
        "function handler(event) { return programs[event.request.headers.program.value](event); }"
    )


@settings(max_examples=12, deadline=None)
@given(st.integers(0, 1 << 32))
def test_reuse_changes_no_byte_of_any_result(both: tuple[Workers, Workers], seed: int) -> None:
    writer = Writer(seed)
    code = source([writer.program() for _ in range(PROGRAMS_A_SOURCE)])
    for program in range(PROGRAMS_A_SOURCE):
        known = [writer.event(program) for _ in range(3)]
        results(both, code, *known, *writer.dice.choices(known, k=3))
