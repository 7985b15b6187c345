"""``edgeware test-function``: ``aws cloudfront test-function``, on this machine [test-function]."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator
from math import inf
from pathlib import Path

from edgeware.cli.table import table
from edgeware.config.model import CloudFrontFunction, LambdaFunction
from edgeware.exceptions import ConfigurationError, UsageError
from edgeware.functions.njs.syntax import check
from edgeware.functions.source import text_of
from edgeware.functions.trial import ROUNDS, FunctionResult, Trial, function_of, parsed

EVENT_TYPES = ("viewer-request", "origin-request", "origin-response", "viewer-response")


def add_to(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command's arguments."""
    parser = commands.add_parser(
        "test-function",
        help="run an edge function on an event and print AWS's fields",
        epilog="Exit code: 0 when it ran, 1 when it failed or the edge refuses its result, 2 on wrong usage.",
    )
    parser.add_argument("function", help="the function's file", type=Path)
    parser.add_argument("event", nargs="?", help="a JSON file with the event, or - for standard input")
    parser.add_argument("--events", metavar="DIR", type=Path, help="run every .json file of a folder, print a table")
    parser.add_argument("--runtime", help="cloudfront-js-2.0 (default), cloudfront-js-1.0, python3.13, ...")
    parser.add_argument("--handler", help="of a Lambda@Edge function, such as app.handler")
    parser.add_argument("--event-type", choices=EVENT_TYPES, help="where the event does not tell")
    parser.add_argument("--key-value-store", metavar="FILE", type=Path, help="what the function may read, as JSON")
    parser.add_argument("--compute-budget", metavar="MS", type=float, default=1.0, help="what counts as 100 percent")
    parser.add_argument("--compare", choices=["njs"], help="say where that engine does otherwise")
    parser.set_defaults(main=main)


def main(arguments: argparse.Namespace) -> int:
    """Run one event, or a folder of them."""
    if (arguments.event is None) is (arguments.events is None):
        raise UsageError("test-function needs an event file or --events DIR, one of them.")
    if not 0 < arguments.compute_budget < inf:
        raise UsageError("--compute-budget is a number of milliseconds above 0.")
    function = function_of(arguments.function, arguments.runtime, arguments.handler)
    with _trial(arguments, function) as trial:
        for line in _code(trial):
            print(f"edgeware: warning: {line}", file=sys.stderr)
        return _one(arguments, trial) if arguments.events is None else _many(arguments, trial)


def _trial(arguments: argparse.Namespace, function: CloudFrontFunction | LambdaFunction) -> Trial:
    try:
        return Trial(function, budget=arguments.compute_budget, key_value_store=arguments.key_value_store)
    except ConfigurationError as error:
        raise UsageError("\n  ".join(["The key value store cannot be imported:", *map(str, error.problems)])) from error


def _one(arguments: argparse.Namespace, trial: Trial) -> int:
    event = parsed(_text(arguments.event), arguments.event)
    result = trial.run(event, arguments.event_type, rounds=ROUNDS)
    fields = result.fields()
    if arguments.compare is not None:
        fields["NjsDifferences"] = list(trial.compare(event, arguments.event_type))
    print(json.dumps(fields, indent=4, ensure_ascii=False))
    for doubt in result.doubts:
        print(f"edgeware: warning: {doubt}", file=sys.stderr)
    return 0 if result.ok else 1


def _text(name: str) -> str:
    try:
        return sys.stdin.read() if name == "-" else Path(name).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"The event cannot be read from {name}: {error}") from error


def _code(trial: Trial) -> Iterator[str]:
    function = trial.function
    if isinstance(function, CloudFrontFunction):
        for finding in check(text_of(function), function.runtime):
            if finding.severity == "warn":
                yield f"{function.code.path}:{finding.line}:{finding.column}: {finding.message} [{finding.page}]"


def _many(arguments: argparse.Namespace, trial: Trial) -> int:
    files = sorted(arguments.events.glob("*.json"))
    if not files:
        raise UsageError(f"There is no .json file in {arguments.events}.")
    rows: list[tuple[str, str, str, str]] = []
    codes: set[int] = set()
    for number, file in enumerate(files, 1):
        print(f"\r{number} of {len(files)} events", end="", file=sys.stderr)
        code, row = _row(arguments, trial, file)
        codes.add(code)
        rows.append((file.name, *row))
    print(file=sys.stderr)
    print(*table(("event", "result", "compute", "why"), rows), sep="\n")
    passed = sum(row[1] == "ok" for row in rows)
    print(f"{passed} of {len(rows)} ok")
    return max(codes)


def _row(arguments: argparse.Namespace, trial: Trial, file: Path) -> tuple[int, tuple[str, str, str]]:
    try:
        event = parsed(_text(str(file)), file.name)
        result = trial.run(event, arguments.event_type)
    except UsageError as error:
        return 2, ("no event", "-", str(error))
    compared = trial.compare(event, arguments.event_type) if arguments.compare is not None else ()
    why = "; ".join(line for line in (_why(result), *(f"njs: {line}" for line in compared)) if line)
    return (0 if result.ok else 1), (_outcome(result), str(result.utilization), why)


def _outcome(result: FunctionResult) -> str:
    if result.ok:
        return "ok"
    return "failed" if result.error else "refused"


def _why(result: FunctionResult) -> str:
    where = f"{result.where}: " if result.where else ""
    return f"{where}{result.error}" if result.error else "; ".join(result.validation_errors)
