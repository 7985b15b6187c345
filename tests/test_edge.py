"""The edge itself: its options, its history, its store, its flights; as a driver uses it."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future
from pathlib import Path
from typing import Any

import pytest
from psutil import Process, wait_procs

from edgeware.cache.memory import MemoryStore
from edgeware.config.model import (
    CachePolicy,
    CloudFrontFunction,
    Code,
    Distribution,
    OriginRequestPolicy,
    ResponseHeadersPolicy,
    Selection,
    ViewerDefaults,
)
from edgeware.core.effects import Boarding, Delivery, Fetch, Fetched, ReadBody, Respond
from edgeware.edge import Edge, Exchange
from edgeware.exceptions import ConfigurationError, FunctionError, UsageError
from edgeware.messages import Headers, Request, Response
from tests.stores import BrokenStore
from tests.worlds.sites import TurnableClock, js, py, site

PLAIN = Fetched(Response(status=200, headers=Headers([("Content-Type", "text/plain")])))


@pytest.fixture
def edge_of() -> Iterator[Callable[..., Edge]]:
    """Makes edges, and closes them."""
    edges: list[Edge] = []

    def new(distribution: Any = None, **options: Any) -> Edge:
        edges.append(Edge(site() if distribution is None else distribution, **options))
        return edges[-1]

    yield new
    for edge in edges:
        edge.close()


EdgeOf = Callable[..., Edge]


def request(path: str = "/x", *lines: tuple[str, str], **more: Any) -> Request:
    headers = Headers([("Host", "www.example.com"), *lines])
    return Request(**{"method": "GET", "path": path, "headers": headers, **more})


def finish(exchange: Exchange, ask: Any, fetched: Fetched = PLAIN, body: bytes = b"hello") -> Response:
    """The driver's part, without a world: the head that the viewer would get."""
    head: Response | None = None
    while ask is not None:
        if isinstance(ask, Fetch):
            answer: Any = fetched
        elif isinstance(ask, Respond):
            head = ask.response
            for transform in ask.transforms:
                transform.feed(body)
            answer = Delivery(complete=True, size=len(body))
        else:
            assert isinstance(ask, Future)
            answer = ask.result(timeout=30)
        ask = exchange.resume(answer)
    exchange.close()
    assert head is not None
    return head


def get(edge: Edge, path: str = "/x", *lines: tuple[str, str], **more: Any) -> Response:
    exchange = edge.exchange(request(path, *lines, **more))
    return finish(exchange, exchange.start())


# --- what it is made of ---------------------------------------------------------------------------------------------


def test_an_edge_takes_a_distribution_or_its_native_form(edge_of: EdgeOf) -> None:
    native = {
        "version": 1,
        "default_behavior": {"origin": "app", "cache_policy": "Managed-CachingOptimized"},
    }
    made = edge_of(native)
    assert isinstance(made.distribution, Distribution)
    assert get(made).headers.get("x-cache") == "Miss from cloudfront"
    given = site()
    assert edge_of(given).distribution is given


def test_an_edge_is_not_made_of_what_cloudfront_refuses() -> None:
    with pytest.raises(ConfigurationError):
        Edge({"origins": {}})


def test_an_edge_is_not_made_with_a_function_that_cannot_run(tmp_path: Path) -> None:
    missing = CloudFrontFunction(name="lost", code=Code(path=tmp_path / "lost.js"))
    with pytest.raises(FunctionError, match=r"lost\.js does not exist"):
        Edge(site({"viewer-request": missing}))


def test_a_request_id_is_56_characters_and_never_the_same(edge_of: EdgeOf) -> None:
    edge = edge_of()
    ids = [get(edge).headers.get("x-amz-cf-id") or "" for _ in range(20)]
    assert len(set(ids)) == 20
    assert all(re.fullmatch(r"[A-Za-z0-9_-]{54}==", id) for id in ids)


def test_ids_clock_and_location_come_in_from_outside(edge_of: EdgeOf) -> None:
    clock = TurnableClock(784111777.0)
    edge = edge_of(ids=lambda: "the-id", clock=clock, pop="FRA56-P4")
    head = get(edge)
    assert head.headers.get("x-amz-cf-id") == "the-id"
    assert head.headers.get("x-amz-cf-pop") == "FRA56-P4"
    assert head.headers.get("date") == "Sun, 06 Nov 1994 08:49:37 GMT"
    clock.advance(90)
    assert get(edge).headers.get("age") == "90"


def test_via_names_this_edge_and_no_other(edge_of: EdgeOf) -> None:
    one, other = edge_of(), edge_of()
    names = [get(edge).headers.get("via") for edge in (one, one, other)]
    assert names[0] == names[1] != names[2]
    assert re.fullmatch(r"1\.1 [0-9a-f]{32}\.cloudfront\.net \(CloudFront\)", names[0] or "")


def test_every_response_is_sampled_for_server_timing_at_a_hundred_percent_and_none_at_zero(edge_of: EdgeOf) -> None:
    for rate, sampled in ((100.0, 50), (0.0, 0)):
        edge = edge_of(site(response_headers_policy=ResponseHeadersPolicy(name="timing", server_timing=rate)))
        assert sum("server-timing" in get(edge).headers for _ in range(50)) == sampled


# --- the history ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("history", "kept"), [(2, ["/c", "/d"]), (0, []), (100, ["/a", "/b", "/c", "/d"])])
def test_the_last_exchanges_are_kept_and_no_more(history: int, kept: list[str], edge_of: EdgeOf) -> None:
    edge = edge_of(history=history)
    for path in ("/a", "/b", "/c", "/d"):
        get(edge, path)
    assert [exchange.request.path for exchange in edge.exchanges] == kept


def test_an_exchange_knows_its_request_its_id_and_what_happened(edge_of: EdgeOf) -> None:
    edge = edge_of(ids=lambda: "the-id")
    get(edge, "/a")
    (exchange,) = edge.exchanges
    assert (exchange.request.path, exchange.request_id) == ("/a", "the-id")
    assert exchange.trace.response is not None
    assert exchange.trace.facts is not None
    assert 0 < exchange.trace.seconds < 600


# --- keys and invalidations -----------------------------------------------------------------------------------------


def test_the_key_is_that_of_the_behavior_with_cloudfronts_headers(edge_of: EdgeOf) -> None:
    policy = CachePolicy(name="c", headers=Selection(mode="whitelist", names=("CloudFront-Viewer-Country",)))
    edge = edge_of(site(cache_policy=policy, viewer=ViewerDefaults(country="DE")))
    get(edge, "/a")
    stored = edge.store.get(edge.key(request("/a"))).object
    assert stored is not None
    assert stored.path == "/a"
    assert edge.key(request("/a", ("CloudFront-Viewer-Country", "FR"))) == edge.key(request("/a"))


def test_an_invalidation_makes_objects_gone(edge_of: EdgeOf) -> None:
    edge = edge_of()
    get(edge, "/a")
    edge.create_invalidation(["/a"])
    assert get(edge, "/a").headers.get("x-cache") == "Miss from cloudfront"
    with pytest.raises(UsageError):
        edge.create_invalidation(["no-slash"])


def test_two_edges_may_share_a_store(edge_of: EdgeOf) -> None:
    store = MemoryStore()
    one, other = edge_of(store=store), edge_of(store=store)
    get(one)
    assert get(other).headers.get("x-cache") == "Hit from cloudfront"


def test_a_broken_store_is_a_miss_and_a_warning(edge_of: EdgeOf, caplog: pytest.LogCaptureFixture) -> None:
    edge = edge_of(store=BrokenStore())
    assert get(edge).headers.get("x-cache") == "Miss from cloudfront"
    messages = [record.getMessage() for record in caplog.records if record.levelname == "WARNING"]
    assert set(messages) == {
        f"store: {doing} an object failed, and is left alone until it works again: ConnectionError('the store is gone')"
        for doing in ("looking up", "storing")
    }


# --- what it says ---------------------------------------------------------------------------------------------------


def test_an_access_log_by_name_is_a_file(edge_of: EdgeOf, tmp_path: Path) -> None:
    edge = edge_of(access_log=tmp_path / "edge.log")
    get(edge, "/a")
    get(edge, "/a")
    edge.close()
    lines = (tmp_path / "edge.log").read_text().splitlines()
    assert [line.split("\t")[13] for line in lines[2:]] == ["Miss", "Hit"]


def test_the_metrics_count_what_the_edge_does(edge_of: EdgeOf) -> None:
    functions = {"viewer-response": js("function handler(e) { return e.response; }", "tag")}
    edge = edge_of(site(functions))
    for _ in range(3):
        get(edge, "/a")
    now = edge.metrics()
    assert (now.requests, now.hits, now.misses, now.errors) == (3, 2, 1, 0)
    assert now.function_runs == {("viewer-response", "tag"): 3}
    assert now.origin_fetches == {"app": 1}
    assert (now.bytes > 0, now.function_failures, now.origin_failures) == (True, {}, {})
    assert (now.store_failures, now.waiting) == ({"get": 0, "put": 0}, 0)


def test_the_metrics_count_failures_too(edge_of: EdgeOf) -> None:
    broken = js("function handler(e) { throw new Error('no'); }", "broken")
    edge = edge_of(site({"viewer-request": broken}, path_pattern="/f"), store=BrokenStore())
    get(edge, "/f")
    exchange = edge.exchange(request("/x"))
    finish(exchange, exchange.start(), Fetched(Response(status=502), "OriginConnectError"))
    now = edge.metrics()
    assert now.function_failures == {("viewer-request", "broken"): 1}
    assert now.origin_failures == {"app": 1}
    assert now.store_failures == {"get": 1, "put": 1}


def test_the_access_log_is_told_every_request(edge_of: EdgeOf) -> None:
    lines: list[Mapping[str, str]] = []
    edge = edge_of(access_log=lines.append)
    get(edge, "/a")
    get(edge, "/a")
    assert [line["x-edge-result-type"] for line in lines] == ["Miss", "Hit"]
    assert {len(line) for line in lines} == {33}


def test_server_timing_tells_the_steps_only_if_asked_to(edge_of: EdgeOf) -> None:
    assert "server-timing" not in get(edge_of()).headers
    timing = get(edge_of(server_timing=True)).headers.get("server-timing") or ""
    names = [metric.partition(";")[0] for metric in timing.split(", ")]
    assert names == ["lookup", "board", "lookup", "fetch"]


# --- flights --------------------------------------------------------------------------------------------------------


def boarded(edge: Edge) -> tuple[Exchange, Any]:
    """An exchange at its first question to the driver: the fetch for the leader, a ticket for the others."""
    exchange = edge.exchange(request())
    return exchange, exchange.start()


def test_the_first_leads_and_the_others_hold_tickets_until_it_lands(edge_of: EdgeOf) -> None:
    edge = edge_of()
    leader, fetch = boarded(edge)
    follower, ticket = boarded(edge)
    assert isinstance(fetch, Fetch)
    assert isinstance(ticket, Future)
    assert edge.waiting() == 1
    finish(leader, fetch)
    assert ticket.result(timeout=0) is Boarding.STORED
    assert edge.waiting() == 0
    assert finish(follower, follower.resume(ticket.result())).headers.get("x-cache") == "Hit from cloudfront"


def test_those_who_wait_learn_that_a_broken_store_has_nothing_for_them(edge_of: EdgeOf) -> None:
    edge = edge_of(store=BrokenStore())
    leader, fetch = boarded(edge)
    follower, ticket = boarded(edge)
    finish(leader, fetch)
    assert ticket.result(timeout=0) is Boarding.FAILED
    follower.close()


def test_those_who_wait_for_what_is_not_stored_each_fetch(edge_of: EdgeOf) -> None:
    edge = edge_of()
    leader, fetch = boarded(edge)
    follower, ticket = boarded(edge)
    finish(leader, fetch, Fetched(Response(status=200, headers=Headers([("Cache-Control", "no-store")]))))
    assert ticket.result(timeout=0) is Boarding.FAILED
    assert isinstance(follower.resume(ticket.result()), Fetch)
    follower.close()


def test_a_leader_that_leaves_lets_the_others_go_on(edge_of: EdgeOf) -> None:
    edge = edge_of()
    leader, _ = boarded(edge)
    _, ticket = boarded(edge)
    leader.close()
    assert ticket.result(timeout=0) is Boarding.FAILED
    assert edge.waiting() == 0
    assert isinstance(boarded(edge)[1], Fetch)


def test_a_follower_that_leaves_does_not_disturb_the_leader(edge_of: EdgeOf) -> None:
    edge = edge_of()
    leader, fetch = boarded(edge)
    follower, _ = boarded(edge)
    follower.close()
    assert finish(leader, fetch).status == 200
    assert edge.waiting() == 0


def test_a_ticket_that_was_given_back_does_not_disturb_the_leader(edge_of: EdgeOf) -> None:
    edge = edge_of()
    leader, fetch = boarded(edge)
    follower, given_back = boarded(edge)
    other, ticket = boarded(edge)
    given_back.cancel()  # as asyncio does when the task that waits is cancelled
    follower.close()
    assert edge.waiting() == 1
    assert finish(leader, fetch).status == 200
    assert ticket.result(timeout=0) is Boarding.STORED
    assert edge.waiting() == 0
    other.close()


def test_an_exchange_that_was_closed_stays_closed(edge_of: EdgeOf) -> None:
    edge = edge_of()
    exchange, _ = boarded(edge)
    exchange.close()
    exchange.close()
    assert exchange.start() is None


def test_the_time_a_request_waits_is_in_its_trace(edge_of: EdgeOf) -> None:
    edge = edge_of()
    leader, fetch = boarded(edge)
    follower, ticket = boarded(edge)
    finish(leader, fetch)
    finish(follower, follower.resume(ticket.result()))
    assert any(line.startswith("board ") and line.endswith("stored") for line in follower.trace.lines())


def test_requests_from_many_threads_make_one_fetch(edge_of: EdgeOf) -> None:
    edge = edge_of()
    fetches: list[str] = []
    barrier = threading.Barrier(8)

    def ask() -> None:
        barrier.wait(10)
        exchange = edge.exchange(request())
        ask = exchange.start()
        if isinstance(ask, Fetch):
            fetches.append(exchange.request_id)
        finish(exchange, ask)

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(fetches) == 1


# --- functions ------------------------------------------------------------------------------------------------------

ADDS = js("function handler(e) { e.response.headers['x-fn'] = {value: 'ran'}; return e.response; }")


def test_the_workers_of_an_edge_end_with_it() -> None:
    before = set(Process().children(recursive=True))
    edge = Edge(site({"viewer-response": ADDS}))
    get(edge)
    workers = set(Process().children(recursive=True)) - before
    assert workers
    edge.close()
    _, alive = wait_procs(workers, timeout=10)
    assert alive == []


def test_functions_run_again_after_the_edge_was_closed(edge_of: EdgeOf) -> None:
    edge = edge_of(site({"viewer-response": ADDS}))
    assert get(edge).headers.get("x-fn") == "ran"
    edge.close()
    assert get(edge).headers.get("x-fn") == "ran"


@pytest.mark.parametrize(("budget", "status"), [(1.0, 503), (0, 200)])
def test_a_function_that_computes_too_much_is_stopped(edge_of: EdgeOf, budget: float, status: int) -> None:
    slow = js("function handler(event) { for (var i = 0; i < 200000; i++); return event.request }")
    assert get(edge_of(site({"viewer-request": slow}), compute_budget=budget)).status == status


@pytest.mark.parametrize("budget", [-1, float("nan"), float("inf")])
def test_a_budget_is_a_number_of_milliseconds(budget: float) -> None:
    with pytest.raises(
        UsageError, match=r"A compute budget is a number of milliseconds, 0 for none: not (-1|nan|inf)\."
    ):
        Edge(site(), compute_budget=budget)


def test_the_driver_is_asked_for_a_body_that_a_function_was_promised(edge_of: EdgeOf) -> None:
    reads = py("def handler(event, context):\n    return event['Records'][0]['cf']['request']\n")
    edge = edge_of(site({"viewer-request": reads}, include_body=True))
    exchange = edge.exchange(request(method="POST"))
    assert exchange.start() == ReadBody(40 * 1024)
    exchange.close()


def test_an_exchange_that_is_left_while_a_function_runs_ends_quietly(edge_of: EdgeOf) -> None:
    edge = edge_of(site({"viewer-request": js("function handler(e) { return e.request; }")}))
    exchange = edge.exchange(request())
    first = exchange.start()
    exchange.close()
    if isinstance(first, Future):
        first.result(timeout=30)
    assert exchange.trace.response is None


def test_the_headers_that_a_policy_names_are_there_for_the_function(edge_of: EdgeOf) -> None:
    policy = OriginRequestPolicy(name="c", headers=Selection(mode="whitelist", names=("CloudFront-Viewer-City",)))
    shows = js(
        "function handler(e) { return {statusCode: 200, "
        "headers: {'x-city': e.request.headers['cloudfront-viewer-city']}}; }"
    )
    edge = edge_of(site({"viewer-request": shows}, origin_request_policy=policy, viewer=ViewerDefaults(city="Köln")))
    assert get(edge).headers.get("x-city") == "K%C3%B6ln"
