from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from edgeware.asgi import ASGIEdge
from edgeware.parity.local import serving
from edgeware.parity.remote_functions import RemoteFunctions
from edgeware.parity.saved import saved
from tests.parity_sites import app

CODE = "function handler(event) { if (event.request.uri === '/throw') null.x; return event.request; }"


class AWS:
    """Answers as CloudFront would."""

    def __init__(self, **result: Any) -> None:
        self.result = result
        self.asked: list[dict[str, Any]] = []

    def describe_function(self, **asked: Any) -> Any:
        self.asked.append(asked)
        return {"ETag": "E1"}

    def test_function(self, **asked: Any) -> Any:
        self.asked.append(asked)
        event = json.loads(asked["EventObject"])
        return {"TestResult": {"FunctionOutput": json.dumps({"request": event["request"]}), **self.result}}


def compared(aws: AWS, tmp_path: Path, *paths: str, code: str = CODE) -> list[list[tuple[str, str]]]:
    (tmp_path / "pass.js").write_text(code)
    site = {"version": 1, "default_behavior": {"origin": "app", "viewer_request": str(tmp_path / "pass.js")}}
    edge = ASGIEdge(app, site)
    remote = RemoteFunctions(aws, edge.edge.distribution)
    with serving(edge) as served:
        for path in paths:
            received = served.send(saved("GET", path, [], "f:1"))
            exchange = served.exchange(received)
            assert exchange is not None
            remote.gather(exchange)
    return [[(one.local, one.production) for one in pair.differences] for pair in remote.pairs()]


def test_each_event_runs_once_whatever_its_request_id(tmp_path: Path) -> None:
    aws = AWS()
    assert compared(aws, tmp_path, "/", "/", "/other") == [[], []]
    names = [sorted(asked) for asked in aws.asked]
    assert names == [["Name", "Stage"], *[["EventObject", "IfMatch", "Name", "Stage"]] * 2]
    assert {asked["Stage"] for asked in aws.asked} == {"LIVE"}


@pytest.mark.parametrize(
    ("result", "path", "differs"),
    [
        ({"FunctionErrorMessage": "no"}, "/", True),
        ({"FunctionErrorMessage": "no"}, "/throw", False),
        ({}, "/throw", True),
        ({"FunctionOutput": ""}, "/", True),
        ({"FunctionErrorMessage": ""}, "/", False),
    ],
)
def test_errors_and_outputs_are_compared(result: dict[str, str], path: str, differs: bool, tmp_path: Path) -> None:
    (found,) = compared(AWS(**result), tmp_path, path)
    assert len(found) == differs


def test_lambda_functions_are_not_for_this(tmp_path: Path) -> None:
    (tmp_path / "edge.py").write_text("def handler(event, context):\n    return event['Records'][0]['cf']['request']\n")
    site = {
        "version": 1,
        "functions": {"lam": {"file": str(tmp_path / "edge.py"), "runtime": "python3.13", "handler": "edge.handler"}},
        "default_behavior": {"origin": "app", "viewer_request": "lam"},
    }
    edge = ASGIEdge(app, site)
    remote = RemoteFunctions(AWS(), edge.edge.distribution)
    with serving(edge) as served:
        exchange = served.exchange(served.send(saved("GET", "/", [], "f:1")))
        assert exchange is not None
        assert [run.name for run in exchange.trace.functions]
        remote.gather(exchange)
    assert list(remote.pairs()) == []
