"""What surrounds a function: the variables of the Lambda environment, a directory to write in, and the context."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Mapping
from contextlib import suppress
from typing import Any


def make_scratch() -> str:
    """A directory for this process to write in, inside the TMPDIR that it was started with."""
    scratch = os.path.join(os.environ.get("TMPDIR", "/tmp"), f"edgeware-{os.urandom(8).hex()}")  # noqa: PTH118, S108
    os.mkdir(scratch, 0o700)  # noqa: PTH102  (pathlib would double the time to start)
    return scratch


def furnish(init: Mapping[str, Any], scratch: str) -> dict[str, str]:
    """Make this process the function's: directories, search path, and the variables, which are the answer."""
    variables: dict[str, str] = init["variables"] | {"TMPDIR": scratch}
    os.environ.clear()
    os.environ.update(variables)
    time.tzset()
    os.chdir(init["directory"])
    sys.path.insert(0, init["directory"])
    # The code's directory is read-only in production.
    sys.dont_write_bytecode = True
    return variables


def clear_away(scratch: str) -> None:
    """Remove the scratch directory, as far as that goes."""
    with suppress(OSError):
        for root, directories, files in os.walk(scratch, topdown=False):
            for name in files:
                os.unlink(f"{root}/{name}")  # noqa: PTH108
            for name in directories:
                path = f"{root}/{name}"
                (os.unlink if os.path.islink(path) else os.rmdir)(path)  # noqa: PTH114
        os.rmdir(scratch)  # noqa: PTH106


class Identity:
    """Who called: nobody that a mobile application would know."""

    cognito_identity_id: None = None
    cognito_identity_pool_id: None = None


class Context:
    """The handler's second argument [python-context]. Times are in milliseconds, sizes in MB, both as Lambda has it."""

    def __init__(self, variables: Mapping[str, str], aws_request_id: str, deadline_ms: int) -> None:
        self.aws_request_id = aws_request_id
        self.function_name = variables["AWS_LAMBDA_FUNCTION_NAME"]
        self.function_version = variables["AWS_LAMBDA_FUNCTION_VERSION"]
        self.invoked_function_arn = (
            f"arn:aws:lambda:{variables['AWS_REGION']}:123456789012"
            f":function:{self.function_name}:{self.function_version}"
        )
        self.memory_limit_in_mb = variables["AWS_LAMBDA_FUNCTION_MEMORY_SIZE"]
        self.log_group_name = variables["AWS_LAMBDA_LOG_GROUP_NAME"]
        self.log_stream_name = variables["AWS_LAMBDA_LOG_STREAM_NAME"]
        self.identity = Identity()
        self.client_context = None
        self.tenant_id = None
        self._deadline = time.perf_counter() + deadline_ms / 1000

    def get_remaining_time_in_millis(self) -> int:
        """Milliseconds until the invocation times out, 0 at least."""
        return max(0, int((self._deadline - time.perf_counter()) * 1000))

    def log(self, message: object) -> None:
        """Write to the log as it is."""
        print(message, end="")
