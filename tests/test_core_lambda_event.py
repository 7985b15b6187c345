from __future__ import annotations

import json
from typing import Any

import pytest

from edgeware.config.model import EventType, Origin
from edgeware.core.effects import RequestBody
from edgeware.core.lambda_event import BODY_LIMIT, event
from edgeware.messages import Headers, Request, Response
from tests import lambda_edge_samples as samples
from tests.vectors_path import load

SITE = samples.distribution({"distributionId": "E1", "distributionDomainName": "d1.cloudfront.net"})


def cf(event_type: EventType, request: Request, **more: Any) -> dict[str, Any]:
    made = event(SITE, event_type, request, request_id="id==", **more)
    assert list(made) == ["Records"]
    assert len(made["Records"]) == 1
    inner: dict[str, Any] = made["Records"][0]["cf"]
    return inner


# What the samples choose freely: names, addresses, header lines, the origin's settings. The shape, and every value that
# follows from those, is event()'s.
@pytest.mark.parametrize("name", sorted(samples.EVENTS))
def test_a_sample_event_comes_out_of_the_messages_it_tells_of(name: str) -> None:
    sample = samples.cf_of(name)
    shown = sample["request"]
    made = event(
        samples.distribution(sample["config"]),
        sample["config"]["eventType"],
        samples.request(shown),
        request_id=sample["config"]["requestId"],
        response=samples.response(sample.get("response")),
        origin=samples.origin(shown.get("origin")),
        body=samples.body(shown.get("body")),
    )
    assert made == samples.EVENTS[name]
    assert json.loads(json.dumps(made)) == made


def test_an_event_shares_nothing_with_the_next_one() -> None:
    request = Request(method="GET", path="/", headers=Headers([("Host", "a.test")]))
    first = cf("viewer-request", request)
    first["request"]["headers"]["host"][0]["value"] = "changed"
    assert cf("viewer-request", request)["request"]["headers"]["host"][0]["value"] == "a.test"


def test_repeated_lines_stay_apart_in_wire_order_with_their_own_spelling() -> None:
    lines = [("Cookie", "a=1; b=2"), ("X-Tag", "one, two"), ("cookie", "c=3")]
    shown = cf("viewer-request", Request(method="GET", path="/", headers=Headers(lines)))["request"]["headers"]
    assert shown["cookie"] == [{"key": "Cookie", "value": "a=1; b=2"}, {"key": "cookie", "value": "c=3"}]
    assert shown["x-tag"] == [{"key": "X-Tag", "value": "one, two"}]


@pytest.mark.parametrize("name", load("lambda_edge_headers.json")["disallowed"]["exact"] + ["X-Amz-Cf-Id", "X-Edge-Q"])
def test_a_disallowed_header_is_hidden(name: str) -> None:
    request = Request(method="GET", path="/", headers=Headers([(name, "x"), ("Accept", "*/*")]))
    assert list(cf("viewer-request", request)["request"]["headers"]) == ["accept"]


@pytest.mark.parametrize(
    ("raw", "shown"),
    [(b"\xc3\xa9t\xc3\xa9", "été"), (b"\xe9t\xe9", "été"), ("\u20ac".encode(), "\u20ac"), (b"plain", "plain")],
    ids=["utf-8", "latin-1", "utf-8-three-bytes", "ascii"],
)
def test_text_is_handed_over_as_unicode(raw: bytes, shown: str) -> None:
    text = raw.decode("latin-1")
    request = Request(method="GET", path=f"/{text}", query=text, headers=Headers([("X-Text", text)]))
    made = cf("viewer-response", request, response=Response(status=200, reason=text))
    assert made["request"]["uri"] == f"/{shown}"
    assert made["request"]["querystring"] == shown
    assert made["request"]["headers"]["x-text"][0]["value"] == shown
    assert made["response"]["statusDescription"] == shown


def test_percent_encoding_stays_as_it_was_sent() -> None:
    shown = cf("viewer-request", Request(method="GET", path="/a%2fb%20c", query="q=%C3%A9"))["request"]
    assert (shown["uri"], shown["querystring"]) == ("/a%2fb%20c", "q=%C3%A9")


@pytest.mark.parametrize(
    ("status", "reason", "description"),
    [(404, "", "Not Found"), (404, "Nope", "Nope"), (799, "", "")],
    ids=["standard phrase", "the origin's own", "unknown status"],
)
def test_the_status_is_a_string_with_a_description(status: int, reason: str, description: str) -> None:
    shown = cf("origin-response", Request(method="GET", path="/"), response=Response(status=status, reason=reason))
    assert shown["response"] == {"headers": {}, "status": str(status), "statusDescription": description}


@pytest.mark.parametrize(
    ("event_type", "shows"),
    [("viewer-request", False), ("origin-request", True), ("origin-response", True), ("viewer-response", False)],
)
def test_the_origin_shows_in_origin_events_only(event_type: EventType, shows: bool) -> None:
    origin = Origin(id="o", domain_name="o.test")
    shown = cf(event_type, Request(method="GET", path="/"), origin=origin)["request"]
    assert ("origin" in shown) is shows


def test_a_body_is_base64_and_may_be_empty_or_truncated() -> None:
    request = Request(method="POST", path="/")
    shown = cf("origin-request", request, body=RequestBody(b"\xff\x00", truncated=True))["request"]["body"]
    assert shown == {"inputTruncated": True, "action": "read-only", "encoding": "base64", "data": "/wA="}
    empty = cf("viewer-request", request, body=RequestBody(b"", truncated=False))["request"]["body"]
    assert (empty["data"], empty["inputTruncated"]) == ("", False)


def test_the_exposed_part_of_a_body_is_the_documented_one() -> None:
    assert load("lambda_edge_limits.json")["request_body_exposed_bytes"].items() >= BODY_LIMIT.items()
