"""Texts with interpolations in them, as heredocs and template files have them."""

from __future__ import annotations

import re
from collections.abc import Callable

from edgeware.config.loading.cloudformation.scope import joined
from edgeware.config.loading.terraform.hcl_syntax import Node, expression, installed
from edgeware.config.loading.terraform.hcl_values import uncomputed
from edgeware.config.place import plain
from edgeware.config.reading import Unresolved
from edgeware.exceptions import ConfigurationError

DIRECTIVE = uncomputed("directives such as %{ if } are not computed here.")
_MARK = re.compile(r"\$\$\{|%%\{|\$\{|%\{")


def template(text: str, compute: Callable[[Node], object]) -> object:
    """What a text with interpolations stands for; `compute` says what an expression does.

    A text that is nothing but one interpolation is the value itself.
    """
    parts: list[object] = []
    start = 0
    while (mark := _MARK.search(text, start)) is not None:
        parts.append(text[start : mark.start()])
        if mark.group() == "%{":
            return DIRECTIVE
        start = mark.end()
        if mark.group() != "${":
            parts.append(mark.group()[1:])
            continue
        end = _end(text, start)
        parts.append(_inner(text[start:end], compute))
        start = end + 1
    parts = [part for part in (*parts, text[start:]) if part != ""]
    return parts[0] if len(parts) == 1 else joined(parts)


def _end(text: str, start: int) -> int:
    """Where an interpolation ends, past the braces and the quoted texts in it."""
    depth = 0
    for match in re.finditer(r'"(?:[^"\\]|\\.)*"|[{}]', text[start:]):
        if match.group() == "}" and not depth:
            return start + match.start()
        depth += {"{": 1, "}": -1}.get(match.group(), 0)
    return len(text)


def _inner(text: str, compute: Callable[[Node], object]) -> object:
    try:
        return compute(expression(f"({text})"))
    except ConfigurationError:
        if not installed():
            why, hint = f"the interpolation {plain(text[:40])} is not read.", "To read it: pip install 'edgeware[hcl]'."
            return Unresolved(why=why, hint=hint, stand_in=text[:40])
        return uncomputed(f"the interpolation {text[:40]} is not understood here.")


def heredoc(token: str, *, trimmed: bool) -> str:
    """The text of a heredoc; of one with `<<-` without the indentation that all of its lines have."""
    lines = token.rstrip().splitlines(keepends=True)[1:-1]
    if trimmed:
        widths = [len(line) - len(line.lstrip(" ")) for line in lines if line.strip()]
        lines = [line[min(widths, default=0) :] if line.strip() else line.lstrip(" ") for line in lines]
    return "".join(lines)
