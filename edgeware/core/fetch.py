"""From a miss to an answer: origin-request, the origin, origin-response; and the second origin of a group.

Source: [lambda-cloudfront-trigger-events], [high_availability_origin_failover].
"""

from __future__ import annotations

from collections.abc import Collection

from edgeware.config.model import READ_METHODS, Origin, Url
from edgeware.core import triggers
from edgeware.core.cached_object import CachedObject
from edgeware.core.conditional import revalidation
from edgeware.core.effects import Fetch, Fetched, Flow, Resolve
from edgeware.core.headers import XCache, dated
from edgeware.core.headers import from_origin as without_hop_by_hop
from edgeware.core.origin_request import addressed, forwarded
from edgeware.core.storing import may_replace, received, refreshed, stands_in, unreachable
from edgeware.core.visit import Answer, Visit
from edgeware.messages import Request, Response

UNCONNECTED = frozenset({"OriginConnectError", "OriginDnsError"})
"""Error details of an origin that could not be connected to."""


def from_origin(visit: Visit, stale: CachedObject | None) -> Flow[Answer]:
    """The answer of the origin, or of the function at origin-request, or a stale object in its place.

    The second origin of a group is asked where the first one fails as the group says; its answer is final.
    """
    first, *others = visit.origins.members
    if others and _fails_over(visit):
        visit.origin = first
        answer = yield from _asked(visit, stale, visit.origins.failover_status_codes)
        if answer is not None:
            return answer
        visit.decide("origin group", f"{first.id} failed: {others[0].id} is asked [high_availability_origin_failover]")
        visit.body = visit.body or b""  # the first one had the viewer's, if there was any
        first = others[0]
    visit.origin = first
    answer = yield from _asked(visit, stale, ())
    assert answer is not None
    return answer


def _fails_over(visit: Visit) -> bool:
    method = visit.request.method
    return method in READ_METHODS or (method == "OPTIONS" and method in visit.prepared.behavior.cached_methods)


def _asked(visit: Visit, stale: CachedObject | None, failover: Collection[int]) -> Flow[Answer | None]:
    """The answer of the visit's origin; None where it failed with one of the status codes."""
    request = forwarded(
        visit.prepared.behavior,
        visit.origin,
        visit.request,
        request_id=visit.request_id,
        location=visit.around.location,
        legacy_rows=visit.site.distribution.switches.legacy_forward_rows,
    )
    asked = request if stale is None or not stale.revalidates else revalidation(stale, request)
    if (url := _to_resolve(visit)) is not None and not (yield from Resolve(url)):
        lost = Fetched(Response(status=502), "OriginDnsError")
        return None if _status(lost) in failover else _without_origin(visit, stale, lost, "OriginDnsError")
    forward = yield from triggers.origin_request(visit, asked, visit.origin)
    if isinstance(forward, Answer):
        return forward
    if isinstance(forward, Response):
        return received(visit, forward, XCache.LAMBDA_GENERATED_RESPONSE)
    origin = visit.origin if forward.origin is None else visit.site.resolved(forward.origin)
    body = visit.body if forward.body is None else forward.body
    watched = visit.key is not None or visit.prepared.compresses
    begun = visit.around.now()
    fetched = yield from Fetch(origin, addressed(origin, forward.request), body, watched)
    _tell_late(visit, origin, visit.around.now() - begun)
    if (failure := _failure(fetched)) is not None:
        return None if _status(fetched) in failover else _without_origin(visit, stale, fetched, failure)
    answer = yield from _responded(visit, stale, origin, forward.request, fetched.response, asked is not request)
    # By the origin's own status, whatever origin-response made of it (unconfirmed).
    return None if fetched.response.status in failover else answer


def _to_resolve(visit: Visit) -> str | None:
    """The origin's URL, where origin-request runs: only once it is found [lambda-at-edge-function-restrictions].

    What stands for an origin without being a server needs no name: an unmapped one may be changed by the function.
    """
    target = visit.origin.target
    if not isinstance(target, Url) or visit.prepared.function_at("origin-request") is None:
        return None
    return target.url


def _tell_late(visit: Visit, origin: Origin, seconds: float) -> None:
    """An app in the place of an origin may take its time, as without the edge: somebody may be debugging it."""
    if seconds <= origin.read_timeout or isinstance(origin.target, Url):  # a server was asked again, as production does
        return
    late = f"{origin.id} took more than {origin.read_timeout} s: production answers 504 [http-504-gateway-timeout]"
    visit.warn("origin", late)


def _failure(fetched: Fetched) -> str | None:
    if fetched.error is None and not 200 <= fetched.response.status <= 599:
        return "OriginInvalidResponseError"
    return fetched.error


def _status(fetched: Fetched) -> int:
    """The status code that an origin group has for a failure: 503 for no connection, 504 for no answer in time."""
    if fetched.error is None:
        return 502
    return 503 if fetched.error in UNCONNECTED else fetched.response.status


def _without_origin(visit: Visit, stale: CachedObject | None, fetched: Fetched, failure: str) -> Answer:
    status = fetched.response.status if fetched.error else 502
    if stale is not None and may_replace(visit, stale, status):
        return stands_in(visit, stale, status)
    return unreachable(visit, status, failure)


def _responded(
    visit: Visit,
    stale: CachedObject | None,
    origin: Origin,
    request: Request,
    response: Response,
    conditional: bool,
) -> Flow[Answer]:
    response = dated(without_hop_by_hop(visit.prepared.behavior, response), visit.around.now())
    result = yield from triggers.origin_response(visit, request, origin, response)
    if isinstance(result, Answer):
        return result
    if stale is not None and conditional and result.status == 304:
        return refreshed(visit, stale, result.headers)
    if stale is not None and may_replace(visit, stale, result.status):
        return stands_in(visit, stale, result.status)
    return received(visit, result)
