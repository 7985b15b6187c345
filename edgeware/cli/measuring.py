"""The counters of an edge that ``edgeware run`` serves, for Prometheus: at a port of its own, on loopback."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from edgeware.edge import Edge
from edgeware.exceptions import UsageError
from edgeware.metrics import PrometheusCollector


@contextmanager
def measured(edge: Edge, port: int | None) -> Iterator[None]:
    """Serve the counters at ``/metrics``; no port, no server. UsageError for a port that is taken."""
    if port is None:
        yield
        return
    collector = PrometheusCollector(edge.metrics)
    from prometheus_client import CollectorRegistry, start_http_server

    registry = CollectorRegistry()
    registry.register(collector)
    try:
        server, thread = start_http_server(port, addr="127.0.0.1", registry=registry)
    except OSError as error:
        raise UsageError(f"cannot serve metrics at port {port}: {error}; another one: --metrics-port") from error
    print(f"edgeware: metrics at http://127.0.0.1:{server.server_port}/metrics", flush=True)
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
