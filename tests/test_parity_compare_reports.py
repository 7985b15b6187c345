from __future__ import annotations

import json
from xml.etree import ElementTree

from edgeware.messages import Headers
from edgeware.parity.compare_reports import as_html, as_json, as_junit, count, lines
from edgeware.parity.comparing import Pair
from edgeware.parity.differences import Difference
from edgeware.parity.saved import saved
from edgeware.parity.sending import Received

EVIL = "<script>\x00&\ud800"
PAIRS = [
    Pair(
        request=saved("GET", "/fine?Signature=abc", [], "f:1"),
        phase="cold",
        local=Received(status=200),
        allowed=[Difference(kind="header-extra", name=EVIL, local=EVIL, production="")],
    ),
    Pair(
        request=saved("GET", "/bad", [], "f:2"),
        phase="warm",
        local=Received(failure=EVIL),
        production=Received(status=200, headers=Headers([("X-Evil", EVIL), ("Age", EVIL)])),
        differences=[
            Difference(kind="body", local=EVIL, production="", rule=EVIL, page="Expiration"),
            Difference(kind="status", local="200", production="404"),
        ],
    ),
]


def test_lines_tell_what_differs_and_why() -> None:
    assert list(lines(PAIRS[1])) == [
        "GET /bad (warm)",
        f"  body: here {EVIL}; in production nothing",
        f"    decided here by {EVIL} [Expiration]",
        "  status: here 200; in production 404",
    ]


def test_json_tells_allowed_and_other_differences_apart() -> None:
    told = json.loads(as_json(PAIRS))
    assert told["differences"] == count(PAIRS) == 2
    assert [one["target"] for one in told["pairs"]] == ["/fine?Signature=***", "/bad"]
    assert [(len(one["differences"]), len(one["allowed"])) for one in told["pairs"]] == [(0, 1), (2, 0)]
    assert told["pairs"][1]["local"]["failure"] == EVIL


def test_junit_has_a_case_for_each_pair_whatever_is_in_it() -> None:
    suite = ElementTree.fromstring(as_junit(PAIRS))
    assert (suite.get("tests"), suite.get("failures")) == ("2", "1")
    # What the schema of Jenkins asks of a suite and of its cases.
    assert (suite.get("errors"), suite.get("skipped")) == ("0", "0")
    assert {case.tag for case in suite} == {"testcase"}
    assert all(float(one.get("time", "")) >= 0 for one in (suite, *suite))
    assert [case.get("name") for case in suite] == ["GET /fine?Signature=*** (cold)", "GET /bad (warm)"]
    (failure,) = suite.iter("failure")
    assert (failure.get("type"), failure.get("message")) == ("difference", "body, status")
    assert "<script>\ufffd&\ufffd" in (failure.text or "")


def test_the_page_shows_pairs_side_by_side_with_every_value_escaped() -> None:
    page = as_html(PAIRS, "http://a/<script>", "http://b")
    assert "<script" not in page
    assert page.index("/bad") < page.index("/fine"), "what differs comes first"
    assert "<th>http://a/&lt;script&gt;</th><th>http://b</th>" in page
    assert '<tr class="bad"><th>x-evil</th><td><pre></pre></td>' in page
    assert "2 pairs, 2 differences, 1 allowed" in page
