"""What comes from the cache, for how long, and what never gets into it."""

from __future__ import annotations

import threading

import pytest

from edgeware.cache.memory import MemoryStore
from edgeware.config.model import CachePolicy, Selection
from edgeware.config.switches import Switches
from edgeware.exceptions import UsageError
from tests.stores import BrokenStore
from tests.worlds.apps import Asked, Says, constant, page
from tests.worlds.conftest import NewViewer
from tests.worlds.sites import ALL_VIEWER, DISABLED, TurnableClock, site

# werkzeug's lint warns of every HEAD, and of every answer that nobody reads to its end.
UNREAD = pytest.mark.filterwarnings("ignore:Content-Length and the number of bytes")


def test_an_object_is_served_until_it_expires_and_then_fetched_anew(viewer_of: NewViewer, clock: TurnableClock) -> None:
    viewer = viewer_of(constant(page(Cache_Control="max-age=60")), site())
    assert viewer.get("/").x_cache == "Miss"
    clock.advance(59)
    assert viewer.get("/").x_cache == "Hit"
    clock.advance(1)
    assert viewer.get("/").x_cache == "Miss"
    assert viewer.app.calls == 2


def test_a_304_from_the_origin_refreshes_the_object(viewer_of: NewViewer, clock: TurnableClock) -> None:
    def handler(asked: Asked) -> Says:
        if asked.headers.get("if-none-match") == '"1"':
            return Says(304, [("ETag", '"1"'), ("X-New", "yes")])
        return page(b"hello", ETag='"1"', Cache_Control="max-age=60")

    viewer = viewer_of(handler, site())
    viewer.get("/")
    clock.advance(61)
    got = viewer.get("/")
    assert (got.status, got.x_cache, got.body, got.headers.get("x-new")) == (200, "RefreshHit", b"hello", "yes")
    assert viewer.get("/").x_cache == "Hit"
    assert viewer.app.calls == 2


def test_a_viewer_that_knows_the_object_gets_a_304_from_the_edge(viewer_of: NewViewer) -> None:
    viewer = viewer_of(constant(page(ETag='"1"')), site())
    viewer.get("/")
    got = viewer.get("/", If_None_Match='"1"')
    assert (got.status, got.body, got.x_cache, got.headers.get("etag")) == (304, b"", "Hit", '"1"')
    assert viewer.app.calls == 1


def test_a_range_of_a_stored_object_comes_from_the_edge(viewer_of: NewViewer) -> None:
    viewer = viewer_of(constant(page(b"0123456789")), site())
    viewer.get("/")
    got = viewer.get("/", Range="bytes=2-4")
    assert (got.status, got.body, got.headers.get("content-range")) == (206, b"234", "bytes 2-4/10")
    assert viewer.app.calls == 1


@pytest.mark.parametrize(("name", "value", "status"), [("If-Match", '"2"', 412), ("Range", "bytes=9-", 416)])
def test_what_the_edge_refuses_of_a_stored_object_is_an_error(
    viewer_of: NewViewer, name: str, value: str, status: int
) -> None:
    viewer = viewer_of(constant(page(b"hello", ETag='"1"')), site())
    viewer.get("/a")
    got = viewer("GET", "/a", [(name, value)])
    assert (got.status, got.x_cache, got.headers.get("age")) == (status, "Error", None)
    assert got.headers.get("content-range") == ("bytes */5" if status == 416 else None)
    assert f"<H1>{status} ERROR</H1>".encode() in got.body
    assert viewer.get("/a").x_cache == "Hit"


def test_a_range_of_an_unknown_object_is_the_origins_and_not_stored(viewer_of: NewViewer) -> None:
    part = Says(
        206, [("Content-Type", "text/plain"), ("Content-Length", "2"), ("Content-Range", "bytes 0-1/5")], (b"he",)
    )
    viewer = viewer_of(constant(part), site())
    assert viewer.get("/", Range="bytes=0-1").status == 206
    assert viewer.get("/", Range="bytes=0-1").x_cache == "Miss"
    assert viewer.app.asked[0].headers["range"] == "bytes=0-1"


@UNREAD
def test_head_is_answered_from_a_stored_get_without_its_body(viewer_of: NewViewer) -> None:
    viewer = viewer_of(constant(page(b"hello")), site())
    viewer.get("/")
    got = viewer("HEAD", "/")
    assert (got.status, got.body, got.x_cache, got.headers.get("content-length")) == (200, b"", "Hit", "5")


@UNREAD
def test_a_head_that_misses_is_not_stored(viewer_of: NewViewer) -> None:
    viewer = viewer_of(constant(Says(200, [("Content-Type", "text/plain"), ("Content-Length", "5")])), site())
    viewer("HEAD", "/")
    viewer("HEAD", "/")
    assert [asked.method for asked in viewer.app.asked] == ["HEAD", "HEAD"]


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "OPTIONS"])
def test_other_methods_go_to_the_origin_each_time_with_their_bodies(method: str, viewer_of: NewViewer) -> None:
    viewer = viewer_of(constant(page()), site())
    assert viewer(method, "/", body=b"a=1").x_cache == "Miss"
    assert viewer(method, "/", body=b"a=2").x_cache == "Miss"
    assert [asked.body for asked in viewer.app.asked] == [b"a=1", b"a=2"]


def test_nothing_is_stored_with_caching_disabled(viewer_of: NewViewer) -> None:
    viewer = viewer_of(constant(page(Cache_Control="max-age=60")), site(cache_policy=DISABLED))
    assert [viewer.get("/").x_cache for _ in range(2)] == ["Miss", "Miss"]


def test_errors_are_cached_for_ten_seconds(viewer_of: NewViewer, clock: TurnableClock) -> None:
    viewer = viewer_of(constant(Says(404, [("Content-Type", "text/plain")], (b"no",))), site())
    assert (viewer.get("/").x_cache, viewer.get("/").x_cache) == ("Error", "Error")
    assert viewer.app.calls == 1
    clock.advance(10)
    viewer.get("/")
    assert viewer.app.calls == 2


@UNREAD
def test_a_stale_object_stands_in_for_an_origin_that_fails_and_holds_for_ten_seconds(
    viewer_of: NewViewer, clock: TurnableClock
) -> None:
    answers = [page(b"good", Cache_Control="max-age=60"), Says(503), Says(503), page(b"back")]
    viewer = viewer_of(lambda asked: answers.pop(0), site())
    viewer.get("/")
    clock.advance(61)
    assert [viewer.get("/").body for _ in range(2)] == [b"good", b"good"]
    assert viewer.app.calls == 2
    clock.advance(10)
    assert viewer.get("/").body == b"good"
    clock.advance(10)
    assert viewer.get("/").body == b"back"


def test_query_strings_cookies_and_headers_split_only_as_the_policy_says(viewer_of: NewViewer) -> None:
    policy = CachePolicy(
        name="split",
        query_strings=Selection(mode="whitelist", names=("w",)),
        headers=Selection(mode="whitelist", names=("Accept-Language",)),
    )
    viewer = viewer_of(constant(page()), site(cache_policy=policy))
    assert viewer.get("/?w=1&utm=a").x_cache == "Miss"
    assert viewer.get("/?w=1&utm=b").x_cache == "Hit"
    assert viewer.get("/?w=2").x_cache == "Miss"
    assert viewer.get("/?w=1", Accept_Language="de").x_cache == "Miss"
    assert viewer.get("/?w=1", Cookie="a=1").x_cache == "Hit"
    assert viewer.app.asked[0].query == "w=1"


def test_set_cookie_is_dropped_unless_cookies_are_forwarded(viewer_of: NewViewer) -> None:
    says = Says(200, [("Content-Type", "text/plain"), ("Set-Cookie", "a=1"), ("Set-Cookie", "b=2")], (b"x",))
    plain = viewer_of(constant(says), site())
    assert plain.get("/").headers.get_all("set-cookie") == ()
    forwarding = viewer_of(constant(says), site(origin_request_policy=ALL_VIEWER))
    assert forwarding.get("/").headers.get_all("set-cookie") == ("a=1", "b=2")
    again = forwarding.get("/")
    assert (again.x_cache, again.headers.get_all("set-cookie")) == ("Hit", ("a=1", "b=2"))


def test_an_invalidated_object_is_fetched_anew(viewer_of: NewViewer) -> None:
    viewer = viewer_of(constant(page()), site())
    viewer.get("/images/a.png")
    viewer.get("/other")
    viewer.edge.create_invalidation(["/images/*"])
    assert viewer.get("/images/a.png").x_cache == "Miss"
    assert viewer.get("/images/a.png").x_cache == "Hit"
    assert viewer.get("/other").x_cache == "Hit"


def test_an_invalidation_reaches_an_object_whose_fetch_is_under_way(viewer_of: NewViewer) -> None:
    def handler(asked: Asked) -> Says:
        viewer.edge.create_invalidation(["/"])
        return page()

    viewer = viewer_of(handler, site())
    viewer.get("/")
    assert viewer.get("/").x_cache == "Miss"


def test_objects_go_by_the_tags_that_the_origin_gave_them(viewer_of: NewViewer) -> None:
    def handler(asked: Asked) -> Says:
        return page(X_Tags=f"All, {asked.path.strip('/')}")

    viewer = viewer_of(handler, site(distribution={"cache_tag_header": "x-tags"}))
    for path in ("/red", "/blue"):
        viewer.get(path)
    viewer.edge.create_invalidation(["#RED"])
    assert [viewer.get(path).x_cache for path in ("/red", "/blue")] == ["Miss", "Hit"]
    viewer.edge.create_invalidation(["#all"])
    got = [viewer.get(path) for path in ("/red", "/blue")]
    assert [one.x_cache for one in got] == ["Miss", "Miss"]
    assert got[0].headers.get("x-tags") == "All, red"


def test_an_invalidation_may_take_as_long_as_in_production(viewer_of: NewViewer, clock: TurnableClock) -> None:
    viewer = viewer_of(constant(page()), site(), invalidation_delay=300.0)
    viewer.get("/")
    made = viewer.edge.create_invalidation(["/*"])
    clock.advance(299)
    assert (made.status, viewer.get("/").x_cache) == ("InProgress", "Hit")
    clock.advance(1)
    assert viewer.get("/").x_cache == "Miss"
    assert viewer.get("/").x_cache == "Hit"
    found = viewer.edge.get_invalidation(made.id)
    assert found is not None
    assert found.status == "Completed"


def test_an_invalidation_that_cloudfront_refuses_is_a_usage_error(viewer_of: NewViewer) -> None:
    viewer = viewer_of(constant(page()), site())
    with pytest.raises(UsageError, match="begins with /"):
        viewer.edge.create_invalidation(["images/*"])


def test_many_requests_for_one_object_make_one_fetch(viewer_of: NewViewer) -> None:
    waits = threading.Event()

    def slow(asked: Asked) -> Says:
        assert waits.wait(10)
        return page()

    viewer = viewer_of(slow, site())
    got: list[str] = []
    threads = [threading.Thread(target=lambda: got.append(viewer.get("/").x_cache)) for _ in range(8)]
    for thread in threads:
        thread.start()
    while viewer.edge.waiting() < 7:
        threading.Event().wait(0.001)
    waits.set()
    for thread in threads:
        thread.join()
    assert viewer.app.calls == 1
    assert sorted(got) == ["Hit"] * 7 + ["Miss"]


def test_requests_that_waited_for_what_is_not_stored_go_on_together(viewer_of: NewViewer) -> None:
    waits = threading.Event()

    def slow(asked: Asked) -> Says:
        assert waits.wait(10)
        return page(Cache_Control="no-store")

    viewer = viewer_of(slow, site())
    threads = [threading.Thread(target=lambda: viewer.get("/")) for _ in range(4)]
    for thread in threads:
        thread.start()
    while viewer.edge.waiting() < 3:
        threading.Event().wait(0.001)
    waits.set()
    for thread in threads:
        thread.join()
    assert viewer.app.calls == 4
    assert viewer.edge.waiting() == 0


def test_those_who_wait_go_on_when_the_leader_fails(viewer_of: NewViewer) -> None:
    waits = threading.Event()

    def handler(asked: Asked) -> Says:
        if viewer.app.calls == 1:
            assert waits.wait(10)
            return Says(200, [("Content-Type", "text/plain")], (b"half", RuntimeError("the app broke")))
        return page(b"whole")

    viewer = viewer_of(handler, site())
    got: list[bytes] = []

    def leading() -> None:
        with pytest.raises(RuntimeError, match="the app broke"):
            viewer.get("/")

    leader = threading.Thread(target=leading)
    leader.start()
    while not viewer.app.calls:
        threading.Event().wait(0.001)
    follower = threading.Thread(target=lambda: got.append(viewer.get("/").body))
    follower.start()
    while not viewer.edge.waiting():
        threading.Event().wait(0.001)
    waits.set()
    leader.join()
    follower.join()
    assert got == [b"whole"]


@UNREAD
def test_half_a_body_is_never_stored(viewer_of: NewViewer) -> None:
    short = Says(200, [("Content-Type", "text/plain"), ("Content-Length", "10")], (b"half",))
    viewer = viewer_of(constant(short), site())
    viewer.get("/")
    assert viewer.get("/").x_cache == "Miss"
    assert any("4 bytes of 10" in line for line in viewer.edge.exchanges[-1].trace.lines())


def test_a_body_over_the_limit_passes_and_is_not_stored(viewer_of: NewViewer) -> None:
    says = Says(200, [("Content-Type", "text/plain")], (b"x" * 600, b"y" * 600))
    viewer = viewer_of(constant(says), site(), max_object_bytes=1000)
    assert len(viewer.get("/").body) == 1200
    assert viewer.get("/").x_cache == "Miss"
    assert any("longer than 1000 bytes" in line for line in viewer.edge.exchanges[-1].trace.lines())


def test_the_least_recently_used_object_goes_first(viewer_of: NewViewer) -> None:
    viewer = viewer_of(constant(page(b"x" * 1000)), site(), store=MemoryStore(4000))
    for path in ("/a", "/b", "/a", "/c"):
        viewer.get(path)
    assert viewer.get("/a").x_cache == "Hit"
    assert viewer.get("/b").x_cache == "Miss"


def test_a_broken_store_is_a_miss_said_in_the_log(viewer_of: NewViewer, caplog: pytest.LogCaptureFixture) -> None:
    viewer = viewer_of(constant(page()), site(), store=BrokenStore())
    assert [viewer.get("/").x_cache for _ in range(2)] == ["Miss", "Miss"]
    assert caplog.text.count("looking up an object failed") == 1
    assert caplog.text.count("storing an object failed") == 1
    first, second = ("\n".join(exchange.trace.lines()) for exchange in viewer.edge.exchanges)
    assert first.count("store: the store failed, taken as a miss: ConnectionError('the store is gone')") == 2
    assert second.count("store: the store failed a moment ago and is left alone") == 3


def test_a_streamed_body_is_stored_whole_before_its_last_piece_leaves(viewer_of: NewViewer) -> None:
    says = Says(200, [("Content-Type", "text/plain")], (b"a", b"b", b"c"))
    viewer = viewer_of(constant(says), site())
    first = viewer.get("/")
    assert [chunk for chunk in first.chunks if chunk] == [b"a", b"b", b"c"]
    second = viewer.get("/")
    assert (second.x_cache, second.body) == ("Hit", b"abc")


def test_parts_are_kept_where_the_switch_says_so_and_grow_to_the_whole(viewer_of: NewViewer) -> None:
    def ranged(asked: Asked) -> Says:
        first, last = asked.headers["range"].removeprefix("bytes=").split("-")
        body = b"0123456789"[int(first) : int(last) + 1]
        lines = [("Content-Type", "text/plain"), ("ETag", '"1"'), ("Content-Range", f"bytes {first}-{last}/10")]
        return Says(206, [*lines, ("Content-Length", str(len(body)))], (body,))

    viewer = viewer_of(ranged, site(distribution={"switches": Switches(cache_ranges=True)}))
    asked = [("0-4", "Miss"), ("1-2", "Hit"), ("3-6", "Miss"), ("0-6", "Hit"), ("6-9", "Miss")]
    for wanted, x_cache in asked:
        got = viewer.get("/", Range=f"bytes={wanted}")
        first, last = map(int, wanted.split("-"))
        assert (got.status, got.x_cache, got.body) == (206, x_cache, b"0123456789"[first : last + 1])
    whole = viewer.get("/")
    assert (whole.status, whole.x_cache, whole.body, whole.headers.get("content-length")) == (
        *(200, "Hit", b"0123456789"),
        "10",
    )


@UNREAD
def test_a_part_that_is_shorter_than_it_says_is_not_kept(viewer_of: NewViewer) -> None:
    lines = [("Content-Type", "text/plain"), ("ETag", '"1"'), ("Content-Range", "bytes 0-4/10")]
    viewer = viewer_of(
        constant(Says(206, lines, (b"0123",))), site(distribution={"switches": Switches(cache_ranges=True)})
    )
    assert [viewer.get("/", Range="bytes=0-1").x_cache for _ in range(2)] == ["Miss", "Miss"]


def test_a_part_that_names_no_version_is_kept_too(viewer_of: NewViewer) -> None:
    lines = [("Content-Type", "text/plain"), ("Content-Range", "bytes 5-9/10"), ("Cache-Control", "max-age=3600")]
    viewer = viewer_of(
        constant(Says(206, lines, (b"56789",))), site(distribution={"switches": Switches(cache_ranges=True)})
    )
    asked = [("-5", "Miss", b"56789"), ("-5", "Hit", b"56789"), ("6-8", "Hit", b"678"), ("6-", "Hit", b"6789")]
    for wanted, x_cache, body in asked:
        got = viewer.get("/", Range=f"bytes={wanted}")
        assert (got.status, got.x_cache, got.body) == (206, x_cache, body)


def test_a_part_expires(viewer_of: NewViewer, clock: TurnableClock) -> None:
    lines = [("Content-Type", "text/plain"), ("ETag", '"1"'), ("Content-Range", "bytes 0-1/5")]
    says = Says(206, [*lines, ("Cache-Control", "max-age=60")], (b"he",))
    viewer = viewer_of(constant(says), site(distribution={"switches": Switches(cache_ranges=True)}))
    assert [viewer.get("/", Range="bytes=0-1").x_cache for _ in range(2)] == ["Miss", "Hit"]
    clock.advance(61)
    assert viewer.get("/", Range="bytes=0-1").x_cache == "Miss"
