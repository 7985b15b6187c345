from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edgeware.core import lambda_findings as lines_of_page
from edgeware.core.lambda_findings import Finding
from edgeware.core.lambda_headers import disallowed, edited, header_map, read_header_map, read_only, readable, wire
from edgeware.messages import Headers

WIRE = Headers(
    [
        ("X-Cache", "hidden"),
        ("Accept", "a"),
        ("X-Name", "caf\xc3\xa9"),
        ("Accept", "b"),
        ("x-old", "caf\xe9"),
        ("Connection", "close"),
    ]
)
SENT = header_map(WIRE)


def apply(returned: Any, headers: Headers = WIRE) -> Headers:
    sent, findings = header_map(headers), list[Finding]()
    lines = read_header_map(returned, sent, findings)
    assert findings == []
    return edited(headers, sent, lines)


def entry(key: str, value: Any) -> dict[str, Any]:
    return {"key": key, "value": value}


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["Accept", "accept", "X-A", "x-a", "X-Cache", "Via", "caf\xe9"]),
            st.text(st.characters(max_codepoint=255)),
        )
    )
)
def test_a_map_that_comes_back_unchanged_leaves_every_byte_in_place(lines: list[tuple[str, str]]) -> None:
    headers = Headers(lines)
    assert apply(header_map(headers), headers) == headers


@given(st.text())
def test_any_text_can_go_on_the_wire(text: str) -> None:
    assert wire(text).encode("latin-1").decode() == text.encode(errors="replace").decode()


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_text_that_went_out_comes_back_the_same(text: str) -> None:
    assert readable(wire(text)) == text


def test_text_that_is_not_of_the_wire_is_left_as_it_is() -> None:
    assert readable("\u20ac") == "\u20ac"


@pytest.mark.parametrize(
    ("edit", "expected"),
    [
        ({"accept": [entry("Accept", "c")]}, [("Accept", "c"), ("X-Name", "caf\xc3\xa9"), ("x-old", "caf\xe9")]),
        ({"accept": []}, [("X-Name", "caf\xc3\xa9"), ("x-old", "caf\xe9")]),
        (
            {"accept": [*SENT["accept"], entry("accept", "c")]},
            [("Accept", "a"), ("Accept", "b"), ("accept", "c"), ("X-Name", "caf\xc3\xa9"), ("x-old", "caf\xe9")],
        ),
        (
            {"x-old": [entry("x-old", "new"), entry("X-OLD", "café")]},
            [
                ("Accept", "a"),
                ("X-Name", "caf\xc3\xa9"),
                ("Accept", "b"),
                ("x-old", "new"),
                ("X-OLD", "caf\xe9"),
            ],
        ),
    ],
    ids=["changed", "empty array", "one more", "a value that was there keeps its bytes"],
)
def test_an_edit_touches_its_own_header_only(edit: dict[str, Any], expected: list[tuple[str, str]]) -> None:
    assert apply(SENT | edit).lines == (("X-Cache", "hidden"), *expected, ("Connection", "close"))


def test_a_new_header_comes_last_as_utf_8() -> None:
    assert apply(SENT | {"x-new": [entry("X-New", "crème")]}).lines == (*WIRE.lines, ("X-New", "cr\xc3\xa8me"))


def test_a_name_left_out_is_deleted_and_hidden_lines_stay() -> None:
    assert apply({}).lines == (("X-Cache", "hidden"), ("Connection", "close"))


@pytest.mark.parametrize(
    ("returned", "expected"),
    [
        ({"x-my-id": [{"value": "1"}]}, [("X-My-Id", "1")]),
        ({"X-MY-ID": [{"value": "1"}]}, [("X-My-Id", "1")]),
        ({"x-my-id": [entry("X-mY-iD", "1")]}, [("X-mY-iD", "1")]),
        ({"x-a": [entry("x-a", ["1", "2"])]}, [("x-a", "1"), ("x-a", "2")]),
        ({"x-a": [entry("x-a", "1")], "X-A": [entry("X-A", "2")]}, [("x-a", "1"), ("X-A", "2")]),
        ({"x-a": [entry("x-a", "with\ttab")]}, [("x-a", "with\ttab")]),
        ({"x-a": [entry("x-a", "")]}, [("x-a", "")]),
        ({"x-a": [entry("x-a", "\ud800")]}, [("x-a", "?")]),
    ],
    ids=["no key", "no key, map name in capitals", "key", "array value", "two spellings", "tab", "empty", "surrogate"],
)
def test_a_returned_line_goes_out_as(returned: Any, expected: list[tuple[str, str]]) -> None:
    assert apply(returned, Headers()).lines == tuple(expected)


@pytest.mark.parametrize(
    ("returned", "message", "text"),
    [
        (None, lines_of_page.HEADERS_NOT_AN_OBJECT, "headers: must be an object"),
        ([], lines_of_page.HEADERS_NOT_AN_OBJECT, "headers: must be an object"),
        ({"location": entry("Location", "/")}, lines_of_page.ENTRY_NOT_AN_ARRAY, "headers.location: must be an array"),
        ({"location": "/"}, lines_of_page.ENTRY_NOT_AN_ARRAY, "headers.location: must be an array"),
        ({"x a": []}, lines_of_page.HEADER_NAME, "headers.x a: is not a header name"),
        ({"": [{"value": ""}]}, lines_of_page.HEADER_NAME, "headers.: is not a header name"),
        ({"x-a": ["1"]}, lines_of_page.HEADER_VALUE, "headers.x-a: each element"),
        ({"x-a": [entry("X-B", "1")]}, lines_of_page.HEADER_NAME, "headers.x-a: the key"),
        ({"k": [entry("\u212a", "1")]}, lines_of_page.HEADER_NAME, "headers.k: the key"),
        ({"x-a": [{"key": None, "value": "1"}]}, lines_of_page.HEADER_NAME, "headers.x-a: the key"),
        (
            {"x-a": [{"key": "X-A"}]},
            lines_of_page.HEADER_VALUE,
            "headers.x-a: header :x-a has one or more entries whose value is neither string",
        ),
        (
            {"x-a": [entry("X-A", 1)]},
            lines_of_page.HEADER_VALUE,
            "headers.x-a: header :x-a has one or more entries whose value is neither string",
        ),
        (
            {"x-a": [entry("X-A", ["1", 2])]},
            lines_of_page.HEADER_VALUE,
            "headers.x-a: header :x-a has one or more entries whose value is neither string",
        ),
        (
            {"x-a": [entry("X-A", "1\r\nX-B: 2")]},
            lines_of_page.HEADER_CHARACTER,
            "invalid character : '%0D' in header value, headerName : X-A.",
        ),
        (
            {"x-a": [entry("X-A", "\x7f")]},
            lines_of_page.HEADER_CHARACTER,
            "invalid character : '%7F' in header value, headerName : X-A.",
        ),
    ],
)
def test_a_malformed_map_is_one_finding_and_counts_as_left_alone(returned: Any, message: str, text: str) -> None:
    findings: list[Finding] = []
    lines = read_header_map(returned, {"x-a": [entry("X-A", "old")]}, findings)
    assert [found.message for found in findings] == [message]
    assert text in findings[0].text
    untouched = not isinstance(returned, dict) or "x-a" in returned
    assert lines == ({"x-a": [("X-A", "old")]} if untouched else {})


def test_what_the_viewer_sent_is_not_judged_when_it_comes_back() -> None:
    headers = Headers([("caf\xe9", "1"), ("X-A", "\x01")])
    assert apply(header_map(headers), headers) == headers


def test_only_a_disallowed_name_with_a_line_is_an_addition() -> None:
    findings: list[Finding] = []
    lines = read_header_map({"keep-alive": [], "X-Cache": [entry("X-Cache", "1")], "x-b": []}, {}, findings)
    assert [found.text.split(":")[0] for found in disallowed(lines)] == ["headers.x-cache"]


@pytest.mark.parametrize(
    ("lines", "verb"),
    [
        ({"via": [("via", "1.1 a")]}, None),
        ({"via": [("Via", "1.1 b")]}, "change"),
        ({"via": [("Via", "1.1 a"), ("Via", "1.1 a")]}, "change"),
        ({}, "delete"),
    ],
    ids=["another case of the key", "another value", "one more line", "gone"],
)
def test_a_read_only_header_is_compared_by_its_values(lines: dict[str, Any], verb: str | None) -> None:
    findings = read_only(lines, {"via": [entry("Via", "1.1 a")]}, {"via", "host"})
    assert [found.text.split("tried to ")[1].split()[0] for found in findings] == ([verb] if verb else [])


def test_a_read_only_header_cannot_be_added() -> None:
    (found,) = read_only({"via": [("Via", "1")]}, {}, ["via"])
    assert found.message == lines_of_page.READ_ONLY_HEADER
    assert "tried to add" in found.text
