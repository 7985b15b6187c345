"""Lambda@Edge functions in Node.js: the command and the environment of their children."""

from __future__ import annotations

import json
import re
import shutil
import socket
from pathlib import Path

from edgeware.config.model import LambdaFunction
from edgeware.exceptions import FunctionError
from edgeware.functions.lambda_program import LambdaProgram

SCRIPT = Path(__file__).with_name("lambda_node") / "main.cjs"
INSPECTOR_PORT = 9229
"""Where debuggers look for Node.js."""

_RUNTIME = re.compile(r"nodejs(\d+)(?:\.x)?")


class NodeLambda(LambdaProgram):
    """A Node.js function's code at one moment."""

    suffix = ".js"

    @property
    def command(self) -> tuple[str, ...]:
        """The Node.js of this machine, with no more room for objects than the function has memory."""
        room = f"--max-old-space-size={self.function.memory_size}"
        inspector = (f"--inspect=127.0.0.1:{_inspector_port()}",) if self.debugged else ()
        return (node(self.function), room, *inspector, str(SCRIPT))

    @property
    def environment(self) -> dict[str, str]:
        """The function's variables, and where to put files that ``close`` removes."""
        return self.variables() | {"TMPDIR": self.private}

    @property
    def setup(self) -> bytes:
        """The init frame."""
        init = {"directory": self.directory, "handler": self.handler, "generation": generation(self.function)}
        return json.dumps(init).encode()

    @staticmethod
    def split(handler: str) -> tuple[str, str]:
        """At the first dot behind the last slash."""
        folder, slash, rest = handler.rpartition("/")
        module, _, names = rest.partition(".")
        return f"{folder}{slash}{module}", names


def node(function: LambdaFunction) -> str:
    """The path of Node.js. FunctionError where there is none."""
    found = shutil.which("node")
    if found is None:
        raise FunctionError(
            f"The function {function.name} runs on {function.runtime}, and there is no node on the PATH."
            " Install Node.js (https://nodejs.org, or apt-get install nodejs)."
        )
    return found


def generation(function: LambdaFunction) -> int:
    """The number in a runtime's name: from 24 on, handlers work differently. FunctionError where there is none."""
    found = _RUNTIME.fullmatch(function.runtime)
    if found is None:
        raise FunctionError(f"The function {function.name} runs on {function.runtime}, which is no version of Node.js.")
    return int(found[1])


def _inspector_port() -> int:
    """The usual one if nobody has it, or else one that Node.js chooses."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", INSPECTOR_PORT))
        except OSError:
            return 0
    return INSPECTOR_PORT
