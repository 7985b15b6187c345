"""Headers on both sides of the edge: what viewers get, what origins and functions see."""

from __future__ import annotations

import re
from typing import Any

import pytest

from edgeware.config.model import (
    READ_AND_OPTIONS,
    CachePolicy,
    Cors,
    Origin,
    OriginRequestPolicy,
    PolicyHeader,
    ResponseHeadersPolicy,
    Selection,
    ViewerDefaults,
)
from edgeware.messages import Headers
from tests.worlds.apps import Says, constant, page
from tests.worlds.conftest import NewViewer
from tests.worlds.sites import ALL_VIEWER, DISABLED, TurnableClock, js, py, site

# werkzeug's lint warns of every answer that nobody reads to its end.
pytestmark = pytest.mark.filterwarnings("ignore:Content-Length and the number of bytes")

TYPE = ("Content-Type", "text/plain")


def says(*lines: tuple[str, str], status: int = 200) -> Any:
    """A handler that answers with these headers."""
    return constant(Says(status, [TYPE, *lines], (b"hello",)))


def taking(*names: str) -> OriginRequestPolicy:
    return OriginRequestPolicy(name="taking", headers=Selection(mode="whitelist", names=names))


# --- the edge's own headers -----------------------------------------------------------------------------------------

VIA = re.compile(r"1\.1 [0-9a-f]{32}\.cloudfront\.net \(CloudFront\)")
MADE_JS = js(
    "function handler(event) { return {statusCode: 200, headers: {'content-type': {value: 'text/plain'}}, body: 'x'}; }"
)
FAILS_JS = js("function handler(event) { throw 1; }")
LIES_JS = js("function handler(event) { return 1; }")


@pytest.mark.parametrize(
    ("functions", "settings", "status", "x_cache"),
    [
        pytest.param({}, {}, 200, "Miss", id="a miss"),
        pytest.param({}, {"cache_policy": DISABLED}, 200, "Miss", id="caching disabled"),
        pytest.param({"viewer-request": MADE_JS}, {}, 200, "FunctionGeneratedResponse", id="made by a function"),
        pytest.param({"viewer-request": FAILS_JS}, {}, 503, "FunctionExecutionError", id="a function that fails"),
        pytest.param({"viewer-response": LIES_JS}, {}, 502, "FunctionValidationError", id="a function that lies"),
        pytest.param(
            {},
            {"viewer": ViewerDefaults(scheme="http"), "viewer_protocol_policy": "https-only"},
            403,
            "Error",
            id="refused",
        ),
        pytest.param(
            {},
            {"viewer": ViewerDefaults(scheme="http"), "viewer_protocol_policy": "redirect-to-https"},
            301,
            "Redirect",
            id="redirected",
        ),
    ],
)
def test_the_edges_headers_are_on_every_kind_of_response(
    functions: Any, settings: Any, status: int, x_cache: str, viewer_of: NewViewer, clock: TurnableClock
) -> None:
    clock.now = 784111777
    got = viewer_of(says(), site(functions, **settings)).get("/")
    headers = got.headers
    assert (got.status, headers.get_all("x-cache")) == (status, (f"{x_cache} from cloudfront",))
    assert headers.get_all("server") == ("CloudFront",)
    assert headers.get_all("date") == ("Sun, 06 Nov 1994 08:49:37 GMT",)
    assert VIA.fullmatch(headers.get("via") or "")
    assert headers.get_all("x-amz-cf-pop") == ("LCL50-C1",)
    assert re.fullmatch(r"[A-Za-z0-9_-]{54}==", headers.get("x-amz-cf-id") or "")
    assert "age" not in headers


def test_what_the_edge_says_of_itself_takes_the_place_of_what_the_origin_says(viewer_of: NewViewer) -> None:
    own = [("X-Cache", "Hit"), ("Via", "1.1 proxy"), ("X-Amz-Cf-Id", "1"), ("X-Amz-Cf-Pop", "1"), ("Age", "99")]
    got = viewer_of(says(*own), site()).get("/")
    assert got.headers.get_all("x-cache") == ("Miss from cloudfront",)
    assert VIA.fullmatch(got.headers.get("via") or "")
    assert len(got.headers.get("x-amz-cf-id") or "") == 56
    assert "age" not in got.headers


def test_server_and_date_of_the_origin_stay_also_on_a_hit(viewer_of: NewViewer, clock: TurnableClock) -> None:
    date = "Sun, 06 Nov 1994 08:49:37 GMT"
    viewer = viewer_of(says(("Server", "mine"), ("Date", date)), site())
    for age in (None, "7"):
        got = viewer.get("/")
        assert (got.headers.get_all("server"), got.headers.get_all("date")) == (("mine",), (date,))
        assert got.headers.get("age") == age
        clock.advance(7)


def test_an_object_without_a_date_has_that_of_its_fetch_until_it_is_confirmed(
    viewer_of: NewViewer, clock: TurnableClock
) -> None:
    seen = js("function handler(e) { var r = e.response; r.headers['x-date'] = r.headers.date; return r; }")
    answers = says(("ETag", '"1"'), ("Cache-Control", "max-age=60"))
    viewer = viewer_of(
        lambda asked: Says(304, []) if "if-none-match" in asked.headers else answers(asked),
        site({"viewer-response": seen}),
    )
    dates = []
    for seconds in (0, 7, 60):
        clock.advance(seconds)
        got = viewer.get("/")
        assert got.headers.get("x-date") == got.headers.get("date")
        dates.append((got.x_cache, (got.headers.get("date") or "")[-12:]))
    assert dates == [("Miss", "08:00:00 GMT"), ("Hit", "08:00:00 GMT"), ("RefreshHit", "08:01:07 GMT")]


def test_a_cached_error_has_an_age(viewer_of: NewViewer, clock: TurnableClock) -> None:
    viewer = viewer_of(says(status=404), site())
    viewer.get("/")
    clock.advance(3)
    got = viewer.get("/")
    assert (got.status, got.x_cache, got.headers.get("age")) == (404, "Error", "3")


# --- what the edge takes away ---------------------------------------------------------------------------------------


def test_what_s3_says_to_itself_does_not_reach_the_viewer(viewer_of: NewViewer) -> None:
    lines = [("X-Amz-Id-2", "1"), ("X-Amz-Request-Id", "2"), ("X-Amz-Meta-Mine", "3")]
    got = viewer_of(says(*lines), site()).get("/")
    assert got.headers.get("x-amz-meta-mine") == "3"
    assert not {"x-amz-id-2", "x-amz-request-id"} & got.headers.names()


@pytest.mark.parametrize(
    ("vary", "settings", "kept"),
    [
        ("Accept-Encoding, X-Who, Accept-Language", {}, "Accept-Encoding"),
        ("X-Who", {}, None),
        ("x-who, Cookie", {"origin_request_policy": taking("X-Who")}, "x-who, Cookie"),
        ("User-Agent", {}, None),
        ("User-Agent", {"origin_request_policy": taking("CloudFront-Is-Mobile-Viewer")}, "User-Agent"),
        ("*", {}, "*"),
        ("*", {"cache_policy": CachePolicy(name="min", min_ttl=1)}, None),
    ],
)
def test_vary_names_only_what_the_origin_can_vary_by(
    vary: str, settings: Any, kept: str | None, viewer_of: NewViewer
) -> None:
    viewer = viewer_of(says(("Vary", vary)), site(**settings))
    assert viewer.get("/").headers.get("vary") == kept


def test_the_rest_of_the_origins_headers_passes_as_it_is(viewer_of: NewViewer) -> None:
    lines = [("Cache-Control", "max-age=60,  public"), ("X-Two", "1"), ("X-Two", "2"), ("ETag", 'W/"1"')]
    viewer = viewer_of(says(*lines), site())
    for _ in range(2):
        got = viewer.get("/")
        assert got.headers.get_all("x-two") == ("1", "2")
        assert got.headers.get("cache-control") == "max-age=60,  public"
        assert got.headers.get("etag") == 'W/"1"'


# --- the response headers policy ------------------------------------------------------------------------------------

SECURITY = ResponseHeadersPolicy(
    name="security",
    security_headers=(
        PolicyHeader(name="Strict-Transport-Security", value="max-age=31536000", override=False),
        PolicyHeader(name="X-Content-Type-Options", value="nosniff", override=True),
    ),
)
CORS = ResponseHeadersPolicy(
    name="cors",
    cors=Cors(
        allow_origins=("https://*.example.com",),
        allow_headers=("X-Token",),
        allow_methods=("ALL",),
        allow_credentials=True,
        expose_headers=("X-Count",),
        max_age=600,
    ),
)


def test_a_policys_header_gives_way_to_the_origins_unless_it_overrides(viewer_of: NewViewer) -> None:
    lines = [("Strict-Transport-Security", "max-age=1"), ("X-Content-Type-Options", "other")]
    viewer = viewer_of(says(*lines), site(response_headers_policy=SECURITY))
    for x_cache in ("Miss", "Hit"):
        got = viewer.get("/")
        assert got.x_cache == x_cache
        assert got.headers.get_all("strict-transport-security") == ("max-age=1",)
        assert got.headers.get_all("x-content-type-options") == ("nosniff",)


def test_a_policys_headers_are_on_errors_and_on_what_functions_make(viewer_of: NewViewer) -> None:
    for handler, functions in ((says(status=404), {}), (says(), {"viewer-request": MADE_JS})):
        got = viewer_of(handler, site(functions, response_headers_policy=SECURITY)).get("/")
        assert got.headers.get("strict-transport-security") == "max-age=31536000"


def test_a_policy_removes_headers_and_custom_ones_come_after(viewer_of: NewViewer) -> None:
    policy = ResponseHeadersPolicy(
        name="custom",
        remove_headers=("X-Powered-By", "X-Both", "Server", "Date"),
        custom_headers=(PolicyHeader(name="X-Both", value="policy"), PolicyHeader(name="X-Empty", value="")),
    )
    lines = [("X-Powered-By", "secret"), ("X-Both", "origin"), ("Server", "mine")]
    got = viewer_of(says(*lines), site(response_headers_policy=policy)).get("/")
    assert "x-powered-by" not in got.headers
    assert (got.headers.get_all("x-both"), got.headers.get("x-empty")) == (("policy",), "")
    assert got.headers.get_all("server") == ("CloudFront",)
    assert got.headers.get("date")


def test_a_cache_control_of_the_policys_is_the_viewers_alone(viewer_of: NewViewer, clock: TurnableClock) -> None:
    policy = ResponseHeadersPolicy(
        name="cc", custom_headers=(PolicyHeader(name="Cache-Control", value="no-store", override=True),)
    )
    viewer = viewer_of(says(("Cache-Control", "max-age=60")), site(response_headers_policy=policy))
    got = [viewer.get("/") for _ in range(2)]
    assert [one.headers.get("cache-control") for one in got] == ["no-store", "no-store"]
    assert got[1].x_cache == "Hit"


def test_cors_headers_are_for_this_viewer_and_not_stored(viewer_of: NewViewer) -> None:
    viewer = viewer_of(says(), site(response_headers_policy=CORS))
    seen = [
        viewer.get("/", **({} if origin is None else {"Origin": origin}))
        for origin in ("https://a.example.com", "https://b.example.com", "https://evil.example", None)
    ]
    assert [got.headers.get("access-control-allow-origin") for got in seen] == [
        "https://a.example.com",
        "https://b.example.com",
        None,
        None,
    ]
    assert [got.x_cache for got in seen] == ["Miss", "Hit", "Hit", "Hit"]
    assert seen[0].headers.get("access-control-allow-credentials") == "true"
    assert seen[0].headers.get("access-control-expose-headers") == "X-Count"
    assert "access-control-allow-methods" not in seen[0].headers
    assert seen[0].headers.get("vary") == "Origin"


def test_a_preflight_is_told_methods_headers_and_age(viewer_of: NewViewer) -> None:
    distribution = site(response_headers_policy=CORS, cached_methods=READ_AND_OPTIONS)
    viewer = viewer_of(says(), distribution)
    lines = [("Origin", "https://a.example.com"), ("Access-Control-Request-Method", "PUT")]
    for x_cache in ("Miss", "Hit"):
        got = viewer("OPTIONS", "/", lines)
        assert got.x_cache == x_cache
        assert got.headers.get("access-control-allow-methods") == "DELETE, GET, HEAD, OPTIONS, PATCH, POST, PUT"
        assert got.headers.get("access-control-allow-headers") == "X-Token"
        assert got.headers.get("access-control-max-age") == "600"
    assert viewer.get("/").x_cache == "Miss"


def test_server_timing_of_the_policy_comes_for_the_asking(viewer_of: NewViewer, clock: TurnableClock) -> None:
    policy = ResponseHeadersPolicy(name="timing", server_timing=0.0)
    viewer = viewer_of(says(("Server-Timing", "db;dur=5"), ("ETag", '"1"')), site(response_headers_policy=policy))
    assert viewer.get("/").headers.get("server-timing") == "db;dur=5"
    hit = viewer.get("/", Pragma="server-timing").headers.get("server-timing") or ""
    assert hit.startswith('cdn-cache-hit,cdn-pop;desc="LCL50-C1",cdn-rid;desc="')
    assert "db;dur" not in hit
    viewer.edge.create_invalidation(["/*"])
    miss = viewer.get("/", Pragma="server-timing").headers.get("server-timing") or ""
    assert "cdn-cache-miss" in miss
    assert miss.endswith(",db;dur=5")


def test_the_function_has_the_last_word_after_the_policy(viewer_of: NewViewer) -> None:
    policy = ResponseHeadersPolicy(name="p", custom_headers=(PolicyHeader(name="X-Word", value="policy"),))
    function = js(
        "function handler(event) { var word = event.response.headers['x-word'];"
        " word.value = 'function after ' + word.value; return event.response; }"
    )
    viewer = viewer_of(says(), site({"viewer-response": function}, response_headers_policy=policy))
    assert viewer.get("/").headers.get("x-word") == "function after policy"


# --- what the origin sees -------------------------------------------------------------------------------------------


def seen(viewer_of: NewViewer, *lines: tuple[str, str], method: str = "GET", **settings: Any) -> dict[str, str]:
    """The headers that the app saw of a request."""
    viewer = viewer_of(constant(page()), site(**settings))
    viewer(method, "/", lines)
    return viewer.app.asked[0].headers


def test_without_a_policy_the_origin_sees_the_edge_and_little_of_the_viewer(viewer_of: NewViewer) -> None:
    lines = [("User-Agent", "browser"), ("Accept-Language", "de"), ("Cookie", "a=1"), ("X-Mine", "1")]
    headers = seen(viewer_of, *lines, ("Referer", "https://www.example.com/"), ("Accept", "text/html"))
    assert headers["host"] == "app.example.com"
    assert headers["user-agent"] == "Amazon CloudFront"
    assert headers["x-forwarded-for"] == "198.51.100.7"
    assert VIA.fullmatch(headers["via"])
    assert re.fullmatch(r"[A-Za-z0-9_-]{54}==", headers["x-amz-cf-id"])
    assert not {"accept-language", "cookie", "x-mine", "referer", "accept"} & headers.keys()


def test_with_all_viewer_the_origin_sees_what_the_viewer_sent(viewer_of: NewViewer) -> None:
    lines = [("User-Agent", "browser"), ("Accept-Language", "de"), ("Cookie", "a=1"), ("X-Mine", "1")]
    headers = seen(viewer_of, *lines, origin_request_policy=ALL_VIEWER)
    assert headers["host"] == "www.example.com"
    assert (headers["user-agent"], headers["accept-language"]) == ("browser", "de")
    assert (headers["cookie"], headers["x-mine"]) == ("a=1", "1")


def test_those_who_forwarded_before_are_named_first(viewer_of: NewViewer) -> None:
    lines = [("X-Forwarded-For", "203.0.113.9"), ("Via", "1.1 proxy")]
    headers = seen(viewer_of, *lines, viewer=ViewerDefaults(ip="198.51.100.8"))
    assert headers["x-forwarded-for"] == "203.0.113.9,198.51.100.8"
    assert headers["via"].startswith("1.1 proxy, 1.1 ")


@pytest.mark.parametrize(("method", "reaches"), [("GET", False), ("POST", True)])
def test_authorization_reaches_the_origin_only_with_what_is_never_cached(
    method: str, reaches: bool, viewer_of: NewViewer
) -> None:
    headers = seen(viewer_of, ("Authorization", "Basic eA=="), method=method)
    assert ("authorization" in headers) is reaches


def test_the_origins_own_headers_take_the_place_of_the_viewers(viewer_of: NewViewer) -> None:
    origin = Origin(id="app", domain_name="app.example.com", custom_headers=(("X-Secret", "hush"),))
    headers = seen(viewer_of, ("X-Secret", "guess"), origin=origin, origin_request_policy=ALL_VIEWER)
    assert headers["x-secret"] == "hush"


@pytest.mark.parametrize(
    ("accepts", "settings", "expected"),
    [
        ("gzip, deflate, br", {"gzip": True, "brotli": True}, "br,gzip"),
        ("gzip, deflate, br", {"gzip": True}, "gzip"),
        ("deflate", {"gzip": True, "brotli": True}, "identity"),
        ("gzip", {}, None),
    ],
)
def test_accept_encoding_is_what_the_cache_policy_makes_of_it(
    accepts: str, settings: Any, expected: str | None, viewer_of: NewViewer
) -> None:
    policy = CachePolicy(name="c", **settings)
    assert seen(viewer_of, ("Accept-Encoding", accepts), cache_policy=policy).get("accept-encoding") == expected


# --- CloudFront-* headers -------------------------------------------------------------------------------------------

COLOGNE = ViewerDefaults(country="DE", city="Köln", device="mobile", ip="198.51.100.8", asn=64496)
NAMED = (
    "CloudFront-Viewer-Country",
    "CloudFront-Viewer-City",
    "CloudFront-Is-Mobile-Viewer",
    "CloudFront-Viewer-Address",
    "CloudFront-Forwarded-Proto",
    "CloudFront-Viewer-ASN",
)


def test_cloudfronts_headers_reach_the_origin_where_they_are_named(viewer_of: NewViewer) -> None:
    headers = seen(viewer_of, ("CloudFront-Viewer-Country", "XX"), viewer=COLOGNE, origin_request_policy=taking(*NAMED))
    assert {name: headers.get(name.lower()) for name in NAMED} == {
        "CloudFront-Viewer-Country": "DE",
        "CloudFront-Viewer-City": "K%C3%B6ln",
        "CloudFront-Is-Mobile-Viewer": "true",
        "CloudFront-Viewer-Address": "198.51.100.8:40000",
        "CloudFront-Forwarded-Proto": "https",
        "CloudFront-Viewer-ASN": "64496",
    }


def test_cloudfronts_headers_are_absent_where_nobody_names_them(viewer_of: NewViewer) -> None:
    headers = seen(viewer_of, ("CloudFront-Viewer-Country", "XX"), viewer=COLOGNE)
    assert not any(name.startswith("cloudfront-") for name in headers)


def test_a_function_sees_cloudfronts_headers_and_may_act_on_them(viewer_of: NewViewer) -> None:
    function = js(
        "function handler(event) { var request = event.request;"
        " request.uri = '/' + request.headers['cloudfront-viewer-country'].value.toLowerCase(); return request; }"
    )
    distribution = site(
        {"viewer-request": function}, viewer=COLOGNE, origin_request_policy=taking("CloudFront-Viewer-Country")
    )
    viewer = viewer_of(constant(page()), distribution)
    viewer.get("/")
    assert viewer.app.asked[0].path == "/de"


def test_a_lambda_sees_cloudfronts_headers_at_origin_request(viewer_of: NewViewer) -> None:
    function = py(
        "def handler(event, context):\n"
        "    request = event['Records'][0]['cf']['request']\n"
        "    request['uri'] = '/' + request['headers']['cloudfront-viewer-country'][0]['value']\n"
        "    return request\n"
    )
    policy = CachePolicy(name="c", headers=Selection(mode="whitelist", names=("CloudFront-Viewer-Country",)))
    viewer = viewer_of(constant(page()), site({"origin-request": function}, viewer=COLOGNE, cache_policy=policy))
    viewer.get("/")
    assert viewer.app.asked[0].path == "/DE"
    assert viewer.app.asked[0].headers["cloudfront-viewer-country"] == "DE"


def test_the_viewers_own_headers_are_told_in_the_trace_as_they_came(viewer_of: NewViewer) -> None:
    viewer = viewer_of(constant(page()), site())
    viewer.get("/", X_Mine="1")
    headers: Headers = viewer.edge.exchanges[-1].request.headers
    assert headers.get("x-mine") == "1"


# --- framing --------------------------------------------------------------------------------------------------------

NO_BODY = """
function handler(event) {
    event.response.statusCode = 304;
    delete event.response.headers['content-type'];
    return event.response;
}
"""


@pytest.mark.filterwarnings("ignore:204 responses must have", "ignore:Entity header 'content-length' found in 304")
@pytest.mark.parametrize("status", [204, 304])
def test_no_length_is_announced_where_no_body_follows(status: int, viewer_of: NewViewer) -> None:
    viewer = viewer_of(constant(Says(status, [("Content-Length", "20"), ("ETag", '"1"')])), site(cache_policy=DISABLED))
    got = viewer.get("/")
    assert (got.status, got.body, got.headers.get("etag")) == (status, b"", '"1"')
    assert "content-length" not in got.headers


def test_a_function_that_takes_the_body_away_takes_its_length_too(viewer_of: NewViewer) -> None:
    viewer = viewer_of(constant(page(b"hello")), site({"viewer-response": js(NO_BODY)}))
    for x_cache in ("Miss", "Hit"):
        got = viewer.get("/")
        assert (got.status, got.body, got.x_cache) == (304, b"", x_cache)
        assert "content-length" not in got.headers
