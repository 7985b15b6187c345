"""Parts of an object that are kept, and grow."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edgeware.core.cached_object import CachedObject
from edgeware.core.parts import Part, answer, kept, part_of
from edgeware.messages import Headers, Request
from tests.playbook import stored_object

WHOLE = bytes(range(100))


def a_part(
    start: int, stop: int, *, etag: str | None = '"1"', size: int = 100, body: bytes | None = None
) -> CachedObject:
    lines = [("Content-Range", f"bytes {start}-{stop - 1}/{size}"), ("Content-Length", str(stop - start))]
    lines += [("ETag", etag)] if etag else []
    return stored_object(206, WHOLE[start:stop] if body is None else body, headers=Headers(lines))


def get(wanted: str | None, *lines: tuple[str, str], method: str = "GET") -> Request:
    asked = [("Range", wanted)] if wanted else []
    return Request(method=method, path="/x", headers=Headers([*asked, *lines]))


@pytest.mark.parametrize(
    ("value", "part"),
    [
        ("bytes 0-9/100", Part(0, 10, 100)),
        ("bytes 99-99/100", Part(99, 100, 100)),
        ("bytes 0-9/*", None),
        ("bytes */100", None),
        ("bytes 9-0/100", None),
        ("bytes 0-100/100", None),
        ("lines 0-9/100", None),
        (None, None),
    ],
)
def test_content_range_says_which_part_it_is(value: str | None, part: Part | None) -> None:
    assert part_of(Headers([("Content-Range", value)] if value else [])) == part


@pytest.mark.parametrize(
    ("request_", "wanted"),
    [
        pytest.param(get("bytes=10-19"), (10, 20), id="the part"),
        pytest.param(get("bytes=12-14"), (12, 15), id="some of it"),
        pytest.param(get("bytes=9-14"), None, id="more before it"),
        pytest.param(get("bytes=15-20"), None, id="more behind it"),
        pytest.param(get("bytes=-85"), None, id="the end"),
        pytest.param(get("bytes=11-12,14-15"), None, id="several"),
        pytest.param(get("bytes=200-"), None, id="what cannot be met"),
        pytest.param(get(None), None, id="the whole"),
        pytest.param(get("bytes=12-14", ("If-Range", '"1"')), None, id="on a condition"),
        pytest.param(get("bytes=12-14", method="HEAD"), None, id="HEAD"),
    ],
)
def test_a_part_answers_for_what_lies_in_it(request_: Request, wanted: tuple[int, int] | None) -> None:
    found = answer(a_part(10, 20), request_)
    if wanted is None:
        assert found is None
    else:
        assert found is not None
        assert (found.status, found.body) == (206, WHOLE[wanted[0] : wanted[1]])
        assert found.headers.get("content-range") == f"bytes {wanted[0]}-{wanted[1] - 1}/100"
        assert found.headers.get("content-length") == str(wanted[1] - wanted[0])


def test_what_is_no_part_answers_nothing() -> None:
    assert answer(stored_object(206), get("bytes=0-1")) is None


@pytest.mark.parametrize(
    ("before", "new", "span"),
    [
        pytest.param(None, (10, 20), (10, 20), id="the first"),
        pytest.param((10, 20), (20, 30), (10, 30), id="the next one"),
        pytest.param((20, 30), (10, 20), (10, 30), id="the one before"),
        pytest.param((10, 25), (20, 30), (10, 30), id="one that overlaps"),
        pytest.param((10, 40), (20, 30), (10, 40), id="one that lies in it"),
        pytest.param((20, 30), (10, 40), (10, 40), id="one round it"),
        pytest.param((10, 20), (21, 30), (21, 30), id="one that does not touch"),
    ],
)
def test_parts_that_touch_become_one(
    before: tuple[int, int] | None, new: tuple[int, int], span: tuple[int, int]
) -> None:
    found = kept(None if before is None else a_part(*before), a_part(*new))
    assert found is not None
    assert (found.status, part_of(found.headers), found.body) == (206, Part(*span, 100), WHOLE[span[0] : span[1]])


def test_parts_of_two_versions_do_not_mix() -> None:
    for other in (a_part(0, 10, etag='"0"'), a_part(0, 10, size=99), stored_object(206)):
        found = kept(other, a_part(10, 20))
        assert found is not None
        assert part_of(found.headers) == Part(10, 20, 100)


@pytest.mark.parametrize("etag", [None, 'W/"1"'])
def test_a_part_of_no_known_version_is_kept_by_itself(etag: str | None) -> None:
    found = kept(a_part(0, 10, etag=etag), a_part(10, 20, etag=etag))
    assert found is not None
    assert part_of(found.headers) == Part(10, 20, 100)


def test_parts_of_one_date_become_one() -> None:
    date = ("Last-Modified", "Sat, 04 Jul 2026 12:00:00 GMT")
    dated = [
        replace(part, headers=part.headers.set(*date)) for part in (a_part(0, 10, etag=None), a_part(10, 20, etag=None))
    ]
    found = kept(*dated)
    assert found is not None
    assert part_of(found.headers) == Part(0, 20, 100)


def test_what_has_grown_to_the_whole_is_an_ordinary_object() -> None:
    found = kept(a_part(0, 60), a_part(60, 100))
    assert found is not None
    assert (found.status, found.body, found.headers.get("content-length")) == (200, WHOLE, "100")
    assert "content-range" not in found.headers


def test_a_part_whose_length_is_not_what_it_says_is_not_kept() -> None:
    assert kept(None, a_part(0, 10, body=b"short")) is None
    assert kept(None, stored_object(206)) is None


@given(st.lists(st.tuples(st.integers(0, 99), st.integers(1, 100)).filter(lambda span: span[0] < span[1])))
def test_whatever_comes_in_whatever_order_is_in_its_place(spans: list[tuple[int, int]]) -> None:
    found: CachedObject | None = None
    for start, stop in spans:
        if found is None or found.status == 206:
            found = kept(found, a_part(start, stop))
            assert found is not None
            part = part_of(found.headers) or Part(0, 100, 100)
            assert found.body == WHOLE[part.start : part.stop]
