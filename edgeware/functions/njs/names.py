"""Names that no runtime of production knows: globals, and members of built-in objects."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from tree_sitter import Node

from edgeware.functions.njs.findings import Refusal, Runtime, warning
from edgeware.functions.njs.script import Script, part, visits

_BOTH = frozenset(
    """
    Array ArrayBuffer Boolean Date Error EvalError Float32Array Float64Array Function Infinity Int16Array Int32Array
    Int8Array InternalError JSON Math MemoryError NaN Number Object Promise RangeError ReferenceError RegExp String
    Symbol SyntaxError TextDecoder TextEncoder TypeError URIError Uint16Array Uint32Array Uint8Array Uint8ClampedArray
    arguments console decodeURI decodeURIComponent encodeURI encodeURIComponent eval globalThis isFinite isNaN
    parseFloat parseInt require undefined
    """.split()
)
GLOBALS: Mapping[Runtime, frozenset[str]] = {
    "cloudfront-js-1.0": _BOTH,
    "cloudfront-js-2.0": _BOTH | frozenset("AggregateError Buffer DataView atob btoa".split()),
}
"""What code finds without declaring it."""

_OF_ALL = "apply bind call constructor hasOwnProperty isPrototypeOf length name prototype toString valueOf"
MEMBERS: Mapping[str, frozenset[str]] = {
    owner: frozenset(f"{_OF_ALL} {names}".split())
    for owner, names in {
        "Array": "from isArray of",
        "JSON": "parse stringify",
        "Math": """
            E LN10 LN2 LOG10E LOG2E PI SQRT1_2 SQRT2 abs acos acosh asin asinh atan atan2 atanh cbrt ceil clz32 cos cosh
            exp expm1 floor fround hypot imul log log10 log1p log2 max min pow random round sign sin sinh sqrt tan tanh
            trunc
            """,
        "Number": """
            EPSILON MAX_SAFE_INTEGER MAX_VALUE MIN_SAFE_INTEGER MIN_VALUE NEGATIVE_INFINITY NaN POSITIVE_INFINITY
            isFinite isInteger isNaN isSafeInteger parseFloat parseInt
            """,
        "Object": """
            assign create defineProperties defineProperty entries freeze getOwnPropertyDescriptor
            getOwnPropertyDescriptors getOwnPropertyNames getOwnPropertySymbols getPrototypeOf is isExtensible isFrozen
            isSealed keys preventExtensions seal setPrototypeOf values
            """,
        "Promise": "all allSettled any race reject resolve",
        "String": "bytesFrom fromCharCode fromCodePoint",
    }.items()
}
"""What the built-in objects have. ``Array.from`` and ``String.bytesFrom`` are looked at elsewhere."""
_NOT_IN_FIRST = frozenset({("Array", "from"), *(("Promise", name) for name in ("all", "allSettled", "any", "race"))})
_NOT_IN_SECOND = frozenset({("String", "bytesFrom")})

MODULE_MEMBERS: Mapping[str, frozenset[str]] = {
    path: frozenset(names.split())
    for path, names in {
        "cloudfront": """
            createRequestOriginGroup cwt distributionTenant edgeLocation kvs logCustomData mtls selectRequestOriginById
            updateRequestOrigin
            """,
        "cloudfront.cwt": "generateToken validateToken",
        "cloudfront.kvs()": "count exists get meta",
        "cloudfront.mtls": "combinePemHeaders renameClientCertHeaders renamePemHeaders",
        "crypto": "createHash createHmac",
        "querystring": "decode encode escape parse stringify unescape",
    }.items()
}
"""What the modules have, and what their functions give."""

_METHODS = frozenset(
    """
    at findLast findLastIndex flat flatMap isWellFormed localeCompare matchAll normalize toLocaleLowerCase
    toLocaleUpperCase toWellFormed trimLeft trimRight
    """.split()
)
_METHODS_OF_SECOND = frozenset({"replaceAll", "toReversed", "toSorted", "toSpliced"})
_LITERALS = frozenset({"array", "string", "template_string"})
_BINDINGS: Mapping[str, tuple[str, ...]] = {
    "arrow_function": ("parameter",),
    "catch_clause": ("parameter",),
    "for_in_statement": ("left",),
    "function_declaration": ("name",),
    "function_expression": ("name",),
    "variable_declarator": ("name",),
}
_DEEPEST = 8
"""How many steps an expression may be away from a module."""
_LISTS = frozenset({"formal_parameters", "import_clause", "rest_pattern"})


class Names:
    """What a source declares and asks for, once, wherever: a name that is declared anywhere is not looked into."""

    def __init__(self, script: Script) -> None:
        self._script = script
        self.declared: set[str] = set()
        self._asked: set[str] = set()
        self._members: set[str] = set()
        self._values: dict[str, list[Node | str]] = {}
        """What names stand for: a module's name, or what they are declared with."""
        self._tried = 0
        for node, entering in visits(script.root):
            if entering:
                self._note(node)

    def _note(self, node: Node) -> None:
        text = self._script.text
        for field in _BINDINGS.get(node.type, ()):
            name = node.child_by_field_name(field)
            if name is not None:
                self.declared.add(text(name))
        if node.type == "variable_declarator" and node.child_by_field_name("value") is not None:
            self._values.setdefault(text(part(node, "name")), []).append(part(node, "value"))
        if node.type == "import_clause" and node.parent is not None:
            module = text(part(node.parent, "source"))[1:-1]
            self._values.update((text(child), [module]) for child in node.named_children)
        if node.type in _LISTS:
            self.declared.update(text(child) for child in node.named_children if child.type == "identifier")
        elif node.type == "unary_expression" and text(part(node, "operator")) == "typeof":
            self._asked.add(text(part(node, "argument")))
        elif node.type in {"pair", "method_definition"}:
            self._members.add(text(node.named_children[0]))
        elif node.type == "assignment_expression" and part(node, "left").type == "member_expression":
            self._members.update((text(part(node, "left")), text(part(part(node, "left"), "property"))))
        elif node.type == "member_expression" and not _is_called(node):
            self._asked.add(text(node))

    def findings(self) -> Iterator[Refusal]:
        """The names and members that are not there, in the source's order."""
        for node, entering in visits(self._script.root):
            if node.type == "try_statement":
                self._tried += 1 if entering else -1
            elif entering and node.type == "identifier":
                yield from self._identifier(node)
            elif entering and node.type == "member_expression":
                yield from self._static(node)
                yield from self._of_module(node)
                yield from self._method(node)

    def _is_known(self, name: str) -> bool:
        return name in self.declared or name in self._asked or name in GLOBALS[self._script.runtime]

    def _identifier(self, node: Node) -> Iterator[Refusal]:
        name = self._script.text(node)
        if name in {"eval", "Function"} and name not in self.declared and _is_called(node):
            yield self._refusal(node, f"{name} is not allowed: code is not made of text", "InternalError", "restricted")
        elif not self._is_known(name):
            yield self._refusal(node, f'"{name}" is not defined', "ReferenceError", "unknown-global")

    def _static(self, node: Node) -> Iterator[Refusal]:
        owner, name = part(node, "object"), self._script.text(part(node, "property"))
        of = self._script.text(owner)
        if of not in MEMBERS or of in self.declared or not _is_called(node) or self._script.text(node) in self._members:
            return
        missing = _NOT_IN_FIRST if self._script.first_runtime else _NOT_IN_SECOND
        if name not in MEMBERS[of] or (of, name) in missing:
            message = f'(intermediate value)["{name}"] is not a function'
            certain = self._script.text(node) not in self._asked
            yield self._refusal(node, message, "TypeError", "unknown-member", certain=certain)

    def _of_module(self, node: Node) -> Iterator[Refusal]:
        members = MODULE_MEMBERS.get(self._path(part(node, "object"), 0))
        name, written = self._script.text(part(node, "property")), self._script.text(node)
        if members is not None and name not in members and _is_called(node) and written not in self._members:
            message = f'(intermediate value)["{name}"] is not a function'
            certain = written not in self._asked
            yield self._refusal(node, message, "TypeError", "unknown-member", certain=certain)

    def _path(self, node: Node, depth: int) -> str:
        """What an expression is of a module, such as ``cloudfront.kvs()``; nonsense where it is not of one."""
        text = self._script.text
        if depth > _DEEPEST:
            return ""
        if node.type == "identifier":
            values = self._values.get(text(node), [])
            value = values[0] if len(values) == 1 else ""
            return value if isinstance(value, str) else self._path(value, depth + 1)
        if node.type == "member_expression":
            return f"{self._path(part(node, 'object'), depth + 1)}.{text(part(node, 'property'))}"
        if node.type != "call_expression":
            return ""
        callee, given = part(node, "function"), part(node, "arguments")
        return text(given)[2:-2] if text(callee) == "require" else f"{self._path(callee, depth + 1)}()"

    def _method(self, node: Node) -> Iterator[Refusal]:
        name, owner = self._script.text(part(node, "property")), part(node, "object")
        missing = _METHODS | (_METHODS_OF_SECOND if self._script.first_runtime else frozenset())
        if name in missing and name not in self._members and _is_called(node):
            what = f"no {'array' if owner.type == 'array' else 'string or array'} has {name}() in this runtime"
            yield self._refusal(node, what, "TypeError", "unknown-member", certain=owner.type in _LITERALS)

    def _refusal(self, node: Node, message: str, name: str, feature: str, *, certain: bool = True) -> Refusal:
        """An error, or a warning where the code may be ready for it: it asks first, or catches."""
        if certain and not self._tried:
            return Refusal(node.start_byte, message, feature, name, located=False)
        return warning(node.start_byte, message, feature, name)


def _is_called(node: Node) -> bool:
    parent = node.parent
    if parent is None or parent.type not in {"call_expression", "new_expression"}:
        return False
    callee = parent.child_by_field_name("function") or parent.child_by_field_name("constructor")
    return callee is not None and callee.id == node.id
