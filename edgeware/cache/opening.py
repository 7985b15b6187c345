"""Stores by name: ``memory``, ``disk:PATH``, ``redis://host:port/0``, and those that other packages bring."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from edgeware.cache.memory import MemoryStore
from edgeware.cache.store import Store
from edgeware.exceptions import UsageError

GROUP = "edgeware.stores"
"""The entry points of other packages: named as the scheme, they load something that makes a store of the whole name."""

_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*")
_USER = re.compile(r"//.*@", re.DOTALL)
_QUERY = re.compile(r"\?.*", re.DOTALL)
_SIZE = re.compile(r"([0-9]+)([KMG]?)B?", re.IGNORECASE)
_UNITS = {"": 1, "K": 1 << 10, "M": 1 << 20, "G": 1 << 30}


def open_store(name: str) -> Store:
    """The store of a name. UsageError where there is none of that kind, MissingDependencyError for a missing extra."""
    return maker(name)(name)


def maker(name: str) -> Callable[[str], Store]:
    """What makes the stores of a name's kind. UsageError where there is none of that kind."""
    scheme = name.partition(":")[0]
    make = BUILT_IN.get(scheme) or _registered(scheme)
    if make is None:
        raise UsageError(
            f"the store {masked(name)!r} is of no kind that is known here: memory, disk:PATH, redis://HOST:PORT, "
            f"or a name that another package registers as an entry point of the group {GROUP}"
        )
    return make


def masked(name: str) -> str:
    """The name of a store without what may be secret: the user and password, and the query string."""
    return _QUERY.sub("?***", _USER.sub("//***@", name))


def _registered(scheme: str) -> Callable[[str], Store] | None:
    if not _SCHEME.fullmatch(scheme):
        return None
    from importlib.metadata import entry_points  # as long to import as all the rest of the cache

    for found in entry_points(group=GROUP, name=scheme):
        try:
            make: Callable[[str], Store] = found.load()
        except Exception as error:
            raise UsageError(f"the store {scheme!r}: its entry point {found.value} does not load: {error}") from error
        return make
    return None


def _memory(name: str) -> Store:
    size = name.partition(":")[2]
    return MemoryStore(_bytes(name, size)) if size else MemoryStore()


def _disk(name: str) -> Store:
    from edgeware.cache.disk import DiskStore

    path, _, size = name.partition(":")[2].partition("?")
    if not path:
        raise UsageError("the store 'disk:' names no directory: write disk:PATH, such as disk:.edgeware-cache")
    return DiskStore(path, _bytes(name, size.removeprefix("max="))) if size else DiskStore(path)


def _redis(name: str) -> Store:
    from edgeware.cache.redis import RedisStore

    return RedisStore(name)


def _bytes(name: str, text: str) -> int:
    found = _SIZE.fullmatch(text)
    if not found:
        raise UsageError(
            f"the store {name!r}: {text!r} is no size; write it like 512MB: memory:512MB, disk:PATH?max=2GB"
        )
    return int(found[1]) * _UNITS[found[2].upper()]


BUILT_IN: Mapping[str, Callable[[str], Store]] = {
    "memory": _memory,
    "disk": _disk,
    "redis": _redis,
    "rediss": _redis,
    "unix": _redis,
}
