"""What a visit says for itself."""

from __future__ import annotations

from edgeware.core.decision import Decision
from edgeware.core.headers import XCache
from tests.playbook import visit_of
from tests.worlds.sites import site


def test_a_decision_is_a_line_of_the_trace() -> None:
    visit, decisions = visit_of(site())
    visit.decide("cache", "because")
    assert decisions == [Decision("cache", "because")]


def test_a_page_of_the_edges_own_is_a_final_error_with_the_request_id() -> None:
    visit, _ = visit_of(site())
    answer = visit.page(502, "It is broken.")
    assert answer.response.status == 502
    assert answer.response.body is not None
    assert b"It is broken." in answer.response.body
    assert b"Request ID: id" in answer.response.body
    assert (answer.x_cache, answer.detail, answer.final, answer.object) == (XCache.ERROR, "", True, None)
    assert answer.policy_applies


def test_a_page_may_have_a_result_and_a_detail_of_its_own() -> None:
    visit, _ = visit_of(site())
    answer = visit.page(503, "No.", XCache.LAMBDA_EXECUTION_ERROR, "Why")
    assert (answer.x_cache, answer.detail) == (XCache.LAMBDA_EXECUTION_ERROR, "Why")
