from __future__ import annotations

from typing import Any

import pytest

from edgeware.config.model import Cors, PolicyHeader, ResponseHeadersPolicy
from edgeware.core.response_policy import ALL_CORS_METHODS, ServerTiming, apply
from edgeware.messages import Headers, Request
from tests.vectors_path import load

ACAO_PATTERNS: list[dict[str, Any]] = load("response_header_rules.json")["acao_patterns"]
MANAGED: list[dict[str, Any]] = load("managed_response_headers_policies.json")["policies"]
SITE = "https://www.example.com"


def asked(method: str = "GET", **headers: str) -> Request:
    return Request(method=method, path="/", headers=Headers(headers.items()))


def with_cors(request: Request, *lines: tuple[str, str], **fields: Any) -> Headers:
    cors = Cors(**{"allow_origins": ("*",), **fields})
    return apply(ResponseHeadersPolicy(name="p", cors=cors), request, Headers(lines))


# --- the managed policies -------------------------------------------------------------------------------------------


def items(section: dict[str, Any], name: str) -> tuple[str, ...]:
    return tuple(section.get(name, {"Items": ()})["Items"])


def managed_cors(section: dict[str, Any]) -> Cors:
    return Cors(
        allow_origins=items(section, "AccessControlAllowOrigins"),
        allow_methods=items(section, "AccessControlAllowMethods"),
        expose_headers=items(section, "AccessControlExposeHeaders"),
        allow_credentials=section["AccessControlAllowCredentials"],
        origin_override=section["OriginOverride"],
    )


def managed_security(section: dict[str, Any]) -> tuple[PolicyHeader, ...]:
    def header(name: str, value: str, key: str) -> PolicyHeader:
        return PolicyHeader(name=name, value=value, override=section[key]["Override"])

    if not section:
        return ()
    return (
        header("Referrer-Policy", section["ReferrerPolicy"]["ReferrerPolicy"], "ReferrerPolicy"),
        header(
            "Strict-Transport-Security",
            f"max-age={section['StrictTransportSecurity']['AccessControlMaxAgeSec']}",
            "StrictTransportSecurity",
        ),
        header("X-Content-Type-Options", "nosniff", "ContentTypeOptions"),
        header("X-Frame-Options", section["FrameOptions"]["FrameOption"], "FrameOptions"),
        header("X-XSS-Protection", "1; mode=block", "XSSProtection"),
    )


def managed(row: dict[str, Any]) -> ResponseHeadersPolicy:
    config = row["config"]
    return ResponseHeadersPolicy(
        name=config["Name"],
        cors=managed_cors(config["CorsConfig"]) if "CorsConfig" in config else None,
        security_headers=managed_security(config.get("SecurityHeadersConfig", {})),
    )


def on_the_wire(row: dict[str, Any], *, cors: bool, preflight: bool) -> dict[str, str]:
    return {
        name: told["value"]
        for name, told in row["wire"].items()
        if ("when" not in told or cors) and (preflight or not told.get("when", "").startswith("preflight"))
    }


@pytest.mark.parametrize("row", MANAGED, ids=lambda row: str(row["name"]))
def test_a_managed_policy_adds_what_the_guide_lists(row: dict[str, Any]) -> None:
    policy = managed(row)
    for request, cors in [(asked(), False), (asked(origin=SITE), True), (asked("OPTIONS", origin=SITE), True)]:
        added = apply(policy, request, Headers())
        assert dict(added.lines) == on_the_wire(row, cors=cors, preflight=request.method == "OPTIONS")


@pytest.mark.parametrize("row", MANAGED, ids=lambda row: str(row["name"]))
def test_of_the_managed_policies_only_nosniff_overrides(row: dict[str, Any]) -> None:
    origin = Headers((name, "the origin's") for name in row["wire"])
    for name, value in apply(managed(row), asked(origin=SITE), origin).lines:
        assert value == (row["wire"][name]["value"] if row["wire"][name].get("override") else "the origin's")


# --- remove, security, custom ---------------------------------------------------------------------------------------


def test_headers_are_removed_whatever_their_case() -> None:
    policy = ResponseHeadersPolicy(name="p", remove_headers=("X-Powered-By", "server"))
    headers = Headers([("x-powered-by", "a"), ("Server", "b"), ("ETag", "c")])
    assert apply(policy, asked(), headers).lines == (("ETag", "c"),)


def test_a_header_that_is_removed_and_also_added_is_there() -> None:
    policy = ResponseHeadersPolicy(
        name="p",
        remove_headers=("X-Frame-Options", "Access-Control-Max-Age"),
        security_headers=(PolicyHeader(name="X-Frame-Options", value="DENY"),),
        cors=Cors(allow_origins=("*",)),
    )
    headers = Headers([("X-Frame-Options", "SAMEORIGIN"), ("Access-Control-Max-Age", "5")])
    assert apply(policy, asked(origin=SITE), headers).lines == (
        ("Access-Control-Allow-Origin", "*"),
        ("X-Frame-Options", "DENY"),
    )


@pytest.mark.parametrize("section", ["security_headers", "custom_headers"])
@pytest.mark.parametrize(
    ("override", "origin", "told"),
    [
        pytest.param(False, ["the origin's"], ("the origin's",), id="the origin's stays"),
        pytest.param(True, ["the origin's"], ("the policy's",), id="the policy's overrides"),
        pytest.param(True, ["one", "two"], ("the policy's",), id="the policy's overrides every line"),
        pytest.param(False, [], ("the policy's",), id="the origin has none"),
    ],
)
def test_one_value_is_sent(section: str, override: bool, origin: list[str], told: tuple[str, ...]) -> None:
    header = PolicyHeader(name="X-A", value="the policy's", override=override)
    policy = ResponseHeadersPolicy(name="p", **{section: (header,)})  # type: ignore[arg-type]
    assert apply(policy, asked(), Headers(("x-a", value) for value in origin)).get_all("x-a") == told


def test_a_custom_header_may_be_empty() -> None:
    policy = ResponseHeadersPolicy(name="p", custom_headers=(PolicyHeader(name="X-A", value=""),))
    assert apply(policy, asked(), Headers()).lines == (("X-A", ""),)


def test_the_sections_come_in_order_after_the_origins_own_lines() -> None:
    policy = ResponseHeadersPolicy(
        name="p",
        cors=Cors(allow_origins=("*",)),
        custom_headers=(PolicyHeader(name="X-Custom", value="c"),),
        security_headers=(PolicyHeader(name="X-Security", value="s"),),
        server_timing=100.0,
    )
    timing = ServerTiming(outcome="hit", pop="SEA19-C1", request_id="id==")
    headers = apply(policy, asked(origin=SITE), Headers([("ETag", "x")]), timing, 0.0)
    names = [name for name, _ in headers]
    assert names == ["ETag", "Access-Control-Allow-Origin", "X-Security", "X-Custom", "Server-Timing"]


def test_an_empty_policy_changes_nothing() -> None:
    headers = Headers([("Set-Cookie", "a=1"), ("set-cookie", "b=2")])
    assert apply(ResponseHeadersPolicy(name="p"), asked(origin=SITE), headers) == headers


# --- CORS -----------------------------------------------------------------------------------------------------------

ACAO_CASES = [
    pytest.param(row["setting"], origin, matches, id=f"{row['setting']} {'takes' if matches else 'refuses'} {origin}")
    for row in ACAO_PATTERNS
    for matches in (True, False)
    for origin in row["match" if matches else "no_match"]
] + [
    pytest.param(setting, origin, matches, id=f"{setting} {'takes' if matches else 'refuses'} {origin}")
    for setting, origin, matches in [
        ("https://www.example.com", "https://www.example.com", True),
        ("https://www.example.com", "https://www.example.com.evil.org", False),
        ("https://*.example.com", "https://evilexample.com", False),
        ("https://*.example.com", "https://evil.org/.example.com", False),
        ("https://*.example.com", "https://a.example.com\n", False),
        ("https://wwwXexample.com", "https://www.example.com", False),
        ("https://www.example.com", "https://wwwXexample.com", False),
        ("http://localhost:8000", "http://localhost:8000", True),
        ("http://localhost:8000", "http://localhost:8001", False),
        ("http://localhost:8000", "http://localhost", False),
        ("http://[::1]", "http://[::1]", True),
        ("http://[::1]:80*", "http://[::1]:8080", True),
        ("example.org", "https://example.org:8443", True),
        ("*.example.org:1*", "https://test.example.org:2", False),
        ("https://www.example.com", "null", False),
    ]
]


@pytest.mark.parametrize(("setting", "origin", "matches"), ACAO_CASES)
def test_an_origin_is_echoed_where_a_setting_takes_it(setting: str, origin: str, matches: bool) -> None:
    headers = with_cors(asked(origin=origin), allow_origins=("https://other.example", setting))
    expected = (("Access-Control-Allow-Origin", origin), ("Vary", "Origin")) if matches else ()
    assert headers.lines == expected


def test_a_star_answers_every_origin_with_a_star() -> None:
    assert with_cors(asked(origin="null")).lines == (("Access-Control-Allow-Origin", "*"),)
    both = with_cors(asked(origin=SITE), allow_origins=(SITE, "*"))
    assert both.lines == (("Access-Control-Allow-Origin", "*"),)


def test_a_request_without_origin_gets_no_cors_header() -> None:
    assert with_cors(asked("OPTIONS"), allow_credentials=True).lines == ()


EVERYTHING: dict[str, Any] = {
    "allow_headers": ("X-A", "X-B"),
    "allow_methods": ("GET", "PUT"),
    "allow_credentials": True,
    "expose_headers": ("X-C", "X-D"),
    "max_age": 0,
}


def test_a_preflight_request_is_told_methods_headers_and_age() -> None:
    assert dict(with_cors(asked("OPTIONS", origin=SITE), **EVERYTHING).lines) == {
        "Access-Control-Allow-Origin": "*",
        "Access-Control-Allow-Credentials": "true",
        "Access-Control-Allow-Headers": "X-A, X-B",
        "Access-Control-Allow-Methods": "GET, PUT",
        "Access-Control-Max-Age": "0",
        "Access-Control-Expose-Headers": "X-C, X-D",
    }


def test_an_actual_request_is_told_what_it_may_read() -> None:
    assert dict(with_cors(asked("PUT", origin=SITE), **EVERYTHING).lines) == {
        "Access-Control-Allow-Origin": "*",
        "Access-Control-Allow-Credentials": "true",
        "Access-Control-Expose-Headers": "X-C, X-D",
    }


def test_the_method_all_stands_for_all_seven() -> None:
    headers = with_cors(asked("OPTIONS", origin=SITE), allow_methods=("ALL",))
    assert headers.get("access-control-allow-methods") == ", ".join(ALL_CORS_METHODS)
    assert len(ALL_CORS_METHODS) == 7


def test_without_override_any_cors_header_of_the_origins_keeps_the_policys_away() -> None:
    origin = (("Access-Control-Max-Age", "5"),)
    assert with_cors(asked(origin=SITE), *origin).lines == origin


def test_with_override_the_policys_headers_take_the_place_of_the_origins() -> None:
    origin = (("access-control-allow-origin", "x"), ("Access-Control-Max-Age", "5"))
    assert with_cors(asked(origin=SITE), *origin, origin_override=True).lines == (
        ("Access-Control-Max-Age", "5"),
        ("Access-Control-Allow-Origin", "*"),
    )


@pytest.mark.parametrize(
    ("vary", "told"),
    [
        pytest.param("Cookie", "Cookie, Origin", id="added"),
        pytest.param("Cookie, origin", "Cookie, origin", id="there already"),
        pytest.param("*", "*", id="star says it already"),
    ],
)
def test_an_echoed_origin_is_named_in_vary(vary: str, told: str) -> None:
    assert with_cors(asked(origin=SITE), ("Vary", vary), allow_origins=(SITE,)).get_all("vary") == (told,)


# --- Server-Timing --------------------------------------------------------------------------------------------------

MISS = ServerTiming(
    outcome="miss", pop="PHX50-C2", request_id="rid==", upstream_connect=114, upstream_fbl=177, downstream_fbl=436
)
HIT = ServerTiming(outcome="hit", pop="SEA19-C1", request_id="rid==", layer="REC", downstream_fbl=137)
REFRESH = ServerTiming(outcome="refresh", pop="SEA19-C1", request_id="rid==", upstream_fbl=3, downstream_fbl=4)


@pytest.mark.parametrize(
    ("timing", "value"),
    [
        pytest.param(
            MISS,
            'cdn-upstream-layer;desc="EDGE",cdn-upstream-dns;dur=0,cdn-upstream-connect;dur=114,'
            'cdn-upstream-fbl;dur=177,cdn-cache-miss,cdn-pop;desc="PHX50-C2",cdn-rid;desc="rid==",'
            "cdn-downstream-fbl;dur=436",
            id="miss",
        ),
        pytest.param(
            HIT,
            'cdn-cache-hit,cdn-pop;desc="SEA19-C1",cdn-rid;desc="rid==",cdn-hit-layer;desc="REC",'
            "cdn-downstream-fbl;dur=137",
            id="hit",
        ),
        pytest.param(
            REFRESH,
            "cdn-upstream-dns;dur=0,cdn-upstream-connect;dur=0,cdn-upstream-fbl;dur=3,cdn-cache-refresh,"
            'cdn-pop;desc="SEA19-C1",cdn-rid;desc="rid==",cdn-downstream-fbl;dur=4',
            id="refresh",
        ),
    ],
)
def test_server_timing_tells_the_edges_metrics(timing: ServerTiming, value: str) -> None:
    policy = ResponseHeadersPolicy(name="p", server_timing=100.0)
    assert apply(policy, asked(), Headers(), timing, 99.9).lines == (("Server-Timing", value),)


@pytest.mark.parametrize(
    ("rate", "pragma", "draw", "told"),
    [
        pytest.param(50.0, "", 49.9999, True, id="drawn"),
        pytest.param(50.0, "", 50.0, False, id="not drawn"),
        pytest.param(0.0, "", 0.0, False, id="rate 0"),
        pytest.param(0.0, "Server-Timing", 99.0, True, id="rate 0, asked for"),
        pytest.param(0.0, "no-cache, server-timing", 99.0, True, id="asked for among others"),
        pytest.param(None, "server-timing", 0.0, False, id="off, asked for"),
    ],
)
def test_server_timing_is_sampled_or_asked_for(rate: float | None, pragma: str, draw: float, told: bool) -> None:
    policy = ResponseHeadersPolicy(name="p", server_timing=rate)
    headers = apply(policy, asked(pragma=pragma), Headers(), HIT, draw)
    assert ("server-timing" in headers) is told


def test_without_metrics_there_is_no_server_timing() -> None:
    assert apply(ResponseHeadersPolicy(name="p", server_timing=100.0), asked(), Headers(), None, 0.0) == Headers()


@pytest.mark.parametrize(
    ("timing", "kept"),
    [
        pytest.param(MISS, True, id="miss"),
        pytest.param(HIT, False, id="hit"),
        pytest.param(REFRESH, False, id="refresh"),
    ],
)
def test_the_origins_own_metrics_are_told_on_a_miss_only(timing: ServerTiming, kept: bool) -> None:
    origin = Headers([("server-timing", "db;dur=53"), ("Server-Timing", "app;dur=47")])
    policy = ResponseHeadersPolicy(name="p", server_timing=100.0)
    (value,) = apply(policy, asked(), origin, timing, 0.0).get_all("server-timing")
    assert value == (f"{timing.value()},db;dur=53, app;dur=47" if kept else timing.value())
