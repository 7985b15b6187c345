"""Where something stands in a source, and how a format spells it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal, TypeAlias

Words: TypeAlias = tuple[str | int, ...]
"""The words that lead to a place, such as ("behaviors", 0, "path_pattern")."""


class LinedMapping(dict[str, object]):
    """A mapping that knows the line on which each of its keys stands.

    ``words`` says how the source spells a key, where a reader has put it into the words of another format.
    """

    def __init__(self) -> None:
        super().__init__()
        self.lines: dict[str | int, int] = {}
        self.words: dict[str | int, Words] = {}


class LinedList(list[object]):
    """A list that knows the line on which each of its items stands, and their words as a LinedMapping does."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: dict[str | int, int] = {}
        self.words: dict[str | int, Words] = {}


@dataclass(frozen=True, slots=True, kw_only=True)
class Dialect:
    """How a format spells places, and how much it forgives."""

    separator: str
    unknown: Literal["error", "warn"]
    lenient: bool
    """Numbers and flags may come as text, and empty text stands for nothing."""


NATIVE = Dialect(separator=".", unknown="error", lenient=False)
API = Dialect(separator="/", unknown="warn", lenient=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A place in a source: its file, its line where the format has lines, and the words that lead to it."""

    source: str = ""
    line: int | None = None
    words: Words = ()
    separator: str = "."

    def child(self, word: str | int, line: int | None = None) -> Place:
        """The place one word further down."""
        return replace(self, words=(*self.words, word), line=line or self.line)

    def into(self, values: object, key: str | int) -> Place:
        """The place of a key, or of an item, of the values that stand here."""
        words: Words = (key,)
        if isinstance(values, LinedMapping | LinedList):
            words = values.words.get(key, words)
        return replace(self, words=(*self.words, *words), line=line_of(values, key) or self.line)

    def __str__(self) -> str:
        file = f"{self.source}:{self.line}" if self.source and self.line else self.source
        return " ".join(part for part in (file, spelled(self.words, self.separator)) if part) or "the distribution"


def spelled(words: Words, separator: str = ".") -> str:
    """Words as text: `behaviors[0].path_pattern`, or `CacheBehaviors/0/PathPattern`."""
    text = ""
    for word in words:
        if isinstance(word, int) and separator == ".":
            text += f"[{word}]"
        else:
            text += f"{separator}{word}" if text else str(word)
    return text


def guess(word: str, known: Sequence[str]) -> str:
    """A hint for a name that is not known: the nearest one that is, else all of them while they are few."""
    import difflib

    near = difflib.get_close_matches(word, known, n=1)
    if near:
        return f"Did you mean '{near[0]}'?"
    return f"Known here: {', '.join(sorted(known))}." if 0 < len(known) <= 12 else ""


def line_of(values: object, key: str | int) -> int | None:
    """The line of a key or an item, where the format has lines."""
    return values.lines.get(key) if isinstance(values, LinedMapping | LinedList) else None


def shown(text: str) -> str:
    """Text of a source, short enough and plain enough for a message."""
    line = plain(text)
    return line if len(line) <= 80 else line[:77] + "..."


def plain(text: str) -> str:
    """Text on one line, and fit for any terminal: what cannot be printed is escaped."""
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode("ascii") for c in text)
