"""``edgeware check``: what production, or this library, has to say about a distribution."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator

from edgeware.config.loading import load
from edgeware.config.model import CloudFrontFunction, Distribution, Notice
from edgeware.exceptions import ConfigurationError
from edgeware.functions.source import text_of


def add_to(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command's arguments."""
    parser = commands.add_parser("check", help="read a distribution and print everything that is wrong with it")
    parser.add_argument("file", help="the distribution: YAML, JSON, TOML or a template")
    parser.set_defaults(main=main)


def main(arguments: argparse.Namespace) -> int:
    """Print all notices. 1 where the distribution, or a function's code, is refused."""
    try:
        distribution = load(arguments.file)
    except ConfigurationError as error:
        print(*error.problems, sep="\n", file=sys.stderr)
        return 1
    notices = (*distribution.notices, *_code(distribution))
    errors = sum(notice.severity == "error" for notice in notices)
    count = len(distribution.behaviors)
    told = f"{errors or 'no'} error{'' if errors == 1 else 's'}, {count} behavior{'' if count == 1 else 's'}"
    print(*notices, f"{arguments.file}: {told}", sep="\n")
    return 1 if errors else 0


def _code(distribution: Distribution) -> Iterator[Notice]:
    """What the runtime of each CloudFront Function refuses, or what its author should know."""
    from edgeware.functions.njs.syntax import check  # the parser takes longer to load than the rest of the command

    for function in distribution.functions.values():
        if isinstance(function, CloudFrontFunction):
            file = function.code.path or function.name
            for finding in check(text_of(function), function.runtime):
                yield Notice(
                    code="N-syntax",
                    severity=finding.severity,
                    where=f"{file}:{finding.line}",
                    text=str(finding),
                    hint=f"{function.runtime} [{finding.page}]",
                )
