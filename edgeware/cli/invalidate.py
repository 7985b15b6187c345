"""``edgeware invalidate``: paths and cache tags that a running edge, or a shared store, is to forget."""

from __future__ import annotations

import argparse
import json
from datetime import datetime, timezone
from time import time_ns
from typing import Any

from edgeware.cache.ledger import Ledger
from edgeware.cache.opening import masked, open_store
from edgeware.cli.control import in_words, order
from edgeware.cli.sources import add_distribution, overlays
from edgeware.config.loading import load
from edgeware.config.model import Distribution
from edgeware.exceptions import EdgewareError, UsageError


def add_to(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command's arguments."""
    parser = commands.add_parser("invalidate", help="make a running edge, or a shared store, forget paths and tags")
    parser.add_argument("paths", nargs="+", metavar="PATH", help="such as /a.jpg, '/images/*' or '#tag'")
    add_distribution(parser, "the distribution they belong to")
    parser.add_argument(
        "--store", metavar="NAME", help="the shared store, where no edge runs here: disk:PATH, redis://…"
    )
    parser.add_argument("--caller-reference", metavar="TEXT", help="the same one again repeats nothing")
    parser.set_defaults(main=main)


def main(arguments: argparse.Namespace) -> int:
    """Print the invalidation as `aws cloudfront create-invalidation` does."""
    distribution = load(arguments.distribution, overlay=overlays(arguments))
    asked = {"paths": arguments.paths, "caller_reference": arguments.caller_reference}
    if arguments.store is not None:
        made = _in_store(distribution, arguments.store, **asked)
    elif answers := order(distribution, {"create_invalidation": asked}):
        made = answers[0]
    elif distribution.store not in (None, "memory"):
        made = _in_store(distribution, distribution.store, **asked)
    else:
        raise UsageError(
            f"no edge of {arguments.distribution} runs here: start `edgeware run`, or name the store: --store NAME"
        )
    created = datetime.fromtimestamp(made["CreateTime"], timezone.utc).isoformat(timespec="milliseconds")
    print(json.dumps({"Invalidation": {**made, "CreateTime": created}}, indent=4))
    return 0


def _in_store(distribution: Distribution, name: str, paths: list[str], caller_reference: str | None) -> dict[str, Any]:
    if name.partition(":")[0] == "memory":
        raise UsageError("a store in memory is in the process of its edge: leave --store out to reach a running one")
    if caller_reference is not None:
        raise UsageError("--caller-reference: only a running edge remembers references; leave it or --store out")
    store = open_store(name)
    scope = distribution.domain_name
    ledger = Ledger(lambda items: store.invalidate([f"{scope}\n{item}" for item in items]), _now, 0.0)
    try:
        return in_words(ledger.create(paths))
    except EdgewareError:
        raise
    except Exception as error:  # of any kind, since a store may be of anybody's making
        raise UsageError(f"the store {masked(name)} was not told: {error!r}") from error
    finally:
        store.close()


def _now() -> float:
    return time_ns() / 1e9
