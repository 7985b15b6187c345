"""Files as documents: bytes to text, text to one mapping, with the directory that relative paths start from."""

from __future__ import annotations

import codecs
import json
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from importlib import import_module
from os import PathLike, fspath
from pathlib import Path

from edgeware.config.loading import lined_json, yaml
from edgeware.config.model import Notice
from edgeware.exceptions import ConfigurationError

MAX_BYTES = 64 * 1024 * 1024

_read_toml: Callable[[str], dict[str, object]] = import_module(
    "tomllib" if sys.version_info >= (3, 11) else "tomli"
).loads


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A mapping, and where it came from."""

    values: Mapping[str, object]
    base: Path
    """What relative paths inside it start from; absolute."""
    source: str = ""
    """The file's name in messages; empty for a mapping that was passed in."""
    path: Path | None = None
    notices: tuple[Notice, ...] = field(default=())

    @property
    def where(self) -> str:
        """Its name in messages."""
        return self.source or "the mapping"


def read(path: str | PathLike[str], source: str = "") -> Document:
    """One YAML, TOML or JSON file, told apart by what it holds. Raises ConfigurationError with the file and the line.

    Of a pyproject.toml only the table [tool.edgeware] is read. ``source`` is its name in messages: the path, if empty.
    """
    source = source or fspath(path)
    text, notices = _text(Path(path), source)
    values = _parse(text, source)
    if not isinstance(values, Mapping):
        raise ConfigurationError([f"{source}: holds no mapping of keys to values, so it is no distribution."])
    absolute = Path(path).resolve()
    return Document(values=values, base=absolute.parent, source=source, path=absolute, notices=notices)


def read_text(path: Path, source: str) -> str:
    """What a file holds, as text. Raises ConfigurationError with the name that messages have for it."""
    return _text(path, source)[0]


def _text(path: Path, source: str) -> tuple[str, tuple[Notice, ...]]:
    try:
        if path.stat().st_size > MAX_BYTES:
            raise ConfigurationError([f"{source}: is larger than {MAX_BYTES >> 20} MB."])
        content = path.read_bytes()
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "is no path"
        raise ConfigurationError([f"{source}: cannot be read: {reason}."]) from None
    return decoded(content, source)


def decoded(content: bytes, source: str) -> tuple[str, tuple[Notice, ...]]:
    """Bytes as text: UTF-8, or UTF-16 with a byte order mark as PowerShell writes it, which is worth a note."""
    notices: tuple[Notice, ...] = ()
    encoding = "utf-8-sig"
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        encoding = "utf-16"
        text = "is UTF-16 (PowerShell's > writes it) and is read as such; AWS's own tools want UTF-8."
        notices = (Notice(code="N-encoding", severity="note", where=source, text=text),)
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError as error:
        raise ConfigurationError([f"{source}: is not text in UTF-8 (byte {error.start} is not)."]) from None
    if "\0" in text:
        raise ConfigurationError([f"{source}: holds NUL bytes: a binary file, or UTF-16 without a byte order mark."])
    return text, notices


def _parse(text: str, source: str) -> object:
    suffix = Path(source).suffix.lower()
    if suffix == ".toml":
        return _toml(text, source)
    if suffix == ".json":
        return _json(text, source)
    if text.lstrip().startswith("{"):
        # JSON of any name; a flow mapping of YAML starts in the same way.
        try:
            return _json(text, source)
        except ConfigurationError:
            return yaml.parse(text, source)
    return yaml.parse(text, source)


def _json(text: str, source: str) -> object:
    try:
        return lined_json.parse(text)
    except json.JSONDecodeError as error:
        raise ConfigurationError([f"{source}:{error.lineno}: is not JSON: {error.msg}."]) from None
    except RecursionError:
        raise ConfigurationError([f"{source}: is nested too deeply."]) from None
    except ValueError as error:
        raise ConfigurationError([f"{source}: is not JSON that can be used: {error}."]) from None


def _toml(text: str, source: str) -> object:
    try:
        values = _read_toml(text)
    except RecursionError:
        raise ConfigurationError([f"{source}: is nested too deeply."]) from None
    except ValueError as error:
        raise ConfigurationError([f"{source}: is not TOML: {error}."]) from None
    tool = values.get("tool")
    if isinstance(tool, Mapping) and isinstance(tool.get("edgeware"), Mapping):
        return tool["edgeware"]
    if Path(source).name == "pyproject.toml":
        raise ConfigurationError([f"{source}: has no table [tool.edgeware]."])
    return values
