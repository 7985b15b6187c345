"""One viewer request, in the order that CloudFront documents; the order only [lambda-cloudfront-trigger-events].

admission → viewer-request → cache key → lookup → collapsing → origin-request → fetch → origin-response → store →
custom error response → response headers policy → viewer-response → the edge's own headers → access log
"""

from __future__ import annotations

from collections.abc import Callable

from edgeware.core import triggers
from edgeware.core.access_log import Record
from edgeware.core.admission import arrived, refusal
from edgeware.core.custom_error import page_for, replaced
from edgeware.core.decision import Decision
from edgeware.core.delivery import delivered
from edgeware.core.effects import Flow
from edgeware.core.lookup import from_cache
from edgeware.core.prepared import PreparedDistribution
from edgeware.core.visit import Surroundings
from edgeware.messages import Request


def lifecycle(
    site: PreparedDistribution,
    request: Request,
    around: Surroundings,
    request_id: str,
    tell: Callable[[Decision], object],
) -> Flow[Record | None]:
    """Answer one viewer request, and give what is to be logged of it. ``tell`` takes the lines of its trace."""
    visit = keeper = arrived(site, request, around, request_id, tell)
    answer = refusal(visit)
    if answer is None and visit.prepared.changes_requests:
        answer = yield from triggers.viewer_request(visit)
    if answer is None:
        answer = yield from from_cache(visit)
    if answer.response.status >= 400 and (custom := page_for(visit, answer)) is not None:
        answer, keeper = yield from replaced(visit, answer, custom)
    return (yield from delivered(visit, answer, keeper))
