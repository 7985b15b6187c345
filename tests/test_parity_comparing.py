from __future__ import annotations

from edgeware.parity.comparing import Comparison, distinct
from edgeware.parity.saved import saved
from edgeware.parity.sending import Site
from tests.parity_sites import Told, answering


def answer(method: str, path: str) -> Told:
    return 200, [], path.encode()


def test_all_requests_are_cold_before_they_are_warm() -> None:
    requests = [saved("GET", path, [], "f:1") for path in ("/a", "/b")]
    with answering(answer) as local, answering(answer) as production:
        found = list(Comparison(Site(local.base), Site(production.base), [], 5.0).pairs(requests))
        assert [(pair.request.target, pair.phase) for pair, _ in found] == [
            ("/a", "cold"),
            ("/b", "cold"),
            ("/a", "warm"),
            ("/b", "warm"),
        ]
        assert [path for _, path, _ in production.asked] == ["/a", "/b", "/a", "/b"]
        assert {exchange for _, exchange in found} == {None}


def test_a_request_that_comes_twice_is_sent_once() -> None:
    first, again, other = (saved(method, "/a", [], f"f:{n}") for n, method in enumerate(("GET", "GET", "HEAD")))
    assert distinct([first, again, other]) == [first, other]
