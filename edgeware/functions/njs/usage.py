"""What a function does with its event that CloudFront refuses, as far as the source shows it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from tree_sitter import Node

from edgeware.config.model import EventType
from edgeware.core.function_headers import CLOUDFRONT_FUNCTION_READ_ONLY, is_disallowed
from edgeware.functions.njs.findings import Refusal, warning
from edgeware.functions.njs.script import Script, part, parts, visits

_MESSAGES: Mapping[str, EventType] = {"request": "viewer-request", "response": "viewer-response"}
_PLAIN = frozenset({"array", "false", "number", "string", "template_string", "true"})
_STORE_METHODS = frozenset({"count", "exists", "get", "meta"})
_CHAINED = frozenset({"catch", "finally", "then"})
_CONVERSIONS = frozenset(
    """
    Boolean JSON.parse JSON.stringify Number String console.log decodeURIComponent encodeURIComponent
    parseFloat parseInt
    """.split()
)
"""Functions that make nothing of a promise."""
_TEXTS = frozenset({"body", "querystring", "statusCode", "statusDescription", "uri", "value"})
_PASSED_ON = frozenset({"arguments", "array", "arrow_function", "await_expression", "pair", "return_statement"})


class Usage:
    """The headers that a source sets, the stores that it reads, and whether it has a handler."""

    def __init__(self, script: Script) -> None:
        self._script = script
        self._values: dict[str, list[Node]] = {}
        self._uses: dict[str, list[Node]] = {}
        for node, entering in visits(script.root):
            if entering and node.type == "variable_declarator":
                value = node.child_by_field_name("value")
                self._values.setdefault(script.text(part(node, "name")), []).extend([] if value is None else [value])
            elif entering and node.type == "identifier":
                self._uses.setdefault(script.text(node), []).append(node)

    def findings(self) -> Iterator[Refusal]:
        """All of it."""
        yield from self._handler()
        for node, entering in visits(self._script.root):
            if not entering:
                continue
            if node.type == "assignment_expression":
                yield from self._assigned(part(node, "left"), part(node, "right"))
            elif node.type == "unary_expression" and self._script.text(part(node, "operator")) == "delete":
                yield from self._deleted(part(node, "argument"))
            elif node.type == "object":
                yield from self._response(node)
            elif node.type == "call_expression":
                yield from self._call(node)
            elif node.type == "member_expression" and self._script.text(node) == "event.Records":
                what = "event.Records is what Lambda@Edge has: a CloudFront Function has event.request"
                yield warning(node.start_byte, what, "event")

    # --- the handler --------------------------------------------------------------------------------------------------

    def _handler(self) -> Iterator[Refusal]:
        for statement in self._script.root.named_children:
            if any(self._script.text(name) == "handler" for name in _named(statement)):
                return
        message = '"handler" is not defined: CloudFront calls a function of that name at top level'
        yield Refusal(0, message, "handler", "ReferenceError", located=False)

    # --- headers ------------------------------------------------------------------------------------------------------

    def _assigned(self, left: Node, right: Node) -> Iterator[Refusal]:
        if left.type == "member_expression" and self._script.text(part(left, "property")) == "value":
            yield from self._entry(part(left, "object"), None)
        yield from self._entry(left, right)

    def _deleted(self, argument: Node) -> Iterator[Refusal]:
        home, name = self._header(argument)
        if home is not None and name in CLOUDFRONT_FUNCTION_READ_ONLY[_MESSAGES[home]]:
            yield self._read_only(argument, home, name)

    def _entry(self, entry: Node, value: Node | None) -> Iterator[Refusal]:
        home, name = self._header(entry)
        if home is not None:
            yield from self._named(entry, home, name)
            if value is not None and value.type in _PLAIN:
                yield self._shapeless(value, home, name)

    def _header(self, entry: Node) -> tuple[str | None, str]:
        """``request`` or ``response``, and the header's name, of an expression such as ``request.headers['a']``."""
        if entry.type == "subscript_expression":
            key = part(entry, "index")
            name = self._script.text(key)[1:-1] if key.type == "string" else ""
        elif entry.type == "member_expression":
            name = self._script.text(part(entry, "property"))
        else:
            name = ""
        return (self._home(part(entry, "object")) if name else None), name

    def _home(self, node: Node) -> str | None:
        """Whose headers an expression stands for, or None where that is not certain."""
        node = self._meant(node)
        if node.type != "member_expression" or self._script.text(part(node, "property")) != "headers":
            return None
        owner = self._meant(part(node, "object"))
        name = self._script.text(part(owner, "property") if owner.type == "member_expression" else owner)
        return name if name in _MESSAGES else None

    def _meant(self, node: Node) -> Node:
        """The one value that a variable is declared with."""
        values = self._values.get(self._script.text(node), []) if node.type == "identifier" else []
        return values[0] if len(values) == 1 else node

    def _response(self, literal: Node) -> Iterator[Refusal]:
        """``{ statusCode: 302, headers: { ... } }``."""
        fields = {self._key(pair): part(pair, "value") for pair in literal.named_children if pair.type == "pair"}
        headers = fields.get("headers")
        if "statusCode" not in fields or headers is None or headers.type != "object":
            return
        for pair in headers.named_children:
            if pair.type == "pair" and part(pair, "key").type != "computed_property_name":
                name, value = self._key(pair), part(pair, "value")
                yield from self._named(pair, "response", name)
                if value.type in _PLAIN:
                    yield self._shapeless(value, "response", name)

    def _key(self, pair: Node) -> str:
        return self._script.text(part(pair, "key")).strip("'\"")

    def _named(self, node: Node, home: str, name: str) -> Iterator[Refusal]:
        shown = f"{home}.headers[{name!a}]"
        if is_disallowed(name.lower()):
            what = f"{shown} must not be set: CloudFront keeps this header to itself"
            yield Refusal(node.start_byte, what, "disallowed-header", "FunctionValidationError", located=False)
        elif name != name.lower():
            what = f"{shown} must have its name in lower case"
            yield Refusal(node.start_byte, what, "header-name", "FunctionValidationError", located=False)
        elif name in CLOUDFRONT_FUNCTION_READ_ONLY[_MESSAGES[home]]:
            yield self._read_only(node, home, name)

    def _read_only(self, node: Node, home: str, name: str) -> Refusal:
        what = f"{home}.headers[{name!a}] must stay as the event has it at {_MESSAGES[home]}"
        return Refusal(node.start_byte, what, "read-only-header", "FunctionValidationError", located=False)

    def _shapeless(self, value: Node, home: str, name: str) -> Refusal:
        what = f"{home}.headers[{name!a}] must be an object like {{value: 'text'}}"
        return Refusal(value.start_byte, what, "header-value", "FunctionValidationError", located=False)

    # --- key value stores ---------------------------------------------------------------------------------------------

    def _call(self, call: Node) -> Iterator[Refusal]:
        callee = part(call, "function")
        if callee.type != "member_expression" or self._script.text(part(callee, "property")) not in _STORE_METHODS:
            return
        if self._is_store(self._meant(part(callee, "object"))) and not self._is_awaited(call):
            what = f"{self._script.text(callee)}() gives a promise, which nothing awaits: write await before it"
            yield Refusal(call.start_byte, what, "await", "Error", located=False)

    def _is_store(self, value: Node) -> bool:
        if value.type != "call_expression":
            return False
        callee = part(value, "function")
        return callee.type == "member_expression" and self._script.text(part(callee, "property")) == "kvs"

    def _is_awaited(self, promise: Node) -> bool:
        parent = promise.parent
        while parent is not None and parent.type == "parenthesized_expression":
            promise, parent = parent, parent.parent
        assert parent is not None, "an expression stands in a statement"
        if parent.type == "member_expression":
            return self._script.text(part(parent, "property")) in _CHAINED
        if parent.type == "variable_declarator":
            name = part(parent, "name")
            others = [use for use in self._uses[self._script.text(name)] if use.id != name.id]
            return any(self._is_awaited(use) for use in others)
        if parent.type == "assignment_expression":
            left = part(parent, "left")
            return left.type != "member_expression" or self._script.text(part(left, "property")) not in _TEXTS
        if parent.type == "arguments" and parent.parent is not None and parent.parent.type == "call_expression":
            return self._script.text(part(parent.parent, "function")) not in _CONVERSIONS
        return parent.type in _PASSED_ON


def _named(statement: Node) -> Iterator[Node]:
    """The names that a statement at top level gives a value to."""
    if statement.type in {"function_declaration", "generator_function_declaration"}:
        yield part(statement, "name")
    elif statement.type in {"lexical_declaration", "variable_declaration"}:
        yield from (part(declarator, "name") for declarator in parts(statement))
    elif statement.type == "expression_statement":
        for expression in parts(statement):
            if expression.type == "assignment_expression":
                yield part(expression, "left")
