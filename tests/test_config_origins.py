from __future__ import annotations

from dataclasses import replace

import pytest

from edgeware.config.model import (
    Distribution,
    Origin,
    OriginGroup,
    OriginRequestPolicy,
    Selection,
    Unmapped,
)
from edgeware.config.validation import origins as rules
from tests.fixtures.config.builders import DEFAULT, DISTRIBUTION, ORIGIN, breaches
from tests.vectors_path import load

DENIED = load("origin_request_header_rules.json")["origin_custom_header_denylist"]
SPARE = replace(ORIGIN, id="spare")
GROUP = OriginGroup(id="ha", members=("app", "spare"), status_codes=frozenset({500, 502}))


def with_origin(**changes: object) -> Distribution:
    return replace(DISTRIBUTION, origins={"app": replace(ORIGIN, **changes)})  # type: ignore[arg-type]


def with_group(target: str = "ha", /, **changes: object) -> Distribution:
    group = replace(GROUP, **changes)  # type: ignore[arg-type]
    behavior = replace(DEFAULT, target_origin_id=target)
    origins = {"app": ORIGIN, "spare": SPARE}
    return replace(DISTRIBUTION, origins=origins, origin_groups={"ha": group}, behaviors=(behavior,))


def test_v1_targets_are_origins_or_groups_and_members_are_origins() -> None:
    assert breaches(with_group(), "V1") == []
    assert breaches(with_group("none"), "V1") == [("error", "default_behavior.target_origin_id")]
    assert breaches(with_group(members=("app", "none")), "V1") == [("error", "origin_groups.ha.members")]
    assert breaches(with_group(members=("ha", "app")), "V1") == [("error", "origin_groups.ha.members")]


def test_v2_a_group_has_an_id_of_its_own() -> None:
    assert breaches(with_group(), "V2") == []
    both = replace(with_group("app"), origin_groups={"app": GROUP})
    assert breaches(both, "V2") == [("error", "origin_groups.app")]


@pytest.mark.parametrize(
    ("domain", "right"),
    [("app.example", True), ("app.example:8080", False), ("https://app.example", False), ("app.example/v1", False)],
)
def test_a_domain_name_is_nothing_else(domain: str, right: bool) -> None:
    found = breaches(with_origin(domain_name=domain), "V3a")
    assert found == ([] if right else [("error", "origins.app.domain_name")])


@pytest.mark.parametrize(("path", "right"), [("", True), ("/v1", True), ("v1", False), ("/v1/", False), ("/", False)])
def test_v5_an_origin_path_starts_with_a_slash_only(path: str, right: bool) -> None:
    found = breaches(with_origin(origin_path=path), "V5")
    assert found == ([] if right else [("error", "origins.app.origin_path")])


@pytest.mark.parametrize(
    ("port", "right"),
    [(80, True), (443, True), (1024, True), (65535, True), (81, False), (1023, False), (65536, False), (0, False)],
)
def test_v6_ports_are_80_443_or_high(port: int, right: bool) -> None:
    for field in ("http_port", "https_port"):
        found = breaches(with_origin(**{field: port}), "V6")
        assert found == ([] if right else [("error", f"origins.app.{field}")])


@pytest.mark.parametrize(
    ("field", "highest"),
    [("read_timeout", 120), ("keepalive_timeout", 120), ("connection_attempts", 3), ("connection_timeout", 10)],
)
def test_v7_timeouts_and_attempts_have_limits(field: str, highest: int) -> None:
    for value, right in ((1, True), (highest, True), (0, False), (highest + 1, False)):
        found = breaches(with_origin(**{field: value}), "V7")
        assert found == ([] if right else [("error", f"origins.app.{field}")])


@pytest.mark.parametrize(("seconds", "right"), [(None, True), (30, True), (29, False)])
def test_v7_a_response_completes_no_sooner_than_it_may_be_read(seconds: int | None, right: bool) -> None:
    found = breaches(with_origin(response_completion_timeout=seconds), "V7")
    assert found == ([] if right else [("error", "origins.app.response_completion_timeout")])


@pytest.mark.parametrize("name", [name.replace("*", suffix) for name in DENIED for suffix in ("Any", "a-b")])
def test_v8_cloudfront_s_own_headers_cannot_be_custom(name: str) -> None:
    for spelling in (name, name.lower(), name.upper()):
        source = with_origin(custom_headers=((spelling, "x"),))
        assert breaches(source, "V8") == [("error", f"origins.app.custom_headers.{spelling}")]


@pytest.mark.parametrize("name", ["X-Origin-Verify", "Authorization", "X-Amzn", "Ranges", "X-Edges"])
def test_v8_other_headers_can_be_custom(name: str) -> None:
    assert breaches(with_origin(custom_headers=((name, "x"),)), "V8") == []


@pytest.mark.parametrize(("name", "value"), [("X A", "x"), ("X-A", "a\r\nX-B: b"), ("X-A", "\u2603")])
def test_v8_a_custom_header_is_one_that_http_could_carry(name: str, value: str) -> None:
    assert breaches(with_origin(custom_headers=((name, value),)), "V8") == [
        ("error", f"origins.app.custom_headers.{name}")
    ]


def test_v8_the_table_is_that_of_the_page() -> None:
    names = {name.lower() for name in DENIED}
    assert names == rules.DENIED_HEADERS | {f"{prefix}*" for prefix in rules.DENIED_PREFIXES}


@pytest.mark.parametrize(
    ("headers", "warned"),
    [
        (Selection(mode="whitelist", names=("x-origin-VERIFY",)), True),
        (Selection(mode="whitelist", names=("Origin",)), False),
        (Selection(mode="allViewer"), False),
    ],
)
def test_v8_a_custom_header_is_not_forwarded_from_the_viewer(headers: Selection, warned: bool) -> None:
    behavior = replace(DEFAULT, origin_request_policy=OriginRequestPolicy(name="p", headers=headers))
    source = replace(with_origin(custom_headers=(("X-Origin-Verify", "s3cret"),)), behaviors=(behavior,))
    assert breaches(source, "V8") == ([("warn", "default_behavior.origin_request_policy")] if warned else [])
    grouped = replace(with_group(), behaviors=(replace(behavior, target_origin_id="ha"),))
    assert breaches(grouped, "V8") == []


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({}, None),
        ({"status_codes": frozenset({400, 403, 404, 416, 429, 500, 502, 503, 504})}, None),
        ({"members": ("app", "app")}, "members"),
        ({"status_codes": frozenset()}, "status_codes"),
        ({"status_codes": frozenset({501})}, "status_codes"),
    ],
)
def test_v9_a_group_has_two_members_and_codes_that_fail_over(change: dict[str, object], field: str | None) -> None:
    found = breaches(with_group("ha", **change), "V9")
    assert found == ([] if field is None else [("error", f"origin_groups.ha.{field}")])


def many(count: int) -> dict[str, Origin]:
    return {f"o{number}": replace(ORIGIN, id=f"o{number}") for number in range(count)}


def test_v37_there_are_100_origins_and_10_groups() -> None:
    assert breaches(replace(DISTRIBUTION, origins=many(100)), "V37") == []
    assert breaches(replace(DISTRIBUTION, origins=many(101)), "V37") == [("warn", "origins")]
    groups = {f"g{number}": GROUP for number in range(11)}
    assert breaches(replace(DISTRIBUTION, origin_groups=groups), "V37") == [("warn", "origin_groups")]


@pytest.mark.parametrize(
    ("headers", "warned"),
    [
        (tuple((f"X-{number}", "x") for number in range(30)), False),
        (tuple((f"X-{number}", "x") for number in range(31)), True),
        ((("X" * 256, ""),), False),
        ((("X" * 257, ""),), True),
        ((("X", "x" * 1783),), False),
        ((("X", "x" * 1784),), True),
        (tuple((f"X-{number}", "x" * 1700) for number in range(7)), True),
    ],
)
def test_v37_custom_headers_have_limits(headers: tuple[tuple[str, str], ...], warned: bool) -> None:
    found = breaches(with_origin(custom_headers=headers), "V37")
    assert found == ([("warn", "origins.app.custom_headers")] if warned else [])


def test_v40_an_origin_that_nothing_targets_is_noted() -> None:
    assert breaches(with_group(), "V40") == []
    assert breaches(replace(with_group("app"), origin_groups={}), "V40") == [("note", "origins.spare")]


def test_an_origin_that_nothing_stands_for_is_a_warning() -> None:
    assert breaches(DISTRIBUTION, "N-unmapped") == []
    assert breaches(with_origin(target=Unmapped(why="x")), "N-unmapped") == [("warn", "origins.app")]
