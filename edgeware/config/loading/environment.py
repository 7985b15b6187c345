"""`${NAME}` and `${NAME:-default}` in the few values that may hold them; `$${` stands for `${` itself."""

from __future__ import annotations

import os
import re

_VARIABLE = re.compile(r"\$(\$\{)|\$\{([A-Za-z_][A-Za-z0-9_]*)(?::-([^}]*))?\}")


def interpolated(text: str) -> tuple[str, tuple[str, ...]]:
    """The text with its variables filled in, and the names that are set nowhere and have no default."""
    unset: list[str] = []

    def value(match: re.Match[str]) -> str:
        literal, name, default = match.groups()
        if literal:
            return str(literal)
        found = os.environ.get(name)
        if default is not None and not found:
            return default
        if found is None:
            unset.append(name)
        return found or ""

    return _VARIABLE.sub(value, text), tuple(unset)


def escaped(text: str) -> str:
    """The text such that `interpolated` gives it back."""
    return text.replace("${", "$${")
