"""``edgeware kvs``: what is in a key value store, and changes to the file that it is imported from."""

from __future__ import annotations

import argparse
import json
import os
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path

from edgeware.cli.sources import add_distribution, overlays
from edgeware.config.key_value_quotas import complaints
from edgeware.config.loading import load
from edgeware.config.loading.key_value_stores import imported
from edgeware.config.model import KeyValueStore
from edgeware.config.place import guess, shown
from edgeware.exceptions import UsageError


def add_to(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command's arguments."""
    parser = commands.add_parser("kvs", help="read or change a key value store; an edge that runs sees the change")
    verbs = parser.add_subparsers(title="what to do", metavar="VERB", required=True)
    for verb, text, arguments in (
        (_get, "print the value of a key", ("key",)),
        (_put, "set a key in the store's file", ("key", "value")),
        (_delete, "remove a key from the store's file", ("key",)),
        (_list, "print all pairs as JSON", ()),
    ):
        one = verbs.add_parser(verb.__name__[1:], help=text)
        for argument in arguments:
            one.add_argument(argument)
        add_distribution(one, "the distribution")
        one.add_argument("--store", metavar="NAME", help="which of its stores; not needed where there is one")
        one.set_defaults(main=main, verb=verb)


def main(arguments: argparse.Namespace) -> int:
    """Carry out a verb. 1 for a key that is not there."""
    code: int = arguments.verb(_store(arguments), arguments)
    return code


def _get(store: KeyValueStore, arguments: argparse.Namespace) -> int:
    if arguments.key not in store.data:
        return 1
    print(store.data[arguments.key])
    return 0


def _list(store: KeyValueStore, _arguments: argparse.Namespace) -> int:
    print(json.dumps(dict(store.data), indent=2, ensure_ascii=False))
    return 0


def _put(store: KeyValueStore, arguments: argparse.Namespace) -> int:
    path = _file(store, arguments.key)
    changed = {**imported(path), arguments.key: arguments.value}
    for complaint in complaints({**store.data, **changed}):
        raise UsageError(f"key value store '{store.name}': {complaint}")
    _write(path, changed)
    return 0


def _delete(store: KeyValueStore, arguments: argparse.Namespace) -> int:
    path = _file(store, arguments.key)
    pairs = imported(path)
    if pairs.pop(arguments.key, None) is None:
        return 1
    _write(path, pairs)
    return 0


def _store(arguments: argparse.Namespace) -> KeyValueStore:
    file, name = arguments.distribution, arguments.store
    stores = load(file, overlay=overlays(arguments)).key_value_stores
    if name is None and len(stores) == 1:
        return next(iter(stores.values()))
    if name is None:
        known = f": {', '.join(sorted(stores))}" if stores else ""
        raise UsageError(f"{file} has {len(stores) or 'no'} key value stores{known}; say which with --store")
    if name not in stores:
        raise UsageError(f"{file} has no key value store '{shown(name)}'. {guess(name, tuple(stores))}".rstrip())
    return stores[name]


def _file(store: KeyValueStore, key: str) -> Path:
    """The file to change: the last one, unless something stands over it."""
    files = [place for place, seed in enumerate(store.seeds) if isinstance(seed, Path)]
    if not files:
        raise UsageError(
            f"key value store '{store.name}' has no file to change: name one with file: in its configuration"
        )
    if any(key in seed for seed in store.seeds[files[-1] :] if isinstance(seed, Mapping)):
        raise UsageError(f"the configuration itself gives the key '{shown(key)}', over the file: change it there")
    file = store.seeds[files[-1]]
    assert isinstance(file, Path)
    return file


def _write(path: Path, pairs: Mapping[str, str]) -> None:
    """Put a new file in the place of the old one, in its format: whoever reads sees one of the two."""
    try:
        known = json.loads(path.read_text(encoding="utf-8-sig"))
    except ValueError as error:
        raise UsageError(f"{path} is not JSON in UTF-8, the only format that can be changed here") from error
    imported = isinstance(known.get("data"), list)
    document = {"data": [{"key": key, "value": value} for key, value in pairs.items()]} if imported else pairs
    try:
        _replace(path, json.dumps(document, indent=2, ensure_ascii=False) + "\n")
    except OSError as error:
        raise UsageError(f"{path} cannot be written: {error}") from error


def _replace(path: Path, text: str) -> None:
    descriptor, draft = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(text)
        shutil.copymode(path, draft)
        os.replace(draft, path)  # noqa: PTH105 - as mkstemp gave it
    except BaseException:
        Path(draft).unlink()
        raise
