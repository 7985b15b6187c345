"""What the page must not show: the values of an origin's custom headers, wherever they turn up."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from edgeware.config.canonical import MASK
from edgeware.config.model import Distribution
from edgeware.messages import Headers

SHORTEST = 4
"""Characters; a shorter value is masked under its header's name only, since it may be a part of any text."""
LONGEST = 64 * 1024
"""Characters of a text that are shown."""


class Secrets:
    """The secrets of a distribution."""

    def __init__(self, distribution: Distribution) -> None:
        lines = [line for origin in distribution.origins.values() for line in origin.custom_headers]
        self._names = frozenset(name.lower() for name, _ in lines)
        # The longest first: one may be a part of another.
        self._values = sorted({value for _, value in lines if len(value) >= SHORTEST}, key=len, reverse=True)

    def text(self, text: str) -> str:
        """A text without them, cut where it is very long."""
        for value in self._values:
            text = text.replace(value, MASK)
        return text if len(text) <= LONGEST else f"{text[:LONGEST]}\n… {len(text) - LONGEST} characters more"

    def header(self, name: str, value: str) -> str:
        """The value of a header."""
        return MASK if name.lower() in self._names else self.text(value)

    def headers(self, headers: Headers) -> tuple[tuple[str, str], ...]:
        """Header lines."""
        return tuple((name, self.header(name, value)) for name, value in headers)

    def json(self, value: object) -> str:
        """A JSON value as text."""
        return self.text(json.dumps(self._masked(value), indent=2, ensure_ascii=False))

    def _masked(self, value: Any, name: str = "") -> Any:
        """Masked before it is written: JSON has more than one spelling of a text."""
        if isinstance(value, Mapping):
            return {self.text(str(key)): self._masked(one, self._below(name, str(key))) for key, one in value.items()}
        if isinstance(value, list | tuple):
            return [self._masked(one, name) for one in value]
        if isinstance(value, str):
            return self.header(name, value)
        return value if value is None or isinstance(value, bool | int | float) else self.text(str(value))

    def _below(self, name: str, key: str) -> str:
        """A header's value stands below its name, in a form of its own: ``{"x-key": {"value": ...}}``."""
        if key == "key":
            return ""
        return name if key in ("value", "multiValue") and name else key
