from __future__ import annotations

import json
from collections.abc import Iterator
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest

from edgeware.inspector import Inspector, inspected
from tests.inspecting import SCRIPT, SECRET, Site, read, sites


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    with sites(name=SCRIPT) as site:
        yield site


@pytest.fixture(scope="module")
def inspector(site: Site) -> Iterator[Inspector]:
    inspector = inspected(site.edge)
    yield inspector
    inspector.close()


def test_the_list_has_a_filter_for_each_behavior_and_function(inspector: Inspector) -> None:
    page = read(inspector)
    for shown in ("<option>/fail/*</option>", "<option>Default (*)</option>", "<option>tag</option>"):
        assert shown in page


def test_whatever_an_exchange_holds_is_shown_as_text(site: Site, inspector: Inspector) -> None:
    headers = {"User-Agent": SCRIPT, "X-Given": SCRIPT, "Cookie": f"a={SCRIPT}", "X-Key": SECRET}
    exchange = site.seen(f"/hostile/{SCRIPT}", query_string=SCRIPT, headers=headers)
    page = read(inspector, f"requests/{exchange.request_id}")
    assert "<script>document" not in page
    assert page.count("&lt;script&gt;document") >= 4
    assert SECRET not in page


def test_half_a_surrogate_pair_is_no_reason_to_fail(site: Site, inspector: Inspector) -> None:
    exchange = site.seen("/a", headers={"X-Odd": "\xff\xfe"})
    assert "\xff\xfe" in read(inspector, f"requests/{exchange.request_id}")


def test_what_is_forgotten_is_said_to_be(inspector: Inspector) -> None:
    with pytest.raises(HTTPError, match="404") as caught:
        read(inspector, "requests/none")
    assert "does not know this request any more" in caught.value.read().decode()
    caught.value.close()


def test_the_archive_is_a_file_and_clear_forgets(site: Site, inspector: Inspector) -> None:
    site.get("/a")
    with urlopen(f"{inspector.url}requests.har", timeout=30) as answer:
        assert answer.headers["Content-Disposition"] == 'attachment; filename="edgeware.har"'
        assert json.load(answer)["log"]["entries"]
    with urlopen(Request(f"{inspector.url}clear", method="POST"), timeout=30) as answer:
        assert answer.status == 204
    assert not site.edge.exchanges


def test_looking_changes_no_answer(site: Site, inspector: Inspector) -> None:
    before = site.get("/same")
    for exchange in list(site.edge.exchanges):
        read(inspector, f"requests/{exchange.request_id}")
    after = site.get("/same")
    changing = {"date", "age", "x-cache", "x-amz-cf-id"}
    assert before.get_data() == after.get_data()
    assert [line for line in before.headers if line[0].lower() not in changing] == [
        line for line in after.headers if line[0].lower() not in changing
    ]


def test_the_stream_carries_rows_that_are_text(site: Site, inspector: Inspector) -> None:
    site.get(f"/hostile/{SCRIPT}")
    with urlopen(f"{inspector.url}live", timeout=30) as stream:
        assert stream.headers["Content-Type"].startswith("text/event-stream")
        row = next(json.loads(line[6:])["row"] for line in stream if line.startswith(b"data: ") and b"hostile" in line)
    assert "<script" not in row
    assert row.startswith("<tr ")
