"""What commands share that read a source: which distribution of it, parameters, and what is laid over it."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Mapping
from pathlib import Path

from edgeware.config.loading import examine, load
from edgeware.config.model import Distribution, LambdaFunction, Overlay
from edgeware.exceptions import UsageError

Pair = tuple[str, str]


_NAMED = "which of several distributions: address, id, alias, name, or a glob"
SOURCE = "a native file, API output, a template, a state or a plan; or a directory"


def add_source(parser: argparse.ArgumentParser, text: str = SOURCE) -> None:
    """Add the source and the arguments that choose from it."""
    parser.add_argument("source", help=text)
    parser.add_argument("--distribution", "--named", dest="named", metavar="NAME", help=_NAMED)
    _add_overlay(parser)


def add_distribution(parser: argparse.ArgumentParser, text: str, *, required: bool = True) -> None:
    """Add the source as an option, for commands that take something else first, and the arguments that choose."""
    parser.add_argument("--distribution", "-d", required=required, metavar="FILE", help=text)
    parser.add_argument("--named", metavar="NAME", help=_NAMED)
    _add_overlay(parser)


def _add_overlay(parser: argparse.ArgumentParser) -> None:
    """Add the arguments that say what the cloud's definition cannot."""
    _add_pairs(parser, "--parameter", "NAME=VALUE", "a parameter of a template's, or a variable of Terraform's")
    parser.add_argument("--overlay", action="append", default=[], metavar="FILE", help="a file laid over the source")
    _add_pairs(parser, "--origin", "NAME=TARGET", "what stands for an origin: app, http://host:port, a directory")
    _add_pairs(parser, "--function", "NAME=PATH", "the local code of a function")
    _add_pairs(parser, "--kvs", "NAME=FILE", "the pairs of a key value store")
    _add_pairs(parser, "--viewer", "KEY=VALUE", "what the viewer is taken to be, such as country=DE")


def _add_pairs(parser: argparse.ArgumentParser, name: str, metavar: str, text: str) -> None:
    parser.add_argument(name, action="append", default=[], type=_pair, metavar=metavar, help=text)


def _pair(text: str) -> Pair:
    name, equals, value = text.partition("=")
    if not name or not equals:
        raise argparse.ArgumentTypeError(f"{text!r} is not of the form NAME=VALUE")
    return name, value


def examined(arguments: argparse.Namespace) -> Distribution:
    """The distribution with everything there is to say of it, errors too."""
    return examine(arguments.source, overlay=overlays(arguments))


def loaded(arguments: argparse.Namespace) -> Distribution:
    """The distribution; raises ConfigurationError where it cannot be served."""
    return load(arguments.source, overlay=overlays(arguments))


def overlays(arguments: argparse.Namespace) -> list[Overlay]:
    """The files in their order, and over them what the command line says itself."""
    own: dict[str, object] = {
        "distribution": arguments.named,
        "parameters": dict(arguments.parameter),
        "origins": _mapped(arguments.origin, _target),
        "functions": _mapped(arguments.function, _code),
        "key_value_stores": _mapped(arguments.kvs, lambda value: {"file": value}),
        "viewer": _mapped(arguments.viewer, lambda value: int(value) if value.isdecimal() else value),
    }
    given = {key: values for key, values in own.items() if values}
    return [*arguments.overlay, *([given] if given else [])]


def lambda_named(distribution: Distribution, name: str) -> str:
    """The name of a Lambda@Edge function that is named by it or by its key. UsageError where there is none."""
    known = {key: found.name for key, found in distribution.functions.items() if isinstance(found, LambdaFunction)}
    if name in known.values():
        return name
    if name not in known:
        there = f"there are {', '.join(known)}" if known else "there is none at all"
        raise UsageError(f"--debug-function {name}: the distribution has no Lambda@Edge function of that name; {there}")
    return known[name]


def _mapped(pairs: list[Pair], value_of: Callable[[str], object]) -> Mapping[str, object]:
    return {name: value_of(value) for name, value in pairs}


def _target(value: str) -> object:
    return value if value in ("app", "none") or "://" in value else {"directory": value}


def _code(value: str) -> object:
    return {"directory" if Path(value).is_dir() else "file": value}
