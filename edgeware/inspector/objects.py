"""What rests in the cache, as rows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from heapq import nlargest

from edgeware.cache.store import Entry
from edgeware.core.effects import Fetch, Lookup
from edgeware.edge import Edge, Exchange, logger
from edgeware.inspector.explanation import key_parts
from edgeware.inspector.masking import Secrets
from edgeware.inspector.summary import kept
from edgeware.trace import Step

MOST = 500
"""How many objects are shown, those that were stored last."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """An object. Times are in seconds, ``left`` is percent of its lifetime, ``size`` the store's count of bytes."""

    path: str
    key: tuple[str, ...]
    status: int
    type: str
    size: int
    age: int
    fresh_for: int
    left: float
    hits: int
    """Of the requests that the edge still knows."""


def rows(edge: Edge, secrets: Secrets) -> tuple[Row, ...] | None:
    """The objects, the newest first; None where the store fails to list them."""
    hits = _hits(kept(edge))
    try:
        newest = nlargest(MOST, edge.store.listing(), key=lambda entry: entry.object.stored_at)
    except Exception as error:  # a store may be of anybody's making
        logger.warning("store: it cannot be listed: %r", error)
        return None
    return tuple(_row(entry, edge.clock(), hits[entry.key], secrets) for entry in newest)


def _row(entry: Entry, now: float, hits: int, secrets: Secrets) -> Row:
    found = entry.object
    lifetime, fresh_for = found.fresh_until - found.stored_at, max(found.fresh_until - now, 0.0)
    return Row(
        path=secrets.text(f"{found.path}?{found.query}" if found.query else found.path),
        key=tuple(secrets.text(line) for line in key_parts(entry.key)),
        status=found.status,
        type=found.headers.get("content-type") or "",
        size=entry.size,
        age=int(max(now - found.stored_at, 0)),
        fresh_for=int(fresh_for),
        left=min(100 * fresh_for / lifetime, 100) if lifetime > 0 else 0.0,
        hits=hits,
    )


def _hits(exchanges: Iterable[Exchange]) -> Counter[str]:
    """How often each key was answered without the origin."""
    served: Counter[str] = Counter()
    for exchange in exchanges:
        steps = [step for step in tuple(exchange.trace.steps) if isinstance(step, Step)]
        if not any(isinstance(step.effect, Fetch) for step in steps):
            looked = [step for step in steps if isinstance(step.effect, Lookup) and step.answer.object is not None]
            served.update(step.effect.key for step in looked if isinstance(step.effect, Lookup))
    return served
