"""From a miss to the origin's answer, or to that of the second origin of a group."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from edgeware.config.model import ALL_METHODS, App, Distribution, Origin, OriginGroup, Url
from edgeware.core.effects import Effect, Fetch, Fetched, Found, Invoke, Invoked
from edgeware.messages import Headers, Request, Response
from tests.playbook import ECHO, GET, NOW, Played, kinds, played, stored_object
from tests.worlds.sites import py, site

STATUS_CODES = frozenset({404, 500, 503})


def grouped(functions: Any = None, status_codes: frozenset[int] = STATUS_CODES, **behavior: Any) -> Distribution:
    """A distribution whose behavior asks a group: first.example.com, then second.example.com."""
    plain = site(functions, target_origin_id="group", distribution={}, **behavior)
    return replace(
        plain,
        origins={name: Origin(id=name, domain_name=f"{name}.example.com") for name in ("first", "second")},
        origin_groups={"group": OriginGroup(id="group", members=("first", "second"), status_codes=status_codes)},
    )


def says(status: int, error: str | None = None, **headers: str) -> Fetched:
    return Fetched(Response(status=status, headers=Headers(headers.items())), error)


def by_origin(**answers: Fetched) -> Any:
    """An answer to Fetch for each origin."""

    def answer(effect: Effect[Any]) -> Fetched:
        assert isinstance(effect, Fetch)
        return answers[effect.origin.id]

    return answer


def fetches(asked: Played) -> list[str]:
    return [effect.origin.id for effect in asked.asked if isinstance(effect, Fetch)]


def test_the_primary_alone_is_asked_while_it_answers() -> None:
    asked = played(grouped(), Fetch=by_origin(first=says(200)))
    assert fetches(asked) == ["first"]
    assert asked.response.status == 200


@pytest.mark.parametrize(
    ("failure", "codes", "fails_over"),
    [
        pytest.param(says(503), {503}, True, id="a listed status"),
        pytest.param(says(404), {404}, True, id="a listed client error"),
        pytest.param(says(502), {503}, False, id="another status"),
        pytest.param(says(502, "OriginConnectError"), {503}, True, id="no connection counts as 503"),
        pytest.param(says(502, "OriginDnsError"), {503}, True, id="no name counts as 503"),
        pytest.param(says(502, "OriginConnectError"), {502, 504}, False, id="no connection, and 503 not listed"),
        pytest.param(says(504, "OriginCommError"), {504}, True, id="no answer in time counts as 504"),
        pytest.param(says(504, "OriginCommError"), {503}, False, id="no answer in time, and 504 not listed"),
        pytest.param(says(502, "OriginReadError"), {502}, True, id="no answer to the end counts as 502"),
        pytest.param(says(700), {502}, True, id="nonsense counts as 502"),
    ],
)
def test_the_secondary_is_asked_when_the_primary_fails_as_the_group_says(
    failure: Fetched, codes: set[int], fails_over: bool
) -> None:
    asked = played(grouped(status_codes=frozenset(codes)), Fetch=by_origin(first=failure, second=says(200)))
    assert fetches(asked) == (["first", "second"] if fails_over else ["first"])
    assert (asked.response.status == 200) is fails_over


def test_the_secondarys_answer_is_final() -> None:
    asked = played(grouped(), Fetch=by_origin(first=says(503), second=says(503)))
    assert fetches(asked) == ["first", "second"]
    assert asked.response.status == 503
    assert asked.said("origin group") == ["first failed: second is asked [high_availability_origin_failover]"]


@pytest.mark.parametrize(
    ("method", "cached", "fails_over"),
    [
        ("GET", {"GET", "HEAD"}, True),
        ("HEAD", {"GET", "HEAD"}, True),
        ("OPTIONS", {"GET", "HEAD", "OPTIONS"}, True),
        ("OPTIONS", {"GET", "HEAD"}, False),
        ("POST", {"GET", "HEAD"}, False),
    ],
)
def test_only_some_methods_fail_over(method: str, cached: set[str], fails_over: bool) -> None:
    distribution = grouped(allowed_methods=ALL_METHODS, cached_methods=frozenset(cached))
    request = Request(method=method, path="/x", headers=GET.headers)
    asked = played(distribution, request, Fetch=by_origin(first=says(503), second=says(200)))
    assert fetches(asked) == (["first", "second"] if fails_over else ["first"])


def test_the_functions_at_the_origin_run_again_for_the_secondary() -> None:
    asked = played(grouped(ECHO), Fetch=by_origin(first=says(503), second=says(200)))
    at_origin = ["origin-request", "Fetch", "origin-response"]
    assert [kind for kind in kinds(asked.asked) if kind in at_origin] == at_origin * 2
    invokes = [effect for effect in asked.asked if isinstance(effect, Invoke)]
    shown = [invoke.event for invoke in invokes if invoke.event_type == "origin-request"]
    domain_names = [event["Records"][0]["cf"]["request"]["origin"]["custom"]["domainName"] for event in shown]
    assert domain_names == ["first.example.com", "second.example.com"]


def test_the_origins_own_status_decides_whatever_origin_response_makes_of_it() -> None:
    mended = {"origin-response": py("def handler(event, context): ...")}

    def mends(effect: Any) -> Any:
        response = effect.event["Records"][0]["cf"]["response"]
        return Invoked(output={**response, "status": "200"})

    asked = played(grouped(mended), Fetch=by_origin(first=says(404), second=says(200)), origin_response=mends)
    assert fetches(asked) == ["first", "second"]


def test_a_function_that_answers_for_the_primary_answers() -> None:
    made = Invoked(output={"status": "503", "body": "made", "headers": {}})
    asked = played(grouped({"origin-request": ECHO["origin-request"]}), origin_request=made)
    assert fetches(asked) == []
    assert asked.response.status == 503


def test_each_origin_is_asked_under_its_own_name_and_with_the_objects_validators() -> None:
    asked = played(
        grouped(),
        Lookup=Found(stored_object(fresh_until=NOW - 1), 0),
        Fetch=by_origin(first=says(503), second=says(304)),
    )
    requests = [effect.request for effect in asked.asked if isinstance(effect, Fetch)]
    assert [request.headers.get("host") for request in requests] == ["first.example.com", "second.example.com"]
    assert [request.headers.get("if-none-match") for request in requests] == ['"1"', '"1"']
    assert asked.response.headers.get("x-cache") == "RefreshHit from cloudfront"


def test_a_stale_object_stands_in_only_when_both_have_failed() -> None:
    asked = played(
        grouped(),
        Lookup=Found(stored_object(fresh_until=NOW - 1), 0),
        Fetch=by_origin(first=says(503), second=says(500)),
    )
    assert fetches(asked) == ["first", "second"]
    assert (asked.response.status, asked.response.body) == (200, b"stored")


def test_the_second_fetch_brings_an_empty_body_since_the_first_has_read_the_viewers() -> None:
    asked = played(grouped(), Fetch=by_origin(first=says(503), second=says(200)))
    assert [effect.body for effect in asked.asked if isinstance(effect, Fetch)] == [None, b""]


@pytest.mark.parametrize(("found", "ran"), [(True, ["Resolve", "origin-request", "Fetch"]), (False, ["Resolve"])])
def test_origin_request_runs_only_once_the_name_is_found(found: bool, ran: list[str]) -> None:
    away = Origin(id="app", domain_name="app.example.com", target=Url(url="http://shop.example"))
    distribution = site({"origin-request": ECHO["origin-request"]}, origin=away)
    asked = played(distribution, Resolve=found, Fetch=says(200))
    assert [kind for kind in kinds(asked.asked) if kind in ("Resolve", "origin-request", "Fetch")] == ran
    assert asked.response.status == (200 if found else 502)


def test_a_name_that_is_not_found_fails_over() -> None:
    plain = grouped({"origin-request": ECHO["origin-request"]})
    away = replace(plain.origins["first"], target=Url(url="http://shop.example"))
    distribution = replace(plain, origins={**plain.origins, "first": away})
    asked = played(distribution, Resolve=False, Fetch=by_origin(second=says(200)))
    assert fetches(asked) == ["second"]


URL = Url(url="http://127.0.0.1:8000")


@pytest.mark.parametrize(
    ("target", "seconds", "told"),
    [
        (App(), 30, []),
        (App(), 31, ["app took more than 30 s: production answers 504"]),
        (URL, 31, []),
    ],
    ids=["an app in time", "a late app", "a server at the second attempt"],
)
def test_an_app_may_take_its_time_and_the_log_tells(target: App | Url, seconds: int, told: list[str]) -> None:
    time = [NOW]

    def answer(_: Effect[Any]) -> Fetched:
        time[0] += seconds
        return says(200)

    origin = Origin(id="app", domain_name="app.example.com", target=target)
    asked = played(site(origin=origin), now=lambda: time[0], Fetch=answer)
    assert asked.response.status == 200
    assert [said.text.partition(" [")[0] for said in asked.decisions if said.warning] == told
