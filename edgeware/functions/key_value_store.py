"""Key value stores as functions read them, and as they are changed while the edge runs [kvs-with-functions]."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Mapping
from datetime import datetime, timezone
from pathlib import Path
from threading import Lock

from edgeware.config.key_value_quotas import complaints
from edgeware.config.loading.key_value_stores import imported
from edgeware.config.model import Code, KeyValueStore
from edgeware.exceptions import ConfigurationError, UsageError
from edgeware.functions.source import Watch

logger = logging.getLogger("edgeware")


class MemoryKeyValueStore:
    """A key value store in this process's memory, with CloudFront's quotas.

    It begins with what the configuration says. ``put`` and ``delete`` change it for every run that begins afterwards.
    Where the configuration names a file and it changes, it is imported anew: what was changed here before is
    forgotten. A file that cannot be used then is told in the log, and what was there stays. Every method may be called
    from any thread. ``clock`` gives seconds since the epoch.
    """

    def __init__(self, configured: KeyValueStore, clock: Callable[[], float]) -> None:
        self.name = configured.name
        self.id = configured.id
        self.version = 1
        """Another number after every change."""
        self._clock = clock
        self._seeds = configured.seeds
        self._watches = [Watch(Code(path=seed)) for seed in configured.seeds if isinstance(seed, Path)]
        self._pairs = dict(configured.data)
        self._created = self._updated = clock()
        self._frame: tuple[int, bytes] | None = None
        self._lock = Lock()

    @property
    def ids(self) -> Mapping[str, bool] | None:
        """What ``cf.kvs(id)`` may name: the store's id and its name, or, where nobody knows the id, anything: None."""
        return None if self.id is None else {self.id: True, self.name: True}

    def __len__(self) -> int:
        return len(self._pairs)

    def __contains__(self, key: object) -> bool:
        return key in self._pairs

    def get(self, key: str) -> str | None:
        """The value of a key, or None."""
        return self._pairs.get(key)

    def items(self) -> Mapping[str, str]:
        """A copy of all pairs."""
        with self._lock:
            return dict(self._pairs)

    def put(self, key: str, value: str) -> None:
        """Set a key. UsageError for what is over a quota [cloudfront-limits]."""
        with self._lock:
            changed = {**self._pairs, key: value}
            for complaint in complaints(changed):
                raise UsageError(f"key value store '{self.name}': {complaint}")
            self._change(changed)

    def delete(self, key: str) -> None:
        """Remove a key. UsageError where there is none."""
        with self._lock:
            if key not in self._pairs:
                raise UsageError(f"key value store '{self.name}': there is no such key to delete")
            self._change({known: value for known, value in self._pairs.items() if known != key})

    def refresh(self) -> None:
        """Import the file anew if it has changed."""
        changed = [watch.changed() for watch in self._watches]  # every one of them takes note
        if not any(changed):
            return
        try:
            imported = self._imported()
        except ConfigurationError as error:
            logger.warning("key value store '%s' stays as it was: %s", self.name, "; ".join(error.problems))
            return
        with self._lock:
            self._change(imported)

    def frame(self) -> tuple[int, bytes]:
        """The version, and what a child is told of it (``njs/host.py``)."""
        with self._lock:
            if self._frame is None:
                self._frame = self.version, b"k" + self._packed()
            return self._frame

    def _imported(self) -> dict[str, str]:
        pairs: dict[str, str] = {}
        for seed in self._seeds:
            pairs.update(imported(seed) if isinstance(seed, Path) else seed)
        return pairs

    def _change(self, pairs: dict[str, str]) -> None:
        self._pairs = pairs
        self._updated = self._clock()
        self._frame = None
        self.version += 1

    def _packed(self) -> bytes:
        meta = {
            "keyCount": len(self._pairs),
            "creationDateTime": _iso(self._created),
            "lastUpdatedDateTime": _iso(self._updated),
        }
        lines = [json.dumps(meta)]
        for pair in self._pairs.items():
            lines += (_quoted(text) for text in pair)
        return "\n".join(lines).encode("utf-8", "replace")


def _quoted(text: str) -> str:
    """As the child's JSON.stringify writes it, so that keys can be compared as they are."""
    return json.dumps(text, ensure_ascii=False)


def _iso(seconds: float) -> str:
    moment = datetime.fromtimestamp(seconds, timezone.utc)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")
