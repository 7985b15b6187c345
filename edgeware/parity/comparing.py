"""The same requests to the local edge and to production, cold and warm."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from edgeware.edge import Exchange
from edgeware.parity.allowing import Rule
from edgeware.parity.differences import Difference, Phase, Sides, differences
from edgeware.parity.local import LocalSite
from edgeware.parity.reasons import explained
from edgeware.parity.saved import SavedRequest
from edgeware.parity.sending import Received, Site

READ_METHODS = frozenset({"GET", "HEAD"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """One request, both answers, and where they differ."""

    request: SavedRequest
    phase: Phase
    local: Received = field(default_factory=Received)
    production: Received = field(default_factory=Received)
    differences: Sequence[Difference] = ()
    allowed: Sequence[Difference] = ()


class Comparison:
    """Compares two sites. Of a local one that runs in this process the exchanges are kept for a look."""

    def __init__(self, local: Site, production: Site, rules: Sequence[Rule], window: float) -> None:
        self._local = local
        self._production = production
        self._rules = rules
        self._window = window

    def pairs(self, requests: Sequence[SavedRequest]) -> Iterator[tuple[Pair, Exchange | None]]:
        """Each request twice: all of them cold, or as cold as production is, and then all of them warm."""
        first = []
        for request in requests:
            pair, exchange = self._pair(request, "cold", None)
            first.append((pair.local, pair.production))
            yield pair, exchange
        for request, cold in zip(requests, first, strict=True):
            yield self._pair(request, "warm", cold)

    def _pair(
        self, request: SavedRequest, phase: Phase, cold: tuple[Received, Received] | None
    ) -> tuple[Pair, Exchange | None]:
        here, there = self._local.send(request), self._production.send(request)
        exchange = self._local.exchange(here) if isinstance(self._local, LocalSite) else None
        sides = Sides(
            local=here,
            production=there,
            local_base=self._local.base,
            production_base=self._production.base,
            cold=cold,
        )
        found = [self._explained(one, exchange) for one in differences(sides, self._window)]
        pair = Pair(request=request, phase=phase, local=here, production=there, differences=found)
        return judged(pair, self._rules), exchange

    def _explained(self, difference: Difference, exchange: Exchange | None) -> Difference:
        if exchange is None or not isinstance(self._local, LocalSite):
            return difference
        return explained(difference, exchange, self._local.edge.distribution)


def judged(pair: Pair, rules: Sequence[Rule]) -> Pair:
    """The pair, with what the rules allow told apart."""
    allowed = [one for one in pair.differences if any(rule.takes(pair.request, pair.phase, one) for rule in rules)]
    return Pair(
        request=pair.request,
        phase=pair.phase,
        local=pair.local,
        production=pair.production,
        differences=[one for one in pair.differences if one not in allowed],
        allowed=allowed,
    )


def distinct(requests: Sequence[SavedRequest]) -> Sequence[SavedRequest]:
    """Each request once: the second time it would not be cold."""
    known = {(one.method, one.target, one.headers, one.body): one for one in reversed(requests)}
    return list(reversed(known.values()))
