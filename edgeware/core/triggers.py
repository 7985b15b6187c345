"""Where edge functions run: build the event, invoke, apply what came back [lambda-cloudfront-trigger-events].

Each trigger gives what the flow goes on with, or an Answer: a response of the function's own, or the page for a
function that failed (503) or returned what CloudFront refuses (502). Nothing negative of this is ever cached.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TypeAlias

from edgeware.config.model import CloudFrontFunction, EventType, LambdaFunction, Origin
from edgeware.core import (
    function_doubts,
    function_event,
    function_origin,
    function_result,
    lambda_doubts,
    lambda_event,
    lambda_result,
)
from edgeware.core.effects import Failure, Flow, Invoke, ReadBody, RequestBody
from edgeware.core.error_page import function_failed, function_refused
from edgeware.core.function_event import text_of
from edgeware.core.headers import XCache
from edgeware.core.invalid import Invalid
from edgeware.core.lambda_event import BODY_LIMIT
from edgeware.core.lambda_limits import LIMITS
from edgeware.core.lambda_result import Forward
from edgeware.core.viewer_headers import added
from edgeware.core.visit import Answer, Visit
from edgeware.messages import Request, Response

Function: TypeAlias = CloudFrontFunction | LambdaFunction


def viewer_request(visit: Visit) -> Flow[Answer | None]:
    """Run viewer-request: the visit's request is then the one that the key is made of. An Answer ends the visit."""
    answer = yield from _viewer_request(visit)
    if not visit.site.distribution.switches.root_object_first:
        visit.request = visit.site.rooted(visit.request)
    return answer


def _viewer_request(visit: Visit) -> Flow[Answer | None]:
    function = visit.prepared.function_at("viewer-request")
    if isinstance(function, LambdaFunction):
        answer = yield from _lambda_viewer_request(visit, function)
        _add_viewer_headers(visit)  # Lambda@Edge does not see them at viewer-request [adding-cloudfront-headers]
        return answer
    _add_viewer_headers(visit)
    if function is None:
        return None
    return (yield from _function_viewer_request(visit, function))


def _add_viewer_headers(visit: Visit) -> None:
    viewer = visit.site.geography.viewer(visit.viewer)
    visit.request = added(visit.request, visit.prepared.viewer_headers, viewer)


def _function_viewer_request(visit: Visit, function: CloudFrontFunction) -> Flow[Answer | None]:
    event = function_event.event(visit.site.distribution, "viewer-request", visit.request, None, visit.request_id)
    invoked = yield from Invoke(function, "viewer-request", event, _raw_query(visit.request))
    _note_log_data(visit, "viewer-request", invoked.requests)
    if invoked.failure is not None:
        return _failed(visit, "viewer-request", function, invoked.failure)
    result = function_result.final(function_result.apply_request(visit.request, event, invoked.output))
    if isinstance(result, Invalid):
        return _refused(visit, "viewer-request", function, result)
    if isinstance(result, Response):
        _doubt(visit, "viewer-request", function, function_doubts.of_response({}, _fields(invoked.output), result))
        visit.decide("viewer-request", f"{function.name} answered in the origin's place; nothing is cached")
        return _generated(visit, result, XCache.FUNCTION_GENERATED_RESPONSE)
    if result is not visit.request:
        _doubt(visit, "viewer-request", function, function_doubts.of_request(_fields(invoked.output)))
    if invoked.requests and (refusal := _origin_change(visit, result, invoked.requests)) is not None:
        return _refused(visit, "viewer-request", function, refusal)
    visit.request = result
    return None


def _generated(visit: Visit, response: Response, x_cache: str) -> Answer:
    policy_applies = "generated" in visit.site.distribution.switches.rhp_on
    return Answer(response=response, x_cache=x_cache, final=True, policy_applies=policy_applies)


def _raw_query(request: Request) -> str | None:
    """What ``rawQueryString()`` gives: no server tells a path that ends with a question mark from one without."""
    return text_of(request.query) if request.query else None


def _origin_change(visit: Visit, request: Request, requests: Sequence[Any]) -> Invalid | None:
    """Send a request where the function wants it to go."""
    names = frozenset(name.lower() for name, _ in request.headers.lines)
    origins = function_origin.chosen(visit.site, visit.origins, names, requests)
    if isinstance(origins, Invalid):
        return origins
    if origins is not visit.origins:
        chosen = ", then ".join(origin.domain_name for origin in origins.members)
        visit.decide("viewer-request", f"the function chose where to ask: {chosen}")
    visit.origins, visit.origin = origins, origins.members[0]
    return None


def _note_log_data(visit: Visit, event_type: EventType, requests: Sequence[Any]) -> None:
    """Keep what a run gave to ``cf.logCustomData``: the last call counts [general-helper-methods]."""
    for method, *arguments in requests:
        if method == "logCustomData":
            visit.log_data = {**(visit.log_data or {}), event_type: arguments[0]}


def _lambda_viewer_request(visit: Visit, function: LambdaFunction) -> Flow[Answer | None]:
    result = yield from _lambda_request(visit, "viewer-request", function, visit.request, None)
    if isinstance(result, Response):
        visit.decide("viewer-request", f"{function.name} answered in the origin's place; nothing is cached")
        return _generated(visit, result, XCache.LAMBDA_GENERATED_RESPONSE)
    if isinstance(result, Answer):
        return result
    visit.request = result.request
    visit.viewer_facing = result.request
    visit.body = result.body
    return None


def origin_request(visit: Visit, request: Request, origin: Origin) -> Flow[Forward | Response | Answer]:
    """Run origin-request: what to fetch and where, or a response in the origin's place, or the Answer for a failure."""
    function = visit.prepared.function_at("origin-request")
    if not isinstance(function, LambdaFunction):
        return Forward(request=request, origin=None, body=None)
    result = yield from _lambda_request(visit, "origin-request", function, request, origin)
    if isinstance(result, Response):
        visit.decide("origin-request", f"{function.name} answered in the origin's place; its answer may be cached")
    return result


def _lambda_request(
    visit: Visit, event_type: EventType, function: LambdaFunction, request: Request, origin: Origin | None
) -> Flow[Forward | Response | Answer]:
    body: RequestBody | None = None
    if visit.prepared.includes_body(event_type):
        body = yield from _request_body(visit, BODY_LIMIT[event_type])
    event = lambda_event.event(
        visit.site.distribution,
        event_type,
        request,
        request_id=visit.request_id,
        origin=origin,
        body=body,
    )
    invoked = yield from Invoke(function, event_type, event)
    if invoked.failure is not None:
        return _failed(visit, event_type, function, invoked.failure)
    limits = LIMITS[visit.site.distribution.switches.lambda_limits]
    output = _lambda_output(visit, event_type, function, invoked.output)
    result = lambda_result.apply_request(event_type, request, event, output, origin=origin, limits=limits)
    if isinstance(result, Response):
        _doubt(visit, event_type, function, lambda_doubts.of_response(output, result))
    return _refused(visit, event_type, function, result) if isinstance(result, Invalid) else result


def _request_body(visit: Visit, limit: int) -> Flow[RequestBody]:
    if visit.body is not None:
        return RequestBody(visit.body[:limit], truncated=len(visit.body) > limit)
    return (yield from ReadBody(limit))


def origin_response(visit: Visit, request: Request, origin: Origin, response: Response) -> Flow[Response | Answer]:
    """Run origin-response on the head that the origin gave, before it is stored."""
    function = visit.prepared.function_at("origin-response")
    if not isinstance(function, LambdaFunction):
        return response
    return (yield from _lambda_response(visit, "origin-response", function, request, response, origin))


def viewer_response(visit: Visit, response: Response) -> Flow[Response | Answer]:
    """Run viewer-response on the head that the viewer will get; what it changes is never stored."""
    function = visit.prepared.function_at("viewer-response")
    if function is None:
        return response
    if isinstance(function, LambdaFunction):
        request = visit.viewer_facing
        return (yield from _lambda_response(visit, "viewer-response", function, request, response, None))
    event = function_event.event(visit.site.distribution, "viewer-response", visit.request, response, visit.request_id)
    invoked = yield from Invoke(function, "viewer-response", event, _raw_query(visit.request))
    _note_log_data(visit, "viewer-response", invoked.requests)
    if invoked.failure is not None:
        return _failed(visit, "viewer-response", function, invoked.failure)
    result, doubts = _applied(response, event, invoked.output)
    if isinstance(result, Invalid):
        return _refused(visit, "viewer-response", function, result)
    _doubt(visit, "viewer-response", function, doubts)
    return result


def _applied(response: Response, event: Mapping[str, Any], output: object) -> tuple[Response | Invalid, Sequence[str]]:
    """What a response becomes, and what is doubtful about it; remembered for the next hit with the same output."""
    known = response.headers.noted("viewer-response")
    if known and known[0] is output and known[1:3] == (response.status, response.reason) and known[3] is response.body:
        return known[4], known[5]
    result = function_result.final(function_result.apply_response(response, event, output))
    if isinstance(result, Invalid) or result is response:
        return result, ()
    doubts = tuple(function_doubts.of_response(event["response"], _fields(output), result))
    response.headers.note("viewer-response", output, response.status, response.reason, response.body, result, doubts)
    return result, doubts


def _lambda_response(
    visit: Visit,
    event_type: EventType,
    function: LambdaFunction,
    request: Request,
    response: Response,
    origin: Origin | None,
) -> Flow[Response | Answer]:
    event = lambda_event.event(
        visit.site.distribution,
        event_type,
        request,
        request_id=visit.request_id,
        response=response,
        origin=origin,
    )
    invoked = yield from Invoke(function, event_type, event)
    if invoked.failure is not None:
        return _failed(visit, event_type, function, invoked.failure)
    keeps_status = visit.site.distribution.switches.refuse_viewer_status
    output = _lambda_output(visit, event_type, function, invoked.output)
    result = lambda_result.apply_response(event_type, response, event, output, keeps_status=keeps_status)
    if isinstance(result, Invalid):
        return _refused(visit, event_type, function, result)
    _doubt(visit, event_type, function, lambda_doubts.of_response(output, result))
    return result


def _lambda_output(visit: Visit, event_type: EventType, function: LambdaFunction, output: object) -> object:
    if visit.site.distribution.switches.refuse_header_key:
        return output
    output, doubts = lambda_doubts.by_key(output)
    _doubt(visit, event_type, function, doubts)
    return output


def _fields(output: object) -> Mapping[str, Any]:
    assert isinstance(output, dict), "anything else is refused"
    return output


def _doubt(visit: Visit, event_type: EventType, function: Function, doubts: Iterable[str]) -> None:
    for doubt in doubts:
        visit.warn(event_type, f"{function.name} returned what may not be meant: {doubt}")


def _failed(visit: Visit, event_type: EventType, function: Function, failure: Failure) -> Answer:
    where = f"{failure.where}: " if failure.where else ""
    visit.warn(event_type, f"{function.name} failed: {where}{failure.message}")
    fault = function_failed(function, failure)
    return visit.page(fault.status, fault.sentence, fault.x_cache)


def _refused(visit: Visit, event_type: EventType, function: Function, invalid: Invalid) -> Answer:
    # In Lambda@Edge's own log group a line begins like this [lambda-edge-testing-debugging].
    validation = f"({visit.request_id}) ERROR Validation error: Lambda function result failed validation, "
    prefix = validation if isinstance(function, LambdaFunction) else ""
    for finding in invalid.findings:
        visit.warn(event_type, f"{function.name} returned what CloudFront refuses: {prefix}{finding}")
    fault = function_refused(function, invalid)
    return visit.page(fault.status, fault.sentence, fault.x_cache)
