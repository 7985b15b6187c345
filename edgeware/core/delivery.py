"""The viewer's side: what is stored, what only this viewer gets, and the line in the access log."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Literal

from edgeware.config.model import ResponseHeadersPolicy
from edgeware.core import parts, triggers
from edgeware.core.access_log import Record
from edgeware.core.body import Recorder
from edgeware.core.cached_object import CachedObject
from edgeware.core.effects import Delivery, Drain, Flow, Land, Respond, Store
from edgeware.core.headers import XCache, date_text, to_viewer
from edgeware.core.response_policy import ServerTiming, apply
from edgeware.core.visit import Answer, Visit
from edgeware.messages import Response

SKIPPED = "X-Edgeware-Skipped"
"""Names the functions that an overlay lets be missing: whoever sees a response knows that it is not production's."""
BODILESS = frozenset({204, 205, 304})
OUTCOMES: Mapping[str, Literal["hit", "refresh", "miss"]] = {XCache.HIT: "hit", XCache.REFRESH_HIT: "refresh"}


def delivered(visit: Visit, answer: Answer, keeper: Visit) -> Flow[Record | None]:
    """Store what is to be stored, change what only this viewer sees, send it, and give what to log of it.

    ``keeper`` is the visit under whose key the answer is stored: another one where a custom error page is sent.
    """
    recorder = None
    if answer.object is not None or keeper.leads:
        recorder = yield from _stored_now(keeper, answer)
    if visit.prepared.changes_responses:
        answer = yield from _viewer_facing(visit, answer)
    if recorder is not None and answer.response.body is not None:
        drained = yield from Drain(recorder)  # the viewer gets another body; the object is stored all the same
        yield from _stored_recorded(keeper, answer, recorder, drained)
        recorder = None
    around = visit.around
    first_byte = around.now()
    date, version = date_text(int(first_byte)), visit.viewer.http_version
    response = to_viewer(answer.response, answer.x_cache, visit.request_id, around.location, version, date, answer.age)
    if visit.prepared.behavior.skipped:
        lines = response.headers.extended((SKIPPED, ", ".join(visit.prepared.behavior.skipped)))
        response = replace(response, headers=lines)
    bodiless = visit.viewer.method == "HEAD" or response.status in BODILESS
    if response.status in BODILESS and response.headers.get("content-length") not in (None, "0"):
        # Servers wait for a body that is announced (RFC 9110 section 8.6).
        response = replace(response, headers=response.headers.without("content-length"))
    stage = recorder or (None if bodiless else keeper.compressor)
    delivery = yield from Respond(response, () if stage is None else (stage,), bodiless)
    if recorder is not None:
        yield from _stored_recorded(keeper, answer, recorder, delivery)
    return _record(visit, answer, response, delivery.size, first_byte) if visit.logged else None


def _record(visit: Visit, answer: Answer, response: Response, size: int, first_byte: float) -> Record:
    return Record(  # by position, which takes half the time
        visit.site.distribution,
        visit.viewer,
        visit.request_id,
        visit.around.location.pop,
        answer.x_cache,
        answer.detail,
        response,
        size,
        visit.started,
        first_byte,
        visit.around.now(),
        visit.log_data,
    )


def kept(visit: Visit, answer: Answer) -> Flow[None]:
    """Store what is to be stored of an answer that goes to no viewer."""
    recorder = yield from _stored_now(visit, answer)
    if recorder is not None:
        drained = yield from Drain(recorder)
        yield from _stored_recorded(visit, answer, recorder, drained)


def land(visit: Visit, *, stored: bool) -> Flow[None]:
    """Let those go on who wait for this request's fetch, if any may."""
    if visit.leads and visit.key is not None:
        visit.leads = False
        yield from Land(visit.key, stored)


def _stored_now(visit: Visit, answer: Answer) -> Flow[Recorder | None]:
    """Store what is there in full; a recorder for a body that is still to come."""
    object = answer.object
    if object is None or max(object.fresh_until, object.retry_after) <= visit.around.now():
        yield from land(visit, stored=False)  # one that does not answer is no use to those who wait
    if object is None:
        return None
    if answer.response.body is None:
        return Recorder(visit.around.record_limit, visit.compressor)
    yield from _stored(visit, object)
    return None


def _stored(visit: Visit, object: CachedObject) -> Flow[None]:
    assert visit.key is not None
    whole = object if object.status != 206 else parts.kept(visit.part, object)
    taken = False
    if whole is not None:
        taken = yield from Store(visit.key, whole)
    yield from land(visit, stored=taken)


def _stored_recorded(visit: Visit, answer: Answer, recorder: Recorder, delivery: Delivery) -> Flow[None]:
    """Store a body that has come to its end: a part of one never gets into the cache."""
    object = answer.object
    assert object is not None
    announced, size = object.headers.get("content-length"), recorder.size
    if visit.compressor is not None:
        announced, size = visit.compressor.announced, visit.compressor.size
        length = str(recorder.size)
        object = replace(
            object, headers=object.headers.set("Content-Length", length), origin_etag=visit.compressor.etag
        )
    if recorder.overflowed:
        visit.decide("store", f"not stored: the body is longer than {visit.around.record_limit} bytes")
    elif not delivery.complete or announced not in (None, str(size)):
        visit.decide("store", f"not stored: the body ended after {size} bytes of {announced or 'unknown'}")
    else:
        yield from _stored(visit, replace(object, body=recorder.body()))
    yield from land(visit, stored=False)


def _viewer_facing(visit: Visit, answer: Answer) -> Flow[Answer]:
    """The response headers policy and viewer-response: nothing of it is stored."""
    policy = visit.prepared.behavior.response_headers_policy
    if policy is not None and answer.policy_applies:
        answer = _with_policy(visit, answer, policy)
    if answer.final or answer.response.status >= 400:
        if visit.prepared.function_at("viewer-response") is not None:
            visit.decide("viewer-response", "skipped: an error, or an answer of the edge's or a function's own")
        return answer
    result = yield from triggers.viewer_response(visit, answer.response)
    if isinstance(result, Response):
        return answer if result is answer.response else answer.saying(result)
    # The object stays as it was [http-502-bad-gateway, http-503-service-unavailable].
    return replace(result, object=answer.object, policy_applies=False)


def _with_policy(visit: Visit, answer: Answer, policy: ResponseHeadersPolicy) -> Answer:
    outcome = OUTCOMES.get(answer.x_cache, "miss")
    timing = ServerTiming(outcome=outcome, pop=visit.around.location.pop, request_id=visit.request_id)
    headers = apply(policy, visit.viewer, answer.response.headers, timing, visit.around.draw())
    response = answer.response
    return answer.saying(response.with_headers(headers))
