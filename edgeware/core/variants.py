"""One object in several codings: what becomes of a fresh response, and whose object answers whom."""

from __future__ import annotations

from dataclasses import replace

from edgeware.core.cache_key import normalized_accept_encoding
from edgeware.core.compression import Compressor, coding_for, compressed
from edgeware.core.effects import Flow, Found, Lookup
from edgeware.core.freshness import is_fresh
from edgeware.core.visit import Visit
from edgeware.messages import Request, Response

ACCEPTED = ("br,gzip", "br", "gzip")
"""Every normalised Accept-Encoding that may get a compressed object."""


def encoded(visit: Visit, response: Response) -> Response:
    """A response fresh from the origin, compressed where all of CloudFront's conditions hold [ServingCompressedFiles].

    Its body may be still to come: then the visit's compressor is what it has to pass.
    """
    visit.compressor = None  # one of an answer that this one replaces
    if not visit.prepared.compresses or visit.request.method == "HEAD":
        return response
    accepted = normalized_accept_encoding(visit.prepared.behavior.cache_policy, visit.request).in_key
    honor = visit.site.distribution.switches.honor_no_transform
    coding = coding_for(response, accepted, honor_no_transform=honor)
    if coding is None:
        return response
    visit.decide("compression", f"{coding}: the stored object is the compressed one")
    visit.compressor = Compressor(coding, response.headers)
    return compressed(response, visit.compressor)


def shared(visit: Visit, found: Found) -> Flow[Found]:
    """With the switch `share_encoded_variants`: a fresh object of other viewers, in a coding this one takes."""
    own = normalized_accept_encoding(visit.prepared.behavior.cache_policy, visit.request).in_key
    if own is None:
        return found
    for accepted in ACCEPTED:
        if accepted == own:
            continue
        other = yield from Lookup(visit.prepared.cache_key.of(_accepting(visit.request, accepted)))
        object = other.object
        if object is None or not is_fresh(object, visit.around.now()):
            continue
        if object.headers.get("content-encoding") in own.split(","):
            visit.decide("cache", f"an object stored for viewers who accept {accepted}")
            return other
    return found


def _accepting(request: Request, accepted: str) -> Request:
    return replace(request, headers=request.headers.set("Accept-Encoding", accepted))
