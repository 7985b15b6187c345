"""The environment variables of the Lambda environment: the only ones that a Lambda@Edge function has."""

from __future__ import annotations

import os
from datetime import datetime, timezone

from edgeware.config.model import LambdaFunction

_REPLICA = "us-east-1."


def replica_name(function_name: str) -> str:
    """A function's name as it is at the edge: replicas carry the home region as a prefix."""
    return function_name if function_name.startswith(_REPLICA) else _REPLICA + function_name


def reserved_variables(function: LambdaFunction, handler: str, directory: str, now: float) -> dict[str, str]:
    """The variables that Lambda sets [configuration-envvars] for one process; the credentials are no credentials.

    Left out are those that would point this machine's own programs to the libraries of Lambda's. ``now`` is in seconds
    since the epoch.
    """
    name, version = replica_name(function.name), function.version
    day = datetime.fromtimestamp(now, timezone.utc).strftime("%Y/%m/%d")
    return {
        "_HANDLER": handler,
        "AWS_ACCESS_KEY": "edgeware",
        "AWS_ACCESS_KEY_ID": "edgeware",
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_EXECUTION_ENV": f"AWS_Lambda_{function.runtime}",
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(function.memory_size),
        "AWS_LAMBDA_FUNCTION_NAME": name,
        "AWS_LAMBDA_FUNCTION_VERSION": version,
        "AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand",
        "AWS_LAMBDA_LOG_GROUP_NAME": f"/aws/lambda/{name}",
        "AWS_LAMBDA_LOG_STREAM_NAME": f"{day}/[{version}]{os.urandom(16).hex()}",
        "AWS_LAMBDA_RUNTIME_API": "127.0.0.1:9001",
        "AWS_REGION": "us-east-1",
        "AWS_SECRET_ACCESS_KEY": "edgeware",
        "AWS_SESSION_TOKEN": "edgeware",
        "LAMBDA_RUNTIME_DIR": "/var/runtime",
        "LAMBDA_TASK_ROOT": directory,
        "LANG": "en_US.UTF-8",
        "PATH": "/var/lang/bin:/usr/local/bin:/usr/bin:/bin:/opt/bin",
        "TZ": ":UTC",
    }
