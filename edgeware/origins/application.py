"""Another application stands for the origin: found by its import string, and told what kind it is."""

from __future__ import annotations

import importlib
import inspect
import sys
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any, Literal

from edgeware.exceptions import UsageError

POSITIONAL = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)


def imported(target: str) -> Any:
    """What ``module:attribute`` names, from the working directory first. UsageError says what was tried."""
    module_name, _, attributes = target.partition(":")
    if not module_name or not attributes:
        raise UsageError(f"{target!r} is no import string: write module:attribute, such as main:app")
    if sys.path[0] != str(Path.cwd()):
        sys.path.insert(0, str(Path.cwd()))
    found = guarded(f"importing {module_name} from {Path.cwd()}", lambda: importlib.import_module(module_name))
    for name in attributes.split("."):
        try:
            found = getattr(found, name)
        except AttributeError as error:
            raise UsageError(f"{module_name} was imported, but there is no {attributes!r} in it: {error}") from error
    return found


def guarded(doing: str, what: Callable[[], Any]) -> Any:
    """Run somebody's code; what it raises becomes one line that says where. That it wants to exit is no reason to."""
    try:
        return what()
    except (Exception, SystemExit) as error:
        frames = [frame for frame in traceback.extract_tb(error.__traceback__) if "importlib" not in frame.filename]
        where = f" ({frames[-1].filename}:{frames[-1].lineno})" if len(frames) > 2 else ""
        raise UsageError(f"{doing} failed: {type(error).__name__}: {error}{where}") from error


def kind(app: Any) -> Literal["asgi", "wsgi"] | None:
    """Told by whether calling the application is a coroutine, or by how many arguments it needs."""
    if not callable(app) or inspect.isclass(app):
        return None
    if inspect.iscoroutinefunction(app) or inspect.iscoroutinefunction(type(app).__call__):
        return "asgi"
    try:
        parameters = inspect.signature(app).parameters.values()
    except (TypeError, ValueError):
        return None
    needed = [one for one in parameters if one.default is one.empty and one.kind in POSITIONAL]
    kinds: dict[int, Literal["asgi", "wsgi"]] = {3: "asgi", 2: "wsgi"}
    return kinds.get(len(needed))


def described(found: Any) -> str:
    """What something is, for people."""
    return f"the class {found.__name__}" if inspect.isclass(found) else f"a {type(found).__name__}"
