"""The object under a request's key, or else the origin's answer, with one fetch for many requests."""

from __future__ import annotations

from edgeware.core import parts
from edgeware.core.background import revalidates, started
from edgeware.core.cached_object import CachedObject
from edgeware.core.delivery import land
from edgeware.core.effects import Board, Boarding, Flow, Lookup
from edgeware.core.fetch import from_origin
from edgeware.core.freshness import is_fresh
from edgeware.core.storing import HEAD_ONLY, answers, hit
from edgeware.core.variants import shared
from edgeware.core.visit import Answer, Visit


def from_cache(visit: Visit) -> Flow[Answer]:
    """The object under the request's key, or else the origin's answer."""
    if not visit.prepared.caches(visit.request.method):
        visit.decide("cache", "not looked up: caching is disabled, or this method is never cached")
        return (yield from from_origin(visit, None))
    visit.key = visit.prepared.cache_key.of(visit.request)
    while True:
        found = yield from Lookup(visit.key)
        if found.object is None and visit.prepared.shares_variants:
            found = yield from shared(visit, found)
        visit.generation = found.generation
        object = found.object
        if object is not None and object.status == 206:
            object = _part(visit, object)
        if object is not None and answers(visit, object):
            if visit.leads or object.stale_while_revalidate_until > object.fresh_until:
                yield from _settled(visit, object)
            return hit(visit, object)
        if _looks_for_head(visit, object):
            visit.key += HEAD_ONLY
            continue
        if visit.leads or visit.request.method != "GET" or not _collapses(visit, object):
            return (yield from from_origin(visit, object))
        boarding = yield from Board(visit.key)
        visit.leads = boarding is Boarding.LEAD  # and looks again: the one before may just have stored it
        if boarding is Boarding.FAILED:
            return (yield from from_origin(visit, object))


def _part(visit: Visit, part: CachedObject) -> CachedObject | None:
    """A part, if it is fresh and has what is asked for. Another one is remembered."""
    if not is_fresh(part, visit.around.now()):
        return None
    if parts.answer(part, visit.request) is not None:
        return part
    visit.part = part
    visit.decide("cache", "a part is stored, but not the one that is asked for")
    return None


def _looks_for_head(visit: Visit, object: CachedObject | None) -> bool:
    """Whether there may be an answer to HEAD where there is none to GET."""
    assert visit.key is not None
    wanted = visit.request.method == "HEAD" and visit.site.distribution.switches.store_head
    return wanted and object is None and not visit.key.endswith(HEAD_ONLY)


def _settled(visit: Visit, object: CachedObject) -> Flow[None]:
    """What is to be done beside answering: let the others go on, have the object revalidated."""
    if visit.leads:
        yield from land(visit, stored=True)
    if revalidates(visit, object):
        yield from started(visit)


def _collapses(visit: Visit, object: CachedObject | None) -> bool:
    """Whether the request waits for another one's fetch.

    Not for an object that was never fresh: private, no-store, no-cache or a lifetime of 0 at a minimum TTL of 0 keep
    requests from being collapsed [RequestAndResponseBehaviorCustomOrigin].
    """
    return visit.prepared.collapses and (object is None or object.fresh_until > object.stored_at)
