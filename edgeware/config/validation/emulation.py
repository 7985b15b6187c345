"""What the model holds and the edge does not run yet: one row each, to be deleted when its feature lands."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from edgeware.config.model import Distribution
from edgeware.config.place import Words
from edgeware.config.rules import Finding, Rule


def _key_value_stores(distribution: Distribution) -> bool:
    return bool(distribution.key_value_stores)


def _not_yet(code: str, words: Words, text: str, used: Callable[[Distribution], bool]) -> Rule:
    def check(distribution: Distribution) -> Iterable[Finding]:
        return [Finding(words, text)] if used(distribution) else []

    return Rule(id=code, severity="note", sentence="Accepted, but not emulated yet.", check=check)


RULES = (_not_yet("N-kvs", ("key_value_stores",), "functions cannot read key value stores.", _key_value_stores),)
