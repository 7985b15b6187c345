"""Whether the promise queue of a run is known to be empty when its handler is through.

A job gets there when an async function goes on after an ``await``, and from the methods of promises. Where the handler
is the only async function and nothing can call it a second time, there is at most one job at a time: the handler's own.
Methods of promises are not looked for: the trampoline refuses them to such a run, and repeats it with a queue that is
emptied, which takes longer.
"""

from __future__ import annotations

from edgeware.functions.njs.findings import Runtime
from edgeware.functions.njs.script import FUNCTIONS, IDENTIFIERS, Script, part, visits

_METHODS = frozenset({"Promise", "then", "catch", "finally"})


def has_one_chain(source: str, runtime: Runtime) -> bool:
    """Whether all jobs of a run are one chain: that of its async handler."""
    script = Script(source, runtime)
    names = [script.text(node) for node, entering in visits(script.root) if entering and node.type in IDENTIFIERS]
    if script.root.has_error or names.count("handler") != 1 or any("\\" in name for name in names):
        return False
    return _only_the_handler_is_async(script) and _METHODS.isdisjoint(names)


def _only_the_handler_is_async(script: Script) -> bool:
    functions = [node for node, entering in visits(script.root) if entering and node.type in FUNCTIONS]
    is_async = [node for node in functions if any(child.type == "async" for child in node.children)]
    if len(is_async) != 1 or is_async[0].type != "function_declaration":
        return False
    return is_async[0].parent == script.root and script.text(part(is_async[0], "name")) == "handler"
