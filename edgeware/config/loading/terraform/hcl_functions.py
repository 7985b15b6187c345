"""The functions of Terraform's language that are plain arithmetic on values, and that configurations use most."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from edgeware.config.loading.cloudformation.scope import joined
from edgeware.config.reading import Unresolved


def _text(value: object) -> str:
    found = joined([value])
    if not isinstance(found, str) or value is None:
        raise TypeError
    return found


def _format(pattern: str, *values: object) -> str:
    """`%s`, `%d` and `%v`; what else there is needs Terraform itself."""
    parts = pattern.replace("%%", "\0").split("%")
    if len(parts) != len(values) + 1 or any(part[:1] not in ("s", "d", "v") for part in parts[1:]):
        raise ValueError
    text = parts[0] + "".join(_text(value) + part[1:] for value, part in zip(values, parts[1:], strict=True))
    return text.replace("\0", "%")


def _flat(values: Iterable[object]) -> list[object]:
    found: list[object] = []
    for value in values:
        found += _flat(value) if isinstance(value, list | tuple) else [value]
    return found


def _merged(*maps: Mapping[str, object] | None) -> dict[str, object]:
    found: dict[str, object] = {}
    for one in maps:
        found.update(one or {})
    return found


def _distinct(values: Sequence[object]) -> list[object]:
    found: list[object] = []
    for value in values:
        if value not in found:
            found.append(value)
    return found


def _set(values: Sequence[object]) -> list[object]:
    """A set goes by the order of its texts."""
    found = _distinct(values)
    return sorted(found, key=str) if all(isinstance(value, str) for value in found) else found


def _first(*values: object) -> object:
    found = [value for value in values if value is not None and value != ""]
    return found[0]


def _encoded(value: object) -> str:
    text = json.dumps(value, separators=(",", ":"), ensure_ascii=False)
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


def _lookup(values: Mapping[str, object], key: str, *default: object) -> object:
    return values.get(key, default[0]) if default else values[key]


def _replaced(text: str, old: str, new: str) -> str | Unresolved:
    if len(old) > 1 and old.startswith("/") and old.endswith("/"):
        # Of another language than Python's, and most often a way to take the host out of an address.
        host = re.sub(r"^\w+://|/.*$", "", text, flags=re.DOTALL)
        return Unresolved(why="replace() with a regular expression is not computed here.", stand_in=host)
    return text.replace(old, new)


def _number(value: object) -> object:
    if value is None or isinstance(value, int | float):
        return value
    try:
        return json.loads(str(value))
    except ValueError:
        raise TypeError from None


def _on_texts(function: Callable[..., Any], count: int = 1) -> Callable[..., Any]:
    """A function whose first arguments are texts: numbers, true and false become what they print as."""

    def called(*arguments: object) -> Any:
        return function(*map(_text, arguments[:count]), *arguments[count:])

    return called


def _unless_null(function: Callable[..., Any]) -> Callable[..., Any]:
    """A conversion, that leaves null as it is."""
    return lambda value: None if value is None else function(value)


FUNCTIONS: Mapping[str, Callable[..., Any]] = {
    "basename": _on_texts(lambda path: path.rstrip("/").rpartition("/")[2]),
    "chomp": _on_texts(lambda text: text.rstrip("\r\n")),
    "coalesce": _first,
    "compact": lambda values: [value for value in values if value not in (None, "")],
    "concat": lambda *lists: [item for one in lists for item in list(one)],
    "contains": lambda values, value: value in values,
    "dirname": _on_texts(lambda path: path.rpartition("/")[0] or "."),
    "distinct": _distinct,
    "element": lambda values, index: values[index % len(values)],
    "endswith": _on_texts(str.endswith, 2),
    "flatten": _flat,
    "format": _format,
    "jsonencode": _encoded,
    "keys": lambda values: sorted(values.keys()),
    "length": len,
    "lookup": _lookup,
    "lower": _on_texts(str.lower),
    "max": max,
    "merge": _merged,
    "min": min,
    "nonsensitive": lambda value: value,
    "one": lambda values: values[0] if values else None,
    "replace": _on_texts(_replaced, 3),
    "sensitive": lambda value: value,
    "sort": sorted,
    "split": _on_texts(lambda delimiter, text: text.split(delimiter), 2),
    "startswith": _on_texts(str.startswith, 2),
    "substr": _on_texts(lambda text, start, length: text[start:] if length < 0 else text[start : start + length]),
    "title": _on_texts(lambda text: re.sub(r"\b[a-z]", lambda match: match.group().upper(), text)),
    "tolist": _unless_null(list),
    "tomap": _unless_null(dict),
    "tonumber": _number,
    "toset": _unless_null(_set),
    "tostring": _unless_null(_text),
    "trim": _on_texts(str.strip, 2),
    "trimprefix": _on_texts(str.removeprefix, 2),
    "trimspace": _on_texts(str.strip),
    "trimsuffix": _on_texts(str.removesuffix, 2),
    "upper": _on_texts(str.upper),
    "values": lambda values: [values[key] for key in sorted(values)],
}
