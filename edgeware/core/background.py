"""``stale-while-revalidate``: the viewer has the stale object, the origin is asked in the background [Expiration]."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from edgeware.core.cached_object import CachedObject
from edgeware.core.conditional import unconditional
from edgeware.core.delivery import kept
from edgeware.core.effects import Board, Boarding, Flow, Revalidate
from edgeware.core.fetch import from_origin
from edgeware.core.freshness import revalidates_in_background
from edgeware.core.visit import Visit


def revalidates(visit: Visit, object: CachedObject) -> bool:
    """Whether an object that answers is to be revalidated; not while the origin, which failed, is left alone."""
    now = visit.around.now()
    return revalidates_in_background(object, now) and now >= object.retry_after


def started(visit: Visit, stale: CachedObject) -> Flow[None]:
    """Have the object revalidated once the viewer is answered, unless its key is being fetched already."""
    assert visit.key is not None
    boarding = yield from Board(visit.key, waits=False)
    if boarding is Boarding.LEAD:
        request = unconditional(visit.request)
        method = "GET" if request.method == "HEAD" else request.method
        behind = replace(visit, request=replace(request, method=method), body=b"", leads=True)
        yield from Revalidate(visit.key, partial(_revalidation, behind, stale))


def _revalidation(visit: Visit, stale: CachedObject) -> Flow[None]:
    answer = yield from from_origin(visit, stale)
    yield from kept(visit, answer)
