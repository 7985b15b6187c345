from __future__ import annotations

import re
from typing import Any

import pytest

from edgeware.config.model import CacheBehavior, CachePolicy, OriginRequestPolicy, Selection
from edgeware.core.headers import EdgeLocation, XCache, from_origin, result_type, storable, to_viewer
from edgeware.messages import Headers, Response
from tests.vectors_path import load

RULES: list[dict[str, Any]] = load("response_header_rules.json")["rules"]
X_CACHE: list[dict[str, Any]] = load("x_cache_values.json")["values"]
LOCATION = EdgeLocation(pop="SEA19-C1", via="0123456789abcdef" * 2)
ID = "k6WGMNkEzR5BEM_SaF47gjtX9zBDO2m349OY2an0QPEaUum1ZOLrow=="
DATE = "Tue, 14 Nov 2023 22:13:20 GMT"


NO_COOKIES = Selection()


def behavior(
    *,
    headers: tuple[str, ...] = (),
    cookies: Selection = NO_COOKIES,
    origin_request_policy: OriginRequestPolicy | None = None,
    min_ttl: int = 0,
) -> CacheBehavior:
    selection = Selection(mode="whitelist", names=headers)
    policy = CachePolicy(name="p", headers=selection, cookies=cookies, min_ttl=min_ttl)
    return CacheBehavior(
        path_pattern=None,
        target_origin_id="origin",
        cache_policy=policy,
        origin_request_policy=origin_request_policy,
    )


def received(*lines: tuple[str, str], **settings: Any) -> Headers:
    return from_origin(behavior(**settings), Response(status=200, headers=Headers(lines))).headers


def sent(*lines: tuple[str, str], age: int | None = None, http_version: str = "1.1") -> Headers:
    response = to_viewer(
        Response(status=200, headers=Headers(lines)),
        x_cache=XCache.MISS,
        request_id=ID,
        location=LOCATION,
        http_version=http_version,
        date=DATE,
        age=age,
    )
    return response.headers


# --- from the origin ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name", [rule["header"] for rule in RULES if rule["action"].startswith("remove")] + ["Transfer-Encoding"]
)
def test_what_the_guide_removes_does_not_come_in(name: str) -> None:
    assert received((name, "chunked"), ("ETag", '"x"')).lines == (("ETag", '"x"'),)


def test_hop_by_hop_headers_and_those_that_connection_names_end_at_the_edge() -> None:
    lines = (("Connection", "close, X-Hop"), ("Keep-Alive", "timeout=5"), ("x-hop", "1"), ("X-Stays", "2"))
    assert received(*lines).lines == (("X-Stays", "2"),)


def test_unchanged_lines_come_in_byte_for_byte() -> None:
    lines = (("eTaG", '"x"'), ("X-Empty", ""), ("X-Latin", "caf\xe9 "))
    assert received(*lines).lines == lines


def test_status_reason_and_body_come_in_as_they_are() -> None:
    response = Response(status=404, reason="Nope", headers=Headers([("Upgrade", "h2c")]), body=b"gone")
    assert from_origin(behavior(), response) == Response(status=404, reason="Nope", body=b"gone")


SET_COOKIE = ("Set-Cookie", "a=1")


@pytest.mark.parametrize(
    ("settings", "kept"),
    [
        pytest.param({}, False, id="not forwarded"),
        pytest.param({"cookies": Selection(mode="whitelist", names=("b",))}, True, id="by the cache policy"),
        pytest.param(
            {"origin_request_policy": OriginRequestPolicy(name="o", cookies=Selection(mode="all"))},
            True,
            id="by the origin request policy",
        ),
    ],
)
def test_set_cookie_is_kept_where_cookies_are_forwarded(settings: dict[str, Any], kept: bool) -> None:
    assert (received(SET_COOKIE, SET_COOKIE, **settings).lines == (SET_COOKIE, SET_COOKIE)) is kept


ALL_VIEWER = OriginRequestPolicy(name="o", headers=Selection(mode="allViewer"))
DEVICE = ("CloudFront-Is-Mobile-Viewer",)


@pytest.mark.parametrize(
    ("vary", "settings", "kept"),
    [
        pytest.param("Accept-Encoding", {}, "Accept-Encoding", id="accept-encoding"),
        pytest.param("cookie", {}, "cookie", id="cookie"),
        pytest.param("Origin, accept-encoding", {}, "accept-encoding", id="the others go"),
        pytest.param("Origin, X-A", {"headers": ("origin",)}, "Origin", id="forwarded"),
        pytest.param("X-A,X-B", {"origin_request_policy": ALL_VIEWER}, "X-A, X-B", id="all viewer"),
        pytest.param("User-Agent", {}, None, id="nothing is left"),
        pytest.param("User-Agent", {"headers": DEVICE}, "User-Agent", id="user-agent with a device header"),
        pytest.param("X-A", {"headers": DEVICE}, None, id="others with a device header"),
        pytest.param("*", {"min_ttl": 0}, "*", id="star at a minimum ttl of 0"),
        pytest.param("*", {"min_ttl": 1}, None, id="star above it"),
        pytest.param(" , ", {}, None, id="empty"),
    ],
)
def test_vary_keeps_what_the_origin_can_depend_on(vary: str, settings: dict[str, Any], kept: str | None) -> None:
    assert received(("Vary", vary), ("ETag", "x"), **settings).get("vary") == kept


def test_two_lines_of_vary_stay_two() -> None:
    lines = (("Vary", "Cookie"), ("Vary", "X-A"), ("vary", "Accept-Encoding"))
    assert received(*lines).lines == (("Vary", "Cookie"), ("vary", "Accept-Encoding"))


# --- to the store ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("control", "stored"),
    [
        pytest.param('no-cache="Set-Cookie"', False, id="qualified"),
        pytest.param('max-age=60, No-Cache="x-a, SET-COOKIE"', False, id="among others, in any case"),
        pytest.param("no-cache", True, id="unqualified"),
        pytest.param('no-cache="X-A"', True, id="another header"),
        pytest.param('private="set-cookie"', True, id="another directive"),
        pytest.param("set-cookie, no-cache", True, id="as a directive of its own"),
        pytest.param(None, True, id="no cache-control"),
    ],
)
def test_set_cookie_is_not_stored_where_no_cache_names_it(control: str | None, stored: bool) -> None:
    headers = Headers([SET_COOKIE]) if control is None else Headers([SET_COOKIE, ("Cache-Control", control)])
    assert ("set-cookie" in storable(headers)) is stored


# --- to the viewer --------------------------------------------------------------------------------------------------


def test_the_edge_adds_its_own_headers() -> None:
    assert sent(("Server", "app"), ("Date", "then")).lines == (
        ("Server", "app"),
        ("Date", "then"),
        ("X-Cache", "Miss from cloudfront"),
        ("Via", "1.1 0123456789abcdef0123456789abcdef.cloudfront.net (CloudFront)"),
        ("X-Amz-Cf-Pop", "SEA19-C1"),
        ("X-Amz-Cf-Id", ID),
    )


@pytest.mark.parametrize("rule", [rule for rule in RULES if "example" in rule], ids=lambda rule: str(rule["header"]))
def test_the_edges_headers_look_like_the_guides(rule: dict[str, Any]) -> None:
    shape = re.sub(r"[0-9a-z]{24,}", "[0-9a-z]{24,}", re.escape(rule["example"]))
    shape = rule["example"] if rule["header"] == "X-Amz-Cf-Id" else shape
    shape = "[A-Z]{3}[0-9]+-[CP][0-9]+" if rule["header"] == "X-Amz-Cf-Pop" else shape
    assert re.fullmatch(shape, sent().get(rule["header"]) or "")


def test_server_and_date_are_added_where_missing() -> None:
    headers = sent()
    assert headers.get("Server") == "CloudFront"
    assert headers.get("Date") == DATE


@pytest.mark.parametrize("name", ["Via", "X-Cache", "X-Amz-Cf-Pop", "X-Amz-Cf-Id"])
def test_what_the_origin_says_under_the_edges_own_names_is_replaced(name: str) -> None:
    values = sent((name, "forged"), (name.upper(), "forged")).get_all(name)
    assert len(values) == 1
    assert "forged" not in values


def test_age_is_the_edges_own_on_a_hit_and_absent_on_a_miss() -> None:
    assert sent(("Age", "3600"), age=7).get_all("age") == ("7",)
    assert sent(("Age", "3600")).get_all("age") == ()
    assert sent(age=0).get("age") == "0"


@pytest.mark.parametrize(
    ("version", "said"), [("1.0", "1.0"), ("1.1", "1.1"), ("2", "2.0"), ("3", "3.0"), ("2.0", "2.0")]
)
def test_via_says_the_version_that_the_viewer_speaks(version: str, said: str) -> None:
    assert (sent(http_version=version).get("via") or "").startswith(f"{said} ")


def test_status_reason_and_body_go_out_as_they_are() -> None:
    response = Response(status=404, reason="Nope", body=b"gone")
    told = to_viewer(
        response, x_cache=XCache.ERROR, request_id=ID, location=LOCATION, http_version="2", date=DATE, age=None
    )
    assert (told.status, told.reason, told.body) == (404, "Nope", b"gone")


@pytest.mark.parametrize("row", X_CACHE, ids=lambda row: str(row["x_cache"]))
def test_every_documented_value_of_x_cache_has_a_name(row: dict[str, Any]) -> None:
    kind = result_type(row["x_cache"])
    name = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", kind).upper()
    assert getattr(XCache, name) == row["x_cache"]
    assert kind in row["log_result_type"]
