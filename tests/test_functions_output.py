from __future__ import annotations

import os
from pathlib import Path

from edgeware.functions.output import LIMIT, Output
from tests.lambda_child import PythonChild


def test_the_lines_are_taken_once() -> None:
    output = Output()
    assert output.take() == ()
    for text in (b"a\nb\n", b"\n", b"no end \xff"):
        os.write(output.fileno(), text)
    assert output.take() == ("a", "b", "", "no end \ufffd")
    os.write(output.fileno(), b"more\n")
    assert output.take() == ("more",)
    output.close()
    assert output.take() == ()


def test_what_nobody_has_taken_is_there_after_the_end() -> None:
    output = Output()
    os.write(output.fileno(), b"last words")
    output.close()
    output.close()
    assert [output.take(), output.take()] == [("last words",), ()]


def test_the_file_does_not_grow_without_end() -> None:
    output = Output()
    for number in range(12):
        os.write(output.fileno(), b"x" * 1_000_000 + b"%d\n" % number)
        _, left_out = output.take()
        assert left_out.startswith("... and 73")
        assert os.fstat(output.fileno()).st_size < 6_000_000
    output.close()


def test_everything_that_is_written_is_a_line_of_the_log(tmp_path: Path) -> None:
    code = """
        import os, subprocess, sys
        print("at import")
        def handler(event, context):
            print("été", flush=False)
            print("to stderr", file=sys.stderr)
            os.write(1, b"raw \\xff\\n")
            subprocess.run(["echo", "from a process"], check=True)
            print()
            print("no end of line", end="")
    """
    with PythonChild(tmp_path, code) as child:
        assert child.started["logs"] == ["at import"]
        reply = child.call()
        assert reply["logs"] == ["été", "to stderr", "raw \ufffd", "from a process", "", "no end of line"]


def test_each_reply_has_its_own_lines(tmp_path: Path) -> None:
    with PythonChild(tmp_path, "def handler(event, context):\n    if event:\n        print(event)\n") as child:
        assert [child.call(event)["logs"] for event in ("one", None, "two")] == [["one"], [], ["two"]]


def test_lines_come_before_the_failure_that_follows_them(tmp_path: Path) -> None:
    with PythonChild(
        tmp_path, "def handler(event, context):\n    print('first')\n    raise ValueError('then')\n"
    ) as child:
        logs = child.call()["logs"]
    assert logs[:3] == ["first", "[ERROR] ValueError: then", "Traceback (most recent call last):"]


def test_a_chatty_handler_is_not_held_up_and_cut_off_at_the_limit(tmp_path: Path) -> None:
    code = """
        import os
        def handler(event, context):
            for _ in range(event):
                os.write(1, b"x" * 1023 + b"\\n")
            return "done"
    """
    with PythonChild(tmp_path, code) as child:
        full = child.call(256)
        assert (full["output"], full["logs"]) == ("done", ["x" * 1023] * 256)
        over = child.call(4000)
        assert over["logs"] == ["x" * 1023] * 256 + [f"... and {4000 * 1024 - LIMIT} bytes more that are not kept"]
        assert child.call(1)["logs"] == ["x" * 1023]


def test_a_handler_may_put_anything_in_the_place_of_its_streams(tmp_path: Path) -> None:
    code = """
        import io, sys
        def handler(event, context):
            print("before")
            sys.stdout, sys.stderr = None, io.StringIO()
            sys.stderr.close()
            return "done"
    """
    with PythonChild(tmp_path, code) as child:
        reply = child.call()
        assert (reply["output"], reply["logs"]) == ("done", ["before"])


def test_a_handler_may_close_its_output(tmp_path: Path) -> None:
    code = """
        import os
        def handler(event, context):
            os.close(1)
            os.close(2)
            return "done"
    """
    with PythonChild(tmp_path, code) as child:
        assert child.output() == "done"
