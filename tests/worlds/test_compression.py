"""Compression at the edge, as a viewer sees it [ServingCompressedFiles]."""

from __future__ import annotations

import gzip
from dataclasses import replace
from typing import Any

import brotli
import pytest

from edgeware.config.model import (
    CachePolicy,
    CustomErrorResponse,
    Origin,
    OriginGroup,
    OriginRequestPolicy,
    Selection,
)
from edgeware.config.switches import Switches
from tests.worlds.apps import Asked, Handler, Says, constant
from tests.worlds.conftest import NewViewer, Viewer
from tests.worlds.sites import js, py, site
from tests.worlds.viewers import Got

TEXT = (b"the quick brown fox " * 200)[:3000]
BOTH = CachePolicy(name="both", gzip=True, brotli=True)
# werkzeug's lint warns of every HEAD, and of every answer that nobody reads to its end.
UNREAD = pytest.mark.filterwarnings("ignore:Content-Length and the number of bytes")


def text(*lines: tuple[str, str], status: int = 200, chunks: tuple[Any, ...] = (TEXT,)) -> Says:
    length = sum(len(chunk) for chunk in chunks if isinstance(chunk, bytes))
    return Says(status, [("Content-Type", "text/css"), ("Content-Length", str(length)), *lines], chunks)


def compressing(viewer_of: NewViewer, handler: Handler | None = None, functions: Any = None, **settings: Any) -> Viewer:
    usual: dict[str, Any] = {"compress": True, "cache_policy": BOTH}
    return viewer_of(handler or constant(text()), site(functions, **{**usual, **settings}))


def read(got: Got) -> bytes:
    """The body as a browser takes it."""
    coding = got.headers.get("content-encoding")
    if coding == "br":
        plain: bytes = brotli.decompress(got.body)
        return plain
    return gzip.decompress(got.body) if coding == "gzip" else got.body


@pytest.mark.parametrize(
    ("accepted", "coding"),
    [
        ("gzip, deflate, br", "br"),
        ("gzip", "gzip"),
        ("br;q=0.1, gzip;q=1", "br"),
        ("br;q=0, gzip", "gzip"),
        ("deflate", None),
        ("*", None),
        (None, None),
    ],
)
def test_a_viewer_gets_the_best_coding_that_it_accepts_on_misses_and_hits(
    accepted: str | None, coding: str | None, viewer_of: NewViewer
) -> None:
    viewer = compressing(viewer_of)
    headers = {} if accepted is None else {"Accept_Encoding": accepted}
    miss, hit = viewer.get("/a.css", **headers), viewer.get("/a.css", **headers)
    assert (miss.x_cache, hit.x_cache, viewer.app.calls) == ("Miss", "Hit", 1)
    for got in (miss, hit):
        assert got.headers.get("content-encoding") == coding
        assert got.headers.get("vary") == (coding and "Accept-Encoding")
        assert read(got) == TEXT
    assert miss.body == hit.body
    assert hit.headers.get("content-length") == str(len(hit.body))
    assert len(hit.body) < 200 or coding is None


def test_each_set_of_codings_has_an_object_of_its_own(viewer_of: NewViewer) -> None:
    viewer = compressing(viewer_of)
    for accepted in ("gzip", "br", "gzip, br", "identity"):
        assert viewer.get("/a.css", Accept_Encoding=accepted).x_cache == "Miss"
        assert viewer.get("/a.css", Accept_Encoding=f"zstd, {accepted}").x_cache == "Hit"
    assert viewer.app.calls == 4


def test_a_switch_lets_them_share_what_both_accept(viewer_of: NewViewer, clock: Any) -> None:
    shared = {"switches": Switches(share_encoded_variants=True)}
    viewer = compressing(viewer_of, distribution=shared)
    assert viewer.get("/a.css", Accept_Encoding="gzip").x_cache == "Miss"
    got = viewer.get("/a.css", Accept_Encoding="gzip, br")
    assert (got.x_cache, got.headers.get("content-encoding"), read(got)) == ("Hit", "gzip", TEXT)
    assert viewer.get("/a.css", Accept_Encoding="br").x_cache == "Miss"
    assert viewer.get("/a.css").x_cache == "Miss"
    assert viewer.get("/a.css", Accept_Encoding="gzip, br").x_cache == "Hit"
    clock.advance(100_000)
    assert viewer.get("/a.css", Accept_Encoding="gzip, br").x_cache == "Miss"
    assert viewer.get("/b.css", Accept_Encoding="gzip, br").x_cache == "Miss"
    got = viewer.get("/b.css", Accept_Encoding="br")
    assert (got.x_cache, got.headers.get("content-encoding"), read(got)) == ("Hit", "br", TEXT)


@pytest.mark.parametrize(
    ("settings", "says", "old_version"),
    [
        pytest.param({"compress": False}, text(), False, id="the behavior does not compress"),
        pytest.param({"cache_policy": CachePolicy(name="off")}, text(), False, id="the cache policy has both off"),
        pytest.param(
            {"cache_policy": CachePolicy(name="d", min_ttl=0, default_ttl=0, max_ttl=0, gzip=True)},
            text(),
            False,
            id="caching is disabled",
        ),
        pytest.param({}, text(chunks=(b"x" * 999,)), False, id="a short body"),
        pytest.param({}, Says(200, [("Content-Type", "text/css")], (TEXT,)), False, id="no announced length"),
        pytest.param({}, text(("Content-Encoding", "x-own")), False, id="encoded by the origin"),
        pytest.param({}, text(status=500), False, id="another status"),
        pytest.param({}, text(), True, id="HTTP 1.0"),
    ],
)
def test_what_does_not_meet_a_condition_is_left_alone(
    settings: dict[str, Any], says: Says, old_version: bool, viewer_of: NewViewer
) -> None:
    viewer = compressing(viewer_of, constant(says), **settings)
    old = {"http_version": "1.0"} if viewer.world == "asgi" else {"SERVER_PROTOCOL": "HTTP/1.0"}
    chosen: dict[str, Any] = old if old_version else {}
    got = viewer("GET", "/a.css", [("Accept-Encoding", "gzip, br")], **chosen)
    assert got.headers.get("content-encoding") in (None, "x-own")
    assert got.body == b"".join(chunk for chunk in says.chunks if isinstance(chunk, bytes))
    assert "accept-encoding" not in (got.headers.get("vary") or "").lower()


@pytest.mark.parametrize("status", [403, 404])
def test_errors_of_the_origin_are_compressed_too(status: int, viewer_of: NewViewer) -> None:
    got = compressing(viewer_of, constant(text(status=status))).get("/a.css", Accept_Encoding="gzip")
    assert (got.status, got.headers.get("content-encoding"), read(got)) == (status, "gzip", TEXT)


def test_a_legacy_behavior_compresses_with_gzip_alone(viewer_of: NewViewer) -> None:
    legacy = CachePolicy(name="(forwarded values)", gzip=True, legacy=True)
    got = compressing(viewer_of, cache_policy=legacy).get("/a.css", Accept_Encoding="br, gzip")
    assert got.headers.get("content-encoding") == "gzip"


def test_an_answer_that_is_not_stored_is_compressed_all_the_same(viewer_of: NewViewer) -> None:
    viewer = compressing(viewer_of, constant(text(("Cache-Control", "no-store"))))
    for got in (viewer.get("/a.css", Accept_Encoding="br"), viewer("POST", "/a.css", [("Accept-Encoding", "br")])):
        assert (got.x_cache, got.headers.get("content-encoding"), read(got)) == ("Miss", "br", TEXT)


def test_a_body_in_pieces_is_compressed_as_one(viewer_of: NewViewer) -> None:
    pieces = tuple(TEXT[start : start + 700] for start in range(0, len(TEXT), 700))
    viewer = compressing(viewer_of, constant(text(chunks=pieces)))
    assert [read(viewer.get("/a.css", Accept_Encoding="gzip")) for _ in range(2)] == [TEXT, TEXT]
    assert viewer.app.calls == 1


@pytest.mark.filterwarnings("ignore:Content-Length and the number of bytes")
def test_a_body_that_is_not_as_long_as_announced_is_not_stored(viewer_of: NewViewer) -> None:
    short = Says(200, [("Content-Type", "text/css"), ("Content-Length", "3001")], (TEXT,))
    viewer = compressing(viewer_of, constant(short))
    assert viewer.get("/a.css", Accept_Encoding="gzip").x_cache == "Miss"
    assert viewer.get("/a.css", Accept_Encoding="gzip").x_cache == "Miss"
    assert "ended after 3000 bytes of 3001" in "".join(viewer.edge.exchanges[-1].trace.lines())


def test_a_range_counts_compressed_bytes(viewer_of: NewViewer) -> None:
    viewer = compressing(viewer_of)
    whole = viewer.get("/a.css", Accept_Encoding="gzip").body
    part = viewer.get("/a.css", Accept_Encoding="gzip", Range="bytes=10-19")
    assert (part.status, part.body) == (206, whole[10:20])
    assert part.headers.get("content-range") == f"bytes 10-19/{len(whole)}"


@UNREAD
def test_head_is_answered_from_the_compressed_object(viewer_of: NewViewer) -> None:
    viewer = compressing(viewer_of)
    fresh = viewer("HEAD", "/other.css", [("Accept-Encoding", "gzip")])
    assert "content-encoding" not in fresh.headers
    whole = viewer.get("/a.css", Accept_Encoding="gzip")
    head = viewer("HEAD", "/a.css", [("Accept-Encoding", "gzip")])
    assert (head.x_cache, head.body, head.headers.get("content-length")) == ("Hit", b"", str(len(whole.body)))


def test_a_304_refreshes_the_compressed_object_and_the_origin_is_asked_by_its_own_etag(
    viewer_of: NewViewer, clock: Any
) -> None:
    def handler(asked: Asked) -> Says:
        if asked.headers.get("if-none-match") == '"v1"':
            return Says(304, [("ETag", '"v1"'), ("Vary", "Accept")])
        return text(("ETag", '"v1"'), ("Cache-Control", "max-age=60"))

    viewer = compressing(viewer_of, handler)
    viewer.get("/a.css", Accept_Encoding="gzip")
    for _ in range(2):
        clock.advance(100)
        got = viewer.get("/a.css", Accept_Encoding="gzip")
        assert (got.x_cache, got.headers.get("etag"), read(got)) == ("RefreshHit", 'W/"v1"', TEXT)
        assert got.headers.get("vary") == "Accept-Encoding"
        assert got.headers.get("content-length") == str(len(got.body))
    same = viewer.get("/a.css", Accept_Encoding="gzip", If_None_Match='"v1"')
    assert (same.status, same.body) == (304, b"")


@pytest.mark.parametrize("length", [True, False])
def test_what_origin_request_answers_is_compressed_and_stored(length: bool, viewer_of: NewViewer) -> None:
    headers = "{'content-type': [{'value': 'text/css'}], 'etag': [{'value': '\"v1\"'}]}"
    generate = (
        f"def handler(event, context):\n    return {{'status': '200', 'headers': {headers}, 'body': 'x' * 5000}}\n"
    )
    viewer = compressing(viewer_of, functions={"origin-request": py(generate)})
    for x_cache in ("LambdaGeneratedResponse", "Hit"):
        got = viewer.get("/a.css", Accept_Encoding="gzip")
        assert (got.x_cache, got.headers.get("content-encoding"), read(got)) == (x_cache, "gzip", b"x" * 5000)
        assert got.headers.get("content-length") == str(len(got.body))
        assert got.headers.get("etag") == 'W/"v1"'


def test_a_viewer_who_gets_another_body_leaves_the_compressed_object_behind(viewer_of: NewViewer) -> None:
    once = js(
        "function handler(event) { if (event.request.querystring.swap) {"
        " return {statusCode: 200, headers: {'content-type': {value: 'text/plain'}}, body: 'swapped'}; }"
        " return event.response; }"
    )
    viewer = compressing(viewer_of, functions={"viewer-response": once})
    swapped = viewer.get("/a.css?swap=1", Accept_Encoding="gzip")
    assert swapped.body == b"swapped"
    got = viewer.get("/a.css", Accept_Encoding="gzip")
    assert (got.x_cache, read(got)) == ("Hit", TEXT)


def test_the_origin_is_asked_for_the_normalised_codings(viewer_of: NewViewer) -> None:
    viewer = compressing(
        viewer_of, origin_request_policy=OriginRequestPolicy(name="o", headers=Selection(mode="allViewer"))
    )
    viewer.get("/a.css", Accept_Encoding="zstd, gzip;q=0.5, br")
    assert viewer.app.asked[0].headers["accept-encoding"] == "br,gzip"


def test_no_transform_counts_where_a_switch_says_so(viewer_of: NewViewer) -> None:
    told = constant(text(("Cache-Control", "no-transform")))
    ignored = compressing(viewer_of, told).get("/a.css", Accept_Encoding="gzip")
    honored = compressing(viewer_of, told, distribution={"switches": Switches(honor_no_transform=True)})
    assert ignored.headers.get("content-encoding") == "gzip"
    assert honored.get("/a.css", Accept_Encoding="gzip").headers.get("content-encoding") is None


def test_what_was_stored_as_it_came_stays_so_until_it_goes(viewer_of: NewViewer) -> None:
    viewer = compressing(viewer_of, cache_policy=replace(BOTH, gzip=False))
    assert viewer.get("/a.css", Accept_Encoding="gzip").headers.get("content-encoding") is None
    assert viewer.get("/a.css", Accept_Encoding="deflate").x_cache == "Hit"


def test_a_custom_error_page_is_compressed_and_an_error_before_it_does_not_count(viewer_of: NewViewer) -> None:
    def handler(asked: Asked) -> Says:
        return text(status=200 if asked.path == "/sorry.css" else 404)

    custom = {404: CustomErrorResponse(error_code=404, response_page_path="/sorry.css", response_code=404)}
    viewer = compressing(viewer_of, handler, distribution={"custom_error_responses": custom})
    for _ in range(2):
        got = viewer.get("/a.css", Accept_Encoding="gzip")
        assert (got.status, got.headers.get("content-encoding"), read(got)) == (404, "gzip", TEXT)
    assert viewer.app.calls == 2


def test_a_plain_custom_error_page_comes_plain_after_a_compressed_error(viewer_of: NewViewer) -> None:
    def handler(asked: Asked) -> Says:
        return Says(200, [("Content-Type", "image/png")], (b"png",)) if asked.path == "/sorry" else text(status=404)

    custom = {404: CustomErrorResponse(error_code=404, response_page_path="/sorry", response_code=404)}
    got = compressing(viewer_of, handler, distribution={"custom_error_responses": custom}).get(
        "/a.css", Accept_Encoding="gzip"
    )
    assert (got.status, got.body, got.headers.get("content-encoding")) == (404, b"png", None)


def test_what_is_revalidated_in_the_background_is_compressed_anew(viewer_of: NewViewer, clock: Any) -> None:
    told = text(("Cache-Control", "max-age=60, stale-while-revalidate=600"))
    viewer = compressing(viewer_of, constant(told))
    viewer.get("/a.css", Accept_Encoding="gzip")
    clock.advance(100)
    for _ in range(2):
        got = viewer.get("/a.css", Accept_Encoding="gzip")
        assert (got.x_cache, read(got), got.headers.get("content-length")) == ("Hit", TEXT, str(len(got.body)))
    assert viewer.app.calls == 2


def test_the_second_origin_of_a_group_is_compressed_too(viewer_of: NewViewer) -> None:
    group = OriginGroup(id="ha", members=("first", "second"), status_codes=frozenset({404}))
    origins = {name: Origin(id=name, domain_name=f"{name}.example.com") for name in ("first", "second")}

    def handler(asked: Asked) -> Says:
        return text(status=404 if asked.headers["host"] == "first.example.com" else 200)

    distribution = replace(
        site(compress=True, cache_policy=BOTH, target_origin_id="ha"), origins=origins, origin_groups={"ha": group}
    )
    viewer = viewer_of(handler, distribution)
    for x_cache in ("Miss", "Hit"):
        got = viewer.get("/a.css", Accept_Encoding="br")
        assert (got.status, got.x_cache, got.headers.get("content-encoding"), read(got)) == (200, x_cache, "br", TEXT)
