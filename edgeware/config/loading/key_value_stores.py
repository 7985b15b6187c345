"""What a key value store holds at start [kvs-with-functions-create-s3-kvp]."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from edgeware.config.files import is_file
from edgeware.config.key_value_quotas import complaints
from edgeware.config.loading.documents import Document, read
from edgeware.config.model import KeyValueStore, Notice
from edgeware.config.place import NATIVE, Place, shown
from edgeware.config.reading import Section
from edgeware.exceptions import ConfigurationError


def store(name: str, section: Section, base: Path) -> KeyValueStore:
    """A store: the pairs of `file` (in the format CloudFront imports, or a flat JSON object), then those of `data`."""
    id = section.optional_text("id")
    path, data = _file(section, base) if section.has("file") else (None, {})
    pairs = section.section("data")
    inline = {str(key): pairs.text(key) for key in pairs.values}
    section.close()
    seeds = (inline,) if path is None else (path, inline)
    return KeyValueStore(name=name, id=id, data={**data, **inline}, seeds=seeds)


def extended(known: KeyValueStore, given: KeyValueStore) -> KeyValueStore:
    """A store with another one's pairs put over its own."""
    seeds = (*(known.seeds or (known.data,)), *given.seeds)
    return replace(known, id=given.id or known.id, data={**known.data, **given.data}, seeds=seeds)


def imported(path: Path) -> dict[str, str]:
    """What a file holds by itself. ConfigurationError names everything for which CloudFront would refuse it."""
    notices: list[Notice] = []
    pairs = pairs_of(read(path), notices)
    problems = [str(notice) for notice in notices if notice.severity == "error"]
    problems += [f"{path}: {complaint}." for complaint in complaints(pairs)]
    if problems:
        raise ConfigurationError(problems)
    return pairs


def _file(section: Section, base: Path) -> tuple[Path | None, dict[str, str]]:
    text = section.text("file")
    path = base / text
    if not is_file(path):
        section.complain("file", f"there is no file {shown(text)}.", code="N-file")
        return None, {}
    try:
        return path, pairs_of(read(path), section.notices)
    except ConfigurationError as error:
        section.complain("file", error.problems[0], code="N-file")
        return None, {}


def pairs_of(document: Document, notices: list[Notice]) -> dict[str, str]:
    """The pairs of a file of either format. Values are never shown."""
    place = Place(source=document.path.name if document.path else "")
    inside = Section(values=document.values, place=place, notices=notices, dialect=NATIVE)
    if not isinstance(document.values.get("data"), list):
        return {key: inside.text(key) for key in document.values}
    pairs: dict[str, str] = {}
    for pair in inside.sections("data"):
        key = pair.required_text("key")
        if key in pairs:
            pair.complain("key", f"the key '{shown(key)}' stands twice.")
        if not pair.has("value"):
            pair.complain("value", "is missing.")
        pairs[key] = pair.text("value")
        pair.close()
    inside.close()
    return pairs
