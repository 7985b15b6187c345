from __future__ import annotations

import json
from pathlib import Path
from urllib.error import HTTPError

import pytest

from edgeware.config.model import Code, LambdaFunction
from edgeware.inspector.functions_view import _handler
from tests.inspecting import TAGGING, distribution, post, read, watched

EVENT = {"context": {"eventType": "viewer-request"}, "request": {"uri": "/a", "headers": {"x-key": {"value": "b"}}}}
DOUBTFUL = "function handler(event) {\n    for (const a of []) {}\n    return event.request;\n}"
HANDLER = "def handler(event, context):\n    return event['Records'][0]['cf']['request']\n"


def test_all_are_listed_with_where_they_run() -> None:
    with watched() as (_, inspector):
        page = read(inspector, "functions")
        assert "Default (*) viewer-request" in page
        assert "/hostile/* viewer-response" in page


def test_without_any_it_says_so() -> None:
    plain = {"origin": "app", "cache_policy": "CachingDisabled"}
    with watched(functions={}, behaviors=[], default_behavior=plain) as (_, inspector):
        assert "The distribution has no function." in read(inspector, "functions")


def test_the_source_carries_what_check_finds() -> None:
    more = {**distribution()["functions"], "unused": {"code": DOUBTFUL}}
    with watched(functions=more) as (_, inspector):
        page = read(inspector, "function?key=unused")
        assert '<li class="marked"><code>    for (const a of []) {}</code><span class="finding error">' in page
        assert "no call is kept" in page


def test_the_event_to_begin_with_is_the_last_that_it_got() -> None:
    with watched() as (site, inspector):
        site.get("/seen")
        page = read(inspector, "function?key=tag")
        assert "&#34;uri&#34;: &#34;/seen&#34;" in page
        assert "1 calls" in page


def test_a_run_gives_what_test_function_gives() -> None:
    with watched() as (site, inspector):
        before = len(site.edge.exchanges)
        status, told = post(inspector, "function/runs?key=tag", {"event": json.dumps(EVENT)})
        result = json.loads(told["result"])
        assert status == 200
        assert result["FunctionOutput"]["request"]["headers"]["x-tag"] == {"value": "one"}
        assert result["FunctionOutput"]["request"]["headers"]["x-key"] == {"value": "***"}
        assert result["FunctionExecutionLogs"] == ["tagged"]
        assert result["EdgeValidationErrors"] == []
        assert result["ComputeUtilization"].isdecimal()
        assert len(site.edge.exchanges) == before


@pytest.mark.parametrize("body", [{"event": "{"}, {"event": "{}"}, {}, [], b"not json"])
def test_an_event_that_is_none_is_said(body: object) -> None:
    with watched() as (_, inspector):
        status, told = post(inspector, "function/runs?key=tag", body)
        assert status == 400
        assert told["error"]


def test_a_function_that_is_not_there_is_said() -> None:
    with watched() as (_, inspector):
        with pytest.raises(HTTPError, match="404") as caught:
            read(inspector, "function?key=none")
        caught.value.close()


def test_a_handlers_file_is_shown_wherever_it_stands(tmp_path: Path) -> None:
    (tmp_path / "app.py").write_text(HANDLER)
    functions = {
        "file": {"file": str(tmp_path / "app.py"), "runtime": "python3.13", "handler": "app.handler"},
        "folder": {"file": str(tmp_path), "runtime": "python3.13", "handler": "app.handler"},
        "script": {"file": str(tmp_path / "tag.js")},
    }
    (tmp_path / "tag.js").write_text(TAGGING)
    plain = {"origin": "app", "cache_policy": "CachingDisabled"}
    with watched(functions=functions, behaviors=[], default_behavior=plain) as (_, inspector):
        for key in ("file", "folder"):
            assert "def handler(event, context):" in read(inspector, f"function?key={key}")
        assert "event.request.headers" in read(inspector, "function?key=script")
        (tmp_path / "app.py").rename(tmp_path / "other.py")
        (tmp_path / "tag.js").unlink()
        assert "its file is not to be found" in read(inspector, "function?key=folder")
        assert "does not exist" in read(inspector, "function?key=script")


@pytest.mark.parametrize(("code", "text"), [(Code(text="inline"), "inline"), (Code(missing="nowhere"), "")])
def test_code_without_a_file_is_its_text(code: Code, text: str) -> None:
    assert _handler(LambdaFunction(name="f", code=code, runtime="python3.13", handler="f.handler")) == text
