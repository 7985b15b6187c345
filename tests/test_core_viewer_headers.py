from __future__ import annotations

from dataclasses import replace
from typing import Any, Literal

import pytest

from edgeware.config.model import CacheBehavior, CachePolicy, OriginRequestPolicy, Selection, ViewerDefaults
from edgeware.core.viewer_headers import HEADER_ORDER_LIMIT, NAMES, added, wanted
from edgeware.messages import Headers, Request
from tests.vectors_path import load

ROWS: list[dict[str, Any]] = load("cloudfront_request_headers.json")["headers"]
EVERY = frozenset(name.lower() for name in NAMES)

REQUEST = Request(
    method="GET",
    path="/missing/page.html",
    query="a=1&b=2",
    http_version="2",
    client_ip="198.51.100.10",
    client_port=46532,
    headers=Headers([(name, "x") for name in ("Host", "User-Agent", "Accept", "Accept-Encoding")]),
)
VIEWER = ViewerDefaults(
    country="GB",
    country_name="United Kingdom",
    region="MI",
    region_name="Michigan",
    city="Ann Arbor",
    postal_code="48105",
    time_zone="America/Los_Angeles",
    latitude="42.30680",
    longitude="-83.70590",
    metro_code="505",
    asn=16509,
    tls="TLSv1.3:TLS_AES_128_GCM_SHA256:sessionResumed",
    ja3_fingerprint="e7d705a3286e19ea42f587b344ee6865",
    ja4_fingerprint="t13d1516h2_8daaf6152771_e5627efa2ab1",
)
ABSENT = {
    *(f"CloudFront-Viewer-Cert-{part}" for part in "Serial-Number Issuer Subject Sha256 Validity Pem".split()),
}
DIFFERENT = {
    "CloudFront-Is-Android-Viewer": "false",
    "CloudFront-Is-IOS-Viewer": "false",
    "CloudFront-Is-Mobile-Viewer": "false",
    "CloudFront-Is-SmartTV-Viewer": "false",
    "CloudFront-Is-Tablet-Viewer": "false",
    "CloudFront-Viewer-Cert-Present": "0",
}
"""What this viewer, on a desktop and without a certificate, has in place of the example."""


def behavior(headers: Selection, origin: Selection | None = None) -> CacheBehavior:
    return CacheBehavior(
        path_pattern=None,
        target_origin_id="app",
        cache_policy=CachePolicy(name="any", headers=headers),
        origin_request_policy=None if origin is None else OriginRequestPolicy(name="any", headers=origin),
    )


def listed(*names: str) -> Selection:
    return Selection(mode="whitelist", names=names)


@pytest.mark.parametrize("row", [pytest.param(row, id=row["name"]) for row in ROWS])
def test_a_listed_header_is_added_in_the_documented_form(row: dict[str, Any]) -> None:
    name = row["name"]
    asked = wanted(behavior(Selection(), listed(name.lower())))
    headers = added(REQUEST, asked, VIEWER).headers
    expected = None if name in ABSENT else DIFFERENT.get(name, row["example"])
    assert headers.get(name) == expected
    assert expected is None or (name, expected) in headers.lines


@pytest.mark.parametrize("row", [pytest.param(row, id=row["name"]) for row in ROWS])
def test_all_except_brings_protocol_versions_device_and_location(row: dict[str, Any]) -> None:
    asked = wanted(behavior(Selection(), Selection(mode="allExcept", names=("Host",))))
    assert (row["name"].lower() in asked) is row["in_AllViewerAndCloudFrontHeaders_2022_06"]


@pytest.mark.parametrize(
    ("policies", "asked"),
    [
        pytest.param(behavior(Selection()), set(), id="nobody asks"),
        pytest.param(behavior(listed("CloudFront-Viewer-Country", "Accept")), {"country"}, id="the cache policy"),
        pytest.param(
            behavior(listed("CloudFront-Viewer-Country"), listed("cloudfront-viewer-city")),
            {"country", "city"},
            id="both policies",
        ),
        pytest.param(
            behavior(
                Selection(),
                Selection(mode="allViewerAndWhitelistCloudFront", names=("CloudFront-Viewer-City",)),
            ),
            {"city"},
            id="all viewer headers and listed ones",
        ),
        pytest.param(behavior(Selection(), Selection(mode="allViewer")), set(), id="all viewer headers"),
        pytest.param(behavior(Selection(mode="all")), set(), id="legacy star"),
        pytest.param(behavior(listed("CloudFront-Made-Up")), set(), id="an unknown name is no header of the edge"),
    ],
)
def test_only_what_a_policy_names_is_wanted(policies: CacheBehavior, asked: set[str]) -> None:
    assert wanted(policies) == {f"cloudfront-viewer-{part}" for part in asked}


def test_all_except_leaves_out_what_it_names() -> None:
    asked = wanted(behavior(Selection(), Selection(mode="allExcept", names=("cloudfront-viewer-country",))))
    assert "cloudfront-viewer-country" not in asked
    assert "cloudfront-viewer-city" in asked


def test_nothing_wanted_leaves_the_request_alone() -> None:
    assert added(REQUEST, frozenset(), VIEWER) is REQUEST


def test_what_the_viewer_sent_under_a_wanted_name_is_replaced() -> None:
    request = replace(REQUEST, headers=Headers([("cloudfront-viewer-country", "XX"), ("Accept", "*/*")]))
    headers = added(request, frozenset({"cloudfront-viewer-country"}), VIEWER).headers
    assert headers.lines == (("Accept", "*/*"), ("CloudFront-Viewer-Country", "GB"))


def test_nobody_has_a_fingerprint_without_tls() -> None:
    asked = frozenset({"cloudfront-viewer-ja3-fingerprint", "cloudfront-viewer-ja4-fingerprint"})
    assert len(added(REQUEST, asked, VIEWER).headers) == len(REQUEST.headers) + 2
    over_http = replace(REQUEST, scheme="http")
    assert added(over_http, asked, VIEWER).headers == REQUEST.headers


def test_the_user_agent_decides_where_no_device_is_given() -> None:
    asked = frozenset({"cloudfront-is-ios-viewer", "cloudfront-is-desktop-viewer"})
    request = replace(REQUEST, headers=Headers([("User-Agent", "Mozilla/5.0 (iPad; CPU OS 16_6 like Mac OS X)")]))
    by_agent, by_device = (
        added(request, asked, ViewerDefaults()),
        added(request, asked, ViewerDefaults(device="desktop")),
    )
    assert by_agent.headers.get("CloudFront-Is-IOS-Viewer") == "true"
    assert by_agent.headers.get("CloudFront-Is-Desktop-Viewer") == "false"
    assert by_device.headers.get("CloudFront-Is-IOS-Viewer") == "false"
    assert by_device.headers.get("CloudFront-Is-Desktop-Viewer") == "true"


def test_a_header_without_a_known_value_is_absent_whatever_the_viewer_sent() -> None:
    request = replace(
        REQUEST, client_ip="", query="", scheme="http", headers=Headers([("CloudFront-Viewer-City", "X")])
    )
    present = added(request, EVERY, ViewerDefaults()).headers.names()
    assert present == {
        "cloudfront-error-uri",
        "cloudfront-forwarded-proto",
        "cloudfront-viewer-cert-present",
        "cloudfront-viewer-header-count",
        "cloudfront-viewer-header-order",
        "cloudfront-viewer-http-version",
        *(f"cloudfront-is-{device}-viewer" for device in ("android", "desktop", "ios", "mobile", "smarttv", "tablet")),
    }


@pytest.mark.parametrize(
    ("device", "true"),
    [
        ("desktop", {"Desktop"}),
        ("mobile", {"Mobile"}),
        ("tablet", {"Tablet"}),
        ("smarttv", {"SmartTV"}),
        ("android", {"Android", "Mobile"}),
        ("ios", {"IOS", "Mobile"}),
    ],
)
def test_the_device_decides_over_all_six_headers(
    device: Literal["desktop", "mobile", "tablet", "smarttv", "android", "ios"], true: set[str]
) -> None:
    headers = added(REQUEST, EVERY, ViewerDefaults(device=device)).headers
    values = {name[14:-7]: value for name, value in headers if name.startswith("CloudFront-Is-")}
    assert len(values) == 6
    assert {name for name, value in values.items() if value == "true"} == true
    assert set(values.values()) == {"true", "false"}


@pytest.mark.parametrize(
    ("version", "form"), [("1.0", "1.0"), ("1.1", "1.1"), ("2", "2.0"), ("3", "3.0"), ("2.0", "2.0")]
)
def test_the_http_version_has_two_digits(version: str, form: str) -> None:
    asked = frozenset({"cloudfront-viewer-http-version"})
    request = replace(REQUEST, http_version=version)
    assert added(request, asked, ViewerDefaults()).headers.get("CloudFront-Viewer-Http-Version") == form
    assert (
        added(request, asked, ViewerDefaults(http_version="3")).headers.get("cloudfront-viewer-http-version") == "3.0"
    )


def test_an_address_of_the_defaults_goes_before_the_peers() -> None:
    headers = added(REQUEST, frozenset({"cloudfront-viewer-address"}), ViewerDefaults(ip="2001:db8::1")).headers
    assert headers.get("CloudFront-Viewer-Address") == "2001:db8::1:46532"


def test_a_name_outside_ascii_is_percent_encoded() -> None:
    headers = added(REQUEST, frozenset({"cloudfront-viewer-city"}), ViewerDefaults(city="São João")).headers
    assert headers.get("CloudFront-Viewer-City") == "S%C3%A3o Jo%C3%A3o"


def test_the_header_order_is_cut() -> None:
    request = replace(REQUEST, headers=Headers([("x" * 100, "")] * 100))
    order = added(request, EVERY, VIEWER).headers.get("CloudFront-Viewer-Header-Order")
    assert order is not None
    assert len(order) == HEADER_ORDER_LIMIT == 7680
