from __future__ import annotations

import json

from edgeware.messages import Headers
from edgeware.parity.reports import Replayed, as_html, as_json, row
from edgeware.parity.saved import SavedAnswer, saved
from edgeware.parity.sending import Received

EVIL = "<script>alert('x')</script>"
TRACE = {"decisions": [{"step": "behavior", "text": EVIL}]}


def replayed(target: str = "/", *, status: int = 200, was: int | None = None, failure: str = "") -> Replayed:
    answer = None if was is None else SavedAnswer(status=was, x_cache="Hit from cloudfront")
    headers = Headers([("X-Cache", EVIL)]) if not failure else Headers()
    return Replayed(
        request=saved("GET", target, [], "f:1", answer=answer),
        received=Received(status=status, headers=headers, seconds=0.0123, failure=failure),
        trace=TRACE,
    )


def test_a_row_tells_what_came_back_and_what_was() -> None:
    assert row(replayed(was=404)) == ("GET", "/", "200", "404", EVIL, "12.3")
    assert row(replayed(status=0, failure="OSError: gone")) == ("GET", "/", "0", "-", "OSError: gone", "12.3")
    assert row(replayed(f"/{'a' * 99}"))[1] == f"/{'a' * 56}..."
    bare = Replayed(request=saved("GET", "/", [], "f:1"), received=Received(status=204), trace={})
    assert row(bare)[4] == "-"


def test_another_status_than_before_counts_as_changed() -> None:
    assert [replayed(was=was).changed for was in (None, 200, 404)] == [False, False, True]


def test_json_holds_everything() -> None:
    first, second = json.loads(as_json([replayed(was=404), replayed(status=0, failure="gone")]))["requests"]
    assert first["was"] == {"status": 404, "xCache": "Hit from cloudfront"}
    assert (first["status"], first["xCache"], first["trace"], first["failure"]) == (200, EVIL, TRACE, None)
    assert (second["was"], second["failure"]) == (None, "gone")


def test_every_value_in_the_page_is_escaped() -> None:
    page = as_html([replayed(f"/{EVIL}", was=404), replayed(), replayed(failure=EVIL)])
    assert "<script" not in page
    assert page.count("&lt;script&gt;") >= 5
    assert page.count('class="bad"') == 2
    assert "default-src 'none'" in page
