from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import Any

import pytest

from edgeware.config.model import Code, LambdaFunction
from edgeware.core.effects import Failure, Invoke, Invoked
from edgeware.exceptions import FunctionError
from edgeware.functions.python_lambda import PythonLambda, check


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
    assert some.environment == {"TMPDIR": str(module.parents[2])}
    assert some.directory == init["directory"]
    some.close()
    some.close()
    assert not module.parents[2].exists()


def test_the_first_frame_describes_the_function(tmp_path: Path) -> None:
    assert setup(Code(path=tmp_path)) == {
        "directory": str(tmp_path),
        "handler": "index.handler",
        "runtime": "python3.13",
        "function_name": "auth",
        "function_version": "7",
        "memory_size": 128,
        "timeout": 3,
        "environment": {},
    }


def test_a_file_is_its_own_module(tmp_path: Path) -> None:
    (tmp_path / "edge.py").touch()
    init = setup(Code(path=tmp_path / "edge.py"), "index.main")
    assert (init["directory"], init["handler"]) == (str(tmp_path), "edge.main")


@pytest.mark.parametrize(("timeout", "limit"), [(1, 1), (30, 30), (900, 30)])
def test_no_function_at_the_edge_has_more_than_thirty_seconds(timeout: int, limit: int) -> None:
    some = program(Code(text=""), timeout=timeout)
    assert some.limits.call == limit
    assert json.loads(some.request(effect({}), 1))["deadline_ms"] == limit * 1000


def effect(event: dict[str, Any]) -> Invoke:
    return Invoke(function(Code(text="")), "origin-request", event)


def test_each_job_has_a_request_id_of_its_own() -> None:
    first, second = (json.loads(program(Code(text="")).request(effect({"a": "é"}), n)) for n in (1, 2))
    assert first["event"] == {"a": "é"}
    assert len(first["aws_request_id"]) == 36
    assert first["aws_request_id"] != second["aws_request_id"]


@pytest.mark.parametrize(
    ("reply", "invoked"),
    [
        ({"output": [1], "logs": ["a"], "seconds": 0.5}, Invoked([1], None, ("a",), 0.5)),
        ({"ok": True, "logs": ["a"]}, Invoked(None, None, ("a",))),
        (
            {"failure": {"kind": "execution", "message": "E: x", "where": "f.py:1", "error": {}}, "logs": []},
            Invoked(None, Failure("execution", "E: x", "f.py:1")),
        ),
    ],
)
def test_a_reply_is_read(reply: dict[str, Any], invoked: Invoked) -> None:
    payload = json.dumps(reply).encode()
    assert program(Code(text="")).answer(payload, effect({})) == invoked
    assert program(Code(text="")).ready(payload) == invoked


@pytest.mark.parametrize("payload", [b"", b"[]", b"{}", b'{"logs": 5}', b'{"failure": 1, "logs": []}'])
def test_nonsense_raises(payload: bytes) -> None:
    with pytest.raises((ValueError, LookupError, TypeError, AttributeError)):
        program(Code(text="")).answer(payload, effect({}))


def test_a_killed_function_timed_out_in_lambdas_words() -> None:
    late = program(Code(text="")).late()
    assert late == Failure("timeout", "2023-11-14T22:13:20.500Z Task timed out after 3.00 seconds")


def test_functions_that_can_run_pass_the_check(tmp_path: Path) -> None:
    check(function(Code(text="")))
    check(function(Code(path=tmp_path)))


@pytest.mark.parametrize(
    ("code", "runtime", "text"),
    [
        (Code(text=""), "nodejs22.x", r"Node\.js come with a later version"),
        (Code(text=""), "java21", "java21, which Lambda@Edge does not have"),
        (Code(missing="it is in a container"), "python3.13", "no code: it is in a container"),
        (Code(path=Path("/nowhere")), "python3.13", "/nowhere does not exist"),
    ],
)
def test_functions_that_cannot_run_say_why(code: Code, runtime: str, text: str) -> None:
    with pytest.raises(FunctionError, match=text):
        check(function(code, runtime=runtime))
    with pytest.raises(FunctionError, match=text):
        PythonLambda(function(code, runtime=runtime), lambda: 0.0)
