"""Functions, arrows and methods that njs refuses, by their heads."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from tree_sitter import Node

from edgeware.functions.njs.expressions import Rule, equals
from edgeware.functions.njs.findings import Refusal
from edgeware.functions.njs.script import Script, first, part, parts

_PATTERNS = frozenset({"object_pattern", "array_pattern"})


def parameters(node: Node) -> list[Node]:
    """The parameters of a function, without comments."""
    single = node.child_by_field_name("parameter")
    if single is not None:
        return [single]
    return parts(part(node, "parameters"))


def function(script: Script, node: Node) -> Iterator[Refusal]:
    """A function declaration or expression."""
    start = first(node, "async")
    if start is not None and script.first_runtime:
        yield script.unsupported(start.start_byte, "async")
    star = first(node, "*")
    if star is not None and node.type == "generator_function":
        yield script.unsupported(star.start_byte, "generator")
    elif star is not None:
        yield script.unexpected(star.start_byte, "generator")
    name = node.child_by_field_name("name")
    if node.type == "function_declaration" and name is not None and script.text(name) in {"eval", "arguments"}:
        message = f'Identifier "{script.text(name)}" is forbidden in function declaration'
        yield Refusal(name.start_byte, message, "binding")
    yield from listed_parameters(script, node)


def listed_parameters(script: Script, node: Node) -> Iterator[Refusal]:
    """Parameters that are not plain names: destructured, with a default, repeated, or after the rest."""
    names: set[str] = set()
    for parameter in parameters(node):
        rest = parameter.type == "rest_pattern"
        inner = parts(parameter)[0] if rest else parameter
        if inner.type == "assignment_pattern":
            yield from _default(script, inner)
        elif inner.type in _PATTERNS:
            refuse = script.unexpected if rest else script.unsupported
            yield refuse(inner.start_byte, "destructuring")
        elif script.text(inner) in names:
            yield Refusal(inner.start_byte, "Duplicate parameter names", "parameters")
        names.add(script.text(inner))
        if rest:
            yield from _after_rest(script, parameter)


def _default(script: Script, parameter: Node) -> Iterator[Refusal]:
    left = part(parameter, "left")
    if left.type in _PATTERNS:
        yield script.unsupported(left.start_byte, "destructuring")
    else:
        yield script.unexpected(equals(parameter), "default-parameter")


def _after_rest(script: Script, rest: Node) -> Iterator[Refusal]:
    after = script.token(rest.end_byte)
    if after.text == ",":
        yield Refusal(after.start, "Rest parameter must be last formal parameter", "parameters")


def arrow(script: Script, node: Node) -> Iterator[Refusal]:
    """An arrow function: with other parameters than names njs reads an expression, and then meets ``=>``."""
    sign = first(node, "=>")
    assert sign is not None
    listed = parameters(node)
    names = [parameter for parameter in listed if parameter.type == "identifier"]
    plain = len(names) == sum(parameter.type != "rest_pattern" for parameter in listed)
    if first(node, "async") is not None and script.first_runtime:
        alone = node.child_by_field_name("parameter")
        yield script.unexpected(sign.start_byte if alone is None else alone.start_byte, "async")
    elif not plain or b"\n" in script.data[_end(node) : sign.start_byte]:
        yield script.unexpected(sign.start_byte, "destructuring" if not plain else "arrow-function")
    for assigned in (parameter for parameter in listed if parameter.type == "assignment_pattern"):
        yield from _assigned_pattern(assigned)
    for rest in (parameter for parameter in listed if parameter.type == "rest_pattern"):
        if not plain or first(rest, "identifier") is None:
            yield script.unexpected(rest.start_byte, "destructuring")
        yield from _after_rest(script, rest)
    yield from _repeated(script, node, listed)


def _assigned_pattern(parameter: Node) -> Iterator[Refusal]:
    """``([a] = [1]) =>``, an assignment like any other until the arrow comes."""
    if part(parameter, "left").type in _PATTERNS:
        yield Refusal(equals(parameter), "Invalid left-hand side in assignment", "destructuring", "ReferenceError")


def _end(node: Node) -> int:
    """Where the parameters of an arrow end."""
    around = node.child_by_field_name("parameter") or part(node, "parameters")
    return around.end_byte


def _repeated(script: Script, node: Node, listed: list[Node]) -> Iterator[Refusal]:
    names = [script.text(parameter).removeprefix("...").strip() for parameter in listed]
    if len(set(names)) < len(names):
        yield Refusal(_end(node) - 1, "Duplicate parameter names", "parameters")


def method(script: Script, node: Node) -> Iterator[Refusal]:
    """A method of an object literal."""
    name, star, start = part(node, "name"), first(node, "*"), first(node, "async")
    if star is not None:
        yield script.unexpected(star.start_byte if start is None else start.start_byte, "generator")
    elif start is not None and script.first_runtime:
        yield script.unexpected(name.start_byte, "async")
    yield from listed_parameters(script, node)
    count = len(parameters(node))
    if first(node, "get") is not None and count:
        yield script.at_next(node.end_byte, "Getter must not have any formal parameters", "accessor")
    if first(node, "set") is not None and count != 1:
        yield script.at_next(node.end_byte, "Setter must have exactly one formal parameter", "accessor")


RULES: Mapping[str, Rule] = {
    "arrow_function": arrow,
    "function_declaration": function,
    "function_expression": function,
    "generator_function": function,
    "generator_function_declaration": function,
    "method_definition": method,
}
