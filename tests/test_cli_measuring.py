"""The counters at a port of their own."""

from __future__ import annotations

import socket
import urllib.request
from collections.abc import Iterator

import pytest

from edgeware.cli.measuring import measured
from edgeware.edge import Edge
from edgeware.exceptions import UsageError
from tests.servers.process import PATIENCE
from tests.test_edge import get
from tests.worlds.sites import site


@pytest.fixture
def edge() -> Iterator[Edge]:
    edge = Edge(site())
    yield edge
    edge.close()


def test_prometheus_finds_the_counters_on_loopback(edge: Edge, capsys: pytest.CaptureFixture[str]) -> None:
    get(edge)
    with measured(edge, 0):
        url = capsys.readouterr().out.split()[-1]
        assert url.startswith("http://127.0.0.1:")
        with urllib.request.urlopen(url, timeout=PATIENCE) as answer:
            assert b'edgeware_requests_total{result="Miss"} 1.0' in answer.read()


def test_without_a_port_there_is_no_server(edge: Edge, capsys: pytest.CaptureFixture[str]) -> None:
    with measured(edge, None):
        assert capsys.readouterr().out == ""


def test_a_port_that_is_taken_is_said(edge: Edge) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(UsageError, match=f"cannot serve metrics at port {port}"), measured(edge, port):
            raise AssertionError("never")
