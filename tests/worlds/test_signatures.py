"""Signed URLs and signed cookies, as a viewer meets them [private-content-*]."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from edgeware.config.model import (
    CacheBehavior,
    CachePolicy,
    CustomErrorResponse,
    GeoRestriction,
    KeyGroup,
    PolicyHeader,
    ResponseHeadersPolicy,
    Selection,
    ViewerDefaults,
)
from edgeware.config.switches import Switches
from edgeware.core.signing import private_key, signed_cookies, signing_values
from tests.fixtures.keys import pair
from tests.vectors_path import load
from tests.worlds.apps import constant, page
from tests.worlds.conftest import NewViewer, Viewer
from tests.worlds.sites import js, site
from tests.worlds.viewers import Got

ERRORS: dict[str, Any] = load("generated_responses.json")["signed_errors"]
URL = "https://www.example.com/a.jpg"
GROUPS = {"signers": KeyGroup(name="signers", public_keys={"K1": pair().public})}
QUERIES = CachePolicy(name="queries", query_strings=Selection(mode="all"))


def guarded(viewer_of: NewViewer, functions: Any = None, **settings: Any) -> Viewer:
    distribution = {"key_groups": GROUPS, **settings.pop("distribution", {})}
    usual = {"trusted_key_groups": ("signers",), "cache_policy": QUERIES, "distribution": distribution}
    return viewer_of(constant(page()), site(functions, **{**usual, **settings}))


def made(url: str = URL, expires: int = 1_800_000_060, **more: Any) -> Mapping[str, str]:
    """Signing parameters that are good for the first minute of the tests' clock."""
    return signing_values(url, private_key(pair().private.encode()), "K1", expires=expires, **more)


def query(values: Mapping[str, str]) -> str:
    return "&".join(f"{name}={value}" for name, value in values.items())


def cookies(values: Mapping[str, str]) -> str:
    return "; ".join(f"{name}={value}" for name, value in signed_cookies(values).items())


def is_refused(got: Got, code: str) -> bool:
    """The XML of the vectors, to the letter, with the edge's own headers."""
    message = dict(ERRORS["codes"])[code]
    assert (got.status, got.x_cache) == (ERRORS["status"], "Error")
    assert got.headers.get("content-type") == ERRORS["content_type"]
    assert got.headers.get("server") == "CloudFront"
    assert got.headers.get("content-length") == str(len(got.body))
    return got.body.decode() == str(ERRORS["template"]).format(code=code, message=message)


@pytest.mark.parametrize(
    ("parameters", "code"),
    [
        ("", "MissingKey"),
        ("Key-Pair-Id=K9", "InvalidKey"),
        ("Key-Pair-Id=K1", "MalformedSignature"),
        ("Key-Pair-Id=K1&Signature=abcd", "MalformedPolicy"),
        ("Key-Pair-Id=K1&Signature=abcd&Expires=1", "AccessDenied"),
    ],
)
def test_without_a_good_signature_nobody_hears_of_the_request(parameters: str, code: str, viewer_of: NewViewer) -> None:
    never = {"viewer-request": js("function handler(event) { throw new Error('never'); }")}
    viewer = guarded(viewer_of, never)
    assert is_refused(viewer.get(f"/a.jpg?{parameters}"), code)
    assert viewer.app.calls == 0
    assert viewer.edge.exchanges[-1].trace.functions == ()
    assert f"403 {code}: " in "".join(viewer.edge.exchanges[-1].trace.lines())


def test_who_has_signed_gets_the_same_object_by_url_and_by_cookies(viewer_of: NewViewer) -> None:
    viewer = guarded(viewer_of)
    first = viewer.get(f"/a.jpg?{query(made())}")
    assert (first.status, first.x_cache) == (200, "Miss")
    later = made(expires=1_800_000_059)
    assert viewer.get(f"/a.jpg?{query(later)}").x_cache == "Hit"
    assert viewer.get("/a.jpg", Cookie=cookies(made())).x_cache == "Hit"
    (asked,) = viewer.app.asked
    assert asked.query == ""


def test_a_query_string_of_the_url_itself_is_signed_too_and_goes_on(viewer_of: NewViewer) -> None:
    viewer = guarded(viewer_of)
    assert viewer.get(f"/a.jpg?size=big&{query(made(f'{URL}?size=big'))}").status == 200
    assert viewer.app.asked[0].query == "size=big"
    assert is_refused(viewer.get(f"/a.jpg?size=huge&{query(made(f'{URL}?size=big'))}"), "AccessDenied")


def test_a_signature_expires_for_hits_too(viewer_of: NewViewer, clock: Any) -> None:
    viewer = guarded(viewer_of)
    target = f"/a.jpg?{query(made())}"
    assert [viewer.get(target).x_cache for _ in range(2)] == ["Miss", "Hit"]
    clock.advance(60)
    assert is_refused(viewer.get(target), "AccessDenied")
    assert is_refused(viewer.get(target, Range="bytes=0-1"), "AccessDenied")


def test_the_viewers_own_url_counts_and_not_what_a_function_makes_of_it(viewer_of: NewViewer) -> None:
    rewrite = js("function handler(event) { event.request.uri = '/other.jpg'; return event.request; }")
    viewer = guarded(viewer_of, {"viewer-request": rewrite})
    assert viewer.get(f"/a.jpg?{query(made())}").status == 200
    assert viewer.app.asked[0].path == "/other.jpg"


def test_the_root_is_signed_as_the_root(viewer_of: NewViewer) -> None:
    viewer = guarded(viewer_of, distribution={"default_root_object": "index.html"})
    assert viewer.get(f"/?{query(made('https://www.example.com/'))}").status == 200
    assert viewer.app.asked[0].path == "/index.html"


def test_the_country_is_looked_at_before_the_signature(viewer_of: NewViewer) -> None:
    blocked = {"geo_restriction": GeoRestriction(type="blacklist", locations=frozenset({"FR"}))}
    viewer = guarded(viewer_of, viewer=ViewerDefaults(country="FR"), distribution=blocked)
    assert viewer.get("/a.jpg").headers.get("content-type") == "text/html"


@pytest.mark.parametrize("on", [True, False])
def test_the_response_headers_policy_has_a_say_as_in_other_errors(on: bool, viewer_of: NewViewer) -> None:
    policy = ResponseHeadersPolicy(name="p", custom_headers=(PolicyHeader(name="X-Policy", value="yes"),))
    switches = {"switches": Switches(rhp_on=frozenset({"errors"} if on else ()))}
    viewer = guarded(viewer_of, response_headers_policy=policy, distribution=switches)
    assert ("x-policy" in viewer.get("/a.jpg").headers) is on


def test_behaviors_that_trust_nobody_let_everybody_in(viewer_of: NewViewer) -> None:
    open_to_all = guarded(viewer_of, trusted_key_groups=())
    assert open_to_all.get("/a.jpg?Expires=1").status == 200
    assert open_to_all.app.asked[0].query == "Expires=1"


def test_a_key_group_that_is_not_there_lets_nobody_in(viewer_of: NewViewer) -> None:
    viewer = guarded(viewer_of, trusted_key_groups=("others",))
    assert is_refused(viewer.get(f"/a.jpg?{query(made())}"), "InvalidKey")


def test_a_custom_error_page_takes_the_place_of_the_refusal(viewer_of: NewViewer) -> None:
    open_to_all = CacheBehavior(path_pattern="/sorry.html", target_origin_id="app", cache_policy=QUERIES)
    custom = {403: CustomErrorResponse(error_code=403, response_page_path="/sorry.html", response_code=403)}
    viewer = guarded(viewer_of, behaviors=(open_to_all,), distribution={"custom_error_responses": custom})
    got = viewer.get("/a.jpg?Expires=1")
    assert (got.status, got.x_cache, got.body) == (403, "Error", b"hello")
    (asked,) = viewer.app.asked
    assert (asked.path, asked.query) == ("/sorry.html", "")
