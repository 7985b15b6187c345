from __future__ import annotations

import json
from typing import Any

import pytest

from edgeware.exceptions import UsageError
from edgeware.parity.har import requests


def har(*entries: Any) -> str:
    return json.dumps({"log": {"version": "1.2", "entries": list(entries)}})


def asked(**fields: Any) -> dict[str, Any]:
    return {"method": "GET", "url": "https://a.example/b?c=d", **fields}


def test_an_entry_is_a_request_and_what_was_answered() -> None:
    headers = [{"name": ":method", "value": "GET"}, {"name": "Accept", "value": "*/*"}]
    answer = {"status": 200, "headers": [{"name": "X-Cache", "value": "Hit from cloudfront"}]}
    (found,) = requests(har({"request": asked(headers=headers), "response": answer}), "f.har")
    assert (found.method, found.target, found.host, found.where) == ("GET", "/b?c=d", "a.example", "f.har: entry 1")
    assert list(found.headers) == [("Accept", "*/*")]
    assert found.answer is not None
    assert (found.answer.status, found.answer.x_cache) == (200, "Hit from cloudfront")


@pytest.mark.parametrize(
    ("content", "body"),
    [
        ({"text": "é"}, "é".encode()),
        ({"text": "/w==", "encoding": "base64"}, b"\xff"),
        ({"text": "no base64", "encoding": "base64"}, None),
        ({"text": "cut", "_truncated": True}, None),
        ({"text": "a *** b"}, None),
        ({}, None),
        (None, None),
    ],
)
def test_a_body_is_there_if_it_is_whole(content: Any, body: bytes | None) -> None:
    (found,) = requests(har({"request": asked(), "response": {"status": 200, "content": content}}), "f.har")
    assert found.answer is not None
    assert found.answer.body == body


@pytest.mark.parametrize("response", [None, {}, {"status": 0, "headers": []}])
def test_a_request_without_an_answer_has_none(response: Any) -> None:
    (found,) = requests(har({"request": asked(), "response": response}), "f.har")
    assert found.answer is None


def test_the_host_header_names_the_host() -> None:
    (found,) = requests(har({"request": asked(headers=[{"name": "host", "value": "b.example"}])}), "f.har")
    assert found.host == "b.example"


@pytest.mark.parametrize(
    ("data", "body"),
    [(None, b""), ({"text": "ä"}, "ä".encode()), ({"text": "AP8=", "_encoding": "base64"}, b"\x00\xff"), ({}, b"")],
)
def test_a_body_is_text_or_base64(data: Any, body: bytes) -> None:
    (found,) = requests(har({"request": asked(method="POST", postData=data)}), "f.har")
    assert found.body == body


def test_a_body_that_was_cut_is_not_sent_as_if_it_were_whole() -> None:
    with pytest.raises(UsageError, match="entry 1: its body was too long"):
        list(requests(har({"request": asked(postData={"text": "a", "_truncated": True})}), "f.har"))


@pytest.mark.parametrize(
    "text",
    [
        "{",
        "{}",
        '{"log": []}',
        '{"log": {"entries": 3}}',
        '{"log": {"entries": {}}}',
        pytest.param('{"log":' * 200_000, id="deep"),
    ],
)
def test_what_is_no_har_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match=r"f\.har is no HAR"):
        list(requests(text, "f.har"))


@pytest.mark.parametrize(
    "entry",
    [
        {},
        3,
        None,
        {"request": {}},
        {"request": {"method": "GET", "url": 3}},
        {"request": {"method": 3, "url": "http://a/"}},
        {"request": asked(headers=[3])},
        {"request": asked(headers=3)},
        {"request": asked(postData="x")},
        {"request": asked(postData={"text": "!", "_encoding": "base64"})},
        {"request": asked(), "response": {"status": "x"}},
        {"request": asked(url="/no")},
    ],
)
def test_an_entry_that_is_no_request_is_named(entry: Any) -> None:
    with pytest.raises(UsageError, match=r"f\.har: entry 2"):
        list(requests(har({"request": asked()}, entry), "f.har"))
