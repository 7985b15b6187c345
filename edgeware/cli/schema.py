"""``edgeware schema``: the JSON Schema of a native file, for editors."""

from __future__ import annotations

import argparse
import json

from edgeware.config.schema import native_schema


def add_to(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command, which has no arguments."""
    parser = commands.add_parser("schema", help="print the JSON Schema of a native file, for editors")
    parser.set_defaults(main=main)


def main(arguments: argparse.Namespace) -> int:
    """Print the schema."""
    print(json.dumps(native_schema(), indent=2))
    return 0
