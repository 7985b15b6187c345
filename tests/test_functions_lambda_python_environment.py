from __future__ import annotations

import re
from pathlib import Path

from tests import lambda_child
from tests.lambda_child import FIXTURES, PythonChild

ENVIRONMENT = """
    import os
    def handler(event, context):
        return dict(os.environ)
"""


def test_the_variables_are_lambdas_and_nothing_of_the_hosts(tmp_path: Path) -> None:
    with PythonChild(tmp_path, ENVIRONMENT) as child:
        variables = child.output()
    scratch, trace_id = variables.pop("TMPDIR"), variables.pop("_X_AMZN_TRACE_ID")
    assert Path(scratch).parent == tmp_path / "tmp"
    assert trace_id.startswith("Root=1-")
    assert variables["LAMBDA_TASK_ROOT"] == str(tmp_path / "code")
    assert variables.keys() == lambda_child.variables(tmp_path, "python3.13", "app.handler").keys()


def test_a_function_sees_its_directory_first_and_utc(tmp_path: Path) -> None:
    code = """
        import os, sys, time
        def handler(event, context):
            return [os.getcwd(), sys.path[0], time.localtime(86400 * 180).tm_hour, open("data.txt").read()]
    """
    with PythonChild(tmp_path, code) as child:
        (child.directory / "data.txt").write_text("beside")
        assert child.output() == [str(child.directory), str(child.directory), 0, "beside"]


def test_the_code_directory_stays_as_it_is(tmp_path: Path) -> None:
    before = sorted(FIXTURES.rglob("*"))
    with PythonChild(tmp_path, directory=str(FIXTURES)) as child:
        assert child.started["ok"]
    assert sorted(FIXTURES.rglob("*")) == before


def test_temporary_files_go_to_a_directory_that_ends_with_the_process(tmp_path: Path) -> None:
    code = """
        import os, tempfile
        def handler(event, context):
            there = tempfile.mkdtemp()
            os.makedirs(there + "/a/b")
            os.symlink("/", there + "/root")
            open(there + "/a/file", "w").close()
            return there
    """
    with PythonChild(tmp_path, code) as child:
        there = Path(child.output())
        assert there.parent.parent == child.scratch
        assert there.parent.stat().st_mode & 0o777 == 0o700
        assert child.close() == 0
    assert list((tmp_path / "tmp").iterdir()) == []


def test_a_scratch_directory_that_is_gone_does_not_matter(tmp_path: Path) -> None:
    code = """
        import os, tempfile
        def handler(event, context):
            os.rmdir(tempfile.gettempdir())
    """
    with PythonChild(tmp_path, code) as child:
        assert child.output() is None
        assert child.close() == 0


def test_the_context_is_lambdas(tmp_path: Path) -> None:
    code = """
        def handler(event, context):
            context.log("to the ")
            context.log("log\\n")
            left = context.get_remaining_time_in_millis()
            identity = [context.identity.cognito_identity_id, context.identity.cognito_identity_pool_id]
            shown = {name: value for name, value in vars(context).items() if name[0] != "_" and name != "identity"}
            return shown | {"left": left, "identity": identity}
    """
    with PythonChild(tmp_path, code) as child:
        reply = child.call(deadline_ms=10**9)
        context = reply["output"]
        assert reply["logs"] == ["to the log"]
        assert child.call(deadline_ms=-5)["output"]["left"] == 0
    assert 0 < context.pop("left") <= 10**9
    assert re.fullmatch(r".*\[7\][0-9a-f]{32}", context.pop("log_stream_name"))
    assert context == {
        "aws_request_id": "0a1b2c3d-0000-4000-8000-000000000001",
        "function_name": "us-east-1.shop-auth",
        "function_version": "7",
        "invoked_function_arn": "arn:aws:lambda:us-east-1:123456789012:function:us-east-1.shop-auth:7",
        "memory_limit_in_mb": "128",
        "log_group_name": "/aws/lambda/us-east-1.shop-auth",
        "client_context": None,
        "tenant_id": None,
        "identity": [None, None],
    }


def test_variables_that_the_function_removes_are_not_missed(tmp_path: Path) -> None:
    code = """
        import os
        os.environ.clear()
        def handler(event, context):
            return context.function_version
    """
    with PythonChild(tmp_path, code) as child:
        assert child.output() == "7"
