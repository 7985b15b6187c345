"""Custom error responses: a page of the site's own in the place of an error [GeneratingCustomErrorResponses]."""

from __future__ import annotations

from dataclasses import replace

from edgeware.config.model import CustomErrorResponse
from edgeware.core.conditional import unconditional
from edgeware.core.delivery import kept
from edgeware.core.effects import Flow
from edgeware.core.headers import XCache
from edgeware.core.lookup import from_cache
from edgeware.core.viewer_headers import added
from edgeware.core.visit import Answer, Visit
from edgeware.messages import Headers, Response

# A function's own error is its own page, and where CloudFront has no room for a request it fetches no page for it.
_EXCEPTED = frozenset(
    {
        XCache.FUNCTION_GENERATED_RESPONSE,
        XCache.LAMBDA_GENERATED_RESPONSE,
        XCache.FUNCTION_THROTTLED_ERROR,
        XCache.LAMBDA_LIMIT_EXCEEDED,
        XCache.LIMIT_EXCEEDED,
        XCache.CAPACITY_EXCEEDED,
    }
)
_CLOSING = frozenset({400, 405, 414, 416, 500, 501})
"""Status codes whose page ends the connection [GeneratingCustomErrorResponses]."""
_OF_A_BODY = ("content-length", "content-type", "content-md5", "transfer-encoding", "expect")


def page_for(visit: Visit, answer: Answer) -> CustomErrorResponse | None:
    """The custom error response that has a page for an answer, if one has."""
    custom = visit.site.distribution.custom_error_responses.get(answer.response.status)
    if custom is None or custom.response_page_path is None or answer.generated or answer.x_cache in _EXCEPTED:
        return None
    return custom


def replaced(visit: Visit, error: Answer, custom: CustomErrorResponse) -> Flow[tuple[Answer, Visit]]:
    """The page in the place of an error, and the visit under whose key it is stored. The error is stored first.

    A page that cannot be had gives the viewer what its own fetch gave.
    """
    yield from kept(visit, error)
    behind = _visit(visit, custom.response_page_path or "/")
    page = yield from from_cache(behind)
    page = replace(page, x_cache=error.x_cache, detail=error.detail, final=True, policy_applies=error.policy_applies)
    status = page.response.status
    if status >= 400:
        visit.decide("custom error response", f"{custom.response_page_path} answered {status}: that is passed on")
        return page, behind
    code = custom.response_code or custom.error_code
    visit.decide("custom error response", f"{custom.error_code}: {custom.response_page_path} in its place, as {code}")
    response = Response(status=code, headers=_headers(visit, custom, page.response.headers), body=page.response.body)
    return page.saying(response), behind


def _visit(visit: Visit, path: str) -> Visit:
    """A GET of the page through the first behavior that matches it. viewer-request does not run for it."""
    prepared = visit.site.match(path)
    request = unconditional(replace(visit.viewer, method="GET"))
    request = replace(request, headers=request.headers.without(*_OF_A_BODY))
    request = added(request, prepared.viewer_headers, visit.site.geography.viewer(visit.viewer))
    # Made before the path is changed: CloudFront-Error-Uri and -Args say what the viewer wanted.
    request = replace(request, path=path, query="")
    return Visit(
        around=visit.around,
        request_id=visit.request_id,
        tell=visit.tell,
        site=visit.site,
        prepared=prepared,
        viewer=visit.viewer,
        request=request,
        viewer_facing=request,
        started=visit.started,
        body=b"",
        origins=prepared.origins,
        origin=prepared.origin,
    )


def _headers(visit: Visit, custom: CustomErrorResponse, headers: Headers) -> Headers:
    if visit.viewer.http_version not in ("1.0", "1.1"):
        return headers  # HTTP/2 and HTTP/3 know no Connection header (RFC 9113 section 8.2.2)
    return headers.set("Connection", "close" if custom.error_code in _CLOSING else "keep-alive")
