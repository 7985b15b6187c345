"""What can be said of a Lambda@Edge handler in Python before it runs: that it cannot be loaded, or is not there.

Production takes such code, and answers each request with a 503 [http-503-service-unavailable].
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from edgeware.config.files import is_directory, is_file
from edgeware.config.model import LambdaFunction

DYNAMIC = ("*", "exec", "globals", "setattr", "__getattr__")
"""Where one of these is in a module, nobody knows its names but by running it."""

_UNREADABLE = (SyntaxError, ValueError, RecursionError, MemoryError)
"""What the parser raises: the last two for code that is nested too deeply."""


def problems(function: LambdaFunction) -> Iterator[str]:
    """One problem at most, with its place. Nothing is said of Node.js, and of what only a run can tell."""
    code, (module, _, handler) = function.code, function.handler.rpartition(".")
    if not function.runtime.startswith("python"):
        return
    path = code.path and (code.path / f"{module.replace('.', '/')}.py" if is_directory(code.path) else code.path)
    if code.text is None and (path is None or not is_file(path)):
        return
    source = path.read_bytes() if code.text is None and path else (code.text or "").encode()
    try:
        tree = ast.parse(source)
    except _UNREADABLE as error:
        line, what = getattr(error, "lineno", None) or 1, str(error) or "it is nested too deeply"
        yield f"{path or function.name}:{line}: Runtime.UserCodeSyntaxError: {what} (N-handler)"
        return
    if not names(tree) & {handler, *DYNAMIC}:
        yield f"{path or function.name}:1: Runtime.HandlerNotFound: there is no {handler!r} in it (N-handler)"


def names(tree: ast.Module) -> set[str]:
    """Every name that the module's code binds or uses, wherever it stands."""
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            found.add(node.name)
        elif isinstance(node, ast.Name):
            found.add(node.id)
        elif isinstance(node, ast.alias):
            found.add(node.asname or node.name.partition(".")[0])
    return found
