"""Files of API output that lie together: each is known by what it holds, whatever its name."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from edgeware.config.files import is_file
from edgeware.config.loading.documents import Document, read
from edgeware.config.model import Code, Notice
from edgeware.config.place import API, Place
from edgeware.config.reading import Section, mapping
from edgeware.exceptions import ConfigurationError

SUFFIXES = (".json", ".yaml", ".yml")
_NAME = re.compile(r"[A-Za-z0-9_-]{1,64}")

_SINGLE = {
    "CachePolicy": "Id",
    "OriginRequestPolicy": "Id",
    "ResponseHeadersPolicy": "Id",
    "KeyGroup": "Id",
    "PublicKey": "Id",
    "KeyValueStore": "ARN",
    "FunctionSummary": "Name",
}
# The items of a list wrap the thing once more, or are the thing itself (None).
_LISTS = {
    "CachePolicyList": ("CachePolicy", "CachePolicy"),
    "OriginRequestPolicyList": ("OriginRequestPolicy", "OriginRequestPolicy"),
    "ResponseHeadersPolicyList": ("ResponseHeadersPolicy", "ResponseHeadersPolicy"),
    "KeyGroupList": ("KeyGroup", "KeyGroup"),
    "PublicKeyList": ("PublicKey", None),
    "KeyValueStoreList": ("KeyValueStore", None),
    "FunctionList": ("FunctionSummary", None),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One structure of the API's, and the file it was found in."""

    values: Mapping[str, object]
    source: str
    place: Place | None = None
    """Where it stands, if the source is none of the API's own and spells it otherwise."""

    def section(self, notices: list[Notice], word: str, inner: str | None = None) -> Section:
        """The structure, or the one at a key of it, as a section to be read; the API calls it `word`."""
        place = self.place or Place(source=self.source, words=(word,), separator=API.separator)
        values = self.values if inner is None else self.inner(inner)
        return Section(values=values, place=place, notices=notices, dialect=API)

    def inner(self, key: str) -> Mapping[str, object]:
        """A mapping inside it, empty where there is none."""
        return mapping(self.values.get(key))


@dataclass(slots=True, kw_only=True)
class Bundle:
    """All that was found beside a distribution, by kind and id."""

    folder: Path
    parts: dict[str, dict[str, Part]] = field(default_factory=dict)
    distributions: list[tuple[Document, Part]] = field(default_factory=list)
    lambdas: dict[str, Part] = field(default_factory=dict)
    keys: list[tuple[str, Part]] = field(default_factory=list)
    """What `list-keys` printed does not say of which store: the file's name does."""
    code: dict[str, Code] = field(default_factory=dict)
    """The code of functions by their ARNs, of sources that hold it or say where it lies."""
    pairs: dict[str, dict[str, str]] = field(default_factory=dict)
    """The pairs of key value stores by their ARNs, of sources that hold them."""
    names: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """What else a source calls a function or a store, by its ARN, or a public key, by its id: such as a logical id."""
    advice: str | None = None
    """What to do about something that is missing, of sources that no AWS command completes."""

    def hint(self, command: str) -> str:
        """What to do about something that is missing: save what a command prints."""
        return self.advice or f"Save: {command}"

    def find(self, kind: str, key: str) -> Part | None:
        """The structure of a kind by its id, ARN or name."""
        return self.parts.get(kind, {}).get(key)

    def code_of(self, name: str) -> Path | None:
        """The raw code that `aws cloudfront get-function --name NAME NAME.js` wrote: NAME.js, NAME or NAME.*."""
        if not _NAME.fullmatch(name):
            return None
        others = sorted(path for path in self.folder.glob(f"{name}.*") if path.suffix not in SUFFIXES)
        candidates = (self.folder / f"{name}.js", self.folder / name, *others)
        return next((path for path in candidates if is_file(path)), None)

    def add(self, document: Document) -> None:
        """Take what a file holds; what is none of the API's structures is left alone."""
        values, source = document.values, document.source
        if isinstance(values.get("Distribution"), Mapping):
            self.distributions.append((document, _part(values["Distribution"], source)))
        elif "DistributionConfig" in values or {"CallerReference", "Origins"} <= values.keys():
            config = values if "DistributionConfig" in values else {"DistributionConfig": values}
            self.distributions.append((document, Part(values=config, source=source)))
        for kind, key in _SINGLE.items():
            self._put(kind, key, values.get(kind), source)
        for name, (kind, wrapped) in _LISTS.items():
            for item in _items(values.get(name)):
                self._put(kind, _SINGLE[kind], item.get(wrapped) if wrapped else item, source)
        self._add_lambda(_part(values.get("Configuration", values), source))
        pairs = _items(values)
        if pairs and all("Key" in pair and "Value" in pair for pair in pairs):
            self.keys.append((source, Part(values=values, source=source)))

    def _put(self, kind: str, key: str, values: object, source: str) -> None:
        if not isinstance(values, Mapping):
            return
        known = self.parts.setdefault(kind, {})
        name = str(values.get(key, ""))
        # A function may have been described in both of its stages: LIVE is the one that runs.
        if name not in known or _stage(values) == "LIVE":
            known[name] = Part(values=values, source=source)

    def _add_lambda(self, part: Part) -> None:
        if "FunctionName" in part.values and "FunctionArn" in part.values:
            self.lambdas[str(part.values["FunctionArn"])] = part


def _part(values: object, source: str) -> Part:
    return Part(values=mapping(values), source=source)


def _items(values: object) -> list[Mapping[str, object]]:
    items = values.get("Items") if isinstance(values, Mapping) else None
    return [item for item in items if isinstance(item, Mapping)] if isinstance(items, list) else []


def _stage(values: Mapping[str, object]) -> object:
    metadata = values.get("FunctionMetadata")
    return metadata.get("Stage") if isinstance(metadata, Mapping) else None


def gather(documents: Iterable[Document], folder: Path) -> Bundle:
    """What some files hold together."""
    bundle = Bundle(folder=folder)
    for document in documents:
        bundle.add(document)
    return bundle


def readable(folder: Path, suffixes: tuple[str, ...], shown: str, skip: Path | None = None) -> list[Document]:
    """The files of a folder that can be read as a mapping; the others are none of ours. `shown` names the folder."""
    documents: list[Document] = []
    for path in _entries(folder):
        if path.suffix.lower() not in suffixes or path == skip or not is_file(path):
            continue
        try:
            document = read(path)
        except ConfigurationError:
            continue
        name = str(Path(shown) / path.name)
        documents.append(Document(values=document.values, base=folder, source=name, path=path))
    return documents


def _entries(folder: Path) -> list[Path]:
    try:
        return sorted(folder.iterdir())
    except OSError:
        return []
