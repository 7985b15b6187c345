"""What ``edgeware run`` puts behind the edge: an application by import string, an origin URL, or a directory."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from starlette.types import ASGIApp, Receive, Scope, Send

from edgeware.asgi import ASGIEdge
from edgeware.cli.sources import lambda_named
from edgeware.config.loading import load
from edgeware.config.loading.servers import is_address
from edgeware.config.model import App, Directory, Distribution, Overlay, Unmapped, Url
from edgeware.exceptions import UsageError
from edgeware.origins.application import described, guarded, imported, kind
from edgeware.origins.wsgi_bridge import WSGIBridge


def local_origin(target: str) -> Url | Directory | None:
    """The origin that a target names, or None where it is an import string. UsageError where it can be neither."""
    if target.startswith(("http://", "https://")):
        return Url(url=_address(target))
    path = Path(target).expanduser()
    if target and path.is_dir():
        return Directory(path=path)
    if ":" not in target:
        raise UsageError(
            f"{target!r} is nothing to run: no directory of that name is here, and it is neither an origin URL "
            "(http://host:port) nor an import string (module:attribute)"
        )
    return None


def _address(target: str) -> str:
    if not is_address(target):  # not shown: there may be a password in it
        raise UsageError("the origin URL is not of the form http://host[:port]; a path belongs into the origin's path")
    return target.rstrip("/")


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


def edge_behind(
    target: str,
    file: str,
    laid_over: Sequence[Overlay],
    debug_function: str | None = None,
    *,
    factory: bool,
    **options: Any,
) -> ASGIEdge:
    """The edge with the target behind it, not yet served."""
    distribution = distribution_behind(target, file, laid_over)
    debugged = [] if debug_function is None else [lambda_named(distribution, debug_function)]
    app = _Nothing() if local_origin(target) else load_app(target, factory=factory)
    return ASGIEdge(app, distribution, debug_functions=debugged, **options)


def distribution_behind(target: str, file: str, laid_over: Sequence[Overlay]) -> Distribution:
    """The distribution with the target behind it: where the application stands, or else where nothing does."""
    distribution = load(file, overlay=laid_over)
    origins = distribution.origins.values()
    nowhere = [one for one in origins if isinstance(one.target, Unmapped)]
    free = [one for one in origins if isinstance(one.target, App)] or (nowhere if len(nowhere) == 1 else [])
    if not free:
        raise UsageError(f"{file} says of no origin that the application stands for it, so nothing would ask {target}")
    changed = {one.id: replace(one, target=local_origin(target) or App()) for one in free}
    return replace(distribution, origins={**distribution.origins, **changed})


class _Nothing:
    """Stands where the application would: an origin of its own answers the requests."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1000})
            return
        while (message := await receive())["type"] != "lifespan.shutdown":
            await send({"type": f"{message['type']}.complete"})
        await send({"type": "lifespan.shutdown.complete"})
