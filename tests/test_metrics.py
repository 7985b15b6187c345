"""The counters, by themselves and for Prometheus."""

from __future__ import annotations

import sys
from collections.abc import Callable
from threading import Thread

import pytest
from prometheus_client.parser import text_string_to_metric_families

from edgeware.config.model import Origin
from edgeware.core.effects import Failure, Fetch, Fetched, Invoke, Invoked
from edgeware.exceptions import MissingDependencyError
from edgeware.messages import Request, Response
from edgeware.metrics import Counters, Metrics, PrometheusCollector, prometheus_text
from tests.playbook import record
from tests.worlds.sites import js, site

SITE = site()
ORIGIN = Origin(id="app", domain_name="app.example.com")
FETCH = Fetch(ORIGIN, Request(method="GET", path="/"))
INVOKE = Invoke(js("", "tag"), "viewer-request", {})


@pytest.fixture
def counters() -> Counters:
    counters = Counters()
    for x_cache, count in (("Hit", 3), ("RefreshHit", 2), ("Miss", 4), ("Error", 1)):
        for _ in range(count):
            counters.answered(record(SITE, f"{x_cache} from cloudfront", 10))
    counters.ran(INVOKE, Invoked(output={}))
    counters.ran(INVOKE, Invoked(failure=Failure("timeout", "too long")))
    counters.fetched(FETCH, Fetched(Response(status=200)))
    counters.fetched(FETCH, Fetched(Response(status=502), "OriginConnectError"))
    return counters


@pytest.fixture
def metrics(counters: Counters) -> Callable[[], Metrics]:
    return lambda: counters.metrics({"get": 5, "put": 0}, 7)


def test_everything_is_counted_where_it_belongs(metrics: Callable[[], Metrics]) -> None:
    now = metrics()
    assert now.results == {"Hit": 3, "RefreshHit": 2, "Miss": 4, "Error": 1}
    assert (now.requests, now.hits, now.misses, now.errors, now.bytes) == (10, 5, 4, 1, 100)
    assert now.function_runs == {("viewer-request", "tag"): 2}
    assert now.function_failures == {("viewer-request", "tag"): 1}
    assert (now.origin_fetches, now.origin_failures) == ({"app": 2}, {"app": 1})
    assert (now.store_failures, now.waiting) == ({"get": 5, "put": 0}, 7)


def test_what_did_not_happen_is_no_failure() -> None:
    counters = Counters()
    counters.ran(INVOKE, Invoked(output={}))
    counters.fetched(FETCH, Fetched(Response(status=200)))
    now = counters.metrics({}, 0)
    assert (now.function_failures, now.origin_failures, now.requests) == ({}, {}, 0)


def test_no_count_is_lost_between_threads() -> None:
    counters = Counters()

    def work() -> None:
        for _ in range(2000):
            counters.answered(record(SITE, "Hit from cloudfront", 1))

    threads = [Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    now = counters.metrics({}, 0)
    assert (now.hits, now.bytes) == (8000, 8000)


def test_prometheus_reads_the_same(metrics: Callable[[], Metrics]) -> None:
    text = prometheus_text(metrics)
    samples = {
        (sample.name, *sample.labels.values()): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }
    assert samples == {
        ("edgeware_requests_total", "Hit"): 3,
        ("edgeware_requests_total", "RefreshHit"): 2,
        ("edgeware_requests_total", "Miss"): 4,
        ("edgeware_requests_total", "Error"): 1,
        ("edgeware_response_body_bytes_total",): 100,
        ("edgeware_function_runs_total", "viewer-request", "tag"): 2,
        ("edgeware_function_failures_total", "viewer-request", "tag"): 1,
        ("edgeware_origin_fetches_total", "app"): 2,
        ("edgeware_origin_failures_total", "app"): 1,
        ("edgeware_store_failures_total", "get"): 5,
        ("edgeware_store_failures_total", "put"): 0,
        ("edgeware_waiting_requests",): 7,
    }


def test_without_the_extra_the_error_says_what_to_install(
    metrics: Callable[[], Metrics], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "prometheus_client", None)
    monkeypatch.setitem(sys.modules, "prometheus_client.core", None)
    with pytest.raises(MissingDependencyError, match=r"pip install 'edgeware\[metrics\]'"):
        PrometheusCollector(metrics)
