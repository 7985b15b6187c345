"""Intrinsic functions that make texts and lists out of others."""

from __future__ import annotations

import base64
import ipaddress
import json
import re
from collections.abc import Mapping
from dataclasses import replace

from edgeware.config.loading.cloudformation.scope import (
    MAX_TEXT,
    NO_VALUE,
    Scope,
    broken,
    joined,
    stand_in,
    text_of,
)
from edgeware.config.reading import Unresolved, is_list

MAX_BLOCKS = 256

_VARIABLE = re.compile(r"\$\{([^}]*)\}")


def join(scope: Scope, argument: object) -> object:
    """Fn::Join."""
    if not is_list(argument) or len(argument) != 2:
        return broken("Fn::Join takes [delimiter, [values]].")
    delimiter, values = text_of(scope.value(argument[0])), scope.value(argument[1])
    if isinstance(values, Unresolved):
        return values
    if not is_list(values) or isinstance(delimiter, Unresolved):
        return broken("Fn::Join takes [delimiter, [values]].")
    return joined(values, delimiter)


def split(scope: Scope, argument: object) -> object:
    """Fn::Split."""
    if not is_list(argument) or len(argument) != 2:
        return broken("Fn::Split takes [delimiter, text].")
    delimiter, text = text_of(scope.value(argument[0])), text_of(scope.value(argument[1]))
    if isinstance(text, Unresolved):
        return text
    if isinstance(delimiter, Unresolved) or not delimiter:
        return broken("Fn::Split takes [delimiter, text], and the delimiter is not empty.")
    return text.split(delimiter)


def select(scope: Scope, argument: object) -> object:
    """Fn::Select."""
    if not is_list(argument) or len(argument) != 2:
        return broken("Fn::Select takes [index, [values]].")
    index, values = text_of(scope.value(argument[0])), scope.value(argument[1])
    if isinstance(values, Unresolved):
        return values
    if isinstance(index, Unresolved):
        return index
    if not is_list(values) or not (index.isascii() and index.isdigit()):
        return broken("Fn::Select takes [index, [values]].")
    if len(index) > 6 or int(index) >= len(values):
        return broken(f"Fn::Select asks for item {index[:6]} of {len(values)}.")
    return values[int(index)]


def sub(scope: Scope, argument: object) -> object:
    """Fn::Sub, of a text or of [text, {variable: value}]."""
    text, variables = argument, {}
    if is_list(argument) and len(argument) == 2 and isinstance(argument[1], Mapping):
        text, variables = argument[0], dict(argument[1])
    if not isinstance(text, str):
        return broken("Fn::Sub takes a text, or [text, {variable: value}].")
    if len(text) > MAX_TEXT:
        return broken(f"the text is longer than {MAX_TEXT} characters.")
    pieces: list[object] = []
    for index, piece in enumerate(_VARIABLE.split(text)):
        pieces.append(piece if index % 2 == 0 else _variable(scope, piece, variables))
    return joined(pieces)


def _variable(scope: Scope, written: str, variables: Mapping[str, object]) -> object:
    name = written.strip()
    if written.startswith("!"):
        return f"${{{written[1:]}}}"
    if name in variables:
        return scope.value(variables[name])
    if "." in name:
        logical_id, _, attribute = name.partition(".")
        return scope.attribute(logical_id, attribute)
    return scope.ref(name)


def encoded(scope: Scope, argument: object) -> object:
    """Fn::Base64."""
    text = text_of(scope.value(argument))
    if isinstance(text, Unresolved):
        return replace(text, stand_in=_base64(text.stand_in))
    return _base64(text)


def _base64(text: str) -> str:
    return base64.b64encode(text.encode("utf-8", "replace")).decode("ascii")


def cidr(scope: Scope, argument: object) -> object:
    """Fn::Cidr."""
    values = scope.value(argument)
    if not is_list(values) or not 2 <= len(values) <= 3:
        return broken("Fn::Cidr takes [block, count, bits].")
    block, count, bits = (*(stand_in(value) for value in values), "8")[:3]
    try:
        network = ipaddress.ip_network(block, strict=False)
        number = min(int(count[:9]), MAX_BLOCKS)
        subnets = network.subnets(new_prefix=network.max_prefixlen - int(bits[:9]))
        return [str(next(subnets)) for _ in range(number)]
    except (ValueError, StopIteration):
        return broken("Fn::Cidr takes [block, count, bits], and there is no room for that.")


def zones(scope: Scope, argument: object) -> object:
    """Fn::GetAZs."""
    region = stand_in(scope.value(argument)) or scope.region
    return [f"{region}{letter}" for letter in "abc"]


def length(scope: Scope, argument: object) -> object:
    """Fn::Length."""
    values = scope.value(argument)
    if isinstance(values, Unresolved):
        return values
    return len(values) if is_list(values) else broken("Fn::Length takes a list.")


def to_json(scope: Scope, argument: object) -> object:
    """Fn::ToJsonString."""
    value = scope.value(argument)
    missing = _missing(value)
    if missing is not None:
        return missing
    return json.dumps(None if value is NO_VALUE else value, separators=(",", ":"), ensure_ascii=False)


def _missing(value: object) -> Unresolved | None:
    """What is not to be had in a value, at any depth."""
    if isinstance(value, Unresolved):
        return value
    inside = list(value.values()) if isinstance(value, Mapping) else value if is_list(value) else ()
    return next((found for found in map(_missing, inside) if found is not None), None)
