"""From what the origin said to what the viewer gets and the cache keeps [Expiration, HTTPStatusCodes]."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

from edgeware.core import conditional, parts
from edgeware.core.cached_object import CachedObject
from edgeware.core.decision import Decision
from edgeware.core.error_page import CONDITION_FAILED, NO_SUCH_RANGE, origin_sentence
from edgeware.core.freshness import (
    Lifetime,
    is_fresh,
    is_held,
    lifetime,
    may_stand_in,
    merged,
    revalidates_in_background,
    until,
)
from edgeware.core.headers import XCache, dated, storable
from edgeware.core.invalidation import cache_tags
from edgeware.core.variants import encoded
from edgeware.core.visit import Answer, Visit
from edgeware.messages import Headers, Response

HEAD_ONLY = "\nm:HEAD"
"""The end of the key under which the answer to a HEAD is stored, where it is (``store_head``)."""


def answers(visit: Visit, object: CachedObject) -> bool:
    """Whether an object answers a request without the origin, and a line of the trace that says why."""
    now = visit.around.now()
    if is_fresh(object, now):
        visit.tell(_fresh(round(object.fresh_until - now)))
        return True
    if is_held(object, now):
        visit.decide("cache", "stale, but the origin failed a moment ago and is left alone until the error expires")
        return True
    if revalidates_in_background(object, now):
        visit.decide("cache", "stale, and served all the same while it is revalidated in the background [Expiration]")
        return True
    visit.decide("cache", f"expired {now - object.fresh_until:.0f} s ago")
    return False


@lru_cache(maxsize=64)
def _fresh(seconds: int) -> Decision:
    """The same for every hit of a second."""
    return Decision("cache", f"fresh for {seconds} s more")


def hit(visit: Visit, object: CachedObject, x_cache: str = XCache.HIT) -> Answer:
    """The answer from an object: whole, in part, or 304, as the viewer asked (RFC 9110 sections 13 and 14)."""
    response = (parts if object.status == 206 else conditional).answer(object, visit.request)
    if response is None:
        response = Response(object.status, object.headers, object.reason, object.body)
    age = max(0, int(visit.around.now() - object.stored_at))
    if object.status >= 400:
        return Answer(response=response, x_cache=XCache.ERROR, age=age, generated=object.generated)
    if response.status >= 400:
        return _refused(visit, response)
    return Answer(response, x_cache, "", None if x_cache == XCache.REFRESH_HIT else age)


def _refused(visit: Visit, response: Response) -> Answer:
    """The edge's own page where the viewer's condition does not hold, or its range is not there (unconfirmed)."""
    page = visit.page(response.status, CONDITION_FAILED if response.status == 412 else NO_SUCH_RANGE)
    headers = response.headers.without("content-length")  # what is left is the Content-Range of a 416
    return page.saying(replace(page.response, headers=Headers((*page.response.headers, *headers))))


def refreshed(visit: Visit, stale: CachedObject, headers: Headers) -> Answer:
    """The answer from an object that the origin confirmed with a 304: with merged headers and a new lifetime."""
    headers = merged(stale, headers)
    life = _lifetime(visit, stale.status, headers)
    object = _object(visit, stale.status, headers, stale.reason, life)
    object = replace(object, body=stale.body, origin_etag=stale.origin_etag)
    return replace(hit(visit, object, XCache.REFRESH_HIT), object=object)


def stands_in(visit: Visit, stale: CachedObject, status: int) -> Answer:
    """The answer from a stale object while the origin fails, which it may go on doing until the error expires."""
    now = visit.around.now()
    visit.decide("cache", f"the origin failed with {status}: the stale object stands in [Expiration]")
    hold = replace(stale, retry_after=now + visit.site.error_caching_min_ttl(status))
    return replace(hit(visit, stale), object=hold)


def may_replace(visit: Visit, stale: CachedObject | None, status: int) -> bool:
    """Whether a stale object stands in for an answer of this status."""
    if stale is None or status < 500:
        return False
    now = visit.around.now()
    return may_stand_in(stale, now) or revalidates_in_background(stale, now)


def received(visit: Visit, response: Response, x_cache: str = XCache.MISS) -> Answer:
    """The answer that came from the origin, or from origin-request, and what is to be stored of it."""
    response = encoded(visit, dated(response, visit.around.now()))
    error = response.status >= 400
    answer = Answer(response=response, x_cache=XCache.ERROR if error and x_cache == XCache.MISS else x_cache)
    if visit.key is None:
        return answer
    life = _lifetime(visit, response.status, response.headers)
    of_head = visit.request.method == "HEAD"
    if (of_head and not visit.key.endswith(HEAD_ONLY)) or not _is_storable(visit, response, life):
        visit.decide("store", "nothing to store: an answer to HEAD, a part or a 304 is no whole object")
        return answer
    visit.decide("store", f"{life.rule}: {life.why}")
    if not life.stored:
        return answer
    object = _object(visit, response.status, response.headers, response.reason, life)
    if x_cache == XCache.LAMBDA_GENERATED_RESPONSE:
        object = replace(object, generated=True)
    if of_head:
        return replace(answer, object=object, response=replace(response, body=b""))
    if response.body is not None:
        etag = None if visit.compressor is None else visit.compressor.etag
        object = replace(object, body=response.body, origin_etag=etag)
    return replace(answer, object=object)


def _is_storable(visit: Visit, response: Response, life: Lifetime) -> bool:
    """Whether it is a whole object, or a part where those are kept."""
    if response.status == 206:
        keeps = visit.site.distribution.switches.cache_ranges and visit.request.method == "GET"
        return keeps and life.fresh_seconds > 0 and parts.part_of(response.headers) is not None
    return response.status != 304


def unreachable(visit: Visit, status: int, detail: str) -> Answer:
    """The edge's own page for an origin that cannot be reached, does not answer or answers nonsense."""
    visit.decide("origin", f"{detail}: answered {status}")
    page = visit.page(status, origin_sentence(status))
    answer = received(visit, page.response)
    return replace(answer, detail=detail, final=True, policy_applies=page.policy_applies)


def _lifetime(visit: Visit, status: int, headers: Headers) -> Lifetime:
    return lifetime(
        visit.prepared.behavior.cache_policy,
        visit.prepared.caches(visit.request.method),
        status,
        headers,
        visit.around.now(),
        error_caching_min_ttl=visit.site.error_caching_min_ttl(status),
        s3=visit.origin.type == "s3",
        switches=visit.site.distribution.switches,
    )


def _object(visit: Visit, status: int, headers: Headers, reason: str, life: Lifetime) -> CachedObject:
    cap = visit.site.distribution.switches.stale_cap
    times = until(life, visit.prepared.behavior.cache_policy, visit.around.now(), cap)
    return CachedObject(
        status=status,
        headers=storable(headers).without(*life.withheld),
        body=b"",
        reason=reason,
        path=visit.request.path,
        query=visit.prepared.cache_key.query(visit.request),
        stored_at=times.stored_at,
        fresh_until=times.fresh_until,
        stale_while_revalidate_until=times.stale_while_revalidate_until,
        stale_if_error_until=times.stale_if_error_until,
        revalidates=life.revalidates and visit.prepared.revalidates,
        tags=cache_tags(visit.site.distribution.cache_tag_header, headers),
        generation=visit.generation,
    )
