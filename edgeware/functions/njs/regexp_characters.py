"""The characters of a PCRE pattern, one by one and in classes, and what is wrong with them [pcre2pattern]."""

from __future__ import annotations

import re
from typing import NamedTuple

_NO_RANGE = "invalid range in character class"
_UNSUPPORTED = r"PCRE2 does not support \F, \L, \l, \N{name}, \U, or \u"

_CODE = re.compile(r"x([0-9A-Fa-f]{2})|u([0-9A-Fa-f]{4})|o\{([0-7]+)\}|([0-7]{1,3})")
_PROPERTY = re.compile(r"[pP](?:\{[^}]*\}|[^{])")
_POSIX = re.compile(r"\[:\^?[a-z]+:\]")
_CONTROLS = {"a": 7, "b": 8, "e": 27, "f": 12, "n": 10, "r": 13, "t": 9}
_TYPES = frozenset("dDwWsShHvV")
_UNKNOWN = frozenset("ijmqyIJMOTY")


class Mistake(NamedTuple):
    """What is wrong, and where PCRE noticed it."""

    message: str
    offset: int


class MistakeError(Exception):
    """The first mistake: nothing behind it is looked at."""

    def __init__(self, message: str, offset: int) -> None:
        super().__init__(message)
        self.mistake = Mistake(message, offset)


class Characters:
    """Reads a pattern from left to right: what stands for a character, and sets of them."""

    def __init__(self, pattern: str) -> None:
        self.pattern = pattern
        self.at = 0

    def next(self, length: int = 1) -> str:
        """What comes next; less at the end."""
        return self.pattern[self.at : self.at + length]

    def takes(self, text: str) -> bool:
        """Whether it comes next, and is behind us now."""
        if not self.pattern.startswith(text, self.at):
            return False
        self.at += len(text)
        return True

    def character(self) -> int | None:
        """Read an escape whose backslash is behind us: the code of its character, or None for one of several."""
        letter, offset = self.next(), self.at
        if letter in _UNKNOWN:
            raise MistakeError("unrecognized character follows \\", offset)
        self.at += 1
        if letter in ("F", "L", "l") or (letter == "N" and self.next() == "{"):
            raise MistakeError(_UNSUPPORTED, self.at)
        if letter == "c":
            return self._control()
        if letter in ("p", "P"):
            self._property(offset)
            return None
        if letter == "o" and self.next() != "{":
            raise MistakeError("missing opening brace after \\o", offset)
        match = _CODE.match(self.pattern, offset)
        if match is None:
            return None if letter in _TYPES else _CONTROLS.get(letter, ord(letter or "\\"))
        self.at = match.end()
        digits = next(digits for digits in match.groups() if digits is not None)
        return int(digits, 8 if letter not in "xu" else 16)

    def _control(self) -> int:
        letter = self.next()
        if not letter:
            raise MistakeError(r"\c at end of pattern", self.at)
        if not " " <= letter <= "~":
            raise MistakeError(r"\c must be followed by a printable ASCII character", self.at)
        self.at += 1
        return ord(letter.upper()) ^ 64

    def _property(self, offset: int) -> None:
        match = _PROPERTY.match(self.pattern, offset)
        if match is None:
            raise MistakeError(r"malformed \P or \p sequence", len(self.pattern))
        self.at = match.end()

    # --- classes ---

    def character_class(self) -> None:
        """Read a class whose bracket is behind us, to its end."""
        self.takes("^")
        first = True
        while first or self.next() != "]":
            if self.at >= len(self.pattern):
                raise MistakeError("missing terminating ] for character class", len(self.pattern))
            first = False
            code = self._member()
            if self.next() == "-" and self.next(2)[1:] not in ("]", ""):
                self._range(code)
        self.at += 1

    def _range(self, low: int | None) -> None:
        if low is None:
            raise MistakeError(_NO_RANGE, self.at)
        self.at += 1
        start = self.at
        high = self._member()
        if high is None:
            raise MistakeError(_NO_RANGE, start + 1 if self.pattern[start] == "[" else self.at)
        if high < low:
            raise MistakeError("range out of order in character class", self.at - 1)
        # A further hyphen stands for itself.
        self.takes("-")

    def _member(self) -> int | None:
        match = _POSIX.match(self.pattern, self.at)
        if match is not None:
            self.at = match.end()
            return None
        character = self.next()
        self.at += 1
        if character != "\\":
            return ord(character)
        if self.next() in ("B", "R", "X"):
            raise MistakeError("escape sequence is invalid in character class", self.at)
        if self.takes("N"):
            raise MistakeError(r"\N is not supported in a class", self.at)
        return self.character()
