"""YAML as configuration needs it: the scalars of YAML 1.2, no duplicate keys, lines kept, bombs refused.

PyYAML scans and parses (in C where it was built so). Its own constructor reads YAML 1.1, in which the country NO is
false and 0123 is 83, forgets lines and takes the last of two equal keys, so values are put together here, event by
event, without recursion.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TypeAlias

import yaml

from edgeware.config.place import LinedList, LinedMapping
from edgeware.exceptions import ConfigurationError

MAX_DEPTH = 200
MAX_EXPANSION = 100_000
"""How many values the aliases of a document may stand for, all together."""

Container: TypeAlias = LinedMapping | LinedList

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_NULL = frozenset({"", "~", "null", "Null", "NULL"})
_BOOLEAN = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}
# A leading zero makes text: an account id or a postal code loses nothing.
_INTEGER = re.compile(r"[-+]?(0|[1-9][0-9]{0,17})")
_FLOAT = re.compile(r"[-+]?(0|[1-9][0-9]*)?\.[0-9]+([eE][-+]?[0-9]{1,3})?|[-+]?[1-9][0-9]*\.")
_STANDARD = "tag:yaml.org,2002:"
_PLAIN_TAGS = frozenset(_STANDARD + name for name in ("null", "bool", "int", "float"))


@dataclass(slots=True)
class _Open:
    """A mapping or a list whose end has not come yet."""

    values: Container
    line: int
    tag: str | None
    anchor: str | None
    key: str | None = None
    key_line: int = 0
    size: int = 1


def parse(text: str, source: str) -> object:
    """The one document of a YAML text, as LinedMapping, LinedList and plain scalars. `source` names it in messages.

    Raises ConfigurationError: not YAML, two equal keys, nested too deeply, or aliases that stand for too much.
    A tag of CloudFormation, `!Ref x`, comes out as {"Ref": "x"}, any other `!Tag` as {"Fn::Tag": value}.
    """
    builder = _Builder(source)
    try:
        for event in yaml.parse(text, Loader=_LOADER):
            builder.feed(event)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise ConfigurationError([f"{source}:{line}: is not YAML: {error.problem}."]) from None
    except yaml.YAMLError as error:
        raise ConfigurationError([f"{source}: is not YAML: {getattr(error, 'reason', 'unreadable')}."]) from None
    return builder.root


class _Builder:
    def __init__(self, source: str) -> None:
        self.root: object = None
        self._source = source
        self._documents = 0
        self._open: list[_Open] = []
        self._anchors: dict[str, tuple[object, int]] = {}
        self._expanded = 0

    def feed(self, event: yaml.Event) -> None:
        line = event.start_mark.line + 1 if event.start_mark else 1
        if isinstance(event, yaml.DocumentStartEvent):
            self._begin_document(line)
        elif isinstance(event, yaml.ScalarEvent):
            self._scalar(event, line)
        elif isinstance(event, yaml.AliasEvent):
            self._alias(str(event.anchor), line)
        elif isinstance(event, yaml.MappingStartEvent):
            self._begin(_Open(LinedMapping(), line, event.tag, event.anchor))
        elif isinstance(event, yaml.SequenceStartEvent):
            self._begin(_Open(LinedList(), line, event.tag, event.anchor))
        elif isinstance(event, yaml.CollectionEndEvent):
            self._end()

    def _refuse(self, line: int, text: str) -> ConfigurationError:
        return ConfigurationError([f"{self._source}:{line}: {text}"])

    def _begin_document(self, line: int) -> None:
        self._documents += 1
        if self._documents > 1:
            raise self._refuse(line, "a second document starts here; a distribution is one document.")

    def _begin(self, opened: _Open) -> None:
        if len(self._open) >= MAX_DEPTH:
            raise self._refuse(opened.line, f"is nested more than {MAX_DEPTH} levels deep.")
        if self._wants_key():
            raise self._refuse(opened.line, "a key must be text.")
        self._open.append(opened)

    def _end(self) -> None:
        closed = self._open.pop()
        if isinstance(closed.values, LinedMapping) and "<<" in closed.values:
            self._merge(closed.values, closed.values.lines["<<"])
        value = self._tagged(closed.tag, closed.values, closed.line)
        self._add(value, closed.line, closed.size, closed.anchor)

    def _wants_key(self) -> bool:
        return bool(self._open) and isinstance(self._open[-1].values, LinedMapping) and self._open[-1].key is None

    def _scalar(self, event: yaml.ScalarEvent, line: int) -> None:
        if self._wants_key():
            self._key(event.value, line)
        elif event.tag is None or event.tag == "!" or event.tag.startswith(_STANDARD):
            self._add(self._resolved(event, line), line, 1, event.anchor)
        else:
            self._add(self._tagged(event.tag, event.value, line), line, 1, event.anchor)

    def _key(self, key: str, line: int) -> None:
        innermost = self._open[-1]
        first = innermost.values.lines.get(key)
        if first is not None:
            raise self._refuse(line, f"the key '{key}' stands here and in line {first}; which one counts?")
        innermost.key, innermost.key_line = key, line

    def _resolved(self, event: yaml.ScalarEvent, line: int) -> object:
        if event.tag is None:
            return scalar(event.value) if event.implicit[0] else event.value
        if event.tag in _PLAIN_TAGS:
            return scalar(event.value)
        if event.tag in ("!", f"{_STANDARD}str"):
            return event.value
        raise self._refuse(line, f"the tag {event.tag} is not read.")

    def _tagged(self, tag: str | None, value: object, line: int) -> object:
        if tag is None or tag in ("!", f"{_STANDARD}map", f"{_STANDARD}seq"):
            return value
        if not tag.startswith("!"):
            raise self._refuse(line, f"the tag {tag} is not read.")
        wrapped = LinedMapping()
        name = tag[1:] if tag in ("!Ref", "!Condition") else f"Fn::{tag[1:]}"
        wrapped[name], wrapped.lines[name] = value, line
        return wrapped

    def _alias(self, anchor: str, line: int) -> None:
        if anchor not in self._anchors:
            raise self._refuse(line, f"the alias *{anchor} stands for nothing that is complete before it.")
        value, size = self._anchors[anchor]
        self._expanded += size
        if self._expanded > MAX_EXPANSION:
            raise self._refuse(line, f"the aliases stand for more than {MAX_EXPANSION} values.")
        if self._wants_key():
            self._key(str(value), line)
        else:
            self._add(value, line, size, None)

    def _add(self, value: object, line: int, size: int, anchor: str | None) -> None:
        if anchor is not None:
            self._anchors[anchor] = (value, size)
        if not self._open:
            self.root = value
            return
        innermost = self._open[-1]
        innermost.size += size
        if isinstance(innermost.values, LinedList):
            innermost.values.lines[len(innermost.values)] = line
            innermost.values.append(value)
        else:
            key = innermost.key or ""
            innermost.values.lines[key] = innermost.key_line
            innermost.values[key] = value
            innermost.key = None

    def _merge(self, mapping: LinedMapping, line: int) -> None:
        """`<<: *defaults`, which YAML 1.2 has dropped and people still write; a key of the mapping itself wins."""
        merged = mapping.pop("<<")
        for other in merged if isinstance(merged, LinedList) else [merged]:
            if not isinstance(other, LinedMapping):
                raise self._refuse(line, "'<<' takes a mapping, or a list of mappings.")
            for key, value in other.items():
                if key not in mapping:
                    mapping[key], mapping.lines[key] = value, other.lines[key]


def scalar(text: str) -> object:
    """A plain scalar by the core schema of YAML 1.2, decimal numbers only."""
    if text in _NULL:
        return None
    if text in _BOOLEAN:
        return _BOOLEAN[text]
    if _INTEGER.fullmatch(text):
        return int(text)
    return float(text) if _FLOAT.fullmatch(text) else text
