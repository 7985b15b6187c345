"""Counters of what an edge has done, and the same for Prometheus."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from threading import Lock
from typing import TYPE_CHECKING, TypeVar

from edgeware.core.access_log import Record
from edgeware.core.effects import Fetch, Fetched, Invoke, Invoked
from edgeware.core.headers import result_type
from edgeware.exceptions import MissingDependencyError

if TYPE_CHECKING:
    from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily


Label = TypeVar("Label", bound=tuple[str, ...])


@dataclass(frozen=True, slots=True, kw_only=True)
class Metrics:
    """What an edge has done since it was made."""

    results: Mapping[str, int]
    """Requests by the access log's result type: ``Hit``, ``RefreshHit``, ``Miss``, ``Error`` and so on."""
    bytes: int
    """Bytes of bodies that went to viewers."""
    function_runs: Mapping[tuple[str, str], int]
    """By event type and function."""
    function_failures: Mapping[tuple[str, str], int]
    """Runs that gave no result; what CloudFront refuses of a result counts as an error of the request."""
    origin_fetches: Mapping[str, int]
    """By origin."""
    origin_failures: Mapping[str, int]
    """Fetches that ended without a response of the origin, by origin."""
    store_failures: Mapping[str, int]
    """``get`` and ``put``."""
    waiting: int
    """Requests that wait for another one's fetch at this moment."""

    @property
    def requests(self) -> int:
        """All requests that were answered."""
        return sum(self.results.values())

    @property
    def hits(self) -> int:
        """Answered from the cache, revalidated ones too."""
        return self.results.get("Hit", 0) + self.results.get("RefreshHit", 0)

    @property
    def misses(self) -> int:
        """Answered by the origin."""
        return self.results.get("Miss", 0)

    @property
    def errors(self) -> int:
        """Answered with an error, of the origin or of the edge."""
        return self.results.get("Error", 0)


class Counters:
    """What the numbers are taken from, from any thread."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._x_cache: dict[str, int] = {}
        self._bytes = 0
        self._runs: Counter[tuple[str, str]] = Counter()
        self._run_failures: Counter[tuple[str, str]] = Counter()
        self._fetches: Counter[str] = Counter()
        self._fetch_failures: Counter[str] = Counter()

    def answered(self, record: Record) -> None:
        """A request has ended: of every hit, so nothing is worked out here."""
        x_cache = record.x_cache
        with self._lock:
            self._x_cache[x_cache] = self._x_cache.get(x_cache, 0) + 1
            self._bytes += record.size

    def ran(self, effect: Invoke, invoked: Invoked) -> None:
        """A function was run."""
        name = effect.event_type, effect.function.name
        with self._lock:
            self._runs[name] += 1
            self._run_failures[name] += invoked.failure is not None

    def fetched(self, effect: Fetch, fetched: Fetched) -> None:
        """An origin was asked."""
        with self._lock:
            self._fetches[effect.origin.id] += 1
            self._fetch_failures[effect.origin.id] += fetched.error is not None

    def metrics(self, store_failures: Mapping[str, int], waiting: int) -> Metrics:
        """The numbers as they are now."""
        with self._lock:
            results: Counter[str] = Counter()
            for x_cache, count in self._x_cache.items():
                results[result_type(x_cache)] += count
            return Metrics(
                results=dict(results),
                bytes=self._bytes,
                function_runs=dict(self._runs),
                function_failures=dict(+self._run_failures),
                origin_fetches=dict(self._fetches),
                origin_failures=dict(+self._fetch_failures),
                store_failures=dict(store_failures),
                waiting=waiting,
            )


class PrometheusCollector:
    """For a registry of prometheus_client: ``REGISTRY.register(PrometheusCollector(edge.metrics))``.

    MissingDependencyError without the extra ``metrics``.
    """

    def __init__(self, metrics: Callable[[], Metrics]) -> None:
        try:
            import prometheus_client.core
        except ImportError as error:
            raise MissingDependencyError("this needs prometheus-client: pip install 'edgeware[metrics]'") from error
        self._core = prometheus_client.core
        self._metrics = metrics

    def collect(self) -> Iterator[CounterMetricFamily | GaugeMetricFamily]:
        """The numbers as prometheus_client wants them."""
        now = self._metrics()
        yield self._counter("requests", "Requests that were answered.", ("result",), _labelled(now.results))
        yield self._counter("response_body_bytes", "Bytes of bodies that went to viewers.", (), {(): now.bytes})
        functions = ("event_type", "function")
        yield self._counter("function_runs", "Runs of edge functions.", functions, now.function_runs)
        yield self._counter("function_failures", "Runs without a result.", functions, now.function_failures)
        fetches, failures = _labelled(now.origin_fetches), _labelled(now.origin_failures)
        yield self._counter("origin_fetches", "Requests sent to origins.", ("origin",), fetches)
        yield self._counter("origin_failures", "Those without a response of the origin.", ("origin",), failures)
        broken = _labelled(now.store_failures)
        yield self._counter("store_failures", "Look-ups and stores that failed.", ("operation",), broken)
        waiting = "Requests that wait for another one's fetch."
        yield self._core.GaugeMetricFamily("edgeware_waiting_requests", waiting, value=now.waiting)

    def _counter(
        self, name: str, text: str, labels: tuple[str, ...], values: Mapping[Label, int]
    ) -> CounterMetricFamily:
        family = self._core.CounterMetricFamily(f"edgeware_{name}", text, labels=labels)
        for label, value in values.items():
            family.add_metric(label, value)
        return family


def _labelled(values: Mapping[str, int]) -> Mapping[tuple[str, ...], int]:
    return {(label,): value for label, value in values.items()}


def prometheus_text(metrics: Callable[[], Metrics]) -> str:
    """The numbers in Prometheus's text format: ``prometheus_text(edge.metrics)``.

    MissingDependencyError without the extra ``metrics``.
    """
    collector = PrometheusCollector(metrics)
    from prometheus_client import CollectorRegistry, generate_latest

    registry = CollectorRegistry()
    registry.register(collector)
    return generate_latest(registry).decode()
