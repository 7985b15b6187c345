"""Types of variables: the attributes that `optional` lets a value leave out."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from edgeware.config.loading.terraform.hcl_syntax import Node
from edgeware.config.reading import is_list


def completed(value: object, kind: Node, compute: Callable[[Node], object]) -> object:
    """A value with what its type says of attributes that are not given; `compute` says what a default stands for."""
    name, inner = _constructor(kind)
    if inner is None or value is None:
        return value
    if name == "optional":
        return completed(value, inner, compute)
    if name == "object" and isinstance(value, Mapping):
        return _object(value, inner, compute)
    if name == "map" and isinstance(value, Mapping):
        return {key: completed(one, inner, compute) for key, one in value.items()}
    if name in ("list", "set") and is_list(value):
        return [completed(one, inner, compute) for one in value]
    return value


def _constructor(kind: Node) -> tuple[str, Node | None]:
    """The name of a type and its first argument, such as that of `list(string)`."""
    call = next((node for node in (kind, *kind.nodes) if node.kind == "function_call"), None)
    if call is None or len(call.nodes) < 2 or not call.nodes[1].nodes:
        return "", None
    return call.nodes[0].text, call.nodes[1].nodes[0]


def _object(values: Mapping[str, object], kind: Node, compute: Callable[[Node], object]) -> object:
    found = dict(values)
    # Of `{ a = string }` the object's node, or the term that holds it.
    elements = next((node.nodes for node in (kind, *kind.nodes) if node.kind == "object"), [])
    for element in elements:
        key, inner = element.nodes
        name = _key(key)
        if found.get(name) is None and _constructor(inner)[0] == "optional":
            found[name] = _default(inner, compute)
        if name in found:
            found[name] = completed(found[name], inner, compute)
    return found


def _key(node: Node) -> str:
    while node.nodes:
        node = node.nodes[0]
    return node.text


def _default(kind: Node, compute: Callable[[Node], object]) -> object:
    call = next(node for node in (kind, *kind.nodes) if node.kind == "function_call")
    arguments = call.nodes[1].nodes
    return compute(arguments[1]) if len(arguments) > 1 else None
