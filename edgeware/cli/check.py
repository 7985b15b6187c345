"""``edgeware check``: what production, or this library, has to say about a distribution or a function's code."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import get_args

from edgeware.cache.opening import maker
from edgeware.cli.remarks import FORMATS, Remark, of_finding, of_notice, of_problem, written
from edgeware.cli.sources import add_source, examined
from edgeware.config.files import is_file
from edgeware.config.model import CloudFrontFunction, Code, Distribution, LambdaFunction
from edgeware.exceptions import ConfigurationError, FunctionError, UsageError
from edgeware.functions import lambda_review
from edgeware.functions.njs.findings import Runtime
from edgeware.functions.njs.review import review
from edgeware.functions.source import text_of

CODE = (".js", ".mjs", ".cjs")
_TITLES = {"error": "refused", "warn": "doubtful", "note": "accepted, without an effect here"}


def add_to(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command's arguments."""
    parser = commands.add_parser(
        "check", help="read a distribution, or a CloudFront Function, and print everything that is wrong with it"
    )
    add_source(parser, "a native file, API output, a template, a state or a plan; a directory; a function's .js file")
    parser.add_argument("--runtime", choices=get_args(Runtime), default="cloudfront-js-2.0", help="of a .js file")
    parser.add_argument("--format", choices=FORMATS, default="text", help="text, a JSON list, or GitHub's annotations")
    parser.set_defaults(main=main)


def main(arguments: argparse.Namespace) -> int:
    """Print all remarks. 1 where the distribution, or a function's code, is refused."""
    path = Path(arguments.source)
    if path.suffix in CODE:
        function = CloudFrontFunction(name=path.stem, code=Code(path=path), runtime=arguments.runtime)
        return _print(arguments, list(_code(function)), "")
    try:
        distribution = examined(arguments)
    except ConfigurationError as error:
        return _refused(arguments, error)
    notices = (of_notice(arguments.source, notice) for notice in distribution.notices)
    remarks = [*notices, *_store(arguments.source, distribution), *_functions(distribution)]
    count = len(distribution.behaviors)
    return _print(arguments, remarks, f", {count} behavior{'' if count == 1 else 's'}", grouped=True)


def _refused(arguments: argparse.Namespace, error: ConfigurationError) -> int:
    """A distribution that cannot even be read."""
    text = written([of_problem(arguments.source, problem) for problem in error.problems], arguments.format)
    print(text, file=sys.stderr if arguments.format == "text" else sys.stdout)
    return 1


def _print(arguments: argparse.Namespace, remarks: list[Remark], more: str, *, grouped: bool = False) -> int:
    errors = sum(remark.severity == "error" for remark in remarks)
    if grouped and arguments.format == "text":
        print(*_groups(remarks), sep="", end="")
    elif remarks or arguments.format == "json":
        print(written(remarks, arguments.format))
    if arguments.format == "text":
        print(f"{arguments.source}: {errors or 'no'} error{'' if errors == 1 else 's'}{more}")
    return 1 if errors else 0


def _groups(remarks: list[Remark]) -> Iterator[str]:
    """What is refused first, then what is doubtful, then what is accepted and has no effect here."""
    for severity, title in _TITLES.items():
        group = [remark for remark in remarks if remark.severity == severity]
        if group:
            yield f"{title}:\n{written(group, 'text')}\n\n"


def _store(source: str, distribution: Distribution) -> Iterator[Remark]:
    """Whether there are stores of the kind that the file names; none is opened."""
    try:
        maker(distribution.store or "memory")
    except UsageError as error:
        yield of_problem(source, f"{error} (N-store)")


def _functions(distribution: Distribution) -> Iterator[Remark]:
    for function in distribution.functions.values():
        if isinstance(function, LambdaFunction):
            yield from (of_problem(function.name, problem) for problem in lambda_review.problems(function))
        elif _is_there(function.code):
            try:
                yield from _code(function)
            except FunctionError as error:
                yield of_problem(function.name, f"{function.code.path}: {error} (N-code)")


def _code(function: CloudFrontFunction) -> Iterator[Remark]:
    """What the function's runtime refuses, or what its author should know."""
    file = str(function.code.path or function.name)
    for finding in review(text_of(function), function.runtime):
        yield of_finding(file, finding)


def _is_there(code: Code) -> bool:
    """Whether there is code to look at; where there is none, a notice says so already."""
    return code.text is not None or (code.path is not None and is_file(code.path))
