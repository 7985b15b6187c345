from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from edgeware.config.model import ALL_METHODS, CacheBehavior, CachePolicy, Origin, OriginRequestPolicy, Selection
from edgeware.core.headers import EdgeLocation
from edgeware.core.origin_request import addressed, forwarded, forwards_cookies
from edgeware.messages import Headers, Request
from tests.vectors_path import load

RULES: list[dict[str, Any]] = load("origin_request_header_rules.json")["rules"]
ORIGIN = Origin(id="origin", domain_name="origin.example.com")
LOCATION = EdgeLocation(via="0123456789abcdef" * 2)
VIA = f"1.1 {LOCATION.via}.cloudfront.net (CloudFront)"
POLICY = CachePolicy(name="policy")
LEGACY = CachePolicy(name="legacy", legacy=True)
GET = Request(method="GET", path="/a", client_ip="203.0.113.9")
# The guide's table sends these on; a policy-only behavior keeps only what a body, a part or a condition needs.
KEPT_WITH_POLICIES = {"Content-Length", "Content-MD5", "Content-Type", "Transfer-Encoding"}


def named(*names: str) -> Selection:
    return Selection(mode="whitelist", names=names)


def behavior(
    cache_policy: CachePolicy = POLICY, origin_request_policy: OriginRequestPolicy | None = None, **fields: Any
) -> CacheBehavior:
    return CacheBehavior(
        path_pattern=None,
        target_origin_id="origin",
        cache_policy=cache_policy,
        origin_request_policy=origin_request_policy,
        allowed_methods=ALL_METHODS,
        **fields,
    )


def all_viewer(**fields: Any) -> CacheBehavior:
    return behavior(origin_request_policy=OriginRequestPolicy(name="o", headers=Selection(mode="allViewer")), **fields)


def asked(behavior: CacheBehavior, *lines: tuple[str, str], **fields: Any) -> Request:
    request = replace(GET, headers=Headers(lines), **fields)
    return forwarded(behavior, ORIGIN, request, request_id="id==", location=LOCATION)


def gone_out(behavior: CacheBehavior, *lines: tuple[str, str], **fields: Any) -> Headers:
    return asked(behavior, *lines, **fields).headers


# --- the table of viewer request headers ----------------------------------------------------------------------------


def header_of(rule: dict[str, Any]) -> str:
    name: str = rule["header"]
    return {"(any other header)": "X-Anything", "X-Edge-*": "X-Edge-Location"}.get(name, name)


def expected(rule: dict[str, Any], legacy: bool) -> str | None:
    name, action = rule["header"], rule["default_action"]
    if action == "forward" and name != "Via":
        kept = legacy or "policy_mode" not in rule or name in KEPT_WITH_POLICIES
        return "viewer's" if kept else None
    # The value of the edge's own CDN-Loop is unconfirmed, so it adds none: the viewer's is a header like any other.
    if action.startswith("legacy: forward") or name == "CDN-Loop":
        return "viewer's" if legacy else None
    return {
        "Connection": "Keep-Alive",
        "Host": "origin.example.com",
        "User-Agent": "Amazon CloudFront",
        "Via": f"viewer's, {VIA}",
        "X-Amz-Cf-Id": "id==",
        "X-Forwarded-For": "viewer's,203.0.113.9",
    }.get(name)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: str(rule["header"]))
@pytest.mark.parametrize("legacy", [True, False], ids=["legacy", "policies"])
def test_a_header_that_nobody_names_takes_its_default_action(rule: dict[str, Any], legacy: bool) -> None:
    name = header_of(rule)
    headers = gone_out(behavior(LEGACY if legacy else POLICY), (name, "viewer's"))
    assert headers.joined(name) == expected(rule, legacy)


@pytest.mark.parametrize(
    "rule",
    [rule for rule in RULES if "yes" in rule["cacheable_on_value"] and rule["default_action"] != "append"],
    ids=lambda rule: str(rule["header"]),
)
def test_a_header_that_the_cache_policy_names_goes_out(rule: dict[str, Any]) -> None:
    name = header_of(rule)
    headers = gone_out(behavior(replace(POLICY, headers=named(name.upper()))), (name, "viewer's"))
    assert (headers.joined(name) or "").startswith("viewer's")


@pytest.mark.parametrize(
    "rule",
    [rule for rule in RULES if rule["default_action"] in ("remove", "not added")],
    ids=lambda rule: str(rule["header"]),
)
def test_all_viewer_sends_what_is_the_viewers_own_and_not_hop_by_hop(rule: dict[str, Any]) -> None:
    name = header_of(rule)
    ends_here = rule["cacheable_on_value"].startswith("no") or name == "Expect" or name.startswith("CloudFront-")
    assert (name in gone_out(all_viewer(), (name, "viewer's"))) is not ends_here


@pytest.mark.parametrize(
    ("method", "cached", "kept"),
    [
        pytest.param("GET", {"GET", "HEAD"}, False, id="GET"),
        pytest.param("HEAD", {"GET", "HEAD"}, False, id="HEAD"),
        pytest.param("OPTIONS", {"GET", "HEAD"}, True, id="OPTIONS, not cached"),
        pytest.param("OPTIONS", {"GET", "HEAD", "OPTIONS"}, False, id="OPTIONS, cached"),
        pytest.param("DELETE", {"GET", "HEAD"}, True, id="DELETE"),
        pytest.param("PATCH", {"GET", "HEAD"}, True, id="PATCH"),
        pytest.param("POST", {"GET", "HEAD"}, True, id="POST"),
        pytest.param("PUT", {"GET", "HEAD"}, True, id="PUT"),
    ],
)
@pytest.mark.parametrize("policy", [POLICY, LEGACY], ids=["policies", "legacy"])
def test_authorization_goes_by_the_method(policy: CachePolicy, method: str, cached: set[str], kept: bool) -> None:
    headers = gone_out(behavior(policy, cached_methods=frozenset(cached)), ("Authorization", "Basic x"), method=method)
    assert ("authorization" in headers) is kept


def test_all_viewer_sends_authorization_and_the_viewers_host_and_user_agent() -> None:
    lines = (("Host", "www.example.com"), ("user-agent", "curl"), ("Authorization", "Basic x"))
    assert gone_out(all_viewer(), *lines).lines[:3] == lines


def test_all_except_host_sends_the_origins_host() -> None:
    policy = OriginRequestPolicy(name="o", headers=Selection(mode="allExcept", names=("host",)))
    headers = gone_out(behavior(origin_request_policy=policy), ("Host", "www.example.com"), ("User-Agent", "curl"))
    assert headers.get("host") == "origin.example.com"
    assert headers.get("user-agent") == "curl"


def test_what_the_edge_writes_is_there_though_the_viewer_sent_nothing() -> None:
    assert gone_out(all_viewer()).lines == (
        ("Host", "origin.example.com"),
        ("User-Agent", "Amazon CloudFront"),
        ("Connection", "Keep-Alive"),
        ("X-Forwarded-For", "203.0.113.9"),
        ("Via", VIA),
        ("X-Amz-Cf-Id", "id=="),
    )


def test_two_lines_of_x_forwarded_for_become_one_list() -> None:
    lines = (("X-Forwarded-For", "198.51.100.1"), ("Range", "bytes=0-1"), ("X-Forwarded-For", "198.51.100.2"))
    headers = gone_out(behavior(), *lines)
    assert headers.get_all("x-forwarded-for") == ("198.51.100.1,198.51.100.2,203.0.113.9",)
    assert headers.lines[0][0] == "X-Forwarded-For"


def test_via_says_the_version_that_the_viewer_speaks() -> None:
    assert (gone_out(behavior(), http_version="2").get("via") or "").startswith("2.0 ")


def test_what_connection_names_still_reaches_the_origin_since_the_key_may_hold_it() -> None:
    headers = gone_out(behavior(replace(POLICY, headers=named("X-A"))), ("Connection", "X-A"), ("X-A", "1"))
    assert headers.get("x-a") == "1"


def test_a_cloudfront_header_goes_out_where_it_is_named() -> None:
    country = ("CloudFront-Viewer-Country", "GB")
    assert country in gone_out(behavior(replace(POLICY, headers=named(country[0]))), country).lines
    assert country not in gone_out(behavior(replace(LEGACY, headers=Selection(mode="all"))), country).lines


@pytest.mark.parametrize(
    ("policy", "http_version", "sent"),
    [
        pytest.param(replace(POLICY, gzip=True, brotli=True), "1.1", "br,gzip", id="both flags"),
        pytest.param(replace(POLICY, gzip=True), "1.1", "gzip", id="gzip only"),
        pytest.param(replace(LEGACY, gzip=True), "1.1", "gzip", id="legacy with compression"),
        pytest.param(POLICY, "1.1", None, id="no flag"),
        pytest.param(LEGACY, "1.1", None, id="legacy without"),
        pytest.param(replace(POLICY, headers=named("Accept-Encoding")), "1.1", "gzip, deflate, br", id="listed"),
        pytest.param(replace(POLICY, headers=named("Accept-Encoding")), "1.0", None, id="listed, HTTP/1.0"),
        pytest.param(replace(POLICY, gzip=True), "1.0", None, id="a flag, HTTP/1.0"),
    ],
)
def test_accept_encoding_is_what_the_policys_flags_make_of_it(
    policy: CachePolicy, http_version: str, sent: str | None
) -> None:
    line = ("Accept-Encoding", "gzip, deflate, br")
    assert gone_out(behavior(policy), line, http_version=http_version).get("accept-encoding") == sent


def test_all_viewer_sends_accept_encoding_raw_unless_a_flag_is_on() -> None:
    line = ("Accept-Encoding", "zstd, gzip")
    assert gone_out(all_viewer(), line).get("accept-encoding") == "zstd, gzip"
    assert gone_out(all_viewer(cache_policy=replace(POLICY, gzip=True)), line).get("accept-encoding") == "gzip"


# --- cookies and query strings --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cookies", "lines", "sent"),
    [
        pytest.param(Selection(), ["a=1"], (), id="none"),
        pytest.param(Selection(mode="all"), ["b=2; a=1"], ("a=1; b=2",), id="sorted by name"),
        pytest.param(Selection(mode="all"), ["a=x=y; b=%20"], ("a=x=y; b=%20",), id="values untouched"),
        pytest.param(Selection(mode="all"), ["b=2", "a=1"], ("a=1; b=2",), id="two lines become one"),
        pytest.param(Selection(mode="all"), ["$Version=1; b=2; flag"], ("b=2",), id="what is not a cookie"),
        pytest.param(Selection(mode="all"), ["a=2; a=1"], ("a=2; a=1",), id="one name twice keeps its order"),
        pytest.param(Selection(mode="whitelist", names=("b",)), ["a=1; b=2"], ("b=2",), id="listed"),
        pytest.param(Selection(mode="whitelist", names=("c",)), ["a=1; b=2"], (), id="none of them listed"),
        pytest.param(Selection(mode="allExcept", names=("b",)), ["a=1; b=2"], ("a=1",), id="blocked"),
    ],
)
def test_cookies_go_by_the_cookie_settings(cookies: Selection, lines: list[str], sent: tuple[str, ...]) -> None:
    policy = behavior(replace(POLICY, cookies=cookies))
    headers = gone_out(policy, *(("Cookie", line) for line in lines))
    assert headers.get_all("cookie") == sent
    assert forwards_cookies(policy) == (cookies.mode != "none")


RAW = "b=2&a=%7e&&color=red;size=large&a"


@pytest.mark.parametrize(
    ("selection", "sent"),
    [
        pytest.param(Selection(), "", id="none"),
        pytest.param(Selection(mode="all"), RAW, id="all, byte for byte"),
        pytest.param(named("a", "color"), "a=%7e&color=red;size=large&a", id="listed, in the request's order"),
        pytest.param(Selection(mode="allExcept", names=("a",)), "b=2&&color=red;size=large", id="blocked"),
    ],
)
def test_query_strings_go_by_the_query_string_settings(selection: Selection, sent: str) -> None:
    assert asked(behavior(replace(POLICY, query_strings=selection)), query=RAW).query == sent


def test_a_legacy_list_of_query_strings_still_sends_them_all() -> None:
    assert asked(behavior(replace(LEGACY, query_strings=named("a"))), query=RAW).query == RAW


@pytest.mark.parametrize(
    ("signers", "sent"),
    [
        pytest.param({}, "a=1&Expires=2&Signature=3&Key-Pair-Id=4", id="no trusted signer"),
        pytest.param({"trusted_key_groups": ("group",)}, "a=1", id="trusted key group"),
        pytest.param({"trusted_signers": ("self",)}, "a=1", id="trusted signer"),
    ],
)
def test_the_query_strings_of_a_signed_url_do_not_reach_the_origin(signers: dict[str, Any], sent: str) -> None:
    everything = replace(POLICY, query_strings=Selection(mode="all"))
    query = "a=1&Expires=2&Signature=3&Key-Pair-Id=4"
    assert asked(behavior(everything, **signers), query=query).query == sent


# --- the address ----------------------------------------------------------------------------------------------------


def test_the_rest_of_the_request_is_the_viewers() -> None:
    request = asked(behavior(), method="POST", path="/a%2Fb//c", scheme="http")
    assert (request.method, request.path, request.scheme) == ("POST", "/a%2Fb//c", "http")


def test_the_origin_path_comes_before_the_path_and_custom_headers_over_the_viewers() -> None:
    origin = replace(ORIGIN, origin_path="/v1", custom_headers=(("X-Secret", "s"), ("X-New", "n")))
    request = replace(GET, query="a=1", headers=Headers([("x-secret", "guess"), ("X-Other", "o"), ("X-SECRET", "g")]))
    sent = addressed(origin, request)
    assert (sent.path, sent.query) == ("/v1/a", "a=1")
    assert sent.headers.lines == (("X-Secret", "s"), ("X-Other", "o"), ("X-New", "n"))


def test_without_an_origin_path_the_path_is_the_viewers() -> None:
    assert addressed(ORIGIN, GET) == GET


LEGACY_ROWS = ("Cache-Control", "Date", "From", "Max-Forwards", "Origin", "Pragma", "Warning")


@pytest.mark.parametrize("legacy_rows", [False, True])
def test_a_switch_sends_the_rest_of_the_guides_rows_on_under_policies_too(legacy_rows: bool) -> None:
    request = replace(GET, headers=Headers([(name, "x") for name in (*LEGACY_ROWS, "Accept", "X-Other")]))
    sent = forwarded(behavior(), ORIGIN, request, request_id="id==", location=LOCATION, legacy_rows=legacy_rows)
    assert [name for name, value in sent.headers if value == "x"] == (list(LEGACY_ROWS) if legacy_rows else [])
