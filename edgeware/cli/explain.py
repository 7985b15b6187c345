"""``edgeware explain``: one request through the edge, without an origin: what happens to it, and why.

It is the edge itself that runs, functions and all; only the origin's answer is made up, from the command line.
"""

from __future__ import annotations

import argparse

from edgeware.cli.sources import add_source, loaded
from edgeware.core.effects import Fetched
from edgeware.edge import Edge
from edgeware.exceptions import UsageError
from edgeware.inspector.explanation import driven, explained, request_for
from edgeware.messages import Headers, Response


def add_to(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command's arguments."""
    parser = commands.add_parser("explain", help="tell what happens to a request, and why")
    add_source(parser)
    parser.add_argument("method", help="the request's method, such as GET")
    parser.add_argument("path", help="its path, with a query string if it has one")
    parser.add_argument("-H", "--header", action="append", default=[], type=_header, metavar="NAME: VALUE")
    parser.add_argument("--status", type=int, default=200, help="what the origin would answer (default: %(default)s)")
    parser.add_argument(
        "--response-header", action="append", default=[], type=_header, metavar="NAME: VALUE", help="a header of it"
    )
    parser.set_defaults(main=main)


def _header(text: str) -> tuple[str, str]:
    name, colon, value = text.partition(":")
    if not colon or not name.strip() or not text.isprintable():
        raise argparse.ArgumentTypeError(f"{text!r} is not of the form 'NAME: VALUE'")
    return name.strip(), value.strip()


def main(arguments: argparse.Namespace) -> int:
    """Print the explanation."""
    distribution = loaded(arguments)
    if not 100 <= arguments.status <= 599:
        raise UsageError(f"{arguments.status} is no status: 100 to 599")
    answer = Response(status=arguments.status, headers=Headers(arguments.response_header))
    edge = Edge(distribution)
    try:
        request = request_for(distribution, arguments.method, arguments.path, Headers(arguments.header))
        exchange = driven(edge, request, Fetched(answer))
    finally:
        edge.close()
    print(*explained(distribution, exchange), sep="\n")
    return 0
