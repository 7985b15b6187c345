from __future__ import annotations

import json
import sys
from pathlib import Path

from edgeware.config.model import Code, LambdaFunction
from edgeware.functions.python_lambda import PythonLambda


def test_a_child_is_told_where_the_code_is_and_which_variables_there_are(tmp_path: Path) -> None:
    function = LambdaFunction(name="auth", code=Code(path=tmp_path), runtime="python3.13", handler="app.handler")
    some = PythonLambda(function, lambda: 1_700_000_000.5)
    assert some.command == (sys.executable, "-I", "-m", "edgeware.functions.lambda_python")
    assert some.environment == {"TMPDIR": some.private}
    init = json.loads(some.setup)
    assert init.pop("variables")["AWS_EXECUTION_ENV"] == "AWS_Lambda_python3.13"
    assert init == {"directory": str(tmp_path), "handler": "app.handler", "memory": 128}
    some.close()


def test_whoever_is_debugged_has_all_the_memory_there_is(tmp_path: Path) -> None:
    function = LambdaFunction(name="auth", code=Code(path=tmp_path), runtime="python3.13", handler="app.handler")
    some = PythonLambda(function, lambda: 1_700_000_000.5, debugged=True)
    assert "memory" not in json.loads(some.setup)
    some.close()
