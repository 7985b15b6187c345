"""``import``, ``export`` and ``require``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from tree_sitter import Node

from edgeware.functions.njs.expressions import Rule
from edgeware.functions.njs.findings import Refusal, Runtime, warning
from edgeware.functions.njs.script import Script, first, part, parts

MODULES: Mapping[Runtime, frozenset[str]] = {
    "cloudfront-js-1.0": frozenset({"crypto", "querystring"}),
    "cloudfront-js-2.0": frozenset({"buffer", "cloudfront", "crypto", "querystring"}),
}
"""What a function can import."""


@dataclass(frozen=True, slots=True)
class Import:
    """``import name from 'module'`` at top level."""

    module: str
    name: str
    start: int
    """The statement's first byte in the source's UTF-8."""
    end: int
    """The byte behind its last one, which is its semicolon where it has one."""


def imports(script: Script) -> Iterator[Import]:
    """The default imports of a source, in order."""
    for node in script.root.named_children:
        clause = first(node, "import_clause")
        if node.type == "import_statement" and clause is not None:
            named = parts(clause)
            if named[0].type == "identifier" and len(named) == 1:
                module = _unquoted(script, part(node, "source"))
                yield Import(module, script.text(named[0]), node.start_byte, node.end_byte)


def _unquoted(script: Script, string: Node) -> str:
    return script.text(string)[1:-1]


def import_statement(script: Script, node: Node) -> Iterator[Refusal]:
    """Any import but that of a module's default, by its name, at top level."""
    clause, word = first(node, "import_clause"), node.child(0).end_byte
    named = [] if clause is None else parts(clause)
    if node.parent is not None and node.parent.type != "program":
        yield script.at_next(word, "Illegal import statement", "import")
    elif not named or named[0].type != "identifier":
        yield script.at_next(word, "Non-default import is not supported", "import")
    elif len(named) > 1:
        yield script.unexpected(named[0].end_byte, "import")
    else:
        yield from _imported(script, node, part(node, "source"))


def _imported(script: Script, node: Node, module: Node) -> Iterator[Refusal]:
    name, attribute = _unquoted(script, module), first(node, "import_attribute")
    if name not in MODULES[script.runtime]:
        yield Refusal(module.start_byte, f'Cannot find module "{name}"', "import")
    elif attribute is not None:
        yield script.unexpected(attribute.start_byte, "import")
    elif script.first_runtime:
        message = f"this runtime is documented with require('{name}'), not with import"
        yield warning(node.start_byte, message, "import")


def export_statement(script: Script, node: Node) -> Iterator[Refusal]:
    """Any export: a function is a script."""
    yield script.at_next(node.start_byte + len("export"), "Illegal export statement", "export")


def required(script: Script, node: Node) -> Iterator[Refusal]:
    """``require`` of a module that is not there: an Error when, and if, the call is reached."""
    callee, given = part(node, "function"), parts(part(node, "arguments"))
    if callee.type != "identifier" or script.text(callee) != "require" or len(given) != 1 or given[0].type != "string":
        return
    name = _unquoted(script, given[0])
    if name not in MODULES[script.runtime]:
        message = f'Cannot find module "{name}"'
        yield warning(node.start_byte, message, "require", "Error")


RULES: Mapping[str, Rule] = {
    "call_expression": required,
    "export_statement": export_statement,
    "import_statement": import_statement,
}
