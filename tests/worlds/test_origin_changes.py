"""Functions that send a request elsewhere, in both worlds: what the origin is asked, and what the viewer gets."""

from __future__ import annotations

import logging
from dataclasses import replace
from typing import Any

import pytest

from edgeware.config.model import Distribution, KeyValueStore, Origin, Unmapped
from tests.worlds.apps import constant, page
from tests.worlds.conftest import NewViewer
from tests.worlds.sites import ALL_VIEWER, js, py, site

pytestmark = pytest.mark.filterwarnings("ignore:Content-Length and the number of bytes")

APP = Origin(id="app", domain_name="app.example.com", custom_headers=(("X-Secret", "s3cret"),), origin_path="/v1")
OTHER = Origin(id="other", domain_name="other.example.com", origin_path="/v2")
LOST = Origin(id="lost", domain_name="lost.example.com", target=Unmapped(why="nothing stands for it"))
PLAIN = "{statusCode: 200, headers: {'content-type': {value: 'text/plain'}}, body: String(text)}"
REWRITE = "The CloudFront function returned an invalid value for origin rewrite."


def changing(calls: str, **more: Any) -> Distribution:
    """A site whose viewer-request function makes some calls."""
    function = js(f"import cf from 'cloudfront'; function handler(event) {{ {calls}; return event.request; }}")
    functions = {"viewer-request": function, **more.pop("functions", {})}
    built = site(functions, origin=APP, **more)
    return replace(built, origins={"app": APP, "other": OTHER, "lost": LOST})


@pytest.mark.parametrize(
    ("calls", "asked"),
    [
        ("1", ("app.example.com", "/v1/x", "s3cret")),
        ("cf.updateRequestOrigin({})", ("app.example.com", "/v1/x", "s3cret")),
        ("cf.updateRequestOrigin({originPath: '/v3'})", ("app.example.com", "/v3/x", "s3cret")),
        ("cf.updateRequestOrigin({originPath: ''})", ("app.example.com", "/x", "s3cret")),
        ("cf.updateRequestOrigin({customHeaders: {}})", ("app.example.com", "/v1/x", None)),
        ("cf.updateRequestOrigin({customHeaders: {'x-secret': 'new'}})", ("app.example.com", "/v1/x", "new")),
        ("cf.updateRequestOrigin({hostHeader: 'www.example.org'})", ("www.example.org", "/v1/x", "s3cret")),
        ("cf.updateRequestOrigin({domainName: 'other.example.com'})", ("other.example.com", "/v1/x", "s3cret")),
        ("cf.updateRequestOrigin({domainName: 'other.example.com', hostHeader: 'h.example.org', originPath: '/o'})",
         ("h.example.org", "/o/x", "s3cret")),
        ("cf.selectRequestOriginById('other')", ("other.example.com", "/v2/x", None)),
        ("cf.selectRequestOriginById('other', {hostHeader: 'h.example.org'})", ("h.example.org", "/v2/x", None)),
        ("cf.selectRequestOriginById('other'); cf.updateRequestOrigin({originPath: '/z'})",
         ("other.example.com", "/z/x", None)),
        ("cf.createRequestOriginGroup({originIds: ['other', 'app'], failoverCriteria: {statusCodes: [500]}})",
         ("other.example.com", "/v2/x", None)),
    ],
)  # fmt: skip
def test_the_origin_is_asked_as_the_function_says(
    calls: str, asked: tuple[str, str, str | None], viewer_of: NewViewer
) -> None:
    viewer = viewer_of(constant(page()), changing(calls))
    assert viewer.get("/x").status == 200
    (request,) = viewer.app.asked
    assert (request.headers["host"], request.path, request.headers.get("x-secret")) == asked


@pytest.mark.parametrize(
    ("calls", "host"),
    [
        ("1", "www.example.com"),
        ("cf.updateRequestOrigin({originPath: '/v3'})", "www.example.com"),
        ("cf.updateRequestOrigin({domainName: 'other.example.com'})", "other.example.com"),
        ("cf.updateRequestOrigin({hostHeader: 'h.example.org'})", "h.example.org"),
        ("cf.selectRequestOriginById('other')", "www.example.com"),
    ],
)
def test_a_name_that_the_function_gives_goes_before_the_viewers_host(
    calls: str, host: str, viewer_of: NewViewer
) -> None:
    viewer = viewer_of(constant(page()), changing(calls, origin_request_policy=ALL_VIEWER))
    viewer.get("/x")
    assert viewer.app.asked[0].headers["host"] == host


def test_lambda_at_origin_request_sees_the_origin_that_the_function_chose(viewer_of: NewViewer) -> None:
    seen = py(
        "def handler(event, context):\n    request = event['Records'][0]['cf']['request']\n"
        "    request['uri'] = '/' + request['origin']['custom']['domainName']\n    return request\n"
    )
    calls = "cf.selectRequestOriginById('other')"
    viewer = viewer_of(constant(page()), changing(calls, functions={"origin-request": seen}))
    viewer.get("/x")
    assert viewer.app.asked[0].path == "/v2/other.example.com"


@pytest.mark.parametrize(
    "calls", ["cf.selectRequestOriginById('lost')", "cf.updateRequestOrigin({domainName: 'a.example'})"]
)
def test_an_origin_that_nothing_stands_for_answers_502(calls: str, viewer_of: NewViewer) -> None:
    viewer = viewer_of(constant(page()), changing(calls))
    got = viewer.get("/x")
    assert (got.status, got.x_cache, viewer.app.asked) == (502, "Error", [])


def test_a_cached_answer_needs_no_origin(viewer_of: NewViewer) -> None:
    calls = "if (event.request.headers['x-n']) cf.selectRequestOriginById('lost')"
    viewer = viewer_of(constant(page()), changing(calls))
    assert [viewer.get("/x").x_cache, viewer.get("/x", X_N="1").x_cache] == ["Miss", "Hit"]


def test_a_wrong_value_is_the_502_of_production_with_every_finding_in_the_log(
    viewer_of: NewViewer, caplog: pytest.LogCaptureFixture
) -> None:
    calls = "cf.updateRequestOrigin({domainName: '127.0.0.1', originPath: '/a/', timeouts: {readTimeout: 0}})"
    viewer = viewer_of(constant(page()), changing(calls))
    with caplog.at_level(logging.WARNING, "edgeware"):
        got = viewer.get("/x")
    assert (got.status, got.x_cache, viewer.app.asked) == (502, "FunctionValidationError", [])
    assert REWRITE in got.body.decode()
    for field in ("domainName", "originPath", "timeouts.readTimeout"):
        assert f"cf.updateRequestOrigin.{field} must be" in caplog.text


def test_a_function_that_answers_itself_asks_no_origin(viewer_of: NewViewer) -> None:
    calls = "const text = 1; cf.updateRequestOrigin(text)"
    function = f"import cf from 'cloudfront'; function handler() {{ {calls}; return {PLAIN} }}"
    viewer = viewer_of(constant(page()), site({"viewer-request": js(function)}))
    assert viewer.get("/x").x_cache == "FunctionGeneratedResponse"


def test_what_functions_log_is_in_the_access_log(viewer_of: NewViewer) -> None:
    def logging_js(text: str, returned: str) -> Any:
        calls = f"cf.logCustomData('lost'); cf.logCustomData({text})"
        return js(f"import cf from 'cloudfront'; function handler(event) {{ {calls}; return event.{returned} }}")

    functions = {
        "viewer-request": logging_js("'a b é'", "request"),
        "viewer-response": logging_js("'%'.repeat(300)", "response"),
    }
    lines: list[Any] = []
    viewer = viewer_of(constant(page()), site(functions), access_log=lines.append)
    viewer.get("/x")
    assert lines[0]["viewer-request-log-data"] == "a%20b%20%C3%A9"
    assert lines[0]["viewer-response-log-data"] == "%25" * 266


def test_a_key_value_store_that_changes_changes_the_next_answer(viewer_of: NewViewer) -> None:
    function = js(
        "import cf from 'cloudfront'; const kvs = cf.kvs(); async function handler(event) {"
        "  const to = await kvs.exists('/x') ? await kvs.get('/x') : 'none';"
        f"  const text = to; return {PLAIN};"
        "}"
    )
    stores = {"redirects": KeyValueStore(name="redirects", data={"/x": "/a"})}
    built = site({"viewer-request": replace(function, key_value_store="redirects")})
    viewer = viewer_of(constant(page()), replace(built, key_value_stores=stores))
    store = viewer.edge.key_value_stores["redirects"]
    assert viewer.get("/x").body.decode() == "/a"
    store.put("/x", "/b")
    assert viewer.get("/x").body.decode() == "/b"
    store.delete("/x")
    assert viewer.get("/x").body.decode() == "none"


def test_the_raw_query_string_is_what_the_viewer_sent(viewer_of: NewViewer) -> None:
    code = f"function handler(event) {{ const text = event.request.rawQueryString(); return {PLAIN} }}"
    viewer = viewer_of(constant(page()), site({"viewer-request": js(code)}))
    assert [viewer.get(path).body.decode() for path in ("/x?b=%20&a", "/x")] == ["b=%20&a", "undefined"]
