"""Lambda@Edge functions in Python: the command and the environment of their children."""

from __future__ import annotations

import json
import sys

from edgeware.functions.lambda_program import LambdaProgram


class PythonLambda(LambdaProgram):
    """A Python function's code at one moment."""

    suffix = ".py"

    @property
    def command(self) -> tuple[str, ...]:
        """The interpreter that runs edgeware, whatever version the function's runtime names."""
        return (sys.executable, "-I", "-m", "edgeware.functions.lambda_python")

    @property
    def environment(self) -> dict[str, str]:
        """Where to put files that ``close`` removes; the function's variables come with the first frame."""
        return {"TMPDIR": self.private}

    @property
    def setup(self) -> bytes:
        """The init frame."""
        init: dict[str, object] = {"directory": self.directory, "handler": self.handler, "variables": self.variables()}
        if not self.debugged:
            init["memory"] = self.function.memory_size
        return json.dumps(init).encode()

    @staticmethod
    def split(handler: str) -> tuple[str, str]:
        """At the last dot; dots in the module part are slashes."""
        module, _, name = handler.rpartition(".")
        return module.replace(".", "/"), name
