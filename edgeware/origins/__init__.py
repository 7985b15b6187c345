"""What stands for an origin on this machine: a server, a directory, or nothing. In both worlds.

Each is an application of its world that finds the request in ``edgeware.request`` of the environ or the scope.
"""

from __future__ import annotations

from collections.abc import Iterable
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING, Any

from starlette.types import ASGIApp, Receive, Scope, Send

from edgeware.config.model import Directory, Origin, OtherApp, Static, Unmapped, Url
from edgeware.exceptions import MissingDependencyError, UsageError
from edgeware.origins.application import described, imported, kind
from edgeware.origins.fixed import StaticOrigin
from edgeware.origins.unreachable import OriginUnreachable

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

__all__ = ["OriginUnreachable", "asgi_origin", "wsgi_origin"]


def wsgi_origin(origin: Origin) -> WSGIApplication:
    """The WSGI application that stands for an origin other than the wrapped one.

    Raises MissingDependencyError where an origin URL lacks the extra ``run``, UsageError for a URL that is none and for
    an import string that leads to no application.
    """
    target = origin.target
    if isinstance(target, OtherApp):
        return _wsgi_app(origin, target)
    if isinstance(target, Directory):
        from edgeware.origins.directory import DirectoryOrigin

        return DirectoryOrigin(target)
    if isinstance(target, Static):
        return StaticOrigin(target).wsgi
    if isinstance(target, Url):
        application: WSGIApplication = _module("url", target).UrlOrigin(target, origin)
        return application
    return _Nowhere(origin).wsgi


def asgi_origin(origin: Origin) -> ASGIApp:
    """The ASGI application that stands for an origin other than the wrapped one. Raises as ``wsgi_origin`` does."""
    target = origin.target
    if isinstance(target, OtherApp):
        return _asgi_app(origin, target)
    if isinstance(target, Directory):
        from edgeware.origins.directory import ASGIDirectoryOrigin

        return ASGIDirectoryOrigin(target)
    if isinstance(target, Static):
        return StaticOrigin(target).asgi
    if isinstance(target, Url):
        application: ASGIApp = _module("url_asgi", target).ASGIUrlOrigin(target, origin)
        return application
    return _Nowhere(origin).asgi


def _wsgi_app(origin: Origin, target: OtherApp) -> WSGIApplication:
    found, speaks = _imported(origin, target)
    if speaks == "asgi":
        raise UsageError(
            f"origin {origin.id}: {target.import_string} is an ASGI application, which a WSGI edge cannot call: put "
            "ASGIEdge round the app, or serve the other one by itself and give its URL"
        )
    application: WSGIApplication = found
    return application


def _asgi_app(origin: Origin, target: OtherApp) -> ASGIApp:
    found, speaks = _imported(origin, target)
    if speaks == "wsgi":
        from edgeware.origins.wsgi_bridge import WSGIBridge

        return WSGIBridge(found)
    application: ASGIApp = found
    return application


def _imported(origin: Origin, target: OtherApp) -> tuple[Any, str]:
    found = imported(target.import_string)
    speaks = kind(found)
    if speaks is None:
        what = f"{target.import_string} is {described(found)}, which is no ASGI or WSGI application"
        raise UsageError(f"origin {origin.id}: {what}")
    return found, speaks


def _module(name: str, target: Url) -> ModuleType:
    """A module for origin URLs: it needs h11, which not everybody has."""
    try:
        return import_module(f"edgeware.origins.{name}")
    except ImportError as error:
        raise MissingDependencyError(
            f"the origin URL {target.url} needs an HTTP library that is not installed: pip install 'edgeware[run]'"
        ) from error


class _Nowhere:
    """Nothing stands for the origin: every request fails as for a domain name that does not resolve."""

    def __init__(self, origin: Origin) -> None:
        why = origin.target.why if isinstance(origin.target, Unmapped) else "it is the wrapped application"
        self._reason = f"origin {origin.id}: {why}"

    def wsgi(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        raise OriginUnreachable("OriginDnsError", 502, self._reason)

    async def asgi(self, scope: Scope, receive: Receive, send: Send) -> None:
        raise OriginUnreachable("OriginDnsError", 502, self._reason)
