"""A source as QuickJS reads it to njs's effect. Every line keeps its number."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

from tree_sitter import Node

from edgeware.functions.njs.expressions import bare
from edgeware.functions.njs.findings import Runtime
from edgeware.functions.njs.modules import imports
from edgeware.functions.njs.script import FUNCTIONS, Script, part, visits

# What only PCRE has: a literal with it would not even parse. `patterns.js` knows the same.
_PERL = re.compile(rb"\(\?(?:[>#]|P[<=]|[imsx]+[:)])|[*+?}]\+|\\[AzZQhaeG]|\[\[:")
_WIDE = re.compile(
    r"""
      \\u(?P<high>[dD][89abAB][0-9a-fA-F]{2})\\u(?P<low>[dD][c-fC-F][0-9a-fA-F]{2})
    | \\u(?P<lone>[dD][89a-fA-F][0-9a-fA-F]{2})
    | \\u\{(?P<point>[0-9a-fA-F]{5,})\}
    | (?P<wide>[\U00010000-\U0010ffff])
    | \\.
    """,
    re.DOTALL | re.VERBOSE,
)
_MOST_UNITS = 0x780


def rewritten(source: str, runtime: Runtime) -> tuple[str, list[str]]:
    """The source, and the characters beyond U+FFFF in it in the order in which they are given units.

    A default import at top level becomes a call of ``require``, a literal with a pattern of PCRE's becomes one of
    ``RegExp``, and a character beyond U+FFFF the one unit that stands for it (``characters.js``). In 1.0, where
    functions have no names, the name of what the source shows to be one becomes an empty string.
    """
    script = Script(source, runtime)
    data = script.data
    named = list(_function_names(script)) if script.first_runtime else []
    within = [edit for edit in _patterns(script) if not any(start <= edit[0] < end for start, end, _ in named)]
    edits = sorted([*_imports(script), *within, *named], reverse=True)
    for start, end, text in edits:
        lines = data.count(b"\n", start, end)
        data = data[:start] + text.encode("utf-8", "surrogatepass") + b"\n" * lines + data[end:]
    return _narrow(data.decode("utf-8", "surrogatepass"))


def _imports(script: Script) -> Iterator[tuple[int, int, str]]:
    for found in imports(script):
        yield found.start, found.end, f"const {found.name}=require({json.dumps(found.module)});"


def _function_names(script: Script) -> Iterator[tuple[int, int, str]]:
    if b".name" not in script.data:
        return
    nodes = [node for node, entering in visits(script.root) if entering]
    declared = {script.text(part(node, "name")) for node in nodes if node.type == "function_declaration"}
    other = {script.text(part(node, "name")) for node in nodes if node.type == "variable_declarator"}
    end = 0
    for node in nodes:
        if node.start_byte < end:
            continue  # within what is replaced already
        if node.type == "member_expression" and script.text(part(node, "property")) == "name":
            owner = bare(part(node, "object"))
            is_function = owner.type in FUNCTIONS or script.text(owner) in declared - other
            if is_function and node.parent is not None and node.parent.type != "assignment_expression":
                end = node.end_byte
                yield node.start_byte, end, '""'


def _patterns(script: Script) -> Iterator[tuple[int, int, str]]:
    if _PERL.search(script.data) is None:
        return
    for node, entering in visits(script.root):
        if entering and node.type == "regex" and _PERL.search(script.data, node.start_byte, node.end_byte):
            yield node.start_byte, node.end_byte, _call(script, node)


def _call(script: Script, node: Node) -> str:
    parts = [node.child_by_field_name(field) for field in ("pattern", "flags")]
    texts = [json.dumps("" if part is None else script.text(part), ensure_ascii=False) for part in parts]
    return f"RegExp({','.join(texts)})"


def _narrow(source: str) -> tuple[str, list[str]]:
    units: dict[str, str] = {}

    def unit(match: re.Match[str]) -> str:
        wide = _character(match)
        if wide is None:
            return match[0]
        if wide == "\ufffd" or (wide not in units and len(units) >= _MOST_UNITS):
            return "\\ufffd"
        return units.setdefault(wide, _unit(len(units)))

    return _WIDE.sub(unit, source), list(units)


def _character(match: re.Match[str]) -> str | None:
    """What is not one unit in QuickJS, or is a half of something."""
    if match["high"] is not None:
        return chr(0x10000 + ((int(match["high"], 16) & 0x3FF) << 10) + (int(match["low"], 16) & 0x3FF))
    if match["point"] is not None:
        point = int(match["point"], 16)
        return chr(point) if 0xFFFF < point <= 0x10FFFF else None
    return "\ufffd" if match["lone"] is not None else match["wide"]


def _unit(number: int) -> str:
    """The escape of a unit: a surrogate, but none of those that stand for bytes."""
    return f"\\u{0xD800 + number if number < 0x480 else 0xDD00 - 0x480 + number:04x}"
