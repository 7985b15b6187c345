"""Terraform's language written as JSON [configuration/syntax/json]: the same tree, its texts being templates.

Nothing in such a file tells a block from a map: only the provider's schema would. Both are values here, and the reader
takes a mapping for a block that stands once. Only what holds a `dynamic` block has to be one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TypeAlias

from edgeware.config.loading import documents
from edgeware.config.loading.terraform.hcl_syntax import Block, Node, expression, installed
from edgeware.config.place import line_of, shown
from edgeware.config.reading import is_list
from edgeware.exceptions import ConfigurationError

COMMENT = "//"
Labelled: TypeAlias = tuple[tuple[str, ...], Mapping[str, object], int]
"""The labels of a block, its body and its line."""

_LABELS = {"resource": 2, "data": 2, "module": 1, "output": 1, "variable": 1, "locals": 0}
"""The blocks of a file that are read, and how many labels each has."""


def parse(path: Path, source: str) -> Block:
    """A file. Raises ConfigurationError with the line that is no JSON."""
    file = Block(source=source)
    values = documents.read(path, source).values
    for kind, labels in _LABELS.items():
        for found in _labelled(values.get(kind), labels, line_of(values, kind)):
            file.blocks.append(_block(kind, *found, source))
    return file


def _labelled(value: object, labels: int, line: int | None) -> Iterator[Labelled]:
    """The bodies under so many labels; a list at any level is several of what could stand there alone."""
    for index, one in enumerate(value if is_list(value) else (value,)):
        at = (line_of(value, index) if is_list(value) else None) or line
        if not isinstance(one, Mapping):
            continue
        if not labels:
            yield (), one, at or 1
            continue
        for name, inner in one.items():
            for names, body, where in _labelled(inner, labels - 1, line_of(one, name) or at):
                yield (str(name), *names), body, where


def _block(kind: str, labels: tuple[str, ...], body: Mapping[str, object], line: int, source: str) -> Block:
    block = Block(kind, labels, line, source)
    for key, value in body.items():
        at = line_of(body, key) or line
        if key == "dynamic":
            found = _labelled(value, 1, at)
            block.blocks.extend(_dynamic(*one, source) for one in found)
        elif kind == "variable" and key == "type":
            block.attributes.update(_type(value, f"{source}:{at}"))
        elif _holds_dynamic(value):
            block.blocks.extend(_block(key, *one, source) for one in _labelled(value, 0, at))
        elif key != COMMENT:
            block.attributes[key] = _node(value, at)
    return block


def _dynamic(labels: tuple[str, ...], body: Mapping[str, object], line: int, source: str) -> Block:
    block = Block("dynamic", labels, line, source)
    if "for_each" in body:
        block.attributes["for_each"] = _node(body["for_each"], line)
    iterator = body.get("iterator")
    if isinstance(iterator, str):
        block.attributes["iterator"] = Node("expr_term", (Node("identifier", (iterator,), line),), line)
    block.blocks.extend(_block("content", *one, source) for one in _labelled(body.get("content"), 0, line))
    return block


def _holds_dynamic(value: object) -> bool:
    if isinstance(value, Mapping):
        return "dynamic" in value or any(map(_holds_dynamic, value.values()))
    return is_list(value) and any(map(_holds_dynamic, value))


def _type(value: object, where: str) -> Mapping[str, Node]:
    """The type of a variable is an expression in a text; without the parser it stays unknown."""
    if not isinstance(value, str) or not installed():
        return {}
    try:
        return {"type": expression(value)}
    except ConfigurationError:
        raise ConfigurationError([f"{where}: '{shown(value)}' is no type."]) from None


def _node(value: object, line: int) -> Node:
    """A JSON value as an expression."""
    if isinstance(value, Mapping):
        said = ((str(key), one, line_of(value, key) or line) for key, one in value.items() if key != COMMENT)
        return Node("json_object", tuple(_element(*one) for one in said), line)
    if is_list(value):
        items = (_node(one, line_of(value, index) or line) for index, one in enumerate(value))
        return Node("json_list", tuple(items), line)
    if isinstance(value, str):
        return Node("json_text", (value,), line)
    if isinstance(value, bool) or value is None:
        return Node("literal_value", ("null" if value is None else str(value).lower(),), line)
    return Node("int_lit" if isinstance(value, int) else "float_lit", (str(value),), line)


def _element(key: str, value: object, line: int) -> Node:
    return Node("json_element", (Node("json_text", (key,), line), _node(value, line)), line)
