"""``edgeware compare``: the same requests to the local edge and to production, and where the answers differ."""

from __future__ import annotations

import argparse
import math
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import Any

from edgeware.cli.replay import counted, write
from edgeware.cli.sources import add_distribution, overlays
from edgeware.cli.target import edge_behind
from edgeware.exceptions import MissingDependencyError, UsageError
from edgeware.parity.allowing import Rule, read_rules
from edgeware.parity.compare_reports import as_html, as_json, as_junit, count, lines
from edgeware.parity.comparing import READ_METHODS, Comparison, Pair, distinct, judged
from edgeware.parity.local import LocalSite, serving
from edgeware.parity.remote_functions import RemoteFunctions
from edgeware.parity.requests import read_requests
from edgeware.parity.saved import SavedRequest
from edgeware.parity.sending import Site


def add_to(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command's arguments."""
    parser = commands.add_parser(
        "compare",
        help="send the same requests to the local edge and to production, and say where the answers differ",
        epilog="Exit code: 0 when nothing differs but what is allowed, 1 when something does, 2 on wrong usage.",
    )
    parser.add_argument("local", help="a base URL; with --distribution module:app, an origin URL or a directory")
    parser.add_argument("production", help="the base URL of the real distribution, or of any other edge")
    parser.add_argument("--requests", required=True, type=Path, metavar="FILE", help="a HAR, an access log, curl lines")
    add_distribution(parser, "run the local edge here: the distribution", required=False)
    parser.add_argument("--factory", action="store_true", help="module:app makes the application when it is called")
    parser.add_argument("--allow", type=Path, metavar="FILE", help="differences that are allowed, in YAML")
    parser.add_argument("--rate", type=_positive, default=10.0, help="requests a second to production (10)")
    parser.add_argument(
        "--age-window", type=_positive, default=5.0, metavar="SECONDS", help="how far Age may differ (5)"
    )
    parser.add_argument("--host", help="the Host to ask both for (default: that of each base URL)")
    parser.add_argument("--all-methods", action="store_true", help="send more than GET and HEAD, to production too")
    parser.add_argument("--remote-functions", action="store_true", help="run AWS's TestFunction on the same events")
    for name in ("json", "junit", "html"):
        parser.add_argument(f"--{name}", type=Path, metavar="FILE", help="write a report, - for standard output")
    parser.set_defaults(main=main)


def _positive(text: str) -> float:
    try:
        number = float(text)
    except ValueError:
        number = 0.0
    if not 0 < number < math.inf:
        raise argparse.ArgumentTypeError(f"{text!r} is no number above 0")
    return number


def main(arguments: argparse.Namespace) -> int:
    """Compare everything, and tell where it differs."""
    if arguments.remote_functions and arguments.distribution is None:
        raise UsageError("--remote-functions needs --distribution: the events come from a local edge that runs here.")
    requests = _requests(arguments)
    rules = [] if arguments.allow is None else read_rules(arguments.allow)
    production = Site(arguments.production, host=arguments.host, rate=arguments.rate)
    with _local(arguments, production) as local:
        pairs = list(_pairs(arguments, local, production, rules, requests))
    _write(arguments, pairs, local, production)
    _tell(arguments, pairs, rules)
    return 1 if count(pairs) else 0


def _requests(arguments: argparse.Namespace) -> Sequence[SavedRequest]:
    found = distinct(read_requests(arguments.requests))
    sent = [one for one in found if arguments.all_methods or one.method in READ_METHODS]
    if len(sent) < len(found):
        left = len(found) - len(sent)
        print(f"edgeware: {left} left out: neither GET nor HEAD (--all-methods sends them)", file=sys.stderr)
    if not sent:
        raise UsageError(f"{arguments.requests} holds no GET and no HEAD; --all-methods sends the others.")
    return sent


@contextmanager
def _local(arguments: argparse.Namespace, production: Site) -> Iterator[Site]:
    if arguments.distribution is None:
        yield Site(arguments.local, host=arguments.host)
        return
    edge = edge_behind(arguments.local, arguments.distribution, overlays(arguments), factory=arguments.factory)
    distribution = edge.edge.distribution
    known = production.host in (*distribution.aliases, distribution.domain_name)
    # Functions see Host, so it is production's; unless the distribution is told to refuse a Host that is not its own.
    host = production.host if known or not distribution.viewer.check_host else None
    with serving(edge, arguments.host or host) as site:
        yield site


def _pairs(
    arguments: argparse.Namespace,
    local: Site,
    production: Site,
    rules: Sequence[Rule],
    requests: Sequence[SavedRequest],
) -> Iterator[Pair]:
    remote = _remote(local) if arguments.remote_functions and isinstance(local, LocalSite) else None
    compared = Comparison(local, production, rules, arguments.age_window).pairs(requests)
    for pair, exchange in counted(compared, 2 * len(requests), "pairs"):
        if remote is not None and exchange is not None:
            remote.gather(exchange)
        yield pair
    if remote is not None:
        exceptions = import_module("botocore.exceptions")
        try:
            yield from (judged(pair, rules) for pair in remote.pairs())
        except (exceptions.ClientError, exceptions.BotoCoreError) as error:
            raise UsageError(f"AWS says: {error}") from error


def _remote(local: LocalSite) -> RemoteFunctions:
    return RemoteFunctions(client(), local.edge.distribution)


def client() -> Any:
    """AWS's CloudFront. MissingDependencyError without boto3."""
    try:
        boto3 = import_module("boto3")
    except ImportError as error:
        raise MissingDependencyError("--remote-functions needs boto3: pip install 'edgeware[aws]'") from error
    return boto3.client("cloudfront", region_name="us-east-1")


def _write(arguments: argparse.Namespace, pairs: Sequence[Pair], local: Site, production: Site) -> None:
    if arguments.json is not None:
        write(arguments.json, as_json(pairs))
    if arguments.junit is not None:
        write(arguments.junit, as_junit(pairs))
    if arguments.html is not None:
        write(arguments.html, as_html(pairs, local.base, production.base))


def _tell(arguments: argparse.Namespace, pairs: Sequence[Pair], rules: Sequence[Rule]) -> None:
    printed = Path("-") in (arguments.json, arguments.junit, arguments.html)
    if not printed:
        for pair in pairs:
            if pair.differences:
                print(*lines(pair), sep="\n")
        allowed = sum(len(pair.allowed) for pair in pairs)
        print(f"{len(pairs)} pairs: {count(pairs)} differences, and {allowed} that are allowed")
    for rule in rules:
        if not rule.used:
            print(f"edgeware: warning: a rule of --allow allowed nothing: {rule.why}", file=sys.stderr)
