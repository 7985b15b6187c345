"""``edgeware run``: an unchanged application, an origin URL or a directory behind the edge, served by uvicorn."""

from __future__ import annotations

import argparse
import asyncio
import atexit
import importlib
import ipaddress
import json
import logging
import math
import os
import signal
import socket
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from starlette.types import ASGIApp

from edgeware.asgi import ASGIEdge
from edgeware.cli.control import reachable
from edgeware.cli.listing import listing
from edgeware.cli.measuring import measured
from edgeware.cli.sources import add_distribution, overlays
from edgeware.cli.target import distribution_behind, edge_behind
from edgeware.config.model import Distribution, Overlay
from edgeware.exceptions import EdgewareError, MissingDependencyError, UsageError
from edgeware.inspector import place
from edgeware.parity.recording import Archive, recorded

if TYPE_CHECKING:
    import uvicorn

# How the process that --reload starts learns what to serve.
TARGET, DISTRIBUTION, FACTORY = "EDGEWARE_RUN_TARGET", "EDGEWARE_RUN_DISTRIBUTION", "EDGEWARE_RUN_FACTORY"
OPTIONS, METRICS_PORT = "EDGEWARE_RUN_OPTIONS", "EDGEWARE_RUN_METRICS_PORT"
DEBUG_FUNCTION = "EDGEWARE_RUN_DEBUG_FUNCTION"
OVERLAYS = "EDGEWARE_RUN_OVERLAYS"
RECORD, RECORD_SECRETS = "EDGEWARE_RUN_RECORD", "EDGEWARE_RUN_RECORD_SECRETS"
# What a change of is a reason to start anew.
WATCHED = ["*.py", "*.js", "*.mjs", "*.cjs", "*.json", "*.yaml", "*.yml", "*.toml", "*.template"]
# What the process that --reload starts lets go of when it ends.
_until_the_end = ExitStack()
atexit.register(_until_the_end.close)
# Seconds that open connections have to end after Ctrl-C.
GRACE = 1
# Seconds that a connection may rest. Clients keep theirs for about 5: who closes first loses no request.
KEEP_ALIVE = 75


def add_to(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command's arguments."""
    parser = commands.add_parser("run", help="serve an application, an origin URL or a directory behind the edge")
    parser.add_argument("target", help="module:app (ASGI or WSGI), http://host:port, or a directory")
    add_distribution(parser, "the distribution to emulate")
    parser.add_argument("--host", default="127.0.0.1", help="the address to listen at (default: %(default)s)")
    parser.add_argument(
        "--port", type=_port, default=8080, help="the port to listen at, 0 for any (default: %(default)s)"
    )
    parser.add_argument("--factory", action="store_true", help="module:app makes the application when it is called")
    parser.add_argument(
        "--debug-function",
        metavar="NAME",
        help="a Lambda@Edge function to look into: breakpoint() stops in this terminal, Node.js has its inspector on",
    )
    parser.add_argument("--inspect", action="store_true", help="serve a page on loopback that shows each request")
    parser.add_argument("--reload", action="store_true", help="start anew when code or configuration changes")
    parser.add_argument(
        "--store", metavar="NAME", help="where objects rest: memory:512MB, disk:PATH, redis://HOST:PORT"
    )
    parser.add_argument(
        "--store-timeout", type=_seconds, default=0.5, metavar="SECONDS", help="what takes it longer is a miss (0.5)"
    )
    parser.add_argument(
        "--invalidation-delay", type=_seconds, default=0.0, metavar="SECONDS", help="until an invalidation takes effect"
    )
    parser.add_argument(
        "--compute-budget", type=_seconds, default=1.0, metavar="MS", help="what a CloudFront Function may use (1.0)"
    )
    parser.add_argument("--access-log", metavar="FILE", help="write CloudFront's standard log, rotated at 100 MB")
    parser.add_argument("--metrics-port", type=_port, metavar="PORT", help="serve counters for Prometheus on loopback")
    parser.add_argument("--record", type=Path, metavar="FILE", help="write every exchange into a HAR, secrets masked")
    parser.add_argument("--record-secrets", action="store_true", help="with --record: mask nothing")
    parser.set_defaults(main=main)


def _seconds(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = -1.0
    if not 0 <= seconds < math.inf:
        raise argparse.ArgumentTypeError(f"{text!r} is no length of time")
    return seconds


def _options(arguments: argparse.Namespace) -> dict[str, Any]:
    """What the Edge is told."""
    return {
        "store": arguments.store,
        "store_timeout": arguments.store_timeout,
        "invalidation_delay": arguments.invalidation_delay,
        "compute_budget": arguments.compute_budget,
        "access_log": arguments.access_log,
        "inspect": place() if arguments.inspect else False,
    }


def _port(text: str) -> int:
    if not text.isdecimal() or int(text) > 65535:
        raise argparse.ArgumentTypeError(f"{text!r} is no port: 0 to 65535")
    return int(text)


def main(arguments: argparse.Namespace) -> int:
    """Serve until Ctrl-C."""
    _require("uvicorn")
    if arguments.reload:
        return _run_reloading(arguments)
    _log_requests()
    options, laid_over = _options(arguments), overlays(arguments)
    debugged, factory = arguments.debug_function, arguments.factory
    edge = _edge(arguments.target, arguments.distribution, laid_over, debugged, factory=factory, **options)
    listener = _listen(arguments.host, arguments.port)
    try:
        recording = recorded(edge, arguments.record, secrets=arguments.record_secrets)
        with recording as app, reachable(edge.edge), measured(edge.edge, arguments.metrics_port):
            return _run(app, listener)
    finally:
        listener.close()
        edge.edge.close()


def _require(*names: str) -> None:
    for name in names:
        try:
            importlib.import_module(name)
        except ImportError as error:
            raise MissingDependencyError(f"edgeware run needs {name}: pip install 'edgeware[run]'") from error


def _run(edge: ASGIApp, listener: socket.socket) -> int:
    from uvicorn import Server

    server = Server(_config(edge))
    with _ending_on_signals(), suppress(SystemExit):  # an application that did not start has said why
        server.run(sockets=[listener])
    return 0 if server.started else 1


def _run_reloading(arguments: argparse.Namespace) -> int:
    from uvicorn import Server

    _require("watchfiles")
    from edgeware.cli.reloading import Reloader

    laid_over = overlays(arguments)
    distribution = distribution_behind(arguments.target, arguments.distribution, laid_over)
    os.environ.update({TARGET: arguments.target, DISTRIBUTION: arguments.distribution})
    os.environ.update({FACTORY: "1" if arguments.factory else "", OPTIONS: json.dumps(_options(arguments))})
    os.environ[METRICS_PORT] = "" if arguments.metrics_port is None else str(arguments.metrics_port)
    os.environ[DEBUG_FUNCTION] = arguments.debug_function or ""
    os.environ[OVERLAYS] = json.dumps(laid_over)
    os.environ.update({RECORD: _begun(arguments.record), RECORD_SECRETS: "1" if arguments.record_secrets else ""})
    watched = {
        "reload": True,
        "reload_dirs": _folders(arguments.distribution, distribution),
        "reload_includes": WATCHED,
        "reload_excludes": [*_functions(arguments.distribution, distribution), *_own(arguments.record)],
    }
    config = _config("edgeware.cli.run:application", factory=True, **watched)
    with _listen(arguments.host, arguments.port) as listener, _ending_on_signals():
        Reloader(config, target=Server(config).run, sockets=[listener]).run()
    return 0


def _begun(path: Path | None) -> str:
    """An archive's path, once it is there with nothing in it: each process that serves goes on with it."""
    if path is None:
        return ""
    Archive(path).close()
    return str(path.absolute())


def application() -> ASGIApp:
    """What the process that --reload starts serves. Ends that process where it cannot: a change may mend it."""
    _log_requests()
    try:
        laid_over = json.loads(os.environ[OVERLAYS])
        options = json.loads(os.environ.get(OPTIONS, "{}"))
        debug_function, factory = os.environ[DEBUG_FUNCTION] or None, bool(os.environ[FACTORY])
        edge = _edge(
            os.environ[TARGET], os.environ[DISTRIBUTION], laid_over, debug_function, factory=factory, **options
        )
        _until_the_end.enter_context(reachable(edge.edge))
        port = os.environ.get(METRICS_PORT)
        _until_the_end.enter_context(measured(edge.edge, int(port) if port else None))
        path, secrets = os.environ.get(RECORD), bool(os.environ.get(RECORD_SECRETS))
        recording = recorded(edge, Path(path) if path else None, secrets=secrets, continued=True)
        return _until_the_end.enter_context(recording)
    except EdgewareError as error:
        print(f"edgeware: {error}\nedgeware: waiting for a change", file=sys.stderr)
        sys.exit(2)


def _config(app: ASGIApp | str, **options: Any) -> uvicorn.Config:
    from uvicorn import Config

    return Config(
        app,
        interface="asgi3",
        log_config=None,
        access_log=False,
        # The edge says itself who served a response and when, and takes the viewer's address from nobody else.
        server_header=False,
        date_header=False,
        proxy_headers=False,
        timeout_graceful_shutdown=GRACE,
        timeout_keep_alive=KEEP_ALIVE,
        **options,
    )


@contextmanager
def _ending_on_signals() -> Iterator[None]:
    """Ctrl-C and SIGTERM end the server, not the process: what it has started ends with it."""
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        with suppress(KeyboardInterrupt):  # uvicorn raises it when it has ended
            yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _edge(
    target: str, file: str, laid_over: Sequence[Overlay], debug_function: str | None, *, factory: bool, **options: Any
) -> ASGIEdge:
    edge = edge_behind(target, file, laid_over, debug_function, factory=factory, **options)
    print(*listing(edge.edge.distribution), "", sep="\n", flush=True)
    return edge


def _folders(file: str, distribution: Distribution) -> list[str]:
    """Where a change is looked for: the working directory, the distribution's, and those of its functions."""
    paths = [function.code.path for function in distribution.functions.values() if function.code.path is not None]
    folders = [path if path.is_dir() else path.parent for path in paths]
    return sorted({str(folder.resolve()) for folder in (Path.cwd(), Path(file).parent, *folders)})


def _functions(file: str, distribution: Distribution) -> list[str]:
    """Where a change is no reason to start anew: functions look at their code themselves."""
    here, kept = Path.cwd(), (Path.cwd(), Path(file).absolute().parent)
    paths = {found.code.path for found in distribution.functions.values() if found.code.path is not None}
    own = [path for path in paths if path.is_relative_to(here) and not any(one.is_relative_to(path) for one in kept)]
    return sorted(str(path.relative_to(here)) for path in own)


def _own(record: Path | None) -> list[str]:
    """A recording grows with each request, which is no reason either."""
    inside = record is not None and record.absolute().is_relative_to(Path.cwd())
    return [str(record.absolute().relative_to(Path.cwd()))] if record is not None and inside else []


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        listener = socket.create_server((host, port), family=family)
    except OSError as error:
        raise UsageError(f"cannot listen at {host}, port {port}: {error}; another one: --port") from error
    address, own_port = listener.getsockname()[:2]
    if not ipaddress.ip_address(address).is_loopback:
        print(
            f"edgeware: warning: at {host} everybody who reaches this machine reaches the application", file=sys.stderr
        )
    shown = f"[{address}]" if ":" in address else address
    print(f"edgeware: http://{shown}:{own_port} (Ctrl-C ends it)", flush=True)
    return listener


def _log_requests() -> None:
    """One line a request on the standard output, as the edge writes it."""
    logger = logging.getLogger("edgeware")
    logger.setLevel(logging.INFO)
    if not logger.handlers:
        handler = logging.StreamHandler(sys.stdout)
        handler.setFormatter(logging.Formatter("%(message)s"))
        logger.addHandler(handler)
        logger.propagate = False
        logging.getLogger("uvicorn.error").addFilter(_is_no_farewell)


def _is_no_farewell(record: logging.LogRecord) -> bool:
    """A stream that is cut when the server ends is not worth a traceback."""
    return not (record.exc_info and isinstance(record.exc_info[1], asyncio.CancelledError))
