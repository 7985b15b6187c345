"""The intrinsic functions of CloudFormation, by their long names, and what any node of a template stands for."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from edgeware.config.loading.cloudformation import conditions, strings
from edgeware.config.loading.cloudformation.expansion import expanded, expands
from edgeware.config.loading.cloudformation.scope import (
    NO_VALUE,
    Scope,
    broken,
    given,
    joined,
    not_given,
    text_of,
)
from edgeware.config.place import LinedList, LinedMapping, line_of, shown
from edgeware.config.reading import Unresolved, is_list

_DYNAMIC = re.compile(r"\{\{resolve:([a-z-]+):([^{}]*)\}\}")


def evaluated(scope: Scope, node: object) -> object:
    """What a node stands for. Keeps lines; what cannot be computed comes out as an Unresolved, wherever it stands."""
    if isinstance(node, Mapping):
        if expands(node):
            more = expanded(scope, node)
            return more if isinstance(more, Unresolved) else _mapping(scope, more)
        if len(node) == 1:
            ((name, argument),) = node.items()
            function = FUNCTIONS.get(str(name))
            if function is not None:
                return _resolved(scope, function(scope, argument))
            if str(name).startswith("Fn::"):
                return broken(f"the intrinsic function {shown(str(name))} is not known here.")
        return _mapping(scope, node)
    if is_list(node):
        return _list(scope, node)
    return _resolved(scope, node)


def _mapping(scope: Scope, node: Mapping[str, object]) -> LinedMapping:
    found = LinedMapping()
    for key, inner in node.items():
        value = evaluated(scope, inner)
        if value is not NO_VALUE:
            found[str(key)] = value
            _keep_line(found, str(key), line_of(node, key))
    return found


def _list(scope: Scope, node: object) -> LinedList:
    found = LinedList()
    for index, inner in enumerate(node if is_list(node) else ()):
        value = evaluated(scope, inner)
        if value is not NO_VALUE:
            _keep_line(found, len(found), line_of(node, index))
            found.append(value)
    return found


def _keep_line(found: LinedMapping | LinedList, key: str | int, line: int | None) -> None:
    if line is not None:
        found.lines[key] = line


# --- dynamic references ---------------------------------------------------------------------------------------------


def _resolved(scope: Scope, value: object) -> object:
    """A text with its `{{resolve:...}}` filled in."""
    if not isinstance(value, str) or "{{resolve:" not in value:
        return value
    parts: list[object] = []
    position = 0
    for match in _DYNAMIC.finditer(value):
        parts += [value[position : match.start()], _dynamic(scope, match.group(1), match.group(2))]
        position = match.end()
    return joined([*parts, value[position:]])


def _dynamic(scope: Scope, service: str, path: str) -> object:
    # A parameter's version, and all behind a secret's name, follow a colon.
    name = path.partition(":")[0] if service.startswith("ssm") else path
    found: object = given(scope.outputs, f"{service}:{path}", path, name)
    if found is None and service.startswith("ssm"):
        found = scope.ssm_parameter(name)
    return not_given(f"the {service} value", name) if found is None else found


# --- references -----------------------------------------------------------------------------------------------------


def _ref(scope: Scope, argument: object) -> object:
    return scope.ref(argument) if isinstance(argument, str) else broken("Ref takes a name.")


def _attribute(scope: Scope, argument: object) -> object:
    """`Fn::GetAtt`, of "Id.Attribute" or of [Id, attribute, ...]."""
    if isinstance(argument, str):
        before, dot, after = argument.partition(".")
        return scope.attribute(before, after) if dot else broken(f"Fn::GetAtt {shown(argument)} names no attribute.")
    if not is_list(argument) or len(argument) < 2:
        return broken("Fn::GetAtt takes [logical id, attribute].")
    words = [text_of(scope.value(word)) for word in argument]
    logical_id, name = words[0], joined(words[1:], ".")
    if isinstance(logical_id, Unresolved):
        return logical_id
    return name if isinstance(name, Unresolved) else scope.attribute(logical_id, name)


def _find_in_map(scope: Scope, argument: object) -> object:
    if not is_list(argument) or not 3 <= len(argument) <= 4:
        return broken("Fn::FindInMap takes [map, key, second key].")
    keys = [text_of(scope.value(item)) for item in argument[:3]]
    unknown = next((key for key in keys if isinstance(key, Unresolved)), None)
    first, second, third = (key.stand_in if isinstance(key, Unresolved) else key for key in keys)
    found = scope.in_map(first, second, third) if unknown is None else None
    if found is not None:
        return found
    options = argument[3] if len(argument) == 4 else None
    if isinstance(options, Mapping) and "DefaultValue" in options:
        return scope.value(options["DefaultValue"])
    return unknown or broken(f"Fn::FindInMap finds nothing at {shown(f'{first}/{second}/{third}')}.")


def _import(scope: Scope, argument: object) -> object:
    name = text_of(scope.value(argument))
    if isinstance(name, Unresolved):
        return name
    found: object = given(scope.outputs, name)
    found = scope.exported(name) if found is None else found
    return not_given("the export", name) if found is None else found


def _stack_output(scope: Scope, argument: object) -> object:
    """`Fn::GetStackOutput`: an output of another stack, exported or not."""
    values = scope.value(argument)
    if not isinstance(values, Mapping):
        return broken("Fn::GetStackOutput takes {StackName, OutputName}.")
    stack, output = text_of(values.get("StackName")), text_of(values.get("OutputName"))
    if isinstance(stack, Unresolved):
        return stack
    if isinstance(output, Unresolved):
        return output
    found: object = given(scope.outputs, f"{stack}.{output}", output)
    found = scope.output(stack, output) if found is None else found
    return not_given("the stack output", f"{stack}.{output}") if found is None else found


FUNCTIONS: Mapping[str, Callable[[Scope, object], object]] = {
    "Ref": _ref,
    "Fn::GetAtt": _attribute,
    "Fn::Sub": strings.sub,
    "Fn::Join": strings.join,
    "Fn::Split": strings.split,
    "Fn::Select": strings.select,
    "Fn::If": conditions.choose,
    "Fn::FindInMap": _find_in_map,
    "Fn::ImportValue": _import,
    "Fn::GetStackOutput": _stack_output,
    "Fn::Base64": strings.encoded,
    "Fn::Cidr": strings.cidr,
    "Fn::GetAZs": strings.zones,
    "Fn::Length": strings.length,
    "Fn::ToJsonString": strings.to_json,
}
