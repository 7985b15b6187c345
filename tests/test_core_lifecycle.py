"""The order of things, as a list of questions and answers: no app, no loop, no thread."""

from __future__ import annotations

from typing import Any

import pytest

from edgeware.config.model import CacheBehavior, Distribution, Origin
from edgeware.core.access_log import Record
from edgeware.core.effects import (
    Board,
    Boarding,
    Failure,
    Fetch,
    Fetched,
    Found,
    Invoke,
    Invoked,
    Land,
    Lookup,
    Respond,
    Store,
)
from edgeware.messages import Headers, Request, Response
from tests.playbook import ECHO, GET, NOTHING, NOW, SENT, kinds, play, played, run, stored_object
from tests.worlds.sites import ALL_VIEWER, DISABLED, js, site


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


EXPIRED = Found(stored_object(fresh_until=NOW - 1), 0)
FRESH = Found(stored_object(), 0)
LED = ["viewer-request", "Lookup", "Board", "Lookup"]
LAMBDA_MADE = Invoked(output={"status": "200", "body": "made", "headers": {}})
FAILED = Invoked(failure=Failure("execution", "no"))


def says(status: int) -> Fetched:
    return Fetched(Response(status=status))


@pytest.mark.parametrize(
    ("answers", "order"),
    [
        pytest.param(
            {"Lookup": FRESH},
            ["viewer-request", "Lookup", "viewer-response", "Respond", "Record"],
            id="a hit",
        ),
        pytest.param(
            {"viewer_request": Invoked(output={"statusCode": 200})},
            ["viewer-request", "Respond", "Record"],
            id="an answer at viewer-request",
        ),
        pytest.param(
            {"origin_request": LAMBDA_MADE},
            [*LED, "origin-request", "Store", "Land", "viewer-response", "Respond", "Record"],
            id="an answer at origin-request",
        ),
        pytest.param(
            {"Fetch": says(404)},
            [*LED, "origin-request", "Fetch", "origin-response", "Respond", "Store", "Land", "Record"],
            id="an error of the origin's",
        ),
        pytest.param(
            {"Fetch": Fetched(Response(status=502), "OriginConnectError")},
            [*LED, "origin-request", "Fetch", "Store", "Land", "Respond", "Record"],
            id="no origin",
        ),
        pytest.param(
            {"Lookup": EXPIRED, "Fetch": says(304)},
            [
                *[*LED, "origin-request", "Fetch", "origin-response"],
                *["Store", "Land", "viewer-response", "Respond", "Record"],
            ],
            id="an object that still holds",
        ),
        pytest.param(
            {"Lookup": EXPIRED, "Fetch": says(503)},
            [
                *[*LED, "origin-request", "Fetch", "origin-response"],
                *["Store", "Land", "viewer-response", "Respond", "Record"],
            ],
            id="an object that stands in",
        ),
        pytest.param(
            {"Lookup": EXPIRED, "Fetch": says(200)},
            [
                *[*LED, "origin-request", "Fetch", "origin-response"],
                *["viewer-response", "Respond", "Store", "Land", "Record"],
            ],
            id="an object that is replaced",
        ),
        pytest.param(
            {"origin_request": FAILED},
            [*LED, "origin-request", "Land", "Respond", "Record"],
            id="a failure at origin-request",
        ),
        pytest.param(
            {"origin_response": FAILED},
            [*LED, "origin-request", "Fetch", "origin-response", "Land", "Respond", "Record"],
            id="a failure at origin-response",
        ),
        pytest.param(
            {"viewer_response": FAILED},
            [
                *[*LED, "origin-request", "Fetch", "origin-response", "viewer-response"],
                *["Drain", "Store", "Land", "Respond", "Record"],
            ],
            id="a failure at viewer-response",
        ),
    ],
)
def test_the_order_of_things_for(answers: dict[str, Any], order: list[str]) -> None:
    assert kinds(run(site(ECHO), **answers)) == order


def test_a_request_that_is_refused_goes_nowhere_else() -> None:
    asked = run(site(ECHO), Request(method="TRACE", path="/x", headers=GET.headers))
    assert kinds(asked) == ["Respond", "Record"]


def test_nobody_waits_for_the_answer_to_a_head_for_it_is_not_stored() -> None:
    asked = run(site(), Request(method="HEAD", path="/x", headers=GET.headers))
    assert kinds(asked) == ["Lookup", "Fetch", "Respond", "Record"]


def test_one_that_waited_in_vain_asks_with_the_object_it_has_seen() -> None:
    asked = played(site(), Lookup=EXPIRED, Board=Boarding.FAILED, Fetch=says(304))
    assert asked.only(Fetch).request.headers.get("if-none-match") == '"1"'
    assert asked.response.headers.get("x-cache") == "RefreshHit from cloudfront"


@pytest.mark.parametrize(
    ("distribution", "method", "watched"),
    [
        (site(), "GET", True),
        (site(), "POST", False),
        (site(cache_policy=DISABLED), "GET", False),
    ],
    ids=["may be stored", "never stored", "caching disabled"],
)
def test_a_body_passes_through_the_edges_hands_only_if_it_may_be_stored(
    distribution: Distribution, method: str, watched: bool
) -> None:
    asked = played(distribution, Request(method=method, path="/x", headers=GET.headers))
    assert asked.only(Fetch).watched is watched


def test_why_nothing_was_looked_up_is_in_the_trace() -> None:
    said = played(site(cache_policy=DISABLED)).said("cache")
    assert said == ["not looked up: caching is disabled, or this method is never cached"]


def test_the_origins_path_and_headers_are_put_on_after_origin_request() -> None:
    origin = Origin(id="app", domain_name="app.example.com", origin_path="/v1", custom_headers=(("X-Secret", "hush"),))
    asked = played(site({"origin-request": ECHO["origin-request"]}, origin=origin))
    shown = asked.invoke("origin-request").event["Records"][0]["cf"]["request"]
    assert shown["uri"] == "/x"
    assert "x-secret" not in shown["headers"]
    fetched = asked.only(Fetch).request
    assert (fetched.path, fetched.headers.get("x-secret")) == ("/v1/x", "hush")
