from __future__ import annotations

import zlib
from typing import Any

import brotli
import pytest
from hypothesis import given
from hypothesis import strategies as st

from edgeware.core.compression import CODINGS, LARGEST, SMALLEST, STATUSES, TYPES, Compressor, coding_for, compressed
from edgeware.messages import Headers, Response
from tests.vectors_path import load

VECTORS: dict[str, Any] = load("compressible_types.json")
CONDITIONS = VECTORS["conditions"]
TEXT = (b"the quick brown fox " * 100)[:1500]


def plain(coding: str, body: bytes) -> bytes:
    """What a viewer makes of a compressed body."""
    if coding == "br":
        found: bytes = brotli.decompress(body)
        return found
    return zlib.decompress(body, wbits=31)


def response(
    *lines: tuple[str, str], status: int = 200, length: str | None = "1500", type: str | None = "text/html", **more: Any
) -> Response:
    usual = [("Content-Type", type), ("Content-Length", length)]
    return Response(status=status, headers=Headers([*((n, v) for n, v in usual if v is not None), *lines]), **more)


def test_the_documented_numbers_are_the_ones_in_the_vectors() -> None:
    assert len(TYPES) == VECTORS["count"]
    assert (CONDITIONS["min_bytes"], CONDITIONS["max_bytes"]) == (SMALLEST, LARGEST)
    assert set(CONDITIONS["statuses"]) == STATUSES
    assert list(CODINGS) == CONDITIONS["preference"]


@pytest.mark.parametrize("type", VECTORS["types"])
def test_each_listed_type_is_compressed_whatever_its_case_and_parameters(type: str) -> None:
    for value in (type, type.upper(), f"{type}; charset=utf-8", f" {type} ;x=y"):
        assert coding_for(response(type=value), "gzip") == "gzip"


@pytest.mark.parametrize(
    "type",
    ["image/png", "video/mp4", "application/octet-stream", "text/markdown", "text/*", "text/event-stream", "", None],
)
def test_no_other_type_is(type: str | None) -> None:
    assert coding_for(response(type=type), "gzip") is None


@pytest.mark.parametrize(
    ("length", "coding"),
    [
        ("999", None),
        ("1000", "gzip"),
        ("10000000", "gzip"),
        ("10000001", None),
        (None, None),
        ("", None),
        ("-1000", None),
        ("2e3", None),
        ("²000", None),
        ("0" * 5000 + "2000", None),
    ],
)
def test_the_announced_length_decides(length: str | None, coding: str | None) -> None:
    assert coding_for(response(length=length), "gzip") == coding


@pytest.mark.parametrize(("size", "coding"), [(999, None), (1000, "gzip")])
def test_a_functions_own_body_has_the_length_it_has(size: int, coding: str | None) -> None:
    assert coding_for(response(length=None, body=b"x" * size), "gzip") == coding


@pytest.mark.parametrize("status", [200, 201, 203, 206, 301, 304, 400, 403, 404, 410, 500, 502])
def test_three_statuses_are_compressed(status: int) -> None:
    assert coding_for(response(status=status), "gzip") == ("gzip" if status in CONDITIONS["statuses"] else None)


@pytest.mark.parametrize("coding", ["gzip", "br", "identity", "deflate", ""])
def test_what_the_origin_encoded_stays_as_it_is(coding: str) -> None:
    assert coding_for(response(("Content-Encoding", coding)), "br,gzip") is None


@pytest.mark.parametrize(
    ("accepted", "coding"), [("br,gzip", "br"), ("gzip", "gzip"), ("br", "br"), (None, None)], ids=str
)
def test_brotli_goes_first(accepted: str | None, coding: str | None) -> None:
    assert coding_for(response(), accepted) == coding


@pytest.mark.parametrize(("honor", "coding"), [(False, "gzip"), (True, None)])
def test_no_transform_counts_where_a_switch_says_so(honor: bool, coding: str | None) -> None:
    told = response(("Cache-Control", "max-age=60, No-Transform"))
    assert coding_for(told, "gzip", honor_no_transform=honor) == coding
    assert coding_for(response(("Cache-Control", "max-age=60")), "gzip", honor_no_transform=honor) == "gzip"


@pytest.mark.parametrize(
    ("etag", "expected"),
    [
        ('"x"', 'W/"x"'),
        ('""', 'W/""'),
        ('W/"x"', 'W/"x"'),
        ("x", None),
        ("w/x", None),
        ("", None),
        (None, None),
    ],
)
def test_an_etag_becomes_weak_or_goes(etag: str | None, expected: str | None) -> None:
    told = response(*([] if etag is None else [("ETag", etag)]))
    compressor = Compressor("gzip", told.headers)
    assert compressed(told, compressor).headers.get("etag") == expected
    assert compressor.etag == etag


@pytest.mark.parametrize(
    ("vary", "expected"),
    [
        ((), "Accept-Encoding"),
        (("Origin",), "Origin, Accept-Encoding"),
        (("accept-encoding",), "accept-encoding"),
        (("Origin", "Accept-Encoding"), "Origin"),
        (("Origin", "Cookie"), "Origin, Cookie, Accept-Encoding"),
    ],
)
def test_vary_names_accept_encoding_once(vary: tuple[str, ...], expected: str) -> None:
    told = response(*(("Vary", value) for value in vary))
    headers = compressed(told, Compressor("br", told.headers)).headers
    assert headers.get("vary") == expected
    assert (headers.joined("vary") or "").lower().count("accept-encoding") == 1


def test_a_body_to_come_has_no_length_yet() -> None:
    head = compressed(response(reason="Fine"), Compressor("br", response().headers))
    assert (head.status, head.reason, head.body) == (200, "Fine", None)
    assert head.headers.get("content-encoding") == "br"
    assert "content-length" not in head.headers


@pytest.mark.parametrize("coding", CODINGS)
def test_a_body_that_is_there_is_compressed_at_once(coding: str) -> None:
    told = response(body=TEXT)
    whole = compressed(told, Compressor(coding, told.headers))
    assert whole.body is not None
    assert whole.headers.get("content-length") == str(len(whole.body))
    assert len(whole.body) < len(TEXT) / 5
    assert plain(coding, whole.body) == TEXT


@given(st.sampled_from(CODINGS), st.lists(st.binary(max_size=3000), max_size=20))
def test_however_a_body_comes_in_pieces_it_comes_out_whole(coding: str, pieces: list[bytes]) -> None:
    compressor = Compressor(coding, Headers())
    out = b"".join(compressor.feed(piece) for piece in pieces) + compressor.finish()
    assert plain(coding, out) == b"".join(pieces)
    assert compressor.size == len(b"".join(pieces))


def test_the_same_body_gives_the_same_bytes() -> None:
    def once(coding: str) -> bytes:
        compressor = Compressor(coding, Headers())
        return compressor.feed(TEXT) + compressor.finish()

    assert [once(coding) for coding in CODINGS] == [once(coding) for coding in CODINGS]
