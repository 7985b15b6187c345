from __future__ import annotations

import json
import shutil
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from edgeware.config.model import Code, LambdaFunction
from edgeware.functions import node_lambda
from edgeware.functions.node_lambda import SCRIPT, NodeLambda


def function(path: Path, runtime: str = "nodejs22.x") -> LambdaFunction:
    return LambdaFunction(name="auth", code=Code(path=path), runtime=runtime, handler="index.handler", memory_size=256)


@pytest.fixture
def some(tmp_path: Path) -> Iterator[NodeLambda]:
    program = NodeLambda(function(tmp_path), lambda: 1_700_000_000.5)
    yield program
    program.close()


def test_a_child_is_the_node_js_of_the_path_with_the_memory_of_the_function(some: NodeLambda) -> None:
    assert some.command == (shutil.which("node"), "--max-old-space-size=256", str(SCRIPT))


def test_its_environment_is_that_of_lambda(some: NodeLambda) -> None:
    environment = some.environment
    assert environment["AWS_EXECUTION_ENV"] == "AWS_Lambda_nodejs22.x"
    assert environment["TMPDIR"] == some.private


@pytest.mark.parametrize(("runtime", "generation"), [("nodejs18.x", 18), ("nodejs24.x", 24), ("nodejs26.x", 26)])
def test_the_runtimes_name_gives_the_generation(runtime: str, generation: int, tmp_path: Path) -> None:
    some = NodeLambda(function(tmp_path, runtime), lambda: 0.0)
    assert json.loads(some.setup) == {
        "directory": str(tmp_path),
        "handler": "index.handler",
        "generation": generation,
    }
    some.close()


def test_the_inspector_listens_where_debuggers_look_unless_somebody_is_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    some = NodeLambda(function(tmp_path), lambda: 0.0, debugged=True)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        monkeypatch.setattr(node_lambda, "INSPECTOR_PORT", listener.getsockname()[1])
        assert some.command[2] == "--inspect=127.0.0.1:0"
    assert some.command[2] == f"--inspect=127.0.0.1:{node_lambda.INSPECTOR_PORT}"
    some.close()
