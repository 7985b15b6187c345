from __future__ import annotations

import re
from pathlib import Path

import pytest

from edgeware.functions.lambda_variables import replica_name
from tests.lambda_child import variables


def test_the_variables_are_lambdas() -> None:
    known = variables(Path("/code"), "python3.13", "app.handler")
    assert re.fullmatch(r"2023/11/14/\[7\][0-9a-f]{32}", known.pop("AWS_LAMBDA_LOG_STREAM_NAME"))
    assert known == {
        "_HANDLER": "app.handler",
        "AWS_ACCESS_KEY": "edgeware",
        "AWS_ACCESS_KEY_ID": "edgeware",
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_EXECUTION_ENV": "AWS_Lambda_python3.13",
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "128",
        "AWS_LAMBDA_FUNCTION_NAME": "us-east-1.shop-auth",
        "AWS_LAMBDA_FUNCTION_VERSION": "7",
        "AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand",
        "AWS_LAMBDA_LOG_GROUP_NAME": "/aws/lambda/us-east-1.shop-auth",
        "AWS_LAMBDA_RUNTIME_API": "127.0.0.1:9001",
        "AWS_REGION": "us-east-1",
        "AWS_SECRET_ACCESS_KEY": "edgeware",
        "AWS_SESSION_TOKEN": "edgeware",
        "LAMBDA_RUNTIME_DIR": "/var/runtime",
        "LAMBDA_TASK_ROOT": "/code",
        "LANG": "en_US.UTF-8",
        "PATH": "/var/lang/bin:/usr/local/bin:/usr/bin:/bin:/opt/bin",
        "TZ": ":UTC",
    }


def test_each_process_has_a_log_stream_of_its_own() -> None:
    first, second = (variables(Path("/code"), "nodejs22.x", "index.handler") for _ in range(2))
    assert first["AWS_LAMBDA_LOG_STREAM_NAME"] != second["AWS_LAMBDA_LOG_STREAM_NAME"]


@pytest.mark.parametrize("name", ["auth", "us-east-1.auth"])
def test_a_replica_has_the_home_region_once(name: str) -> None:
    assert replica_name(name) == "us-east-1.auth"
