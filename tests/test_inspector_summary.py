from __future__ import annotations

from edgeware.inspector.masking import Secrets
from edgeware.inspector.summary import found, kept, summary
from edgeware.messages import Request
from tests.inspecting import SECRET, sites


def test_a_row_says_what_came_of_a_request() -> None:
    with sites() as site:
        secrets = Secrets(site.edge.distribution)
        row = summary(site.seen(f"/a?b={SECRET}"), secrets)
        assert (row.method, row.path, row.status, row.x_cache) == ("GET", "/a?b=***", 200, "Miss from cloudfront")
        assert (row.behavior, row.functions, row.asked_origin, row.failed) == ("Default (*)", ("tag",), True, False)
        assert row.milliseconds > 0
        assert len(row.started) == 8
        hit = summary(site.seen(f"/a?b={SECRET}"), secrets)
        assert (hit.x_cache, hit.asked_origin) == ("Hit from cloudfront", False)
        assert summary(site.seen("/fail/x"), secrets).failed
        assert summary(site.seen("/missing"), secrets).failed


def test_a_request_that_has_no_answer_yet_has_a_row_too() -> None:
    with sites() as site:
        exchange = site.edge.exchange(Request(method="GET", path="/"))
        row = summary(exchange, Secrets(site.edge.distribution))
        assert (row.status, row.x_cache, row.started, row.milliseconds) == (0, "", "", 0)


def test_what_the_edge_forgets_is_gone() -> None:
    with sites() as site:
        exchange = site.seen("/a")
        assert kept(site.edge) == (exchange,)
        assert found(site.edge, exchange.request_id) is exchange
        assert found(site.edge, "other") is None
