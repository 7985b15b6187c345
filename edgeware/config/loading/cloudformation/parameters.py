"""The values of a template's parameters: given, found in a file beside the template, or the default."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from edgeware.config.files import is_file
from edgeware.config.loading import lined_json
from edgeware.config.loading.cloudformation.scope import Scope, broken, given, text_of
from edgeware.config.loading.documents import Document, read
from edgeware.config.place import shown
from edgeware.config.reading import Unresolved, is_list
from edgeware.exceptions import ConfigurationError


def value_of(scope: Scope, name: str, declared: Mapping[str, object], passed: object) -> object:
    """A parameter's value; `passed` is what was given for it, None for nothing."""
    kind = str(declared.get("Type", "String"))
    value = declared.get("Default") if passed is None else passed
    if isinstance(value, Unresolved):
        return value
    if value is None:
        hint = f"Give one: --parameter {shown(name)}=VALUE, or in the overlay: parameters: {{{shown(name)}: ...}}"
        return Unresolved(why=f"the parameter {shown(name)} has no value.", hint=hint, stand_in=name)
    if kind.startswith("AWS::SSM::Parameter::Value<"):
        return _stored(scope, str(value), kind)
    return _typed(value, kind)


def _stored(scope: Scope, path: str, kind: str) -> object:
    """A value that the Systems Manager keeps under the name that the parameter gives."""
    found: object = given(scope.outputs, f"ssm:{path}", path)
    found = scope.ssm_parameter(path) if found is None else found
    if found is None:
        hint = f'Overlay: outputs: {{"{shown(path)}": ...}}'
        why = f"the Systems Manager keeps the value of '{shown(path)}', and nothing here says it."
        return Unresolved(why=why, hint=hint, stand_in=path)
    return _typed(found, "List<String>" if "List<" in kind else "String")


def _typed(value: object, kind: str) -> object:
    listed = kind == "CommaDelimitedList" or kind.startswith("List<")
    if listed and not is_list(value):
        text = text_of(value)
        return text if isinstance(text, Unresolved) else [item.strip() for item in text.split(",")]
    if is_list(value):
        return list(value)
    return broken("a parameter is a text or a list.") if isinstance(value, Mapping) else text_of(value)


def not_allowed(declared: Mapping[str, object], value: object) -> Sequence[str]:
    """What a parameter may be, where its value is something else."""
    allowed = declared.get("AllowedValues")
    if not is_list(allowed) or isinstance(value, Unresolved) or is_list(value):
        return ()
    texts = [text for text in map(text_of, allowed) if isinstance(text, str)]
    return () if value in texts else texts


# --- files beside the template --------------------------------------------------------------------------------------


def beside(document: Document) -> dict[str, str]:
    """What `samconfig.toml` and `NAME.parameters.json` beside a template give; the latter counts more."""
    if document.path is None:
        return {}
    found: dict[str, str] = {}
    for path, pairs in (
        (document.base / "samconfig.toml", _overrides),
        (document.base / f"{document.path.stem}.parameters.json", _listed),
    ):
        if is_file(path):
            found.update(pairs(_read(path)))
    return found


def _read(path: Path) -> object:
    try:
        return read(path).values
    except ConfigurationError as error:
        # The AWS CLI's own form of such a file is a list, which is no document.
        return _list_in(path, error)


def _list_in(path: Path, error: ConfigurationError) -> object:
    if path.suffix != ".json" or "holds no mapping" not in error.problems[0]:
        raise error
    return lined_json.parse(path.read_text("utf-8-sig"))


def _listed(values: object) -> Iterator[tuple[str, str]]:
    """[{ParameterKey, ParameterValue}], or {Parameters: {key: value}}."""
    if isinstance(values, Mapping):
        inner = values.get("Parameters", values)
        pairs = list(inner.items()) if isinstance(inner, Mapping) else []
    else:
        items = [item for item in (values if is_list(values) else ()) if isinstance(item, Mapping)]
        pairs = [(item.get("ParameterKey"), item.get("ParameterValue")) for item in items]
    for key, value in pairs:
        text = text_of(value)
        if isinstance(key, str) and isinstance(text, str):
            yield key, text


def _overrides(values: object) -> Iterator[tuple[str, str]]:
    """`parameter_overrides` of the SAM CLI: "A=1 B=2", a list of these, or a table."""
    node = values
    for word in ("default", "deploy", "parameters", "parameter_overrides"):
        node = node.get(word) if isinstance(node, Mapping) else None
    if isinstance(node, Mapping):
        yield from _listed(node)
        return
    texts = node if is_list(node) else [node]
    for text in texts:
        for pair in _words(text) if isinstance(text, str) else ():
            key, sign, value = pair.partition("=")
            if sign:
                yield key, value


def _words(text: str) -> list[str]:
    try:
        return shlex.split(text)
    except ValueError:
        return text.split()
