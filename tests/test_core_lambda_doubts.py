from __future__ import annotations

import gzip
from typing import Any

import pytest

from edgeware.config.switches import Switches
from edgeware.core.effects import Fetched, Invoked
from edgeware.core.lambda_doubts import by_key, of_response
from edgeware.messages import Headers, Response
from tests.playbook import played
from tests.worlds.sites import py, site


def made(body: bytes, coding: str = "gzip") -> Response:
    return Response(status=200, headers=Headers([("Content-Encoding", coding)]), body=body)


@pytest.mark.parametrize(
    ("output", "response", "doubtful"),
    [
        ({"body": "plain"}, made(b"plain"), True),
        ({"body": "plain", "bodyEncoding": "text"}, made(b"plain", "br"), True),
        ({"body": "cGxhaW4=", "bodyEncoding": "base64"}, made(b"plain"), True),
        ({"body": "H4sI", "bodyEncoding": "base64"}, made(gzip.compress(b"x")), False),
        ({"body": "AAAA", "bodyEncoding": "base64"}, made(b"\0\0\0", "br"), False),
        ({"body": "plain"}, made(b"plain", "identity"), False),
        ({"body": "plain"}, Response(status=200, body=b"plain"), False),
        ({"body": ""}, made(b""), False),
        ({}, made(b"stored"), False),
        (None, made(b"stored"), False),
    ],
)
def test_a_body_that_is_not_in_the_coding_that_is_left_is_doubtful(
    output: object, response: Response, doubtful: bool
) -> None:
    assert bool(list(of_response(output, response))) is doubtful


def test_the_log_warns_of_it() -> None:
    replaces = py("def handler(event, context): ...")
    output = {"status": "200", "headers": {"content-encoding": [{"value": "gzip"}]}, "body": "plain"}
    asked = played(
        site({"origin-response": replaces}),
        Fetch=Fetched(Response(status=200, headers=Headers([("Content-Encoding", "gzip")]))),
        origin_response=Invoked(output=output),
    )
    (said,) = asked.said("origin-response")
    assert "returned what may not be meant: headers['content-encoding'] says 'gzip'" in said
    assert asked.response.status == 200


@pytest.mark.parametrize("output", [None, {}, {"headers": []}, {"headers": {"x": "y", "z": [1, {"key": 2}]}}])
def test_what_is_malformed_stays_for_the_validation(output: Any) -> None:
    assert by_key(output) == (output, ())


def test_with_the_switch_the_key_is_the_name_that_counts() -> None:
    headers = {
        "x-a": [{"key": "X-A", "value": "1"}, {"key": "X-B", "value": "2"}],
        "x-b": [{"value": "3"}],
    }
    output, doubts = by_key({"headers": headers})
    assert output == {
        "headers": {"x-a": [headers["x-a"][0]], "x-b": [headers["x-a"][1], headers["x-b"][0]]},
    }
    assert doubts == ("headers['x-a'] has the key 'X-B', which is the name that counts",)


@pytest.mark.parametrize(("refuses", "status"), [(True, 502), (False, 200)])
def test_a_key_that_is_not_the_name_is_refused_unless_a_switch_says_otherwise(refuses: bool, status: int) -> None:
    distribution = site(
        {"viewer-request": py("def handler(event, context): ...")},
        distribution={"switches": Switches(refuse_header_key=refuses)},
    )
    generated = {"status": "200", "headers": {"x-a": [{"key": "X-B", "value": "1"}]}}
    asked = played(distribution, viewer_request=Invoked(output=generated))
    assert asked.response.status == status
    assert asked.response.headers.get("x-b") == (None if refuses else "1")
