from __future__ import annotations

from pathlib import Path

import pytest

from edgeware.config.model import Code, LambdaFunction
from edgeware.exceptions import FunctionError
from edgeware.functions.lambda_runtimes import program_of
from edgeware.functions.node_lambda import NodeLambda
from edgeware.functions.python_lambda import PythonLambda


def function(code: Code, runtime: str) -> LambdaFunction:
    return LambdaFunction(name="auth", code=code, runtime=runtime, handler="index.handler")


def test_the_name_of_the_runtime_tells_the_language(tmp_path: Path) -> None:
    assert program_of(function(Code(text=""), "python3.13")) is PythonLambda
    assert program_of(function(Code(path=tmp_path), "nodejs22.x")) is NodeLambda


@pytest.mark.parametrize(
    ("code", "runtime", "text"),
    [
        (Code(text=""), "java21", "java21, which Lambda@Edge does not have"),
        (Code(text=""), "nodejs", "runs on nodejs, which is no version of Node"),
        (Code(missing="it is in a container"), "python3.13", "no code: it is in a container"),
        (Code(path=Path("/nowhere")), "python3.13", "/nowhere does not exist"),
    ],
)
def test_functions_that_cannot_run_say_why(code: Code, runtime: str, text: str) -> None:
    with pytest.raises(FunctionError, match=text):
        program_of(function(code, runtime))


def test_without_node_js_a_function_in_it_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(FunctionError, match=r"auth runs on nodejs22\.x, and there is no node.*apt-get install nodejs"):
        program_of(function(Code(text=""), "nodejs22.x"))
