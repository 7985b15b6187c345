"""A source as tree-sitter parses it, and its tokens as njs reads them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

import tree_sitter_javascript
from tree_sitter import Language, Node, Parser

from edgeware.functions.njs.findings import Refusal, Runtime

LANGUAGE = Language(tree_sitter_javascript.language())
IDENTIFIERS = frozenset(
    """
    identifier property_identifier shorthand_property_identifier shorthand_property_identifier_pattern
    statement_identifier
    """.split()
)
FUNCTIONS = frozenset(
    """
    arrow_function function_declaration function_expression generator_function generator_function_declaration
    method_definition
    """.split()
)

_TRIVIA = re.compile(
    rb"(?:\s|\xc2\xa0|\xe2\x80[\xa8\xa9]|\xef\xbb\xbf|//[^\n]*|/\*.*?\*/)*",
    re.DOTALL,
)
# njs cuts its tokens without `?.` and without the logical assignments: what it says of those follows from this.
_TOKEN = re.compile(
    rb"""
      [A-Za-z_$][A-Za-z0-9_$]*
    | 0[0-9_]
    | 0[xX][0-9a-fA-F]+ | 0[bB][01]+ | 0[oO][0-7]+
    | (?: \.[0-9]+ | [0-9]+\.?[0-9]* ) (?: [eE][+-]?[0-9]+ )?
    | " (?P<double> (?: [^"\\\n] | \\. )* ) "
    | ' (?P<single> (?: [^'\\\n] | \\. )* ) '
    | >>>= | \.\.\. | === | !== | \*\*= | <<= | >>= | >>>
    | => | == | != | <= | >= | && | \|\| | \?\? | \+\+ | -- | \*\* | << | >>
    | [-+*/%&|^]= | /\*
    | .
    """,
    re.DOTALL | re.VERBOSE,
)
# Not in a line with a slash, which may begin a comment.
_AT_END_OF_LINE = re.compile(rb"^[^\n/]*\b(?:let|await|export)[ \t\r]*\n\s*(?=[\w$\[{])", re.MULTILINE)


def _on_one_line(match: re.Match[bytes]) -> bytes:
    return match[0].replace(b"\n", b" ")


@dataclass(frozen=True, slots=True)
class Token:
    """One token, by its place in the source's UTF-8."""

    start: int
    end: int
    text: str
    """As njs quotes it: a string without its quotation marks, "" at the end of the source."""


class Script:
    """A source for one runtime."""

    def __init__(self, source: str, runtime: Runtime) -> None:
        self.runtime: Runtime = runtime
        self.data = source.encode("utf-8", "surrogatepass")
        # tree-sitter ends a statement after `let`, `await` or `export` at the end of a line; no JavaScript does.
        joined = _AT_END_OF_LINE.sub(_on_one_line, self.data)
        self.root = Parser(LANGUAGE).parse(joined).root_node

    @property
    def first_runtime(self) -> bool:
        """Whether this is for cloudfront-js-1.0."""
        return self.runtime == "cloudfront-js-1.0"

    def text(self, node: Node) -> str:
        """The source of a node."""
        return self.data[node.start_byte : node.end_byte].decode("utf-8", "replace")

    def token(self, offset: int) -> Token:
        """The first token at or after a byte, beyond blanks and comments."""
        trivia = _TRIVIA.match(self.data, offset)
        start = offset if trivia is None else trivia.end()
        match = _TOKEN.match(self.data, start)
        if match is None:
            return Token(start, start, "")
        quoted = match["double"] if match["double"] is not None else match["single"]
        data = match[0] if quoted is None else quoted
        # njs quotes a single byte of a longer character; AWS shows that as a question mark.
        text = "?" if len(data) == 1 and data > b"\x7f" else data.decode("utf-8", "replace")
        return Token(start, match.end(), text)

    def unexpected(self, offset: int, feature: str) -> Refusal:
        """The engine cannot go on with the token at or after a byte."""
        token = self.token(offset)
        message = f'Unexpected token "{token.text}"' if token.end > token.start else "Unexpected end of input"
        return Refusal(token.start, message, feature)

    def unsupported(self, offset: int, feature: str) -> Refusal:
        """The engine knows the token at or after a byte, and does not support what it begins."""
        token = self.token(offset)
        subject = f'Token "{token.text}" not' if token.end > token.start else "Not"
        return Refusal(token.start, f"{subject} supported in this version", feature)

    def at_next(self, offset: int, message: str, feature: str, name: str = "SyntaxError") -> Refusal:
        """Something that the engine notices when it has read the token at or after a byte."""
        return Refusal(self.token(offset).start, message, feature, name)

    def place(self, offset: int) -> tuple[int, int]:
        """Line and column of a byte, from 1."""
        line_start = self.data.rfind(b"\n", 0, offset) + 1
        column = len(self.data[line_start:offset].decode("utf-8", "replace")) + 1
        return self.data.count(b"\n", 0, offset) + 1, column


def visits(root: Node) -> Iterator[tuple[Node, bool]]:
    """Every named node on the way in (True), and if it has children on the way out (False), in the source's order.

    By a cursor: how deep a source nests is its author's choice, how deep Python recurses is not.
    """
    cursor = root.walk()
    entering = True
    while True:
        node = cursor.node
        assert node is not None
        if node.is_named:
            yield node, entering
        if entering and cursor.goto_first_child():
            continue
        entering = cursor.goto_next_sibling()
        if not entering and not cursor.goto_parent():
            return


def part(node: Node, field: str) -> Node:
    """A part that a node of this type always has: the parser makes up what is missing."""
    found = node.child_by_field_name(field)
    assert found is not None
    return found


def parts(node: Node) -> list[Node]:
    """The named children, without comments."""
    return [child for child in node.named_children if not child.is_extra]


def first(node: Node, kind: str) -> Node | None:
    """The first direct child of a type."""
    return next((child for child in node.children if child.type == kind), None)
