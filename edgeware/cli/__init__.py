"""The command line. Each command is a module of its own: ``add_to`` names its arguments, ``main`` carries it out."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from importlib.metadata import version

from edgeware.cli import (
    check,
    compare,
    explain,
    importing,
    invalidate,
    kvs,
    pull,
    replay,
    run,
    schema,
    sign,
    test_function,
)
from edgeware.exceptions import ConfigurationError, EdgewareError

COMMANDS = (check, compare, explain, importing, invalidate, kvs, pull, replay, run, schema, sign, test_function)


INTERRUPTED = 130
"""The exit code for Ctrl-C: 128 and the number of the signal."""
UNHEARD = 141
"""The same for output that nobody reads any more, as of `edgeware check ... | head -1`."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command and give the exit code: 0 for success, 1 for a finding, 2 for what could not be carried out.

    Ctrl-C ends a command with 130, as shells say it.
    """
    parser = argparse.ArgumentParser(prog="edgeware", description="A faithful local CloudFront edge.")
    parser.add_argument("--version", action="version", version=f"edgeware {version('edgeware')}")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    for command in COMMANDS:
        command.add_to(commands)
    arguments = parser.parse_args(argv)
    try:
        code: int = arguments.main(arguments)
        sys.stdout.flush()
    except ConfigurationError as error:
        return _fail("this distribution cannot be served:", *error.problems)
    except EdgewareError as error:
        return _fail(str(error))
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # what is still to be written goes nowhere
        return UNHEARD
    except KeyboardInterrupt:  # before there is anything to end
        return INTERRUPTED
    return code


def _fail(first: str, *more: str) -> int:
    print("\n  ".join([f"edgeware: {first}", *more]), file=sys.stderr)
    return 2
