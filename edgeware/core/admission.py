"""Before anything is looked up: the behavior is chosen, and some requests go no further [http-403-permission-denied].

The behavior is matched once, on the viewer's own path; no function makes it match again.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from edgeware.config.public_keys import PublicKey
from edgeware.core import error_page
from edgeware.core.behaviors import https_redirect_status, refuses_protocol
from edgeware.core.decision import Decision
from edgeware.core.headers import XCache
from edgeware.core.prepared import PreparedDistribution
from edgeware.core.signature import denied
from edgeware.core.visit import Answer, Surroundings, Visit
from edgeware.messages import Request

MAX_URL_BYTES = 8192
MAX_HEAD_BYTES = 32768

_FRAMING = frozenset({"content-length", "transfer-encoding"})


def arrived(
    site: PreparedDistribution,
    request: Request,
    around: Surroundings,
    request_id: str,
    tell: Callable[[Decision], object],
) -> Visit:
    """The visit of a request: the default root object takes the place of `/`, then the behavior is matched."""
    asked = site.rooted(request) if site.distribution.switches.root_object_first else request
    prepared = site.match(asked.path)
    tell(prepared.chosen)
    return Visit(  # by position, which takes a third of the time
        around,
        request_id,
        tell,
        site,
        prepared,
        request,
        asked,
        asked,
        around.now(),
        prepared.origins,
        prepared.origin,
    )


def refusal(visit: Visit) -> Answer | None:
    """The edge's own answer to a request that goes no further, or None. No function runs for it."""
    request, behavior = visit.viewer, visit.prepared.behavior
    url_size = len(request.path) + (len(request.query) + 1 if request.query else 0)
    if url_size > MAX_URL_BYTES:
        visit.logged = False  # [RequestAndResponseBehaviorCustomOrigin]
        return _refused(visit, 414, error_page.URL_TOO_LONG, "InvalidRequest")
    if url_size + request.headers.size > MAX_HEAD_BYTES:
        visit.logged = False
        return _refused(visit, 494, error_page.HEAD_TOO_LARGE, "InvalidRequest")
    if request.method == "GET" and request.headers.has_any(_FRAMING) and _has_body(request):
        return _refused(visit, 403, error_page.GET_WITH_BODY, "InvalidRequest")
    if visit.site.checks_host and visit.site.refuses_host(request.headers.get("host") or ""):
        return _refused(visit, 403, error_page.UNKNOWN_HOST, "InvalidRequest")
    if request.scheme == "http" and (status := https_redirect_status(behavior, request)) is not None:
        visit.decide("viewer protocol policy", "redirect-to-https: the viewer came over HTTP; no function runs")
        redirect = error_page.https_redirect(request, status)
        policy_applies = "redirects" in visit.site.distribution.switches.rhp_on
        return Answer(response=redirect, x_cache=XCache.REDIRECT, final=True, policy_applies=policy_applies)
    if request.scheme == "http" and refuses_protocol(behavior, request):
        return _refused(visit, 403, error_page.HTTPS_ONLY, "InvalidRequest")
    if request.method not in behavior.allowed_methods:
        return _refused(visit, 403, error_page.METHOD_NOT_ALLOWED, "InvalidRequestMethod")
    if visit.site.restricts and visit.site.blocks(request):
        return _refused(visit, 403, error_page.GEO_BLOCKED, "ClientGeoBlocked")
    return None if visit.prepared.keys is None else _unsigned(visit, visit.prepared.keys)


def _unsigned(visit: Visit, keys: Mapping[str, PublicKey]) -> Answer | None:
    found = denied(keys, visit.viewer, visit.started)
    if found is None:
        return None
    visit.decide("signature", f"403 {found.code}: {found.reason}")
    policy_applies = "errors" in visit.site.distribution.switches.rhp_on
    response = error_page.signature_error(found.code, found.message)
    return Answer(response=response, x_cache=XCache.ERROR, final=True, policy_applies=policy_applies)


def _has_body(request: Request) -> bool:
    length = request.headers.get("content-length")
    return (length is not None and length.strip("0") != "") or "transfer-encoding" in request.headers


def _refused(visit: Visit, status: int, sentence: str, detail: str) -> Answer:
    visit.decide("request", f"{status} {detail}: {sentence}")
    return visit.page(status, sentence, detail=detail)
