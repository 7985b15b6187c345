"""What stands in a template for more template: Fn::ForEach, and AWS::Include of a file beside it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from edgeware.config.loading.cloudformation.scope import Scope, broken, text_of
from edgeware.config.place import LinedList, LinedMapping, line_of
from edgeware.config.reading import Unresolved, is_list

MAX_COPIES = 1000

_LOOP = "Fn::ForEach::"
_INCLUDE = "Fn::Transform"


def expands(node: Mapping[str, object]) -> bool:
    """Whether a mapping holds something that stands for more."""
    return any(str(key).startswith(_LOOP) for key in node) or _INCLUDE in node


def expanded(scope: Scope, node: Mapping[str, object]) -> Mapping[str, object] | Unresolved:
    """The mapping with what stands for more put in its place."""
    return _expanded(scope, node, iter(range(MAX_COPIES)))


def _expanded(scope: Scope, node: Mapping[str, object], budget: Iterator[int]) -> Mapping[str, object] | Unresolved:
    """The same; every copy of a loop's body, in loops inside of loops too, takes one from the budget."""
    found = LinedMapping()
    for key, value in node.items():
        added: Mapping[str, object] | Unresolved = {key: value}
        if str(key).startswith(_LOOP):
            added = _loop(scope, value, budget)
        elif key == _INCLUDE:
            added = _include(scope, value)
        if isinstance(added, Unresolved):
            return added
        _merge(found, added, line_of(node, key))
    return found


def _merge(found: LinedMapping, added: Mapping[str, object], line: int | None) -> None:
    for name, inner in added.items():
        found[name] = inner
        found.lines[name] = line_of(added, name) or line or 0


def _include(scope: Scope, argument: object) -> Mapping[str, object] | Unresolved:
    parameters = argument.get("Parameters") if isinstance(argument, Mapping) else None
    if (
        not isinstance(parameters, Mapping)
        or not isinstance(argument, Mapping)
        or argument.get("Name") != "AWS::Include"
    ):
        return broken("a transform that only CloudFormation runs stands here (Fn::Transform).")
    location = text_of(scope.value(parameters.get("Location")))
    return location if isinstance(location, Unresolved) else scope.included(location)


def _loop(scope: Scope, argument: object, budget: Iterator[int]) -> Mapping[str, object] | Unresolved:
    """Fn::ForEach::Name: [identifier, [values], {OutputKey: body}]."""
    if not is_list(argument) or len(argument) != 3 or not isinstance(argument[2], Mapping):
        return broken("Fn::ForEach takes [identifier, [values], {key: body}].")
    values = scope.value(argument[1])
    if isinstance(values, Unresolved):
        return values
    if not is_list(values) or not isinstance(argument[0], str):
        return broken("Fn::ForEach takes [identifier, [values], {key: body}].")
    found = LinedMapping()
    for value in values:
        text = text_of(value)
        if isinstance(text, Unresolved):
            return text
        if next(budget, None) is None:
            return broken(f"Fn::ForEach makes more than {MAX_COPIES} copies.")
        copy = LinedMapping()
        for key, body, line in _copies(argument[2], argument[0], text):
            copy[key], copy.lines[key] = body, line
        inner = _expanded(scope, copy, budget)
        if isinstance(inner, Unresolved):
            return inner
        _merge(found, inner, None)
    return found


def _copies(body: Mapping[str, object], name: str, value: str) -> Iterator[tuple[str, object, int]]:
    for key, inner in body.items():
        yield _filled(str(key), name, value), _copy(inner, name, value), line_of(body, key) or 0


def _copy(node: object, name: str, value: str) -> object:
    """The body with the loop's value in the place of `${Name}`, `&{Name}` and `!Ref Name`."""
    if isinstance(node, str):
        return _filled(node, name, value)
    if isinstance(node, Mapping):
        if node == {"Ref": name}:
            return value
        found = LinedMapping()
        for key, inner, line in _copies(node, name, value):
            found[key], found.lines[key] = inner, line
        return found
    if is_list(node):
        copied = LinedList()
        for index, inner in enumerate(node):
            copied.lines[index] = line_of(node, index) or 0
            copied.append(_copy(inner, name, value))
        return copied
    return node


def _filled(text: str, name: str, value: str) -> str:
    bare = "".join(character for character in value if character.isalnum())
    return text.replace(f"${{{name}}}", value).replace(f"&{{{name}}}", bare)
