"""Names, numbers, strings and regular expressions that njs refuses."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from tree_sitter import Node

from edgeware.functions.njs.expressions import Rule
from edgeware.functions.njs.findings import Refusal
from edgeware.functions.njs.regexps import complaint
from edgeware.functions.njs.script import IDENTIFIERS, Script

RESERVED = frozenset(
    """
    break case catch class const continue debugger default delete do else enum export extends false finally for function
    if implements import in instanceof interface let new null package private protected public return static super
    switch this throw true try typeof var void while with
    """.split()
)
"""What may not be a name in code that is always strict; tree-sitter takes some of them for names in some places."""

_NOT_OF_A_NAME = re.compile(rb"[^A-Za-z0-9_$]")
_NUMBER = re.compile(
    rb"0[xX][0-9a-fA-F]+(?:_[0-9a-fA-F]+)*|0[bB][01]+(?:_[01]+)*|0[oO][0-7]+(?:_[0-7]+)*"
    rb"|0(?![0-9_xXbBoO])(?:\.(?:[0-9]+(?:_[0-9]+)*)?)?(?:[eE][+-]?[0-9]+(?:_[0-9]+)*)?"
    rb"|(?:[1-9][0-9]*(?:_[0-9]+)*(?:\.(?:[0-9]+(?:_[0-9]+)*)?)?|\.[0-9]+(?:_[0-9]+)*)(?:[eE][+-]?[0-9]+(?:_[0-9]+)*)?"
)
_BRACED = re.compile(r"[0-9a-fA-F]{1,6}")


def identifier(script: Script, node: Node) -> Iterator[Refusal]:
    """Keywords of strict code, letters beyond ASCII, and escapes in names."""
    name = script.data[node.start_byte : node.end_byte]
    wrong = _NOT_OF_A_NAME.search(name)
    if wrong is not None:
        yield script.unexpected(node.start_byte + wrong.start(), "identifier")
    elif node.type != "property_identifier" and name.decode() in RESERVED:
        shorthand = node.type.startswith("shorthand")
        yield script.unexpected(node.end_byte if shorthand else node.start_byte, "reserved-word")


def number(script: Script, node: Node) -> Iterator[Refusal]:
    """BigInt, octal numbers of old, and in 1.0 separators: the engine reads a number and stumbles over the rest."""
    text = script.data[node.start_byte : node.end_byte]
    separator = text.find(b"_") if script.first_runtime else -1
    match = _NUMBER.match(text[:separator] if separator > 0 else text)
    end = 0 if match is None else match.end()
    if end < len(text):
        feature = "bigint" if text.endswith(b"n") else "legacy-octal" if match is None else "numeric-separator"
        yield script.unexpected(node.start_byte + end, feature)


def escape(script: Script, node: Node) -> Iterator[Refusal]:
    """Escapes in strings that strict code may not have, or that name no character."""
    written = script.text(node)
    if written[1] in "1234567":
        message = "Octal escape sequences can't be used in untagged template literals or in strict mode code"
        yield Refusal(node.start_byte, message, "escape")
    elif written[1] in "89":
        message = "The escapes \\8 and \\9 can't be used in untagged template literals or in strict mode code"
        yield Refusal(node.start_byte, message, "escape")
    elif written.startswith("\\u{") and not _is_code_point(written[3:-1]):
        yield Refusal(node.start_byte, f'Invalid Unicode code point "{written}"', "escape")


def _is_code_point(digits: str) -> bool:
    return _BRACED.fullmatch(digits) is not None and int(digits, 16) <= 0x10FFFF


def regexp(script: Script, node: Node) -> Iterator[Refusal]:
    """Patterns that PCRE refuses."""
    pattern = script.text(node)
    message = complaint(pattern)
    # What begins with an asterisk is a comment without an end, which the parser has taken for a pattern.
    if message is not None and not pattern.startswith("*"):
        yield Refusal(node.start_byte, message, "regexp")


def regexp_flags(script: Script, node: Node) -> Iterator[Refusal]:
    """Flags that the engine does not have, or that come twice. It quotes them up to the first wrong one."""
    known = "gim" if script.first_runtime else "gimy"
    flags = script.text(node)
    for index, flag in enumerate(flags):
        if flag not in known or flag in flags[:index]:
            yield Refusal(node.start_byte, f'Invalid RegExp flags "{flags[: index + 1]}"', "regexp-flags")
            return


RULES: Mapping[str, Rule] = {
    **dict.fromkeys(IDENTIFIERS, identifier),
    "escape_sequence": escape,
    "number": number,
    "regex_flags": regexp_flags,
    "regex_pattern": regexp,
}
