"""How other commands reach an edge that ``edgeware run`` serves: a Unix socket in a directory of the user's own.

The file system says who may connect: no port, no token, and no page in a browser that could find it.
"""

from __future__ import annotations

import hashlib
import json
import os
import socket
import stat
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from socketserver import StreamRequestHandler, ThreadingUnixStreamServer
from threading import Thread
from typing import Any

from edgeware.cache.ledger import Invalidation
from edgeware.config.model import Distribution
from edgeware.edge import Edge
from edgeware.exceptions import UsageError

TIMEOUT = 10
"""Seconds for which either side waits for the other."""
MAX_ORDER = 16 * 1024 * 1024


@contextmanager
def reachable(edge: Edge) -> Iterator[None]:
    """Take orders for an edge. Where that cannot be, it is served all the same."""
    try:
        path = _folder() / f"{_name(edge.distribution)}.{os.getpid()}.sock"
        path.unlink(missing_ok=True)  # of a process that had this number before
        listening = _Server(path, edge)
    except (OSError, UsageError) as error:
        print(f"edgeware: warning: `edgeware invalidate` will not reach this edge: {error}", file=sys.stderr)
        yield
        return
    with listening as server:
        Thread(target=server.serve_forever, args=(0.1,), name="edgeware-control", daemon=True).start()
        try:
            yield
        finally:
            server.shutdown()
            path.unlink(missing_ok=True)


def order(distribution: Distribution, what: dict[str, Any]) -> list[dict[str, Any]]:
    """Tell every running edge of a distribution to do something; their answers.

    UsageError where one of them refuses, or does not answer.
    """
    answers = []
    for path in sorted(_folder().glob(f"{_name(distribution)}.*.sock")):
        try:
            answers.append(_ask(path, what))
        except ConnectionRefusedError:  # its process was killed
            path.unlink(missing_ok=True)
        except (OSError, ValueError) as error:
            raise UsageError(f"the edge of process {path.stem.rpartition('.')[2]} does not answer: {error}") from error
    for answer in answers:
        if "error" in answer:
            raise UsageError(answer["error"])
    return answers


def in_words(invalidation: Invalidation) -> dict[str, Any]:
    """An invalidation as the API has it, but for the time."""
    return {
        "Id": invalidation.id,
        "Status": invalidation.status,
        "CreateTime": invalidation.create_time,
        "InvalidationBatch": {
            "Paths": {"Quantity": len(invalidation.paths), "Items": list(invalidation.paths)},
            "CallerReference": invalidation.caller_reference,
        },
    }


def _ask(path: Path, what: dict[str, Any]) -> dict[str, Any]:
    with socket.socket(socket.AF_UNIX) as connection:
        connection.settimeout(TIMEOUT)
        connection.connect(str(path))
        connection.sendall(json.dumps(what).encode() + b"\n")
        with connection.makefile("rb") as answer:
            found: dict[str, Any] = json.loads(answer.readline())
    return found


class _Server(ThreadingUnixStreamServer):
    daemon_threads = True
    block_on_close = False

    def __init__(self, path: Path, edge: Edge) -> None:
        self.edge = edge
        super().__init__(str(path), _Handler)


class _Handler(StreamRequestHandler):
    timeout = TIMEOUT
    server: _Server

    def handle(self) -> None:
        with suppress(OSError):  # whoever asked has left
            self.wfile.write(
                json.dumps(_carried_out(self.server.edge, self.rfile.readline(MAX_ORDER))).encode() + b"\n"
            )


def _carried_out(edge: Edge, line: bytes) -> dict[str, Any]:
    try:
        asked = json.loads(line)["create_invalidation"]
        return in_words(edge.create_invalidation(asked["paths"], asked.get("caller_reference")))
    except UsageError as error:
        return {"error": str(error)}
    except Exception as error:  # the store's, of any kind; or no order of ours
        return {"error": f"it was not carried out: {error!r}"}


def _name(distribution: Distribution) -> str:
    return hashlib.sha256(distribution.domain_name.encode()).hexdigest()[:16]


def _folder() -> Path:
    """The user's own directory for sockets. UsageError where somebody else has made it."""
    runtime = os.environ.get("XDG_RUNTIME_DIR")
    folder = Path(runtime) / "edgeware" if runtime else Path(tempfile.gettempdir()) / f"edgeware-{os.getuid()}"
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        found = folder.lstat()
    except OSError as error:
        raise UsageError(f"no directory for the edge's socket: {error}") from error
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.getuid() or found.st_mode & 0o077:
        raise UsageError(f"{folder} is not yours alone, so no edge is reached by it: remove it, or set XDG_RUNTIME_DIR")
    return folder
