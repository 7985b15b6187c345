from __future__ import annotations

import socket
import urllib.error
from threading import enumerate as threads
from urllib.request import urlopen

import psutil
import pytest

from edgeware.exceptions import UsageError
from edgeware.inspector import inspected
from tests.inspecting import sites


def test_it_says_where_it_is_listens_at_loopback_only_and_ends(capsys: pytest.CaptureFixture[str]) -> None:
    others = set(threads())
    with sites() as site:
        inspector = inspected(site.edge)
        assert capsys.readouterr().err == f"edgeware: inspector: {inspector.url}\n"
        listening = [one for one in psutil.Process().net_connections("inet") if one.laddr.port == inspector.port]
        assert {one.laddr.ip for one in listening} == {"127.0.0.1"}
        stream = urlopen(f"{inspector.url}live", timeout=30)
        assert stream.readline() == b"retry: 500\n"
        inspector.close()
        stream.close()
        assert "edgeware-inspector" not in {one.name for one in set(threads()) - others}
        with pytest.raises(urllib.error.URLError):
            urlopen(inspector.url, timeout=30)


def test_each_has_a_token_of_its_own() -> None:
    with sites() as site:
        one, two = inspected(site.edge), inspected(site.edge)
        assert len({found.url.split("/")[3] for found in (one, two)}) == 2
        one.close()
        two.close()


def test_a_port_that_is_taken_is_said() -> None:
    with sites() as site, socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(UsageError, match=f"the inspector cannot listen at 127.0.0.1, port {port}"):
            inspected(site.edge, {"port": port})
