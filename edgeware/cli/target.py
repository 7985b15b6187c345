"""What ``edgeware run`` puts behind the edge: an application by import string, an origin URL, or a directory."""

from __future__ import annotations

from pathlib import Path

from starlette.types import ASGIApp

from edgeware.config.model import Directory, Url
from edgeware.exceptions import UsageError
from edgeware.origins.application import described, guarded, imported, kind
from edgeware.origins.wsgi_bridge import WSGIBridge


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
    found = imported(target)
    if factory:
        if not callable(found):
            raise UsageError(f"{target} is {described(found)} and cannot be called: leave --factory out")
        found = guarded(f"calling {target}()", found)
    speaks = kind(found)
    if speaks == "wsgi":
        return WSGIBridge(found)
    if speaks == "asgi":
        application: ASGIApp = found
        return application
    raise UsageError(
        f"{target} is {described(found)}, which is no application: ASGI calls app(scope, receive, send), "
        f"WSGI app(environ, start_response){'' if factory else '; is it a factory? then add --factory'}"
    )
