from __future__ import annotations

import pytest

from edgeware.core.access_log import FIELDS, HEADER, LogFacts, fields, line
from edgeware.exceptions import UsageError
from edgeware.messages import Headers, Request
from edgeware.parity.log_lines import is_log, requests


def logged(**more: object) -> str:
    request = Request(
        method="GET",
        path="/a%20b/ü".encode().decode("latin-1"),
        query="c=d%26e&f=1",
        headers=Headers([("Host", "www.example.com"), ("User-Agent", "A browser/1 (x; y)"), ("Cookie", "k=v; l=w")]),
    )
    facts = LogFacts(
        request=request,
        domain_name="d1.cloudfront.net",
        pop="LCL50-C1",
        request_id="id",
        status=200,
        result_type="Miss",
        response_result_type="Hit",
        finished_at=0,
        time_taken=0,
        time_to_first_byte=0,
        response_body_size=0,
        cookies=True,
    )
    return line(fields(facts))


def test_the_log_of_our_own_edge_is_read_back() -> None:
    (found,) = requests("\n".join([*HEADER, logged()]), "a.log")
    assert (found.method, found.target) == ("GET", "/a%20b/%C3%BC?c=d%26e&f=1")
    assert (found.host, found.where) == ("www.example.com", "a.log:3")
    assert list(found.headers) == [("User-Agent", "A browser/1 (x; y)"), ("Cookie", "k=v; l=w")]
    assert found.answer is not None
    assert (found.answer.status, found.answer.x_cache) == (200, "Hit from cloudfront")


def test_without_fields_the_order_is_that_of_cloudfront() -> None:
    assert is_log(logged())
    (found,) = requests(logged(), "a.log")
    assert found.host == "www.example.com"


def test_the_order_is_that_of_the_fields_line_and_a_log_may_have_several() -> None:
    text = (
        "#Software: x\n#Fields: sc-status cs-uri-stem cs-method cs(Host)\n200 /a GET one.example\n\n"
        "#Fields: cs-uri-stem cs-method\n/b\tHEAD\n-\t-\n"
    )
    found = list(requests(text, "a.log"))
    assert [(one.method, one.target, one.host) for one in found] == [
        ("GET", "/a", "one.example"),
        ("HEAD", "/b", ""),
        ("GET", "/", ""),
    ]


@pytest.mark.parametrize("status", ["000", "-", "x"])
def test_a_viewer_who_left_had_no_answer(status: str) -> None:
    (found,) = requests(f"#Fields: cs-method cs-uri-stem sc-status\nGET\t/\t{status}", "a.log")
    assert found.answer is None


def test_the_space_that_is_encoded_twice_is_one() -> None:
    (found,) = requests("#Fields: cs-method cs-uri-stem cs(User-Agent)\nGET\t/\tA%2520b", "a.log")
    assert found.headers.get("user-agent") == "A b"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("#Fields: cs-method date\n", "a.log:1: #Fields has no cs-uri-stem"),
        ("#Fields: date\n", "no cs-method and no cs-uri-stem"),
        ("#Fields: cs-method cs-uri-stem\nGET", "a.log:2: 1 fields where #Fields names 2"),
        ("#Version: 1.0\nGET\t/", f"a.log:2: 2 fields where #Fields names {len(FIELDS)}"),
    ],
)
def test_a_line_that_has_not_the_fields_is_refused(text: str, message: str) -> None:
    with pytest.raises(UsageError, match=message):
        list(requests(text, "a.log"))
