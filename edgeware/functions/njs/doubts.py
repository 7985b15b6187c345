"""What may not do in production what it does here."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from tree_sitter import Node

from edgeware.functions.njs.expressions import Rule
from edgeware.functions.njs.findings import Refusal, warning
from edgeware.functions.njs.script import Script, first, part, parts

_UNLISTED_METHODS = frozenset({"toReversed", "toSorted", "toSpliced"})
_ASTRAL = re.compile("[\U00010000-\U0010ffff]")
_ASTRAL_ESCAPE = re.compile(r"\\u\{(?:0?[1-9a-fA-F]|10)[0-9a-fA-F]{4}\}")


def call(script: Script, node: Node) -> Iterator[Refusal]:
    """``console``, and array functions that only the newest engine has."""
    callee, given = part(node, "function"), part(node, "arguments")
    if callee.type != "member_expression":
        return
    written, method = script.text(callee), script.text(part(callee, "property"))
    if written == "console.log" and len(parts(given)) > 1:
        yield warning(
            node.start_byte, "console.log is documented with one argument: join them into one string", "console"
        )
    elif written.startswith("console.") and written != "console.log":
        yield warning(node.start_byte, "console has only log in this runtime", "console")
    if method == "sort" and _is_never_negative(given):
        message = (
            "this comparison is never negative: the engine leaves a short array as it is. Return a number, as a - b"
        )
        yield warning(node.start_byte, message, "sort")
    if not script.first_runtime and (method in _UNLISTED_METHODS or written == "Array.from"):
        name = written if written == "Array.from" else f"{method}()"
        yield warning(node.start_byte, f"{name} is not documented for this runtime and may be missing", "array-methods")


def _is_never_negative(given: Node) -> bool:
    """Whether the first argument is an arrow function that gives a comparison's answer, true or false."""
    body = next((one.child_by_field_name("body") for one in parts(given) if one.type == "arrow_function"), None)
    sign = body.child_by_field_name("operator") if body is not None and body.type == "binary_expression" else None
    return sign is not None and sign.type in {"<", ">", "<=", ">="}


def closure(script: Script, node: Node) -> Iterator[Refusal]:
    """Async functions other than declarations at top level."""
    declared = node.type == "function_declaration" and node.parent is not None and node.parent.type == "program"
    if not declared and not script.first_runtime and first(node, "async") is not None:
        message = "the page of this runtime says that async closures are not supported; its engine takes them"
        yield warning(node.start_byte, message, "async-closure")


def text(script: Script, node: Node) -> Iterator[Refusal]:
    """Characters that are one to njs and two to other engines."""
    written = script.text(node)
    if _ASTRAL_ESCAPE.match(written) if node.type == "escape_sequence" else _ASTRAL.search(written):
        message = "a character beyond U+FFFF has length 1 in this runtime and 2 in other engines (unconfirmed)"
        yield warning(node.start_byte, message, "astral")


RULES: Mapping[str, Rule] = {
    "arrow_function": closure,
    "call_expression": call,
    "escape_sequence": text,
    "function_declaration": closure,
    "function_expression": closure,
    "method_definition": closure,
    "regex_pattern": text,
    "string_fragment": text,
}
