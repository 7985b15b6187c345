from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.lambda_child import FIXTURES, PythonChild


@pytest.mark.parametrize("handler", ["handlers/nested.handler", "handlers.nested.handler"])
def test_a_handler_may_be_in_a_directory(handler: str, tmp_path: Path) -> None:
    with PythonChild(tmp_path, handler=handler, directory=str(FIXTURES)) as child:
        assert child.output() == "handlers.nested"


@pytest.mark.parametrize(
    ("code", "handler", "message", "line"),
    [
        ("", "handler", "Runtime.MalformedHandlerName: Bad handler 'handler'", None),
        ("", "sys.exit", "Runtime.BuiltInModuleConflict: Cannot use built-in module sys", None),
        ("", "app.handler", "Runtime.HandlerNotFound: Handler 'handler' missing on module 'app'", 1),
        ("", "gone.handler", "Runtime.ImportModuleError: Unable to import module 'gone': No module named 'gone'", None),
        (
            "\nimport nowhere_to_be_found\n",
            "app.handler",
            "Runtime.ImportModuleError: Unable to import module 'app': No module named 'nowhere_to_be_found'",
            2,
        ),
        ("\n\ndef handler(:\n", "app.handler", "Runtime.UserCodeSyntaxError: Syntax error in module 'app'", 3),
        ("\n1 / 0\n", "app.handler", "ZeroDivisionError: division by zero", 2),
    ],
    ids=["no dot", "built-in", "no function", "no module", "import in the module", "syntax", "exception"],
)
def test_a_handler_is_not_found(code: str, handler: str, message: str, line: int | None, tmp_path: Path) -> None:
    with PythonChild(tmp_path, code, handler=handler) as child:
        failure = child.started["failure"]
        assert failure["message"].startswith(message)
        assert failure["where"] == (f"{child.directory / 'app.py'}:{line}" if line else None)
        assert child.started["logs"][0] == f"[ERROR] {failure['message']}"


RESULTS = """
    from collections import namedtuple
    from decimal import Decimal
    from enum import IntEnum

    class Odd(dict):
        def items(self):
            raise RuntimeError("odd")

    def cycle():
        turn = []
        turn.append(turn)
        return turn

    def handler(event, context):
        return eval(event)
"""


@pytest.mark.parametrize(
    ("result", "output"),
    [
        ("None", None),
        ("event", "event"),
        ("(1, (2, 3))", [1, [2, 3]]),
        ("{1: 'a', None: 'b', True: 'c'}", {"1": "c", "null": "b"}),
        ("{'n': Decimal('200')}", {"n": 200}),
        ("[Decimal('1.5'), Decimal('-0'), Decimal('1e3')]", [1.5, 0, 1000]),
        ("'\\ud800é'", "\ud800é"),
        ('\'{"status": "200"}\'.encode()', {"status": "200"}),
        ("IntEnum('E', 'A B').B", 2),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_result_is_written_as_json(result: str, output: Any, tmp_path: Path) -> None:
    with PythonChild(tmp_path, RESULTS) as child:
        reply = child.call(result)
    assert reply["output"] == output
    assert "unparsable" not in reply
    assert "failure" not in reply


@pytest.mark.parametrize(
    "result",
    [
        "float('nan')",
        "{'a': [float('-inf')]}",
        "Decimal('NaN')",
        "Decimal('Infinity')",
        "b'\\xff'",
        "b'<p>'",
        "b'NaN'",
        "b'[' * 100000",
    ],
)
def test_a_result_may_come_out_as_text_that_is_not_json(result: str, tmp_path: Path) -> None:
    with PythonChild(tmp_path, RESULTS) as child:
        reply = child.call(result)
    assert (reply["output"], reply["unparsable"], reply["logs"]) == (None, True, [])


@pytest.mark.parametrize(
    ("result", "why"),
    [
        ("{1, 2}", "Object of type set is not JSON serializable"),
        ("[object()]", "Object of type object is not JSON serializable"),
        ("{'a': b'x'}", "Object of type bytes is not JSON serializable"),
        ("{(1, 2): 3}", "keys must be str"),
        ("cycle()", "Circular reference detected"),
        ("Decimal('sNaN')", "cannot convert signaling NaN"),
        ("Odd(a=1)", "odd"),
    ],
)
def test_a_result_that_cannot_be_written_is_a_failure(result: str, why: str, tmp_path: Path) -> None:
    with PythonChild(tmp_path, RESULTS) as child:
        failure = child.call(result)["failure"]
    assert failure["message"].startswith("Runtime.MarshalError: Unable to marshal response: ")
    assert why in failure["message"]


def test_a_decimal_needs_no_decimal_module_to_be_refused_as_anything_else(tmp_path: Path) -> None:
    code = "import sys\nsys.modules.pop('decimal', None)\ndef handler(event, context):\n    return object()\n"
    with PythonChild(tmp_path, code) as child:
        assert "Object of type object" in child.call()["failure"]["message"]


def test_an_async_handler_is_not_supported(tmp_path: Path) -> None:
    with PythonChild(tmp_path, "async def handler(event, context):\n    return event\n") as child:
        message = "Runtime.MarshalError: Unable to marshal response: Object of type coroutine is not JSON serializable"
        assert child.call()["failure"]["message"] == message


@pytest.mark.parametrize(
    ("code", "line"),
    [
        ("\ndef handler(event):\n    return event\n", 2),
        ("handler = 7\n", None),
        ("import functools\nhandler = functools.partial(int)\n", None),
        ("\ndef handler(event, context):\n    return len(7)\n", 3),
        ("\ndef inner(): pass\ndef handler(event, context):\n    return inner(1)\n", 4),
    ],
    ids=["one parameter", "not callable", "no code of its own", "inside", "a call inside"],
)
def test_a_type_error_is_told_with_its_place(code: str, line: int | None, tmp_path: Path) -> None:
    with PythonChild(tmp_path, code) as child:
        failure = child.call()["failure"]
        assert failure["message"].startswith("TypeError: ")
        assert failure["where"] == (f"{child.directory / 'app.py'}:{line}" if line else None)
