"""Why the edge did what it did: in the trace, in the log, and on the wire only if somebody asked for it."""

from __future__ import annotations

import logging
from collections.abc import Mapping

import pytest

from edgeware.config.model import CacheBehavior, CachePolicy, CloudFrontFunction, LambdaFunction
from edgeware.core.access_log import FIELDS
from tests.worlds.apps import Asked, Handler, Says, constant, page
from tests.worlds.conftest import NewViewer, Viewer
from tests.worlds.sites import ALL_VIEWER, DAY, DISABLED, TurnableClock, js, py, site

# werkzeug's lint warns of every HEAD, and of every answer that nobody reads to its end.
pytestmark = pytest.mark.filterwarnings("ignore:Content-Length and the number of bytes")

HELLO: Handler = constant(page(ETag='"1"', Cache_Control="max-age=60"))


def said(viewer: Viewer, step: str) -> list[str]:
    """What the trace of the last exchange says about a stage."""
    return [decision.text for decision in viewer.edge.exchanges[-1].trace.decisions if decision.step == step]


# --- why ------------------------------------------------------------------------------------------------------------


def test_the_behavior_that_took_the_request_is_named(viewer_of: NewViewer) -> None:
    listed = CacheBehavior(path_pattern="/images/*", target_origin_id="app", cache_policy=DISABLED)
    viewer = viewer_of(HELLO, site(behaviors=(listed,)))
    for path, name in (("/images/a.png", "/images/*"), ("/a", "Default (*)")):
        viewer.get(path)
        assert said(viewer, "behavior") == [name]


def test_a_miss_says_what_was_stored_and_by_which_rule(viewer_of: NewViewer) -> None:
    viewer = viewer_of(HELLO, site())
    viewer.get("/")
    assert said(viewer, "cache") == []
    assert said(viewer, "store") == ["A0: max-age=60 between minimum TTL 0 and maximum 31536000"]


def test_a_hit_says_how_long_it_is_fresh(viewer_of: NewViewer, clock: TurnableClock) -> None:
    viewer = viewer_of(HELLO, site())
    viewer.get("/")
    clock.advance(18)
    viewer.get("/")
    assert (said(viewer, "cache"), said(viewer, "store")) == (["fresh for 42 s more"], [])


def test_an_expired_object_says_since_when(viewer_of: NewViewer, clock: TurnableClock) -> None:
    viewer = viewer_of(HELLO, site())
    viewer.get("/")
    clock.advance(63)
    viewer.get("/")
    assert said(viewer, "cache") == ["expired 3 s ago"] * 2  # seen again after it boarded


def test_an_object_that_stands_in_says_why(viewer_of: NewViewer, clock: TurnableClock) -> None:
    answers = [page(Cache_Control="max-age=60"), Says(503)]
    viewer = viewer_of(lambda asked: answers.pop(0), site())
    viewer.get("/")
    clock.advance(61)
    viewer.get("/")
    assert said(viewer, "cache")[-1] == "the origin failed with 503: the stale object stands in [Expiration]"
    viewer.get("/")
    assert said(viewer, "cache") == [
        "stale, but the origin failed a moment ago and is left alone until the error expires"
    ]


@pytest.mark.parametrize(
    ("says", "why"),
    [
        (page(Cache_Control="private"), "N0: private and minimum TTL 0: kept only for an origin that fails"),
        (Says(403), "E3n: a 403 is cached only with max-age or s-maxage"),
        (Says(404, [("Content-Type", "text/plain"), ("Cache-Control", "no-store")]), "E4: no-store keeps a 404 out"),
        (Says(307), "R1: a 307 is cached only with a Cache-Control header"),
        (Says(206, [("Content-Type", "text/plain")]), "nothing to store"),
    ],
    ids=["private", "403", "404 no-store", "307", "206"],
)
def test_what_is_not_stored_says_why(says: Says, why: str, viewer_of: NewViewer) -> None:
    viewer = viewer_of(constant(says), site())
    viewer.get("/")
    assert said(viewer, "store")[0].startswith(why)


@pytest.mark.parametrize(("method", "policy"), [("GET", DISABLED), ("POST", DAY)])
def test_what_is_not_looked_up_says_why(method: str, policy: CachePolicy, viewer_of: NewViewer) -> None:
    viewer = viewer_of(HELLO, site(cache_policy=policy))
    viewer(method, "/")
    assert said(viewer, "cache") == ["not looked up: caching is disabled, or this method is never cached"]


def test_a_viewer_response_function_that_did_not_run_says_why(viewer_of: NewViewer) -> None:
    function = js("function handler(event) { return event.response; }")
    viewer = viewer_of(constant(Says(404)), site({"viewer-response": function}))
    viewer.get("/")
    assert said(viewer, "viewer-response") == ["skipped: an error, or an answer of the edge's or a function's own"]


# --- functions ------------------------------------------------------------------------------------------------------

CHANGES_JS = js(
    """
function handler(event) {
  console.log('asked for ' + event.request.uri);
  console.log('by ' + event.viewer.ip);
  var request = event.request;
  request.headers['x-new'] = {value: '1'};
  request.headers['x-old'].value = 'after';
  delete request.headers['x-gone'];
  return request;
}
""",
    "changes",
)
CHANGES_PY = py(
    "def handler(event, context):\n"
    "    response = event['Records'][0]['cf']['response']\n"
    "    print('status', response['status'])\n"
    "    response['headers']['x-by'] = [{'key': 'X-By', 'value': 'lambda'}]\n"
    "    return response\n",
    "signs",
)
BOTH: dict[str, CloudFrontFunction | LambdaFunction] = {"viewer-request": CHANGES_JS, "origin-response": CHANGES_PY}


def test_a_function_run_tells_what_was_logged_and_which_headers_changed(viewer_of: NewViewer) -> None:
    viewer = viewer_of(HELLO, site(BOTH, origin_request_policy=ALL_VIEWER))
    viewer.get("/a", X_Old="before", X_Gone="1")
    changes, signs = viewer.edge.exchanges[-1].trace.functions
    assert (changes.event_type, changes.name) == ("viewer-request", "changes")
    assert changes.invoked.logs == ("asked for /a", "by 198.51.100.7")
    assert changes.header_changes() == (
        ("x-gone", {"value": "1"}, None),
        ("x-new", None, {"value": "1"}),
        ("x-old", {"value": "before"}, {"value": "after"}),
    )
    assert (signs.event_type, signs.name) == ("origin-response", "signs")
    assert any("status 200" in line for line in signs.invoked.logs)
    assert signs.header_changes() == (("x-by", None, [{"key": "X-By", "value": "lambda"}]),)
    assert changes.seconds > 0


def test_the_lines_of_a_trace_tell_the_whole_story(viewer_of: NewViewer) -> None:
    viewer = viewer_of(HELLO, site({"viewer-request": CHANGES_JS}, origin_request_policy=ALL_VIEWER))
    viewer.get("/a", X_Old="before")
    lines = list(viewer.edge.exchanges[-1].trace.lines())
    stages = [line.split(" ")[0].rstrip(":") for line in lines if not line.startswith(" ")]
    assert stages == ["behavior", "viewer-request", "lookup", "fetch", "store", "respond", "store", "record"]
    assert "  console.log: asked for /a" in lines


# --- in the log -----------------------------------------------------------------------------------------------------


def test_a_request_is_one_line_of_the_edgeware_logger(viewer_of: NewViewer, caplog: pytest.LogCaptureFixture) -> None:
    viewer = viewer_of(HELLO, site({"origin-response": CHANGES_PY}))
    with caplog.at_level(logging.INFO, "edgeware"):
        viewer.get("/a?b=c")
        viewer.get("/a?b=c")
    lines = [record.getMessage() for record in caplog.records if record.name == "edgeware"]
    assert [line.rpartition("] ")[0] for line in lines] == [
        "GET /a 200 Miss from cloudfront [origin-response=signs",
        "GET /a 200 Hit from cloudfront [-",
    ]


def test_an_edge_that_nobody_listens_to_says_nothing(viewer_of: NewViewer, caplog: pytest.LogCaptureFixture) -> None:
    viewer_of(HELLO, site()).get("/")
    assert [record for record in caplog.records if record.name == "edgeware"] == []


def test_the_access_log_gets_the_33_fields_of_every_request(viewer_of: NewViewer, clock: TurnableClock) -> None:
    lines: list[Mapping[str, str]] = []
    clock.now = 784111777
    viewer = viewer_of(HELLO, site(), access_log=lines.append)
    viewer.get("/a?b=c", User_Agent="a browser")
    clock.advance(5)
    viewer.get("/a", If_None_Match='"1"')
    viewer("TRACE", "/a")
    assert [tuple(line) for line in lines] == [FIELDS] * 3
    assert len(FIELDS) == 33
    miss, hit, refused = lines
    assert (miss["date"], miss["time"], miss["c-ip"]) == ("1994-11-06", "08:49:37", "198.51.100.7")
    assert (miss["cs-method"], miss["cs-uri-stem"], miss["cs-uri-query"]) == ("GET", "/a", "b=c")
    assert (miss["sc-status"], miss["x-edge-result-type"], miss["cs(User-Agent)"]) == ("200", "Miss", "a%20browser")
    assert int(miss["sc-bytes"]) - int(hit["sc-bytes"]) > 0
    assert (hit["time"], hit["sc-status"], hit["x-edge-result-type"]) == ("08:49:42", "304", "Hit")
    assert (refused["sc-status"], refused["x-edge-detailed-result-type"]) == ("403", "InvalidRequestMethod")
    assert miss["x-edge-request-id"] != hit["x-edge-request-id"]


@pytest.mark.parametrize(
    ("method", "headers", "size"),
    [("GET", (), 1000), ("HEAD", (), 0), ("GET", (("Range", "bytes=0-9"),), 10), ("TRACE", (), None)],
    ids=["all of it", "HEAD", "a range", "a page of the edge's own"],
)
@pytest.mark.parametrize("known", [False, True], ids=["from the origin", "from the cache"])
def test_the_access_log_tells_the_bytes_that_went_out(
    known: bool, method: str, headers: tuple[tuple[str, str], ...], size: int | None, viewer_of: NewViewer
) -> None:
    def handler(asked: Asked) -> Says:
        if "range" in asked.headers:
            lines = [("Content-Type", "text/plain"), ("Content-Length", "10"), ("Content-Range", "bytes 0-9/1000")]
            return Says(206, lines, (b"x" * 10,))
        says = page(b"x" * 1000)
        return Says(says.status, says.headers, (b"x" * 400, b"x" * 600))

    viewer = viewer_of(handler, site())
    if known:
        viewer.get("/")
    got = viewer(method, "/", headers)
    facts = viewer.edge.exchanges[-1].trace.facts
    assert facts is not None
    assert facts.response_body_size == len(got.body)
    assert size in (None, len(got.body))


# --- the history ----------------------------------------------------------------------------------------------------


def test_the_history_ends_where_it_was_told_to(viewer_of: NewViewer) -> None:
    viewer = viewer_of(HELLO, site(), history=3)
    for number in range(7):
        viewer.get(f"/{number}")
    assert [exchange.request.path for exchange in viewer.edge.exchanges] == ["/4", "/5", "/6"]


def test_a_hundred_exchanges_are_kept_where_nobody_told(viewer_of: NewViewer) -> None:
    viewer = viewer_of(HELLO, site())
    for _ in range(103):
        viewer.get("/")
    assert len(viewer.edge.exchanges) == 100


# --- on the wire ----------------------------------------------------------------------------------------------------


def test_nothing_of_a_trace_is_on_the_wire(viewer_of: NewViewer) -> None:
    seen: list[Asked] = []

    def handler(asked: Asked) -> Says:
        seen.append(asked)
        return page()

    plain = viewer_of(handler, site(origin_request_policy=ALL_VIEWER)).get("/", X_Old="1")
    traced = viewer_of(handler, site(BOTH, origin_request_policy=ALL_VIEWER)).get("/", X_Old="1")
    assert traced.headers.names() - plain.headers.names() == {"x-by"}
    assert seen[1].headers.keys() - seen[0].headers.keys() == {"x-new"}


def test_server_timing_tells_each_step_where_the_edge_was_asked_to(viewer_of: NewViewer) -> None:
    distribution = site(BOTH)
    viewer = viewer_of(HELLO, distribution, server_timing=True)
    told = []
    for _ in range(2):
        metrics = (viewer.get("/", X_Old="1").headers.get("server-timing") or "").split(", ")
        told.append([metric.partition(";")[0] for metric in metrics])
        assert all(float(metric.partition(";dur=")[2]) >= 0 for metric in metrics)
    assert told[0] == ["viewer-request", "lookup", "board", "lookup", "fetch", "origin-response"]
    assert told[1] == ["viewer-request", "lookup"]


def test_the_origins_server_timing_stays_a_line_of_its_own(viewer_of: NewViewer) -> None:
    viewer = viewer_of(constant(page(Server_Timing="db;dur=5")), site(), server_timing=True)
    assert viewer.get("/").headers.get_all("server-timing")[0] == "db;dur=5"
    assert len(viewer.get("/").headers.get_all("server-timing")) == 2
    stored = viewer.edge.store.get(viewer.edge.key(viewer.edge.exchanges[-1].request)).object
    assert stored is not None
    assert stored.headers.get_all("server-timing") == ("db;dur=5",)
