"""What ``edgeware run`` puts behind the edge: an application by import string, an origin URL, or a directory."""

from __future__ import annotations

import importlib
import inspect
import sys
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

from starlette.types import ASGIApp

from edgeware.cli.wsgi_bridge import WSGIBridge
from edgeware.config.model import Directory, Url
from edgeware.exceptions import UsageError

POSITIONAL = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)


def local_origin(target: str) -> Url | Directory | None:
    """The origin that a target names, or None where it is an import string. UsageError where it can be neither."""
    if target.startswith(("http://", "https://")):
        return Url(url=target)
    path = Path(target).expanduser()
    if path.is_dir():
        return Directory(path=path)
    if ":" not in target:
        raise UsageError(
            f"{target!r} is nothing to run: no directory of that name is here, and it is neither an origin URL "
            "(http://host:port) nor an import string (module:attribute)"
        )
    return None


def load_app(target: str, *, factory: bool = False) -> ASGIApp:
    """Import an application, from the working directory first; a WSGI application comes bridged to ASGI.

    ``factory``: the attribute makes the application when it is called. UsageError says what was tried.
    """
    found = _import(target)
    if factory:
        if not callable(found):
            raise UsageError(f"{target} is {_a(found)} and cannot be called: leave --factory out")
        found = _guarded(f"calling {target}()", found)
    kind = _kind(found)
    if kind == "wsgi":
        return WSGIBridge(found)
    if kind == "asgi":
        application: ASGIApp = found
        return application
    raise UsageError(
        f"{target} is {_a(found)}, which is no application: ASGI calls app(scope, receive, send), "
        f"WSGI app(environ, start_response){'' if factory else '; is it a factory? then add --factory'}"
    )


def _import(target: str) -> Any:
    module_name, _, attributes = target.partition(":")
    if not module_name or not attributes:
        raise UsageError(f"{target!r} is no import string: write module:attribute, such as main:app")
    if sys.path[0] != str(Path.cwd()):
        sys.path.insert(0, str(Path.cwd()))
    found = _guarded(f"importing {module_name} from {Path.cwd()}", lambda: importlib.import_module(module_name))
    for name in attributes.split("."):
        try:
            found = getattr(found, name)
        except AttributeError as error:
            raise UsageError(f"{module_name} was imported, but there is no {attributes!r} in it: {error}") from error
    return found


def _guarded(doing: str, what: Callable[[], Any]) -> Any:
    """Run somebody's code; what it raises becomes one line that says where."""
    try:
        return what()
    except Exception as error:
        frames = [frame for frame in traceback.extract_tb(error.__traceback__) if "importlib" not in frame.filename]
        where = f" ({frames[-1].filename}:{frames[-1].lineno})" if len(frames) > 2 else ""
        raise UsageError(f"{doing} failed: {type(error).__name__}: {error}{where}") from error


def _kind(app: Any) -> str | None:
    """``asgi`` or ``wsgi``, told by whether calling it is a coroutine, or by how many arguments it needs."""
    if not callable(app) or inspect.isclass(app):
        return None
    if inspect.iscoroutinefunction(app) or inspect.iscoroutinefunction(type(app).__call__):
        return "asgi"
    try:
        parameters = inspect.signature(app).parameters.values()
    except (TypeError, ValueError):
        return None
    needed = [one for one in parameters if one.default is one.empty and one.kind in POSITIONAL]
    return {3: "asgi", 2: "wsgi"}.get(len(needed))


def _a(found: Any) -> str:
    return f"the class {found.__name__}" if inspect.isclass(found) else f"a {type(found).__name__}"
