"""Sources that are no JavaScript at all: where the parser got stuck, and what njs would say of it."""

from __future__ import annotations

import re

from tree_sitter import LogType, Parser

from edgeware.functions.njs.findings import Refusal
from edgeware.functions.njs.script import LANGUAGE, Script, Token, visits

Point = tuple[int, int]

_AT = re.compile(r"process version:\d+.* row:(\d+), col:(\d+)")
_LEXED = re.compile(r"lexed_lookahead sym:(.*), size:\d+")
_QUOTES = frozenset("'\"`")
_WITHIN = frozenset({"string_fragment", "escape_sequence", "regex_pattern"})
_ASSIGNMENTS = frozenset("= += -= *= /= %= **= <<= >>= >>>= &= |= ^=".split())
_OPERAND = re.compile(rb"(?:[\]\"'`)]|(?<![\w$.])(?:this|null|true|false|[0-9][\w.]*)|[\w$]+\.[\w$]+)\s*\Z")
_ESCAPE = re.compile(rb"\\(?:u\{[^}\"'`\n]*\}?|u[^\"'`\n]{0,4}|x[^\"'`\n]{0,2})")
_PIECE = 1024
_SIGNS = b"=+-*/%&|^<>!."


class Log:
    """Listens to a parser until it can go on in no way for the first time.

    Errors in tree-sitter's tree cover what it skipped to go on, which may begin long before. Its log says where it
    first found no way on, and that is where any other parser stops.
    """

    def __init__(self) -> None:
        self.stuck: Point | None = None
        """Row and column (in bytes, from 0) behind the last token that could be used."""
        self.opened: tuple[str, Point] | None = None
        """The quotation mark, or the slash of a regular expression, of a literal that does not end, and its place."""
        self._point: Point = (0, 0)
        self._read: tuple[str, Point] = ("", (0, 0))
        self.given_up = False

    def __call__(self, kind: LogType, message: str) -> None:
        """One line of the log."""
        if self.given_up or kind is not LogType.PARSE:
            return
        if at := _AT.match(message):
            self._point = (int(at[1]), int(at[2]))
        elif lexed := _LEXED.match(message):
            self._read = (lexed[1], self._point)
        elif message.startswith("shift"):
            self._shift(*self._read)
        elif message.startswith("detect_error"):
            self.stuck = max(self._point, self.stuck or (0, 0))
        elif message.startswith("resume"):
            self.given_up = True

    def _shift(self, symbol: str, point: Point) -> None:
        if self.opened is not None and symbol == self.opened[0]:
            self.opened = None
        elif symbol in _QUOTES:
            self.opened = (symbol, point)
        elif symbol == "regex_pattern":
            self.opened = ("/", point)
        elif symbol not in _WITHIN:
            self.opened = None


def broken(script: Script) -> Refusal | None:
    """The refusal of a source that tree-sitter cannot parse, or None."""
    if not script.root.has_error:
        return None
    log = Log()
    data = script.data
    # Pieces, so that the source can end where the answer is known.
    Parser(LANGUAGE, logger=log).parse(lambda at, _: b"" if log.given_up else data[at : at + _PIECE])
    # The log is for people, so its words may change one day; the tree's first error is often the same place.
    errors = (node.start_point for node, _ in visits(script.root) if node.is_error or node.is_missing)
    stuck = _offset(script, log.stuck or next(errors))
    return _literal(script, log, stuck) or _token(script, stuck)


def _offset(script: Script, point: Point) -> int:
    row, column = point
    start = 0
    for _ in range(row):
        start = script.data.index(b"\n", start) + 1
    return start + column


def _literal(script: Script, log: Log, stuck: int) -> Refusal | None:
    """A literal or a comment without an end, or with an escape that names no character."""
    escape = _ESCAPE.match(script.data, stuck)
    if escape is not None and log.opened is not None:
        written = escape[0].decode("utf-8", "replace")
        return Refusal(stuck, f'Invalid Unicode code point "{written}"', "escape")
    mark, point = log.opened or ("", log.stuck or (0, 0))
    offset = _offset(script, point)
    start = offset - 1 if mark == "/" else script.token(offset).start
    if b"/*" in {script.data[start : start + 2], script.data[stuck - 1 : stuck + 1]}:
        return Refusal(len(script.data), 'Unexpected token "/*"', "comment")
    if mark == "`":
        return Refusal(len(script.data), "Unterminated template literal", "template")
    if not mark:
        return None
    what = "RegExp" if mark == "/" else "string"
    line = script.data[start:].split(b"\n", 1)[0].decode("utf-8", "replace")
    return Refusal(start, f'Unterminated {what} "{line}"', what.lower())


def _token(script: Script, stuck: int) -> Refusal:
    token = _whole_token(script, stuck)
    if token.text in _ASSIGNMENTS and _OPERAND.search(script.data[max(0, token.start - 200) : token.start]):
        message = "Invalid left-hand side in assignment"
        return Refusal(token.start, message, "assignment", "ReferenceError")
    return script.unexpected(token.start, "grammar")


def _whole_token(script: Script, stuck: int) -> Token:
    """The token that the parser could not use; where it took the first half of a sign for one, the whole sign."""
    start = stuck
    while start and script.data[start - 1] in _SIGNS:
        start -= 1
    token = script.token(start)
    while token.end <= stuck and token.end > token.start:
        token = script.token(token.end)
    return token
