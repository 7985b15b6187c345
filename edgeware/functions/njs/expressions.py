"""Expressions that njs refuses."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from tree_sitter import Node

from edgeware.functions.njs.findings import Refusal, warning
from edgeware.functions.njs.script import Script, first, part, parts

Rule = Callable[[Script, Node], Iterator[Refusal]]

_ASSIGNABLE = frozenset({"identifier", "undefined", "member_expression", "subscript_expression"})
_LOGICAL = frozenset({"&&", "||", "??"})
_FORBIDDEN = frozenset({"eval", "arguments"})


def operator(script: Script, node: Node) -> str:
    """The operator of a unary, binary or update expression."""
    return script.text(part(node, "operator"))


def equals(node: Node) -> int:
    """Where the sign of an assignment or a default value stands."""
    sign = node.child_by_field_name("operator") or first(node, "=")
    assert sign is not None
    return sign.start_byte


def bare(node: Node) -> Node:
    """What stands in any parentheses."""
    while node.type == "parenthesized_expression":
        node = parts(node)[0]
    return node


def keyword(feature: str) -> Rule:
    """A rule for what njs does not know from its first token on."""

    def rule(script: Script, node: Node) -> Iterator[Refusal]:
        word = first(node, feature) or node  # a class may have decorators before it
        yield script.unsupported(word.start_byte, feature)

    return rule


def alien(feature: str) -> Rule:
    """A rule for what begins with a token that can begin nothing in njs."""

    def rule(script: Script, node: Node) -> Iterator[Refusal]:
        yield script.unexpected(node.start_byte, feature)

    return rule


def binary(script: Script, node: Node) -> Iterator[Refusal]:
    """``-a ** b``, and ``??`` beside ``||`` or ``&&``: wrong in any JavaScript."""
    sign, left, right = operator(script, node), part(node, "left"), part(node, "right")
    yield from _assigned(right)
    if sign == "**" and left.type == "unary_expression":
        message = "Either left-hand side or entire exponentiation must be parenthesized"
        yield Refusal(equals(node), message, "exponentiation")
    for side in (left, right) if sign in _LOGICAL else ():
        inner = operator(script, side) if side.type == "binary_expression" else sign
        if inner in _LOGICAL and "??" in {sign, inner} and sign != inner:
            yield script.unexpected(max(equals(node), equals(side)), "nullish-coalescing")


def assignment(script: Script, node: Node) -> Iterator[Refusal]:
    """Destructuring, logical assignment, and targets that nothing can be assigned to."""
    start, target = equals(node), bare(part(node, "left"))
    if script.token(start).text in _LOGICAL:  # the sign goes on, the token does not
        yield script.unexpected(start + 2, "logical-assignment")
    if target.type in {"object_pattern", "array_pattern"}:
        yield _invalid_target(start, "assignment", "destructuring")
    elif target.type not in _ASSIGNABLE:
        yield _invalid_target(start, "assignment", "assignment")
    elif script.text(target) in _FORBIDDEN:
        message = f'Identifier "{script.text(target)}" is forbidden as left-hand in assignment'
        yield Refusal(start, message, "assignment")


def _assigned(operand: Node) -> Iterator[Refusal]:
    """``a + b = c``, which tree-sitter reads as ``a + (b = c)``."""
    if operand.type in {"assignment_expression", "augmented_assignment_expression"}:
        yield _invalid_target(equals(operand), "assignment", "assignment")


def _invalid_target(offset: int, what: str, feature: str) -> Refusal:
    return Refusal(offset, f"Invalid left-hand side in {what}", feature, "ReferenceError")


def update(script: Script, node: Node) -> Iterator[Refusal]:
    """``++`` and ``--`` on what is no variable and no property."""
    target, sign = bare(part(node, "argument")), equals(node)
    if target.type not in _ASSIGNABLE or script.text(target) in _FORBIDDEN:
        prefix = sign == node.start_byte
        offset = script.token(node.end_byte).start if prefix else sign
        yield _invalid_target(offset, "prefix operation" if prefix else "postfix operation", "update")


def unary(script: Script, node: Node) -> Iterator[Refusal]:
    """``delete x``: code is always strict."""
    yield from _assigned(part(node, "argument"))
    if operator(script, node) == "delete" and bare(part(node, "argument")).type == "identifier":
        yield script.at_next(node.end_byte, "Delete of an unqualified identifier", "delete")


def optional_chain(script: Script, node: Node) -> Iterator[Refusal]:
    """``a?.b``: njs reads a conditional whose ``:`` does not come."""
    mark = first(node, "optional_chain")
    if mark is None:
        return
    name = node.child_by_field_name("property")
    if name is None or name.type == "private_property_identifier":
        yield script.unexpected(mark.end_byte, "optional-chaining")
        return
    after = script.token(name.end_byte)
    if after.text != "?":  # else another link, or a conditional: each has its own refusal
        yield script.unexpected(after.start, "optional-chaining")


def conditional(script: Script, node: Node) -> Iterator[Refusal]:
    """``a?.b ? c : d``: a conditional in a conditional whose ``:`` does not come."""
    last = part(node, "condition")
    while last.child_count:
        if last.type == "member_expression" and first(last, "optional_chain") is not None:
            yield script.unexpected(node.end_byte, "optional-chaining")
            return
        last = last.child(last.child_count - 1)


def call(script: Script, node: Node) -> Iterator[Refusal]:
    """An optional call, and ``import()``."""
    yield from optional_chain(script, node)
    callee = part(node, "function")
    if callee.type == "import":
        yield _import_expression(script, callee, node)


def meta_property(script: Script, node: Node) -> Iterator[Refusal]:
    """``new.target`` and ``import.meta``."""
    keyword = node.child(0)
    if keyword.type == "import":
        yield _import_expression(script, keyword, node)
    else:
        yield script.unexpected(keyword.end_byte, "new-target")


def _import_expression(script: Script, keyword: Node, whole: Node) -> Refusal:
    feature = "import-meta" if whole.type == "meta_property" else "dynamic-import"
    if not script.first_runtime:
        return script.unexpected(keyword.end_byte, feature)
    if _begins_statement(script, keyword):  # the engine of 1.0 takes it for an import statement
        return script.at_next(keyword.end_byte, "Non-default import is not supported", feature)
    return script.unsupported(keyword.start_byte, feature)


def _begins_statement(script: Script, node: Node) -> bool:
    before = script.data[max(0, node.start_byte - 200) : node.start_byte].rstrip()
    return not before or before.endswith((b";", b"{", b"}"))


def commas(script: Script, node: Node) -> Iterator[Refusal]:
    """A comma with nothing before it in a call or an object literal."""
    before = ""
    for child in node.children:
        if child.type == "," and before in {"(", "{", ","}:
            yield script.unexpected(child.start_byte, "comma")
            return
        before = before if child.is_extra else child.type


def array(script: Script, node: Node) -> Iterator[Refusal]:
    """A spread in an array literal."""
    for spread in node.named_children:
        if spread.type in {"spread_element", "rest_pattern"}:
            # The engine of 1.0 reads a spread, but only at the end.
            comma = script.first_runtime and script.token(spread.end_byte).text == ","
            yield script.unexpected(spread.end_byte if comma else spread.start_byte, "spread")


def arguments(script: Script, node: Node) -> Iterator[Refusal]:
    """A spread in a call; the engine of 1.0 reads it and passes something else."""
    yield from commas(script, node)
    for spread in node.named_children:
        if spread.type == "spread_element" and script.first_runtime:
            message = "a spread in a call passes undefined in this runtime; use apply()"
            yield warning(spread.start_byte, message, "spread")
        elif spread.type == "spread_element":
            yield script.unexpected(spread.start_byte, "spread")


def object_literal(script: Script, node: Node) -> Iterator[Refusal]:
    """A spread, a default value or a second ``__proto__`` in an object literal or pattern."""
    yield from commas(script, node)
    prototypes = 0
    for member in node.named_children:
        if member.type in {"spread_element", "rest_pattern"}:
            yield script.unsupported(member.start_byte, "spread")
        elif member.type == "object_assignment_pattern":
            yield script.unsupported(equals(member), "destructuring")
        elif member.type == "pair" and _is_prototype(script, member):
            prototypes += 1
            if prototypes == 2:
                yield _second_prototype(member)


def _is_prototype(script: Script, pair: Node) -> bool:
    return script.text(part(pair, "key")) in {"__proto__", "'__proto__'", '"__proto__"'}


def _second_prototype(pair: Node) -> Refusal:
    message = "Duplicate __proto__ fields are not allowed in object literals"
    return Refusal(part(pair, "value").start_byte, message, "proto")


def yielded(script: Script, node: Node) -> Iterator[Refusal]:
    """``yield`` is a name to njs, so the next token is one too many."""
    yield script.unexpected(node.child(0).end_byte, "generator")


RULES: Mapping[str, Rule] = {
    "arguments": arguments,
    "array": array,
    "array_pattern": array,
    "assignment_expression": assignment,
    "augmented_assignment_expression": assignment,
    "binary_expression": binary,
    "call_expression": call,
    "class": keyword("class"),
    "class_declaration": keyword("class"),
    "jsx_element": alien("jsx"),
    "jsx_self_closing_element": alien("jsx"),
    "member_expression": optional_chain,
    "meta_property": meta_property,
    "object": object_literal,
    "object_pattern": object_literal,
    "private_property_identifier": alien("private-name"),
    "decorator": alien("decorator"),
    "subscript_expression": optional_chain,
    "super": keyword("class"),
    "ternary_expression": conditional,
    "unary_expression": unary,
    "update_expression": update,
    "yield_expression": yielded,
}
