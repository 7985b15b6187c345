"""Attributes of a provider put into the API's words, so that the API's reader reads them; each keeps its spelling."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from edgeware.config.place import LinedList, LinedMapping, Words, line_of

Values: TypeAlias = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Block:
    """A block that stands once: a list of one, or the mapping itself."""

    key: str
    shape: Shape
    always: Values = field(default_factory=dict)
    """What the API says of it beside."""


@dataclass(frozen=True, slots=True)
class Blocks:
    """A block that may stand several times."""

    key: str
    shape: Shape


@dataclass(frozen=True, slots=True)
class Items:
    """A block whose only attribute, `items`, is the list of the API; of blocks where a shape is given."""

    key: str
    shape: Shape | None = None


Rule: TypeAlias = str | Block | Blocks | Items | None
"""The API's key for a plain value, how to put a block, or None for what says nothing of the configuration."""
Shape: TypeAlias = Mapping[str, Rule]

ZERO_IS_NONE = frozenset({"response_code", "response_completion_timeout"})


def translated(values: Values, shape: Shape) -> LinedMapping:
    """Values in the API's words, without what is empty. What the shape does not know goes on under its own name."""
    found = LinedMapping()
    # What is not there is missed by the name that it would have.
    found.words.update({_name(rule): (key,) for key, rule in shape.items() if rule is not None})
    for key, value in values.items():
        rule = shape.get(key, key)
        if rule is None or value in (None, "", [], {}) or (key in ZERO_IS_NONE and value == 0):
            continue
        name, words, inner = _put(key, value, rule)
        # A reader before this one may have spelled the key in its own way already.
        spelled = values.words.get(key, (key,)) if isinstance(values, LinedMapping) else (key,)
        found[name], found.words[name] = inner, (*spelled, *words[1:])
        line = line_of(values, key)
        if line is not None:
            found.lines[name] = line
    return found


def _name(rule: str | Block | Blocks | Items) -> str:
    return rule if isinstance(rule, str) else rule.key


def _put(key: str, value: object, rule: str | Block | Blocks | Items) -> tuple[str, Words, object]:
    if isinstance(rule, str):
        return rule, (key,), value
    if isinstance(rule, Blocks):
        return rule.key, (key,), _listed(value, rule.shape)
    block = value[0] if isinstance(value, list) and len(value) == 1 else value
    if isinstance(rule, Items) and isinstance(block, Mapping):
        inner = block.get("items")
        listed = inner if rule.shape is None or inner is None else _listed(inner, rule.shape)
        return rule.key, (key, "items"), [] if listed is None else listed
    if isinstance(rule, Block) and isinstance(block, Mapping):
        inside = translated(block, rule.shape)
        inside.update(rule.always)
        return rule.key, (key,), inside
    return rule.key, (key,), value


def _listed(value: object, shape: Shape) -> object:
    blocks = [value] if isinstance(value, Mapping) else value
    if not isinstance(blocks, list):
        return value
    found = LinedList()
    for index, block in enumerate(blocks):
        found.append(translated(block, shape) if isinstance(block, Mapping) else block)
        line = line_of(blocks, index)
        if line is not None:
            found.lines[index] = line
    return found
