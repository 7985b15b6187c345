"""Invalidations as marks: an object is judged when it is looked up, no store is searched [Invalidation]."""

from __future__ import annotations

from collections.abc import Sequence
from threading import Lock

from edgeware.core.cached_object import CachedObject
from edgeware.exceptions import UsageError

MAX_PATH_LENGTH = 4000


class Invalidations:
    """The marks made so far; ``generation`` counts them.

    A mark gets the generation after it. An object carries the generation at which its request was looked up, and a
    matching mark of a later generation makes it gone.
    """

    def __init__(self) -> None:
        self.generation = 0
        self._exact: dict[str, int] = {}
        self._prefixes: dict[str, int] = {}
        self._lock = Lock()

    def mark(self, paths: Sequence[str]) -> int:
        """Mark paths as invalid, at once, and give the new generation. UsageError names a path CloudFront refuses."""
        for path in paths:
            _check(path)
        with self._lock:
            self.generation += 1
            for path in paths:
                if path.endswith("*"):
                    self._prefixes[path[:-1]] = self.generation
                else:
                    self._exact[path] = self.generation
            return self.generation

    def cover(self, object: CachedObject) -> bool:
        """Whether a mark that came after the object's request names its path (and the query string in its key)."""
        if object.generation == self.generation:
            return False
        target = f"{object.path}?{object.query}" if object.query else object.path
        if self._exact.get(target, 0) > object.generation:
            return True
        prefixes = list(self._prefixes.items())
        return any(mark > object.generation and target.startswith(prefix) for prefix, mark in prefixes)


def _check(path: str) -> None:
    if path.startswith("#"):
        raise UsageError(f"invalidation of the cache tag {path!r}: cache tags are not emulated; name paths instead")
    if not path.startswith("/"):
        raise UsageError(f"invalidation path {path!r}: CloudFront wants a path that begins with / (InvalidArgument)")
    if len(path) > MAX_PATH_LENGTH:
        raise UsageError(f"invalidation path of {len(path)} characters: CloudFront takes {MAX_PATH_LENGTH} at most")
