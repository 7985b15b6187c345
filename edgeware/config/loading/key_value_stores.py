"""What a key value store holds at start [kvs-with-functions-create-s3-kvp]."""

from __future__ import annotations

from pathlib import Path

from edgeware.config.files import is_file
from edgeware.config.loading.documents import Document, read
from edgeware.config.model import KeyValueStore, Notice
from edgeware.config.place import NATIVE, Place, shown
from edgeware.config.reading import Section
from edgeware.exceptions import ConfigurationError


def store(name: str, section: Section, base: Path) -> KeyValueStore:
    """A store: the pairs of `file` (in the format CloudFront imports, or a flat JSON object), then those of `data`."""
    data = _file(section, base) if section.has("file") else {}
    pairs = section.section("data")
    data.update({str(key): pairs.text(key) for key in pairs.values})
    section.close()
    return KeyValueStore(name=name, data=data)


def _file(section: Section, base: Path) -> dict[str, str]:
    text = section.text("file")
    if not is_file(base / text):
        section.complain("file", f"there is no file {shown(text)}.", code="N-file")
        return {}
    try:
        document = read(base / text)
    except ConfigurationError as error:
        section.complain("file", error.problems[0], code="N-file")
        return {}
    return pairs_of(document, section.notices)


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
        pairs[key] = pair.text("value")
        pair.close()
    inside.close()
    return pairs
