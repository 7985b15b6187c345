"""HTTP messages as immutable values: what every room of the house passes on."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, TypeVar, final

from typing_extensions import dataclass_transform

T = TypeVar("T")


@dataclass_transform(frozen_default=True, field_specifiers=(field,))
def value(*, kw_only: bool = False) -> Callable[[type[T]], type[T]]:
    """A dataclass that nobody changes once it is made.

    The type checker holds it; at run time it is a plain one, which takes a third of the time to make. Each request
    makes a dozen.
    """
    return dataclass(slots=True, kw_only=kw_only, unsafe_hash=True)


@final
class Headers:
    """Header lines in the order they came, names in the case they came in.

    A line is a ``(name, value)`` pair of text; bytes are read as ISO-8859-1, so that what nobody changed goes out
    byte for byte. Names compare without case. Two ``Set-Cookie`` lines stay two. Every change gives a new object.
    """

    __slots__ = ("_beginning", "_index", "_notes", "_raw", "_size", "lines")

    lines: tuple[tuple[str, str], ...]

    def __init__(self, lines: Iterable[tuple[str, str]] = ()) -> None:
        self.lines = tuple(lines)
        self._index: dict[str, list[str]] | None = None
        self._raw: list[tuple[bytes, bytes]] | None = None
        self._beginning: Headers | None = None
        self._notes: dict[str, tuple[Any, ...]] | None = None
        self._size: int | None = None

    def _values(self) -> dict[str, list[str]]:
        index = self._index
        if index is None:
            index = {}
            for name, value in self.lines:
                index.setdefault(name.lower(), []).append(value)
            self._index = index
        return index

    def get(self, name: str) -> str | None:
        """The value of the first line of this name, or None."""
        values = self._values().get(name.lower())
        return None if values is None else values[0]

    def get_all(self, name: str) -> tuple[str, ...]:
        """The values of all lines of this name, in order."""
        return tuple(self._values().get(name.lower(), ()))

    def joined(self, name: str) -> str | None:
        """All lines of this name as one list-valued field, joined by a comma (RFC 9110 section 5.3), or None."""
        values = self._values().get(name.lower())
        return None if values is None else ", ".join(values)

    def names(self) -> frozenset[str]:
        """The names present, in lower case."""
        return frozenset(self._values())

    def has_any(self, names: frozenset[str]) -> bool:
        """Whether there is a line of one of these names, given in lower case."""
        return not names.isdisjoint(self._index or self._values())

    @property
    def size(self) -> int:
        """Bytes that they take as HTTP/1.1 writes them."""
        if self._size is None:
            self._size = sum([len(name) + len(value) + 4 for name, value in self.lines])
        return self._size

    @property
    def raw(self) -> list[tuple[bytes, bytes]]:
        """The lines as bytes, names in lower case: a new list, and what ``extended`` did not add is encoded once."""
        known = self._beginning
        if known is not None:  # what was added is not kept: most is sent once, and much rests in a history
            raw = known.raw
            raw += _raw(self.lines[len(known.lines) :])
            return raw
        if self._raw is None:
            self._raw = _raw(self.lines)
        return self._raw.copy()

    def extended(self, *lines: tuple[str, str]) -> Headers:
        """More lines at the end."""
        longer = Headers(self.lines + lines)
        longer._beginning = self
        return longer

    def noted(self, what: str) -> tuple[Any, ...]:
        """What somebody noted of these lines, ``()`` for nothing: what follows from them need not be found twice."""
        return () if self._notes is None else self._notes.get(what, ())

    def note(self, what: str, *values: Any) -> None:
        """Keep something that follows from these lines, as long as they are there."""
        if self._notes is None:
            self._notes = {}
        self._notes[what] = values

    def set(self, name: str, value: str) -> Headers:
        """One line of this name: in the place of the first, or last where there was none."""
        lower = name.lower()
        if lower not in self._values():
            return self.extended((name, value))
        lines: list[tuple[str, str]] = []
        placed = False
        for line in self.lines:
            if line[0].lower() != lower:
                lines.append(line)
            elif not placed:
                lines.append((name, value))
                placed = True
        return Headers(lines)

    def add(self, name: str, value: str) -> Headers:
        """One more line at the end."""
        return self.extended((name, value))

    def without(self, *names: str) -> Headers:
        """No line of these names."""
        gone = {name.lower() for name in names}
        if gone.isdisjoint(self._values()):
            return self
        return Headers(line for line in self.lines if line[0].lower() not in gone)

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and name.lower() in (self._index or self._values())

    def __iter__(self) -> Iterator[tuple[str, str]]:
        return iter(self.lines)

    def __len__(self) -> int:
        return len(self.lines)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Headers) and self.lines == other.lines

    def __hash__(self) -> int:
        return hash(self.lines)

    def __repr__(self) -> str:
        return f"Headers({list(self.lines)!r})"


def _raw(lines: tuple[tuple[str, str], ...]) -> list[tuple[bytes, bytes]]:
    return [(_raw_name(name), value.encode("latin-1")) for name, value in lines]


@lru_cache(maxsize=1024)
def _raw_name(name: str) -> bytes:
    return name.lower().encode("latin-1")


@value()
class Request:
    """A request without its body."""

    method: str
    path: str
    """As on the wire: percent-encoding kept, no query string."""
    query: str = ""
    """Without the question mark."""
    headers: Headers = field(default_factory=Headers)
    scheme: str = "https"
    http_version: str = "1.1"
    client_ip: str = "127.0.0.1"
    client_port: int = 0
    told: tuple[tuple[str, str | int], ...] = ()
    """What the request itself says of its viewer, by the names that the configuration has for it."""

    def asking(self, path: str, query: str, headers: Headers) -> Request:
        """The same for something else: of every request that a function changes, so cheaper than replace()."""
        return Request(
            self.method,
            path,
            query,
            headers,
            self.scheme,
            self.http_version,
            self.client_ip,
            self.client_port,
            self.told,
        )


@value()
class Response:
    """A response. ``body`` is None where the bytes are the origin's and still with the driver."""

    status: int
    headers: Headers = field(default_factory=Headers)
    reason: str = ""
    body: bytes | None = None

    def with_headers(self, headers: Headers) -> Response:
        """The same with other headers: of every hit, so cheaper than replace()."""
        return Response(self.status, headers, self.reason, self.body)
