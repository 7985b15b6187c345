"""JSON that knows its lines, so that a message can name one: the standard library parses, this finds the places."""

from __future__ import annotations

import json
import re
from bisect import bisect

from edgeware.config.place import LinedList, LinedMapping

MAX_CHARACTERS = 4_000_000
"""Longer texts go without lines: no person wrote them, and finding the places takes longer than parsing."""

_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[{}\[\],:]|[^\s{}\[\],:"]+', re.DOTALL)


def parse(text: str) -> object:
    """The value of a JSON text, its objects and lists with their lines.

    Raises ValueError and RecursionError as ``json.loads`` does, and ValueError for two equal keys in one object.
    """
    plain = json.loads(text, object_pairs_hook=_unique)
    newlines = [match.start() for match in re.finditer("\n", text)] if len(text) <= MAX_CHARACTERS else []
    return _Places(text, newlines).lined(plain) if len(newlines) > 1 else plain


def _unique(pairs: list[tuple[str, object]]) -> dict[str, object]:
    values: dict[str, object] = {}
    for key, value in pairs:
        if key in values:
            raise ValueError(f"the key '{key}' stands twice in one object")
        values[key] = value
    return values


class _Places:
    """Walks through a parsed value and the tokens of its text side by side."""

    def __init__(self, text: str, newlines: list[int]) -> None:
        self._tokens = _TOKEN.finditer(text)
        self._newlines = newlines

    def _next(self) -> int:
        """The line of the next token."""
        return bisect(self._newlines, next(self._tokens).start()) + 1

    def lined(self, value: object) -> object:
        """The value whose first token comes next."""
        self._next()
        return self._rest(value)

    def _rest(self, value: object) -> object:
        if isinstance(value, dict):
            return self._mapping(value)
        return self._list(value) if isinstance(value, list) else value

    def _mapping(self, values: dict[str, object]) -> LinedMapping:
        """An object behind its brace: each key, colon, value, and comma or closing brace."""
        found = LinedMapping()
        for key, value in values.items():
            found.lines[key] = self._next()
            self._next()
            found[key] = self.lined(value)
            self._next()
        if not values:
            self._next()
        return found

    def _list(self, values: list[object]) -> LinedList:
        """A list behind its bracket: each value, and comma or closing bracket."""
        found = LinedList()
        for index, value in enumerate(values):
            found.lines[index] = self._next()
            found.append(self._rest(value))
            self._next()
        if not values:
            self._next()
        return found
