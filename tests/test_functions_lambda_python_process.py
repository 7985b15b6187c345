from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests import lambda_edge_samples as samples
from tests.lambda_child import FIXTURES, PythonChild


def test_a_function_runs_and_its_globals_live_on(tmp_path: Path) -> None:
    event = samples.EVENTS["viewer-response"]
    with PythonChild(tmp_path, directory=str(FIXTURES)) as child:
        assert child.started == {"ok": True, "logs": ["imported"]}
        for run in (1, 2):
            reply = child.call(event, request_id=2**63 + run)
            assert reply["output"]["headers"]["x-greeting"] == [{"key": "X-Greeting", "value": f"hello {run}"}]
            assert reply["output"]["status"] == "200"
            assert reply["seconds"] >= 0
        assert child.close() == 0


def test_logging_works_as_in_lambda(tmp_path: Path) -> None:
    code = """
        import logging
        logging.warning("at import")
        def handler(event, context):
            print("as it is")
            logging.info("below the level")
            logging.warning("été")
            logging.getLogger().setLevel(logging.INFO)
            logging.getLogger("a.b").info("now %s", "above")
            logging.basicConfig(format="no effect")
    """
    stamp = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z"
    with PythonChild(tmp_path, code) as child:
        (line,) = child.started["logs"]
        assert re.fullmatch(rf"\[WARNING\]\t{stamp}\t\tat import", line)
        first, second, third = child.call()["logs"]
    request_id = "0a1b2c3d-0000-4000-8000-000000000001"
    assert first == "as it is"
    assert re.fullmatch(rf"\[WARNING\]\t{stamp}\t{request_id}\tété", second)
    assert re.fullmatch(rf"\[INFO\]\t{stamp}\t{request_id}\tnow above", third)


def test_the_trace_id_is_that_of_the_invocation(tmp_path: Path) -> None:
    code = """
        import os
        def handler(event, context):
            return os.environ["_X_AMZN_TRACE_ID"]
    """
    with PythonChild(tmp_path, code) as child:
        trace_id = "Root=1-0a1b2c3d-000040008000000000000001;Parent=0a1b2c3d00004000;Sampled=0"
        assert child.output() == trace_id


def test_a_failed_init_is_the_answer_to_every_job(tmp_path: Path) -> None:
    with PythonChild(tmp_path, "print('so far')\nraise RuntimeError('no luck')\n") as child:
        failure = child.started["failure"]
        where = f"{child.directory / 'app.py'}:2"
        assert (failure["kind"], failure["message"], failure["where"]) == ("execution", "RuntimeError: no luck", where)
        assert child.started["logs"][:2] == ["so far", "[ERROR] RuntimeError: no luck"]
        assert child.call() == {"failure": failure, "seconds": 0.0, "logs": []}


@pytest.mark.parametrize(
    ("statement", "status"),
    [
        ("sys.exit()", 0),
        ("sys.exit(3)", 3),
        ("sys.exit('a word')", 1),
        ("os._exit(4)", 4),
        ("raise KeyboardInterrupt", 1),
    ],
)
@pytest.mark.parametrize("at_init", [True, False], ids=["init", "handler"])
def test_a_function_that_ends_the_process_ends_the_process(
    statement: str, status: int, at_init: bool, tmp_path: Path
) -> None:
    code = f"import os, sys\nif {at_init}:\n    {statement}\ndef handler(event, context):\n    {statement}\n"
    child = PythonChild(tmp_path, code)
    if not at_init:
        assert child.receive() == (0, {"ok": True, "logs": []})
        child.send(1, {"event": None, "aws_request_id": "a", "deadline_ms": 1})
    with pytest.raises(EOFError):
        child.receive()
    assert child.close() == status


def test_a_thread_of_the_function_does_not_hold_up_the_end(tmp_path: Path) -> None:
    code = """
        import sys, threading
        def handler(event, context):
            threading.Thread(target=threading.Event().wait).start()
            sys.exit(5)
    """
    with PythonChild(tmp_path, code) as child, pytest.raises(EOFError):
        child.call()
    assert child.close() == 5


def test_a_forked_copy_that_exits_takes_nothing_with_it(tmp_path: Path) -> None:
    code = """
        import os, sys, tempfile
        def handler(event, context):
            pid = os.fork()
            if pid == 0:
                sys.exit(7)
            return [os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), os.path.isdir(tempfile.gettempdir())]
    """
    with PythonChild(tmp_path, code) as child:
        assert child.output() == [7, True]
        assert child.output() == [7, True]


def test_a_missing_directory_is_a_failed_init(tmp_path: Path) -> None:
    with PythonChild(tmp_path, directory=str(tmp_path / "gone")) as child:
        assert child.started["failure"]["message"].startswith("FileNotFoundError: ")
