"""``edgeware replay``: requests that were seen before, through the local edge."""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TypeVar

from edgeware.cli.sources import add_distribution, overlays
from edgeware.cli.table import table
from edgeware.cli.target import edge_behind
from edgeware.exceptions import UsageError
from edgeware.messages import Headers
from edgeware.parity.local import LocalSite, serving
from edgeware.parity.masking import Masking, unsigned
from edgeware.parity.reports import HEAD, Replayed, as_html, as_json, row
from edgeware.parity.requests import read_requests
from edgeware.parity.saved import SavedRequest
from edgeware.parity.traces import trace_of

T = TypeVar("T")


def add_to(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command's arguments."""
    parser = commands.add_parser(
        "replay",
        help="send the requests of a HAR, an access log or curl lines through the local edge",
        epilog="Exit code: 0 when every request was answered, 1 when one was not, 2 on wrong usage.",
    )
    parser.add_argument("file", type=Path, help="a HAR, a W3C access log (.gz too), or a list of curl lines")
    add_local(parser)
    add_distribution(parser, "the distribution to emulate")
    parser.add_argument("--concurrency", type=count, default=1, metavar="N", help="requests at a time (default: 1)")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the results as JSON, - for standard output")
    parser.add_argument("--html", type=Path, metavar="FILE", help="write a report to look at")
    parser.set_defaults(main=main)


def add_local(parser: argparse.ArgumentParser) -> None:
    """Add the arguments that say what stands behind the local edge."""
    parser.add_argument("target", help="module:app (ASGI or WSGI), http://host:port, or a directory")
    parser.add_argument("--factory", action="store_true", help="module:app makes the application when it is called")


def count(text: str) -> int:
    """A number from 1 up to 64."""
    if not text.isdecimal() or not 1 <= int(text) <= 64:
        raise argparse.ArgumentTypeError(f"{text!r} is no number from 1 to 64")
    return int(text)


def main(arguments: argparse.Namespace) -> int:
    """Send everything, and tell what came back."""
    requests = read_requests(arguments.file)
    edge = edge_behind(arguments.target, arguments.distribution, overlays(arguments), factory=arguments.factory)
    with serving(edge) as site, ThreadPoolExecutor(arguments.concurrency) as pool:
        results = list(counted(pool.map(partial(_replayed, site), requests), len(requests), "requests"))
    _tell(arguments, results)
    return 1 if any(one.received.failure for one in results) else 0


def _replayed(site: LocalSite, request: SavedRequest) -> Replayed:
    received, exchange = site.sent(request)
    masking = Masking(site.edge.distribution)
    masking.learn(request.headers, request.target.partition("?")[2], received.headers)
    return Replayed(
        request=replace(request, target=unsigned(request.target)),
        received=replace(received, headers=Headers(masking.headers(received.headers))),
        trace={} if exchange is None else trace_of(exchange, masking),
    )


def counted(results: Iterator[T], total: int, what: str) -> Iterator[T]:
    """The same, with a line on the standard error output that counts them."""
    for number, result in enumerate(results, 1):
        print(f"\r{number} of {total} {what}", end="", file=sys.stderr)
        yield result
    print(file=sys.stderr)


def _tell(arguments: argparse.Namespace, results: Sequence[Replayed]) -> None:
    if arguments.html is not None:
        write(arguments.html, as_html(results))
    if arguments.json is not None:
        write(arguments.json, as_json(results))
    if arguments.json != Path("-"):
        print(*table(HEAD, [row(one) for one in results]), sep="\n")
        states = Counter(one.received.headers.get("x-cache") or "no X-Cache" for one in results)
        print(", ".join(f"{number} {state}" for state, number in states.most_common()))
        print(f"{sum(one.changed for one in results)} of {len(results)} with another status than before")


def write(path: Path, text: str) -> None:
    """Write a report, ``-`` for the standard output. UsageError where it cannot be."""
    if path == Path("-"):
        print(text)
        return
    try:
        path.write_text(text, encoding="utf-8", errors="replace")
    except OSError as error:
        raise UsageError(f"{path} cannot be written: {error.strerror}.") from error
