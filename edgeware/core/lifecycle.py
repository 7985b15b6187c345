"""One viewer request, in the order that CloudFront documents; the order only [lambda-cloudfront-trigger-events].

admission → viewer-request → cache key → lookup → collapsing → origin-request → fetch → origin-response → store →
response headers policy → viewer-response → the edge's own headers → access log
"""

from __future__ import annotations

from edgeware.core import triggers
from edgeware.core.admission import arrived, refusal
from edgeware.core.cached_object import CachedObject
from edgeware.core.conditional import revalidation
from edgeware.core.delivery import delivered, land
from edgeware.core.effects import Board, Boarding, Fetch, Flow, Lookup
from edgeware.core.headers import XCache, from_origin
from edgeware.core.origin_request import addressed, forwarded
from edgeware.core.prepared import PreparedDistribution
from edgeware.core.storing import answers, hit, may_replace, received, refreshed, stands_in, unreachable
from edgeware.core.visit import Answer, Surroundings, Visit
from edgeware.messages import Request, Response


def lifecycle(site: PreparedDistribution, request: Request, around: Surroundings) -> Flow[None]:
    """Answer one viewer request."""
    visit = arrived(site, request, around)
    answer = refusal(visit)
    if answer is None and visit.prepared.changes_requests:
        answer = yield from triggers.viewer_request(visit)
    if answer is None:
        answer = yield from _from_cache(visit)
    yield from delivered(visit, answer)


def _from_cache(visit: Visit) -> Flow[Answer]:
    """The object under the request's key, or else the origin's answer."""
    if not visit.prepared.caches(visit.request.method):
        visit.decide("cache", "not looked up: caching is disabled, or this method is never cached")
        return (yield from _from_origin(visit, None))
    visit.key = visit.prepared.cache_key.of(visit.request)
    while True:
        found = yield from Lookup(visit.key)
        visit.generation = found.generation
        if found.object is not None and answers(visit, found.object):
            if visit.leads:
                yield from land(visit, stored=True)
            return hit(visit, found.object)
        if visit.leads or not visit.prepared.collapses or visit.request.method != "GET":
            return (yield from _from_origin(visit, found.object))
        boarding = yield from Board(visit.key)
        visit.leads = boarding is Boarding.LEAD  # and looks again: the one before may just have stored it
        if boarding is Boarding.FAILED:
            return (yield from _from_origin(visit, found.object))


def _from_origin(visit: Visit, stale: CachedObject | None) -> Flow[Answer]:
    """The answer of the origin, or of the function at origin-request, or a stale object in its place."""
    prepared = visit.prepared
    request = forwarded(
        prepared.behavior,
        prepared.origin,
        visit.request,
        request_id=visit.around.request_id,
        location=visit.around.location,
    )
    asked = request if stale is None or not stale.revalidates else revalidation(stale, request)
    forward = yield from triggers.origin_request(visit, asked, prepared.origin)
    if isinstance(forward, Answer):
        return forward
    if isinstance(forward, Response):
        return received(visit, forward, XCache.LAMBDA_GENERATED_RESPONSE)
    origin = prepared.origin if forward.origin is None else visit.site.resolved(forward.origin)
    body = visit.body if forward.body is None else forward.body
    fetched = yield from Fetch(origin, addressed(origin, forward.request), body, visit.key is not None)
    if fetched.error is not None or not 200 <= fetched.response.status <= 599:
        failure = fetched.error or "OriginInvalidResponseError"
        status = fetched.response.status if fetched.error else 502
        if stale is not None and may_replace(visit, stale, status):
            return stands_in(visit, stale, status)
        return unreachable(visit, status, failure)
    response = from_origin(prepared.behavior, fetched.response)
    result = yield from triggers.origin_response(visit, forward.request, origin, response)
    if isinstance(result, Answer):
        return result
    if stale is not None and asked is not request and result.status == 304:
        return refreshed(visit, stale, result.headers)
    if stale is not None and may_replace(visit, stale, result.status):
        return stands_in(visit, stale, result.status)
    return received(visit, result)
