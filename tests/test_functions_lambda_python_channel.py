from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.lambda_child import PATIENCE, PythonChild

ECHO = "def handler(event, context):\n    return event\n"


@pytest.mark.parametrize("size", [0, 1, 2**16, 2**21], ids=str)
def test_a_frame_may_have_any_size(size: int, tmp_path: Path) -> None:
    with PythonChild(tmp_path, ECHO) as child:
        assert child.output("é" * size) == "é" * size


def test_jobs_are_answered_in_the_order_they_came(tmp_path: Path) -> None:
    with PythonChild(tmp_path, ECHO) as child:
        for number in range(1, 20):
            child.send(number, {"event": number, "aws_request_id": "a", "deadline_ms": 1})
        replies = [child.receive() for _ in range(1, 20)]
    assert [(number, reply["output"]) for number, reply in replies] == [(number, number) for number in range(1, 20)]


def test_the_function_cannot_touch_the_protocol(tmp_path: Path) -> None:
    code = """
        import os, sys
        def handler(event, context):
            os.write(1, b"frame?\\n")
            sys.stdout.buffer.write(b"\\x00\\x00\\x00\\x02frame\\n")
            sys.__stdout__.write("late\\n")
            read = [sys.stdin.read(), os.read(0, 10).decode()]
            for descriptor in (0, 1, 2):
                os.close(descriptor)
            os.closerange(3, 60)
            return read
    """
    with PythonChild(tmp_path, code) as child:
        reply = child.call()
        assert reply["output"] == ["", ""]
        assert "frame?" in reply["logs"]
        assert child.call()["failure"]["message"].startswith("OSError")


def test_no_process_of_the_function_inherits_the_protocol(tmp_path: Path) -> None:
    code = """
        import os, subprocess, sys
        LOOK = "import os\\nfor d in range(3, 128):\\n    try: os.fstat(d); print(d)\\n    except OSError: pass"
        def handler(event, context):
            command = [sys.executable, "-I", "-c", LOOK]
            return subprocess.run(command, close_fds=False, stdout=subprocess.PIPE, check=True).stdout.decode()
    """
    with PythonChild(tmp_path, code) as child:
        assert child.output() == ""


def test_a_forked_copy_does_not_hold_the_pipes(tmp_path: Path) -> None:
    code = """
        import os, signal
        def handler(event, context):
            reader, writer = os.pipe()
            pid = os.fork()
            if pid == 0:
                for descriptor in (64, 65):
                    try:
                        os.fstat(descriptor)
                    except OSError:
                        os.write(writer, b"gone ")
                os.kill(os.getpid(), signal.SIGKILL)
            os.waitpid(pid, 0)
            os.close(writer)
            return os.read(reader, 100).decode()
    """
    with PythonChild(tmp_path, code) as child:
        assert child.output() == "gone gone "


@pytest.mark.parametrize(
    "rest", [b"", b"\x00" * 5, b"\x00\x00\x00\x09" + b"\x00" * 8 + b"{}"], ids=["", "head", "payload"]
)
def test_the_end_of_the_input_ends_the_process_wherever_it_comes(rest: bytes, tmp_path: Path) -> None:
    with PythonChild(tmp_path, ECHO) as child:
        child.write(rest)
        assert child.close() == 0


def test_a_frame_that_is_not_json_ends_the_process(tmp_path: Path) -> None:
    with PythonChild(tmp_path, ECHO) as child:
        child.write(b"\x00\x00\x00\x01" + b"\x00" * 8 + b"{")
        assert child.process.wait(PATIENCE) == 0


def test_the_end_of_the_input_ends_a_running_handler_and_its_threads(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    code = f"""
        import threading
        def handler(event, context):
            threading.Thread(target=threading.Event().wait).start()
            with open({str(pipe)!r}, "w") as running:
                running.write("running")
            threading.Event().wait()
    """
    with PythonChild(tmp_path, code) as child:
        child.send(1, {"event": None, "aws_request_id": "a", "deadline_ms": 1})
        assert pipe.read_text() == "running"
        assert child.close() == 0


def test_a_parent_that_does_not_listen_any_more_ends_the_process(tmp_path: Path) -> None:
    with PythonChild(tmp_path, ECHO) as child:
        child.deafen()
        child.send(1, {"event": None, "aws_request_id": "a", "deadline_ms": 1})
        assert child.process.wait(PATIENCE) == 1
