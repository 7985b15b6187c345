"""Which parts of its event a handler can look at, as far as its source shows. What nobody reads need not be sent."""

from __future__ import annotations

from collections.abc import Iterator

from tree_sitter import Node

from edgeware.functions.njs.findings import Runtime
from edgeware.functions.njs.script import IDENTIFIERS, Script, part, parts, visits

PARTS = frozenset({"version", "context", "viewer", "request", "response"})


def parts_read(source: str, runtime: Runtime) -> frozenset[str]:
    """The parts that a handler names: all of them where it could reach one without naming it.

    That is so unless every mention of its parameter is of the form ``event.request``. A name that means something
    else elsewhere in the source only ever makes the answer larger.
    """
    script = Script(source, runtime)
    nodes = [node for node, entering in visits(script.root) if entering]
    named = _parameter(script, nodes)
    if named is None or script.root.has_error:
        return PARTS
    found = set(_mentions(script, nodes, named))
    return frozenset(found) if found <= PARTS else PARTS


def _parameter(script: Script, nodes: list[Node]) -> str | None:
    """The name of the handler's parameter, empty where it has none; None where it is not plain to see."""
    named = [node for node in nodes if _is_reference(node) and script.text(node) == "handler"]
    declared = named[0].parent if len(named) == 1 else None
    if declared is None or declared.type != "function_declaration" or declared.parent != script.root:
        return None
    names = parts(part(declared, "parameters"))
    if any(name.type != "identifier" for name in names):
        return None
    return script.text(names[0]) if names else ""


def _is_reference(node: Node) -> bool:
    return node.type in IDENTIFIERS and node.type != "property_identifier"


def _mentions(script: Script, nodes: list[Node], named: str) -> Iterator[str]:
    """The part that is read at each mention of the parameter; something that is no part where that cannot be told."""
    for node in nodes:
        if not _is_reference(node):
            continue
        text = script.text(node)
        if text == "arguments" or "\\" in text:  # which may spell any name
            yield ""
        elif text == named and node.parent is not None and node.parent.type != "formal_parameters":
            yield _part(script, node, node.parent)


def _part(script: Script, node: Node, parent: Node) -> str:
    if parent.type != "member_expression" or part(parent, "object") != node:
        return ""
    return script.text(part(parent, "property"))
