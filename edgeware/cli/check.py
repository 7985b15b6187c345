"""``edgeware check``: what production, or this library, has to say about a distribution."""

from __future__ import annotations

import argparse
import sys

from edgeware.config.loading import load
from edgeware.exceptions import ConfigurationError


def add_to(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command's arguments."""
    parser = commands.add_parser("check", help="read a distribution and print everything that is wrong with it")
    parser.add_argument("file", help="the distribution: YAML, JSON, TOML or a template")
    parser.set_defaults(main=main)


def main(arguments: argparse.Namespace) -> int:
    """Print all notices. 1 where the distribution is refused."""
    try:
        distribution = load(arguments.file)
    except ConfigurationError as error:
        print(*error.problems, sep="\n", file=sys.stderr)
        return 1
    count = len(distribution.behaviors)
    verdict = f"{arguments.file}: no errors, {count} behavior{'' if count == 1 else 's'}"
    print(*distribution.notices, verdict, sep="\n")
    return 0
