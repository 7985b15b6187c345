from __future__ import annotations

from pathlib import Path

import pytest

from edgeware.config.model import Code, LambdaFunction
from edgeware.functions.lambda_review import problems


def told(code: Code, handler: str = "app.handler", runtime: str = "python3.13") -> list[str]:
    return list(problems(LambdaFunction(name="auth", code=code, runtime=runtime, handler=handler)))


@pytest.mark.parametrize(
    "text",
    [
        "def handler(event, context): ...",
        "async def handler(event, context): ...",
        "class handler: ...",
        "handler = lambda event, context: None",
        "from elsewhere import main as handler",
        "import handler.inside",
        "from elsewhere import *",
        "globals()['hand' + 'ler'] = print",
        "def __getattr__(name): ...",
    ],
)
def test_a_handler_that_is_or_may_be_there_is_no_problem(text: str) -> None:
    assert told(Code(text=text)) == []


def test_code_that_cannot_be_parsed_is_told_with_its_line() -> None:
    (problem,) = told(Code(text="import os\ndef handler(event, context:\n"))
    assert problem.startswith("auth:2: Runtime.UserCodeSyntaxError: '(' was never closed")


def test_code_that_is_nested_too_deeply_is_told() -> None:
    (problem,) = told(Code(text=f"x = {'-' * 100_000}1\ndef handler(event, context): ...\n"))
    assert problem.startswith("auth:1: Runtime.UserCodeSyntaxError: ")


def test_code_without_the_handler_is_told(tmp_path: Path) -> None:
    file = tmp_path / "app.py"
    file.write_text("def lambda_handler(event, context): ...\n")
    assert told(Code(path=file)) == [
        f"{file}:1: Runtime.HandlerNotFound: there is no 'handler' in it (N-handler)",
    ]


def test_bytes_that_are_no_source_are_told(tmp_path: Path) -> None:
    file = tmp_path / "app.py"
    file.write_bytes(b"def handler(event, context): return '\0'\n")
    (problem,) = told(Code(path=file))
    assert problem.startswith(f"{file}:1: Runtime.UserCodeSyntaxError: source code string cannot contain null bytes")


def test_in_a_directory_the_handler_says_which_file(tmp_path: Path) -> None:
    (tmp_path / "src").mkdir()
    (tmp_path / "src" / "app.py").write_text("")
    (problem,) = told(Code(path=tmp_path), "src.app.handler")
    assert problem.startswith(f"{tmp_path}/src/app.py:1: Runtime.HandlerNotFound")


def test_nothing_is_said_of_nodejs_and_of_code_that_is_not_there(tmp_path: Path) -> None:
    assert told(Code(text=""), runtime="nodejs22.x") == []
    assert told(Code(path=tmp_path / "app.py")) == []
    assert told(Code(missing="nobody knows")) == []
