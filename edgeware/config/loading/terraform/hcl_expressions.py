"""Expressions of Terraform's language: what is plain is computed, and the rest is not to be had.

Nothing is executed: files are read by `file` and `templatefile` and everything else is arithmetic on values.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from typing import Protocol

from edgeware.config.loading.cloudformation.scope import broken, joined
from edgeware.config.loading.terraform.hcl_functions import FUNCTIONS
from edgeware.config.loading.terraform.hcl_syntax import Node, unescaped
from edgeware.config.loading.terraform.hcl_templates import DIRECTIVE, heredoc, template
from edgeware.config.loading.terraform.hcl_values import (
    bounded,
    equal,
    missing,
    operated,
    pairs,
    possible,
    stepped,
    tried,
    uncomputed,
)
from edgeware.config.place import LinedList, LinedMapping
from edgeware.config.reading import Unresolved, is_list

Names = Mapping[str, object]
"""What `each`, `count`, and the variables of `for` and of dynamic blocks stand for."""


class Scope(Protocol):
    """A module, as expressions see it."""

    def named(self, steps: Sequence[object], names: Names) -> object:
        """What a reference stands for: `var.x.y` is ("var", "x", "y")."""
        ...

    def file(self, path: str) -> str | Unresolved:
        """What a file holds."""
        ...


def evaluated(node: Node, scope: Scope, names: Names) -> object:
    """What an expression stands for."""
    rule = _RULES.get(node.kind)
    return (
        uncomputed(f"this expression ({node.kind}) is not understood here.")
        if rule is None
        else rule(node, scope, names)
    )


# --- texts ----------------------------------------------------------------------------------------------------------


def _string(node: Node, scope: Scope, names: Names) -> object:
    parts = [_string_part(part, scope, names) for part in node.nodes]
    # A text that is nothing but one interpolation is the value itself.
    if len(parts) == 1 and node.nodes[0].nodes:
        return parts[0]
    return joined(parts)


def _string_part(node: Node, scope: Scope, names: Names) -> object:
    if not node.nodes:
        text = node.text
        return text[1:] if text.startswith(("$${", "%%{")) else unescaped(text)
    inner = node.nodes[0]
    if inner.kind != "interpolation":
        return DIRECTIVE
    return evaluated(inner.nodes[0], scope, names)


def _heredoc(node: Node, scope: Scope, names: Names) -> object:
    text = heredoc(node.text, trimmed=node.kind == "heredoc_template_trim")
    return template(text, partial(evaluated, scope=scope, names=names))


# --- literals and collections ---------------------------------------------------------------------------------------


def _literal(node: Node, scope: Scope, names: Names) -> object:
    return {"true": True, "false": False}.get(node.text)


def _integer(node: Node, scope: Scope, names: Names) -> object:
    return int(node.text) if len(node.text) < 20 else broken("the number is too long.")


def _tuple(node: Node, scope: Scope, names: Names) -> object:
    return bounded([evaluated(item, scope, names) for item in node.nodes])


def _object(node: Node, scope: Scope, names: Names) -> object:
    found: dict[str, object] = {}
    for element in node.nodes:
        key_node, value = element.nodes
        key = _key(key_node, scope, names)
        if isinstance(key, Unresolved):
            return key
        found[key] = evaluated(value, scope, names)
    return bounded(found)


def _key(node: Node, scope: Scope, names: Names) -> str | Unresolved:
    inner = node.nodes[0]
    if inner.kind == "keyword":
        return inner.text
    # A bare word is its own text; in parentheses it is an expression.
    if inner.kind == "expr_term" and inner.text != "(" and inner.nodes[0].kind == "identifier":
        return inner.nodes[0].text
    return joined([evaluated(inner, scope, names)])


# --- the same as JSON -----------------------------------------------------------------------------------------------


def _json_text(node: Node, scope: Scope, names: Names) -> object:
    return template(node.text, partial(evaluated, scope=scope, names=names))


def _json_object(node: Node, scope: Scope, names: Names) -> object:
    found = LinedMapping()
    for element in node.nodes:
        key_node, value = element.nodes
        key = joined([evaluated(key_node, scope, names)])
        if isinstance(key, Unresolved):
            return key
        found[key], found.lines[key] = evaluated(value, scope, names), element.line
    return bounded(found)


def _json_list(node: Node, scope: Scope, names: Names) -> object:
    found = LinedList()
    for index, item in enumerate(node.nodes):
        found.append(evaluated(item, scope, names))
        found.lines[index] = item.line
    return bounded(found)


# --- operations -----------------------------------------------------------------------------------------------------


def _binary(node: Node, scope: Scope, names: Names) -> object:
    left_node, term = node.nodes[:2]
    # A line end before the operator is part of its text.
    sign, right_node = term.nodes[0].text.split()[-1], term.nodes[1]
    left = evaluated(left_node, scope, names)
    if sign in ("&&", "||"):
        # What decides alone decides, whatever the other side is.
        if left is (sign == "||"):
            return left
        right = evaluated(right_node, scope, names)
        return right if right is (sign == "||") else missing(left, right) or right
    return operated(sign, left, evaluated(right_node, scope, names))


def _unary(node: Node, scope: Scope, names: Names) -> object:
    value = evaluated(node.nodes[0], scope, names)
    if isinstance(value, Unresolved):
        return value
    if node.text.strip() == "!":
        return not value if isinstance(value, bool) else broken("! needs true or false.")
    return -value if isinstance(value, int | float) else broken("- needs a number.")


def _conditional(node: Node, scope: Scope, names: Names) -> object:
    asked, yes, no = node.nodes
    condition = evaluated(asked, scope, names)
    if isinstance(condition, Unresolved):
        first, second = evaluated(yes, scope, names), evaluated(no, scope, names)
        return first if not isinstance(first, Unresolved) and equal(first, second) else condition
    return evaluated(yes if condition in (True, "true") else no, scope, names)


# --- references -----------------------------------------------------------------------------------------------------


def _term(node: Node, scope: Scope, names: Names) -> object:
    inner = node.nodes[0]
    if inner.kind == "identifier":
        return scope.named((inner.text,), names)
    return evaluated(inner, scope, names)


def _reference(node: Node, scope: Scope, names: Names) -> object:
    steps: list[object] = []
    while node.kind in _TRAVERSALS:
        base, way = node.nodes[:2]
        steps[:0] = _steps(way, scope, names)
        node = base.nodes[0] if base.kind == "expr_term" and base.text != "(" else base
    if node.kind == "identifier":
        return scope.named((node.text, *steps), names)
    return stepped(evaluated(node, scope, names), steps)


def _steps(way: Node, scope: Scope, names: Names) -> Iterator[object]:
    if way.kind == "get_attr":
        yield way.nodes[0].text
    elif way.kind == "short_index":
        yield int(way.parts[-1]) if isinstance(way.parts[-1], str) and len(way.parts[-1]) < 10 else "?"
    elif way.kind == "braces_index":
        yield evaluated(way.nodes[0], scope, names)
    else:
        yield "*"
        for inner in way.nodes:
            yield from _steps(inner, scope, names)


# --- calls and `for` ------------------------------------------------------------------------------------------------


def _call(node: Node, scope: Scope, names: Names) -> object:
    name = "::".join(part.text for part in node.nodes if part.kind == "identifier")
    listed = next((part for part in node.nodes if part.kind == "arguments"), None)
    arguments = [evaluated(one, scope, names) for one in (listed.nodes if listed else ())]
    if listed and "..." in listed.parts and arguments and is_list(arguments[-1]):
        arguments[-1:] = arguments[-1]
    if name == "try":
        return tried(arguments)
    if name == "can":
        return possible(arguments)
    if name == "join" and len(arguments) == 2 and is_list(arguments[1]) and isinstance(arguments[0], str):
        return joined(arguments[1], arguments[0])
    unknown = missing(*arguments)
    if unknown is not None:
        return unknown
    if name in ("file", "templatefile") and arguments:
        return _of_file(name, arguments, scope)
    function = FUNCTIONS.get(name)
    if function is None:
        return uncomputed(f"the function {name} is not computed here.", name)
    try:
        return bounded(function(*arguments))
    except ValueError:
        return uncomputed(f"{name}(...) cannot be computed from its arguments here.", name)
    except (ArithmeticError, AttributeError, LookupError, TypeError):
        return broken(f"{name}(...) cannot be computed from its arguments.")


def _of_file(name: str, arguments: Sequence[object], scope: Scope) -> object:
    text = scope.file(str(arguments[0]))
    if name == "file" or isinstance(text, Unresolved):
        return text
    given = arguments[1] if len(arguments) > 1 else {}
    inner = given if isinstance(given, Mapping) else {}
    return template(text, partial(evaluated, scope=scope, names=inner))


def _for(node: Node, scope: Scope, names: Names) -> object:
    intro, *results = node.nodes
    condition = results.pop() if results[-1].kind == "for_cond" else None
    *variables, source = intro.nodes
    values = evaluated(source, scope, names)
    if isinstance(values, Unresolved):
        return values
    found: list[tuple[object, object]] = []
    for key, value in pairs(values):
        inner = {**names, **dict(zip([one.text for one in variables], (key, value)[-len(variables) :], strict=True))}
        kept = True if condition is None else evaluated(condition.nodes[0], scope, inner)
        if isinstance(kept, Unresolved):
            return kept
        if kept:
            made = [evaluated(one, scope, inner) for one in results]
            found.append((made[0], made[-1]))
    if node.kind == "for_tuple_expr":
        return bounded([value for _, value in found])
    return missing(*(key for key, _ in found)) or bounded({str(key): value for key, value in found})


_TRAVERSALS = ("get_attr_expr_term", "index_expr_term", "attr_splat_expr_term", "full_splat_expr_term")
_RULES: Mapping[str, Callable[[Node, Scope, Names], object]] = {
    **dict.fromkeys(_TRAVERSALS, _reference),
    "binary_op": _binary,
    "conditional": _conditional,
    "expr_term": _term,
    "float_lit": lambda node, scope, names: float(node.text),
    "for_object_expr": _for,
    "for_tuple_expr": _for,
    "function_call": _call,
    "heredoc_template": _heredoc,
    "heredoc_template_trim": _heredoc,
    "int_lit": _integer,
    "json_list": _json_list,
    "json_object": _json_object,
    "json_text": _json_text,
    "literal_value": _literal,
    "object": _object,
    "string": _string,
    "tuple": _tuple,
    "unary_op": _unary,
}
