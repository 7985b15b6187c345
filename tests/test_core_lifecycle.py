"""The order of things, as a list of questions and answers: no app, no loop, no thread."""

from __future__ import annotations

from typing import Any

import pytest

from edgeware.config.model import CacheBehavior, Distribution, Origin
from edgeware.core.effects import (
    Board,
    Boarding,
    Delivery,
    Failure,
    Fetch,
    Fetched,
    Found,
    Invoke,
    Invoked,
    Land,
    Lookup,
    Record,
    Respond,
    Store,
)
from edgeware.messages import Headers, Request, Response
from tests.playbook import ECHO, GET, NOTHING, SENT, kinds, play, played, run, stored_object
from tests.worlds.sites import ALL_VIEWER, DISABLED, TurnableClock, js, py, site

def test_a_miss_asks_in_the_documented_order() -> None:
    asked = run(site(ECHO))
    assert kinds(asked) == [
        "viewer-request",
        "Lookup",
        "Board",
        "Lookup",
        "origin-request",
        "Fetch",
        "origin-response",
        "viewer-response",
        "Respond",
        "Store",
        "Land",
        "Record",
    ]


def test_what_is_not_storable_lands_before_the_viewer_is_answered() -> None:
    says = Fetched(Response(status=307, headers=Headers()))
    assert kinds(run(site(), Fetch=says)) == ["Lookup", "Board", "Lookup", "Fetch", "Land", "Respond", "Record"]


def test_one_that_waited_in_vain_fetches_for_itself() -> None:
    assert kinds(run(site(), Board=Boarding.FAILED)) == ["Lookup", "Board", "Fetch", "Respond", "Store", "Record"]


def test_one_that_waited_looks_again_and_boards_again_while_there_is_nothing() -> None:
    flow = ["Lookup", "Board", "Lookup", "Board"]
    asked, _ = play(site(), GET, [NOTHING, Boarding.STORED, NOTHING])
    assert kinds(asked) == flow


def test_a_leader_that_finds_an_object_after_all_lands_at_once() -> None:
    stored = next(effect for effect in run(site()) if isinstance(effect, Store)).object
    asked, _ = play(site(), GET, [NOTHING, Boarding.LEAD, Found(stored, 0), None, SENT])
    assert kinds(asked) == ["Lookup", "Board", "Lookup", "Land", "Respond", "Record"]
    land = asked[3]
    assert isinstance(land, Land)
    assert land.stored


@pytest.mark.parametrize(
    "distribution",
    [site(cache_policy=DISABLED), site(origin_request_policy=ALL_VIEWER)],
    ids=["caching disabled", "cookies forwarded"],
)
def test_nobody_waits_where_requests_are_not_collapsed(distribution: Distribution) -> None:
    assert not any(isinstance(effect, Board) for effect in run(distribution))


def test_a_method_that_is_not_cached_is_not_looked_up() -> None:
    asked = run(site(), Request(method="POST", path="/x", headers=GET.headers))
    assert kinds(asked) == ["Fetch", "Respond", "Record"]


def test_the_default_root_object_takes_the_place_of_the_root_before_the_behavior_is_matched() -> None:
    listed = CacheBehavior(path_pattern="/index.html", target_origin_id="app", cache_policy=DISABLED)
    distribution = site(behaviors=(listed,), distribution={"default_root_object": "index.html"})
    asked = run(distribution, Request(method="GET", path="/", headers=GET.headers))
    fetch = next(effect for effect in asked if isinstance(effect, Fetch))
    assert fetch.request.path == "/index.html"
    assert not any(isinstance(effect, Lookup) for effect in asked)


def test_the_behavior_is_not_matched_again_after_a_function_changed_the_uri() -> None:
    listed = CacheBehavior(path_pattern="/other", target_origin_id="app", cache_policy=DISABLED)
    distribution = site({"viewer-request": js("function handler(e) {}")}, behaviors=(listed,))
    moved = Invoked(
        output={
            "method": "GET",
            "uri": "/other",
            "querystring": {},
            "cookies": {},
            "headers": {"host": {"value": "www.example.com"}},
        }
    )
    asked = run(distribution, viewer_request=moved)
    lookup = next(effect for effect in asked if isinstance(effect, Lookup))
    assert "/other" in lookup.key


@pytest.mark.parametrize(("kind", "status"), [("execution", 503), ("timeout", 503), ("throttled", 503)])
def test_a_function_that_fails_ends_the_visit(kind: Any, status: int) -> None:
    failed = Invoked(failure=Failure(kind, "no", "fn.js:3"))
    asked = run(site({"viewer-request": js("function handler(e) {}")}), viewer_request=failed)
    assert kinds(asked) == ["viewer-request", "Respond", "Record"]
    respond = asked[1]
    assert isinstance(respond, Respond)
    assert respond.response.status == status


def test_a_function_that_returns_nonsense_ends_the_visit_with_a_502() -> None:
    asked = run(site({"origin-request": ECHO["origin-request"]}), origin_request=Invoked(output=None))
    respond = next(effect for effect in asked if isinstance(effect, Respond))
    assert respond.response.status == 502
    assert respond.response.headers.get("x-cache") == "LambdaValidationError from cloudfront"
    assert not any(isinstance(effect, (Fetch, Store)) for effect in asked)


def test_an_origin_chosen_by_a_function_gets_the_target_of_the_known_origin_of_that_name() -> None:
    function = ECHO["origin-request"]
    other = Origin(id="other", domain_name="other.example.com", origin_path="/o")
    distribution = site({"origin-request": function})
    known = Distribution(
        id="E",
        domain_name="d.cloudfront.net",
        origins={**distribution.origins, "other": other},
        behaviors=distribution.behaviors,
        functions=distribution.functions,
    )

    def choosing(name: str) -> Any:
        asked, _ = play(known, GET, [NOTHING, Boarding.FAILED])
        invoke = asked[-1]
        assert isinstance(invoke, Invoke)
        request = dict(invoke.event["Records"][0]["cf"]["request"])
        custom = {**request["origin"]["custom"], "domainName": name}
        return Invoked(output={**request, "origin": {"custom": custom}})

    for name, target in (("other.example.com", "App"), ("unknown.example.com", "Unmapped")):
        fetch = next(effect for effect in run(known, origin_request=choosing(name)) if isinstance(effect, Fetch))
        assert fetch.origin.domain_name == name
        assert type(fetch.origin.target).__name__ == target


def test_the_log_tells_the_result() -> None:
    record = run(site())[-1]
    assert isinstance(record, Record)
    assert (record.facts().result_type, record.facts().status) == ("Miss", 200)
