"""Statements and declarations that njs refuses."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from tree_sitter import Node

from edgeware.functions.njs.expressions import Rule, alien, bare
from edgeware.functions.njs.findings import Refusal
from edgeware.functions.njs.script import Script, first, part, parts

_PATTERNS = frozenset({"object_pattern", "array_pattern"})
_JUMPS = frozenset({"break_statement", "continue_statement"})
_DECLARATIONS = frozenset({"lexical_declaration", "function_declaration", "generator_function_declaration"})


def declaration(script: Script, node: Node) -> Iterator[Refusal]:
    """``const`` and ``let`` in 1.0, destructuring, constants without a value, names that strict code may not have."""
    kind = script.text(node.child(0))
    if script.first_runtime and kind != "var":
        yield script.unsupported(node.start_byte, kind)
    for declarator in parts(node):
        name = part(declarator, "name")
        if name.type in _PATTERNS:
            in_head = node.parent is not None and node.parent.type == "for_statement"
            yield script.unsupported(name.start_byte if in_head else name.start_byte + 1, "destructuring")
        else:
            yield from _bound(script, name)
        if kind == "const" and declarator.child_by_field_name("value") is None:
            yield _without_value(declarator)


def _bound(script: Script, name: Node) -> Iterator[Refusal]:
    if script.text(name) in {"eval", "arguments"}:
        message = f'Identifier "{script.text(name)}" is forbidden in var declaration'
        yield Refusal(name.start_byte, message, "binding")


def _without_value(declarator: Node) -> Refusal:
    message = "missing initializer in const declaration"
    return Refusal(declarator.start_byte, message, "const", located=False, late=True)


def for_in(script: Script, node: Node) -> Iterator[Refusal]:
    """``for…of``, ``for await``, and heads of ``for…in`` with other than one name."""
    kind, left = node.child_by_field_name("kind"), part(node, "left")
    sign, wait = part(node, "operator"), first(node, "await")
    if wait is not None:
        yield script.unsupported(wait.start_byte, "for-await")
    if kind is not None and script.first_runtime and script.text(kind) != "var":
        yield script.unsupported(kind.start_byte, script.text(kind))
    if kind is not None and left.type in _PATTERNS:
        yield script.unsupported(left.start_byte, "destructuring")
    elif kind is not None:
        yield from _bound(script, left)
    if script.text(sign) == "of":
        yield script.unsupported(sign.start_byte, "for-of")
    else:
        yield from _for_in_target(script, node, left)
    yield from bodies(script, node)


def _for_in_target(script: Script, node: Node, left: Node) -> Iterator[Refusal]:
    target, value = bare(left), node.child_by_field_name("value")
    if value is not None:
        yield script.at_next(value.end_byte, "Invalid left-hand side in for-loop", "for-in")
    elif node.child_by_field_name("kind") is None and _is_no_target(script, target):
        shown = script.token(left.start_byte).text
        message = f'Invalid left-hand side "{shown}" in for-in statement'
        yield script.at_next(left.end_byte, message, "for-in", "ReferenceError")


def _is_no_target(script: Script, target: Node) -> bool:
    assignable = target.type in {"identifier", "undefined", "member_expression", "subscript_expression"}
    return not assignable or script.text(target) in {"eval", "arguments"}


def catch(script: Script, node: Node) -> Iterator[Refusal]:
    """``catch`` without a name, or with a pattern in its place."""
    parameter = node.child_by_field_name("parameter")
    if parameter is None:
        yield script.unsupported(part(node, "body").start_byte, "optional-catch")
    elif parameter.type in _PATTERNS:
        yield script.unsupported(parameter.start_byte, "destructuring")


def tried(script: Script, node: Node) -> Iterator[Refusal]:
    """``try`` alone."""
    if node.child_by_field_name("handler") is None and node.child_by_field_name("finalizer") is None:
        yield script.at_next(node.end_byte, "Missing catch or finally after try", "try")


def second_word(feature: str, only_first_runtime: bool = False) -> Rule:
    """A rule for a statement whose second token is the one that is not supported."""

    def rule(script: Script, node: Node) -> Iterator[Refusal]:
        if script.first_runtime or not only_first_runtime:
            yield script.unsupported(node.child(0).end_byte, feature)

    return rule


def using(script: Script, node: Node) -> Iterator[Refusal]:
    """``using x``: two names side by side."""
    yield script.unexpected(node.child(0).end_byte, "using")


def switch(script: Script, node: Node) -> Iterator[Refusal]:
    """A second ``default``."""
    for clause in [child for child in node.named_children if child.type == "switch_default"][1:]:
        yield Refusal(clause.start_byte, "More than one default clause in switch statement", "switch")


def throw(script: Script, node: Node) -> Iterator[Refusal]:
    """``throw`` with its value on another line."""
    value = script.token(node.start_byte + len("throw"))
    if b"\n" in script.data[node.start_byte : value.start]:
        yield Refusal(value.start, "Illegal newline after throw", "throw")


def bodies(script: Script, node: Node) -> Iterator[Refusal]:
    """A declaration where only a statement may stand, as in ``if (a) let b``."""
    for field in ("consequence", "body"):
        body = node.child_by_field_name(field)
        if body is not None and body.type in _DECLARATIONS:
            yield _misplaced(script, body)
        elif body is not None and body.type in _JUMPS and body.child_by_field_name("label") is not None:
            yield from _after_jump(script, node, body)


def _after_jump(script: Script, node: Node, jump: Node) -> Iterator[Refusal]:
    """The engine forgets the semicolon behind ``break label``: it is a statement of its own, which ends ``node``."""
    semicolon, alternative = first(jump, ";"), node.child_by_field_name("alternative")
    if semicolon is not None and node.type == "do_statement":
        yield script.unexpected(semicolon.start_byte, "labelled-jump")
    elif semicolon is not None and alternative is not None:
        yield script.unexpected(alternative.start_byte, "labelled-jump")


def alternative(script: Script, node: Node) -> Iterator[Refusal]:
    """A declaration after ``else``."""
    for body in parts(node):
        if body.type in _DECLARATIONS:
            yield _misplaced(script, body)


def labelled(script: Script, node: Node) -> Iterator[Refusal]:
    """A declaration with a label."""
    body = part(node, "body")
    if body.type == "function_declaration" and first(body, "async") is None:
        message = "In strict mode code, functions can only be declared at top level or inside a block."
        yield Refusal(body.start_byte, message, "function-declaration", located=False)
    else:
        yield from bodies(script, node)


def _misplaced(script: Script, body: Node) -> Refusal:
    kind = script.text(body.child(0))
    if kind == "async":
        return script.unsupported(body.start_byte, "async")
    if body.type != "lexical_declaration":
        message = "Functions can only be declared at top level or inside a block"
        return Refusal(body.start_byte, message, "function-declaration")
    message = f"{kind} declaration cannot appear in a single-statement context"
    return script.at_next(body.child(0).end_byte, message, kind)


def expression_statement(script: Script, node: Node) -> Iterator[Refusal]:
    """What tree-sitter reads as an expression and JavaScript as a block or a declaration."""
    leftmost = node
    while leftmost.child_count and leftmost.type not in {"object", "function_expression"}:
        leftmost = leftmost.child(0)
    if leftmost.type not in {"object", "function_expression"}:
        return
    after, word = script.token(leftmost.end_byte), first(leftmost, "function")
    if word is not None and leftmost.child_by_field_name("name") is None:
        yield script.unexpected(word.end_byte, "function-declaration")
    elif leftmost.end_byte < node.end_byte and after.text != ";":  # {}.a or function f() {}.call()
        yield script.unexpected(after.start, "expression-statement")
    else:
        yield from _block(script, leftmost)


def _block(script: Script, braces: Node) -> Iterator[Refusal]:
    """An object where a block is read: its second colon, or the colon after a string, is one too many."""
    colons = [colon for pair in braces.named_children if (colon := first(pair, ":")) is not None]
    pairs = [pair for pair in braces.named_children if pair.type == "pair"]
    labelled = bool(pairs) and pairs[0].named_child(0).type == "property_identifier"
    for colon in colons[1 if labelled else 0 :][:1]:
        yield script.unexpected(colon.start_byte, "expression-statement")


def html_comment(script: Script, node: Node) -> Iterator[Refusal]:
    """``<!--`` and ``-->``."""
    arrow = script.text(node).startswith("--")
    yield script.unexpected(node.start_byte + (2 if arrow else 0), "html-comment")


RULES: Mapping[str, Rule] = {
    "catch_clause": catch,
    "debugger_statement": second_word("debugger", only_first_runtime=True),
    "do_statement": bodies,
    "else_clause": alternative,
    "expression_statement": expression_statement,
    "for_in_statement": for_in,
    "for_statement": bodies,
    "hash_bang_line": alien("hashbang"),
    "html_comment": html_comment,
    "if_statement": bodies,
    "labeled_statement": labelled,
    "lexical_declaration": declaration,
    "switch_body": switch,
    "throw_statement": throw,
    "try_statement": tried,
    "using_declaration": using,
    "variable_declaration": declaration,
    "while_statement": bodies,
    "with_statement": second_word("with"),
}
