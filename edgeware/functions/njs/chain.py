"""Whether the promise queue of a run is known to be empty when its handler is through.

A job gets there when an async function goes on after an ``await``, and from the methods of promises. Where nothing can
call the handler a second time, and each call of another async function is awaited on the spot, there is at most one job
at a time: that of the function that runs. Methods of promises are not looked for: the trampoline refuses them to such a
run, and repeats it with a queue that is emptied, which takes longer.
"""

from __future__ import annotations

from collections import Counter

from tree_sitter import Node

from edgeware.functions.njs.findings import Runtime
from edgeware.functions.njs.script import FUNCTIONS, IDENTIFIERS, Script, part, visits

_METHODS = frozenset({"Promise", "then", "catch", "finally"})


def has_one_chain(source: str, runtime: Runtime) -> bool:
    """Whether all jobs of a run are one chain: that of its async handler, and of what it awaits."""
    script = Script(source, runtime)
    nodes = [node for node, entering in visits(script.root) if entering]
    names = [node for node in nodes if node.type in IDENTIFIERS]
    texts = {script.text(name) for name in names}
    if script.root.has_error or not _METHODS.isdisjoint(texts) or any("\\" in text for text in texts):
        return False
    found = [node for node in nodes if node.type in FUNCTIONS and any(child.type == "async" for child in node.children)]
    return _are_awaited(script, found, [name for name in names if name.type != "property_identifier"])


def _are_awaited(script: Script, functions: list[Node], names: list[Node]) -> bool:
    """Whether these functions are declared under names of their own, and all mentions of those are awaited calls."""
    if any(function.type != "function_declaration" for function in functions):
        return False
    declared = {script.text(part(function, "name")): function for function in functions}
    mentions = Counter(script.text(name) for name in names if not _is_awaited_call(name))
    if any(mentions[name] != 1 for name in declared):
        return False
    handlers = sum(script.text(name) == "handler" for name in names)
    return "handler" in declared and declared["handler"].parent == script.root and handlers == 1


def _is_awaited_call(name: Node) -> bool:
    call = name.parent
    if call is None or call.type != "call_expression" or part(call, "function") != name:
        return False
    return call.parent is not None and call.parent.type == "await_expression"
