"""What intrinsic functions ask of the stack that they stand in, and how values become text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Protocol

from edgeware.config.place import plain
from edgeware.config.reading import Unresolved

MAX_TEXT = 1_000_000
"""A text that intrinsics may put together, in characters: references that double each other end here."""


class NoValue:
    """What `!Ref AWS::NoValue` gives: the key or the item is not there."""

    __slots__ = ()


NO_VALUE = NoValue()


class Scope(Protocol):
    """A stack, as intrinsic functions see it."""

    region: str
    outputs: Mapping[str, str]

    def value(self, node: object) -> object:
        """What a node of the template stands for."""
        ...

    def ref(self, name: str) -> object:
        """`Ref`."""
        ...

    def attribute(self, logical_id: str, name: str) -> object:
        """`Fn::GetAtt`."""
        ...

    def holds(self, condition: str) -> bool | Unresolved:
        """A condition of the template, by its name."""
        ...

    def in_map(self, table: str, row: str, column: str) -> object:
        """A value of the template's Mappings; None where there is none."""
        ...

    def included(self, location: str) -> Mapping[str, object] | Unresolved:
        """What a file beside the template holds, for AWS::Include."""
        ...

    def exported(self, name: str) -> object:
        """`Fn::ImportValue`; None where nothing exports it."""
        ...

    def output(self, stack: str, name: str) -> object:
        """`Fn::GetStackOutput`; None where there is no such stack or output."""
        ...

    def ssm_parameter(self, name: str) -> object:
        """The value of an AWS::SSM::Parameter of that name; None where there is none."""
        ...


def broken(why: str) -> Unresolved:
    """A value that production could not compute either."""
    return Unresolved(why=plain(why), broken=True)


def text_of(value: object) -> str | Unresolved:
    """A scalar as text."""
    if isinstance(value, str | Unresolved):
        return value
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int | float):
        return str(value)
    if value is None or value is NO_VALUE:
        return ""
    return broken("a text is needed here, and this is none.")


def stand_in(value: object) -> str:
    """A scalar as text, and of a value that is not to be had what stands in for it."""
    text = text_of(value)
    return text.stand_in if isinstance(text, Unresolved) else text


def joined(parts: Sequence[object], delimiter: str = "") -> str | Unresolved:
    """Scalars as one text; not to be had where one of them is not."""
    texts = [text_of(part) for part in parts]
    if sum(map(len, map(stand_in, texts))) + len(delimiter) * len(texts) > MAX_TEXT:
        return broken(f"the text becomes longer than {MAX_TEXT} characters.")
    whole = delimiter.join(map(stand_in, texts))
    missing = next((text for text in texts if isinstance(text, Unresolved)), None)
    return whole if missing is None else replace(missing, stand_in=whole)


def given(outputs: Mapping[str, str], *names: str) -> str | None:
    """The first of some names that the overlay gives an output for."""
    return next((outputs[name] for name in names if name in outputs), None)


def not_given(what: str, name: str) -> Unresolved:
    """A value from elsewhere that nothing at hand says."""
    shown = plain(name)
    return Unresolved(
        why=f"{what} '{shown}' is not in the template.",
        hint=f'Overlay: outputs: {{"{shown}": ...}}',
        stand_in=name,
    )
