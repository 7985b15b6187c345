"""Which functions run in which circumstance: the rows of trigger_matrix.json, one after the other."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable
from dataclasses import replace
from typing import Any
from unittest.mock import patch

import pytest

from edgeware.config.model import (
    CacheBehavior,
    CloudFrontFunction,
    CustomErrorResponse,
    GeoRestriction,
    LambdaFunction,
    Origin,
    OriginGroup,
    Url,
    ViewerDefaults,
)
from tests.vectors_path import load
from tests.worlds.apps import Asked, Handler, Says, constant, page
from tests.worlds.conftest import NewViewer, Viewer
from tests.worlds.sites import DAY, DISABLED, TurnableClock, js, node, py, site

ROWS = {row["id"]: row for row in load("trigger_matrix.json")["rows"]}

LATER = {
    "waf_block": "AWS WAF is not emulated",
    "grpc": "gRPC is not proxied",
    "websocket": "websockets pass through the edge untouched",
}

# werkzeug's lint warns of every HEAD, and of every answer that nobody reads to its end.
pytestmark = pytest.mark.filterwarnings("ignore:Content-Length and the number of bytes")

VIEWER_JS = {
    "viewer-request": js("function handler(e) { return e.request; }"),
    "viewer-response": js("function handler(e) { return e.response; }"),
}
PASS_REQUEST = "def handler(event, context):\n    return event['Records'][0]['cf']['request']\n"
PASS_RESPONSE = "def handler(event, context):\n    return event['Records'][0]['cf']['response']\n"
ORIGIN_PY = {"origin-request": py(PASS_REQUEST), "origin-response": py(PASS_RESPONSE)}
VIEWER_PY = {"viewer-request": py(PASS_REQUEST), "viewer-response": py(PASS_RESPONSE)}
TYPE = "TYPE = {'content-type': [{'value': 'text/plain'}]}\n"
ORIGIN_NODE = {
    "origin-request": node("exports.handler = async (event) => event.Records[0].cf.request;"),
    "origin-response": node("exports.handler = (event, context, done) => done(null, event.Records[0].cf.response);"),
}
VIEWER_NODE = {
    "viewer-request": node("exports.handler = (event, context, done) => done(null, event.Records[0].cf.request);"),
    "viewer-response": node("exports.handler = async (event) => event.Records[0].cf.response;"),
}
FAILING_JS = js("function handler(e) { throw new Error('no'); }")
FAILING_PY = py("def handler(event, context):\n    raise ValueError('no')\n")
GENERATING_PY = py(
    TYPE + "def handler(event, context):\n    return {'status': '200', 'body': 'made', 'headers': TYPE}\n"
)
GENERATING_JS = js(
    "function handler(e) {"
    " return {statusCode: 202, statusDescription: 'Accepted', headers: {'content-type': {value: 'text/plain'}}}; }"
)
FAILING_NODE = node("exports.handler = async () => { throw new Error('no'); };")
MADE_BY_NODE = (
    "const headers = {{ 'content-type': [{{ value: 'text/plain' }}] }};"
    "exports.handler = async () => ({{ status: '{status}', body: 'made', headers }});"
)
GENERATING_NODE = node(MADE_BY_NODE.format(status=200))
REFUSING_NODE = node(MADE_BY_NODE.format(status=403))
REFUSING_PY = py(TYPE + "def handler(event, context):\n    return {'status': '403', 'body': 'no', 'headers': TYPE}\n")


def setting_status(status: int, runtime: str) -> LambdaFunction:
    if runtime.startswith("nodejs"):
        return node(
            "exports.handler = async (event) => {"
            f" const {{ response }} = event.Records[0].cf; response.status = '{status}'; return response; }};"
        )
    return py(
        "def handler(event, context):\n"
        "    response = event['Records'][0]['cf']['response']\n"
        f"    response['status'] = '{status}'\n"
        "    return response\n"
    )


class Circumstance:
    """Brings one circumstance about and knows the exchange it is about."""

    def __init__(self, new: NewViewer, clock: TurnableClock, viewer_functions: dict[str, Any]) -> None:
        self.new = new
        self.clock = clock
        origin_functions = ORIGIN_NODE if viewer_functions is VIEWER_NODE else ORIGIN_PY
        self.functions: dict[str, CloudFrontFunction | LambdaFunction] = {**viewer_functions, **origin_functions}

    def alike(self, event_type: str, *functions: CloudFrontFunction | LambdaFunction) -> Any:
        """Of several functions the one in the language of what runs at an event."""
        runtime = self.functions[event_type].runtime
        return next(one for one in functions if one.runtime == runtime)

    def viewer(self, handler: Handler, **settings: Any) -> Viewer:
        return self.new(handler, site({**self.functions, **settings.pop("functions", {})}, **settings))

    def steps(self, *answers: Says) -> Handler:
        remaining = list(answers)
        return lambda asked: remaining.pop(0) if len(remaining) > 1 else remaining[0]


def got(viewer: Viewer, method: str = "GET", target: str = "/x", **headers: str) -> Viewer:
    viewer(method, target, [(name.replace("_", "-"), value) for name, value in headers.items()])
    return viewer


def ranged(asked: Asked) -> Says:
    if "range" in asked.headers:
        lines = [("Content-Length", "2"), ("Content-Range", "bytes 0-1/5")]
        return Says(206, [("Content-Type", "text/plain"), *lines], (b"he",))
    return page(b"hello")


def miss(c: Circumstance) -> Viewer:
    return got(c.viewer(constant(page())))


def hit(c: Circumstance) -> Viewer:
    return got(miss(c))


def negative_hit(c: Circumstance) -> Viewer:
    return got(got(c.viewer(constant(Says(404)))))


def conditional_hit(c: Circumstance) -> Viewer:
    return got(got(c.viewer(constant(page(ETag='"1"')))), If_None_Match='"1"')


def stale(c: Circumstance, *answers: Says) -> Viewer:
    viewer = got(c.viewer(c.steps(page(Cache_Control="max-age=5", ETag='"1"'), *answers)))
    c.clock.advance(6)
    return got(viewer)


def unreachable(c: Circumstance) -> Viewer:
    return got(c.viewer(constant(page()), origin=away("http://127.0.0.1:9")))


def unresolved(c: Circumstance) -> Viewer:
    with patch.object(socket, "getaddrinfo", side_effect=socket.gaierror("no such name")):
        viewer = got(c.viewer(constant(page()), origin=away("http://nowhere.invalid")))
    assert viewer.edge.exchanges[-1].trace.facts is not None
    assert viewer.edge.exchanges[-1].trace.facts.detail == "OriginDnsError"
    return viewer


def away(url: str) -> Origin:
    return Origin(id="app", domain_name="app.example.com", target=Url(url=url), connection_attempts=1)


def generated_at_viewer_request(c: Circumstance) -> Viewer:
    made = c.alike("viewer-request", GENERATING_JS, GENERATING_PY, GENERATING_NODE)
    return got(c.viewer(constant(page()), functions={"viewer-request": made}))


def generated_at_origin_request(c: Circumstance) -> Viewer:
    return made_at_origin_request(c, GENERATING_PY, GENERATING_NODE)


def made_at_origin_request(c: Circumstance, *functions: LambdaFunction) -> Viewer:
    return got(c.viewer(constant(page()), functions={"origin-request": c.alike("origin-request", *functions)}))


def with_status(c: Circumstance, says: Says, status: int) -> Viewer:
    changes = setting_status(status, c.functions["origin-response"].runtime)
    return got(c.viewer(constant(says), functions={"origin-response": changes}))


def plain_http(c: Circumstance, policy: str) -> Viewer:
    viewer = ViewerDefaults(scheme="http")
    return got(c.viewer(constant(page()), viewer=viewer, viewer_protocol_policy=policy))


def collapsed(c: Circumstance) -> Viewer:
    """The second request arrives while the app answers the first: asked in order of arrival by two threads."""
    asked, waits = threading.Event(), threading.Event()

    def slow(request: Asked) -> Says:
        asked.set()
        assert waits.wait(10)
        return page()

    viewer = c.viewer(slow)
    first = threading.Thread(target=lambda: got(viewer))
    first.start()
    assert asked.wait(10)
    second = threading.Thread(target=lambda: got(viewer))
    second.start()
    while len(viewer.edge.exchanges) < 2 or not viewer.edge.waiting():
        threading.Event().wait(0.001)
    waits.set()
    first.join()
    second.join()
    return viewer


def in_its_window(c: Circumstance) -> Viewer:
    viewer = got(c.viewer(constant(page(Cache_Control="max-age=5, stale-while-revalidate=5"))))
    c.clock.advance(6)
    return got(viewer)


CUSTOM = {404: CustomErrorResponse(error_code=404, response_page_path="/errors/404", response_code=200)}


def paged(c: Circumstance, *, functions_on: str = "/x") -> Viewer:
    """An error that has a page; the functions are those of the one behavior, and the other has none."""
    other = "/errors/*" if functions_on == "/x" else "/x"
    plain = CacheBehavior(path_pattern=other, target_origin_id="app", cache_policy=DAY)
    return got(
        c.viewer(
            lambda asked: page() if asked.path == "/errors/404" else Says(404),
            behaviors=(plain,),
            distribution={"custom_error_responses": CUSTOM},
        )
    )


def failed_over(c: Circumstance, method: str) -> Viewer:
    """A group whose primary answers 503 and whose secondary is well; the app stands for both."""
    plain = site(c.functions, target_origin_id="group")
    origins = {name: Origin(id=name, domain_name=f"{name}.example.com") for name in ("first", "second")}
    group = OriginGroup(id="group", members=("first", "second"), status_codes=frozenset({503}))
    distribution = replace(plain, origins=origins, origin_groups={"group": group})
    handler: Handler = lambda asked: Says(503) if asked.headers["host"] == "first.example.com" else page()  # noqa: E731
    return got(c.new(handler, distribution), method)


def failing(c: Circumstance, event_type: str) -> Viewer:
    fails = c.alike(event_type, FAILING_JS, FAILING_PY, FAILING_NODE)
    return got(c.viewer(constant(page()), functions={event_type: fails}))


CIRCUMSTANCES: dict[str, Callable[[Circumstance], Viewer]] = {
    "miss_2xx_3xx": miss,
    "hit_fresh": hit,
    "hit_negative": negative_hit,
    "viewer_conditional_hit": conditional_hit,
    "stale_304": lambda c: stale(c, Says(304, [])),
    "stale_200": lambda c: stale(c, page(b"new")),
    "stale_on_5xx": lambda c: stale(c, Says(500)),
    "origin_4xx": lambda c: got(c.viewer(constant(Says(404)))),
    "origin_5xx": lambda c: got(c.viewer(constant(Says(500)))),
    "origin_unreachable": unreachable,
    "origin_dns_failure": unresolved,
    "geo_blocked": lambda c: got(
        c.viewer(
            constant(page()),
            viewer=ViewerDefaults(country="DE"),
            distribution={"geo_restriction": GeoRestriction(type="blacklist", locations=frozenset({"DE"}))},
        )
    ),
    "signed_url_rejected": lambda c: got(
        c.viewer(
            constant(page()),
            trusted_key_groups=("signers",),
        )
    ),
    "vr_generated": generated_at_viewer_request,
    "vr_generated_cff": generated_at_viewer_request,
    "or_generated_ok": generated_at_origin_request,
    "or_generated_err": lambda c: made_at_origin_request(c, REFUSING_PY, REFUSING_NODE),
    "or_generated_hit": lambda c: got(generated_at_origin_request(c)),
    "ores_rewrites_error_to_ok": lambda c: with_status(c, Says(404), 200),
    "ores_rewrites_ok_to_error": lambda c: with_status(c, page(), 404),
    "http_to_https_redirect": lambda c: plain_http(c, "redirect-to-https"),
    "https_only_403": lambda c: plain_http(c, "https-only"),
    "method_not_allowed": lambda c: got(
        c.viewer(constant(page()), allowed_methods=frozenset({"GET", "HEAD"})), "DELETE"
    ),
    "get_with_body": lambda c: got(c.viewer(constant(page())), Content_Length="3"),
    "request_too_large": lambda c: got(c.viewer(constant(page())), target="/" + "x" * 8192),
    "range_miss": lambda c: got(c.viewer(ranged), Range="bytes=0-1"),
    "range_hit": lambda c: got(got(c.viewer(constant(page()))), Range="bytes=0-1"),
    "head_miss": lambda c: got(c.viewer(constant(page(b""))), "HEAD"),
    "head_hit": lambda c: got(got(c.viewer(constant(page()))), "HEAD"),
    "options_uncached": lambda c: got(c.viewer(constant(page())), "OPTIONS"),
    "post_put_patch_delete": lambda c: got(c.viewer(constant(page())), "POST"),
    "caching_disabled": lambda c: got(c.viewer(constant(page()), cache_policy=DISABLED)),
    "collapsed": collapsed,
    "stale_while_revalidate": in_its_window,
    "origin_error_custom_page": paged,
    "custom_page_fetch": lambda c: paged(c, functions_on="/errors/404"),
    "custom_page_cached": lambda c: got(paged(c)),
    "failover": lambda c: failed_over(c, "GET"),
    "failover_post": lambda c: failed_over(c, "POST"),
    "origin_shield": miss,
    "vr_function_fails": lambda c: failing(c, "viewer-request"),
    "or_function_fails": lambda c: failing(c, "origin-request"),
    "ores_function_fails": lambda c: failing(c, "origin-response"),
    "vres_function_fails": lambda c: failing(c, "viewer-response"),
}

TIMES = {"yes": 1, "background": 1, "once": 1, "twice": 2, "twice (primary, secondary)": 2}
COLUMNS = {
    "cff": {"viewer-request": "cff_viewer_request", "viewer-response": "cff_viewer_response"},
    "le": {"viewer-request": "le_viewer_request", "viewer-response": "le_viewer_response"},
}
KINDS: dict[str, dict[str, Any]] = {"cff": VIEWER_JS, "le": VIEWER_PY, "le in node": VIEWER_NODE}
ORIGIN_COLUMNS = {"origin-request": "le_origin_request", "origin-response": "le_origin_response"}


def test_every_row_is_built_or_listed_with_its_reason() -> None:
    assert set(ROWS) == CIRCUMSTANCES.keys() | LATER.keys()
    assert not CIRCUMSTANCES.keys() & LATER.keys()


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("row", CIRCUMSTANCES)
def test_the_functions_that_run_are_those_of_the_row(
    row: str, kind: str, viewer_of: NewViewer, clock: TurnableClock
) -> None:
    columns = {**COLUMNS["cff" if kind == "cff" else "le"], **ORIGIN_COLUMNS}
    expected = {event_type: ROWS[row]["runs"][column] for event_type, column in columns.items()}
    if "n/a" in (expected["viewer-request"], expected["viewer-response"]):
        return
    viewer = CIRCUMSTANCES[row](Circumstance(viewer_of, clock, KINDS[kind]))
    ran = [run.event_type for run in viewer.edge.exchanges[-1].trace.functions]
    for event_type, runs in expected.items():
        times = ran.count(event_type)
        if runs == "no":
            assert times == 0
        elif runs in TIMES:
            assert times == TIMES[runs]
