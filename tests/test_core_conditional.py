from __future__ import annotations

import email
import email.message
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edgeware.core.cached_object import CachedObject
from edgeware.core.conditional import answer, revalidation
from edgeware.messages import Headers, Request, Response

BODY = b"0123456789"
MODIFIED = "Thu, 01 Jan 2026 00:00:00 GMT"
EARLIER = "Wed, 31 Dec 2025 00:00:00 GMT"
LATER = "Fri, 02 Jan 2026 00:00:00 GMT"
STRONG = [("ETag", '"a"'), ("Last-Modified", MODIFIED)]
WEAK = [("ETag", 'W/"a"'), ("Last-Modified", MODIFIED)]
PLAIN = [("Content-Type", "text/plain")]


def copy_of(lines: list[tuple[str, str]], **settings: Any) -> CachedObject:
    stored: dict[str, Any] = {"status": 200, "body": BODY, "path": "/", "stored_at": 0.0, "fresh_until": 60.0}
    stored |= {"stale_while_revalidate_until": 60.0, "stale_if_error_until": 60.0, "headers": Headers(lines)}
    return CachedObject(**{**stored, **settings})


def request(method: str = "GET", **headers: str) -> Request:
    lines = Headers((name.replace("_", "-"), value) for name, value in headers.items())
    return Request(method=method, path="/", headers=lines)


def status(copy: CachedObject, asked: Request) -> int:
    """200 stands for the whole object."""
    given = answer(copy, asked)
    return 200 if given is None else given.status


@pytest.mark.parametrize(
    ("stored", "asked", "expected"),
    [
        pytest.param(STRONG, {}, 200, id="no condition"),
        pytest.param(STRONG, {"If_None_Match": '"a"'}, 304, id="known by etag"),
        pytest.param(STRONG, {"If_None_Match": 'W/"a"'}, 304, id="compared weakly"),
        pytest.param(WEAK, {"If_None_Match": '"a"'}, 304, id="weakly both ways"),
        pytest.param(STRONG, {"If_None_Match": '"b", "a"'}, 304, id="one of several"),
        pytest.param(STRONG, {"If_None_Match": "*"}, 304, id="any"),
        pytest.param([], {"If_None_Match": "*"}, 304, id="any, without an etag"),
        pytest.param(STRONG, {"If_None_Match": '"b"'}, 200, id="another etag"),
        pytest.param([], {"If_None_Match": '"a"'}, 200, id="no etag stored"),
        pytest.param(STRONG, {"If_None_Match": '"b"', "If_Modified_Since": LATER}, 200, id="the etag decides alone"),
        pytest.param(STRONG, {"If_Modified_Since": MODIFIED}, 304, id="not modified since"),
        pytest.param(STRONG, {"If_Modified_Since": LATER}, 304, id="not modified since later"),
        pytest.param(STRONG, {"If_Modified_Since": EARLIER}, 200, id="modified since"),
        pytest.param([], {"If_Modified_Since": MODIFIED}, 200, id="no date stored"),
        pytest.param(STRONG, {"If_Modified_Since": "yesterday"}, 200, id="no date asked"),
        pytest.param(STRONG, {"If_Match": '"a"'}, 200, id="matches"),
        pytest.param(STRONG, {"If_Match": "*"}, 200, id="matches any"),
        pytest.param(STRONG, {"If_Match": '"b"'}, 412, id="does not match"),
        pytest.param(STRONG, {"If_Match": 'W/"a"'}, 412, id="a weak tag never matches"),
        pytest.param(WEAK, {"If_Match": '"a"'}, 412, id="nor does a weak object"),
        pytest.param([], {"If_Match": '"a"'}, 412, id="nor one without an etag"),
        pytest.param(STRONG, {"If_Match": '"a"', "If_Unmodified_Since": EARLIER}, 200, id="the match decides alone"),
        pytest.param(STRONG, {"If_Unmodified_Since": MODIFIED}, 200, id="unmodified since"),
        pytest.param(STRONG, {"If_Unmodified_Since": EARLIER}, 412, id="modified since, and must not be"),
        pytest.param(STRONG, {"If_Unmodified_Since": "x"}, 200, id="no date to be unmodified since"),
        pytest.param([], {"If_Unmodified_Since": EARLIER}, 200, id="no date stored to compare"),
        pytest.param(STRONG, {"If_Match": '"b"', "If_None_Match": '"a"'}, 412, id="the match comes first"),
        pytest.param(STRONG, {"If_None_Match": '"a"', "Range": "bytes=0-1"}, 304, id="a range comes last"),
        pytest.param(STRONG, {"If_None_Match": '"b"', "Range": "bytes=0-1"}, 206, id="and counts if changed"),
    ],
)
def test_preconditions_are_evaluated_in_order(
    stored: list[tuple[str, str]], asked: dict[str, str], expected: int
) -> None:
    assert status(copy_of(stored), request("GET", **asked)) == expected
    if expected != 206:
        assert status(copy_of(stored), request("HEAD", **asked)) == expected


@pytest.mark.parametrize(
    ("settings", "method"), [({"status": 404}, "GET"), ({"status": 206}, "GET"), ({}, "OPTIONS"), ({}, "POST")]
)
def test_only_a_stored_200_has_conditions_and_only_for_get_and_head(settings: dict[str, int], method: str) -> None:
    assert answer(copy_of(STRONG, **settings), request(method, If_None_Match="*", Range="bytes=0-1")) is None


def test_a_304_keeps_what_is_not_about_the_body() -> None:
    kept = [
        *STRONG,
        ("Date", MODIFIED),
        ("Cache-Control", "max-age=60"),
        ("Expires", LATER),
        ("Vary", "Accept"),
        ("Content-Location", "/x"),
        ("X-Own", "1"),
    ]
    body = [("Content-Type", "text/plain"), ("Content-Length", "10"), ("Content-Encoding", "gzip")]
    given = answer(copy_of([*kept, *body]), request(If_None_Match="*"))
    assert given == Response(status=304, reason="Not Modified", headers=Headers(kept), body=b"")


def test_a_412_has_no_body() -> None:
    refused = Response(status=412, reason="Precondition Failed", headers=Headers([("Content-Length", "0")]), body=b"")
    assert answer(copy_of(STRONG), request(If_Match='"b"')) == refused


@pytest.mark.parametrize(
    ("asked", "content_range", "body"),
    [
        ("bytes=0-0", "bytes 0-0/10", b"0"),
        ("bytes=2-5", "bytes 2-5/10", b"2345"),
        ("bytes=7-", "bytes 7-9/10", b"789"),
        ("bytes=-3", "bytes 7-9/10", b"789"),
        ("bytes=-99", "bytes 0-9/10", BODY),
        ("bytes=5-99", "bytes 5-9/10", b"56789"),
        ("Bytes = 1-2", "bytes 1-2/10", b"12"),
    ],
)
def test_a_range_is_cut_from_the_object(asked: str, content_range: str, body: bytes) -> None:
    copy = copy_of([*PLAIN, ("Content-Length", "10"), ("Transfer-Encoding", "chunked")])
    lines = [*PLAIN, ("Content-Length", str(len(body))), ("Content-Range", content_range)]
    given = answer(copy, request(Range=asked))
    assert given == Response(status=206, reason="Partial Content", headers=Headers(lines), body=body)


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        pytest.param("bytes=10-", 416, id="behind the end"),
        pytest.param("bytes=10-11, 20-", 416, id="all behind the end"),
        pytest.param("bytes=0-1, 20-21", 200, id="one behind the end"),
        pytest.param("bytes=5-2", 200, id="backwards"),
        pytest.param("bytes=4-5, 0-1", 200, id="not in ascending order"),
        pytest.param("bytes=0-5, 3-7", 200, id="overlapping"),
        pytest.param("bytes=0-5, -5", 200, id="overlapping at the end"),
        pytest.param("bytes=0-, 5-6", 200, id="nothing is left after an open one"),
        pytest.param("bytes=", 200, id="empty"),
        pytest.param("bytes=a-b", 200, id="no numbers"),
        pytest.param("items=0-1", 200, id="another unit"),
        pytest.param("0-1", 200, id="no unit"),
        pytest.param("bytes=" + "9" * 5000 + "-", 200, id="more digits than a number has"),
    ],
)
def test_a_range_that_cannot_be_met_is_refused_and_a_wrong_one_ignored(asked: str, expected: int) -> None:
    assert status(copy_of([]), request(Range=asked)) == expected


def test_a_416_says_how_long_the_object_is() -> None:
    given = answer(copy_of(PLAIN), request(Range="bytes=10-"))
    assert given is not None
    assert given.headers.lines == (("Content-Range", "bytes */10"), ("Content-Length", "0"))
    assert given.body == b""


def test_no_range_of_an_empty_object_can_be_met() -> None:
    assert status(copy_of([], body=b""), request(Range="bytes=0-")) == 416
    assert status(copy_of([], body=b""), request(Range="bytes=-1")) == 416


def test_head_has_no_ranges() -> None:
    assert answer(copy_of([]), request("HEAD", Range="bytes=0-1")) is None


@pytest.mark.parametrize(
    ("stored", "if_range", "expected"),
    [
        pytest.param(STRONG, '"a"', 206, id="the same etag"),
        pytest.param(STRONG, ' "a" ', 206, id="blanks round it"),
        pytest.param(STRONG, '"b"', 200, id="another etag"),
        pytest.param(STRONG, 'W/"a"', 200, id="a weak etag"),
        pytest.param(WEAK, 'W/"a"', 200, id="a weak etag, even of a weak object"),
        pytest.param(STRONG, MODIFIED, 206, id="the same date"),
        pytest.param(STRONG, LATER, 200, id="another date"),
        pytest.param([], MODIFIED, 200, id="no date stored"),
        pytest.param(STRONG, "x", 200, id="neither etag nor date"),
    ],
)
def test_if_range_asks_for_the_part_only_of_the_same_object(
    stored: list[tuple[str, str]], if_range: str, expected: int
) -> None:
    assert status(copy_of(stored), request(Range="bytes=0-1", If_Range=if_range)) == expected


def test_if_range_without_a_range_is_ignored() -> None:
    assert answer(copy_of(STRONG), request(If_Range='"a"')) is None


def parts_of(given: Response) -> list[tuple[str | None, str | None, str]]:
    assert given.body is not None
    head = f"Content-Type: {given.headers.get('content-type')}\r\n\r\n".encode()
    message: email.message.Message[str, str] = email.message_from_bytes(head + given.body)
    assert message.is_multipart()
    assert not message.defects
    parts: list[Any] = list(message.walk())[1:]
    return [(part["Content-Type"], part["Content-Range"], part.get_payload()) for part in parts]


@pytest.mark.parametrize("lines", [PLAIN, []], ids=["typed", "untyped"])
def test_several_ranges_are_a_multipart_message(lines: list[tuple[str, str]]) -> None:
    given = answer(copy_of(lines), request(Range="bytes=0-1, 2-3, -2"))
    assert given is not None
    assert given.status == 206
    assert "content-range" not in given.headers
    assert given.headers.get("content-length") == str(len(given.body or b""))
    described = "text/plain" if lines else None
    assert parts_of(given) == [
        (described, "bytes 0-1/10", "01"),
        (described, "bytes 2-3/10", "23"),
        (described, "bytes 8-9/10", "89"),
    ]


def test_a_revalidation_asks_with_the_stored_validators() -> None:
    viewers = request(
        Accept="*/*",
        Range="bytes=0-1",
        If_None_Match='"b"',
        If_Range='"b"',
        If_Match='"b"',
        If_Modified_Since=LATER,
        If_Unmodified_Since=LATER,
    )
    asked = revalidation(copy_of(STRONG), viewers)
    assert asked.headers.lines == (("Accept", "*/*"), ("If-None-Match", '"a"'), ("If-Modified-Since", MODIFIED))
    assert (asked.method, asked.path) == ("GET", "/")


@pytest.mark.parametrize(
    ("lines", "asked"),
    [
        ([("ETag", 'W/"a"')], (("If-None-Match", 'W/"a"'),)),
        ([("Last-Modified", MODIFIED)], (("If-Modified-Since", MODIFIED),)),
    ],
    ids=["etag", "date"],
)
def test_a_revalidation_uses_what_there_is(lines: list[tuple[str, str]], asked: tuple[tuple[str, str], ...]) -> None:
    assert revalidation(copy_of(lines), request()).headers.lines == asked


@pytest.mark.parametrize(
    "copy", [copy_of(PLAIN), copy_of(STRONG, revalidates=False)], ids=["without validators", "not to be revalidated"]
)
def test_with_nothing_to_ask_by_the_request_stays_the_viewers(copy: CachedObject) -> None:
    viewers = request(If_None_Match='"b"')
    assert revalidation(copy, viewers) is viewers


NAMES = ("If-Match", "If-None-Match", "If-Modified-Since", "If-Unmodified-Since", "If-Range", "Range")
VALUES = st.one_of(st.text(max_size=40), st.text(alphabet='bytes=-,0123456789 W/"*', max_size=40), st.just(MODIFIED))


@given(
    st.lists(st.tuples(st.sampled_from(NAMES), VALUES), max_size=4),
    st.lists(st.tuples(st.sampled_from(["ETag", "Last-Modified", "Content-Type"]), VALUES), max_size=3),
)
def test_no_header_is_too_strange(asked: list[tuple[str, str]], stored: list[tuple[str, str]]) -> None:
    copy, viewers = copy_of(stored), Request(method="GET", path="/", headers=Headers(asked))
    given = answer(copy, viewers)
    assert given is None or given.status in (206, 304, 412, 416)
    assert isinstance(revalidation(copy, viewers), Request)
