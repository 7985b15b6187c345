"""``edgeware import``: a distribution as it was read from whatever describes it, or as a native file."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from edgeware.cli.listing import listing
from edgeware.cli.sources import add_source, examined
from edgeware.config.canonical import canonical
from edgeware.config.model import Distribution, Notice
from edgeware.config.writing import native_file
from edgeware.exceptions import UsageError


def add_to(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command's arguments."""
    parser = commands.add_parser("import", help="read a distribution from what describes it, and print or write it")
    add_source(parser)
    results = parser.add_mutually_exclusive_group()
    results.add_argument("--print", action="store_true", help="print canonical JSON, secrets masked")
    results.add_argument("--write", metavar="FILE", help="write a native file, in YAML, secrets and all")
    parser.add_argument("--format", choices=("text", "json"), default="text", help="of what is said (%(default)s)")
    parser.set_defaults(main=main)


def main(arguments: argparse.Namespace) -> int:
    """Print or write the distribution. 1 where CloudFront, or this library, would refuse it."""
    distribution = examined(arguments)
    model = canonical(distribution, _folder(arguments.source))
    if arguments.print:
        print(model, end="")
        _tell(distribution.notices, arguments.format)
    elif arguments.write:
        _write(distribution, Path(arguments.write))
        _tell(distribution.notices, arguments.format)
    elif arguments.format == "json":
        print(json.dumps({"distribution": json.loads(model), "notices": _plain(distribution.notices)}, indent=2))
    else:
        print(*listing(distribution), sep="\n")
    return int(any(notice.severity == "error" for notice in distribution.notices))


def _folder(source: str) -> Path:
    """What paths are relative to, so that the same input gives the same bytes wherever it is asked for."""
    path = Path(source)
    return path if path.is_dir() else path.parent


def _write(distribution: Distribution, path: Path) -> None:
    """Write the file for its owner alone: it holds secrets. UsageError where it cannot be written."""
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with open(descriptor, "w", encoding="utf-8") as file:  # noqa: PTH123 - a descriptor has no path
            file.write(native_file(distribution, path.parent))
    except OSError as error:
        raise UsageError(f"{path} cannot be written: {error.strerror}") from error


def _tell(notices: Sequence[Notice], form: str) -> None:
    """What there is to say, where it does not mix with the result."""
    if form == "json":
        print(json.dumps(_plain(notices), indent=2), file=sys.stderr)
    elif notices:
        print(*notices, sep="\n", file=sys.stderr)


def _plain(notices: Sequence[Notice]) -> list[dict[str, object]]:
    return [asdict(notice) for notice in notices]
