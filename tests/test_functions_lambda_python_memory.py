"""The memory that a Python function has, in real processes."""

from __future__ import annotations

import signal
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest

from edgeware.functions.lambda_python import memory
from tests import lambda_edge_samples as samples
from tests.lambda_child import FIXTURES, Child, PythonChild

KILLED = ["RequestId: {} Error: Runtime exited with error: signal: killed", "Runtime.ExitError"]
REQUEST_ID = "0a1b2c3d-0000-4000-8000-000000000001"


class LimitedChild(PythonChild):
    """A child whose function has 128 MB."""

    def send(self, request_id: int, payload: Any) -> None:
        super().send(request_id, payload if request_id else {**payload, "memory": 128})


def died(child: Child) -> list[str]:
    """What stands in the log of a process that has ended by itself."""
    assert child.close() == -signal.SIGKILL
    return list(child.output_file.take())


def test_each_answer_has_a_report_and_the_first_one_tells_of_the_init(tmp_path: Path) -> None:
    with LimitedChild(tmp_path, directory=str(FIXTURES)) as child:
        first, second = (child.call(samples.EVENTS["viewer-response"])["report"] for _ in range(2))
    assert first.keys() == {"request_id", "peak", "milliseconds", "init"}
    assert second.keys() == {"request_id", "peak", "milliseconds"}
    assert first["request_id"] == REQUEST_ID
    assert 0 < first["peak"] <= 128
    assert min(first["milliseconds"], first["init"]) > 0


@pytest.mark.parametrize(
    "grows", ["len(bytearray(150 << 20))", "len(bytearray(2000 << 20))"], ids=["at the end", "beyond all bounds"]
)
def test_a_handler_that_uses_more_is_killed(tmp_path: Path, grows: str) -> None:
    code = f"def handler(event, context):\n    print('so far')\n    return {grows}\n"
    with LimitedChild(tmp_path, code) as child, pytest.raises(EOFError):
        child.call()
    assert died(child) == ["so far", KILLED[0].format(REQUEST_ID), KILLED[1]]


def test_code_outside_of_the_handler_that_takes_too_much_is_killed(tmp_path: Path) -> None:
    child = LimitedChild(tmp_path, "x = bytearray(2000 << 20)\ndef handler(event, context): ...\n")
    with pytest.raises(EOFError):
        child.receive()
    assert died(child) == [KILLED[0].format(""), KILLED[1]]


def test_a_limit_that_is_lower_already_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise ValueError("current limit exceeds maximum limit")

    monkeypatch.setattr("resource.setrlimit", refuse)
    memory.confine(128)


def test_where_the_system_does_not_tell_nothing_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(*_: object) -> None:
        raise FileNotFoundError

    assert memory.peak() > 0
    for silent in (missing, lambda *_: BytesIO(b"Name:\tpython\n")):
        monkeypatch.setattr("builtins.open", silent)
        assert memory.peak() == 0
