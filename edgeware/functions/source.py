"""Where a function's code is read from, and whether it has changed since."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from time import perf_counter

from edgeware.config.files import NODE_SUFFIXES, PYTHON_SUFFIXES
from edgeware.config.model import CloudFrontFunction, Code, LambdaFunction
from edgeware.exceptions import FunctionError

SECONDS_BETWEEN_LOOKS = 0.5
_SKIPPED = frozenset({"__pycache__", "node_modules"})
_CODE = (*PYTHON_SUFFIXES, *NODE_SUFFIXES, ".json")


def text_of(function: CloudFrontFunction) -> str:
    """A CloudFront Function's source. FunctionError where there is none."""
    code = function.code
    if code.text is not None:
        return code.text
    path = path_of(function)
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise FunctionError(f"The code of the function {function.name} cannot be read from {path}: {error}") from error


def path_of(function: CloudFrontFunction | LambdaFunction) -> Path:
    """The file or directory of a function without inline code. FunctionError where there is none."""
    code = function.code
    if code.path is None:
        reason = code.missing or "neither its text nor a file is given"
        raise FunctionError(f"The function {function.name} has no code: {reason}.")
    if not code.path.exists():
        raise FunctionError(f"The code of the function {function.name} is not there: {code.path} does not exist.")
    return code.path


class Watch:
    """Whether a function's code has changed since the last look.

    ``beside`` is for a file that may load others of its directory.
    """

    def __init__(self, code: Code, clock: Callable[[], float] = perf_counter, *, beside: bool = False) -> None:
        self._path = code.path if code.text is None else None
        self._clock = clock
        self._directory = self._path is not None and self._path.is_dir()
        self._folder = self._path if self._directory else self._path.parent if self._path and beside else None
        self._around = (0, 0)
        self._next_look = 0.0
        self._seen = self._look()

    def changed(self) -> bool:
        """Ask the file system: of a file every time, of a directory at most twice a second."""
        if self._path is None or (self._directory and self._clock() < self._next_look):
            return False
        found = self._look()
        if found is None or found == self._seen:
            return False
        self._seen = found
        return True

    def forget(self) -> None:
        """Take the next look for a change: what was found could not be used."""
        self._seen = None

    def _look(self) -> tuple[int, ...] | None:
        """What tells one state from another, or None while there is nothing (an editor may be about to save)."""
        if self._path is None:
            return None
        if self._folder is not None and self._clock() >= self._next_look:
            self._next_look = self._clock() + SECONDS_BETWEEN_LOOKS
            self._around = _newest(self._folder, deep=self._directory)
        if self._directory:
            return self._around
        try:
            stat = os.stat(self._path)  # noqa: PTH116 - on every call of the function, where pathlib costs as much again
        except OSError:
            return None
        return stat.st_mtime_ns, stat.st_size, *self._around


def _newest(directory: Path, *, deep: bool) -> tuple[int, int]:
    """The time of the newest file of code in a directory, or also below it, and how many there are."""
    newest = count = 0
    for folder, folders, files in os.walk(directory):
        folders[:] = [name for name in folders if deep and not name.startswith(".") and name not in _SKIPPED]
        for name in files:
            if name.endswith(_CODE):
                newest = max(newest, _modified(Path(folder, name)))
                count += 1
    return newest, count


def _modified(path: Path) -> int:
    try:
        return path.stat().st_mtime_ns
    except OSError:  # gone since the directory was read
        return 0
