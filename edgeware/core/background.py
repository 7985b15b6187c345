"""``stale-while-revalidate``: the viewer has the stale object, the origin is asked in the background [Expiration]."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from edgeware.core.cached_object import CachedObject
from edgeware.core.conditional import unconditional
from edgeware.core.delivery import kept, land
from edgeware.core.effects import Board, Boarding, Flow, Lookup, Revalidate
from edgeware.core.fetch import from_origin
from edgeware.core.freshness import revalidates_in_background
from edgeware.core.visit import Visit


def revalidates(visit: Visit, object: CachedObject) -> bool:
    """Whether an object that answers is to be revalidated; not while the origin, which failed, is left alone."""
    now = visit.around.now()
    return revalidates_in_background(object, now) and now >= object.retry_after


def started(visit: Visit) -> Flow[None]:
    """Have the object that answers revalidated once the viewer has it."""
    request = unconditional(visit.request)
    method = "GET" if request.method == "HEAD" else request.method
    behind = replace(visit, request=replace(request, method=method), body=b"", leads=False)
    yield from Revalidate(partial(_revalidation, behind))


def _revalidation(visit: Visit) -> Flow[None]:
    """Revalidate the object, unless its key is being fetched already or somebody has done it meanwhile."""
    assert visit.key is not None
    boarding = yield from Board(visit.key, waits=False)
    if boarding is not Boarding.LEAD:
        return
    visit.leads = True
    found = yield from Lookup(visit.key)
    visit.generation = found.generation
    if found.object is None or not revalidates(visit, found.object):
        yield from land(visit, stored=found.object is not None)
        return
    answer = yield from from_origin(visit, found.object)
    yield from kept(visit, answer)
