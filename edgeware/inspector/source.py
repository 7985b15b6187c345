"""The line of a function's source that an error points at, with what stands round it."""

from __future__ import annotations

from typing import NamedTuple

from edgeware.config.model import CloudFrontFunction, LambdaFunction
from edgeware.exceptions import FunctionError
from edgeware.functions.source import text_of

AROUND = 4
"""Lines shown before and after."""


class Line(NamedTuple):
    """A line of source."""

    number: int
    text: str
    marked: bool


def excerpt(function: CloudFrontFunction | LambdaFunction, where: str | None) -> tuple[Line, ...]:
    """The lines round ``file:line``; none where it is not known, or not a line of the function's own code."""
    file, _, number = (where or "").rpartition(":")
    if not number.isdecimal():
        return ()
    try:
        lines = _text(function, file).splitlines()
    except FunctionError:  # gone since
        return ()
    at = int(number)
    shown = enumerate(lines[max(at - AROUND - 1, 0) : at + AROUND], max(at - AROUND, 1))
    return tuple(Line(line, text, line == at) for line, text in shown)


def _text(function: CloudFrontFunction | LambdaFunction, file: str) -> str:
    if isinstance(function, CloudFrontFunction):
        return text_of(function)
    # The function says where it failed, and may say anything: no file but its own is opened.
    home = function.code.path
    if home is None:
        return function.code.text or ""
    folder = home if home.is_dir() else home.parent
    path = (folder / file).resolve()
    inside = path.is_relative_to(folder.resolve()) if home.is_dir() else path == home.resolve()
    return path.read_text(encoding="utf-8", errors="replace") if inside and path.is_file() else ""
