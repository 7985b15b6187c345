from __future__ import annotations

from dataclasses import replace
from typing import Any

from edgeware.config.model import CachePolicy
from edgeware.config.switches import Switches
from edgeware.core.effects import Delivery, Effect, Fetched, Found, Lookup
from edgeware.core.variants import encoded
from edgeware.messages import Headers, Response
from tests.playbook import GET, NOTHING, kinds, played, stored_object, visit_of
from tests.worlds.sites import site

BOTH = CachePolicy(name="both", gzip=True, brotli=True)
SITE = site(compress=True, cache_policy=BOTH)
SHARING = site(compress=True, cache_policy=BOTH, distribution={"switches": Switches(share_encoded_variants=True)})
HEAD = Headers([("Content-Type", "text/css"), ("Content-Length", "2000")])
ASKING = replace(GET, headers=GET.headers.add("Accept-Encoding", "gzip"))


def test_a_response_that_takes_the_place_of_a_compressed_one_has_no_compressor_of_it() -> None:
    visit, decisions = visit_of(SITE, ASKING)
    first = encoded(visit, Response(status=404, headers=HEAD))
    assert first.headers.get("content-encoding") == "gzip"
    assert visit.compressor is not None
    assert [decision.step for decision in decisions] == ["compression"]
    second = Response(status=200, headers=HEAD.set("Content-Type", "image/png"))
    assert encoded(visit, second) is second
    assert visit.compressor is None


def test_the_stored_object_knows_its_length_and_the_origins_etag() -> None:
    from_origin = Fetched(Response(status=200, headers=HEAD.add("ETag", '"v1"')))

    def respond(effect: Any) -> Any:
        recorder = effect.transforms[0]
        sent = recorder.feed(b"x" * 2000) + recorder.finish()
        return Delivery(complete=True, size=len(sent))

    object = played(SITE, ASKING, Fetch=from_origin, Respond=respond).stored
    assert object.headers.get("content-length") == str(len(object.body))
    assert (object.origin_etag, object.headers.get("etag")) == ('"v1"', 'W/"v1"')


def lookups(answers: list[Found], accepted: str | None) -> tuple[list[str], list[str]]:
    """What was looked up, by what stands behind the path in its key, and what the rest of the flow asked."""
    request = GET if accepted is None else replace(GET, headers=GET.headers.add("Accept-Encoding", accepted))
    waiting = list(answers)

    def lookup(effect: Effect[Any]) -> Found:
        return waiting.pop(0) if waiting else NOTHING

    asked = played(SHARING, request, Lookup=lookup).asked
    keys = [effect.key.partition("/x")[2].strip() for effect in asked if isinstance(effect, Lookup)]
    return keys, kinds([effect for effect in asked if not isinstance(effect, Lookup)])


def found(coding: str | None, **more: Any) -> Found:
    headers = Headers() if coding is None else Headers([("Content-Encoding", coding)])
    return Found(stored_object(headers=headers, **more), 0)


def test_the_objects_of_others_are_looked_up_after_ones_own() -> None:
    assert lookups([NOTHING, NOTHING, found("gzip")], "br, gzip") == (
        ["e:br,gzip", "e:br", "e:gzip"],
        ["Respond", "Record"],
    )
    assert lookups([NOTHING, found("gzip")], "gzip") == (["e:gzip", "e:br,gzip"], ["Respond", "Record"])
    assert lookups([found("gzip")], "gzip") == (["e:gzip"], ["Respond", "Record"])


def test_an_object_that_is_not_fresh_or_in_a_coding_not_accepted_is_no_answer() -> None:
    for other in (found("br"), found(None), found("gzip", fresh_until=0.0, stale_if_error_until=0.0)):
        keys, rest = lookups([NOTHING, other, NOTHING], "gzip")
        assert keys[:3] == ["e:gzip", "e:br,gzip", "e:br"]
        assert "Fetch" in rest


def test_who_accepts_neither_looks_for_ones_own_only() -> None:
    for accepted in (None, "identity"):
        keys, rest = lookups([], accepted)
        assert set(keys) == {""}
        assert "Fetch" in rest
