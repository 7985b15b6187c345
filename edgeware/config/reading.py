"""A mapping of some source, read key by key: types are checked, and every complaint is noted with its place.

Nothing here raises: a value of the wrong type is noted and its default stands in, so that one pass tells all.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, TypeGuard, TypeVar

from edgeware.config.model import Notice
from edgeware.config.place import Dialect, Place, guess, shown

Choice = TypeVar("Choice", bound=str)

_COUNTED = {"Enabled", "Items", "Quantity", "RestrictionType"}
_FLAGS = {"true": True, "yes": True, "on": True, "false": False, "no": False, "off": False}


def is_list(value: object) -> TypeGuard[Sequence[object]]:
    """Whether a value is a list."""
    return isinstance(value, list | tuple)


def mapping(value: object) -> Mapping[str, object]:
    """The value as a mapping; an empty one where it is none."""
    return value if isinstance(value, Mapping) else {}


@dataclass(frozen=True, slots=True, kw_only=True)
class Unresolved:
    """A value that a source only computes from what is not at hand. Reading it as anything is a complaint."""

    why: str
    hint: str = ""
    stand_in: str = ""
    """Text that says what it would have been; the same for the same expression."""
    broken: bool = False
    """Production could not compute it either."""


@dataclass(slots=True, kw_only=True)
class Section:
    """A mapping of a source with its place. `close` complains of the keys that nobody has asked for."""

    values: Mapping[str, object]
    place: Place
    notices: list[Notice]
    dialect: Dialect
    asked: set[str] = field(default_factory=set)

    # --- complaints ---

    def place_of(self, key: str) -> Place:
        """Where a key stands."""
        return self.place.into(self.values, key)

    def complain(self, key: str | None, text: str, hint: str = "", *, code: str = "N-value") -> None:
        """Note an error at a key, or at the section itself."""
        where = self.place if key is None else self.place_of(key)
        self.notices.append(Notice(code=code, severity="error", where=str(where), text=text, hint=hint))

    def remark(self, severity: Literal["warn", "note"], key: str | None, code: str, text: str, hint: str = "") -> None:
        """Note a warning or a note at a key, or at the section itself."""
        where = self.place if key is None else self.place_of(key)
        self.notices.append(Notice(code=code, severity=severity, where=str(where), text=text, hint=hint))

    def _wrong(self, key: str, wanted: str, value: object) -> None:
        self._wrong_at(self.place_of(key), wanted, value)

    def _wrong_at(self, place: Place, wanted: str, value: object) -> None:
        code, text, hint = "N-value", f"must be {wanted}, not {_kind(value)}.", ""
        if isinstance(value, Unresolved):
            code, text, hint = "N-unresolved", value.why, value.hint
        self.notices.append(Notice(code=code, severity="error", where=str(place), text=text, hint=hint))

    def ignore(self, *keys: str) -> None:
        """Keys that have no effect here and need no word."""
        self.asked.update(keys)

    def close(self) -> None:
        """Complain of each key that is not known: an error in a native file, a warning in AWS's own output."""
        for key in self.values:
            if key in self.asked:
                continue
            text, hint = f"'{key}' is not known here.", guess(str(key), sorted(self.asked))
            if self.dialect.unknown == "error":
                self.complain(str(key), text, hint, code="N-key")
            else:
                self.remark("warn", str(key), "V36", text, hint or "A new AWS feature, or a typo: it is left out.")

    # --- values ---

    def raw(self, key: str) -> object:
        """The value as it stands, or None."""
        self.asked.add(key)
        value = self.values.get(key)
        return None if value == "" and self.dialect.lenient else value

    def has(self, key: str) -> bool:
        """Whether the key is there and says something."""
        return self.raw(key) is not None

    def optional_text(self, key: str) -> str | None:
        """Text; a number is taken as the text it prints as."""
        value = self.raw(key)
        if value is None or isinstance(value, str):
            return value
        if self.dialect.lenient and isinstance(value, bool):
            return str(value).lower()
        if isinstance(value, int | float) and not isinstance(value, bool):
            return str(value)
        self._wrong(key, "text", value)
        return None

    def text(self, key: str, default: str = "") -> str:
        """Text, or the default."""
        value = self.optional_text(key)
        return default if value is None else value

    def required_text(self, key: str) -> str:
        """Text that must not be missing or empty."""
        value = self.raw(key)
        if value is None or value == "":
            self.complain(key, "is missing.")
            return ""
        return self.text(key)

    def choice(self, key: str, default: Choice, options: tuple[Choice, ...]) -> Choice:
        """One of some words."""
        value = self.optional_text(key)
        if value is None:
            return default
        for option in options:
            if value == option:
                return option
        self.complain(key, f"cannot be '{shown(value)}'.", guess(value, options))
        return default

    def optional_number(self, key: str) -> int | None:
        """A whole number."""
        value = self.raw(key)
        if self.dialect.lenient and isinstance(value, str):
            value = _number(value)
        if value is None or (isinstance(value, int) and not isinstance(value, bool)):
            return value
        self._wrong(key, "a whole number", value)
        return None

    def number(self, key: str, default: int) -> int:
        """A whole number, or the default."""
        value = self.optional_number(key)
        return default if value is None else value

    def optional_decimal(self, key: str) -> float | None:
        """A number, with or without decimals."""
        value = self.raw(key)
        if self.dialect.lenient and isinstance(value, str):
            value = _decimal(value)
        if value is None or (isinstance(value, int | float) and not isinstance(value, bool)):
            return value
        self._wrong(key, "a number", value)
        return None

    def flag(self, key: str, default: bool = False) -> bool:
        """True or false."""
        value = self.raw(key)
        if self.dialect.lenient and isinstance(value, str):
            value = _FLAGS.get(value.lower(), value)
        if isinstance(value, bool):
            return value
        if value is not None:
            self._wrong(key, "true or false", value)
        return default

    # --- lists and sections ---

    def texts(self, key: str) -> tuple[str, ...]:
        """A list of texts."""
        texts: list[str] = []
        for item, place in self._items(key):
            if item == "" and self.dialect.lenient:
                # What `!Ref` of an empty CommaDelimitedList gives.
                continue
            if isinstance(item, str | int) and not isinstance(item, bool):
                texts.append(str(item))
            else:
                self._wrong_at(place, "text", item)
        return tuple(texts)

    def numbers(self, key: str) -> tuple[int, ...]:
        """A list of whole numbers."""
        numbers: list[int] = []
        for item, place in self._items(key):
            number = _number(item) if self.dialect.lenient and isinstance(item, str) else item
            if isinstance(number, int) and not isinstance(number, bool):
                numbers.append(number)
            else:
                self._wrong_at(place, "a whole number", item)
        return tuple(numbers)

    def sections(self, key: str) -> Iterator[Section]:
        """A list of mappings."""
        for item, place in self._items(key):
            if isinstance(item, Mapping):
                yield self._section(item, place)
            else:
                self._wrong_at(place, "a mapping", item)

    def section(self, key: str) -> Section:
        """A mapping; an empty one where there is none."""
        value = self.raw(key)
        if value is not None and not isinstance(value, Mapping):
            self._wrong(key, "a mapping", value)
        return self._section(value if isinstance(value, Mapping) else {}, self.place_of(key))

    def entries(self, key: str, short: str | None = None) -> Iterator[tuple[str, Section]]:
        """A mapping of names to mappings; where `short` is given, a lone text stands for the mapping {short: text}."""
        names = self.section(key)
        for name, value in names.values.items():
            entry = names.entry(str(name), value, short)
            if entry is not None:
                yield str(name), entry

    def entry(self, name: str, value: object, short: str | None = None) -> Section | None:
        """One value of this mapping as a section, or None, with a complaint, where it is nothing of the kind."""
        if short is not None and isinstance(value, str):
            value = {short: value}
        if value is None or isinstance(value, Mapping):
            return self._section(value or {}, self.place_of(name))
        self._wrong(name, "a mapping" if short is None else f"a mapping or a text ({short})", value)
        return None

    def _section(self, values: Mapping[str, object], place: Place) -> Section:
        return Section(values=values, place=place, notices=self.notices, dialect=self.dialect)

    def _items(self, key: str) -> Iterator[tuple[object, Place]]:
        value, place = self.raw(key), self.place_of(key)
        if self.dialect.lenient and isinstance(value, Mapping) and (not value or _COUNTED & value.keys()):
            value = self._counted(key, value)
        if value is not None and not isinstance(value, list | tuple):
            self._wrong(key, "a list", value)
            return
        for index, item in enumerate(value or ()):
            yield item, place.into(value, index)

    def _counted(self, key: str, value: Mapping[str, object]) -> object:
        """The items of the API's {Quantity, Items} [V35]."""
        items, quantity = value.get("Items"), value.get("Quantity")
        length = len(items) if isinstance(items, list | tuple) else 0
        if isinstance(quantity, int) and quantity != length:
            self.remark(
                "warn",
                key,
                "V35",
                f"Quantity is {quantity}, but there are {length} Items.",
                "CloudFront refuses this (InconsistentQuantities); the Items are used.",
            )
        return items


def _number(text: str) -> int | str:
    digits = text.removeprefix("-")
    return int(text) if digits.isascii() and digits.isdigit() and len(digits) <= 18 else text


def _decimal(text: str) -> float | str:
    return float(text) if re.fullmatch(r"-?\d{1,18}(\.\d{1,18})?", text, re.ASCII) else text


def _kind(value: object) -> str:
    """What a value is, without the value: it may be a secret."""
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return "true or false"
    if isinstance(value, int | float):
        return "a number"
    if isinstance(value, str):
        return "text"
    if isinstance(value, Mapping):
        return "a mapping"
    return "a list" if isinstance(value, list | tuple) else f"a {type(value).__name__}"
