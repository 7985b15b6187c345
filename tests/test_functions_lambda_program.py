from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import Any

import pytest

from edgeware.config.model import Code, LambdaFunction
from edgeware.core.effects import Failure, Invoke, Invoked
from edgeware.core.lambda_result import UNPARSABLE
from edgeware.functions.lambda_program import DEBUGGED
from edgeware.functions.node_lambda import NodeLambda
from edgeware.functions.python_lambda import PythonLambda


@pytest.fixture(autouse=True)
def _private(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path_factory.mktemp("private")))


def function(
    code: Code, handler: str = "index.handler", runtime: str = "python3.13", timeout: int = 3
) -> LambdaFunction:
    return LambdaFunction(name="auth", code=code, runtime=runtime, handler=handler, timeout=timeout, version="7")


def program(code: Code, handler: str = "index.handler", timeout: int = 3) -> PythonLambda:
    return PythonLambda(function(code, handler, timeout=timeout), lambda: 1_700_000_000.5)


def setup(code: Code, handler: str = "index.handler") -> dict[str, Any]:
    init: dict[str, Any] = json.loads(program(code, handler).setup)
    return init


def test_inline_code_is_a_module_in_a_private_directory_until_it_is_closed() -> None:
    some = program(Code(text="x = 'é'"), "pkg/auth.handler")
    init = json.loads(some.setup)
    module = Path(init["directory"], "pkg", "auth.py")
    assert module.read_text("utf-8") == "x = 'é'"
    assert module.parents[2].stat().st_mode & 0o077 == 0
    assert some.private == str(module.parents[2])
    assert some.directory == init["directory"]
    some.close()
    some.close()
    assert not module.parents[2].exists()


def test_a_file_is_its_own_module(tmp_path: Path) -> None:
    (tmp_path / "edge.py").touch()
    init = setup(Code(path=tmp_path / "edge.py"), "index.main")
    assert (init["directory"], init["handler"]) == (str(tmp_path), "edge.main")


@pytest.mark.parametrize(("timeout", "limit"), [(1, 1), (30, 30), (900, 30)])
def test_no_function_at_the_edge_has_more_than_thirty_seconds(timeout: int, limit: int) -> None:
    some = program(Code(text=""), timeout=timeout)
    assert some.limits.call == limit
    assert json.loads(some.request(effect({}), 1).payload)["deadline_ms"] == limit * 1000


def effect(event: dict[str, Any]) -> Invoke:
    return Invoke(function(Code(text="")), "origin-request", event)


def test_each_job_has_a_request_id_of_its_own() -> None:
    first, second = (json.loads(program(Code(text="")).request(effect({"a": "é"}), n).payload) for n in (1, 2))
    assert first["event"] == {"a": "é"}
    assert len(first["aws_request_id"]) == 36
    assert first["aws_request_id"] != second["aws_request_id"]


@pytest.mark.parametrize(
    ("reply", "invoked"),
    [
        ({"output": [1], "seconds": 0.5}, Invoked([1], None, (), 0.5)),
        ({"output": None, "unparsable": True, "seconds": 0.5}, Invoked(UNPARSABLE, None, (), 0.5)),
        ({"ok": True}, Invoked()),
        (
            {"failure": {"kind": "execution", "message": "E: x", "where": "f.py:1", "error": {}}},
            Invoked(None, Failure("execution", "E: x", "f.py:1")),
        ),
    ],
)
def test_a_reply_is_read(reply: dict[str, Any], invoked: Invoked) -> None:
    payload = json.dumps(reply).encode()
    assert program(Code(text="")).answer(payload, effect({})) == invoked
    assert program(Code(text="")).ready(payload) == invoked


def test_what_lambda_reports_comes_with_the_answer() -> None:
    reply = {"output": 1, "seconds": 0.5, "report": {"request_id": "0a", "milliseconds": 2.5, "peak": 37, "init": 9.5}}
    report = program(Code(text="")).answer(json.dumps(reply).encode(), effect({})).report
    assert report is not None
    assert (report.request_id, report.milliseconds, report.max_memory_used) == ("0a", 2.5, 37)
    assert (report.memory_size, report.init_milliseconds) == (128, 9.5)


@pytest.mark.parametrize("payload", [b"", b"[]", b'{"failure": 1}', b'{"failure": {"kind": ""}}'])
def test_nonsense_raises(payload: bytes) -> None:
    with pytest.raises((ValueError, LookupError, TypeError, AttributeError)):
        program(Code(text="")).answer(payload, effect({}))


def test_a_killed_function_timed_out_in_lambdas_words() -> None:
    some = program(Code(text=""))
    request_id = json.loads(some.request(effect({}), 5).payload)["aws_request_id"]
    late = some.late(5)
    assert late == Failure("timeout", f"2023-11-14T22:13:20.500Z {request_id} Task timed out after 3.00 seconds")


def test_a_function_that_somebody_debugs_has_the_terminal_and_all_the_time_in_the_world() -> None:
    some = PythonLambda(function(Code(text=""), timeout=1), lambda: 0.0, debugged=True)
    assert some.stdio == "terminal"
    assert some.limits.start == some.limits.call == DEBUGGED
    assert json.loads(some.request(effect({}), 1).payload)["deadline_ms"] == DEBUGGED * 1000
    assert program(Code(text="")).stdio == "log"


@pytest.mark.parametrize(
    ("handler", "file", "in_a_file"),
    [
        ("index.handler", "index.js", "auth.handler"),
        ("src/edge.api.handler", "src/edge.js", "auth.api.handler"),
    ],
)
def test_node_js_splits_a_handler_at_the_first_dot(handler: str, file: str, in_a_file: str, tmp_path: Path) -> None:
    inline = NodeLambda(function(Code(text="exports.handler = 1"), handler, "nodejs22.x"), lambda: 0.0)
    assert Path(inline.directory, file).read_text("utf-8") == "exports.handler = 1"
    (tmp_path / "auth.mjs").touch()
    alone = NodeLambda(function(Code(path=tmp_path / "auth.mjs"), handler, "nodejs22.x"), lambda: 0.0)
    assert (alone.directory, alone.handler) == (str(tmp_path), in_a_file)
