from __future__ import annotations

import pytest

from edgeware.exceptions import UsageError
from edgeware.parity import sending
from edgeware.parity.saved import saved
from edgeware.parity.sending import Pace, Site
from tests.parity_sites import Told, answering
from tests.servers.process import free_port


def redirecting(method: str, path: str) -> Told:
    return 302, [("Location", "http://other.example/"), ("Set-Cookie", "a=b"), ("Set-Cookie", "c=d")], b"moved"


def test_a_request_goes_out_as_it_is_and_no_redirect_is_followed() -> None:
    with answering(redirecting) as server:
        lines = [("X-One", "ü"), ("X-One", "b")]
        received = Site(server.base).send(saved("GET", "/a%20b?c", lines, "f:1"))
        assert (received.status, received.body, received.failure) == (302, b"moved", "")
        assert received.headers.get_all("set-cookie") == ("a=b", "c=d")
        assert len(server.asked) == 1
        method, path, headers = server.asked[0]
        assert (method, path) == ("GET", "/a%20b?c")
        assert headers.keys() == {"Host", "X-One", "Connection"}
        assert headers["Host"] == server.base.removeprefix("http://")


def test_a_body_goes_out_with_its_length_and_a_host_of_ones_choice() -> None:
    with answering(redirecting) as server:
        site = Site(server.base, host="a.example")
        site.send(saved("POST", "/", [], "f:1", body=b"abc"))
        site.send(saved("POST", "/", [], "f:1"), "b.example")
        assert [headers["Content-Length"] for _, _, headers in server.asked] == ["3", "0"]
        assert [headers["Host"] for _, _, headers in server.asked] == ["a.example", "b.example"]


def test_where_nobody_listens_the_failure_says_so() -> None:
    received = Site(f"http://127.0.0.1:{free_port()}").send(saved("GET", "/", [], "f:1"))
    assert received.status == 0
    assert received.failure.startswith("ConnectionRefusedError")


@pytest.mark.parametrize(
    "base", ["a.example", "http://", "ftp://a/", "http://a/path", "http://a?q", "http://a:x", "http://[::1"]
)
def test_what_is_no_base_url_is_refused(base: str) -> None:
    with pytest.raises(UsageError, match="no base URL"):
        Site(base)


def test_https_has_a_connection_of_its_own_and_credentials_are_no_part_of_the_host() -> None:
    site = Site("https://u:p@127.0.0.1:1/")
    assert (site.base, site.host) == ("https://127.0.0.1:1", "127.0.0.1:1")
    assert site.send(saved("GET", "/", [], "f:1")).failure


def test_requests_keep_their_distance(monkeypatch: pytest.MonkeyPatch) -> None:
    times = iter([100.0, 100.25, 110.0])
    monkeypatch.setattr(sending, "perf_counter", lambda: next(times))
    pace = Pace(2)
    waits: list[float] = []
    monkeypatch.setattr(pace._never, "wait", waits.append)
    for _ in range(3):
        pace.wait()
    assert waits == [0.25]
    Pace(None)
