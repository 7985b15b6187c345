"""Requests that go no further than the edge: what the viewer gets, and that nobody else hears of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from edgeware.config.model import (
    CloudFrontFunction,
    CustomErrorResponse,
    GeoRestriction,
    LambdaFunction,
    OriginRequestPolicy,
    PolicyHeader,
    ResponseHeadersPolicy,
    Selection,
    ViewerDefaults,
    ViewerRange,
)
from edgeware.core import error_page
from tests.worlds.apps import Handler, constant, page
from tests.worlds.conftest import NewViewer, Viewer
from tests.worlds.sites import js, py, site
from tests.worlds.viewers import Got

# werkzeug's lint warns of every answer that nobody reads to its end.
pytestmark = pytest.mark.filterwarnings("ignore:Content-Length and the number of bytes")

NEVER = "the function of a request that went no further"
EVERY_FUNCTION: dict[str, CloudFrontFunction | LambdaFunction] = {
    "viewer-request": js(f"function handler(event) {{ throw new Error('{NEVER}'); }}"),
    "viewer-response": js(f"function handler(event) {{ throw new Error('{NEVER}'); }}"),
    "origin-request": py(f"def handler(event, context):\n    raise ValueError('{NEVER}')\n"),
    "origin-response": py(f"def handler(event, context):\n    raise ValueError('{NEVER}')\n"),
}
ADDS = ResponseHeadersPolicy(name="adds", custom_headers=(PolicyHeader(name="X-Policy", value="yes"),))
HELLO: Handler = constant(page())
OVER_HTTP = ViewerDefaults(scheme="http")


def guarded(viewer_of: NewViewer, **settings: Any) -> Viewer:
    """A viewer of a site whose every function would fail, and whose responses all get a header."""
    return viewer_of(HELLO, site(EVERY_FUNCTION, response_headers_policy=ADDS, **settings))


def is_the_edges_own(viewer: Viewer, got: Got) -> bool:
    """Neither function nor app heard of it, and the edge's headers are there."""
    assert viewer.app.calls == 0
    assert viewer.edge.exchanges[-1].trace.functions == ()
    assert got.headers.get("server") == "CloudFront"
    assert got.headers.get("content-type") == "text/html"
    assert got.headers.get("date")
    assert got.headers.get("x-amz-cf-id") == viewer.edge.exchanges[-1].request_id
    assert "age" not in got.headers
    return True


@pytest.mark.parametrize(
    ("method", "status", "phrase"),
    [
        ("GET", 301, "Moved Permanently"),
        ("HEAD", 301, "Moved Permanently"),
        ("POST", 307, "Temporary Redirect"),
        ("OPTIONS", 307, "Temporary Redirect"),
        ("DELETE", 307, "Temporary Redirect"),
    ],
)
def test_a_viewer_that_comes_over_http_is_sent_to_https(
    method: str, status: int, phrase: str, viewer_of: NewViewer
) -> None:
    viewer = guarded(viewer_of, viewer=OVER_HTTP, viewer_protocol_policy="redirect-to-https")
    got = viewer(method, "/a%20b?c=d&e")
    assert is_the_edges_own(viewer, got)
    assert (got.status, got.x_cache) == (status, "Redirect")
    assert got.headers.get("location") == "https://www.example.com/a%20b?c=d&e"
    page = (
        f"<html>\r\n<head><title>{status} {phrase}</title></head>\r\n<body>\r\n<center><h1>{status} {phrase}</h1>"
        "</center>\r\n<hr><center>CloudFront</center>\r\n</body>\r\n</html>\r\n"
    )
    assert got.headers.get("content-length") == str(len(page))
    assert got.body == (b"" if method == "HEAD" else page.encode())


def test_the_response_headers_policy_has_no_say_in_a_redirect(viewer_of: NewViewer) -> None:
    viewer = guarded(viewer_of, viewer=OVER_HTTP, viewer_protocol_policy="redirect-to-https")
    assert "x-policy" not in viewer.get("/").headers


@pytest.mark.parametrize("policy", ["redirect-to-https", "https-only", "allow-all"])
def test_a_viewer_that_comes_over_https_goes_on(policy: str, viewer_of: NewViewer) -> None:
    viewer = viewer_of(HELLO, site(viewer_protocol_policy=policy))
    assert viewer.get("/").status == 200


@pytest.mark.parametrize(
    ("settings", "method", "target", "headers", "status", "sentence"),
    [
        pytest.param(
            {"viewer": OVER_HTTP, "viewer_protocol_policy": "https-only"},
            "GET", "/", (), 403, error_page.HTTPS_ONLY,
            id="HTTP where HTTPS is asked for",
        ),
        pytest.param(
            {"allowed_methods": frozenset({"GET", "HEAD"})},
            "DELETE", "/", (), 403, error_page.METHOD_NOT_ALLOWED,
            id="a method that is not allowed",
        ),
        pytest.param({}, "TRACE", "/", (), 403, error_page.METHOD_NOT_ALLOWED, id="a method that none can allow"),
        pytest.param(
            {}, "GET", "/", (("Content-Length", "3"),), 403, error_page.GET_WITH_BODY, id="a GET with a body"
        ),
        pytest.param({}, "GET", "/" + "x" * 8192, (), 414, error_page.URL_TOO_LONG, id="a long URL"),
        pytest.param({}, "GET", "/?" + "x" * 8191, (), 414, error_page.URL_TOO_LONG, id="a long query string"),
        pytest.param({}, "GET", "/", (("X-Long", "x" * 32768),), 494, error_page.HEAD_TOO_LARGE, id="a large head"),
    ],
)  # fmt: skip
def test_a_request_that_is_refused_is_a_page_of_the_edges_own(
    settings: dict[str, Any],
    method: str,
    target: str,
    headers: tuple[tuple[str, str], ...],
    status: int,
    sentence: str,
    viewer_of: NewViewer,
) -> None:
    viewer = guarded(viewer_of, **settings)
    got = viewer(method, target, headers)
    text = got.body.decode()
    assert is_the_edges_own(viewer, got)
    assert (got.status, got.x_cache) == (status, "Error")
    assert sentence in text
    assert f"<H1>{status} ERROR</H1>" in text
    assert "Generated by cloudfront (CloudFront)" in text
    assert f"Request ID: {got.headers.get('x-amz-cf-id')}" in text
    assert got.headers.get("content-length") == str(len(got.body))
    assert got.headers.get("x-policy") == "yes"


def test_a_refusal_is_not_cached(viewer_of: NewViewer) -> None:
    viewer = viewer_of(HELLO, site(allowed_methods=frozenset({"GET", "HEAD"})))
    assert viewer("GET", "/", (("Content-Length", "3"),)).status == 403
    assert (viewer.get("/").status, viewer.get("/").x_cache) == (200, "Hit")


def test_a_post_keeps_its_body_whatever_its_length(viewer_of: NewViewer) -> None:
    viewer = viewer_of(HELLO, site())
    assert viewer("POST", "/", body=b"x" * 40000).status == 200
    assert viewer.app.asked[0].body == b"x" * 40000


GEOGRAPHY = ViewerDefaults(
    geography=(
        ViewerRange(cidr="203.0.113.0/24", country="DE", city="Berlin"),
        ViewerRange(cidr="198.51.100.0/24", country="FR"),
    )
)
COUNTRY = OriginRequestPolicy(name="country", headers=Selection(mode="whitelist", names=("CloudFront-Viewer-Country",)))


def test_a_viewer_from_a_blocked_country_gets_the_edges_page_and_others_get_the_site(viewer_of: NewViewer) -> None:
    restriction = GeoRestriction(type="blacklist", locations=frozenset({"FR"}))
    viewer = guarded(viewer_of, viewer=GEOGRAPHY, distribution={"geo_restriction": restriction})
    got = viewer.get("/")  # 198.51.100.7
    assert is_the_edges_own(viewer, got)
    assert (got.status, got.x_cache) == (403, "Error")
    assert error_page.GEO_BLOCKED in got.body.decode()
    elsewhere = replace(GEOGRAPHY, ip="203.0.113.9")
    let_in = viewer_of(HELLO, site(viewer=elsewhere, distribution={"geo_restriction": restriction}))
    assert let_in.get("/").status == 200


def test_the_origin_is_told_where_each_viewer_is(viewer_of: NewViewer) -> None:
    viewer = viewer_of(HELLO, site(viewer=GEOGRAPHY, origin_request_policy=COUNTRY))
    viewer.get("/", CloudFront_Viewer_Country="XX")
    assert viewer.app.asked[0].headers.get("cloudfront-viewer-country") == "FR"


def test_a_viewer_who_is_believed_says_where_it_is_and_the_origin_hears_no_more_than_that(
    viewer_of: NewViewer,
) -> None:
    believed = replace(GEOGRAPHY, override_headers=True)
    restriction = GeoRestriction(type="blacklist", locations=frozenset({"FR"}))
    distribution = {"geo_restriction": restriction}
    viewer = viewer_of(HELLO, site(viewer=believed, origin_request_policy=COUNTRY, distribution=distribution))
    assert viewer.get("/").status == 403
    assert viewer.get("/", X_Edgeware_Country="NO").status == 200
    assert viewer.get("/a", X_Edgeware_Ip="203.0.113.9").status == 200
    heard = [asked.headers for asked in viewer.app.asked]
    assert [headers.get("cloudfront-viewer-country") for headers in heard] == ["NO", "DE"]
    assert [name for headers in heard for name in headers if "edgeware" in name.lower()] == []


def test_a_host_of_another_distribution_is_refused_where_it_is_looked_at(viewer_of: NewViewer) -> None:
    viewer = guarded(viewer_of, viewer=ViewerDefaults(check_host=True))
    got = viewer.get("/")
    assert is_the_edges_own(viewer, got)
    assert (got.status, error_page.UNKNOWN_HOST in got.body.decode()) == (403, True)
    known = viewer_of(HELLO, site(viewer=ViewerDefaults(check_host=True), distribution={"aliases": ("*.example.com",)}))
    assert known.get("/").status == 200


def test_a_request_that_is_too_large_is_not_logged_and_other_refusals_are(viewer_of: NewViewer) -> None:
    lines: list[Mapping[str, str]] = []
    viewer = viewer_of(HELLO, site(), access_log=lines.append)
    assert viewer.get("/" + "x" * 8192).status == 414
    assert viewer("GET", "/", [("X-Long", "x" * 32768)]).status == 494
    assert lines == []
    assert viewer("TRACE", "/").status == 403
    assert [line["sc-status"] for line in lines] == ["403"]


def test_a_custom_error_page_takes_the_place_of_the_page_for_a_blocked_country(viewer_of: NewViewer) -> None:
    settings = {
        "geo_restriction": GeoRestriction(type="blacklist", locations=frozenset({"FR"})),
        "custom_error_responses": {
            403: CustomErrorResponse(error_code=403, response_page_path="/sorry.html", response_code=200)
        },
    }
    viewer = viewer_of(HELLO, site(viewer=GEOGRAPHY, distribution=settings))
    got = viewer.get("/a")
    assert (got.status, got.x_cache, got.body) == (200, "Error", b"hello")
    assert viewer.app.asked[0].path == "/sorry.html"
