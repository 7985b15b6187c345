from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from urllib.error import HTTPError

import pytest

from tests.inspecting import SCRIPT, SECRET, distribution, post, read, watched

LOOKS_UP = """
import cf from 'cloudfront';
const pages = cf.kvs();
async function handler(event) {
    event.request.headers['x-found'] = {value: await pages.get('/a')};
    return event.request;
}
"""
EVENT = {"context": {"eventType": "viewer-request"}, "request": {"uri": "/a"}}


def described(**store: Any) -> dict[str, Any]:
    functions = {**distribution()["functions"], "look": {"code": LOOKS_UP, "key_value_store": "pages"}}
    return {"functions": functions, "key_value_stores": {"pages": {"data": {"/a": "one"}, **store}}}


def test_a_store_is_read_and_changed_and_the_next_run_sees_it() -> None:
    with watched(**described(id="1a2b3c4d-0000-4000-8000-000000000000")) as (site, inspector):
        assert '<a href="' in read(inspector, "functions").split("Key value stores")[1]
        page = read(inspector, "store?name=pages")
        assert "<code>one</code>" in page
        assert "1a2b3c4d-0000-4000-8000-000000000000" in page
        assert ">look</a>" in page
        assert ">pages</a>" in read(inspector, "function?key=look")
        assert post(inspector, "store/pairs?name=pages", {"key": "/a", "value": "two"}) == (200, {})
        assert site.edge.key_value_stores["pages"].get("/a") == "two"
        _, told = post(inspector, "function/runs?key=look", {"event": json.dumps(EVENT)})
        ran = json.loads(told["result"])
        assert ran["FunctionOutput"]["request"]["headers"]["x-found"] == {"value": "two"}
        assert post(inspector, "store/pairs?name=pages", {"key": "/a", "value": None}) == (200, {})
        assert "0 of 0 pairs" in read(inspector, "store?name=pages")


def test_keys_are_found_by_a_part_of_theirs_and_only_the_first_are_shown() -> None:
    with watched(**described(data={f"/{number:04}": "" for number in range(1200)})) as (_, inspector):
        assert "1200 of 1200 pairs, the first 500 are shown" in read(inspector, "store", name="pages")
        page = read(inspector, "store", name="pages", key="/0007")
        assert "1 of 1200 pairs<" in page
        assert ">/0007</th>" in page


def test_a_file_that_has_changed_is_seen(tmp_path: Path) -> None:
    file = tmp_path / "pages.json"
    file.write_text('{"/b": "old"}')
    with watched(**described(file=str(file))) as (_, inspector):
        file.write_text('{"/b": "anew"}')
        assert "<code>anew</code>" in read(inspector, "store?name=pages")


def test_pairs_are_text_and_a_secret_is_masked() -> None:
    with watched(**described(data={SCRIPT: SCRIPT, "/secret": SECRET})) as (_, inspector):
        page = read(inspector, "store", name="pages")
        assert "<script>document" not in page
        assert SECRET not in page
        assert 'data-delete="/secret"' not in page
        assert page.count("data-delete") == 1


@pytest.mark.parametrize(
    "body",
    [
        {"key": "", "value": "a"},
        {"key": "a", "value": "a" * 1025},
        {"key": "none", "value": None},
        {"key": "a", "value": 1},
        {"key": "a"},
        [],
        b"{",
    ],
)
def test_what_cloudfront_refuses_is_said(body: object) -> None:
    with watched(**described()) as (site, inspector):
        status, told = post(inspector, "store/pairs?name=pages", body)
        assert status == 400
        assert told["error"]
        assert site.edge.key_value_stores["pages"].items() == {"/a": "one"}


def test_a_store_that_is_not_there_is_said() -> None:
    with watched() as (_, inspector):
        assert "Key value stores" not in read(inspector, "functions")
        with pytest.raises(HTTPError, match="404") as caught:
            read(inspector, "store?name=none")
        caught.value.close()
