"""Regular expressions that PCRE refuses, and with it njs, whatever JavaScript makes of them.

The rules are those of PCRE2 [pcre2pattern]: a hyphen that follows a set such as that of all digits is a mistake there,
lookbehinds have a fixed length, and a reference needs its group. What is doubtful, such as a condition, is taken.
"""

from __future__ import annotations

import re
from typing import NamedTuple, TypeAlias

from edgeware.functions.njs.regexp_characters import Characters, Mistake, MistakeError

__all__ = ["Mistake", "complaint", "mistake"]

Width: TypeAlias = "int | None"
"""How many characters a part matches, or None where that varies."""

DEEPEST = 250
"""How deep groups may be nested."""
_NO_ITEM = "quantifier does not follow a repeatable item"
_QUANTIFIER = re.compile(r"[*+?]|\{(\d+)(?:(,)(\d*))?\}", re.ASCII)
_NAME = re.compile(r"[A-Za-z_]\w*", re.ASCII)
_OPTIONS = re.compile(r"[imsxnJUa^-]*")
_NUMBER = re.compile(r"[0-9]+")
_RECURSION = re.compile(r"[R&]|[+-]?[0-9]")
_ASSERTIONS = frozenset("bBAZzGK")


class _Group(NamedTuple):
    """How a group begins: what it is, if anything but a plain one."""

    looks: str = ""
    """``ahead`` or ``behind``: matches nothing itself."""
    alone: bool = False
    """There is nothing in it: options, a comment, a reference."""
    repeatable: bool = True
    width: Width = 0


def complaint(pattern: str) -> str | None:
    """What njs says of a pattern, or None where it takes it."""
    found = mistake(pattern)
    if found is None:
        return None
    return f'pcre_compile2("{pattern}") failed: {found.message} at "{pattern[found.offset :]}"'


def mistake(pattern: str) -> Mistake | None:
    """The first thing that is wrong with a pattern, or None."""
    try:
        _Scan(pattern).run()
    except MistakeError as found:
        return found.mistake
    return None


class _Scan(Characters):
    def __init__(self, pattern: str) -> None:
        super().__init__(pattern)
        self.groups = 0
        self.names: set[str] = set()
        self.references: list[tuple[int | str, int]] = []
        self.loose: list[int] = []
        """Where lookbehinds begin that have no fixed length."""

    def run(self) -> None:
        self._alternatives(0)
        if self.at < len(self.pattern):
            raise MistakeError("unmatched closing parenthesis", self.at)
        for offset in self.loose:
            raise MistakeError("lookbehind assertion is not fixed length", offset)
        for reference, offset in self.references:
            there = reference in self.names if isinstance(reference, str) else reference <= self.groups
            if not there:
                raise MistakeError("reference to non-existent subpattern", offset)

    # --- sequences ---

    def _alternatives(self, depth: int) -> list[Width]:
        """The widths of the alternatives up to a closing parenthesis, which is left."""
        widths: list[Width] = [0]
        while self.at < len(self.pattern) and self.next() != ")":
            if self.takes("|"):
                widths.append(0)
                self._quantifiers(0, repeatable=False)
                continue
            width, repeatable = self._atom(depth)
            width = self._quantifiers(width, repeatable=repeatable)
            before = widths[-1]
            widths[-1] = None if before is None or width is None else before + width
        return widths

    def _quantifiers(self, width: Width, *, repeatable: bool) -> Width:
        match = _QUANTIFIER.match(self.pattern, self.at)
        if match is None:
            return width
        if not repeatable:
            raise MistakeError(_NO_ITEM, match.end() - 1)
        self.at = match.end()
        self._check_numbers(match)
        if self.next() in ("?", "+"):
            self.at += 1
        self._quantifiers(0, repeatable=False)
        exact = match[1] is not None and match[2] is None
        return width * int(match[1]) if exact and width is not None else None

    def _check_numbers(self, match: re.Match[str]) -> None:
        least, most = int(match[1] or 0), int(match[3] or 0)
        if max(least, most) > 65535:
            raise MistakeError("number too big in {} quantifier", match.end() - 1)
        if match[3] and most < least:
            raise MistakeError("numbers out of order in {} quantifier", match.end() - 1)

    def _atom(self, depth: int) -> tuple[Width, bool]:
        """The width of one part, and whether it may be repeated. A quantifier is none."""
        character = self.next()
        if _QUANTIFIER.match(self.pattern, self.at):
            return 0, False
        self.at += 1
        if character == "(":
            return self._group(depth + 1)
        if character == "[":
            self.character_class()
        elif character == "\\":
            return self._escape()
        return (0, False) if character in "^$" else (1, True)

    # --- groups ---

    def _group(self, depth: int) -> tuple[Width, bool]:
        start = self.at - 1
        if depth > DEEPEST:
            raise MistakeError("parentheses are too deeply nested", self.at)
        group = self._beginning()
        if group.alone:
            return group.width, group.repeatable
        self._quantifiers(0, repeatable=False)
        widths = self._alternatives(depth)
        if not self.takes(")"):
            raise MistakeError("missing closing parenthesis", len(self.pattern))
        if group.looks:
            if group.looks == "behind" and None in widths:
                self.loose.append(start)
            return 0, True
        return (widths[0] if len(set(widths)) == 1 else None), True

    def _beginning(self) -> _Group:
        if self.next() == "*":
            return self._skipped(_Group(alone=True, repeatable=False))
        if not self.takes("?"):
            self.groups += 1
            return _Group()
        for sign in ("P=", "P>"):
            if self.takes(sign):
                offset = self.at
                self.references.append((self._name(")"), offset))
                return self._skipped(_Group(alone=True, width=None))
        if self.next() == "#" or _RECURSION.match(self.next(2)):
            return self._skipped(_Group(alone=True, repeatable=self.next() != "#", width=None))
        return self._kind()

    def _kind(self) -> _Group:
        for sign, looks in (("<=", "behind"), ("<!", "behind"), ("=", "ahead"), ("!", "ahead")):
            if self.takes(sign):
                return _Group(looks)
        for sign, end in (("P<", ">"), ("<", ">"), ("'", "'")):
            if self.takes(sign):
                self._define(self._name(end))
                return _Group()
        if any(self.takes(sign) for sign in (":", "|", ">")):
            return _Group()
        if self.next() == "(":
            return self._skipped(_Group())
        return self._options()

    def _options(self) -> _Group:
        match = _OPTIONS.match(self.pattern, self.at)
        assert match is not None, "it matches nothing too"
        self.at = match.end()
        if self.takes(")"):
            return _Group(alone=True, repeatable=False)
        if self.next() and not self.takes(":"):
            raise MistakeError("unrecognized character after (? or (?-", self.at)
        return _Group()

    def _skipped(self, group: _Group) -> _Group:
        """What follows goes unread, up to the next parenthesis."""
        end = self.pattern.find(")", self.at)
        if end < 0:
            message = "missing ) after (?# comment" if self.next() == "#" else "missing closing parenthesis"
            raise MistakeError(message, len(self.pattern))
        self.at = end + 1
        return group

    def _name(self, end: str) -> str:
        """A name; the place stays before its end."""
        match = _NAME.match(self.pattern, self.at)
        if match is None:
            digit = self.next().isdigit()
            message = "subpattern name must start with a non-digit" if digit else "subpattern name expected"
            raise MistakeError(message, self.at)
        if self.pattern[match.end() : match.end() + 1] != end:
            raise MistakeError("syntax error in subpattern name (missing terminator?)", match.end())
        self.at = match.end()
        return match[0]

    def _define(self, name: str) -> None:
        self.groups += 1
        self.at += 1
        if name in self.names:
            raise MistakeError("two named subpatterns have the same name (PCRE2_DUPNAMES not set)", self.at)
        self.names.add(name)

    # --- escapes ---

    def _escape(self) -> tuple[Width, bool]:
        letter = self.next()
        if letter in _ASSERTIONS:
            self.at += 1
            return 0, False
        if letter == "k":
            return self._named_reference()
        if letter and letter in "123456789" and self._numbered_reference():
            return None, True
        if letter == "Q":
            end = self.pattern.find("\\E", self.at)
            self.at = len(self.pattern) if end < 0 else end + 2
            return None, True
        self.character()
        return (None if letter in "RXgE" else 1), letter != "E"

    def _named_reference(self) -> tuple[Width, bool]:
        self.at += 1
        ends = {"<": ">", "'": "'", "{": "}"}
        end = ends.get(self.next())
        if end is None:
            what = r"\k is not followed by a braced, angle-bracketed, or quoted name"
            raise MistakeError(what, self.at)
        self.at += 1
        offset = self.at
        self.references.append((self._name(end), offset))
        self.at += 1
        return None, True

    def _numbered_reference(self) -> bool:
        """Whether a number refers to a group; else it is a character's, in octal."""
        match = _NUMBER.match(self.pattern, self.at)
        assert match is not None, "it begins with a digit"
        number = int(match[0][:6])
        if number >= 10 and number > self.groups and match[0][0] not in "89":
            return False
        self.references.append((number, self.at))
        self.at = match.end()
        return True
