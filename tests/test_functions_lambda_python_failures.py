from __future__ import annotations

from pathlib import Path

from tests.lambda_child import PythonChild

CODE = """
    import json

    class Broken(Exception):
        def __str__(self):
            raise ValueError

    def deep(value):
        return json.loads(value)

    def handler(event, context):
        if event == "broken":
            raise Broken
        if event == "surrogate":
            raise ValueError("\\ud800")
        return deep(event)
"""


def test_an_exception_is_told_as_lambda_tells_it(tmp_path: Path) -> None:
    with PythonChild(tmp_path, CODE) as child:
        reply = child.call("{")
        app = str(child.directory / "app.py")
    failure = reply["failure"]
    message = "Expecting property name enclosed in double quotes: line 1 column 2 (char 1)"
    assert (failure["kind"], failure["message"]) == ("execution", f"JSONDecodeError: {message}")
    assert failure["where"] == f"{app}:9"
    error = failure["error"]
    assert (error["errorType"], error["errorMessage"]) == ("JSONDecodeError", message)
    assert error["requestId"] == "0a1b2c3d-0000-4000-8000-000000000001"
    assert error["stackTrace"][0].startswith(f'  File "{app}", line 16, in handler')
    assert error["stackTrace"][1].startswith(f'  File "{app}", line 9, in deep')
    assert reply["logs"][:3] == [
        f"[ERROR] JSONDecodeError: {message}",
        "Traceback (most recent call last):",
        f'  File "{app}", line 16, in handler',
    ]
    assert reply["seconds"] >= 0


def test_the_instance_lives_on_after_an_exception(tmp_path: Path) -> None:
    with PythonChild(tmp_path, CODE) as child:
        child.call("{")
        assert child.output("[1]") == [1]


def test_an_exception_may_have_no_text_or_odd_text(tmp_path: Path) -> None:
    with PythonChild(tmp_path, CODE) as child:
        assert child.call("broken")["failure"]["message"] == "Broken: the exception has no text"
        assert child.call("surrogate")["failure"]["message"] == "ValueError: \ud800"
