"""Names that are declared twice."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Literal

from tree_sitter import Node

from edgeware.functions.njs.callables import parameters
from edgeware.functions.njs.findings import Refusal
from edgeware.functions.njs.script import FUNCTIONS, Script, first, part, parts

Kind = Literal["lexical", "var", "function", "parameter"]

_BLOCKS = frozenset({"for_in_statement", "for_statement", "statement_block", "switch_body"})
_DECLARED_FUNCTIONS = frozenset({"function_declaration", "generator_function_declaration"})

LEFT = FUNCTIONS | _BLOCKS | {"catch_clause"}
"""The nodes to be told of on the way out."""
ENTERED = LEFT | {"import_clause", "lexical_declaration", "variable_declaration"}
"""The nodes to be told of on the way in."""


@dataclass(slots=True)
class Scope:
    """A function, or a block within one."""

    node: int
    function: bool
    body: int | None = None
    """The block that opens no scope of its own: a function's, or that of a catch clause."""
    names: dict[str, Kind] = field(default_factory=dict)


class Bindings:
    """The scopes that are open at one point of a walk through a source."""

    def __init__(self, script: Script) -> None:
        self._script = script
        self._scopes = [Scope(script.root.id, function=True)]
        self._functions = [0]
        # How deep the scopes are that hold a let or a const of a name: asking each of them would take too long where
        # blocks nest by the thousand.
        self._lexical: dict[str, list[int]] = {}
        self._declare: dict[str, Callable[[Node], Iterator[Refusal]]] = {
            "for_in_statement": self._loop_variable,
            "import_clause": self._import,
            "lexical_declaration": self._declarators,
            "variable_declaration": self._declarators,
        }

    def enter(self, node: Node) -> Iterator[Refusal]:
        """What is wrong with the names that a node declares."""
        kind = node.type
        if kind in _DECLARED_FUNCTIONS:
            yield from self._function(node)
        if kind in FUNCTIONS:
            self._open_function(node)
        elif kind == "catch_clause":
            self._open(node, [node.child_by_field_name("parameter")])
        elif kind in _BLOCKS and node.id != self._scopes[-1].body:
            self._open(node, [])
        if kind in self._declare:
            yield from self._declare[kind](node)

    def leave(self, node: Node) -> None:
        """Close the scope that a node opened."""
        if self._scopes[-1].node != node.id:
            return
        scope = self._scopes.pop()
        if scope.function:
            self._functions.pop()
        for name, kind in scope.names.items():
            if kind == "lexical":
                self._lexical[name].pop()

    def _open_function(self, node: Node) -> None:
        self._functions.append(len(self._scopes))
        self._open(node, [first(rest, "identifier") or rest for rest in parameters(node)])
        self._scopes[-1].function = True

    def _open(self, node: Node, named: list[Node | None]) -> None:
        body = node.child_by_field_name("body") if node.type in FUNCTIONS or node.type == "catch_clause" else None
        names: dict[str, Kind] = {
            self._script.text(name): "parameter" for name in named if name is not None and name.type == "identifier"
        }
        self._scopes.append(Scope(node.id, function=False, body=None if body is None else body.id, names=names))

    def _declarators(self, node: Node) -> Iterator[Refusal]:
        variable = node.type == "variable_declaration"
        for declarator in parts(node):
            yield from self._named(part(declarator, "name"), variable)

    def _loop_variable(self, node: Node) -> Iterator[Refusal]:
        kind = node.child_by_field_name("kind")
        if kind is not None:
            yield from self._named(part(node, "left"), self._script.text(kind) == "var")

    def _import(self, node: Node) -> Iterator[Refusal]:
        yield from self._named(parts(node)[0], variable=False)

    def _named(self, node: Node, variable: bool) -> Iterator[Refusal]:
        if node.type != "identifier":
            return
        name = self._script.text(node)
        if self._is_taken_by_block(name) if variable else name in self._scopes[-1].names:
            yield Refusal(node.start_byte, f'"{name}" has already been declared', "redeclaration")
        elif variable:
            for scope in (self._scopes[-1], self._scopes[self._functions[-1]]):
                scope.names.setdefault(name, "var")
        else:
            self._add_lexical(name)

    def _is_taken_by_block(self, name: str) -> bool:
        """Whether a var of this name would cross a let or a const on its way out to the function."""
        depths = self._lexical.get(name)
        here = self._scopes[-1]
        return bool(depths and depths[-1] >= self._functions[-1]) or (
            not here.function and here.names.get(name) == "function"
        )

    def _add_lexical(self, name: str) -> None:
        self._scopes[-1].names[name] = "lexical"
        self._lexical.setdefault(name, []).append(len(self._scopes) - 1)

    def _function(self, node: Node) -> Iterator[Refusal]:
        name = part(node, "name")
        scope, text = self._scopes[-1], self._script.text(name)
        known = scope.names.get(text)
        if known == "lexical" or (known is not None and not scope.function):
            yield self._script.at_next(name.end_byte, f'"{text}" has already been declared', "redeclaration")
        else:
            scope.names[text] = "function"
