"""Assets of the CDK's: what lies in an assembly, found by the object in S3 that it is uploaded as."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path, PurePosixPath

from edgeware.config.loading.documents import read
from edgeware.exceptions import ConfigurationError


def assets(base: Path, key: str) -> Iterator[Path]:
    """Where the asset, or the package of the Serverless Framework's, may lie that an object in S3 was uploaded from."""
    name = PurePosixPath(key).name
    stem = name.removesuffix(".zip")
    yield from (base / f"asset.{stem}", base / f"asset.{name}", base / name)
    yield from _listed(base, name)


def _listed(base: Path, name: str) -> Iterator[Path]:
    """By the lists of assets beside a template: those of a stage lie around it, and some keep names of their own."""
    for path in sorted(base.glob("*.assets.json")):
        for file in _files(path):
            source = file.get("source")
            place = source.get("path") if isinstance(source, Mapping) else None
            if isinstance(place, str) and place.isprintable() and name in _keys(file):
                yield base / place


def _files(path: Path) -> Iterator[Mapping[str, object]]:
    try:
        files = read(path).values.get("files")
    except ConfigurationError:  # what it would have said of the code is missed with the code
        return
    yield from (file for file in (files.values() if isinstance(files, Mapping) else ()) if isinstance(file, Mapping))


def _keys(file: Mapping[str, object]) -> set[str]:
    """The last words of the keys that it is uploaded under."""
    places = file.get("destinations")
    found = (place for place in (places.values() if isinstance(places, Mapping) else ()) if isinstance(place, Mapping))
    return {PurePosixPath(str(place.get("objectKey", ""))).name for place in found}
